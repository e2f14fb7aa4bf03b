"""Judicial confirmation: both sides apply, one judge checks, hears both, and rules.

Rule 1: the judge works from the agreement and what the parties say to him; the talks stay closed (OMR 18).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from filing.causes import CAUSES
from odr.db.agreements import Agreement, Signatory
from odr.db.cases import Case
from odr.db.confirmation import Confirmation
from odr.db.hearings import BOTH, Hearing, fixed, judged, parties, take_down
from odr.db.uow import Database, Tx
from odr.domain import identity
from odr.domain.accounts import Actor
from odr.domain.agents import Deed, lacks
from odr.domain.agreements import from_record, sentences
from odr.domain.cascades import follow
from odr.domain.confirmation import MACHINE, Action, ConfirmationFacts, State
from odr.domain.grounds import DISMISSED, NOT_ADMITTED, Ground, all_absent
from odr.domain.papers import PaperOrder, chinese_date
from odr.domain.permissions import Part, part, require, signed_in
from odr.domain.steps import Reason, Role, Subject, advance, allowed
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted
from odr.ports.clock import Clock

WINDOW, DECIDE = "C-01", "C-11"
OPEN = frozenset({State.APPLIED, State.ACCEPTED})


@dataclass(frozen=True, slots=True)
class PartyView:
    """A party as the judge sees it: verified or not, never the papers of the check."""

    name: str
    role: str
    side: str
    verified: bool
    applied_at: datetime | None


@dataclass(frozen=True, slots=True)
class ConfirmationView:
    """`actions` are those the person may take now; `last_day` is that of the joint application."""

    case_id: UUID
    number: str
    state: str
    role: Role
    side: str
    parties: tuple[PartyView, ...]
    agreement: tuple[str, ...]
    effective_at: datetime | None
    last_day: date | None
    decide_by: date | None
    judge: str
    accepted_at: datetime | None
    heard_at: datetime | None
    both_heard: bool
    hearing: Hearing | None
    entries: tuple[dict[str, str], ...]
    reasons: tuple[str, ...]
    decided_at: datetime | None
    actions: tuple[str, ...]
    no_power: Reason | None


@dataclass(frozen=True, slots=True)
class QueuedConfirmation:
    case_id: UUID
    number: str
    parties: str
    state: str
    since: datetime
    decide_by: date | None


@dataclass(frozen=True, slots=True)
class Held:
    """The case and its application, locked, and the part of the person who acts."""

    case: Case
    row: Confirmation
    who: Part


class ConfirmationService:
    """`court_code` stands in case numbers."""

    def __init__(self, db: Database, clock: Clock, court_code: str) -> None:
        self._db = db
        self._clock = clock
        self._court_code = court_code

    async def show(self, actor: Actor, case_id: UUID) -> ConfirmationView:
        """For the parties and the confirming judge of the case."""
        async with self._db.read() as tx:
            who = part(actor, await tx.cases.belonging(case_id))
            if not who.side and who.role is not Role.CONFIRMING_JUDGE:
                raise NotPermitted
            return await self._view(tx, case_id, who, await _no_power(tx, actor, case_id, who))

    async def queue(self, actor: Actor) -> list[QueuedConfirmation]:
        """The judge's own applications, the longest waiting first."""
        require(actor, Role.CONFIRMING_JUDGE)
        async with self._db.read() as tx:
            items = []
            for case, state, since in await tx.cases.in_states(MACHINE.name, OPEN):
                if case.confirming_judge_id != actor.account_id:
                    continue
                names = "、".join(one.party_name for one in await parties(tx, case))
                due = await tx.clocks.due(case.id, (DECIDE,))
                items.append(QueuedConfirmation(case.id, case.number or "", names, state, since, due))
        return items

    async def apply(self, actor: Actor, case_id: UUID) -> None:
        """Apply as the first side, or join the other; with both, the application goes to a judge."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            case = await tx.cases.held(case_id)
            who = part(actor, await tx.cases.belonging(case_id))
            if not who.side:
                raise NotPermitted
            row = await tx.confirmations.lock(case_id)
            first = await tx.states.get(MACHINE.name, case_id) != State.JOINT_APPLYING
            if first:
                await self._take(tx, actor, Held(case, row, who), Action.APPLY)
            else:
                paper = await self._application(tx, case, now)
                await self._take(tx, actor, Held(case, row, who), Action.JOIN, paper)
                case.confirming_judge_id = await _lightest(tx)
            if who.side == "A":
                row.applied_a_at = now
            else:
                row.applied_b_at = now

    async def withdraw(self, actor: Actor, case_id: UUID) -> None:
        """Either side takes the application back before the ruling (JS 357)."""
        async with self._db.begin() as tx:
            case = await tx.cases.held(case_id)
            who = part(actor, await tx.cases.belonging(case_id))
            row = await tx.confirmations.lock(case_id)
            await self._take(tx, actor, Held(case, row, who), Action.WITHDRAW)

    async def admit(self, actor: Actor, case_id: UUID, absent: Collection[str]) -> None:
        """Admit the application; every ground of JS 355 was looked at and is absent."""
        all_absent(NOT_ADMITTED, absent, "absent")
        now = self._clock.now()
        async with self._db.begin() as tx:
            case, row, who = await judged(tx, actor, case_id)
            row.checked = sorted({*row.checked, *absent})
            count = await tx.cases.next_number("民特", now.year)
            row.number = f"({now.year}){self._court_code}民特{count}号"
            row.accepted_at = now
            names = [one.line for one in await parties(tx, case)]
            content = {
                "number": row.number,
                "accepted_on": chinese_date(now),
                "decide_by": "自受理之日起三十日内",
                "parties": names,
            }
            paper = PaperOrder("confirmation_acceptance", content)
            await self._take(tx, actor, Held(case, row, who), Action.ADMIT, paper)

    async def not_admit(self, actor: Actor, case_id: UUID, found: Sequence[str], reasons: str) -> None:
        """Do not admit it: the grounds of JS 355 that are there, and the reasons in words."""
        async with self._db.begin() as tx:
            case, row, who = await judged(tx, actor, case_id)
            row.reasons = _reasons(NOT_ADMITTED, found, reasons)
            row.decided_at = self._clock.now()
            await self._take(tx, actor, Held(case, row, who), Action.NOT_ADMIT)

    async def confirm(self, actor: Actor, case_id: UUID, absent: Collection[str]) -> None:
        """Rule that the agreement is valid; every ground of JS 358 was looked at and is absent."""
        all_absent(DISMISSED, absent, "absent")
        async with self._db.begin() as tx:
            case, row, who = await judged(tx, actor, case_id)
            await self._heard(tx, case, row)
            row.checked, row.decided_at = sorted({*row.checked, *absent}), self._clock.now()
            paper = PaperOrder("confirmation_ruling", await _ruling(tx, case, row))
            await self._take(tx, actor, Held(case, row, who), Action.CONFIRM, paper)

    async def dismiss(self, actor: Actor, case_id: UUID, found: Sequence[str], reasons: str) -> None:
        """Dismiss the application with reasons; the parties may mediate again or sue."""
        async with self._db.begin() as tx:
            case, row, who = await judged(tx, actor, case_id)
            await take_down(tx, case, row, self._clock.now())
            row.reasons = _reasons(DISMISSED, found, reasons)
            row.decided_at = self._clock.now()
            content = await _common(tx, case, row) | {"reasons": row.reasons}
            paper = PaperOrder("dismissal_ruling", content)
            await self._take(tx, actor, Held(case, row, who), Action.DISMISS, paper)

    async def _heard(self, tx: Tx, case: Case, row: Confirmation) -> None:
        """Take the minutes out of the room; who was heard without any must write them first."""
        await take_down(tx, case, row, self._clock.now())
        held = await fixed(tx, case.id)
        if held and held.together and not set(row.heard) >= BOTH:
            raise NotAllowed("Please write the minutes of the hearing in its room first.", article="JS 356")

    async def _take(self, tx: Tx, actor: Actor, held: Held, action: Action, *papers: PaperOrder) -> None:
        case, who = held.case, held.who
        state = await tx.states.lock(MACHINE.name, case.id)
        facts = await self._facts(tx, held.row, who, await _no_power(tx, actor, case.id, who))
        subject = Subject(case.id, case.id, state, facts)
        change = advance(MACHINE, subject, action, who.role, now=self._clock.now())
        await tx.record(actor, change, *follow(change, await tx.states.of_case(case.id)), papers=papers)

    async def _facts(
        self, tx: Tx, row: Confirmation | None, who: Part, no_power: Reason | None
    ) -> ConfirmationFacts:
        """What the guards ask for; outside of its clock the window is over."""
        if row is None:
            return ConfirmationFacts(in_time=True, acts=who.side, no_power=no_power)
        running = [one for one in await tx.clocks.running(row.case_id) if one.rule == WINDOW]
        return ConfirmationFacts(
            in_time=any(self._clock.now() < one.ends_at for one in running),
            applied=row.applied,
            acts=who.side,
            heard=frozenset(row.heard),
            reasons=tuple(row.reasons),
            no_power=no_power,
        )

    async def _view(self, tx: Tx, case_id: UUID, who: Part, no_power: Reason | None) -> ConfirmationView:
        case, row = await tx.cases.known(case_id), await tx.confirmations.get(case_id)
        state = await tx.states.get(MACHINE.name, case_id) or ""
        agreement = await tx.agreements.newest(case_id)
        judge = await tx.accounts.get(case.confirming_judge_id) if case.confirming_judge_id else None
        when = {"A": row.applied_a_at, "B": row.applied_b_at} if row else {}
        views = [
            PartyView(one.party_name, one.role.value, one.side, await _verified(tx, one), when.get(one.side))
            for one in await parties(tx, case)
        ]
        facts = await self._facts(tx, row, who, no_power) if row else None
        return ConfirmationView(
            case_id,
            (row.number if row else "") or case.number or "",
            state,
            who.role,
            who.side,
            tuple(views),
            _lines(agreement),
            agreement.effective_at if agreement else None,
            await tx.clocks.due(case_id, (WINDOW,)),
            await tx.clocks.due(case_id, (DECIDE,)),
            judge.display_name if judge else "",
            row.accepted_at if row else None,
            row.heard_at if row else None,
            row is not None and set(row.heard) >= BOTH,
            await fixed(tx, case_id) if state == State.ACCEPTED else None,
            tuple(row.entries) if row else (),
            tuple(row.reasons) if row else (),
            row.decided_at if row else None,
            () if no_power else tuple(str(one) for one in _acts(state, who, facts)),
            no_power,
        )

    async def _application(self, tx: Tx, case: Case, now: datetime) -> PaperOrder:
        people = await parties(tx, case)
        agreement = await _signed(tx, case.id)
        signed = chinese_date(agreement.effective_at or now)
        names = "、".join(one.party_name for one in people)
        facts = [f"{names}于{signed}经{agreement.organisation}主持调解，达成调解协议。"]
        if all([await _verified(tx, one) for one in people]):
            facts.append("各申请人均已在本平台完成实名身份认证，并分别登录本人账户提出共同申请。")
        materials = [
            f"调解协议（文件校验值SHA-256：{agreement.sha256}）",
            "调解组织主持调解的证明（载于协议）",
        ]
        content = {
            "applicants": [await _named(tx, one) for one in people],
            "requests": [f"确认申请人于{signed}达成的调解协议有效。"],
            "facts": facts,
            "materials": materials,
            "signers": [],
            **({"number": case.number} if case.number else {}),
        }
        return PaperOrder("confirmation_application", content)


def _acts(state: str, who: Part, facts: ConfirmationFacts | None) -> Sequence[str]:
    """What the tables allow; decisions whose guard asks for reasons are offered before these are written."""
    found = allowed(MACHINE, state, who.role)
    if who.side and facts and who.side in facts.applied:
        return [one for one in found if one is not Action.JOIN]
    return list(found)


def _lines(agreement: Agreement | None) -> tuple[str, ...]:
    done = agreement is not None and agreement.completed_at is not None
    return tuple(sentences(from_record(agreement.terms))) if agreement and done else ()


def _reasons(grounds: Sequence[Ground], found: Sequence[str], reasons: str) -> list[str]:
    """The reasons in the judge's words; a decision against the parties needs them, and a ground."""
    known = {ground.id for ground in grounds}
    if not set(found) & known:
        raise BadInput("Please choose the ground.", field="found")
    lines = [line.strip() for line in reasons.splitlines() if line.strip()]
    if not lines:
        raise BadInput("Please write the reasons; both parties read them.", field="reasons")
    return lines


