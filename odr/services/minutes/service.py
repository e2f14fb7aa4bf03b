"""The minutes (笔录) of a sitting: written live by its host; afterwards checked and corrected.

Rule 1: what is written and stated in the room is of the joint room alone.
Rule 2: after the sitting both sides and the one who led it read the minutes, and nobody of the court.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from odr.db.minuted import Minuted, admits_not, close_if_done, note, read_by, take, tell
from odr.db.minutes import MinutesCorrection, MinutesFact, MinutesLine
from odr.db.sittings import Meeting
from odr.db.uow import Database, Tx
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.minutes import BOTH, FOR_SIGNING, LONGEST_TEXT, Action, State, Verdict
from odr.domain.permissions import signed_in
from odr.domain.sittings import Channel, Kind, Place
from odr.domain.sittings import State as Sitting
from odr.domain.stepup import Stage
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted
from odr.ports.clock import Clock
from odr.services.minutes import views
from odr.services.minutes.views import FactView, MinutesItem, MinutesView

MOST_CORRECTIONS: Final = 50  # that wait for an answer at once, of one person


class MinutesService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    # -- in the room

    async def write(
        self, actor: Actor, sitting_id: UUID, speaker: str, text: str, name: UUID | None = None
    ) -> UUID:
        """One line: who said what, now. Nothing of a caucus is written down (OMR 29).

        `name`: what the page calls it; the same line by the same name is there already and not written twice.
        """
        account_id, now = signed_in(actor), self._clock.now()
        speaker, text = speaker.strip(), _worded(text, "Please write one line of the minutes.")
        async with self._db.begin() as tx:
            meeting = await tx.sittings.meeting(sitting_id, account_id, lock=True)
            place = _host_place(meeting, account_id)
            there = await tx.minutes.line(name) if name else None
            if there and (there.sitting_id, there.written_by, there.text) == (sitting_id, account_id, text):
                return there.id
            line = tx.minutes.add(
                MinutesLine(
                    id=uuid4() if there or not name else name,
                    sitting_id=sitting_id,
                    number=await tx.minutes.next_number(sitting_id),
                    at=now,
                    speaker=speaker or meeting.seats[account_id].name,
                    text=text,
                    key=place.value,
                    written_by=account_id,
                )
            )
            case_id = meeting.sitting.case_id
            tx.audit.add(actor, "minutes.write", "sitting", sitting_id, at=now, case_id=case_id)
            for receiver in meeting.receivers(Channel.MINUTES, place):
                said: dict[str, object] = {"id": str(line.id), "number": line.number}
                said |= {"speaker": line.speaker, "text": text, "at": now.isoformat()}
                news = {"sitting": str(sitting_id), "what": "minutes", "line": said}
                tx.pushes.add(receiver, "sitting", news, now)
        return line.id

    async def state_fact(self, actor: Actor, sitting_id: UUID, text: str, name: UUID | None = None) -> UUID:
        """A fact that the host takes to be undisputed; it is so once both sides have agreed (TY 22).

        `name`: as of a line.
        """
        account_id, now = signed_in(actor), self._clock.now()
        text = _worded(text, "Please write the fact in one sentence.")
        async with self._db.begin() as tx:
            found, side = await read_by(tx, actor, sitting_id, lock=True)
            if side:
                raise NotPermitted
            if not found.checked_until(now):
                _host_place(found.meeting, account_id)
            there = await tx.minutes.fact(name) if name else None
            if there and (there.sitting_id, there.text) == (sitting_id, text):
                return there.id
            fact_id = uuid4() if there or not name else name
            fact = MinutesFact(id=fact_id, sitting_id=sitting_id, text=text, stated_at=now)
            tx.minutes.state_fact(fact)
            note(tx, actor, "state_fact", found, now, fact=str(fact.id))
            _tell_of_facts(tx, found, now)
        return fact.id

    async def answer_fact(self, actor: Actor, sitting_id: UUID, fact_id: UUID, *, agrees: bool) -> None:
        """What one side says of a fact; it may think again until the minutes are settled.

        An agent who agrees admits for the party, which needs the power to (MSF 62); a no needs none.
        """
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            found, side = await read_by(tx, actor, sitting_id, lock=True)
            if not side:
                raise NotPermitted
            if all(row.id != fact_id for row in found.stated):
                raise NotFound
            if not found.checked_until(now) and not _listens(found.meeting, account_id):
                raise NotAllowed("This can be answered in the joint room, and while the minutes are checked.")
            if agrees and (why := await admits_not(tx, found.case_id, account_id)):
                raise NotAllowed(why.text, article=why.article)
            await tx.minutes.answer(fact_id, side, account_id, now, agrees=agrees)
            note(tx, actor, "answer_fact", found, now, fact=str(fact_id), side=side, agrees=agrees)
            _tell_of_facts(tx, found, now)

    async def facts(self, actor: Actor, sitting_id: UUID) -> tuple[FactView, ...]:
        """The facts as stated, for the panel of the room: in the joint room, and once the sitting is over."""
        async with self._db.read() as tx:
            found, side = await read_by(tx, actor, sitting_id)
            here = found.state is not None or _listens(found.meeting, signed_in(actor))
            why = await admits_not(tx, found.case_id, signed_in(actor))
            return views.facts(found, side, why) if here else ()

    # -- afterwards

    async def show(self, actor: Actor, sitting_id: UUID) -> MinutesView:
        """The minutes, for both sides and the one who led the sitting, once it is over."""
        async with self._db.read() as tx:
            found, side = await read_by(tx, actor, sitting_id)
            sitting = found.meeting.sitting
            case = await tx.cases.known(sitting.case_id)
            shown = found.state is not None
            why = await admits_not(tx, case.id, signed_in(actor))
            return MinutesView(
                sitting_id,
                case.id,
                case.number or "",
                found.meeting.state is Sitting.CLOSED,
                found.state or "",
                not side,
                side,
                sitting.started_at or sitting.starts_at,
                found.until,
                views.lines(found) if shown else (),
                views.facts(found, side, why) if shown else (),
                views.corrections(found, actor),
                views.readers(found, actor),
                await views.paper(tx, found, actor),
            )

    async def of_case(self, actor: Actor, case_id: UUID) -> list[MinutesItem]:
        """The minutes of a case that this person may read, the newest first."""
        async with self._db.read() as tx:
            items = []
            for row in reversed(await tx.sittings.of_case(case_id)):
                if row.kind != Kind.MEDIATION or row.closed_at is None:
                    continue
                try:
                    found, _ = await read_by(tx, actor, row.id)
                except NotFound:
                    continue
                if found.state:
                    items.append(MinutesItem(row.id, row.started_at or row.starts_at, found.state))
        return items

    async def correct(
        self, actor: Actor, sitting_id: UUID, line_id: UUID | None, new: str, reason: str = ""
    ) -> None:
        """Ask for a line to read `new` ("": to go), or for something to be added (line None)."""
        account_id, now = signed_in(actor), self._clock.now()
        new, reason = new.strip(), reason.strip()
        if max(len(new), len(reason)) > LONGEST_TEXT:
            raise BadInput("Please write it shorter.", field="new")
        async with self._db.begin() as tx:
            found, side = await read_by(tx, actor, sitting_id, lock=True)
            _checking(found, side, now)
            old = ""
            if line_id is not None:
                line = next((row for row in found.lines if row.id == line_id), None)
                if line is None:
                    raise NotFound
                old = found.stands(line)
            if new == old:
                raise BadInput("Please change the words that are not right.", field="new")
            mine = [row for row in found.corrections if row.by == account_id and row.verdict == Verdict.OPEN]
            if len(mine) >= MOST_CORRECTIONS:
                raise NotAllowed("Please wait until your corrections so far are answered.")
            correction = tx.minutes.correct(
                MinutesCorrection(
                    id=uuid4(),
                    sitting_id=sitting_id,
                    line_id=line_id,
                    old=old,
                    new=new,
                    reason=reason,
                    by=account_id,
                    at=now,
                )
            )
            if account_id in found.readers:
                found.readers[account_id].right_at = None
            note(tx, actor, "correct", found, now, correction=str(correction.id))
            _notice(tx, "minutes_correction", found, now)
            tell(tx, found, now)

    async def say_right(self, actor: Actor, sitting_id: UUID) -> None:
        """The minutes are right as they stand; once everybody has said so nobody waits any longer."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            found, side = await read_by(tx, actor, sitting_id, lock=True)
            _checking(found, side, now)
            reader = found.readers.get(account_id)
            if reader is None:
                raise NotAllowed("Those who were in the room say whether the minutes are right.")
            if any(row.by == account_id and row.verdict == Verdict.OPEN for row in found.corrections):
                raise NotAllowed(
                    "Your correction has no answer yet. Please wait for it, or for the end of the time."
                )
            reader.right_at = reader.right_at or now
            note(tx, actor, "say_right", found, now)
            if not (found.facts.unheard or found.facts.open):
                await take(tx, PLATFORM, found, Action.FINISH, now)
            tell(tx, found, now)

    async def decline(self, actor: Actor, sitting_id: UUID, reason: str) -> None:
        """Not to sign the settled minutes, and why; that stands beside them, and they end without it."""
        account_id, now = signed_in(actor), self._clock.now()
        reason = _worded(reason, "Please write in a few words why you do not sign.", "reason")
        async with self._db.begin() as tx:
            found, side = await read_by(tx, actor, sitting_id, lock=True)
            paper, reader = await tx.minutes.paper(sitting_id), found.readers.get(account_id)
            if paper is None or reader is None or not side:
                raise NotPermitted
            last = await tx.signatures.last(paper.id, account_id)
            if found.state not in FOR_SIGNING or (last and last.stage in (Stage.APPROVED, Stage.SIGNED)):
                raise NotAllowed("You have signed these minutes already.")
            if reader.declined_at:
                raise NotAllowed("You have declined to sign these minutes.")
            if last:
                last.stage = Stage.DROPPED.value
            reader.declined_at, reader.decline_reason = now, reason
            note(tx, actor, "decline", found, now)
            await close_if_done(tx, found, paper, now)
            tell(tx, found, now)

    async def answer(
        self, actor: Actor, sitting_id: UUID, correction_id: UUID, *, accepts: bool, answer: str = ""
    ) -> None:
        """The host's word on a correction. One that is accepted makes everybody look again."""
        now = self._clock.now()
        answer = (
            answer.strip()
            if accepts
            else _worded(answer, "Please write why you do not take it over.", "answer")
        )
        async with self._db.begin() as tx:
            found, side = await read_by(tx, actor, sitting_id, lock=True)
            row = _to_answer(found, side, correction_id, now)
            if accepts and row.line_id is not None:
                _unchanged(found, row)
            row.verdict = (Verdict.ACCEPTED if accepts else Verdict.REFUSED).value
            row.answer, row.answered_at = answer, now
            if accepts and found.checked_until(now):
                for reader in found.readers.values():
                    reader.right_at = None
            note(tx, actor, "answer", found, now, correction=str(row.id), accepts=accepts)
            if found.state is State.CHECKING:
                _notice(tx, "minutes_answered", found, now)
            elif not found.facts.open:
                _ask_to_settle(tx, found, now)
            tell(tx, found, now)


