"""Shared screens: begun and ended by the person, ended by whoever leads, over with every change of place.

Rule 1: whose screen media lets through is in the matrix of the same epoch: the rows first, then media.
"""

from datetime import datetime
from uuid import UUID

from odr.db.sittings import Meeting
from odr.db.uow import Database, Tx
from odr.domain.accounts import Actor
from odr.domain.permissions import signed_in
from odr.domain.screens import may_end, refusal
from odr.domain.sittings import Channel, Place, State, renewed
from odr.errors import NotAllowed
from odr.ports.clock import Clock
from odr.services.rooms.moves import Moves, audit, hosted, tell


class Screens:
    def __init__(self, db: Database, clock: Clock, moves: Moves) -> None:
        self._db = db
        self._clock = clock
        self._moves = moves

    async def share(self, actor: Actor, sitting_id: UUID) -> int:
        """Begin, unless it is begun; the epoch from which on it counts. NotAllowed says why not."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            meeting = await tx.sittings.meeting(sitting_id, account_id, lock=True)
            live = meeting.state is State.LIVE
            reason = refusal(meeting.room, account_id, meeting.sharing, live=live)
            if reason is not None:
                raise NotAllowed(reason.text, article=reason.article)
            mine = meeting.seats[account_id]
            if mine.shares_since is None:
                mine.shares_since = now
                audit(tx, actor, "sitting.screen_begin", meeting, now)
            self._renew(tx, meeting, account_id, now)
        await self._moves.obey(meeting)
        return meeting.sitting.epoch

    async def unshare(self, actor: Actor, sitting_id: UUID) -> None:
        """End one's own; none: no effect."""
        account_id = signed_in(actor)
        async with self._db.begin() as tx:
            meeting = await tx.sittings.meeting(sitting_id, account_id, lock=True)
            ended = self._end(tx, actor, meeting, account_id)
        if ended:
            await self._moves.obey(meeting)

    async def stop(self, actor: Actor, sitting_id: UUID, account_id: UUID) -> None:
        """Whoever leads ends somebody's; NotAllowed if nobody shares there."""
        async with self._db.begin() as tx:
            meeting = await hosted(tx, actor, sitting_id)
            near = may_end(meeting.room, signed_in(actor), account_id)
            if not near or not self._end(tx, actor, meeting, account_id):
                raise NotAllowed("This person does not share a screen.")
        await self._moves.obey(meeting)

    def _end(self, tx: Tx, actor: Actor, meeting: Meeting, account_id: UUID) -> bool:
        now, row = self._clock.now(), meeting.seats.get(account_id)
        if row is None or row.shares_since is None:
            return False
        row.shares_since = None
        audit(tx, actor, "sitting.screen_end", meeting, now, seat=str(account_id))
        self._renew(tx, meeting, account_id, now)
        return True

    def _renew(self, tx: Tx, meeting: Meeting, account_id: UUID, now: datetime) -> None:
        """The room in a new epoch, which media is to obey; those who see the person are told."""
        meeting.keep(renewed(meeting.room))
        near = meeting.receivers(Channel.SCREEN, Place(meeting.seats[account_id].place))
        tell(tx, meeting, {*near, account_id}, now)
