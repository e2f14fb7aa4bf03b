"""A host who is away: the sitting pauses, the room is kept for a while, and then it is over.

Rule 1: a pause ends every caucus. Everybody waits in the lobby, and together they go on.
Rule 2: what is due is decided in `odr.domain.sittings.due`, from rows alone: a restart forgets nothing.
"""

from datetime import datetime
from uuid import UUID

from odr.db.uow import Database
from odr.domain.accounts import PLATFORM
from odr.domain.sittings import Action, due
from odr.domain.steps import Role
from odr.errors import OdrError
from odr.logs import log
from odr.services.rooms.moves import Moves, take

_log = log(__name__)


class Absences:
    def __init__(self, db: Database, moves: Moves) -> None:
        self._db = db
        self._moves = moves

    async def turn(self, now: datetime) -> None:
        """Look at every sitting that time may have changed; one that fails waits for the next turn."""
        async with self._db.read() as tx:
            waiting = await tx.sittings.unsettled()
        for sitting_id in waiting:
            try:
                await self.look(sitting_id, now)
            except OdrError as error:
                _log.warning("room was not settled", sitting=str(sitting_id), error=type(error).__name__)

    async def look(self, sitting_id: UUID, now: datetime) -> None:
        """Pause without the host, go on with, or adjourn, whichever is due."""
        async with self._db.begin() as tx:
            meeting = await tx.sittings.meeting(sitting_id, None, lock=True)
            action = due(meeting.state, meeting.host_away_since, meeting.sitting.paused_at, now)
            if action is None:
                return
            meeting = await take(tx, PLATFORM, meeting, action, role=Role.CLOCK, now=now)
        await self._moves.obey(meeting)
        if action is Action.RESUME:
            await self._moves.bring_back(sitting_id)
