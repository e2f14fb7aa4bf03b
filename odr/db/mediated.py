"""What every act on a mediation does alike: its facts from the rows, its step, its words on paper."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from filing.causes import CAUSES
from filing.draft import load
from odr.db.cases import Case
from odr.db.filings import is_verified
from odr.db.uow import Tx
from odr.domain.accounts import Actor
from odr.domain.cascades import follow
from odr.domain.mediation import MACHINE, Action, MediationFacts, State
from odr.domain.papers import PaperOrder
from odr.domain.steps import Change, Role, Subject, advance
from odr.errors import NotFound


@dataclass(frozen=True, slots=True)
class Titled:
    """The case as papers name it; the other side by its verified name once it is there."""

    number: str
    applicant: str
    respondent: str
    cause: str

    @property
    def title(self) -> str:
        return f"{self.applicant}与{self.respondent}{self.cause}一案"


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts, in which part, and when."""

    actor: Actor
    role: Role
    at: datetime


async def state_of(tx: Tx, case_id: UUID) -> State:
    """Where the mediation stands; NotFound if the case never went to mediation."""
    state = await tx.states.get(MACHINE.name, case_id)
    if state is None:
        raise NotFound
    return State(state)


async def locked(tx: Tx, case_id: UUID) -> Case:
    """The case, held for a step."""
    case = await tx.cases.lock(case_id)
    if case is None:
        raise NotFound
    return case


async def take(tx: Tx, act: Act, case_id: UUID, action: Action, *papers: PaperOrder) -> Change:
    """Advance the mediation and what follows from it, and write it down."""
    state = await tx.states.lock(MACHINE.name, case_id)
    subject = Subject(case_id, case_id, state, await facts(tx, act.actor, case_id))
    change = advance(MACHINE, subject, action, act.role, now=act.at)
    await tx.record(act.actor, change, *follow(change, await tx.states.of_case(case_id)), papers=papers)
    return change


async def facts(tx: Tx, actor: Actor, case_id: UUID) -> MediationFacts:
    """What the guards ask for."""
    mandate = await tx.mediations.mandate(case_id)
    agreement = await tx.agreements.newest(case_id)
    return MediationFacts(
        verified=actor.account_id is not None and await is_verified(tx, actor.account_id),
        disclosed=mandate is not None and mandate.disclosed_at is not None,
        conflict=bool(mandate and mandate.relations),
        conflict_accepted=bool(mandate and set(mandate.agreed) >= {"A", "B"}),
        in_effect=agreement is not None and agreement.effective_at is not None,
    )


async def titled(tx: Tx, case: Case) -> Titled:
    names = {row.side: row.party_name for row in await tx.cases.participants(case.id)}
    answers = load((await tx.drafts.get(case.id)).answers).answers
    respondent = names.get("B") or answers.get("defendant") or "被申请人"
    return Titled(case.number or "", names.get("A") or "申请人", respondent, cause_name(case.cause))


def cause_name(cause_id: str) -> str:
    """The cause as papers print it."""
    cause = CAUSES.get(cause_id)
    return cause.chinese[0] if cause else "其他纠纷"


def printed(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
