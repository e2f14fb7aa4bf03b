"""Complaints about mediators: what is said, and the answer."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.audit import Discreet
from odr.db.base import Base
from odr.db.states import State


class Grievance(Base):
    """`grounds` are those of `odr.domain.grievances`; `outcome` is "" before the answer."""

    __tablename__ = "grievances"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    mediator_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    grounds: Mapped[list[Any]]
    text: Mapped[str]
    filed_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    outcome: Mapped[str] = mapped_column(default="")
    answer: Mapped[str] = mapped_column(default="")


def discreet(row: Grievance) -> Discreet:
    """A complaint is no act of its case: whoever made it hears of it, and it stands in no dossier."""
    return Discreet(frozenset({row.by}), "")


class GrievanceRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, row: Grievance) -> Grievance:
        self._session.add(row)
        return row

    async def get(self, grievance_id: UUID) -> Grievance:
        """The complaint, held until the transaction ends; NotFound if there is none."""
        return await self._session.get_one(Grievance, grievance_id, with_for_update=True)

    async def find(self, grievance_id: UUID) -> Grievance | None:
        return await self._session.get(Grievance, grievance_id)

    async def of_person(self, account_id: UUID) -> list[Grievance]:
        """Those that a person made, the newest first."""
        rows = await self._session.scalars(
            select(Grievance).where(Grievance.by == account_id).order_by(Grievance.filed_at.desc())
        )
        return list(rows)

    async def in_states(self, states: Collection[str]) -> list[tuple[Grievance, str]]:
        """Those in a state of the machine "grievance", the oldest first."""
        rows = await self._session.execute(
            select(Grievance, State.state)
            .join(State, State.subject_id == Grievance.id)
            .where(State.machine == "grievance", State.state.in_(states))
            .order_by(Grievance.filed_at)
        )
        return [(row, state) for row, state in rows]
