"""The filing judge's work: queue, one complete supplement, docketing, diversion; the party's answers."""

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
from odr.db.cases import Case, Participant
from odr.db.outbox import Event
from odr.db.payments import Payment
from odr.db.review import Supplement
from odr.db.uow import Database, Tx
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.calendars import CHINA_CALENDAR
from odr.domain.cascades import follow
from odr.domain.deadlines import clocks, deadline
from odr.domain.drafts import MACHINE, Action, FilingFacts, State
from odr.domain.papers import PaperOrder, chinese_amount, chinese_date
from odr.domain.permissions import Part, part, require, signed_in
from odr.domain.steps import Change, Role, Subject, advance, allowed
from odr.errors import BadInput, NotFound, NotPermitted
from odr.languages import translate
from odr.ports.clock import Clock

DECIDING = ("R-08", "R-05")  # the clocks within which the judge decides, the newer first
OPEN = frozenset({State.SUBMITTED, State.IN_REVIEW, State.SUPPLEMENT_REQUIRED, State.RETURNED, State.OVERDUE})
MEDIATION = "mediation"  # the stage that a consent is for


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
    mine: bool


@dataclass(frozen=True, slots=True)
class AnswerView:
    """One answered question of the filing."""

    question: Question
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class SupplementView:
    asked_at: datetime
    last_day: date
    answered_at: datetime | None
    items: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ReviewView:
    case_id: UUID
    number: str
    state: str
    cause: Sentence | None
    amount_fen: int | None
    applicant: str
    submitted_at: datetime | None
    decide_by: date | None
    sections: list[tuple[Sentence, list[AnswerView]]]
    supplements: list[SupplementView]
    consent: bool | None
    actions: tuple[str, ...]
    chosen_way: str


@dataclass(frozen=True, slots=True)
class ConsentView:
    """The question whether to mediate before docketing; `fee_fen` is what the court way would cost."""

    case_id: UUID
    number: str
    state: str
    answer: bool | None
    fee_fen: int


