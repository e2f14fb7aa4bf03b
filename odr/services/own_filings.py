"""A party's acts in his own filing while the court reviews it: answer, insist, consent, withdraw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from filing.causes import claim_fee
from odr.db.cases import Case
from odr.db.filings import MEDIATION, move
from odr.db.review import Supplement
from odr.db.uow import Database, Tx
from odr.domain.accounts import Actor
from odr.domain.drafts import MACHINE, Action, State
from odr.domain.permissions import Part, part, signed_in
from odr.domain.steps import allowed
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted
from odr.ports.clock import Clock

LONGEST_ANSWER = 2000
_ANSWERABLE = frozenset({State.SUPPLEMENT_REQUIRED, State.RETURNED})


@dataclass(frozen=True, slots=True)
class PaperChoice:
    """An uploaded file that an answer may rest on."""

    id: UUID
    number: int
    title: str


@dataclass(frozen=True, slots=True)
class AnswerSheet:
    """What the judge asked for, as the party answers it; `items`: text, answer, papers (ids)."""

    case_id: UUID
    number: str
    state: str
    last_day: date
    answered_at: datetime | None
    items: list[dict[str, Any]]
    papers: tuple[PaperChoice, ...]

    @property
    def open(self) -> bool:
        return self.answered_at is None and self.state in _ANSWERABLE

    @property
    def missing(self) -> int:
        """How many points have neither words nor a paper yet."""
        return sum(not item["answer"] and not item["papers"] for item in self.items)


@dataclass(frozen=True, slots=True)
class DecisionView:
    """What the court decided on the filing, why, and whether the party may insist."""

    case_id: UUID
    number: str
    state: str
    reason: str
    decided_at: datetime
    appeal_by: date | None
    may_insist: bool


@dataclass(frozen=True, slots=True)
class ConsentView:
    """The question whether to mediate before docketing; `fee_fen` is what the court way would cost."""

    case_id: UUID
    number: str
    state: str
    answer: bool | None
    fee_fen: int


@dataclass(frozen=True, slots=True)
class WithdrawalView:
    case_id: UUID
    number: str
    possible: bool


class OwnFilingService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def supplement(self, actor: Actor, case_id: UUID) -> AnswerSheet:
        """The newest list that the judge asked for; NotFound if there is none."""
        async with self._db.read() as tx:
            who = _applicant(part(actor, await tx.cases.belonging(case_id)))
            rows = await tx.review.supplements(case_id)
            if not rows:
                raise NotFound
            case, row = await tx.cases.get(case_id), rows[-1]
            state = await tx.states.get(MACHINE.name, case_id) or ""
            own = await tx.evidence.of_side(case_id, who.side)
        papers = tuple(PaperChoice(one.id, one.number, one.title) for one in own)
        number = (case.number if case else None) or ""
        return AnswerSheet(case_id, number, state, row.last_day, row.answered_at, row.items, papers)

    async def save_answer(
        self, actor: Actor, case_id: UUID, index: int, answer: str, papers: Sequence[UUID] = ()
    ) -> None:
        """Keep the answer to one point, and which of the party's own files belong to it."""
        if len(answer) > LONGEST_ANSWER:
            raise BadInput("Please write it shorter.", field=f"answer-{index}")
        async with self._db.begin() as tx:
            _, row = await self._asked(tx, actor, case_id)
            if not 0 <= index < len(row.items):
                raise NotFound
            chosen = [one for one in await tx.evidence.of_side(case_id, "A") if one.id in papers]
            for one in chosen:
                one.in_room = False  # what was brought to a mediation alone is handed in with the answer
            items = [dict(item) for item in row.items]
            items[index] |= {"answer": answer.strip(), "papers": [str(one.id) for one in chosen]}
            row.items = items
            now = self._clock.now()
            tx.audit.add(actor, "supplement.answer", "supplement", row.id, at=now, case_id=case_id)

    async def resubmit(self, actor: Actor, case_id: UUID) -> None:
        """Send the answers back; the same judge goes on (S-084), with a fresh seven days (R-08)."""
        async with self._db.begin() as tx:
            case, row = await self._asked(tx, actor, case_id)
            await self._move(tx, actor, case, Action.RESUBMIT)
            row.answered_at = self._clock.now()

    async def insist(self, actor: Actor, case_id: UUID) -> None:
        """Ask that the court decide on a filing that it returned or pointed elsewhere (R-09, R-12)."""
        async with self._db.begin() as tx:
            case, _ = await _own(tx, actor, case_id)
            await self._move(tx, actor, case, Action.INSIST)
            if row := await tx.review.open_supplement(case_id):
                row.answered_at = self._clock.now()

    async def decision(self, actor: Actor, case_id: UUID) -> DecisionView:
        """The court's decision against the filing as it stands; NotFound where there is none."""
        async with self._db.read() as tx:
            who = _applicant(part(actor, await tx.cases.belonging(case_id)))
            case = await tx.cases.get(case_id)
            state = await tx.states.get(MACHINE.name, case_id)
            history = [row for row in await tx.states.history(case_id) if row.machine == MACHINE.name]
            appeal = await tx.clocks.latest(case_id, ("R-10",))
        if case is None or state not in (State.REFUSED, State.REDIRECTED, State.RETURNED):
            raise NotFound
        return DecisionView(
            case_id,
            case.number or "",
            state,
            case.decision_reason,
            history[-1].at,
            appeal.last_day if appeal else None,
            Action.INSIST in allowed(MACHINE, state, who.role),
        )

    async def consent(self, actor: Actor, case_id: UUID, *, granted: bool) -> None:
        """The party's answer for the stage of mediation; taking it back brings the case back to the judge."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            case, _ = await _own(tx, actor, case_id)
            state = await tx.states.get(MACHINE.name, case_id)
            if state not in (State.IN_REVIEW, State.PRE_MEDIATION):
                raise NotAllowed
            tx.review.add_consent(case_id, signed_in(actor), MEDIATION, granted=granted, at=now)
            action = "consent.give" if granted else "consent.withdraw"
            tx.audit.add(actor, action, "case", case_id, at=now, case_id=case_id)
            if not granted and state == State.PRE_MEDIATION:
                await self._move(tx, actor, case, Action.COME_BACK)
            for account_id in await tx.cases.people(case_id):
                news = {"case": str(case_id), "machine": MACHINE.name}
                tx.pushes.add(account_id, "changed", news, now)

    async def consent_question(self, actor: Actor, case_id: UUID) -> ConsentView:
        """What the party is asked about mediation, and what he answered so far."""
        async with self._db.read() as tx:
            _applicant(part(actor, await tx.cases.belonging(case_id)))
            case = await tx.cases.get(case_id)
            answer = await tx.review.consent_of(case_id, "A", MEDIATION)
            state = await tx.states.get(MACHINE.name, case_id) or ""
        if case is None:
            raise NotFound
        fee = claim_fee(case.cause, case.amount_fen)
        return ConsentView(case_id, case.number or "", state, answer, fee.fee_fen)

    async def withdrawal(self, actor: Actor, case_id: UUID) -> WithdrawalView:
        """What the page to confirm a withdrawal says."""
        async with self._db.read() as tx:
            who = _applicant(part(actor, await tx.cases.belonging(case_id)))
            case = await tx.cases.get(case_id)
            state = await tx.states.get(MACHINE.name, case_id)
        possible = Action.WITHDRAW in allowed(MACHINE, state, who.role)
        return WithdrawalView(case_id, (case.number if case else None) or "", possible)

    async def withdraw(self, actor: Actor, case_id: UUID) -> None:
        """Take the filing back before it is docketed; what was decided by then stays on record."""
        async with self._db.begin() as tx:
            case, _ = await _own(tx, actor, case_id)
            await self._move(tx, actor, case, Action.WITHDRAW)

    async def _asked(self, tx: Tx, actor: Actor, case_id: UUID) -> tuple[Case, Supplement]:
        """The case, locked, and the list that waits for answers."""
        case, _ = await _own(tx, actor, case_id)
        row = await tx.review.open_supplement(case_id)
        if row is None or await tx.states.get(MACHINE.name, case_id) not in _ANSWERABLE:
            raise NotAllowed("The answers have been sent already.")
        return case, row

    async def _move(self, tx: Tx, actor: Actor, case: Case, action: Action) -> None:
        who = part(actor, await tx.cases.belonging(case.id))
        await move(tx, actor, case, action, role=who.role, now=self._clock.now())


async def _own(tx: Tx, actor: Actor, case_id: UUID) -> tuple[Case, Part]:
    """The actor's own case, held until the transaction ends."""
    case = await tx.cases.lock(case_id)
    if case is None:
        raise NotFound
    return case, _applicant(part(actor, await tx.cases.belonging(case_id)))


def _applicant(who: Part) -> Part:
    if who.side != "A":
        raise NotPermitted
    return who
