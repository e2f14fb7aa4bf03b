"""The minutes of a sitting, line by line."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base


class MinutesLine(Base):
    """`at` is when it was said; a line is corrected by a further one that names it."""

    __tablename__ = "minutes_lines"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), index=True)
    at: Mapped[datetime]
    speaker: Mapped[str]
    text: Mapped[str]
    key: Mapped[str]
    written_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    corrects: Mapped[UUID | None] = mapped_column(ForeignKey("minutes_lines.id"))


class MinutesRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, row: MinutesLine) -> MinutesLine:
        self._session.add(row)
        return row

    async def lines(self, sitting_id: UUID) -> list[MinutesLine]:
        rows = await self._session.scalars(
            select(MinutesLine)
            .where(MinutesLine.sitting_id == sitting_id)
            .order_by(MinutesLine.at, MinutesLine.id)
        )
        return list(rows)
