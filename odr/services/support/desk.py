"""The desk of technical support: who is in which room and how their line is, messages, calls back.

Rule 1: the views hold names, devices and lines; nothing of them is asked of a channel of the room.
Rule 2: each act at the desk has its audit entry, in the case whose sitting it serves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from odr.db.sittings import Meeting, SittingSeat
from odr.db.support import SupportCall, SupportSeat
from odr.db.uow import Database, Tx
from odr.domain.accounts import Actor
from odr.domain.devices import room_of_check
from odr.domain.permissions import require, signed_in
from odr.domain.sittings import Kind, SeatRole, Standing, State, standing
from odr.domain.steps import Role
from odr.domain.support import (
    AFTER,
    BEFORE,
    Pictures,
    Trouble,
    as_desk_sees,
    propose_voice,
    words,
)
from odr.errors import NotAllowed, NotFound
from odr.ports.clock import Clock
from odr.services.support.lines import LineService, LineView


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person of a sitting at the desk; `device` is the newest device check, empty before the first."""

    account_id: UUID
    name: str
    role: SeatRole
    standing: Standing
    runs_on: str
    device: Mapping[str, Any]
    line: LineView | None
    pictures: Pictures
    calls: bool


@dataclass(frozen=True, slots=True)
class RoomRow:
    sitting_id: UUID
    number: str
    kind: Kind
    state: State
    starts_at: datetime
    people: tuple[PersonRow, ...]


@dataclass(frozen=True, slots=True)
class CallRow:
    """Somebody who waits to be called back."""

    id: UUID
    sitting_id: UUID
    account_id: UUID
    name: str
    number: str
    trouble: Trouble
    phone: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Board:
    calls: tuple[CallRow, ...]
    rooms: tuple[RoomRow, ...]


@dataclass(frozen=True, slots=True)
class MessageRow:
    text: str
    by: str
    at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class PersonDesk:
    """One person at the desk; `testing`: who is in a test call with them, "" if nobody."""

    room: RoomRow
    person: PersonRow
    call: CallRow | None
    messages: tuple[MessageRow, ...]
    testing: str
    testing_mine: bool