class ReviewService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def queue(self, actor: Actor) -> list[QueueItem]:
        """The judge's own filings first, the most urgent on top; the head of the division sees all."""
        require(actor, Role.FILING_JUDGE, Role.DIVISION_HEAD)
        all_of_them = Role.DIVISION_HEAD in actor.staff_roles
        async with self._db.read() as tx:
            rows = await tx.cases.in_states(MACHINE.name, OPEN)
            items = [await _queue_item(tx, case, state, since, actor) for case, state, since in rows]
        shown = [item for item in items if item.mine or all_of_them]
        return sorted(shown, key=lambda item: (item.decide_by or date.max, item.since))

    async def show(self, actor: Actor, case_id: UUID) -> ReviewView:
        async with self._db.read() as tx:
            who = _court(part(actor, await tx.cases.belonging(case_id)))
            case = await _case(tx, case_id)
            state = await tx.states.get(MACHINE.name, case_id) or ""
            draft = await tx.drafts.get(case_id)
            owner = await _owner(tx, case_id)
            facts = await _facts(tx, case, actor)
            supplements = [_supplement_view(row) for row in await tx.review.supplements(case_id)]
            consent = await tx.review.consent(case_id, owner.account_id, MEDIATION)
            decide_by = await tx.clocks.due(case_id, DECIDING)
        cause = CAUSES.get(case.cause)
        return ReviewView(
            case_id,
            case.number or "",
            state,
            cause.name if cause else None,
            case.amount_fen,
            owner.name,
            case.first_submitted_at,
            decide_by,
            _sections(draft.answers),
            supplements,
            consent,
            tuple(str(action) for action in allowed(MACHINE, state, who.role, facts)),
            draft.chosen_way,
        )

    async def assign(self, event: Event) -> None:
        """Give a submitted filing to the filing judge who holds the fewest (S-080)."""
        case_id = UUID(event.payload["case_id"])
        async with self._db.begin() as tx:
            case = await tx.cases.lock(case_id)
            if case is None or case.judge_id is not None:
                return
            judges = await tx.accounts.staff(Role.FILING_JUDGE)
            loads = [(await tx.cases.judged_by(judge.id), order) for order, judge in enumerate(judges)]
            if not loads:
                return
            case.judge_id = judges[min(loads)[1]].id
            await self._take(tx, PLATFORM, case, Action.CLAIM, Role.CLOCK)

    async def ask_supplement(self, actor: Actor, case_id: UUID, items: Sequence[str], days: int) -> None:
        """Ask once for everything that is missing, with a last day (OLR 9, DJ 7)."""
        wanted = [text.strip() for text in items if text.strip()]
        if not wanted:
            raise BadInput("Please write at least one point.", field="items")
        if not 1 <= days <= 30:
            raise BadInput("Please give the party between 1 and 30 days.", field="days")
        now = self._clock.now()
        until = _last_day("supplement", now, days)
        async with self._db.begin() as tx:
            case, _ = await self._judged(tx, actor, case_id)
            judge, owner = await tx.accounts.get(signed_in(actor)), await _owner(tx, case_id)
            content = {
                "party": owner.name,
                "cause": _cause_name(case),
                "last_day": _day(until),
                "judge": judge.display_name,
                "items": wanted,
                "number": case.number or "",
            }
            paper = PaperOrder("supplement_notice", content, audience="A")
            await self._take(tx, actor, case, Action.ASK_SUPPLEMENT, Role.FILING_JUDGE, paper)
            tx.review.add_supplement(
                Supplement(
                    case_id=case_id,
                    items=[{"text": text, "answer": "", "documents": []} for text in wanted],
                    asked_by=judge.id,
                    asked_at=now,
                    last_day=until,
                )
            )

    async def supplement(self, actor: Actor, case_id: UUID) -> SupplementView:
        """What the party is asked for, to be answered."""
        async with self._db.read() as tx:
            part(actor, await tx.cases.belonging(case_id))
            rows = await tx.review.supplements(case_id)
        if not rows:
            raise NotFound
        return _supplement_view(rows[-1])

    async def save_answer(
        self, actor: Actor, case_id: UUID, index: int, answer: str, documents: Sequence[UUID] = ()
    ) -> None:
        """Keep the answer to one point; papers named here were uploaded before."""
        async with self._db.begin() as tx:
            _applicant(part(actor, await tx.cases.belonging(case_id)))
            row = await tx.review.open_supplement(case_id)
            if row is None or not 0 <= index < len(row.items):
                raise NotFound
            items = [dict(item) for item in row.items]
            items[index]["answer"] = answer.strip()
            items[index]["documents"] += [str(document) for document in documents]
            row.items = items
            tx.audit.add(
                actor, "supplement.answer", "supplement", row.id, at=self._clock.now(), case_id=case_id
            )

    async def resubmit(self, actor: Actor, case_id: UUID) -> None:
        """Send the answers back; the same judge goes on (S-084), with a fresh seven days (R-08)."""
        async with self._db.begin() as tx:
            case = await tx.cases.lock(case_id)
            who = _applicant(part(actor, await tx.cases.belonging(case_id)))
            row = await tx.review.open_supplement(case_id)
            if case is None or row is None:
                raise NotFound
            await self._take(tx, actor, case, Action.RESUBMIT, who.role)
            row.answered_at = self._clock.now()

    async def docket(self, actor: Actor, case_id: UUID) -> None:
        """Register the case: number, notice of acceptance, fee notice (R-15)."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            case, _ = await self._judged(tx, actor, case_id)
            fee = claim_fee(case.cause, case.amount_fen)
            until = _last_day("payment", now)
            year = now.year
            case.number = f"({year})示0108民初{await tx.cases.next_number('民初', year)}号"
            owner, opponent = await _owner(tx, case_id), await _opponent(tx, case_id)
            common = {"number": case.number, "party": owner.name, "cause": _cause_name(case)}
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
            await self._take(tx, actor, case, Action.DOCKET, Role.FILING_JUDGE, docketed, to_pay)
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
            await self._take(tx, actor, case, Action.ASK_MEDIATION, Role.FILING_JUDGE)

    async def consent(self, actor: Actor, case_id: UUID, *, granted: bool) -> None:
        """The party's answer for the stage of mediation; taking it back brings the case back to the judge."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            case = await tx.cases.lock(case_id)
            who = _applicant(part(actor, await tx.cases.belonging(case_id)))
            if case is None:
                raise NotFound
            tx.review.add_consent(case_id, signed_in(actor), MEDIATION, granted=granted, at=now)
            tx.audit.add(
                actor,
                "consent.give" if granted else "consent.withdraw",
                "case",
                case_id,
                at=now,
                case_id=case_id,
            )
            if not granted and await tx.states.get(MACHINE.name, case_id) == State.PRE_MEDIATION:
                await self._take(tx, actor, case, Action.COME_BACK, who.role)

    async def consent_question(self, actor: Actor, case_id: UUID) -> ConsentView:
        """What the party is asked about mediation, and what he answered so far."""
        async with self._db.read() as tx:
            _applicant(part(actor, await tx.cases.belonging(case_id)))
            case = await _case(tx, case_id)
            answer = await tx.review.consent(case_id, signed_in(actor), MEDIATION)
            state = await tx.states.get(MACHINE.name, case_id) or ""
        fee = claim_fee(case.cause, case.amount_fen)
        return ConsentView(case_id, case.number or "", state, answer, fee.fee_fen)

    async def divert(self, actor: Actor, case_id: UUID) -> None:
        """Send the case to mediation before docketing, with the party's consent."""
        async with self._db.begin() as tx:
            case, _ = await self._judged(tx, actor, case_id)
            year = self._clock.now().year
            case.number = f"({year})示0108诉前调{await tx.cases.next_number('诉前调', year)}号"
            await self._take(tx, actor, case, Action.DIVERT, Role.FILING_JUDGE)
            tx.outbox.add("mediation.invite", at=self._clock.now(), case_id=str(case_id))

    async def _decide(self, actor: Actor, case_id: UUID, action: Action, reason: str) -> None:
        if not reason.strip():
            raise BadInput("Please write the reasons; the party reads them.", field="reason")
        async with self._db.begin() as tx:
            case, _ = await self._judged(tx, actor, case_id)
            case.decision_reason = reason.strip()
            await self._take(tx, actor, case, action, Role.FILING_JUDGE)

    async def _judged(self, tx: Tx, actor: Actor, case_id: UUID) -> tuple[Case, Part]:
        """The case, locked, for the court's own acts."""
        case = await tx.cases.lock(case_id)
        if case is None:
            raise NotFound
        who = part(actor, await tx.cases.belonging(case_id))
        if who.role is not Role.FILING_JUDGE:
            raise NotPermitted
        return case, who

    async def _take(
        self, tx: Tx, actor: Actor, case: Case, action: Action, role: Role, *papers: PaperOrder
    ) -> Change:
        """Advance the filing and what follows from it, and write it down."""
        subject = Subject(
            case.id, case.id, await tx.states.lock(MACHINE.name, case.id), await _facts(tx, case, actor)
        )
        change = advance(MACHINE, subject, action, role, now=self._clock.now())
        await tx.record(actor, change, *follow(change, await tx.states.of_case(case.id)), papers=papers)
        return change


