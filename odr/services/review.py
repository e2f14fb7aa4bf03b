"""The filing judge's work: queue, review, one complete supplement, docketing, diversion."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from filing.causes import CAUSES, claim_fee
from filing.draft import load
from filing.forms import pages
from filing.questions import Question
from filing.sentences import Sentence
from odr.db.cases import Case
from odr.db.evidence import EvidenceItem
from odr.db.filings import (
    MEDIATION,
    WardView,
    age_on,
    facts_of,
    is_verified,
    move,
    owner_of,
    ward_of,
)
from odr.db.outbox import Event
from odr.db.payments import Payment
from odr.db.review import Reassignment, Supplement, SupplementApproval
from odr.db.uow import Database, Tx
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.calendars import CHINA_CALENDAR
from odr.domain.deadlines import clocks, reckoned
from odr.domain.drafts import MACHINE, Action, FilingFacts, State
from odr.domain.evidence import open_to_court
from odr.domain.papers import PaperOrder, chinese_amount, chinese_date
from odr.domain.permissions import Part, part, require, signed_in
from odr.domain.steps import Role, allowed
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted, Unavailable
from odr.languages import translate
from odr.ports.clock import Clock

DECIDING = ("R-08", "R-05")  # the clocks within which the judge decides, the newer first
_STANDING = frozenset({State.IN_REVIEW, State.SUPPLEMENT_REQUIRED, State.OVERDUE})  # what counts as load
OPEN = frozenset({State.SUBMITTED, State.IN_REVIEW, State.SUPPLEMENT_REQUIRED, State.RETURNED, State.OVERDUE})
_CORE = frozenset({"defendant", "elements", "claim"})  # sections of filing.forms
LONGEST_POINT = 300
LONGEST_REASON = 2000
MOST_POINTS = 20


@dataclass(frozen=True, slots=True)
class QueueItem:
    case_id: UUID
    number: str
    cause: Sentence | None
    amount_fen: int | None
    applicant: str
    state: str
    since: datetime
    decide_by: date | None
    provisional: bool
    mine: bool
    judge: str

    @property
    def overdue(self) -> bool:
        return self.state == State.OVERDUE


@dataclass(frozen=True, slots=True)
class AnswerView:
    """One answered question of the filing."""

    question: Question
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class SectionView:
    """`core`: what the four conditions are read from, shown unfolded."""

    title: Sentence
    core: bool
    answers: list[AnswerView]


@dataclass(frozen=True, slots=True)
class SupplementView:
    asked_at: datetime
    last_day: date
    answered_at: datetime | None
    items: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """A file that a side handed in."""

    id: UUID
    side: str
    number: int
    title: str
    purpose: str
    pages: int


@dataclass(frozen=True, slots=True)
class JudgeView:
    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class ReviewView:
    """`judges` are those whom the division head may give it to; empty for everybody else."""

    case_id: UUID
    number: str
    state: str
    cause: Sentence | None
    amount_fen: int | None
    applicant: str
    helper: str  # beside the applicant; signs nothing
    ward: WardView | None  # where a guardian acts
    age: int | None  # of a plaintiff in person, on the day of the filing
    verified: bool
    judge: str
    submitted_at: datetime | None
    decide_by: date | None
    provisional: bool
    sections: list[SectionView]
    supplements: list[SupplementView]
    consent: bool | None
    actions: tuple[str, ...]
    chosen_way: str
    evidence: tuple[EvidenceView, ...]
    judges: tuple[JudgeView, ...]
    may_approve: bool
    decision_reason: str


class ReviewService:
    """`court_code` stands in the numbers of cases."""

    def __init__(self, db: Database, clock: Clock, court_code: str) -> None:
        self._db = db
        self._clock = clock
        self._court_code = court_code

    async def queue(self, actor: Actor) -> list[QueueItem]:
        """The judge's own filings, overdue and urgent ones on top; the head of the division sees all."""
        require(actor, Role.FILING_JUDGE, Role.DIVISION_HEAD)
        all_of_them = Role.DIVISION_HEAD in actor.staff_roles
        async with self._db.read() as tx:
            rows = await tx.cases.in_states(MACHINE.name, OPEN)
            mine = [row for row in rows if all_of_them or row[0].judge_id == actor.account_id]
            items = [await _queue_item(tx, case, state, since, actor) for case, state, since in mine]
        return sorted(items, key=lambda item: (not item.overdue, item.decide_by or date.max, item.since))

    async def show(self, actor: Actor, case_id: UUID) -> ReviewView:
        """The whole filing as its judge reads it."""
        async with self._db.read() as tx:
            who = _court(part(actor, await tx.cases.belonging(case_id)))
            case = await tx.cases.known(case_id)
            state = await tx.states.get(MACHINE.name, case_id) or ""
            draft, owner = await tx.drafts.get(case_id), await owner_of(tx, case_id)
            facts, answers = await facts_of(tx, case, actor), load(draft.answers).answers
            papers = await tx.evidence.of_case(case_id)
            decide = await tx.clocks.latest(case_id, DECIDING)
            heads = who.role is Role.DIVISION_HEAD
            return ReviewView(
                case_id=case_id,
                number=case.number or "",
                state=state,
                cause=_cause(case),
                amount_fen=case.amount_fen,
                applicant=owner.party_name,
                helper=answers.get("helper_name", ""),
                ward=ward_of(answers, papers),
                age=age_on(answers, case.first_submitted_at),
                verified=await is_verified(tx, owner.account_id),
                judge=await _name(tx, case.judge_id),
                submitted_at=case.first_submitted_at,
                decide_by=decide.last_day if decide else None,
                provisional=bool(decide and decide.provisional),
                sections=_sections(draft.answers),
                supplements=[_supplement_view(row) for row in await tx.review.supplements(case_id)],
                consent=await tx.review.consent_of(case_id, "A", MEDIATION),
                actions=tuple(str(action) for action in allowed(MACHINE, state, who.role, facts)),
                chosen_way=draft.chosen_way,
                evidence=tuple(_evidence_view(row) for row in papers if open_to_court(row.piece())),
                judges=await _others(tx, case) if heads and state in _STANDING else (),
                may_approve=heads and state == State.IN_REVIEW and _needs_leave(facts),
                decision_reason=case.decision_reason,
            )

    async def assign(self, event: Event) -> None:
        """Give a submitted filing to the filing judge who holds the fewest (S-080), then had the fewest."""
        case_id, now = UUID(event.payload["case_id"]), self._clock.now()
        async with self._db.begin() as tx:
            case = await tx.cases.lock(case_id)
            if case is None or case.judge_id is not None:
                return
            judges = await tx.accounts.staff(Role.FILING_JUDGE)
            loads = [
                (await tx.cases.load(judge.id, MACHINE.name, _STANDING), order)
                for order, judge in enumerate(judges)
            ]
            if not loads:
                raise Unavailable  # until the court has appointed a judge
            case.judge_id = judges[min(loads)[1]].id
            if await tx.states.get(MACHINE.name, case_id) == State.SUBMITTED:
                await move(tx, PLATFORM, case, Action.CLAIM, role=Role.CLOCK, now=now)
            else:  # its days were over before anybody had it
                tx.audit.add(PLATFORM, "filing.assign", "case", case_id, at=now, case_id=case_id)

    async def reassign(self, actor: Actor, case_id: UUID, judge_id: UUID, reason: str) -> None:
        """Give a filing to another judge; only the head of the division, and with the reason."""
        _written(reason)
        now = self._clock.now()
        async with self._db.begin() as tx:
            case, head = await _headed(tx, actor, case_id)
            if await tx.states.get(MACHINE.name, case_id) not in _STANDING:
                raise NotAllowed
            if judge_id not in {judge.id for judge in await _others(tx, case)}:
                raise BadInput("Please choose a judge.", field="judge")
            row = Reassignment(
                case_id=case_id,
                from_judge_id=case.judge_id,
                to_judge_id=judge_id,
                decided_by=head,
                reason=reason.strip(),
                at=now,
            )
            tx.review.add_reassignment(row)
            case.judge_id = judge_id
            tx.audit.add(actor, "filing.reassign", "case", case_id, at=now, case_id=case_id)
            for account_id in {one for one in (row.from_judge_id, judge_id) if one}:
                tx.pushes.add(account_id, "changed", {"case": str(case_id), "machine": MACHINE.name}, now)

    async def approve_supplement(self, actor: Actor, case_id: UUID, reason: str) -> None:
        """Leave for one more list, for defects in what came later; the head's reason is kept (R-07)."""
        _written(reason)
        now = self._clock.now()
        async with self._db.begin() as tx:
            case, head = await _headed(tx, actor, case_id)
            state = await tx.states.get(MACHINE.name, case_id)
            if state != State.IN_REVIEW or not _needs_leave(await facts_of(tx, case, actor)):
                raise NotAllowed("There is no second request to approve here.", article="OLR 9")
            tx.review.add_approval(
                SupplementApproval(case_id=case_id, approved_by=head, reason=reason.strip(), at=now)
            )
            tx.audit.add(actor, "supplement.approve", "case", case_id, at=now, case_id=case_id)

    async def ask_supplement(self, actor: Actor, case_id: UUID, items: Sequence[str], days: int) -> None:
        """Ask once for everything that is missing, with a last day (OLR 9, DJ 7)."""
        wanted = [text.strip() for text in items if text.strip()]
        if not wanted:
            raise BadInput("Please write at least one point.", field="items")
        if len(wanted) > MOST_POINTS or any(len(text) > LONGEST_POINT for text in wanted):
            raise BadInput("Please write at most 20 points of 300 characters.", field="items")
        if not 1 <= days <= 30:
            raise BadInput("Please give the party between 1 and 30 days.", field="days")
        now = self._clock.now()
        until = _last_day("supplement", now, days)
        async with self._db.begin() as tx:
            case, _ = await self._judged(tx, actor, case_id)
            judge, owner = await tx.accounts.get(signed_in(actor)), await owner_of(tx, case_id)
            content = {
                "party": owner.party_name,
                "cause": _cause_name(case),
                "last_day": _day(until),
                "judge": judge.display_name,
                "items": wanted,
                "number": case.number or "",
            }
            paper = PaperOrder("supplement_notice", content, audience="A")
            leave = await tx.review.approval(case_id)
            await move(
                tx, actor, case, Action.ASK_SUPPLEMENT, role=Role.FILING_JUDGE, now=now, papers=(paper,)
            )
            await tx.clocks.set_length("supplement", case_id, days)
            if leave is not None:
                leave.used_at = now
            tx.review.add_supplement(
                Supplement(
                    case_id=case_id,
                    items=[{"text": text, "answer": "", "papers": []} for text in wanted],
                    asked_by=judge.id,
                    asked_at=now,
                    last_day=until,
                )
            )

    async def docket(self, actor: Actor, case_id: UUID) -> None:
        """Register the case: number, notice of acceptance, fee notice (R-15)."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            case, _ = await self._judged(tx, actor, case_id)
            fee = claim_fee(case.cause, case.amount_fen)
            until = _last_day("payment", now)
            year = now.year
            case.number = f"({year}){self._court_code}民初{await tx.cases.next_number('民初', year)}号"
            owner, opponent = await owner_of(tx, case_id), await _opponent(tx, case_id)
            common = {"number": case.number, "party": owner.party_name, "cause": _cause_name(case)}
            docketed = PaperOrder(
                "docket_notice",
                common | {"opponent": opponent, "docketed_on": chinese_date(now), "notes": list(_NOTES)},
            )
            to_pay = PaperOrder(
                "fee_notice",
                common
                | {
                    "amount": chinese_amount(fee.fee_fen),
                    "last_day": _day(until),
                    "how": "请登录本平台，在案件页面点击“缴纳诉讼费”在线支付，不收取任何手续费。",
                    "steps": [_chinese(step) for step in fee.steps],
                },
                audience="A",
            )
            await move(
                tx, actor, case, Action.DOCKET, role=Role.FILING_JUDGE, now=now, papers=(docketed, to_pay)
            )
            tx.payments.add(
                Payment(
                    case_id=case_id,
                    amount_fen=fee.fee_fen,
                    steps=[_stored(step) for step in fee.steps],
                    noticed_at=now,
                    last_day=until,
                )
            )

    async def refuse(self, actor: Actor, case_id: UUID, reason: str) -> None:
        """Refuse the filing, with reasons (MSF 126)."""
        await self._decide(actor, case_id, Action.REFUSE, reason)

    async def redirect(self, actor: Actor, case_id: UUID, advice: str) -> None:
        """Say which body is the right one (MSF 127)."""
        await self._decide(actor, case_id, Action.REDIRECT, advice)

    async def ask_mediation(self, actor: Actor, case_id: UUID) -> None:
        """Ask the party whether he wants mediation first (S-113); never a condition of filing."""
        async with self._db.begin() as tx:
            case, _ = await self._judged(tx, actor, case_id)
            await move(tx, actor, case, Action.ASK_MEDIATION, role=Role.FILING_JUDGE, now=self._clock.now())

    async def divert(self, actor: Actor, case_id: UUID) -> None:
        """Send the case to mediation before docketing, with the party's consent."""
        async with self._db.begin() as tx:
            case, _ = await self._judged(tx, actor, case_id)
            now = self._clock.now()
            year = now.year
            case.number = f"({year}){self._court_code}诉前调{await tx.cases.next_number('诉前调', year)}号"
            await move(tx, actor, case, Action.DIVERT, role=Role.FILING_JUDGE, now=now)
            tx.outbox.add("mediation.invite", at=now, case_id=str(case_id))

    async def _decide(self, actor: Actor, case_id: UUID, action: Action, reason: str) -> None:
        _written(reason)
        async with self._db.begin() as tx:
            case, _ = await self._judged(tx, actor, case_id)
            case.decision_reason = reason.strip()
            await move(tx, actor, case, action, role=Role.FILING_JUDGE, now=self._clock.now())

    async def _judged(self, tx: Tx, actor: Actor, case_id: UUID) -> tuple[Case, Part]:
        """The case, locked, for the court's own acts."""
        case = await tx.cases.lock(case_id)
        if case is None:
            raise NotFound
        who = part(actor, await tx.cases.belonging(case_id))
        if who.role is not Role.FILING_JUDGE:
            raise NotPermitted
        return case, who


