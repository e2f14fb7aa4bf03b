"""Test calls: the desk and one person see and hear each other, in a room of their own.

Rule 1: the room of a test call is no sitting's; nobody but the two gets a ticket, and nothing is recorded.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from odr.db.support import LineTest
from odr.db.uow import Database, Tx
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.permissions import require, signed_in
from odr.domain.sittings import State
from odr.domain.steps import Role
from odr.domain.video_checks import Part, Presence, Prompt, Standing, lapsed, routes, standing
from odr.errors import BadInput, NotAllowed, NotFound
from odr.ports.clock import Clock
from odr.ports.media import (
    Matrix,
    MediaRooms,
    RoomEvent,
    SeatConnected,
    SeatEnding,
    SeatHealth,
    SeatLeft,
    StaleRoutes,
)
from odr.services.support.desk import note

_EPOCH: Final = 1  # of the one matrix that a test call ever has
_PROMPTS: Final = frozenset({"", *Prompt} - {Prompt.CARD})
_BROKEN: Final = frozenset({SeatEnding.LOST, SeatEnding.STOPPED, SeatEnding.REFUSED})


@dataclass(frozen=True, slots=True)
class SeatView:
    id: UUID
    name: str
    present: bool
    connected: bool
    standing: Standing


@dataclass(frozen=True, slots=True)
class LineTestView:
    """The call as one of the two may see it; `prompt` is what was asked for last, or ""."""

    part: Part
    me: SeatView
    other: SeatView
    prompt: str
    opened_at: datetime
    met: bool


@dataclass(slots=True)
class _Line:
    """A connection of this process; after a restart nobody has one."""

    came_at: datetime | None = None
    left_at: datetime | None = None
    present: bool = False
    connected: bool = False
    lost: bool = False


@dataclass(slots=True)
class _Two:
    """Who is in the room; its parts by account."""

    parts: dict[UUID, Part]
    lines: dict[Part, _Line] = field(default_factory=lambda: {part: _Line() for part in Part})


class LineTestService:
    def __init__(self, db: Database, clock: Clock, rooms: MediaRooms) -> None:
        self._db = db
        self._clock = clock
        self._rooms = rooms
        self._here: dict[UUID, _Two] = {}

    async def open(self, actor: Actor, sitting_id: UUID, account_id: UUID) -> None:
        """Ask the person into a test call; again by the same member of staff: no effect."""
        require(actor, Role.SUPPORT)
        desk, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            meeting = await tx.sittings.meeting(sitting_id, account_id, lock=True)
            if meeting.state is State.CLOSED:
                raise NotAllowed("This sitting has ended.")
            if desk == account_id:
                raise NotAllowed("This is you yourself.")
            call = await tx.support.test_of(sitting_id, account_id, lock=True)
            if call is not None:
                return await _yours(tx, desk, call)
            await tx.support.open_test(sitting_id, account_id, desk, now)
            note(tx, actor, "support.open_test", meeting, account_id, now=now)
        return None

    async def show(self, actor: Actor, sitting_id: UUID, account_id: UUID) -> LineTestView:
        """The call as the asker may see it; NotFound when none is open."""
        async with self._db.read() as tx:
            call, part = await _held(tx, actor, sitting_id, account_id)
            seat = (await tx.sittings.seats(sitting_id))[account_id]
            names = {
                Part.PERSON: seat.name,
                Part.STAFF: (await tx.accounts.get(call.staff_id)).display_name,
            }
        two = self._of(call)
        ids = {its: one for one, its in two.parts.items()}
        other = Part.STAFF if part is Part.PERSON else Part.PERSON
        mine, theirs = (_seat(ids[one], names[one], two.lines[one]) for one in (part, other))
        return LineTestView(part, mine, theirs, call.prompt, call.opened_at, call.met_at is not None)

    async def ticket(self, actor: Actor, sitting_id: UUID, account_id: UUID) -> str:
        """The right to take one's seat with sound and picture."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            call, part = await _held(tx, actor, sitting_id, account_id, lock=True)
            await _note(tx, actor, "support.come_to_test", call, now)
        line = self._of(call).lines[part]
        line.came_at, line.lost = now, False
        await self._rooms.open(call.id)
        with suppress(StaleRoutes):  # in force already
            await self._rooms.set_routes(call.id, Matrix(_EPOCH, routes(call.account_id, call.staff_id)))
        return await self._rooms.ticket(call.id, signed_in(actor), part.value)

    async def ask(self, actor: Actor, sitting_id: UUID, account_id: UUID, prompt: str) -> None:
        """Ask the person for something in writing, in the language of their page."""
        if prompt not in _PROMPTS:
            raise BadInput
        require(actor, Role.SUPPORT)
        now = self._clock.now()
        async with self._db.begin() as tx:
            call, _ = await _held(tx, actor, sitting_id, account_id, lock=True)
            call.prompt = prompt
            await _note(tx, actor, "support.ask_in_test", call, now)

    async def end(self, actor: Actor, sitting_id: UUID, account_id: UUID) -> None:
        require(actor, Role.SUPPORT)
        now = self._clock.now()
        async with self._db.begin() as tx:
            call, _ = await _held(tx, actor, sitting_id, account_id, lock=True)
            call.ended_at = now
            await _note(tx, actor, "support.end_test", call, now)
        await self._close(call.id)

    # -- what media and time do

    def has(self, room_id: UUID) -> bool:
        """Whether media has this room for a test call."""
        return room_id in self._here

    async def heard(self, event: RoomEvent) -> None:
        """What the media server saw of one of the two."""
        two = self._here.get(event.room_id)
        part = two.parts.get(event.seat_id) if two else None
        if two is None or part is None or isinstance(event, SeatHealth):
            return
        _attend(two.lines[part], event)
        async with self._db.begin() as tx:
            call = await tx.support.lock_test(event.room_id)
            if call is None or call.ended_at is not None:
                return
            if call.met_at is None and all(line.connected for line in two.lines.values()):
                call.met_at = event.at
            await _note(tx, Actor(event.seat_id), "support.attend_test", call, event.at)

    async def turn(self, now: datetime) -> None:
        """End what its member of staff has left for good: called each second."""
        async with self._db.read() as tx:
            calls = await tx.support.tests_open()
        for call in calls:
            line = self._of(call).lines[Part.STAFF]
            away_since = None if line.present else line.left_at or line.came_at or call.opened_at
            if not lapsed(away_since, now):
                continue
            async with self._db.begin() as tx:
                held = await tx.support.lock_test(call.id)
                if held is None or held.ended_at is not None:
                    continue
                held.ended_at = now
                await _note(tx, PLATFORM, "support.lapse_test", held, now)
            await self._close(call.id)

    def _of(self, call: LineTest) -> _Two:
        return self._here.setdefault(call.id, _Two({call.account_id: Part.PERSON, call.staff_id: Part.STAFF}))

    async def _close(self, room_id: UUID) -> None:
        self._here.pop(room_id, None)
        await self._rooms.close(room_id)


