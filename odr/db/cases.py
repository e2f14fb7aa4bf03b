"""Cases and who takes part in them."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base
from odr.db.states import State
from odr.domain.minutes import TALKS
from odr.domain.permissions import CasePeople, Part
from odr.domain.steps import Role
from odr.errors import NotFound


class Case(Base):
    """From the first saved answer to the archive; `id` is the subject of every case-level machine."""

    __tablename__ = "cases"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    number: Mapped[str | None] = mapped_column(unique=True)  # given at submission, replaced by none
    cause: Mapped[str] = mapped_column(default="")  # id in filing.causes
    amount_fen: Mapped[int | None]
    judge_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("accounts.id"), index=True
    )  # who reviews the filing
    mediator_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    confirming_judge_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    created_at: Mapped[datetime]
    decision_reason: Mapped[str] = mapped_column(default="")  # of a refusal or redirection
    first_submitted_at: Mapped[datetime | None]  # set once, never changed (SX 10)


class Participant(Base):
    """A person's part in a case. `side` is "A" (who began it) or "B"; staff are named on the case itself.

    `party`: whom an agent, a legal representative or a guardian stands for; empty for a party in person.
    `guardian`: as 法定代理人 (MSF 60). `ended_at`: the row stays for what was done in this part, and opens
    nothing any more.
    """

    __tablename__ = "participants"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    role: Mapped[str]
    side: Mapped[str]
    name: Mapped[str] = mapped_column(default="")  # as verified, or as the other side wrote it before
    party: Mapped[str] = mapped_column(default="")
    guardian: Mapped[bool] = mapped_column(default=False)
    ended_at: Mapped[datetime | None]

    @property
    def party_name(self) -> str:
        """The party as papers name it, whoever acts for it."""
        return self.party or self.name

    @property
    def acts_as(self) -> str:
        """What papers call whoever acts for the party; "" for a party in person."""
        if self.role == Role.AGENT:
            return "委托诉讼代理人"
        return "法定代理人" if self.guardian else "法定代表人" if self.party else ""

    @property
    def in_place_of(self) -> str:
        """In whose place a guardian or legal representative sits, by what right; "" for everybody else."""
        return f"{self.party}的{self.acts_as}" if self.party and self.role != Role.AGENT else ""


class CaseNumber(Base):
    """The last number given, a row a kind and year: numbers are issued once."""

    __tablename__ = "case_numbers"

    kind: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class CaseRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def open(
        self,
        owner_id: UUID,
        now: datetime,
        *,
        cause: str = "",
        amount_fen: int | None = None,
        role: Role = Role.APPLICANT,
    ) -> Case:
        """A new case; `role` is that of who begins it: the applicant, or an agent."""
        case = Case(id=uuid4(), cause=cause, amount_fen=amount_fen, created_at=now)
        self._session.add(case)
        self._session.add(Participant(case_id=case.id, account_id=owner_id, role=role.value, side="A"))
        return case

    async def get(self, case_id: UUID) -> Case | None:
        return await self._session.get(Case, case_id)

    async def lock(self, case_id: UUID) -> Case | None:
        """The case, held until the transaction ends: whoever moves one of its machines takes this first."""
        return await self._session.scalar(select(Case).where(Case.id == case_id).with_for_update())

    async def known(self, case_id: UUID) -> Case:
        """The case; NotFound if there is none."""
        return _found(await self.get(case_id))

    async def held(self, case_id: UUID) -> Case:
        """As `lock`; NotFound if there is none."""
        return _found(await self.lock(case_id))

    async def of_account(self, account_id: UUID) -> list[Case]:
        rows = await self._session.scalars(
            select(Case)
            .join(Participant, Participant.case_id == Case.id)
            .where(Participant.account_id == account_id, Participant.ended_at.is_(None))
            .order_by(Case.created_at.desc())
        )
        return list(rows)

    async def in_states(self, machine: str, states: Collection[str]) -> list[tuple[Case, str, datetime]]:
        """Cases whose machine stands in one of the states, with the state and since when."""
        rows = await self._session.execute(
            select(Case, State.state, State.since)
            .join(State, State.subject_id == Case.id)
            .where(State.machine == machine, State.state.in_(states))
            .order_by(State.since)
        )
        return [(case, state, since) for case, state, since in rows]

    async def participants(self, case_id: UUID) -> list[Participant]:
        rows = await self._session.scalars(
            select(Participant)
            .where(Participant.case_id == case_id, Participant.ended_at.is_(None))
            .order_by(Participant.side, Participant.role)
        )
        return list(rows)

    async def people(self, case_id: UUID) -> set[UUID]:
        """Every account that the case concerns: participants and the staff named on it."""
        case = await self.get(case_id)
        named = {case.judge_id, case.mediator_id, case.confirming_judge_id} if case else set()
        return {row.account_id for row in await self.participants(case_id)} | {one for one in named if one}

    async def belonging(self, case_id: UUID) -> CasePeople:
        """Who belongs to the case, for `odr.domain.permissions.part`; NotFound if there is no such case."""
        case = await self.get(case_id)
        if case is None:
            raise NotFound
        rows = await self.participants(case_id)
        return CasePeople(
            {row.account_id: Part(Role(row.role), row.side) for row in rows},
            case.judge_id,
            case.mediator_id,
            case.confirming_judge_id,
        )

    async def participant(self, case_id: UUID, account_id: UUID) -> Participant | None:
        """The person's part in the case; None for a stranger, and for whoever's part has ended."""
        row = await self.ever(case_id, account_id)
        return row if row and row.ended_at is None else None

    async def ever(self, case_id: UUID, account_id: UUID) -> Participant | None:
        """The part that the person has or had in the case."""
        return await self._session.get(Participant, (case_id, account_id))

    async def audiences(self, case_id: UUID, account_id: UUID | None) -> frozenset[str]:
        """Whose papers and acts this account may open; empty for a stranger and for a case that is none.

        What was said and offered in mediation (`TALKS`) is for the sides and the mediator, and no judge sees
        it (OMR 18, JS 107).
        """
        case = await self.get(case_id)
        if case is None or account_id is None:
            return frozenset()
        if account_id in {case.judge_id, case.confirming_judge_id}:
            return frozenset({"case", "A", "B", "court"})
        if account_id == case.mediator_id:
            return frozenset({"case", "A", "B", TALKS, f"{TALKS}:A", f"{TALKS}:B"})
        participant = await self.participant(case_id, account_id)
        if participant is None:
            return frozenset()
        return frozenset({"case", participant.side, TALKS, f"{TALKS}:{participant.side}"})

    def join(self, case_id: UUID, account_id: UUID, role: Role, side: str, name: str = "") -> Participant:
        row = Participant(case_id=case_id, account_id=account_id, role=role.value, side=side, name=name)
        self._session.add(row)
        return row

    async def enter(self, case_id: UUID, account_id: UUID, role: Role, side: str, name: str) -> Participant:
        """Join, or come back after an earlier part has ended."""
        row = await self.ever(case_id, account_id)
        if row is None:
            return self.join(case_id, account_id, role, side, name)
        row.role, row.side, row.name, row.ended_at = role.value, side, name, None
        row.party, row.guardian = "", False
        return row

    async def next_number(self, kind: str, year: int) -> int:
        """The next number of its kind and year; the row lock makes it unique."""
        row = await self._session.scalar(
            select(CaseNumber).where(CaseNumber.kind == kind, CaseNumber.year == year).with_for_update()
        )
        if row is None:
            row = CaseNumber(kind=kind, year=year, last=0)
            self._session.add(row)
        row.last += 1
        await self._session.flush()
        return row.last

    async def load(self, judge_id: UUID, machine: str, states: Collection[str]) -> tuple[int, int]:
        """How many cases of the judge's stand in one of the states, and how many he was ever given."""
        mine = select(func.count()).select_from(Case).where(Case.judge_id == judge_id)
        standing = mine.join(State, State.subject_id == Case.id).where(
            State.machine == machine, State.state.in_(states)
        )
        return await self._session.scalar(standing) or 0, await self._session.scalar(mine) or 0


def _found(case: Case | None) -> Case:
    if case is None:
        raise NotFound
    return case