_NOTES = (
    "当事人享有提出证据、进行辩论、请求调解、提起上诉、申请执行等诉讼权利，应依法行使并遵守诉讼秩序。",
    "请在规定期限内缴纳诉讼费用；确有困难的，可以申请缓交、减交、免交。",
)


async def _opponent(tx: Tx, case_id: UUID) -> str:
    """The other side's name as the filing gives it."""
    return load((await tx.drafts.get(case_id)).answers).answers.get("defendant", "") or "被告"


async def _queue_item(tx: Tx, case: Case, state: str, since: datetime, actor: Actor) -> QueueItem:
    decide = await tx.clocks.latest(case.id, DECIDING)
    return QueueItem(
        case_id=case.id,
        number=case.number or "",
        cause=_cause(case),
        amount_fen=case.amount_fen,
        applicant=(await owner_of(tx, case.id)).party_name,
        state=state,
        since=since,
        decide_by=decide.last_day if decide else None,
        provisional=bool(decide and decide.provisional),
        mine=case.judge_id == actor.account_id,
        judge=await _name(tx, case.judge_id),
    )


async def _name(tx: Tx, account_id: UUID | None) -> str:
    return (await tx.accounts.get(account_id)).display_name if account_id else ""


async def _others(tx: Tx, case: Case) -> tuple[JudgeView, ...]:
    """The filing judges who do not hold the case."""
    judges = await tx.accounts.staff(Role.FILING_JUDGE)
    return tuple(JudgeView(one.id, one.display_name) for one in judges if one.id != case.judge_id)