_NOTES = (
    "当事人享有提出证据、进行辩论、请求调解、提起上诉、申请执行等诉讼权利，应依法行使并遵守诉讼秩序。",
    "请在规定期限内缴纳诉讼费用；确有困难的，可以申请缓交、减交、免交。",
)


async def _facts(tx: Tx, case: Case, actor: Actor) -> FilingFacts:
    """What the guards of the review ask for."""
    owner = await _owner(tx, case.id)
    row = await tx.review.open_supplement(case.id)
    unanswered = [item for item in row.items if not item["answer"] and not item["documents"]] if row else []
    return FilingFacts(
        judge_id=case.judge_id,
        asks=actor.account_id if actor.staff_roles else None,
        supplements_asked=await tx.review.supplement_count(case.id),
        open_items=len(unanswered),
        mediation_consent=bool(await tx.review.consent(case.id, owner.account_id, MEDIATION)),
    )


async def _case(tx: Tx, case_id: UUID) -> Case:
    case = await tx.cases.get(case_id)
    if case is None:
        raise NotFound
    return case


async def _owner(tx: Tx, case_id: UUID) -> Participant:
    """Who began the case."""
    return next(row for row in await tx.cases.participants(case_id) if row.side == "A")


async def _opponent(tx: Tx, case_id: UUID) -> str:
    """The other side's name as the filing gives it."""
    return load((await tx.drafts.get(case_id)).answers).answers.get("defendant", "")


async def _queue_item(tx: Tx, case: Case, state: str, since: datetime, actor: Actor) -> QueueItem:
    cause = CAUSES.get(case.cause)
    return QueueItem(
        case.id,
        case.number or "",
        cause.name if cause else None,
        case.amount_fen,
        (await _owner(tx, case.id)).name,
        state,
        since,
        await tx.clocks.due(case.id, DECIDING),
        case.judge_id == actor.account_id,
    )


def _supplement_view(row: Supplement) -> SupplementView:
    return SupplementView(row.asked_at, row.last_day, row.answered_at, row.items)


def _sections(stored: dict[str, Any]) -> list[tuple[Sentence, list[AnswerView]]]:
    """The answers in the order in which they were asked."""
    draft = load(stored)
    shown: dict[str, tuple[Sentence, list[AnswerView]]] = {}
    for section, question in pages(draft.answers):
        given = draft.chosen(question.id)
        if given is not None:
            _, answers = shown.setdefault(section.id, (section.title, []))
            answers.append(AnswerView(question, given.value, given.source.value))
    return list(shown.values())


def _court(who: Part) -> Part:
    """Only the court reviews; a party who belongs to the case has pages of his own."""
    if who.role not in (Role.FILING_JUDGE, Role.DIVISION_HEAD, Role.COORDINATOR):
        raise NotPermitted
    return who


def _applicant(who: Part) -> Part:
    if who.side != "A":
        raise NotPermitted
    return who


def _last_day(rule: str, start: datetime, days: int | None = None) -> date:
    found = deadline(clocks(rule)[0], start, CHINA_CALENDAR, length=days)
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
