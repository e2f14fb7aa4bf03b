"""Mute-locks: laid and lifted by whoever leads.

Rule 1: whose sound media lets through is in the matrix of the same epoch: the rows first, then media.
"""

from uuid import UUID

from odr.db.sittings import Meeting
from odr.db.uow import Database, Tx
from odr.domain.accounts import Actor
from odr.domain.mutes import refusal
from odr.domain.permissions import signed_in
from odr.domain.sittings import State, renewed
from odr.errors import NotAllowed
from odr.ports.clock import Clock
from odr.services.rooms.moves import Moves, audit, hosted, tell


class Mutes:
    def __init__(self, db: Database, clock: Clock, moves: Moves) -> None:
        self._db = db
        self._clock = clock
        self._moves = moves

    async def mute(self, actor: Actor, sitting_id: UUID, account_id: UUID) -> None:
        """Again: no effect. NotAllowed says why not."""
        async with self._db.begin() as tx:
            meeting = await hosted(tx, actor, sitting_id)
            live = meeting.state is State.LIVE
            reason = refusal(meeting.room, signed_in(actor), account_id, live=live)
            if reason is not None:
                raise NotAllowed(reason.text, article=reason.article)
            row = meeting.seats[account_id]
            changed = row.muted_since is None
            if changed:
                row.muted_since = self._clock.now()
                self._renew(tx, actor, meeting, account_id, "sitting.mute")
        if changed:
            await self._moves.obey(meeting)

    async def unmute(self, actor: Actor, sitting_id: UUID, account_id: UUID) -> None:
        """Wherever the person is; of who is not muted: no effect."""
        async with self._db.begin() as tx:
            meeting = await hosted(tx, actor, sitting_id)
            row = meeting.seats.get(account_id)
            changed = row is not None and row.muted_since is not None
            if row is not None and changed:
                row.muted_since = None
                self._renew(tx, actor, meeting, account_id, "sitting.unmute")
        if changed:
            await self._moves.obey(meeting)

    def _renew(self, tx: Tx, actor: Actor, meeting: Meeting, account_id: UUID, act: str) -> None:
        """The room in a new epoch; everybody who is where the person is gets to know, and who leads."""
        now, place = self._clock.now(), meeting.seats[account_id].place
        meeting.keep(renewed(meeting.room))
        audit(tx, actor, act, meeting, now, seat=str(account_id))
        near = {key for key, row in meeting.seats.items() if row.present and row.place == place}
        tell(tx, meeting, {*near, account_id, meeting.sitting.host_id}, now)