async def _held(
    tx: Tx, actor: Actor, sitting_id: UUID, account_id: UUID, *, lock: bool = False
) -> tuple[LineTest, Part]:
    """The open call for one of its two; NotPermitted or NotAllowed for others, NotFound when none is open."""
    own = signed_in(actor) == account_id
    if not own:
        require(actor, Role.SUPPORT)
    call = await tx.support.test_of(sitting_id, account_id, lock=lock)
    if call is None:
        raise NotFound
    if not own:
        await _yours(tx, signed_in(actor), call)
    return call, Part.PERSON if own else Part.STAFF


async def _yours(tx: Tx, desk: UUID, call: LineTest) -> None:
    if call.staff_id != desk:
        name = (await tx.accounts.get(call.staff_id)).display_name
        raise NotAllowed("%(name)s is in a test call with this person just now.", name=name)


async def _note(tx: Tx, actor: Actor, act: str, call: LineTest, now: datetime) -> None:
    """The entry, and the news for the pages of the two."""
    note(tx, actor, act, await tx.sittings.meeting(call.sitting_id, None), call.account_id, now=now)
    for account_id in (call.account_id, call.staff_id):
        tx.pushes.add(account_id, "line_test", {"sitting": str(call.sitting_id)}, now)


def _attend(line: _Line, event: RoomEvent) -> None:
    """A newer coming outlives an older going."""
    if not isinstance(event, SeatLeft):
        line.present, line.connected = True, isinstance(event, SeatConnected)
        return
    older = line.came_at is not None and event.at < line.came_at
    if event.ending is SeatEnding.REPLACED or older:
        return
    line.present = line.connected = False
    line.left_at, line.lost = event.at, event.ending in _BROKEN


def _seat(account_id: UUID, name: str, line: _Line) -> SeatView:
    here = Presence(line.came_at is not None, line.present, line.connected, line.lost)
    return SeatView(account_id, name, line.present, line.connected, standing(here))
