"""A check by video from its opening to its end: the two come in, the member of staff asks, sees and decides.

Rule 1: only the person and the member of staff who opened it may enter, ask for its state, or end it.
Rule 2: the room carries sound and pictures between the two; no recorder is ever attached to it.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from odr.db.identified import Act, judge
from odr.db.uow import Database, Tx
from odr.db.video_checks import VideoCheck, VideoSeat
from odr.domain import identity
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.calendars import CHINA_CALENDAR
from odr.domain.identity import CHECKERS, StaffWay, Verdict
from odr.domain.permissions import require, signed_in
from odr.domain.steps import Role, Subject, advance
from odr.domain.video_checks import (
    MACHINE,
    Action,
    Hours,
    Part,
    Prompt,
    Standing,
    VideoFacts,
    lapsed,
    routes,
    standing,
)
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted
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

_EPOCH: Final = 1  # of the one matrix that a check ever has


@dataclass(frozen=True, slots=True)
class SeatView:
    id: UUID
    name: str
    present: bool
    connected: bool
    standing: Standing


@dataclass(frozen=True, slots=True)
class VideoView:
    """The room as one of the two may see it; `prompt` is what was asked for last, or ""."""

    part: Part
    me: SeatView
    other: SeatView
    prompt: str
    opened_at: datetime
    met: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a person is told who waits: the place in line, the hours, and when they next begin (None: now).

    `called`: a member of staff waits in the room.
    """

    place: int
    hours: str
    opens_at: datetime | None
    called: bool


@dataclass(frozen=True, slots=True)
class _Held:
    """The open check, its seats by part, and who of the two asks."""

    check: VideoCheck
    seats: Mapping[Part, VideoSeat]
    part: Part

    @property
    def facts(self) -> VideoFacts:
        return VideoFacts(met=self.check.met_at is not None)


class VideoCheckService:
    def __init__(self, db: Database, clock: Clock, rooms: MediaRooms, hours: Hours) -> None:
        self._db = db
        self._clock = clock
        self._rooms = rooms
        self._hours = hours
        self._here: set[UUID] = set()  # the rooms that media has

    # -- opening, waiting

    async def open(self, actor: Actor, account_id: UUID) -> None:
        """Call the person; again by the same member of staff: no effect."""
        role, now = require(actor, *CHECKERS), self._clock.now()
        async with self._db.begin() as tx:
            if await tx.identities.get(account_id) is None:
                raise NotFound
            row = await tx.identities.lock(account_id)
            if check := await tx.video_checks.of(account_id):
                return await _yours(tx, actor, check)
            known = await tx.states.get(identity.MACHINE.name, account_id)
            facts = VideoFacts(
                waiting=known == identity.State.MANUAL_REVIEW,
                way=row.staff_way,
                own=actor.account_id == account_id,
            )
            subject = Subject(account_id, None, await tx.states.get(MACHINE.name, account_id), facts)
            await tx.record(actor, advance(MACHINE, subject, Action.OPEN, role, now=now))
            await tx.video_checks.open(account_id, signed_in(actor), now)
        return None

    async def waiting(self, actor: Actor) -> Waiting | None:
        """None unless the person waits for a check by video."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.read() as tx:
            rows = await tx.identities.waiting_for_staff()
            line = [row.account_id for row in rows if row.staff_way == StaffWay.VIDEO]
            called = await tx.video_checks.of(account_id) is not None
        if account_id not in line:
            return None
        opens_at = self._hours.opens(now, CHINA_CALENDAR)
        later = opens_at if opens_at > now else None
        return Waiting(line.index(account_id) + 1, self._hours.text, later, called)

    # -- in the room

    async def show(self, actor: Actor, account_id: UUID) -> VideoView:
        """The room as the asker may see it; NotFound when no check is open."""
        async with self._db.read() as tx:
            held = await _held(tx, actor, account_id)
            row = await tx.identities.get(account_id)
            seer = await tx.accounts.get(held.check.staff_id)
        names = {Part.PERSON: row.name if row else "", Part.STAFF: seer.display_name}
        other = Part.STAFF if held.part is Part.PERSON else Part.PERSON
        mine, theirs = (_seat(held.seats[part], names[part]) for part in (held.part, other))
        check = held.check
        return VideoView(held.part, mine, theirs, check.prompt, check.opened_at, check.met_at is not None)

    async def ticket(self, actor: Actor, account_id: UUID) -> str:
        """The right to take one's seat with sound and picture."""
        seat_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            held = await _held(tx, actor, account_id, lock=True)
            seat = held.seats[held.part]
            seat.came_at, seat.ending = now, ""
            _audit(tx, actor, "video_check.come", held.check, now)
            _tell(tx, held.check, now)
        room_id = held.check.id
        await self._rooms.open(room_id)
        self._here.add(room_id)
        with suppress(StaleRoutes):  # in force already
            await self._rooms.set_routes(room_id, Matrix(_EPOCH, routes(account_id, held.check.staff_id)))
        return await self._rooms.ticket(room_id, seat_id, held.part.value)

    async def ask(self, actor: Actor, account_id: UUID, prompt: str) -> None:
        """Ask the person for something in writing, in the language of their page."""
        if prompt not in {*Prompt, ""}:
            raise BadInput
        now = self._clock.now()
        async with self._db.begin() as tx:
            held = await _staffed(tx, actor, account_id)
            held.check.prompt = prompt
            _audit(tx, actor, "video_check.ask", held.check, now, prompt=prompt)
            _tell(tx, held.check, now)

    async def decide(self, actor: Actor, account_id: UUID, *, same: bool, note: str) -> None:
        """The member of staff saw the person here: the same as on the card or paper, or not."""
        act = Act(actor, require(actor, *CHECKERS), self._clock.now())
        async with self._db.begin() as tx:
            held = await _staffed(tx, actor, account_id)
            await _end(tx, act, held, Action.DECIDE)
            await judge(tx, act, account_id, Verdict(same, note.strip(), StaffWay.VIDEO))
        await self._close(held.check.id)

    async def end(self, actor: Actor, account_id: UUID) -> None:
        """End it without a result; the person keeps the place in line, and it can be opened again."""
        act = Act(actor, require(actor, *CHECKERS), self._clock.now())
        async with self._db.begin() as tx:
            held = await _staffed(tx, actor, account_id)
            await _end(tx, act, held, Action.END)
        await self._close(held.check.id)

    # -- what media and time do

    def has(self, room_id: UUID) -> bool:
        """Whether media has this room for a check."""
        return room_id in self._here

    async def heard(self, event: RoomEvent) -> None:
        """What the media server saw of one of the two."""
        if isinstance(event, SeatHealth):
            return
        async with self._db.begin() as tx:
            check = await tx.video_checks.lock(event.room_id)
            if check is None or check.ended_at is not None:
                return
            seats = await tx.video_checks.seats(check.id)
            for seat in seats.values():
                if seat.account_id == event.seat_id:
                    _attend(seat, event)
            if check.met_at is None and all(seat.connected for seat in seats.values()):
                check.met_at = event.at
            _audit(tx, Actor(event.seat_id), f"video_check.{_name(event)}", check, event.at)
            _tell(tx, check, event.at)

    async def turn(self, now: datetime) -> None:
        """End what its member of staff has left for good: called each second."""
        async with self._db.read() as tx:
            found = await tx.video_checks.without_staff()
        for check, seat in found:
            if not lapsed(seat.left_at or check.opened_at, now):
                continue
            async with self._db.begin() as tx:
                held = await _of(tx, check.account_id, Part.STAFF)
                if held is None or held.check.id != check.id or held.seats[Part.STAFF].present:
                    continue  # it has ended, or the member of staff came back meanwhile
                await _end(tx, Act(PLATFORM, Role.CLOCK, now), held, Action.LAPSE)
            await self._close(check.id)

    async def recover(self) -> None:
        """After a start nobody is connected; who was comes in anew."""
        async with self._db.begin() as tx:
            await tx.video_checks.empty(self._clock.now())

    async def _close(self, room_id: UUID) -> None:
        self._here.discard(room_id)
        await self._rooms.close(room_id)


