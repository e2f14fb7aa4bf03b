"""The recording of the joint talk: ordered by whoever leads, agreed to by whoever is heard, ended by either.

Rule 1: whom media records is in the matrix of the same epoch: the rows first, then media.
"""

from uuid import UUID

from odr.db import recorded
from odr.db.sittings import Meeting
from odr.db.uow import Database, Tx
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.permissions import signed_in
from odr.domain.recordings import HEARD, RULES, Action, Answer, refuses_as
from odr.domain.sittings import Kind, Place, SeatRole, renewed
from odr.domain.steps import Role
from odr.errors import NotAllowed, NotPermitted
from odr.logs import log
from odr.ports.clock import Clock
from odr.ports.media import RecordingClosed
from odr.services.rooms.moves import Moves, host_role, hosted, must_be_live, tell_all

_log = log(__name__)


class Recordings:
    def __init__(self, db: Database, clock: Clock, moves: Moves) -> None:
        self._db = db
        self._clock = clock
        self._moves = moves

    async def record(self, actor: Actor, sitting_id: UUID) -> None:
        """Order one, or go on after a talk apart."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            meeting = await hosted(tx, actor, sitting_id)
            sitting = meeting.sitting
            if sitting.recording_id and sitting.recording_rests:
                must_be_live(meeting)
                if Place(sitting.stage) is not Place.JOINT:
                    raise NotAllowed("A talk apart is never recorded. Please bring all together first.")
                sitting.recording_rests = False
                recorded.audit(tx, actor, "go_on", meeting, now)
            else:
                await recorded.order(tx, actor, meeting, host_role(meeting), now)
            self._renew(tx, meeting)
        await self._moves.obey(meeting)

    async def stop(self, actor: Actor, sitting_id: UUID) -> None:
        """End it; none in force: no effect."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            meeting = await hosted(tx, actor, sitting_id)
            if meeting.sitting.recording_id is None:
                return
            await recorded.end(tx, actor, meeting, action=Action.STOP, role=host_role(meeting), now=now)
            self._renew(tx, meeting)
        await self._moves.obey(meeting)

    async def answer(self, actor: Actor, sitting_id: UUID, *, agrees: bool) -> None:
        """Yes, or no: for a hearing the yes says that it was read."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            meeting = await tx.sittings.meeting(sitting_id, account_id, lock=True)
            mine = meeting.seats[account_id]
            if meeting.sitting.recording_id is None:
                raise NotAllowed("Nothing is recorded any more. You need not do anything.")
            if SeatRole(mine.role) not in HEARD:
                raise NotPermitted
            asked = RULES[Kind(meeting.sitting.kind)].asks
            recorded.audit(tx, actor, "agree" if agrees else "refuse_by", meeting, now, asked=asked)
            if agrees:
                mine.recording_answer = Answer.AGREED.value
            else:
                role = refuses_as(SeatRole(mine.role))
                if role is None:
                    raise NotPermitted
                mine.recording_answer = Answer.REFUSED.value
                await recorded.end(tx, actor, meeting, action=Action.REFUSE, role=role, now=now)
            self._renew(tx, meeting)
        await self._moves.obey(meeting)

    async def closed(self, event: RecordingClosed) -> None:
        """A part's files are on the disk: there is something to keep; what the disk ended is over."""
        failed = bool(event.failure)
        async with self._db.begin() as tx:
            meeting = await tx.sittings.meeting(event.room_id, None, lock=True)
            row = await tx.recordings.lock(event.recording_id)
            await tx.recordings.closed(row.id, event.part)
            failed &= meeting.sitting.recording_id == row.id
            if failed:
                _log.error("recording ended by the disk", recording=str(row.id), why=event.failure)
                await recorded.end(tx, PLATFORM, meeting, action=Action.FAIL, role=Role.CLOCK, now=event.at)
                self._renew(tx, meeting)
            (await tx.recordings.work(row.id)).look_at = event.at
            tx.audit.add(
                PLATFORM,
                "recording.part_closed",
                "recording",
                row.id,
                at=event.at,
                case_id=row.case_id,
                audience=RULES[Kind(row.kind)].audience,
                part=event.part,
            )
        if failed:
            await self._moves.obey(meeting)

    def _renew(self, tx: Tx, meeting: Meeting) -> None:
        """The room in a new epoch, which media is to obey, and everybody told."""
        meeting.keep(renewed(meeting.room))
        tell_all(tx, meeting, self._clock.now())
