"""Whoever was given the way into a room and never took it: a page was closed, or a line broke just then.

Rule 1: a ticket makes present at once, so that nobody is passed over who comes; media speaks of those alone
        who showed it. Once it is spent, silence means that nobody came.
Rule 2: if an older connection of theirs still stands, the ticket was another page's: it goes on as before.
"""

from datetime import datetime
from uuid import UUID

from odr.db.uow import Database
from odr.domain.accounts import PLATFORM
from odr.domain.sittings import leave
from odr.errors import OdrError
from odr.logs import log
from odr.ports.media import TICKET_TTL, SeatEnding
from odr.services.rooms.moves import Moves, audit, tell_all

_log = log(__name__)


class Strays:
    def __init__(self, db: Database, moves: Moves) -> None:
        self._db = db
        self._moves = moves

    async def turn(self, now: datetime) -> None:
        """Look for such people; a sitting that fails waits for the next turn."""
        async with self._db.read() as tx:
            waiting = {sitting_id for sitting_id, _ in await tx.sittings.unseen(now - TICKET_TTL)}
        for sitting_id in waiting:
            try:
                await self._settle(sitting_id, now)
            except OdrError as error:
                _log.warning("strays were not settled", sitting=str(sitting_id), error=type(error).__name__)

    async def _settle(self, sitting_id: UUID, now: datetime) -> None:
        async with self._db.begin() as tx:
            meeting = await tx.sittings.meeting(sitting_id, None, lock=True)
            for found_in, account_id in await tx.sittings.unseen(now - TICKET_TTL):
                if found_in != sitting_id:
                    continue
                row = meeting.seats[account_id]
                if row.connected:
                    tx.sittings.note(sitting_id, account_id, "connected", now)
                else:
                    meeting.keep(leave(meeting.room, account_id))
                    row.left_at, row.ending = now, SeatEnding.LOST.value
                    tx.sittings.note(sitting_id, account_id, f"left:{row.ending}", now)
                audit(tx, PLATFORM, "sitting.unseen", meeting, now, seat=str(account_id))
            tell_all(tx, meeting, now)
        await self._moves.obey(meeting)
        await self._moves.bring_back(sitting_id)