async def _of(tx: Tx, account_id: UUID, part: Part, *, lock: bool = True) -> _Held | None:
    check = await tx.video_checks.of(account_id, lock=lock)
    return _Held(check, await tx.video_checks.seats(check.id), part) if check else None


async def _held(tx: Tx, actor: Actor, account_id: UUID, *, lock: bool = False) -> _Held:
    """The open check for one of its two; NotPermitted for everybody else, NotFound when none is open."""
    own = signed_in(actor) == account_id
    if not own:
        require(actor, *CHECKERS)
    held = await _of(tx, account_id, Part.PERSON if own else Part.STAFF, lock=lock)
    if held is None:
        raise NotFound
    if not own:
        await _yours(tx, actor, held.check)
    return held


async def _staffed(tx: Tx, actor: Actor, account_id: UUID) -> _Held:
    """The open check, held, for the member of staff who leads it."""
    held = await _held(tx, actor, account_id, lock=True)
    if held.part is not Part.STAFF:
        raise NotPermitted
    return held


async def _yours(tx: Tx, actor: Actor, check: VideoCheck) -> None:
    if check.staff_id != actor.account_id:
        name = (await tx.accounts.get(check.staff_id)).display_name
        raise NotAllowed("%(name)s is seeing this person by video just now.", name=name)


async def _end(tx: Tx, act: Act, held: _Held, action: Action) -> None:
    check = held.check
    state = await tx.states.lock(MACHINE.name, check.account_id)
    subject = Subject(check.account_id, None, state, held.facts)
    await tx.record(act.actor, advance(MACHINE, subject, action, act.role, now=act.at))
    check.ended_at, check.ended_by = act.at, action.value
    for seat in held.seats.values():
        seat.left_at = act.at if seat.present else seat.left_at
        seat.present = seat.connected = False
    _tell(tx, check, act.at)


def _attend(seat: VideoSeat, event: RoomEvent) -> None:
    """A newer coming outlives an older going."""
    if not isinstance(event, SeatLeft):
        seat.present, seat.connected = True, isinstance(event, SeatConnected)
        return
    older = seat.came_at is not None and event.at < seat.came_at
    if event.ending is SeatEnding.REPLACED or older:
        return
    seat.present = seat.connected = False
    seat.left_at, seat.ending = event.at, event.ending.value


def _name(event: RoomEvent) -> str:
    if isinstance(event, SeatLeft):
        return "leave"
    return "connect" if isinstance(event, SeatConnected) else "join"


def _seat(row: VideoSeat, name: str) -> SeatView:
    return SeatView(row.account_id, name, row.present, row.connected, standing(row.presence))


def _tell(tx: Tx, check: VideoCheck, now: datetime) -> None:
    """That something changed, to the pages of the two: what, they ask."""
    for account_id in (check.account_id, check.staff_id):
        tx.pushes.add(account_id, "video_check", {"person": str(check.account_id)}, now)


def _audit(tx: Tx, actor: Actor, action: str, check: VideoCheck, now: datetime, **details: Any) -> None:
    tx.audit.add(actor, action, "video_check", check.account_id, at=now, check=str(check.id), **details)
