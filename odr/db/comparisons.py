"""Comparisons of private limits: what is kept while one is under way, and only its answer afterwards."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, and_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base
from odr.db.states import State
from odr.domain.comparisons import MACHINE
from odr.domain.comparisons import State as ComparisonState


class Comparison(Base):
    """`payer` is the side that would pay. `accounts`, `keys`, `marks`: side → who agreed, key, set of marks.

    Keys and marks are emptied when it ends. `met`: the answer, None before.
    """

    __tablename__ = "comparisons"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    payer: Mapped[str]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    accounts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    keys: Mapped[dict[str, Any]] = mapped_column(default=dict)
    marks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    met: Mapped[bool | None]
    ended_at: Mapped[datetime | None]

    def end(self, at: datetime) -> None:
        self.keys, self.marks, self.ended_at = {}, {}, at


class ComparisonRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, row: Comparison) -> Comparison:
        self._session.add(row)
        return row

    async def get(self, comparison_id: UUID) -> Comparison | None:
        return await self._session.get(Comparison, comparison_id)

    async def of_case(self, case_id: UUID) -> list[tuple[Comparison, ComparisonState]]:
        """Every comparison with its state, the newest first."""
        rows = await self._session.execute(
            select(Comparison, State.state)
            .join(State, and_(State.machine == MACHINE.name, State.subject_id == Comparison.id))
            .where(Comparison.case_id == case_id)
            .order_by(Comparison.asked_at.desc(), Comparison.id)
        )
        return [(row, ComparisonState(state)) for row, state in rows]
