"""Agreements: versions of their terms, the file that is signed, who read and who signed it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Row, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.accounts import Account
from odr.db.agents import AgentRows
from odr.db.base import Base
from odr.db.cases import Case, Participant
from odr.db.signatures import SignedFile
from odr.domain.agents import Authority, Candidate, Deed, lacks, who_signs
from odr.domain.steps import PARTIES, Reason, Role

NO_AUTHORITY: Final = Authority()
CAPACITIES = {"A": "申请人", "B": "被申请人", "": "调解员"}


class Agreement(SignedFile, Base):
    """One version of the terms; `signers` is empty before it is offered."""

    __tablename__ = "agreements"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    version: Mapped[int]
    terms: Mapped[dict[str, Any]]
    written_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    written_at: Mapped[datetime]
    offered_at: Mapped[datetime | None]
    organisation: Mapped[str] = mapped_column(default="")
    completed_at: Mapped[datetime | None]
    effective_at: Mapped[datetime | None]  # the last party's signature (OMR 19)
    withdrawn_at: Mapped[datetime | None]  # taken back for a new version, or declined
    declined_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    decline_reason: Mapped[str] = mapped_column(default="")


class AgreementClause(Base):
    """What a person said of one clause of an offered text: understood and agreed, or a question."""

    __tablename__ = "agreement_clauses"

    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreements.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # from 1, as printed
    said: Mapped[str]
    at: Mapped[datetime]


class AgreementReading(Base):
    """Who has read these bytes, and when."""

    __tablename__ = "agreement_readings"

    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreements.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    read_at: Mapped[datetime]
    base_sha256: Mapped[str]


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who has to sign: the place in the paper, and in what capacity. `side` is "" for the mediator.

    `party`: for whom, where it is not the party in person, and `acts_as` what papers call who acts then;
    `authority` is that of an agent.
    """

    account_id: UUID
    field: str
    name: str
    role: Role
    side: str = ""
    party: str = ""
    acts_as: str = ""
    authority: Authority = NO_AUTHORITY

    @property
    def party_name(self) -> str:
        return self.party or self.name

    @property
    def capacity(self) -> str:
        part = CAPACITIES[self.side]
        return f"{part}的{self.acts_as}" if self.acts_as else part

    @property
    def line(self) -> str:
        """The party as papers list it, with whoever acts for it."""
        part = f"{CAPACITIES[self.side]}：{self.party_name}"
        if not self.party:
            return part
        return f"{part}（{self.acts_as}：{self.name}）"

    def may_not(self, deed: Deed) -> Reason | None:
        """Why this person cannot do the deed for his side, or None."""
        return lacks(deed, self.role, self.authority)


def _place(one: Signatory, before: Sequence[Signatory]) -> str:
    """The place in the paper: the part, numbered where several have it."""
    count = sum(other.role is one.role for other in before)
    return one.field if not count else f"{one.field}_{count + 1}"


def readable_by(rows: Sequence[Agreement], role: Role) -> list[Agreement]:
    """The mediator reads every version, the sides those that were offered, a judge what all have signed.

    A text that was offered and taken back says what somebody would have conceded (OMR 18, JS 107).
    """
    if role is Role.CONFIRMING_JUDGE:
        return [row for row in rows if row.completed_at is not None]
    return [row for row in rows if row.offered_at is not None or role is Role.MEDIATOR]


class AgreementRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._agents = AgentRows(session)

    def add(self, row: Agreement) -> Agreement:
        self._session.add(row)
        return row

    async def newest(self, case_id: UUID) -> Agreement | None:
        """The version that counts: the last one written."""
        return await self._session.scalar(
            select(Agreement).where(Agreement.case_id == case_id).order_by(Agreement.version.desc()).limit(1)
        )

    async def get(self, agreement_id: UUID) -> Agreement:
        return await self._session.get_one(Agreement, agreement_id)

    async def versions(self, case_id: UUID) -> list[Agreement]:
        rows = await self._session.scalars(
            select(Agreement).where(Agreement.case_id == case_id).order_by(Agreement.version)
        )
        return list(rows)

    async def signatories(self, case: Case) -> list[Signatory]:
        """Both sides in order, then the mediator; of a side whom the offered text names, while he acts."""
        people = [await self._standing(row, name) for row, name in await self._acting(case.id)]
        newest = await self.newest(case.id)
        named = newest.fields if newest and newest.withdrawn_at is None else {}
        found: list[Signatory] = []
        for side in ("A", "B"):
            here = [(one, who) for one, who in people if one.side == side]
            chosen = who_signs([candidate for _, candidate in here])
            there = [one for one, _ in here if one.account_id in named]
            for one in there or [one for one, who in here if any(who is other for other in chosen)]:
                found.append(replace(one, field=named.get(one.account_id) or _place(one, found)))
        if case.mediator_id is not None:
            mediator = await self._session.get_one(Account, case.mediator_id)
            found.append(Signatory(mediator.id, "mediator", mediator.display_name, Role.MEDIATOR))
        return found

    async def _standing(self, row: Participant, display_name: str) -> tuple[Signatory, Candidate]:
        role, name = Role(row.role), row.name or display_name
        agent = await self._agents.acting(row.case_id, row.account_id) if role is Role.AGENT else None
        authority = agent.authority if agent else NO_AUTHORITY
        one = Signatory(row.account_id, role.value, name, role, row.side, row.party, row.acts_as, authority)
        return one, Candidate(role, agent is not None and agent.signs, authority)

    async def _acting(self, case_id: UUID) -> Sequence[Row[Participant, str]]:
        acting = [role.value for role in PARTIES | {Role.AGENT}]
        found = await self._session.execute(
            select(Participant, Account.display_name)
            .join(Account, Account.id == Participant.account_id)
            .where(Participant.case_id == case_id, Participant.role.in_(acting))
            .where(Participant.ended_at.is_(None))
            .order_by(Participant.side, Account.created_at, Account.id)
        )
        return found.all()

    async def clauses(self, agreement_id: UUID) -> list[AgreementClause]:
        """What everybody has said of the clauses so far."""
        rows = await self._session.scalars(
            select(AgreementClause)
            .where(AgreementClause.agreement_id == agreement_id)
            .order_by(AgreementClause.number, AgreementClause.account_id)
        )
        return list(rows)

    async def say(
        self, agreement_id: UUID, account_id: UUID, number: int, said: str | None, at: datetime
    ) -> None:
        """Keep what the person says of a clause; None takes it back."""
        row = await self._session.get(AgreementClause, (agreement_id, account_id, number))
        if said is None:
            if row is not None:
                await self._session.delete(row)
            return
        if row is None:
            row = AgreementClause(agreement_id=agreement_id, account_id=account_id, number=number)
            self._session.add(row)
        row.said, row.at = said, at

    def read(self, agreement: Agreement, account_id: UUID, at: datetime) -> None:
        self._session.add(
            AgreementReading(
                agreement_id=agreement.id,
                account_id=account_id,
                read_at=at,
                base_sha256=agreement.base_sha256,
            )
        )

    async def readings(self, agreement_id: UUID) -> dict[UUID, datetime]:
        rows = await self._session.scalars(
            select(AgreementReading).where(AgreementReading.agreement_id == agreement_id)
        )
        return {row.account_id: row.read_at for row in rows}
