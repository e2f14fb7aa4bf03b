"""How each person's line was in a sitting, a row a minute."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base
from odr.db.sittings import SittingSeat
from odr.domain.lines import Minute


class LineMinute(Base):
    """A minute of a person's line; what it was like, like attendance, is seen and not decided."""

    __tablename__ = "line_minutes"
    audited: ClassVar[bool] = False

    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    begins_at: Mapped[datetime] = mapped_column(primary_key=True)
    seconds: Mapped[int]
    loss_sum: Mapped[float]
    loss_worst: Mapped[float]
    rtt_worst: Mapped[float | None]  # milliseconds
    poor: Mapped[int]
    bad: Mapped[int]

    def facts(self) -> Minute:
        return Minute(
            self.begins_at,
            self.seconds,
            self.loss_sum,
            self.loss_worst,
            self.rtt_worst,
            self.poor,
            self.bad,
        )


class LineRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def keep(self, sitting_id: UUID, account_id: UUID, minutes: Sequence[Minute]) -> None:
        """Write these down, or nothing if that room is no sitting's; the fuller report of a minute stays."""
        if await self._session.get(SittingSeat, (sitting_id, account_id)) is None:
            return
        for minute in minutes:
            row = await self._session.get(LineMinute, (sitting_id, account_id, minute.begins_at))
            if row is None:
                row = LineMinute(sitting_id=sitting_id, account_id=account_id, begins_at=minute.begins_at)
                self._session.add(row)
            elif row.seconds >= minute.seconds:
                continue
            row.seconds, row.poor, row.bad = minute.seconds, minute.poor, minute.bad
            row.loss_sum, row.loss_worst, row.rtt_worst = (
                minute.loss_sum,
                minute.loss_worst,
                minute.rtt_worst,
            )

    async def of(self, sitting_id: UUID) -> list[LineMinute]:
        rows = await self._session.scalars(
            select(LineMinute).where(LineMinute.sitting_id == sitting_id).order_by(LineMinute.begins_at)
        )
        return list(rows)
