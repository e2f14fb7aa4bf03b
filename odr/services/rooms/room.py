"""Who comes, who goes, and what the host does.

Rule 1: each ticket is a new coming, and leads into the lobby. Whoever was admitted before is brought back to
        the joint place if the sitting is there, never into a caucus.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from odr.db import recorded
from odr.db.outbox import Event
from odr.db.sittings import Meeting, SittingSeat
from odr.db.uow import Database, Tx
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.lines import Grade, grade
from odr.domain.permissions import signed_in
from odr.domain.sittings import (
    LISTENERS,
    MACHINE,
    Action,
    Channel,
    Kind,
    Place,
    Room,
    SeatRole,
    SittingFacts,
    State,
    into_joint,
    join,
    leave,
)
from odr.domain.steps import Role, Subject, advance
from odr.errors import NotAllowed, NotFound, NotPermitted
from odr.ports.clock import Clock
from odr.ports.media import (
    MediaRooms,
    RecordingClosed,
    RoomEvent,
    SeatConnected,
    SeatEnding,
    SeatHealth,
    SeatJoined,
    SeatLeft,
    SeatMoved,
)
from odr.services.rooms.absences import Absences
from odr.services.rooms.apart import Apart
from odr.services.rooms.moves import (
    Moves,
    audit,
    end_screens,
    host_role,
    hosted,
    take,
    tell,
    tell_all,
)
from odr.services.rooms.mutes import Mutes
from odr.services.rooms.recording import Recordings
from odr.services.rooms.screens import Screens
from odr.services.rooms.strays import Strays
from odr.services.rooms.views import RoomView, room_view

_Attended = SeatJoined | SeatConnected | SeatMoved | SeatLeft


class RoomService:
    def __init__(self, db: Database, clock: Clock, rooms: MediaRooms) -> None:
        self._db = db
        self._clock = clock
        self._rooms = rooms
        self._moves = Moves(db, clock, rooms)
        self._strays = Strays(db, self._moves)
        self._absences = Absences(db, self._moves)
        self._apart = Apart(db, clock, self._moves)
        self._recordings = Recordings(db, clock, self._moves)
        self._screens = Screens(db, clock, self._moves)
        self._mutes = Mutes(db, clock, self._moves)
        self._lines: dict[tuple[UUID, UUID], str] = {}  # the grade of each connection, never on disk

    # -- coming and going

    async def ticket(self, actor: Actor, sitting_id: UUID, runs_on: str = "") -> str:
        """The way into the lobby, and the right to take the seat with sound and picture.

        `runs_on`: device and browser, for the support desk.
        """
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            meeting = await tx.sittings.meeting(sitting_id, account_id, lock=True)
            meeting = await self._opened(tx, actor, meeting, now)
            mine = meeting.seats[account_id]
            verified_at = meeting.verified(account_id, actor.since, now)
            if verified_at is None or mine.rules_at is None:
                raise NotAllowed("Please prove who you are and accept the rules first.", article="OMR 17")
            mine.verified_at = verified_at
            meeting.keep(join(meeting.room, account_id, SeatRole(mine.role)))
            mine.came_at, mine.ending = now, ""
            meeting.unask(account_id)
            await tx.support.uses(sitting_id, account_id, runs_on)
            audit(tx, actor, "sitting.come", meeting, now)
            tell_all(tx, meeting, now)
        await self._moves.obey(meeting)
        return await self._rooms.ticket(sitting_id, account_id, mine.role)

    async def heard(self, event: RoomEvent) -> None:
        """What the media server saw; test rooms are nobody's attendance."""
        if isinstance(event, SeatHealth):
            await self._graded(event)
            return
        self._lines.pop((event.room_id, event.seat_id), None)  # another connection, or none
        try:
            await self._attended(event)
        except NotFound:
            return
        if isinstance(event, SeatJoined):
            await self._absences.look(event.room_id, self._clock.now())
            await self._moves.bring_back(event.room_id)

    async def turn(self, now: datetime) -> None:
        """What time does to the rooms: called each second."""
        await self._strays.turn(now)
        await self._absences.turn(now)
        await self._apart.turn(now)

    async def recover(self) -> None:
        """After a start: nobody is connected any more; everybody comes in anew, through the lobby."""
        async with self._db.read() as tx:
            occupied = await tx.sittings.occupied()
        for sitting_id in occupied:
            now = self._clock.now()
            async with self._db.begin() as tx:
                meeting = await tx.sittings.meeting(sitting_id, None, lock=True)
                for account_id in meeting.empty(now, SeatEnding.STOPPED):
                    tx.sittings.note(sitting_id, account_id, "left:server", now)
                recorded.mark(tx, meeting, now)
                end_screens(tx, meeting, now)
                audit(tx, PLATFORM, "sitting.recover", meeting, now)

    async def cancel(self, event: Event) -> None:
        """The mediation has ended (`sitting.cancel`: case_id): what was set is off.

        A sitting that has begun is ended by the one who leads it.
        """
        case_id = UUID(event.payload["case_id"])
        async with self._db.read() as tx:
            called = await tx.sittings.of_case(case_id)
        for sitting in called:
            if sitting.kind != Kind.MEDIATION or sitting.closed_at or sitting.created_at > event.created_at:
                continue
            async with self._db.begin() as tx:
                meeting = await tx.sittings.meeting(sitting.id, None, lock=True)
                if meeting.state not in (State.CREATED, State.LOBBY_OPEN):
                    continue
                now = self._clock.now()
                meeting = await take(tx, PLATFORM, meeting, Action.CLOSE, role=Role.CLOCK, now=now)
            await self._moves.obey(meeting)

    # -- the host's acts

    async def start(self, actor: Actor, sitting_id: UUID) -> None:
        """Begin: everybody in the lobby is admitted to the joint place."""
        await self._moves.lead(
            actor, sitting_id, "sitting.gather", Place.JOINT, _everybody, begin=Action.START
        )

    async def admit(self, actor: Actor, sitting_id: UUID, account_id: UUID) -> None:
        """Let one person out of the lobby into the joint place; NotAllowed during a caucus."""

        def one(meeting: Meeting) -> dict[UUID, Place]:
            if Place(meeting.sitting.stage) is not Place.JOINT:
                raise NotAllowed("Please go back to the joint room first.")
            return {account_id: Place.JOINT}

        await self._moves.lead(actor, sitting_id, "sitting.admit", Place.JOINT, one)

    async def ask_apart(self, actor: Actor, sitting_id: UUID, side: str) -> None:
        """Ask a side into a talk apart; BadInput for what is no side."""
        await self._apart.ask(actor, sitting_id, side)

    async def withdraw(self, actor: Actor, sitting_id: UUID) -> None:
        """Ask nobody into a talk apart any more."""
        await self._apart.withdraw(actor, sitting_id)

    async def joint(self, actor: Actor, sitting_id: UUID) -> None:
        """Bring everybody together; out of a talk apart in half a minute."""
        await self._apart.together(actor, sitting_id)

    async def back(self, actor: Actor, sitting_id: UUID) -> None:
        """Bring everybody together at once."""
        await self._apart.back(actor, sitting_id)

    async def dismiss(self, actor: Actor, sitting_id: UUID, account_id: UUID) -> None:
        """Send one person back to the lobby, from where they may be admitted again."""
        await self._moves.lead(
            actor, sitting_id, "sitting.dismiss", None, lambda _: {account_id: Place.LOBBY}
        )

    async def remove(self, actor: Actor, sitting_id: UUID, account_id: UUID) -> None:
        """Put a person out; the seat stays closed to them for this sitting."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            meeting = await hosted(tx, actor, sitting_id)
            if account_id not in meeting.seats or account_id == meeting.sitting.host_id:
                raise NotAllowed("This person is not in the room.")
            meeting.seats[account_id].removed = meeting.seats[account_id].put_out = True
            meeting.keep(leave(meeting.room, account_id))
            meeting.seats[account_id].left_at = now
            audit(tx, actor, "sitting.remove", meeting, now, seat=str(account_id))
            tell_all(tx, meeting, now)
        await self._moves.obey(meeting)
        if meeting.state is not State.CLOSED:
            await self._rooms.revoke(sitting_id, account_id)

    async def close(self, actor: Actor, sitting_id: UUID) -> None:
        """End the sitting for good, once it is written down who was in it."""
        await self._rooms.caught_up()
        async with self._db.begin() as tx:
            meeting = await hosted(tx, actor, sitting_id)
            now = self._clock.now()
            meeting = await take(tx, actor, meeting, Action.CLOSE, role=host_role(meeting), now=now)
        await self._moves.obey(meeting)

    # -- the answer of who is asked to talk apart

    async def accept(self, actor: Actor, sitting_id: UUID) -> None:
        """Go with the host, now; NotAllowed if the question no longer stands."""
        await self._apart.accept(actor, sitting_id)

    async def decline(self, actor: Actor, sitting_id: UUID, reason: str) -> None:
        """Stay; the host alone reads the reason."""
        await self._apart.decline(actor, sitting_id, reason)

    # -- the recording

    async def record(self, actor: Actor, sitting_id: UUID) -> None:
        """Order a recording, or go on with the one that rests since a talk apart."""
        await self._recordings.record(actor, sitting_id)

    async def stop_recording(self, actor: Actor, sitting_id: UUID) -> None:
        await self._recordings.stop(actor, sitting_id)

    async def answer_recording(self, actor: Actor, sitting_id: UUID, *, agrees: bool) -> None:
        """The word of a person who is asked; it can be taken back at any time, and ends the recording."""
        await self._recordings.answer(actor, sitting_id, agrees=agrees)

    async def recording_closed(self, event: RecordingClosed) -> None:
        """Media has closed files; a failure is told to everybody in the room."""
        await self._recordings.closed(event)

    # -- shared screens

    async def share(self, actor: Actor, sitting_id: UUID) -> int:
        """Begin to share a screen; the epoch of the room from which on it counts. NotAllowed says why not."""
        return await self._screens.share(actor, sitting_id)

    async def unshare(self, actor: Actor, sitting_id: UUID) -> None:
        await self._screens.unshare(actor, sitting_id)

    async def stop_screen(self, actor: Actor, sitting_id: UUID, account_id: UUID) -> None:
        """Whoever leads ends somebody's."""
        await self._screens.stop(actor, sitting_id, account_id)

    # -- who may be heard

    async def mute(self, actor: Actor, sitting_id: UUID, account_id: UUID) -> None:
        """Whoever leads keeps somebody's sound from everybody, until they lift it."""
        await self._mutes.mute(actor, sitting_id, account_id)

    async def unmute(self, actor: Actor, sitting_id: UUID, account_id: UUID) -> None:
        await self._mutes.unmute(actor, sitting_id, account_id)

    # -- asking to speak

    async def ask_to_speak(self, actor: Actor, sitting_id: UUID, *, up: bool) -> None:
        """Raise a hand, or put it down; those in the same place see it, and the host wherever they are."""
        await self._hand(actor, sitting_id, signed_in(actor), up=up)

    async def lower(self, actor: Actor, sitting_id: UUID, account_id: UUID) -> None:
        """The host puts somebody's hand down."""
        async with self._db.read() as tx:
            meeting = await tx.sittings.meeting(sitting_id, signed_in(actor))
            if meeting.sitting.host_id != actor.account_id:
                raise NotPermitted
            if account_id not in meeting.seats:
                raise NotAllowed("This person is not in the room.")
        await self._hand(actor, sitting_id, account_id, up=False)

    async def _hand(self, actor: Actor, sitting_id: UUID, account_id: UUID, *, up: bool) -> None:
        now = self._clock.now()
        async with self._db.begin() as tx:
            meeting = await tx.sittings.meeting(sitting_id, signed_in(actor), lock=True)
            place = meeting.place_of(account_id, Channel.MEDIA)
            if up and place is None:
                raise NotAllowed("You can ask to speak once you are in the room.")
            row = meeting.seats[account_id]
            if up and SeatRole(row.role) in LISTENERS:
                raise NotPermitted
            row.hand_at = (row.hand_at or now) if up else None
            audit(tx, actor, "sitting.hand", meeting, now, up=up)
            near = meeting.receivers(Channel.MEDIA, place) if place else frozenset()
            tell(tx, meeting, {*near, account_id, meeting.sitting.host_id}, now)

    # -- what one person may see

    async def show(self, actor: Actor, sitting_id: UUID) -> RoomView:
        account_id = signed_in(actor)
        async with self._db.read() as tx:
            meeting = await tx.sittings.meeting(sitting_id, account_id)
            talking = meeting.place_of(account_id, Channel.CHAT)
            noting = meeting.place_of(account_id, Channel.MINUTES)
            lines = await tx.chat.lines(sitting_id, talking) if talking else []
            minutes = await tx.minutes.lines(sitting_id) if noting else []
            grades = {seat: grade for (room, seat), grade in self._lines.items() if room == sitting_id}
            recordings = await tx.recordings.of_sitting(sitting_id)
            last, now = recordings[-1] if recordings else None, self._clock.now()
            return room_view(meeting, account_id, lines, minutes, grades=grades, last=last, now=now)

    # -- attendance

    async def _attended(self, event: _Attended) -> None:
        async with self._db.begin() as tx:
            meeting = await tx.sittings.meeting(event.room_id, None, lock=True)
            mine = meeting.seats.get(event.seat_id)
            if mine is None:
                raise NotFound
            meeting.keep(_after(event, meeting, mine))
            tx.sittings.note(event.room_id, event.seat_id, _name(event), event.at)
            if isinstance(event, SeatConnected):
                tx.sittings.note_together(meeting, event.at)
            audit(tx, Actor(event.seat_id), f"sitting.{_name(event).partition(':')[0]}", meeting, event.at)
            tell_all(tx, meeting, event.at)
        await self._moves.obey(meeting)

    async def _graded(self, event: SeatHealth) -> None:
        """The host is told when a line gets better or worse, not each second; all, when nothing comes."""
        graded = grade(max(event.loss_up, event.loss_down), event.silent_s)
        key = (event.room_id, event.seat_id)
        before = self._lines.get(key)
        if before == graded:
            return
        self._lines[key] = graded.value
        try:
            async with self._db.begin() as tx:
                meeting = await tx.sittings.meeting(event.room_id, event.seat_id)
                if Grade.SILENT in (before, graded):
                    tell_all(tx, meeting, event.at)
                else:
                    tell(tx, meeting, {meeting.sitting.host_id}, event.at)
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
        if meeting.opens_at(signed_in(actor), now):
            raise NotAllowed("The lobby opens one hour before the sitting.")
        subject = Subject(sitting.id, sitting.case_id, meeting.state.value, SittingFacts())
        change = advance(MACHINE, subject, Action.OPEN_LOBBY, Role.CLOCK, now=now)
        await tx.record(PLATFORM, change)
        return Meeting(sitting, meeting.seats, State(change.target))


