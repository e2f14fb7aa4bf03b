"""The room of a sitting while people are in it: who comes, who is where, and that media obeys.

Rule 1: routes come from the table in `odr.domain.sittings` alone. The database closes first, then media;
        media opens only after the database.
Rule 2: a matrix that is refused as stale is one that another, later change has already replaced: every matrix
        is made from the rows of its epoch.
Rule 3: each ticket is a new coming, and leads into the lobby. Whoever was admitted before is brought back to
        the joint place if the sitting is there, never into a caucus.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from odr.db.chat import ChatLine
from odr.db.minutes import MinutesLine
from odr.db.records import held
from odr.db.sittings import Meeting, SittingSeat
from odr.db.uow import Database, Tx
from odr.domain import records
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.cascades import follow
from odr.domain.permissions import signed_in
from odr.domain.sittings import (
    LOBBY_BEFORE,
    MACHINE,
    Action,
    Channel,
    Kind,
    Place,
    Room,
    SeatRole,
    SittingFacts,
    State,
    abandon_move,
    begin_move,
    complete_move,
    into_caucus,
    into_joint,
    join,
    leave,
    routes,
    side_of,
)
from odr.domain.steps import Role, Subject, advance
from odr.errors import BadInput, Conflict, NotAllowed, NotFound, NotPermitted, Unavailable
from odr.logs import log
from odr.ports.clock import Clock
from odr.ports.media import (
    MediaRooms,
    RoomEvent,
    SeatConnected,
    SeatEnding,
    SeatHealth,
    SeatJoined,
    SeatLeft,
    StaleRoutes,
)

_log = log(__name__)
STUCK: Final = timedelta(seconds=10)  # a move takes milliseconds: one this old was cut off by a crash
POOR_LOSS, BAD_LOSS = 0.10, 0.15
_CAUCUS: Final = {"A": Place.CAUCUS_A, "B": Place.CAUCUS_B}
_HOST_ROLE: Final = {Kind.MEDIATION: Role.MEDIATOR, Kind.CONFIRMATION: Role.CONFIRMING_JUDGE}


@dataclass(frozen=True, slots=True)
class SeatView:
    """A person as everybody in the room may know of them; `device` and `line` are for the host alone."""

    id: UUID
    name: str
    role: SeatRole
    side: str
    present: bool
    connected: bool
    place: Place
    admitted: bool
    device: Mapping[str, Any]
    line: str


@dataclass(frozen=True, slots=True)
class LineView:
    id: UUID
    key: str
    name: str
    mine: bool
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MinutesView:
    id: UUID
    speaker: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RoomView:
    """The room as one person may see it: nothing in it is of a place where they are not."""

    id: UUID
    kind: Kind
    state: State
    stage: Place
    epoch: int
    started_at: datetime | None
    me: SeatView
    hosts: bool
    seats: tuple[SeatView, ...]
    hearers: tuple[str, ...]
    chat: tuple[LineView, ...]
    minutes: tuple[MinutesView, ...]


class RoomService:
    def __init__(self, db: Database, clock: Clock, rooms: MediaRooms) -> None:
        self._db = db
        self._clock = clock
        self._rooms = rooms
        self._lines: dict[tuple[UUID, UUID], str] = {}  # the grade of each connection, never on disk

    # -- coming and going

    async def ticket(self, actor: Actor, sitting_id: UUID) -> str:
        """The way into the lobby, and the right to take the seat with sound and picture."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            meeting = await tx.sittings.meeting(sitting_id, account_id, lock=True)
            meeting = await self._opened(tx, actor, meeting, now)
            mine = meeting.seats[account_id]
            if mine.verified_at is None or mine.rules_at is None:
                raise NotAllowed("Please prove who you are and accept the rules first.", article="OMR 17")
            room = join(meeting.room, account_id, SeatRole(mine.role))
            meeting.keep(room)
            mine.came_at = now
            _audit(tx, actor, "sitting.come", meeting, now)
            _tell_all(tx, meeting, now)
        await self._obey(sitting_id, room, meeting.state)
        return await self._rooms.ticket(sitting_id, account_id, mine.role)

    async def heard(self, event: RoomEvent) -> None:
        """What the media server saw; test rooms are nobody's attendance."""
        if isinstance(event, SeatHealth):
            await self._graded(event)
            return
        try:
            await self._attended(event)
        except NotFound:
            return
        if isinstance(event, SeatJoined):
            await self._bring_back(event.room_id)

    async def recover(self) -> None:
        """After a start: nobody is connected any more; everybody comes in anew, through the lobby."""
        async with self._db.read() as tx:
            occupied = await tx.sittings.occupied()
        for sitting_id in occupied:
            now = self._clock.now()
            async with self._db.begin() as tx:
                meeting = await tx.sittings.meeting(sitting_id, None, lock=True)
                for account_id in meeting.empty(now):
                    tx.sittings.note(sitting_id, account_id, "left:server", now)
                _audit(tx, PLATFORM, "sitting.recover", meeting, now)

    # -- the host's acts

    async def start(self, actor: Actor, sitting_id: UUID) -> None:
        """Begin: everybody in the lobby is admitted to the joint place."""
        await self._step(actor, sitting_id, Action.START)
        await self._lead(actor, sitting_id, "sitting.gather", Place.JOINT, _everybody)

    async def admit(self, actor: Actor, sitting_id: UUID, account_id: UUID) -> None:
        """Let one person out of the lobby into the joint place; NotAllowed during a caucus."""

        def one(meeting: Meeting) -> dict[UUID, Place]:
            if Place(meeting.sitting.stage) is not Place.JOINT:
                raise NotAllowed("Please go back to the joint room first.")
            return {account_id: Place.JOINT}

        await self._lead(actor, sitting_id, "sitting.admit", Place.JOINT, one)

    async def caucus(self, actor: Actor, sitting_id: UUID, side: str) -> None:
        """Talk with one side apart; the other side is among itself meanwhile."""
        if side not in _CAUCUS:
            raise BadInput

        def apart(meeting: Meeting) -> dict[UUID, Place]:
            seats = meeting.room.seats.values()
            if not any(side_of(seat.role) == side and seat.place is not Place.LOBBY for seat in seats):
                raise NotAllowed("Nobody of this side is in the room.")
            host = meeting.sitting.host_id
            return into_caucus(seats, side) | ({host: _CAUCUS[side]} if host in meeting.room.seats else {})

        await self._lead(actor, sitting_id, "sitting.caucus", _CAUCUS[side], apart)

    async def joint(self, actor: Actor, sitting_id: UUID) -> None:
        """Bring everybody who was admitted back together."""
        await self._lead(actor, sitting_id, "sitting.gather", Place.JOINT, _admitted)

    async def dismiss(self, actor: Actor, sitting_id: UUID, account_id: UUID) -> None:
        """Send one person back to the lobby, from where they may be admitted again."""
        await self._lead(actor, sitting_id, "sitting.dismiss", None, lambda _: {account_id: Place.LOBBY})

    async def remove(self, actor: Actor, sitting_id: UUID, account_id: UUID) -> None:
        """Put a person out; the seat stays closed to them for this sitting."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            meeting = await self._hosted(tx, actor, sitting_id)
            if account_id not in meeting.seats or account_id == meeting.sitting.host_id:
                raise NotAllowed("This person is not in the room.")
            meeting.seats[account_id].removed = True
            room = leave(meeting.room, account_id)
            meeting.keep(room)
            meeting.seats[account_id].left_at = now
            _audit(tx, actor, "sitting.remove", meeting, now, seat=str(account_id))
            _tell_all(tx, meeting, now)
        await self._obey(sitting_id, room, meeting.state)
        if meeting.state is not State.CLOSED:
            await self._rooms.revoke(sitting_id, account_id)

    async def close(self, actor: Actor, sitting_id: UUID) -> None:
        """End the sitting for good."""
        meeting = await self._step(actor, sitting_id, Action.CLOSE)
        await self._obey(sitting_id, meeting.room, State.CLOSED)

    # -- what one person may see

    async def show(self, actor: Actor, sitting_id: UUID) -> RoomView:
        account_id = signed_in(actor)
        async with self._db.read() as tx:
            meeting = await tx.sittings.meeting(sitting_id, account_id)
            talking = meeting.place_of(account_id, Channel.CHAT)
            noting = meeting.place_of(account_id, Channel.MINUTES)
            lines = await tx.chat.lines(sitting_id, talking) if talking else []
            minutes = await tx.minutes.lines(sitting_id) if noting else []
            return self._view(meeting, account_id, lines, minutes)

    def _view(
        self, meeting: Meeting, account_id: UUID, lines: list[ChatLine], minutes: list[MinutesLine]
    ) -> RoomView:
        sitting, mine = meeting.sitting, meeting.seats[account_id]
        hosts = sitting.host_id == account_id
        hearers = meeting.receivers(Channel.MEDIA, Place(mine.place))
        seats = {key: self._seat(meeting, key, told=hosts or key == account_id) for key in meeting.seats}
        return RoomView(
            sitting.id,
            Kind(sitting.kind),
            meeting.state,
            Place(sitting.stage),
            sitting.epoch,
            sitting.started_at,
            seats[account_id],
            hosts,
            tuple(seats.values()),
            tuple(seats[key].name for key in seats if key in hearers and account_id in hearers),
            tuple(
                LineView(one.id, one.key, one.name, one.account_id == account_id, one.text, one.at)
                for one in lines
            ),
            tuple(MinutesView(one.id, one.speaker, one.text, one.at) for one in minutes),
        )

    def _seat(self, meeting: Meeting, account_id: UUID, *, told: bool) -> SeatView:
        row = meeting.seats[account_id]
        role = SeatRole(row.role)
        return SeatView(
            account_id,
            row.name,
            role,
            side_of(role),
            row.present,
            row.connected,
            Place(row.place),
            row.admitted,
            row.device if told else {},
            self._lines.get((meeting.sitting.id, account_id), "") if told else "",
        )

    # -- moving

    async def _lead(
        self,
        actor: Actor,
        sitting_id: UUID,
        act: str,
        stage: Place | None,
        targets: Callable[[Meeting], dict[UUID, Place]],
    ) -> None:
        """A move that the host asks for; `stage`: where the sitting is from then on."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            meeting = await self._hosted(tx, actor, sitting_id)
            if meeting.state is not State.LIVE:
                raise NotAllowed("The sitting has not begun yet.")
            room = self._leaving(meeting, targets(meeting), now)
            if stage is not None:
                meeting.sitting.stage = stage.value
            _audit(tx, actor, act, meeting, now, epoch=room.epoch, stage=meeting.sitting.stage)
            _tell_all(tx, meeting, now)
        await self._arrive(sitting_id, room)

    def _leaving(self, meeting: Meeting, targets: Mapping[UUID, Place], now: datetime) -> Room:
        """First act of a move, after what a crash may have left behind."""
        sitting, room = meeting.sitting, meeting.room
        if room.targets and sitting.moved_at is not None and now - sitting.moved_at > STUCK:
            room = abandon_move(room)
        room = begin_move(room, targets, epoch=room.epoch)
        meeting.keep(room)
        sitting.moved_at = now
        for account_id, place in targets.items():
            meeting.seats[account_id].admitted = place is not Place.LOBBY
        return room

    async def _arrive(self, sitting_id: UUID, room: Room) -> None:
        """Second act: only when media has let go of the old places are the new ones entered."""
        failed = False
        try:
            await self._obey(sitting_id, room, State.LIVE)
        except Unavailable:
            failed = True
        now = self._clock.now()
        async with self._db.begin() as tx:
            meeting = await tx.sittings.meeting(sitting_id, None, lock=True)
            live = meeting.state is State.LIVE and not failed
            room = (
                complete_move(meeting.room, epoch=meeting.sitting.epoch)
                if live
                else abandon_move(meeting.room)
            )
            meeting.keep(room)
            tx.sittings.note_together(meeting, now)
            _audit(tx, PLATFORM, "sitting.arrive", meeting, now, epoch=room.epoch)
            _tell_all(tx, meeting, now)
        await self._obey(sitting_id, room, meeting.state)
        if live:  # who came in during the move could not be moved themselves
            await self._bring_back(sitting_id)

    async def _obey(self, sitting_id: UUID, room: Room, state: State) -> None:
        """Have media follow this matrix, unless a newer one is in force already."""
        if state is State.CLOSED:
            await self._rooms.close(sitting_id)
            return
        await self._rooms.open(sitting_id)
        try:
            await self._rooms.set_routes(sitting_id, room.epoch, routes(room, state))
        except StaleRoutes:
            _log.info("newer routes are in force", sitting=str(sitting_id), epoch=room.epoch)

    async def _bring_back(self, sitting_id: UUID) -> None:
        """Whoever was admitted and lost the way is led back from the lobby to the joint place."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            meeting = await tx.sittings.meeting(sitting_id, None, lock=True)
            if not (strayed := meeting.strayed):
                return
            try:
                room = self._leaving(meeting, dict.fromkeys(strayed, Place.JOINT), now)
            except Conflict:
                return  # another move is under way, and brings them back when it ends
            _audit(tx, PLATFORM, "sitting.bring_back", meeting, now, seats=sorted(map(str, strayed)))
        await self._arrive(sitting_id, room)

    # -- attendance

    async def _attended(self, event: SeatJoined | SeatConnected | SeatLeft) -> None:
        async with self._db.begin() as tx:
            meeting = await tx.sittings.meeting(event.room_id, None, lock=True)
            mine = meeting.seats.get(event.seat_id)
            if mine is None:
                raise NotFound
            room = _after(event, meeting, mine)
            meeting.keep(room)
            tx.sittings.note(event.room_id, event.seat_id, _name(event), event.at)
            if isinstance(event, SeatConnected):
                tx.sittings.note_together(meeting, event.at)
            _audit(tx, Actor(event.seat_id), f"sitting.{_name(event).partition(':')[0]}", meeting, event.at)
            _tell_all(tx, meeting, event.at)
        await self._obey(event.room_id, room, meeting.state)

    async def _graded(self, event: SeatHealth) -> None:
        """The host is told when a line gets better or worse, not each second."""
        loss = max(event.loss_up, event.loss_down)
        grade = "bad" if loss >= BAD_LOSS else "poor" if loss >= POOR_LOSS else "good"
        key = (event.room_id, event.seat_id)
        if self._lines.get(key) == grade:
            return
        self._lines[key] = grade
        try:
            async with self._db.begin() as tx:
                meeting = await tx.sittings.meeting(event.room_id, event.seat_id)
                _tell(tx, meeting, {meeting.sitting.host_id}, event.at)
        except NotFound:
            self._lines.pop(key)

    # -- steps

    async def _opened(self, tx: Tx, actor: Actor, meeting: Meeting, now: datetime) -> Meeting:
        """The meeting with its lobby open; the platform opens it an hour before, the host at any time."""
        sitting = meeting.sitting
        if meeting.state is State.CLOSED:
            raise NotAllowed("This sitting has ended.")
        if meeting.state is not State.CREATED:
            return meeting
        hosts = actor.account_id == sitting.host_id
        if not hosts and now < sitting.starts_at - LOBBY_BEFORE:
            raise NotAllowed("The lobby opens one hour before the sitting.")
        subject = Subject(sitting.id, sitting.case_id, meeting.state.value, SittingFacts())
        change = advance(MACHINE, subject, Action.OPEN_LOBBY, Role.CLOCK, now=now)
        await tx.record(PLATFORM, change)
        return Meeting(sitting, meeting.seats, State(change.target))

    async def _hosted(self, tx: Tx, actor: Actor, sitting_id: UUID) -> Meeting:
        account_id = signed_in(actor)
        meeting = await tx.sittings.meeting(sitting_id, account_id, lock=True)
        if meeting.sitting.host_id != account_id:
            raise NotPermitted
        return meeting

    async def _step(self, actor: Actor, sitting_id: UUID, action: Action) -> Meeting:
        now = self._clock.now()
        async with self._db.begin() as tx:
            meeting = await self._hosted(tx, actor, sitting_id)
            sitting = meeting.sitting
            subject = Subject(sitting.id, sitting.case_id, meeting.state.value, meeting.facts)
            role = _HOST_ROLE[Kind(sitting.kind)]
            change = advance(MACHINE, subject, action, role, now=now)
            further = follow(change, await tx.states.of_case(sitting.case_id))
            state = State(change.target)
            made = records.papers(await held(tx, meeting, now)) if state is State.CLOSED else ()
            await tx.record(actor, change, *further, papers=made)
            if state is State.LIVE:
                sitting.started_at, sitting.stage = sitting.started_at or now, Place.JOINT.value
            if state is State.CLOSED:
                sitting.closed_at, sitting.stage = now, Place.LOBBY.value
                meeting.empty(now)
            _tell_all(tx, meeting, now)
        return Meeting(sitting, meeting.seats, state)


def _is_over(event: SeatLeft, came_at: datetime | None) -> bool:
    """Whether this farewell is of the connection that counts: a newer coming outlives an older going."""
    if event.ending is SeatEnding.REPLACED:
        return False
    return came_at is None or event.at >= came_at


def _after(event: SeatJoined | SeatConnected | SeatLeft, meeting: Meeting, mine: SittingSeat) -> Room:
    """The room after what media saw of one person."""
    room = meeting.room
    if isinstance(event, SeatLeft):
        if not _is_over(event, mine.came_at):
            return room
        mine.left_at, mine.connected = event.at, False
        return leave(room, event.seat_id) if event.seat_id in room.seats else room
    mine.connected = isinstance(event, SeatConnected)
    comes = isinstance(event, SeatJoined) and event.seat_id not in room.seats and not mine.removed
    return join(room, event.seat_id, SeatRole(mine.role)) if comes else room


def _name(event: SeatJoined | SeatConnected | SeatLeft) -> str:
    """As it stands in the attendance."""
    if isinstance(event, SeatLeft):
        return f"left:{event.ending.value}"
    return "joined" if isinstance(event, SeatJoined) else "connected"


def _everybody(meeting: Meeting) -> dict[UUID, Place]:
    return into_joint(meeting.room.seats.values())


def _admitted(meeting: Meeting) -> dict[UUID, Place]:
    host = meeting.sitting.host_id
    known = [seat for key, seat in meeting.room.seats.items() if meeting.seats[key].admitted or key == host]
    return into_joint(known)


def _tell_all(tx: Tx, meeting: Meeting, now: datetime) -> None:
    """That the room changed, to everybody with a seat: what they may see of it their page then asks."""
    _tell(
        tx, meeting, {key for key, row in meeting.seats.items() if not row.removed or row.left_at == now}, now
    )


def _tell(tx: Tx, meeting: Meeting, people: set[UUID], now: datetime) -> None:
    for account_id in people:
        tx.pushes.add(account_id, "sitting", {"sitting": str(meeting.sitting.id), "what": "state"}, now)


def _audit(tx: Tx, actor: Actor, action: str, meeting: Meeting, now: datetime, **details: Any) -> None:
    sitting = meeting.sitting
    tx.audit.add(actor, action, "sitting", sitting.id, at=now, case_id=sitting.case_id, **details)
