"""Agents of the sides: who acts for whom, on which paper, within which powers."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base
from odr.domain.agents import Authority, powers_of


class Agent(Base):
    """One agent of one side. `account_id` is None until the agent has come; `signs`: in the party's place.

    `principal_phone`, `principal_id`: by which the party finds what was filed in its name.
    `paper_key` is the object of the power of attorney, `reading` what was read on it. `named_by`: the party
    who appointed him in the case; None where he came with the paper.
    """

    __tablename__ = "agents"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    side: Mapped[str]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    kind: Mapped[str] = mapped_column(default="")
    name: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="", index=True)  # E.164
    signs: Mapped[bool] = mapped_column(default=True)
    principal_phone: Mapped[str] = mapped_column(default="", index=True)  # E.164, as the agent filed it
    principal_id: Mapped[str] = mapped_column(default="", index=True)  # the ID number, as filed
    paper_key: Mapped[str] = mapped_column(default="")
    reading: Mapped[dict[str, Any]] = mapped_column(default=dict)
    read: Mapped[list[Any]] = mapped_column(default=list)
    claimed: Mapped[list[Any]] = mapped_column(default=list)
    checked: Mapped[list[Any] | None]
    checked_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    checked_at: Mapped[datetime | None]
    named_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    end_reason: Mapped[str] = mapped_column(default="")  # the court's, where it refused the paper

    @property
    def authority(self) -> Authority:
        checked = None if self.checked is None else powers_of(self.checked)
        return Authority(powers_of(self.read), powers_of(self.claimed), checked)


class AgentRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, row: Agent) -> Agent:
        self._session.add(row)
        return row

    async def get(self, agent_id: UUID) -> Agent:
        return await self._session.get_one(Agent, agent_id)

    async def of_case(self, case_id: UUID) -> list[Agent]:
        """The agents of both sides who still act, in the order they came."""
        rows = await self._session.scalars(
            select(Agent)
            .where(Agent.case_id == case_id, Agent.ended_at.is_(None))
            .order_by(Agent.side, Agent.created_at, Agent.id)
        )
        return list(rows)

    async def ended(self, case_id: UUID) -> list[Agent]:
        """Those whose authority is over, the latest first."""
        rows = await self._session.scalars(
            select(Agent)
            .where(Agent.case_id == case_id, Agent.ended_at.is_not(None))
            .order_by(Agent.ended_at.desc(), Agent.id)
        )
        return list(rows)

    async def expected(self, phone: str) -> list[Agent]:
        """Those named by this telephone who have not answered yet."""
        rows = await self._session.scalars(
            select(Agent)
            .where(Agent.phone == phone, Agent.account_id.is_(None), Agent.ended_at.is_(None))
            .order_by(Agent.created_at, Agent.id)
        )
        return list(rows)

    async def filed_for(self, phone: str, id_number: str) -> list[Agent]:
        """Those who filed for a party with this telephone or this ID number ("": not asked for)."""
        mine = [Agent.principal_phone == phone] + ([Agent.principal_id == id_number] if id_number else [])
        rows = await self._session.scalars(
            select(Agent).where(or_(*mine), Agent.ended_at.is_(None)).order_by(Agent.created_at, Agent.id)
        )
        return list(rows)

    async def acting(self, case_id: UUID, account_id: UUID) -> Agent | None:
        """The authority under which this account acts in the case, or None."""
        rows = [row for row in await self.of_case(case_id) if row.account_id == account_id]
        return rows[0] if rows else None

    async def authority(self, case_id: UUID, account_id: UUID) -> Authority:
        """What the account may do for its side; without a paper nothing that needs a power."""
        row = await self.acting(case_id, account_id)
        return row.authority if row else Authority()