async def _lightest(tx: Tx) -> UUID | None:
    """The confirming judge who holds the fewest applications."""
    judges = await tx.accounts.staff(Role.CONFIRMING_JUDGE)
    loads = [(await tx.confirmations.held_by(judge.id), order) for order, judge in enumerate(judges)]
    return judges[min(loads)[1]].id if loads else None


async def _signed(tx: Tx, case_id: UUID) -> Agreement:
    agreement = await tx.agreements.newest(case_id)
    if agreement is None or agreement.completed_at is None:
        raise NotFound
    return agreement


async def _no_power(tx: Tx, actor: Actor, case_id: UUID, who: Part) -> Reason | None:
    """Why an agent may not apply for the side, or take the application back."""
    return lacks(Deed.APPLY_CONFIRMATION, who.role, await tx.agents.authority(case_id, signed_in(actor)))


async def _verified(tx: Tx, one: Signatory) -> bool:
    return await tx.states.get(identity.MACHINE.name, one.account_id) == identity.State.VERIFIED


async def _named(tx: Tx, one: Signatory) -> str:
    """A party as papers of a court name it; from the card where it was confirmed.

    Both sides read these papers, so that they say that the identity was verified and never the number.
    """
    card = await tx.identities.get(one.account_id)
    if one.party:
        return f"申请人：{one.party}，{one.acts_as}：{one.name}。"
    if card is None or card.confirmed_at is None:
        return f"申请人：{one.name}"
    born = f"{card.birth}出生" if card.birth else ""
    nation = f"{card.nation}族" if card.nation else ""
    told = (
        card.name or one.name,
        card.sex,
        born,
        nation,
        f"住{card.address}",
        "身份已核验" if await _verified(tx, one) else "",
    )
    return f"申请人：{'，'.join(text for text in told if text)}。"


async def _common(tx: Tx, case: Case, row: Confirmation) -> dict[str, object]:
    """What both rulings say: number, day of acceptance, who applied, who decides."""
    people = await parties(tx, case)
    judge = await tx.accounts.get(case.confirming_judge_id) if case.confirming_judge_id else None
    return {
        "number": row.number,
        "accepted_on": chinese_date(row.accepted_at) if row.accepted_at else "",
        "judge": judge.display_name if judge else "",
        "applicants": [await _named(tx, one) for one in people],
        "names": [one.party_name for one in people],
    }


async def _ruling(tx: Tx, case: Case, row: Confirmation) -> dict[str, object]:
    agreement = await _signed(tx, case.id)
    cause = CAUSES.get(case.cause)
    return await _common(tx, case, row) | {
        "cause": cause.chinese[0].removesuffix("纠纷") if cause else "其他民事",
        "agreed_on": chinese_date(agreement.effective_at) if agreement.effective_at else "",
        "mediated_by": agreement.organisation,
        "terms": list(_lines(agreement)),
    }