async def _headed(tx: Tx, actor: Actor, case_id: UUID) -> tuple[Case, UUID]:
    """The case, locked, and the division head who acts on it."""
    head = signed_in(actor)
    case = await tx.cases.lock(case_id)
    if case is None:
        raise NotFound
    part(actor, await tx.cases.belonging(case_id))
    require(actor, Role.DIVISION_HEAD)
    return case, head


def _needs_leave(facts: FilingFacts) -> bool:
    return facts.supplements_asked > 0 and not facts.second_supplement_approved


def _written(reason: str) -> None:
    if not reason.strip():
        raise BadInput("Please write the reasons.", field="reason")
    if len(reason) > LONGEST_REASON:
        raise BadInput("Please write it shorter.", field="reason")


def _evidence_view(row: EvidenceItem) -> EvidenceView:
    return EvidenceView(row.id, row.side, row.number, row.title or row.file_name, row.purpose, row.pages)


def _cause(case: Case) -> Sentence | None:
    cause = CAUSES.get(case.cause)
    return cause.name if cause else None


def _supplement_view(row: Supplement) -> SupplementView:
    return SupplementView(row.asked_at, row.last_day, row.answered_at, row.items)


def _sections(stored: dict[str, Any]) -> list[SectionView]:
    """The answers in the order in which they were asked."""
    draft = load(stored)
    shown: dict[str, SectionView] = {}
    for section, question in pages(draft.answers):
        given = draft.chosen(question.id)
        if given is not None:
            view = shown.setdefault(section.id, SectionView(section.title, section.id in _CORE, []))
            view.answers.append(AnswerView(question, given.value, given.source.value))
    return list(shown.values())


def _court(who: Part) -> Part:
    """Only the court reviews; a party who belongs to the case has pages of his own."""
    if who.role not in (Role.FILING_JUDGE, Role.DIVISION_HEAD):
        raise NotPermitted
    return who


def _last_day(rule: str, start: datetime, days: int | None = None) -> date:
    found = reckoned(clocks(rule)[0], start, CHINA_CALENDAR, length=days)
    if found is None:
        raise ValueError(f"the clock of {rule} has no end")
    return found.last_day


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _stored(sentence: Sentence) -> dict[str, Any]:
    """The sentence as it is kept, to be said in any language later."""
    values = {name: str(value) for name, value in sentence.values.items()}
    return {"text": sentence.text, "article": sentence.article, "values": values}


def _chinese(sentence: Sentence) -> str:
    return sentence.say(lambda text: translate(text, "zh_CN"))


def _cause_name(case: Case) -> str:
    cause = CAUSES.get(case.cause)
    return cause.chinese[0] if cause else "其他纠纷"
