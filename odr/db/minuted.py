"""The minutes of a sitting as their rows tell them, and what every act on them does alike."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from odr.db.agreements import Signatory
from odr.db.audit import Discreet
from odr.db.minutes import MinutesCorrection, MinutesFact, MinutesLine, MinutesPaper, MinutesReader
from odr.db.records import held
from odr.db.sittings import Meeting
from odr.db.uow import Tx
from odr.domain import minutes, records
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.agents import Deed, lacks
from odr.domain.minutes import (
    MACHINE,
    Action,
    Checked,
    Correction,
    MinutesFacts,
    State,
    Text,
    Verdict,
    Word,
)
from odr.domain.papers import chinese_moment
from odr.domain.permissions import signed_in
from odr.domain.sittings import Kind
from odr.domain.steps import Change, Reason, Role, Subject, advance
from odr.errors import NotFound

_ADDED = "（核对时补充）"
_NAMELESS = "（姓名未登记）"


@dataclass(frozen=True, slots=True)
class Minuted:
    """Everything of one sitting's minutes; `state` None until the sitting is over."""

    meeting: Meeting
    state: State | None
    lines: list[MinutesLine]
    stated: list[MinutesFact]
    answers: dict[UUID, dict[str, bool]]
    corrections: list[MinutesCorrection]
    readers: dict[UUID, MinutesReader]
    until: datetime | None = None  # when the time that runs now is over, whether or not its clock has rung

    @property
    def sitting_id(self) -> UUID:
        return self.meeting.sitting.id

    @property
    def case_id(self) -> UUID:
        return self.meeting.sitting.case_id

    @property
    def facts(self) -> MinutesFacts:
        """What the machine's guards ask for."""
        unheard = sum(row.right_at is None for row in self.readers.values())
        return MinutesFacts(unheard, sum(row.verdict == Verdict.OPEN for row in self.corrections))

    @property
    def undisputed(self) -> tuple[str, ...]:
        return tuple(row.text for row in self.stated if minutes.undisputed(self.answers[row.id]))

    @property
    def discreet(self) -> Discreet:
        """Who hears of a step: those of the sitting and who checks its minutes, nobody of a court."""
        return Discreet(frozenset({*self.meeting.seats, *self.readers}), minutes.TALKS)

    def name(self, account_id: UUID) -> str:
        seat = self.meeting.seats.get(account_id)
        return (seat.name if seat else "") or _NAMELESS

    def stands(self, line: MinutesLine) -> str:
        """What the line says with the corrections that were accepted; "" if it was taken out."""
        return next((one.new for one in reversed(self._accepted) if one.line_id == line.id), line.text)

    @property
    def added(self) -> list[MinutesCorrection]:
        """What was put in as the minutes were checked."""
        return [one for one in self._accepted if one.line_id is None]

    @property
    def _accepted(self) -> list[MinutesCorrection]:
        taken = [row for row in self.corrections if row.verdict == Verdict.ACCEPTED]
        return sorted(taken, key=lambda row: row.answered_at or row.at)

    def checked_until(self, now: datetime) -> bool:
        """Whether the minutes are being checked, and the time for it is not over."""
        return self.state is State.CHECKING and (self.until is None or now < self.until)

    def word(self, account_id: UUID, *, over: bool) -> tuple[Word, datetime | None]:
        """What a person who was to check has said, and when; `over`: no more can come."""
        row = self.readers[account_id]
        mine = [one.at for one in self.corrections if one.by == account_id]
        at = row.right_at
        changed = at is not None and any((one.answered_at or one.at) > at for one in self._accepted)
        said = minutes.standing(right=at is not None, corrected=bool(mine), over=over, changed=changed)
        return said, at or (mine[-1] if mine else None)

    def silent(self, account_id: UUID, row: MinutesReader) -> bool:
        """Whether the person has neither said that the minutes are right nor what is wrong."""
        return row.right_at is None and all(one.by != account_id for one in self.corrections)

    def checked(self) -> tuple[Checked, ...]:
        """What everybody who was to check has said, the time being over."""
        return tuple(self._said(key) for key in self.readers)

    def _said(self, account_id: UUID) -> Checked:
        word, at = self.word(account_id, over=True)
        return Checked(self.name(account_id), word, chinese_moment(at) if at else "")


async def minuted(tx: Tx, meeting: Meeting) -> Minuted:
    sitting_id = meeting.sitting.id
    facts = await tx.minutes.facts(sitting_id)
    state = await tx.states.get(MACHINE.name, sitting_id)
    running = await tx.clocks.of_subject(sitting_id)
    return Minuted(
        meeting,
        State(state) if state else None,
        await tx.minutes.lines(sitting_id),
        facts,
        await tx.minutes.answers(row.id for row in facts),
        await tx.minutes.corrections(sitting_id),
        await tx.minutes.readers(sitting_id),
        running[0].ends_at if running else None,
    )


async def read_by(tx: Tx, actor: Actor, sitting_id: UUID, *, lock: bool = False) -> tuple[Minuted, str]:
    """The minutes for whoever may read them, and the side, "" for who led the sitting; NotFound for others.

    `lock`: the case and the sitting are held until the transaction ends.
    """
    account_id = signed_in(actor)
    sitting = await tx.sittings.get(sitting_id)
    if lock:
        await tx.cases.held(sitting.case_id)
    meeting = await tx.sittings.meeting(sitting_id, None, lock=lock)
    if sitting.kind != Kind.MEDIATION:
        raise NotFound
    if sitting.host_id == account_id:
        return await minuted(tx, meeting), ""
    row = await tx.cases.participant(sitting.case_id, account_id)
    if row is None or row.side not in minutes.BOTH:
        raise NotFound
    return await minuted(tx, meeting), row.side