def _worded(text: str, wish: str, field: str = "text") -> str:
    text = text.strip()
    if not text or len(text) > LONGEST_TEXT:
        raise BadInput(wish, field=field)
    return text


def _host_place(meeting: Meeting, account_id: UUID) -> Place:
    """Where the host writes: the joint room, or nowhere."""
    if meeting.sitting.host_id != account_id:
        raise NotPermitted
    place = meeting.place_of(account_id, Channel.MINUTES)
    if place is None:
        raise NotAllowed("Minutes are kept of the joint room only.", article="OMR 29")
    return place


def _listens(meeting: Meeting, account_id: UUID) -> bool:
    return account_id in meeting.seats and meeting.place_of(account_id, Channel.MINUTES) is not None


def _checking(found: Minuted, side: str, now: datetime) -> None:
    """That a party may speak of the minutes now."""
    if side not in BOTH:
        raise NotPermitted
    if found.state is None:
        raise NotAllowed("The minutes can be checked once the sitting is over.")
    if not found.checked_until(now):
        raise NotAllowed("The time to check the minutes is over.")


def _to_answer(found: Minuted, side: str, correction_id: UUID, now: datetime) -> MinutesCorrection:
    """The correction that waits for the host's word."""
    if side:
        raise NotPermitted
    late = found.state is State.ANSWERING and found.until is not None and now >= found.until
    if late or found.state not in (State.CHECKING, State.ANSWERING):
        raise NotAllowed("The minutes are settled.")
    row = next((one for one in found.corrections if one.id == correction_id), None)
    if row is None:
        raise NotFound
    if row.verdict != Verdict.OPEN:
        raise NotAllowed("This correction has been answered already.")
    return row


def _unchanged(found: Minuted, correction: MinutesCorrection) -> None:
    line = next(row for row in found.lines if row.id == correction.line_id)
    if found.stands(line) != correction.old:
        raise NotAllowed(
            "This line has been changed since. Please refuse it and say why, or state what is right."
        )


def _notice(tx: Tx, name: str, found: Minuted, now: datetime) -> None:
    ids: dict[str, Any] = {"subject_id": str(found.sitting_id), "case_id": str(found.case_id)}
    tx.outbox.add("notice.send", at=now, name=name, **ids)


def _ask_to_settle(tx: Tx, found: Minuted, now: datetime) -> None:
    ids: dict[str, Any] = {"subject_id": str(found.sitting_id), "case_id": str(found.case_id)}
    tx.outbox.add("minutes.settle", at=now, **ids)


def _tell_of_facts(tx: Tx, found: Minuted, now: datetime) -> None:
    """In the room those of the joint place ask anew; afterwards the page does."""
    news = {"sitting": str(found.sitting_id), "what": "facts"}
    for receiver in found.meeting.receivers(Channel.MINUTES, Place.JOINT):
        tx.pushes.add(receiver, "sitting", news, now)
    if found.state is not None:
        tell(tx, found, now)
