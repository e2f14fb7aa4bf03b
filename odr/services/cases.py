"""A party's cases: the list, and one case with its state, next step, timeline and deadlines."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from filing import draft as drafting
from filing.causes import CAUSES
from filing.sentences import Sentence
from odr.db.cases import Case
from odr.db.hearings import fixed
from odr.db.states import Transition
from odr.db.uow import Database, Tx
from odr.domain import confirmation, drafts, identity, mediation, payments
from odr.domain.accounts import Actor
from odr.domain.next_steps import HAPPENED, NextStep, next_step
from odr.domain.permissions import part, signed_in
from odr.domain.steps import allowed
from odr.errors import NotFound
from odr.ports.clock import Clock

_MEDIATION = "mediation"  # the stage that a consent is for


@dataclass(frozen=True, slots=True)
class CaseCard:
    """A case in the list. `other` is the other side's name, as far as it is known."""

    id: UUID
    number: str
    cause: Sentence | None
    amount_fen: int | None
    other: str
    created_at: datetime
    step: NextStep
    due: date | None


@dataclass(frozen=True, slots=True)
class Happening:
    """An entry of the timeline; `words` is a message id."""

    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DeadlineView:
    """A running clock: whose name, until when, by which article."""

    rule: str
    last_day: date
    article: str
    provisional: bool


@dataclass(frozen=True, slots=True)
class PersonView:
    """`party`: for whom an agent, a legal representative or a guardian acts."""

    name: str
    role: str
    party: str = ""
    guardian: bool = False


@dataclass(frozen=True, slots=True)
class CaseView:
    card: CaseCard
    side: str
    drafting: bool
    withdrawable: bool
    history: tuple[Happening, ...]
    deadlines: tuple[DeadlineView, ...]
    people: tuple[PersonView, ...]
    mediated: bool  # a mediator was named
    helper: str  # beside whoever began the case; signs nothing and speaks for nobody


@dataclass(frozen=True, slots=True)
class Desk:
    """What a person finds after signing in. `identity` is "" before anything was photographed.

    `called`: a member of staff waits in a check by video.
    """

    cases: tuple[CaseCard, ...]
    identity: str
    called: bool


class CaseService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def desk(self, actor: Actor) -> Desk:
        """The person's cases, those with something to do first, then the newest."""
        account_id = signed_in(actor)
        async with self._db.read() as tx:
            cards = []
            for case in await tx.cases.of_account(account_id):
                participant = await tx.cases.participant(case.id, account_id)
                cards.append(await _card(tx, case, participant.side if participant else ""))
            state = await tx.states.get(identity.MACHINE.name, account_id) or ""
            called = await tx.video_checks.of(account_id) is not None
        return Desk(tuple(sorted(cards, key=lambda card: not card.step.mine)), state, called)

    async def show(self, actor: Actor, case_id: UUID) -> CaseView:
        """One case as a participant sees it; NotFound for everybody else."""
        async with self._db.read() as tx:
            mine = part(actor, await tx.cases.belonging(case_id))
            case = await tx.cases.get(case_id)
            if case is None or not mine.side:
                raise NotFound
            card = await _card(tx, case, mine.side)
            history = await tx.states.history(case_id)
            running = await tx.clocks.running(case_id)
            deadlines = tuple(
                DeadlineView(row.rule, row.last_day, row.clock.article, row.provisional) for row in running
            )
            rows = await tx.cases.participants(case_id)
            people = tuple(
                PersonView(row.name, row.role, row.party, row.guardian) for row in rows if row.name
            )
            state = await tx.states.get(drafts.MACHINE.name, case_id)
            happened = _timeline(history, mine.side)
            helper = drafting.load((await tx.drafts.get(case_id)).answers).answers.get("helper_name", "")
        return CaseView(
            card=card,
            side=mine.side,
            drafting=state in drafts.WRITABLE,
            withdrawable=drafts.Action.WITHDRAW in allowed(drafts.MACHINE, state, mine.role),
            history=happened,
            deadlines=deadlines,
            people=people,
            mediated=case.mediator_id is not None,
            helper=helper,
        )


async def _card(tx: Tx, case: Case, side: str) -> CaseCard:
    states = await _states(tx, case)
    answers = drafting.load((await tx.drafts.get(case.id)).answers).answers
    cause = CAUSES.get(case.cause or answers.get("cause", ""))
    people = await tx.cases.participants(case.id)
    others = [row.party_name for row in people if row.side != side and row.party_name]
    other = others[0] if others else answers.get("defendant", "") if side == "A" else ""
    running = await tx.clocks.running(case.id)
    return CaseCard(
        case.id,
        case.number or "",
        cause.name if cause else None,
        case.amount_fen,
        other,
        case.created_at,
        await _next(tx, case, states, side),
        running[0].last_day if running else None,
    )


async def _next(tx: Tx, case: Case, states: dict[str, str], side: str) -> NextStep:
    """The next step; while a hearing is fixed it leads to its sitting."""
    if states.get(confirmation.MACHINE.name) == confirmation.State.ACCEPTED:
        hearing = await fixed(tx, case.id)
        if hearing:
            step = next_step({confirmation.MACHINE.name: "hearing_fixed"}, side)
            return replace(step, link=f"/sittings/{hearing.sitting_id}")
    return next_step(states, side)


async def _states(tx: Tx, case: Case) -> dict[str, str]:
    """The stored states; a review in which the judge waits for the party's consent counts as its own."""
    states = await tx.states.of_case(case.id)
    if states.get(drafts.MACHINE.name) != drafts.State.IN_REVIEW:
        return states
    asked = any(row.action == drafts.Action.ASK_MEDIATION for row in await tx.states.history(case.id))
    if asked and await tx.review.consent_of(case.id, "A", _MEDIATION) is None:
        return {**states, drafts.MACHINE.name: "mediation_asked"}
    return states


def _timeline(history: list[Transition], side: str) -> tuple[Happening, ...]:
    """What happened, oldest first; the other side's own filing steps are not told to side B."""
    shown = {drafts.MACHINE.name, payments.MACHINE.name, mediation.MACHINE.name, confirmation.MACHINE.name}
    if side == "B":
        shown -= {drafts.MACHINE.name, payments.MACHINE.name}
    return tuple(
        Happening(HAPPENED[row.machine, row.action], row.at)
        for row in history
        if row.machine in shown and (row.machine, row.action) in HAPPENED
    )
