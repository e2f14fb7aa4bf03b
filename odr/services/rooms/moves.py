"""Moving people from place to place: the rows first, then media, then the rows again.

Rule 1: routes come from the table in `odr.domain.sittings` alone. The database closes first, then media;
        media opens only after the database.
Rule 2: a matrix that is refused as stale is one that another, later change has already replaced: every matrix
        is made from the rows of its epoch.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Final, ParamSpec
from uuid import UUID

from odr.db import recorded
from odr.db.minuted import show
from odr.db.records import held
from odr.db.sittings import Meeting
from odr.db.uow import Database, Tx
from odr.domain import recordings, records
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.cascades import follow
from odr.domain.permissions import signed_in
from odr.domain.sittings import (
    APART,
    MACHINE,
    PRIVATE,
    Action,
    Kind,
    Place,
    Room,
    SeatRole,
    State,
    abandon_move,
    begin_move,
    complete_move,
    in_lobby,
    stays_admitted,
)
from odr.domain.steps import Role, Subject, advance
from odr.errors import Conflict, NotAllowed, NotPermitted, Unavailable
from odr.logs import log
from odr.ports.clock import Clock
from odr.ports.media import MediaRooms, SeatEnding, StaleRoutes

_log = log(__name__)
STUCK: Final = timedelta(seconds=10)  # a move takes milliseconds: one this old was cut off by a crash
_PAUSES_S: Final = (0.05, 0.1, 0.2, 0.4, 0.8)  # then somebody is told that another move is under way
_HOST_ROLE: Final = {Kind.MEDIATION: Role.MEDIATOR, Kind.CONFIRMATION: Role.CONFIRMING_JUDGE}
_NOT_LIVE: Final = {  # messages
    State.PAUSED: "The sitting is paused. It goes on by itself in a moment.",
    State.CLOSED: "This sitting has ended.",
}
Targets = Callable[[Meeting], dict[UUID, Place]]
_P = ParamSpec("_P")


def in_turn(deed: Callable[_P, Awaitable[None]]) -> Callable[_P, Awaitable[None]]:
    """A person's act that a move of the platform is in the way of is tried again: that takes milliseconds.

    Who comes back is led to the others by the platform; whoever leads the sitting does not know of it.
    """

    @wraps(deed)
    async def patient(*args: _P.args, **kwargs: _P.kwargs) -> None:
        for pause_s in _PAUSES_S:
            with suppress(Conflict):
                return await deed(*args, **kwargs)
            await asyncio.sleep(pause_s)
        return await deed(*args, **kwargs)

    return patient


class Moves:
    def __init__(self, db: Database, clock: Clock, rooms: MediaRooms) -> None:
        self._db = db
        self._clock = clock
        self._rooms = rooms

    @in_turn
    async def lead(
        self,
        actor: Actor,
        sitting_id: UUID,
        act: str,
        stage: Place | None,
        targets: Targets,
        *,
        begin: Action | None = None,
    ) -> None:
        """A move that the host asks for; `stage`: where the sitting is from then on.

        `begin`: the step that makes the sitting live, in the same act: between two, somebody's coming in
        anew would start a move of its own, and the host's be refused.
        """
        now = self._clock.now()
        async with self._db.begin() as tx:
            meeting = await hosted(tx, actor, sitting_id)
            if begin is not None:
                meeting = await take(tx, actor, meeting, begin, role=host_role(meeting), now=now)
            must_be_live(meeting)
            self.set_out(tx, actor, meeting, act=act, stage=stage, targets=targets(meeting), now=now)
        await self.arrive(meeting)

    def set_out(
        self,
        tx: Tx,
        actor: Actor,
        meeting: Meeting,
        *,
        act: str,
        stage: Place | None,
        targets: Mapping[UUID, Place],
        now: datetime,
    ) -> None:
        """First act of a move with its entry and its news; `arrive` is to follow."""
        room = self.leaving(meeting, targets, now, awhile=stage in APART)
        if stage is not None:
            if stage.value != meeting.sitting.stage:
                meeting.sitting.apart_since = now if stage in APART else None
            meeting.sitting.stage, meeting.sitting.return_at = stage.value, None
            meeting.sitting.recording_rests |= stage in APART
        audit(tx, actor, act, meeting, now, epoch=room.epoch, stage=meeting.sitting.stage)
        tell_all(tx, meeting, now)

    def leaving(
        self, meeting: Meeting, targets: Mapping[UUID, Place], now: datetime, *, awhile: bool = False
    ) -> Room:
        """First act of a move, after what a crash may have left behind; `awhile`: for a talk apart."""
        sitting, room = meeting.sitting, meeting.room
        if room.targets and sitting.moved_at is not None and now - sitting.moved_at > STUCK:
            room = abandon_move(room)
        room = begin_move(room, targets, epoch=room.epoch)
        meeting.keep(room)
        sitting.moved_at = now
        for account_id, seat in meeting.seats.items():
            stays = awhile and seat.admitted and stays_admitted(SeatRole(seat.role))
            inside = targets.get(account_id, Place.LOBBY) is not Place.LOBBY
            if awhile or account_id in targets:
                seat.admitted = stays or inside
        for account_id, place in targets.items():
            if place not in PRIVATE:
                meeting.unask(account_id)
        return room

    async def arrive(self, meeting: Meeting) -> None:
        """Second act: only when media has let go of the old places are the new ones entered."""
        failed, sitting_id = False, meeting.sitting.id
        try:
            await self.obey(meeting)
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
            audit(tx, PLATFORM, "sitting.arrive", meeting, now, epoch=room.epoch)
            tell_all(tx, meeting, now)
        await self.obey(meeting)
        if live:  # who came in during the move could not be moved themselves
            await self.bring_back(sitting_id)

    async def obey(self, meeting: Meeting) -> None:
        """Have media follow the matrix of this meeting, unless a newer one is in force already."""
        sitting_id, room = meeting.sitting.id, meeting.room
        if meeting.state is State.CLOSED:
            await self._rooms.close(sitting_id)
            return
        await self._rooms.open(sitting_id)
        try:
            await self._rooms.set_routes(sitting_id, meeting.matrix)
        except StaleRoutes:
            _log.info("newer routes are in force", sitting=str(sitting_id), epoch=room.epoch)

    async def bring_back(self, sitting_id: UUID) -> None:
        """Whoever was admitted and lost the way is led back from the lobby to the joint place."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            meeting = await tx.sittings.meeting(sitting_id, None, lock=True)
            if not (strayed := meeting.strayed):
                return
            try:
                self.leaving(meeting, dict.fromkeys(strayed, Place.JOINT), now)
            except Conflict:
                return  # another move is under way, and brings them back when it ends
            recorded.mark(tx, meeting, now)
            audit(tx, PLATFORM, "sitting.bring_back", meeting, now, seats=sorted(map(str, strayed)))
        await self.arrive(meeting)


