"""The state of every machine of every subject, and how it came about."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base
from odr.domain.steps import Change
from odr.errors import Conflict


class State(Base):
    __tablename__ = "states"

    machine: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"), index=True)
    state: Mapped[str]
    since: Mapped[datetime]

    __table_args__ = (Index("ix_states_machine_state", "machine", "state"),)


class Transition(Base):
    __tablename__ = "history"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    machine: Mapped[str]
    subject_id: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"), index=True)
    action: Mapped[str]
    source: Mapped[str | None]
    target: Mapped[str]
    role: Mapped[str]
    at: Mapped[datetime]


class StateRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, machine: str, subject_id: UUID) -> str | None:
        """The state now, or None if the machine was never opened for this subject."""
        return await self._session.scalar(
            select(State.state).where(State.machine == machine, State.subject_id == subject_id)
        )

    async def lock(self, machine: str, subject_id: UUID) -> str | None:
        """The same, holding the row until the transaction ends."""
        return await self._session.scalar(
            select(State.state)
            .where(State.machine == machine, State.subject_id == subject_id)
            .with_for_update()
        )

    async def of_case(self, case_id: UUID) -> dict[str, str]:
        """Case-level machines of one case: machine name → state."""
        rows = await self._session.execute(
            select(State.machine, State.state).where(State.case_id == case_id, State.subject_id == case_id)
        )
        return {row.machine: row.state for row in rows}

    async def history(self, case_id: UUID) -> list[Transition]:
        rows = await self._session.scalars(
            select(Transition).where(Transition.case_id == case_id).order_by(Transition.at, Transition.id)
        )
        return list(rows)

    async def apply(self, change: Change) -> None:
        """Compare and set; Conflict if the state is no longer the change's source."""
        if change.source is None:
            if await self.get(change.machine, change.subject_id) is not None:
                raise Conflict
            self._session.add(
                State(
                    machine=change.machine,
                    subject_id=change.subject_id,
                    case_id=change.case_id,
                    state=change.target,
                    since=change.at,
                )
            )
        else:
            moved = await self._session.execute(
                update(State)
                .where(
                    State.machine == change.machine,
                    State.subject_id == change.subject_id,
                    State.state == change.source,
                )
                .values(state=change.target, since=change.at)
                .execution_options(synchronize_session=False)
            )
            if moved.rowcount != 1:  # type: ignore[attr-defined]  # a cursor result for UPDATE
                raise Conflict
        self._session.add(
            Transition(
                machine=change.machine,
                subject_id=change.subject_id,
                case_id=change.case_id,
                action=change.action,
                source=change.source,
                target=change.target,
                role=change.role.value,
                at=change.at,
            )
        )
        await self._session.flush()