class DeskService:
    def __init__(self, db: Database, clock: Clock, lines: LineService) -> None:
        self._db = db
        self._clock = clock
        self._lines = lines

    async def board(self, actor: Actor) -> Board:
        """Every room that is near or has somebody in it, and who waits to be called back."""
        require(actor, Role.SUPPORT)
        now = self._clock.now()
        async with self._db.read() as tx:
            sittings = await tx.sittings.begun_or_near(now - AFTER, now + BEFORE)
            calls = await tx.support.open_calls()
            meetings = {
                one: await tx.sittings.meeting(one, None)
                for one in dict.fromkeys([row.id for row in sittings] + [row.sitting_id for row in calls])
            }
            known = await tx.support.seats(list(meetings))
            numbers = {one: await _number(tx, meeting) for one, meeting in meetings.items()}
        waiting = frozenset((row.sitting_id, row.account_id) for row in calls)
        rooms = [self._room(meetings[row.id], numbers[row.id], known, waiting, now) for row in sittings]
        called = [_call(row, meetings[row.sitting_id], numbers[row.sitting_id]) for row in calls]
        return Board(tuple(called), tuple(one for one in rooms if one.state is not State.CLOSED))

    async def person(self, actor: Actor, sitting_id: UUID, account_id: UUID) -> PersonDesk:
        """NotFound for a person without a seat."""
        desk, now = signed_in(actor), self._clock.now()
        require(actor, Role.SUPPORT)
        async with self._db.read() as tx:
            meeting = await tx.sittings.meeting(sitting_id, account_id)
            known, number = await tx.support.seats([sitting_id]), await _number(tx, meeting)
            call = await tx.support.call_of(sitting_id, account_id)
            messages = await tx.support.messages(sitting_id, account_id)
            test = await tx.support.test_of(sitting_id, account_id)
            staff = {row.staff_id for row in messages} | ({test.staff_id} if test else set())
            names = {one: (await tx.accounts.get(one)).display_name for one in staff}
        waiting = frozenset({(sitting_id, account_id)} if call else ())
        room = self._room(meeting, number, known, waiting, now)
        return PersonDesk(
            room,
            next(one for one in room.people if one.account_id == account_id),
            _call(call, meeting, number) if call else None,
            tuple(MessageRow(row.text, names[row.staff_id], row.at, row.read_at) for row in messages),
            names[test.staff_id] if test else "",
            bool(test and test.staff_id == desk),
        )

    async def write(self, actor: Actor, sitting_id: UUID, account_id: UUID, text: str) -> None:
        """A message to the person, on whichever page of the sitting they are."""
        desk, now, text = signed_in(actor), self._clock.now(), words(text)
        async with self._db.begin() as tx:
            meeting = await _served(tx, actor, sitting_id, account_id)
            tx.support.add_message(sitting_id, account_id, desk, text, now)
            note(tx, actor, "support.write", meeting, account_id, now=now)

    async def propose_voice(self, actor: Actor, sitting_id: UUID, account_id: UUID) -> None:
        """Ask the person to go on with the voice alone; nothing changes before they say yes."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            meeting = await _served(tx, actor, sitting_id, account_id)
            seat = await tx.support.seat(sitting_id, account_id)
            seat.pictures = propose_voice(Pictures(seat.pictures)).value
            note(tx, actor, "support.propose_voice", meeting, account_id, now=now)

    async def finish_call(self, actor: Actor, call_id: UUID) -> None:
        """The person was called back; again: no effect. NotFound if there was no such wish."""
        desk, now = signed_in(actor), self._clock.now()
        require(actor, Role.SUPPORT)
        async with self._db.begin() as tx:
            row = await tx.support.lock_call(call_id)
            if row is None:
                raise NotFound
            if row.ended_at is not None:
                return
            meeting = await tx.sittings.meeting(row.sitting_id, None)
            row.ended_at, row.ended_by, row.phone = now, desk, ""
            note(tx, actor, "support.call_back", meeting, row.account_id, now=now)

    def _room(
        self,
        meeting: Meeting,
        number: str,
        known: Mapping[tuple[UUID, UUID], SupportSeat],
        calls: frozenset[tuple[UUID, UUID]],
        now: datetime,
    ) -> RoomRow:
        sitting = meeting.sitting
        people = tuple(
            self._person(meeting, row, known.get((sitting.id, key)), (sitting.id, key) in calls, now)
            for key, row in meeting.seats.items()
            if not row.removed
        )
        return RoomRow(sitting.id, number, Kind(sitting.kind), meeting.state, sitting.starts_at, people)

    def _person(
        self, meeting: Meeting, row: SittingSeat, known: SupportSeat | None, calls: bool, now: datetime
    ) -> PersonRow:
        rooms = (meeting.sitting.id, room_of_check(meeting.sitting.id, row.account_id))
        line = next(filter(None, (self._lines.now(one, row.account_id, now) for one in rooms)), None)
        seen = standing(meeting.presence(row.account_id, now, line.grade.value if line else ""))
        return PersonRow(
            row.account_id,
            row.name,
            SeatRole(row.role),
            as_desk_sees(seen),
            known.runs_on if known else "",
            row.device,
            line,
            Pictures(known.pictures) if known else Pictures.ON,
            calls,
        )


def note(tx: Tx, actor: Actor, act: str, meeting: Meeting, account_id: UUID, *, now: datetime) -> None:
    """The entry of an act, and the news for the person's pages; what was written stays out of both."""
    sitting = meeting.sitting
    tx.audit.add(actor, act, "sitting", sitting.id, at=now, case_id=sitting.case_id, person=str(account_id))
    tx.pushes.add(account_id, "support", {"sitting": str(sitting.id)}, now)


async def _served(tx: Tx, actor: Actor, sitting_id: UUID, account_id: UUID) -> Meeting:
    """The meeting of a person whom the desk serves; NotAllowed once it is over."""
    require(actor, Role.SUPPORT)
    meeting = await tx.sittings.meeting(sitting_id, account_id)
    if meeting.state is State.CLOSED:
        raise NotAllowed("This sitting has ended.")
    return meeting


async def _number(tx: Tx, meeting: Meeting) -> str:
    case = await tx.cases.get(meeting.sitting.case_id)
    return (case.number if case else "") or ""


def _call(row: SupportCall, meeting: Meeting, number: str) -> CallRow:
    name = meeting.seats[row.account_id].name
    return CallRow(
        row.id, row.sitting_id, row.account_id, name, number, Trouble(row.trouble), row.phone, row.at
    )
