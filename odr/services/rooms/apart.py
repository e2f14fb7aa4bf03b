"""Talks apart: one side is asked, who accepts is led there with the host, and all come together again.

Rule 1: nobody enters a talk apart who did not accept it; each invitation is good for one.
Rule 2: that somebody was asked, and what they answered, is known to them and to the host alone.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from odr.db.sittings import Meeting
from odr.db.uow import Database, Tx
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.permissions import signed_in
from odr.domain.sittings import (
    APART,
    CAUCUS,
    MOST_REASON,
    RETURN_AFTER,
    Asked,
    Place,
    into_caucus,
    into_joint,
    may_accept,
    returns,
    side_of,
    to_ask,
)
from odr.errors import BadInput, NotAllowed, OdrError
from odr.logs import log
from odr.ports.clock import Clock
from odr.services.rooms.moves import Moves, audit, hosted, in_turn, must_be_live, tell, tell_all

_log = log(__name__)
_GATHER: Final = "sitting.gather"
_LEAD: Final = "sitting.caucus"


class Apart:
    def __init__(self, db: Database, clock: Clock, moves: Moves) -> None:
        self._db = db
        self._clock = clock
        self._moves = moves

    @in_turn
    async def ask(self, actor: Actor, sitting_id: UUID, side: str) -> None:
        """Ask the people of a side into a talk apart, in place of whoever was asked before.

        If some of them are in it already, a host who lost the way goes back to them; a countdown stops.
        """
        if side not in CAUCUS:
            raise BadInput
        now = self._clock.now()
        async with self._db.begin() as tx:
            meeting = await hosted(tx, actor, sitting_id)
            must_be_live(meeting)
            self._invite(tx, actor, meeting, side, now)
            targets = _host_back(meeting, side)
            if targets:
                stage = CAUCUS[side]
                self._moves.set_out(tx, actor, meeting, act=_LEAD, stage=stage, targets=targets, now=now)
        if targets:
            await self._moves.arrive(meeting)

    def _invite(self, tx: Tx, actor: Actor, meeting: Meeting, side: str, now: datetime) -> None:
        asked = to_ask(meeting.room.seats.values(), meeting.admitted, side, meeting.along)
        if not asked and Place(meeting.sitting.stage) is not CAUCUS[side]:
            raise NotAllowed("Nobody of this side is in the room.")
        concerned = meeting.asked | asked | {meeting.sitting.host_id}
        meeting.ask(asked)
        audit(tx, actor, "sitting.caucus_ask", meeting, now, side=side)
        if meeting.sitting.return_at is None:
            tell(tx, meeting, set(concerned), now)
            return
        meeting.sitting.return_at = None
        tell_all(tx, meeting, now)

    async def withdraw(self, actor: Actor, sitting_id: UUID) -> None:
        """Ask nobody any more."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            meeting = await hosted(tx, actor, sitting_id)
            concerned = meeting.asked | {meeting.sitting.host_id}
            meeting.ask(frozenset())
            audit(tx, actor, "sitting.caucus_withdraw", meeting, now)
            tell(tx, meeting, set(concerned), now)

    @in_turn
    async def accept(self, actor: Actor, sitting_id: UUID) -> None:
        """The person who was asked goes with the host, now."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            meeting = await _asked(tx, sitting_id, account_id)
            if meeting.sitting.host_id not in meeting.room.seats:
                raise NotAllowed(
                    "The one who leads the sitting is not here at the moment. Please wait a little."
                )
            seats = meeting.room.seats
            if account_id not in seats or not may_accept(seats.values(), seats[account_id]):
                raise NotAllowed("Please wait until the person whom you help has gone there.")
            side = side_of(seats[account_id].role)
            joining = {account_id, meeting.sitting.host_id}
            targets = into_caucus(seats.values(), side, joining)
            stage = CAUCUS[side]
            self._moves.set_out(tx, actor, meeting, act=_LEAD, stage=stage, targets=targets, now=now)
        await self._moves.arrive(meeting)

    async def decline(self, actor: Actor, sitting_id: UUID, reason: str) -> None:
        """The person stays where they are; the host reads the reason until something else is asked."""
        account_id, now, reason = signed_in(actor), self._clock.now(), reason.strip()
        if len(reason) > MOST_REASON:
            raise BadInput(
                "Please say it in at most %(count)s characters.", field="reason", count=MOST_REASON
            )
        async with self._db.begin() as tx:
            meeting = await _asked(tx, sitting_id, account_id)
            mine = meeting.seats[account_id]
            mine.asked, mine.because = Asked.DECLINED.value, reason
            audit(tx, actor, "sitting.caucus_decline", meeting, now)
            tell(tx, meeting, {account_id, meeting.sitting.host_id}, now)

    @in_turn
    async def together(self, actor: Actor, sitting_id: UUID) -> None:
        """Bring everybody who was admitted together; out of a talk apart after a countdown that all see."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            meeting = await hosted(tx, actor, sitting_id)
            must_be_live(meeting)
            apart = Place(meeting.sitting.stage) in APART
            if apart:
                meeting.sitting.return_at = meeting.sitting.return_at or now + RETURN_AFTER
                meeting.ask(frozenset())
                audit(tx, actor, "sitting.caucus_end", meeting, now)
                tell_all(tx, meeting, now)
            else:
                self._gather(tx, actor, meeting, now)
        if not apart:
            await self._moves.arrive(meeting)

    async def back(self, actor: Actor, sitting_id: UUID) -> None:
        """Bring everybody together now, whatever is left of the countdown."""
        await self._moves.lead(actor, sitting_id, _GATHER, Place.JOINT, _admitted)

    async def turn(self, now: datetime) -> None:
        """Bring together those whose countdown is over; one that fails is tried at the next turn."""
        async with self._db.read() as tx:
            due = await tx.sittings.returning(now)
        for sitting_id in due:
            try:
                await self._return(sitting_id, now)
            except OdrError as error:
                _log.warning("caucus was not ended", sitting=str(sitting_id), error=type(error).__name__)

    async def _return(self, sitting_id: UUID, now: datetime) -> None:
        async with self._db.begin() as tx:
            meeting = await tx.sittings.meeting(sitting_id, None, lock=True)
            if not returns(meeting.state, meeting.sitting.return_at, meeting.host_away_since, now):
                return
            self._gather(tx, PLATFORM, meeting, now)
        await self._moves.arrive(meeting)

    def _gather(self, tx: Tx, actor: Actor, meeting: Meeting, now: datetime) -> None:
        self._moves.set_out(
            tx, actor, meeting, act=_GATHER, stage=Place.JOINT, targets=_admitted(meeting), now=now
        )


async def _asked(tx: Tx, sitting_id: UUID, account_id: UUID) -> Meeting:
    """The meeting, held; NotAllowed for a person who is not asked, or no longer."""
    meeting = await tx.sittings.meeting(sitting_id, account_id, lock=True)
    must_be_live(meeting)
    if meeting.seats[account_id].asked != Asked.OPEN:
        raise NotAllowed("This question no longer stands. You need not do anything.")
    return meeting


def _host_back(meeting: Meeting, side: str) -> Mapping[UUID, Place]:
    """The way of a host who is not in the talk apart in which people of this side are; else empty."""
    seats, host = meeting.room.seats, meeting.sitting.host_id
    there = [seat for seat in seats.values() if seat.place is CAUCUS[side] and seat.id != host]
    if not there or host not in seats or seats[host].place is CAUCUS[side]:
        return {}
    return into_caucus(seats.values(), side, {host})


def _admitted(meeting: Meeting) -> dict[UUID, Place]:
    host = meeting.sitting.host_id
    return into_joint(seat for key, seat in meeting.room.seats.items() if key in meeting.admitted | {host})