def _is_over(event: SeatLeft, came_at: datetime | None) -> bool:
    """Whether this farewell is of the connection that counts: a newer coming outlives an older going."""
    if event.ending is SeatEnding.REPLACED:
        return False
    return came_at is None or event.at >= came_at


def _after(event: _Attended, meeting: Meeting, mine: SittingSeat) -> Room:
    """The room after what media saw of one person."""
    room = meeting.room
    if isinstance(event, SeatLeft):
        if not _is_over(event, mine.came_at):
            return room
        mine.left_at, mine.connected, mine.ending = event.at, False, event.ending.value
        return leave(room, event.seat_id) if event.seat_id in room.seats else room
    mine.connected = isinstance(event, SeatConnected)
    comes = isinstance(event, SeatJoined) and event.seat_id not in room.seats and not mine.removed
    return join(room, event.seat_id, SeatRole(mine.role)) if comes else room


_NAMES: Mapping[type[_Attended], str] = {SeatJoined: "joined", SeatConnected: "connected", SeatMoved: "moved"}


def _name(event: _Attended) -> str:
    """As it stands in the attendance."""
    if isinstance(event, SeatLeft):
        return f"left:{event.ending.value}"
    return _NAMES[type(event)]


def _everybody(meeting: Meeting) -> dict[UUID, Place]:
    return into_joint(meeting.room.seats.values())
