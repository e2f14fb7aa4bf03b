"""The mediation itself: where it stands for each person, its sittings, its end."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from filing.causes import CAUSES
from filing.draft import load
from filing.materials import GUARDIANSHIP
from filing.sentences import Sentence
from odr.db.cases import Case
from odr.db.convening import Call, convene
from odr.db.mediated import Act, cause_name, locked, state_of, take, titled
from odr.db.mediation import Mandate
from odr.db.mediators import Mediator
from odr.db.outbox import Event
from odr.db.states import Transition
from odr.db.uow import Database, Tx
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.mediation import HELD_BY_MEDIATOR, MACHINE, Action, Ground, State
from odr.domain.papers import PaperOrder, chinese_date, chinese_moment
from odr.domain.permissions import Part, part, require, signed_in
from odr.domain.sittings import Kind
from odr.domain.steps import Role, allowed
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted
from odr.ports.clock import Clock

_RULES = ("M-10", "M-07", "M-05", "invitation")
_REMINDERS = (timedelta(days=3), timedelta(days=1), timedelta(hours=1))
_GROUND_OF = {
    "expire": Ground.EXPIRED,
    "refuse_signature": Ground.SIGNATURE_REFUSED,
    "give_up": Ground.UNREACHABLE,
    "refuse_invitation": Ground.REFUSED,
}
_GROUNDS_ON_PAPER = {
    Ground.REFUSED: "被申请人不同意调解。",
    Ground.UNREACHABLE: "未能在期限内与被申请人取得联系或者未获答复。",
    Ground.UNWILLING: "一方当事人明确表示不愿继续调解。",
    Ground.GAP: "当事人意见分歧较大，难以达成调解协议。",
    Ground.EXPIRED: "调解期限届满，未达成调解协议，各方未同意延长。",
    Ground.SIGNATURE_REFUSED: "当事人拒绝签署调解协议。",
    Ground.SETTLED: "当事人自行和解，要求终结调解。",
    Ground.OTHER: "有其他应当终结调解的情形。",
}


@dataclass(frozen=True, slots=True)
class MandateView:
    """The mediator who is asked or has accepted, and what was disclosed."""

    mediator: str
    organisation: str
    introduction: str
    answer: str
    disclosed: bool
    relations: tuple[str, ...]
    details: str
    agreed: frozenset[str]
    reasons: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class PersonView:
    """A party; `guardian` acts for it, as `proof` (a paper of its side) shows."""

    name: str
    side: str
    guardian: str = ""
    proof: UUID | None = None


@dataclass(frozen=True, slots=True)
class MediationView:
    """Where a mediation stands, for a party (`side`) or its mediator (`side` "")."""

    case_id: UUID
    number: str
    state: str
    side: str
    cause: Sentence | None
    amount_fen: int | None
    claims: str
    people: tuple[PersonView, ...]
    helper: str  # beside the applicant; signs nothing and speaks for nobody
    invited_as: str  # the name in the filing, where the verified one differs
    mandate: MandateView | None
    my_choice: UUID | None
    left_to_court: bool
    rule: str
    last_day: date | None
    starts_at: datetime | None
    ground: str
    actions: frozenset[str]


@dataclass(frozen=True, slots=True)
class QueueItem:
    case_id: UUID
    number: str
    cause: Sentence | None
    parties: str
    state: str
    last_day: date | None


class MediationService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def show(self, actor: Actor, case_id: UUID) -> MediationView:
        """The page of a party or of the mediator; NotFound for others."""
        signed_in(actor)
        async with self._db.read() as tx:
            who = _member(part(actor, await tx.cases.belonging(case_id)))
            case = await tx.cases.get(case_id)
            if case is None:
                raise NotFound
            return await _view(tx, case, who)

    async def queue(self, actor: Actor) -> list[QueueItem]:
        """What the mediator was asked or holds, the nearest last day on top."""
        require(actor, Role.MEDIATOR)
        async with self._db.read() as tx:
            rows = await tx.cases.in_states(MACHINE.name, [state.value for state in HELD_BY_MEDIATOR])
            items = [
                await _queued(tx, case, state)
                for case, state, _ in rows
                if case.mediator_id == actor.account_id
            ]
        return sorted(items, key=lambda item: item.last_day or date.max)

    async def schedule(self, actor: Actor, case_id: UUID, starts_at: datetime | None) -> None:
        """Fix a sitting within the period; None: now. Everybody is told; the room stands at once."""
        now = self._clock.now()
        at = starts_at or now
        async with self._db.begin() as tx:
            case = await _held(tx, actor, case_id)
            ends = next((row for row in await tx.clocks.running(case_id) if row.rule == "M-10"), None)
            if at < now:
                raise BadInput("Please choose a time that is still to come.", field="day")
            if ends is None or at >= ends.ends_at:
                raise BadInput("Please choose a time before the mediation ends.", field="day")
            await take(
                tx, Act(actor, Role.MEDIATOR, now), case_id, Action.SCHEDULE, await _summons(tx, case, at)
            )
            (await tx.mediations.course(case_id)).starts_at = at
            await convene(tx, case_id, Call(actor, Role.MEDIATOR, Kind.MEDIATION, at, now))
            told: dict[str, Any] = {"case_id": str(case_id), "starts_at": at.isoformat()}
            for before in _REMINDERS:
                if at - before > now:
                    tx.outbox.add("mediation.remind", at=now, due_at=at - before, **told)

    async def begin(self, actor: Actor, case_id: UUID) -> None:
        """The sitting has opened."""
        await self._go(actor, case_id, Action.BEGIN)

    async def adjourn(self, actor: Actor, case_id: UUID) -> None:
        """The sitting is over without result; another may follow."""
        await self._go(actor, case_id, Action.ADJOURN)

    async def to_draft(self, actor: Actor, case_id: UUID) -> None:
        """The sides agree in substance: an agreement is written."""
        await self._go(actor, case_id, Action.DRAFT)

    async def end(self, actor: Actor, case_id: UUID, ground: str = "") -> None:
        """End without agreement, by either side at any moment or by the mediator (OMR 21, 25)."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            await locked(tx, case_id)
            who = _member(part(actor, await tx.cases.belonging(case_id)))
            if who.role is Role.MEDIATOR:
                (await tx.mediations.course(case_id)).ground = _ground(ground)
            await take(tx, Act(actor, who.role, now), case_id, Action.END)

    async def report(self, event: Event) -> None:
        """Write the report of the end (`mediation.report`: case_id), once."""
        case_id, now = UUID(event.payload["case_id"]), self._clock.now()
        async with self._db.begin() as tx:
            case = await locked(tx, case_id)
            course = await tx.mediations.course(case_id)
            if course.reported_at is not None or await state_of(tx, case_id) is not State.TERMINATED:
                return
            course.reported_at = now
            history = [row for row in await tx.states.history(case_id) if row.machine == MACHINE.name]
            course.ground = course.ground or _found(history[-1])
            tx.order_paper(await _final_report(tx, case, history, Ground(course.ground)), case_id, now)
            tx.audit.add(PLATFORM, "mediation.report", "case", case_id, at=now, case_id=case_id)

    async def remind(self, event: Event) -> None:
        """Remind everybody of a sitting (`mediation.remind`: case_id, starts_at) that still stands."""
        case_id, now = UUID(event.payload["case_id"]), self._clock.now()
        at = datetime.fromisoformat(event.payload["starts_at"])
        async with self._db.begin() as tx:
            course = await tx.mediations.seen_course(case_id)
            stands = await state_of(tx, case_id) is State.SCHEDULED and course and course.starts_at == at
            called = [row for row in await tx.sittings.of_case(case_id) if row.closed_at is None]
            sitting = next((row for row in called if row.starts_at == at), None)
            if not stands or at < now or sitting is None:
                return
            values = {"at": chinese_moment(at)}
            ids: dict[str, Any] = {"subject_id": str(sitting.id), "case_id": str(case_id)}
            tx.outbox.add("notice.send", at=now, name="sitting_soon", values=values, **ids)

    async def _go(self, actor: Actor, case_id: UUID, action: Action) -> None:
        async with self._db.begin() as tx:
            await _held(tx, actor, case_id)
            await take(tx, Act(actor, Role.MEDIATOR, self._clock.now()), case_id, action)


