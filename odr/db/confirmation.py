"""The application for judicial confirmation: who applied, what the judge checked, heard and decided."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base
from odr.db.cases import Case


class Confirmation(Base):
    """`checked`: ids of grounds found absent; `entries`: [{"at", "speaker", "text"}] of the hearing."""

    __tablename__ = "confirmations"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    applied_a_at: Mapped[datetime | None]
    applied_b_at: Mapped[datetime | None]
    number: Mapped[str] = mapped_column(default="")
    accepted_at: Mapped[datetime | None]
    checked: Mapped[list[Any]] = mapped_column(default=list)
    heard: Mapped[list[Any]] = mapped_column(default=list)  # sides that were heard together
    entries: Mapped[list[Any]] = mapped_column(default=list)
    heard_at: Mapped[datetime | None]
    reasons: Mapped[list[Any]] = mapped_column(default=list)
    decided_at: Mapped[datetime | None]

    @property
    def applied(self) -> frozenset[str]:
        when = {"A": self.applied_a_at, "B": self.applied_b_at}
        return frozenset(side for side, at in when.items() if at)


class ConfirmationRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, case_id: UUID) -> Confirmation | None:
        return await self._session.get(Confirmation, case_id)

    async def lock(self, case_id: UUID) -> Confirmation:
        """The application, made if there was none, held until the transaction ends."""
        row = await self._session.scalar(
            select(Confirmation).where(Confirmation.case_id == case_id).with_for_update()
        )
        if row is None:
            row = Confirmation(case_id=case_id, checked=[], heard=[], entries=[], reasons=[])
            self._session.add(row)
            await self._session.flush()
        return row

    async def held_by(self, judge_id: UUID) -> int:
        """How many applications the judge holds: the load that assignment looks at."""
        count = await self._session.scalar(
            select(func.count()).select_from(Case).where(Case.confirming_judge_id == judge_id)
        )
        return count or 0
