"""The register of mediators (特邀调解员名册): who they are, what they know, how much they hold."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base
from odr.db.cases import Case
from odr.db.states import State


class Mediator(Base):
    __tablename__ = "mediators"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    name: Mapped[str]
    organisation: Mapped[str]
    specialties: Mapped[list[Any]]
    introduction: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)


class MediatorRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, row: Mediator) -> Mediator:
        self._session.add(row)
        return row

    async def get(self, account_id: UUID) -> Mediator | None:
        return await self._session.get(Mediator, account_id)

    async def active(self) -> list[Mediator]:
        rows = await self._session.scalars(select(Mediator).where(Mediator.active).order_by(Mediator.name))
        return list(rows)

    async def loads(self, machine: str, open_states: frozenset[str]) -> dict[UUID, int]:
        """How many mediations in one of `open_states` each mediator holds."""
        rows = await self._session.execute(
            select(Case.mediator_id, func.count())
            .join(State, State.subject_id == Case.id)
            .where(State.machine == machine, State.state.in_(open_states), Case.mediator_id.is_not(None))
            .group_by(Case.mediator_id)
        )
        return {mediator_id: count for mediator_id, count in rows if mediator_id}