async def take(
    tx: Tx, actor: Actor, meeting: Meeting, action: Action, *, role: Role, now: datetime
) -> Meeting:
    """A step of the sitting with all that it means for its room; the meeting as it is then."""
    sitting = meeting.sitting
    subject = Subject(sitting.id, sitting.case_id, meeting.state.value, meeting.facts)
    change = advance(MACHINE, subject, action, role, now=now)
    further = follow(change, await tx.states.of_case(sitting.case_id))
    after = Meeting(sitting, meeting.seats, State(change.target))
    made = records.papers(await held(tx, meeting, now)) if after.state is State.CLOSED else ()
    await tx.record(actor, change, *further, papers=made)
    if after.state is State.LIVE:
        sitting.started_at, sitting.stage = sitting.started_at or now, Place.JOINT.value
        sitting.paused_at = None
    elif after.state is State.PAUSED:
        sitting.paused_at, sitting.stage, sitting.return_at = now, Place.JOINT.value, None
        after.unask(*after.seats)
        after.keep(in_lobby(meeting.room))
    elif after.state is State.CLOSED:
        sitting.closed_at, sitting.stage, sitting.return_at = now, Place.LOBBY.value, None
        after.unask(*after.seats)
        sitting.paused_at = sitting.paused_at if action is Action.ADJOURN else None
        after.empty(now, SeatEnding.CLOSED)
        ending = recordings.Action.CLOSE
        await recorded.end(tx, PLATFORM, after, action=ending, role=Role.CLOCK, now=now)
        await show(tx, after, now)
    tell_all(tx, after, now)
    return after


def host_role(meeting: Meeting) -> Role:
    return _HOST_ROLE[Kind(meeting.sitting.kind)]


async def hosted(tx: Tx, actor: Actor, sitting_id: UUID) -> Meeting:
    """The meeting, held; NotPermitted for everybody but its host."""
    account_id = signed_in(actor)
    meeting = await tx.sittings.meeting(sitting_id, account_id, lock=True)
    if meeting.sitting.host_id != account_id:
        raise NotPermitted
    return meeting


def must_be_live(meeting: Meeting) -> None:
    if meeting.state is not State.LIVE:
        raise NotAllowed(_NOT_LIVE.get(meeting.state, "The sitting has not begun yet."))


def tell_all(tx: Tx, meeting: Meeting, now: datetime) -> None:
    """That the room changed, to everybody with a seat: what they may see of it their page then asks."""
    recorded.mark(tx, meeting, now)
    end_screens(tx, meeting, now)
    tell(
        tx, meeting, {key for key, row in meeting.seats.items() if not row.removed or row.left_at == now}, now
    )


def end_screens(tx: Tx, meeting: Meeting, now: datetime) -> None:
    """Into the log: whose shared screen ended because they left the place."""
    for account_id in meeting.unshared:
        audit(tx, PLATFORM, "sitting.screen_end", meeting, now, seat=str(account_id))
    meeting.unshared.clear()


def tell(tx: Tx, meeting: Meeting, people: set[UUID], now: datetime) -> None:
    for account_id in people:
        tx.pushes.add(account_id, "sitting", {"sitting": str(meeting.sitting.id), "what": "state"}, now)


def audit(tx: Tx, actor: Actor, action: str, meeting: Meeting, now: datetime, **details: Any) -> None:
    sitting = meeting.sitting
    tx.audit.add(actor, action, "sitting", sitting.id, at=now, case_id=sitting.case_id, **details)