def _member(who: Part) -> Part:
    """A party, an agent or the mediator; the court reads the report only."""
    if not who.side and who.role is not Role.MEDIATOR:
        raise NotPermitted
    return who


async def _held(tx: Tx, actor: Actor, case_id: UUID) -> Case:
    case = await locked(tx, case_id)
    if part(actor, await tx.cases.belonging(case_id)).role is not Role.MEDIATOR:
        raise NotPermitted
    return case


def _ground(text: str) -> str:
    try:
        return Ground(text).value
    except ValueError:
        raise BadInput("Please choose why the mediation ends.", field="ground") from None


def _found(last: Transition) -> str:
    if last.action == "refuse_invitation" and last.role == Role.CLOCK:
        return Ground.UNREACHABLE.value
    return _GROUND_OF.get(last.action, Ground.UNWILLING).value


async def _view(tx: Tx, case: Case, who: Part) -> MediationView:
    state = await state_of(tx, case.id)
    running = {row.rule: row for row in await tx.clocks.running(case.id)}
    clock = next((running[rule] for rule in _RULES if rule in running), None)
    invitation = await tx.mediations.invitation(case.id)
    course = await tx.mediations.seen_course(case.id)
    wish = (await tx.mediations.choices(case.id)).get(who.side)
    agreement = await tx.agreements.newest(case.id)
    over = {Action.END} if agreement and agreement.effective_at else set()
    mandate = await tx.mediations.mandate(case.id)
    cause = CAUSES.get(case.cause)
    names = await titled(tx, case)
    answers = load((await tx.drafts.get(case.id)).answers).answers
    return MediationView(
        case.id,
        names.number,
        state.value,
        who.side,
        cause.name if cause else None,
        case.amount_fen,
        answers.get("claims", ""),
        (await _party(tx, case, "A", names.applicant), await _party(tx, case, "B", names.respondent)),
        answers.get("helper_name", ""),
        invitation.name if invitation and _differs(invitation.name, invitation.verified_name) else "",
        await _mandate_view(tx, mandate),
        wish.mediator_id if wish else None,
        wish is not None and wish.mediator_id is None,
        clock.rule if clock else "",
        clock.last_day if clock else None,
        course.starts_at if course else None,
        course.ground if course else "",
        frozenset(str(action) for action in allowed(MACHINE, state, who.role) if action not in over),
    )