async def admits_not(tx: Tx, case_id: UUID, account_id: UUID) -> Reason | None:
    """Why this person cannot agree to a fact for the side: an agent whose authority does not name it."""
    row = await tx.cases.participant(case_id, account_id)
    if row is None or row.role != Role.AGENT:
        return None
    return lacks(Deed.ADMIT_FACTS, Role.AGENT, await tx.agents.authority(case_id, account_id))


async def show(tx: Tx, meeting: Meeting, now: datetime) -> None:
    """The sitting is over: whom the room saw checks its minutes; nothing if it left none."""
    found = await minuted(tx, meeting)
    if meeting.sitting.kind != Kind.MEDIATION or not (found.lines or found.stated):
        return
    came = {row.account_id for row in await tx.sittings.attendance(meeting.sitting.id)}
    for row in await tx.cases.participants(meeting.sitting.case_id):
        if row.account_id in came and row.side in minutes.BOTH:
            tx.minutes.ask_reader(meeting.sitting.id, row.account_id)
    await take(tx, PLATFORM, found, Action.SHOW, now)


async def take(tx: Tx, actor: Actor, found: Minuted, action: Action, now: datetime) -> Change:
    """A step of the minutes, written down."""
    state = await tx.states.lock(MACHINE.name, found.sitting_id)
    subject = Subject(found.sitting_id, found.case_id, state, found.facts)
    change = advance(MACHINE, subject, action, Role.CLOCK, now=now)
    await tx.record(actor, change, within=found.discreet)
    return change


async def settled(tx: Tx, found: Minuted, now: datetime) -> tuple[Text, dict[str, Any]]:
    """The text as it stands, and the other fields of its paper but the frame."""
    sitting = found.meeting.sitting
    whole = await held(tx, found.meeting, sitting.closed_at or now)
    lines = [
        minutes.Line(chinese_moment(row.at), row.speaker, found.stands(row))
        for row in found.lines
        if found.stands(row)
    ]
    lines += [
        minutes.Line(chinese_moment(row.at), found.name(row.by), f"{_ADDED}{row.new}") for row in found.added
    ]
    facts = (*found.undisputed, *records.undisputed(whole.examined))
    text = Text(tuple(lines), facts, found.checked(), tuple(_attached(found)))
    number = {"number": case.number} if (case := await tx.cases.get(found.case_id)) and case.number else {}
    frame = records.frame(whole) | {
        "mediator": whole.host,
        "attendees": [one or _NAMELESS for one in whole.attendees],
    }
    return text, frame | number


def _attached(found: Minuted) -> Iterable[Correction]:
    for row in found.corrections:
        verdict = Verdict(row.verdict)
        yield Correction(found.name(row.by), row.old, row.new, verdict, row.reason, row.answer)


async def signatories(tx: Tx, found: Minuted) -> list[Signatory]:
    """Whom the room saw of each side and who still acts, then the one who led it."""
    rows = await tx.cases.participants(found.case_id)
    signers: list[Signatory] = []
    for row in sorted(rows, key=lambda one: (one.side, one.role != Role.APPLICANT, one.role)):
        if row.account_id not in found.readers:
            continue
        role = Role(row.role)
        before = sum(one.role is role for one in signers)
        place = f"{role.value}_{before + 1}" if before else role.value
        name = found.name(row.account_id)
        signers.append(Signatory(row.account_id, place, name, role, row.side, row.party, row.acts_as))
    host = found.meeting.sitting.host_id
    return [*signers, Signatory(host, "mediator", found.name(host), Role.MEDIATOR)]


async def close_if_done(tx: Tx, found: Minuted, paper: MinutesPaper, now: datetime) -> None:
    """Once everybody who still acts has signed or declined: the end, and what a court may read.

    The undisputed facts become a paper of their own where both sides signed; without one they prove nothing.
    """
    signed = await tx.signatures.signed(paper.id)
    acting = {one.account_id for one in await signatories(tx, found)}
    declined = {key for key, row in found.readers.items() if row.declined_at}
    if paper.fields.keys() & acting - declined - {one.account_id for one in signed}:
        return
    _, fields = await settled(tx, found, now)
    frame: dict[str, Any] = {
        name: fields[name] for name in ("case_title", "held_at", "mediator", "number") if name in fields
    }
    frame |= {"minutes_id": str(paper.id), "minutes_sha256": paper.sha256}
    who = [f"{one.capacity}{one.name}，{chinese_moment(one.signed_at or now)}签名" for one in signed]
    sides = {paper.sides[one.account_id] for one in signed}
    order = minutes.extract(frame, found.undisputed, who) if sides >= minutes.BOTH else None
    if order is not None:
        tx.order_paper(order, found.case_id, now)
    await take(tx, PLATFORM, found, Action.COMPLETE, now)


def tell(tx: Tx, found: Minuted, now: datetime) -> None:
    """Open pages of everybody who may read them look again."""
    news = {"case": str(found.case_id), "machine": MACHINE.name}
    for account_id in found.discreet.accounts:
        tx.pushes.add(account_id, "changed", news, now)


def note(tx: Tx, actor: Actor, action: str, found: Minuted, now: datetime, **details: Any) -> None:
    """An entry of the log that the two sides and the mediator may know."""
    tx.audit.add(
        actor,
        f"minutes.{action}",
        MACHINE.name,
        found.sitting_id,
        at=now,
        case_id=found.case_id,
        audience=minutes.TALKS,
        **details,
    )
