"""Oral complaints: the recording, what the court wrote down, and what the person said to it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base
from odr.db.states import State


class Statement(Base):
    """One a case; `note`: what the person said was wrong with what had been written."""

    __tablename__ = "statements"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    way: Mapped[str]
    voice_key: Mapped[str] = mapped_column(default="")
    voice_type: Mapped[str] = mapped_column(default="")
    voice_sha256: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime]
    recorder: Mapped[str] = mapped_column(default="")
    claims: Mapped[str] = mapped_column(default="")
    facts: Mapped[str] = mapped_column(default="")
    written_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")
    confirmed_at: Mapped[datetime | None]


class StatementRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, case_id: UUID) -> Statement | None:
        return await self._session.get(Statement, case_id)

    def add(self, row: Statement) -> Statement:
        self._session.add(row)
        return row

    async def waiting(self, state: str) -> list[Statement]:
        """Those in a state of the machine "statement", the oldest first."""
        rows = await self._session.scalars(
            select(Statement)
            .join(State, State.subject_id == Statement.case_id)
            .where(State.machine == "statement", State.state == state)
            .order_by(Statement.asked_at)
        )
        return list(rows)
