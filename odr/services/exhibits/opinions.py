"""What each side thinks of a piece: in the joint room, or afterwards within the time that the host set.

Rule 1: an opinion is on what the other side brought and disclosed.
Rule 2: who let the time pass has said nothing, and the record says so; silence admits nothing, since no judge
        explained and asked (EV 4).
Rule 3: what is due after the end of the sitting goes into a record of its own, once.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from odr.db.evidence import EvidenceItem
from odr.db.exhibits import GivenOpinion, OpinionCall
from odr.db.records import examined_later
from odr.db.sittings import Meeting
from odr.db.uow import Database, Tx
from odr.domain import records
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.agents import Deed, lacks
from odr.domain.evidence import Opinion, checked, opinion_time
from odr.domain.permissions import signed_in
from odr.domain.sittings import GUESTS, Channel, Place, SeatRole, State
from odr.domain.steps import Role
from odr.errors import NotAllowed, NotFound, NotPermitted, OdrError
from odr.logs import log
from odr.ports.clock import Clock
from odr.services.exhibits.originals import follow, originals_of
from odr.services.exhibits.rules import Note, notify, other, piece, side, tell
from odr.services.exhibits.views import ExhibitView, exhibit_view

_log = log(__name__)


@dataclass(frozen=True, slots=True)
class AskedView:
    """The pieces on which an opinion was asked within a time, or whose original was; for a page."""

    case_id: UUID
    side: str
    now: datetime
    items: tuple[ExhibitView, ...]


class Opinions:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def ask(self, actor: Actor, sitting_id: UUID, item_id: UUID, time: str) -> None:
        """The host sets a time (`OPINION_TIMES`) for an opinion on a disclosed piece; its reader is told."""
        account_id, now, within = signed_in(actor), self._clock.now(), opinion_time(time)
        async with self._db.begin() as tx:
            meeting = await tx.sittings.meeting(sitting_id, account_id, lock=True)
            if meeting.sitting.host_id != account_id:
                raise NotPermitted
            item = await piece(tx, meeting, item_id)
            if not item.disclosed or meeting.state is not State.LIVE:
                raise NotAllowed("A time can be set for a piece that both sides may see, during the sitting.")
            due_at = now + within
            call = OpinionCall(item_id=item_id, sitting_id=sitting_id, asked_by=account_id, due_at=due_at)
            call.settled_at = None  # a time that was over begins anew
            await tx.exhibits.call(call)
            Note(actor, meeting, item_id, now).add(tx, "ask_opinion", due_at=due_at.isoformat())
            notify(tx, meeting, f"opinion_asked_{other(item.side).lower()}", now)
            for key in meeting.seats:
                tx.pushes.add(key, "sitting", {"sitting": str(sitting_id), "what": "evidence"}, now)

    async def give(self, actor: Actor, sitting_id: UUID, item_id: UUID, opinion: Opinion) -> None:
        """The opinion of the person's side; `opinion.side` is taken from the seat."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            meeting = await tx.sittings.concerning(sitting_id, account_id, lock=True)
            item = await piece(tx, meeting, item_id)
            mine = side(meeting, account_id)
            if not mine or mine == item.side or not item.disclosed:
                raise NotAllowed("An opinion is for the other side's disclosed evidence.", article="JS 103")
            await _in_time(tx, meeting, account_id, item_id, now)
            told = checked(opinion)
            if told.undisputed:
                await _may_admit(tx, meeting, account_id)
            answers = {"truth": told.truth, "legality": told.legality, "relevance": told.relevance}
            row = GivenOpinion(
                item_id=item_id,
                side=mine,
                kind=meeting.kind.value,
                sitting_id=sitting_id,
                account_id=account_id,
                reason=told.reason.strip(),
                at=now,
                **{name: answer.value for name, answer in answers.items()},
            )
            await tx.exhibits.give(row)
            Note(actor, meeting, item_id, now).add(tx, "give_opinion", **answers)
            await follow(tx, actor, meeting, item, said=told, now=now)
            tell(tx, meeting, Place.JOINT, now)

    async def asked(self, actor: Actor, sitting_id: UUID) -> AskedView:
        """The pieces with a time or an original asked for, for both sides and the host."""
        account_id = signed_in(actor)
        async with self._db.read() as tx:
            meeting = await tx.sittings.concerning(sitting_id, account_id)
            if SeatRole(meeting.seats[account_id].role) in GUESTS:
                raise NotFound
            mine = side(meeting, account_id)
            calls = await tx.exhibits.calls_of(sitting_id)
            found = await tx.evidence.of_case(meeting.sitting.case_id)
            originals = await originals_of(tx, meeting, account_id, found)
            asked = {call.item_id for call in calls} | set(originals)
            items = [item for item in found if item.id in asked]
            given = await tx.exhibits.opinions((item.id for item in items), meeting.kind.value)
            views = tuple(
                exhibit_view(item, mine, None, given, calls, original=originals.get(item.id))
                for item in items
            )
            return AskedView(meeting.sitting.case_id, mine, self._clock.now(), views)

    async def turn(self, now: datetime) -> None:
        """End every time that is over; one that fails waits for the next turn."""
        async with self._db.read() as tx:
            due = await tx.exhibits.calls_over(now)
        for sitting_id in due:
            try:
                await self._end(sitting_id, now)
            except OdrError as error:
                _log.warning("opinions were not ended", sitting=str(sitting_id), error=type(error).__name__)

    async def _end(self, sitting_id: UUID, now: datetime) -> None:
        async with self._db.begin() as tx:
            meeting = await tx.sittings.meeting(sitting_id, None, lock=True)
            over = [one for one in await tx.exhibits.calls_of(sitting_id) if _is_over(one, now)]
            items: list[EvidenceItem] = []
            for call in over:
                call.settled_at = now
                items.append(await tx.evidence.get(call.item_id))
                Note(PLATFORM, meeting, call.item_id, now).add(tx, "end_opinions")
            if items and meeting.state is State.CLOSED:
                await tx.flush()
                for paper in records.papers(await examined_later(tx, meeting, items, now)):
                    tx.order_paper(paper, meeting.sitting.case_id, now)
            tell(tx, meeting, Place.JOINT, now)


def _is_over(call: OpinionCall, now: datetime) -> bool:
    return call.settled_at is None and call.due_at <= now


async def _in_time(tx: Tx, meeting: Meeting, account_id: UUID, item_id: UUID, now: datetime) -> None:
    if meeting.place_of(account_id, Channel.EVIDENCE) is Place.JOINT:
        return
    call = await tx.exhibits.call_for(item_id)
    if call is None or call.sitting_id != meeting.sitting.id:
        raise NotAllowed("Opinions are recorded in the joint room only.", article="OMR 29")
    if now >= call.due_at:
        raise NotAllowed("The time for opinions on this piece is over.", article="JS 103")


async def _may_admit(tx: Tx, meeting: Meeting, account_id: UUID) -> None:
    """An agent who admits all three questions for the party needs the power to admit (MSF 62)."""
    if SeatRole(meeting.seats[account_id].role) not in (SeatRole.AGENT_A, SeatRole.AGENT_B):
        return
    authority = await tx.agents.authority(meeting.sitting.case_id, account_id)
    if why := lacks(Deed.ADMIT_FACTS, Role.AGENT, authority):
        raise NotAllowed(why.text, article=why.article)