async def _party(tx: Tx, case: Case, side: str, name: str) -> PersonView:
    here = [row for row in await tx.cases.participants(case.id) if row.side == side and row.guardian]
    papers = await tx.evidence.of_side(case.id, side) if here else []
    proof = next((one.id for one in papers if one.material == GUARDIANSHIP.id), None)
    return PersonView(name, side, here[0].name if here else "", proof)


def _differs(filed: str, verified: str) -> bool:
    return bool(verified) and "".join(filed.split()) != "".join(verified.split())


async def _mandate_view(tx: Tx, mandate: Mandate | None) -> MandateView | None:
    row = await tx.mediators.get(mandate.mediator_id) if mandate else None
    if mandate is None or row is None:
        return None
    return MandateView(
        row.name,
        row.organisation,
        row.introduction,
        mandate.answer,
        mandate.disclosed_at is not None,
        tuple(mandate.relations),
        mandate.details,
        frozenset(mandate.agreed),
        tuple(Sentence(one["text"], "", one["values"]) for one in mandate.reasons),
    )


async def _queued(tx: Tx, case: Case, state: str) -> QueueItem:
    names, cause = await titled(tx, case), CAUSES.get(case.cause)
    parties = f"{names.applicant} · {names.respondent}"
    due = await tx.clocks.due(case.id, _RULES)
    return QueueItem(case.id, names.number, cause.name if cause else None, parties, state, due)


async def _mediator(tx: Tx, case: Case) -> Mediator | None:
    return await tx.mediators.get(case.mediator_id) if case.mediator_id else None


async def _summons(tx: Tx, case: Case, at: datetime) -> PaperOrder:
    names, mediator = await titled(tx, case), await _mediator(tx, case)
    if mediator is None:
        raise NotAllowed
    content: dict[str, Any] = {
        "case_title": names.title,
        "starts_at": chinese_moment(at),
        "mediator": mediator.name,
        "how": "登录本平台，在案件的调解页面点击“进入调解室”。",
        "parties": [names.applicant, names.respondent],
        "notes": [
            "请提前检查摄像头、麦克风和网络，并准备好身份证件。",
            "请在安静、单独的场所参加，未经允许不得录音录像。",
            "调解自愿，您可以随时退出，不影响您的诉讼权利。",
        ],
        "number": names.number,
    }
    return PaperOrder("mediation_notice", content)


async def _final_report(tx: Tx, case: Case, history: list[Transition], ground: Ground) -> PaperOrder:
    names, mediator = await titled(tx, case), await _mediator(tx, case)
    accepted = [row.at for row in history if row.action == "accept_mandate"]
    sittings = sum(row.action == "begin" for row in history)
    content: dict[str, Any] = {
        "case_title": f"{names.applicant}与{names.respondent}{cause_name(case.cause)}一案",
        "mediator": mediator.name if mediator else "尚未确定",
        "started_on": chinese_date(accepted[-1]) if accepted else "调解员尚未接受委派",
        "ended_on": chinese_date(history[-1].at),
        "ground": _GROUNDS_ON_PAPER[ground],
        "conduct": [f"共进行在线调解{sittings}次。" if sittings else "未进行在线调解。"],
        "number": names.number,
    }
    return PaperOrder("termination_report", content)
