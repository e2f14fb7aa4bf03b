"""The original of a piece: asked for with an opinion, taken back, and compared by who leads.

Rule 1: what is asked and found reaches those who read the opinions on the piece, in sittings of its kind.
Rule 2: nothing of it is written down from a place apart.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from odr.db.audit import Discreet
from odr.db.evidence import EvidenceItem
from odr.db.originals import OriginalComparison, OriginalRequest
from odr.db.records import examined_later
from odr.db.sittings import Meeting
from odr.db.uow import Database, Tx
from odr.domain import records, sittings
from odr.domain.accounts import Actor
from odr.domain.evidence import Answer, Opinion
from odr.domain.originals import AUDIENCES, MACHINE, Action, Comparison, OriginalFacts, Result, State, Way
from odr.domain.permissions import signed_in
from odr.domain.sittings import GUESTS, Channel, Place, SeatRole, speaks_for
from odr.domain.steps import Role, Subject, advance
from odr.errors import NotAllowed, NotFound, NotPermitted
from odr.ports.clock import Clock
from odr.services.exhibits.rules import notify, piece, side, tell

# In what part a person of the sitting acts here; everybody else who may is an agent.
_PARTS: Final = {
    SeatRole.PARTY_A: Role.APPLICANT,
    SeatRole.PARTY_B: Role.RESPONDENT,
    SeatRole.MEDIATOR: Role.MEDIATOR,
    SeatRole.CONFIRMING_JUDGE: Role.CONFIRMING_JUDGE,
}


@dataclass(frozen=True, slots=True)
class _Act:
    """Who does something about the original of a piece, in which sitting, and when."""

    actor: Actor
    meeting: Meeting
    item: EvidenceItem
    at: datetime

    @property
    def account_id(self) -> UUID:
        return signed_in(self.actor)

    @property
    def side(self) -> str:
        return side(self.meeting, self.account_id)

    @property
    def role(self) -> Role:
        seat = SeatRole(self.meeting.seats[self.account_id].role)
        return _PARTS.get(seat, Role.AGENT)

    @property
    def apart(self) -> bool:
        return self.meeting.place_of(self.account_id, Channel.EVIDENCE) not in (None, Place.JOINT)


@dataclass(frozen=True, slots=True)
class ComparisonView:
    at: datetime
    way: str
    result: str
    note: str
    present: str
    recorder: str


@dataclass(frozen=True, slots=True)
class OriginalView:
    """Whether an original is asked for, by which side, and what was found.

    `shows`: this person's side has it to show; `takes_back`, `records`: what this person may do.
    """

    state: str
    side: str
    asked_at: datetime
    comparisons: tuple[ComparisonView, ...]
    shows: bool
    takes_back: bool
    records: bool


class Originals:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def take_back(self, actor: Actor, sitting_id: UUID, item_id: UUID) -> None:
        """The side that asked needs the original no longer; what it said of the piece stands."""
        async with self._db.begin() as tx:
            act = await self._act(tx, actor, sitting_id, item_id)
            if not act.side:
                raise NotPermitted
            row = await tx.originals.request(item_id, act.meeting.kind.value)
            if row is None:
                raise NotFound
            await _let_go(tx, act, row)
            tell(tx, act.meeting, Place.JOINT, act.at)

    async def compare(self, actor: Actor, sitting_id: UUID, item_id: UUID, found: Comparison) -> None:
        """Write down what who leads found; after the end of the sitting it goes into a record of its own."""
        async with self._db.begin() as tx:
            act = await self._act(tx, actor, sitting_id, item_id)
            meeting = act.meeting
            if meeting.sitting.host_id != act.account_id:
                raise NotPermitted
            row = await tx.originals.request(item_id, meeting.kind.value)
            if row is None:
                raise NotAllowed("Nobody has asked for the original of this piece.", article="OLR 13")
            before = await tx.originals.comparisons([row.id])
            here = [meeting.seats[key] for key in _together(meeting)]
            facts = OriginalFacts(
                asker=row.side,
                owner=act.item.side,
                apart=act.apart,
                watching=frozenset(speaks_for(SeatRole(seat.role)) for seat in here),
                found=found,
                last=Result(before[-1].result) if before else None,
            )
            await _take(tx, act, row, Action.COMPARE, facts)
            present = "、".join(seat.name for seat in here) if found.way is Way.CAMERA else found.present
            tx.originals.add(
                OriginalComparison(
                    id=uuid4(),
                    request_id=row.id,
                    number=len(before) + 1,
                    sitting_id=sitting_id,
                    way=found.way.value,
                    result=found.result.value,
                    note=found.note,
                    present=present,
                    recorded_by=act.account_id,
                    recorder=meeting.seats[act.account_id].name,
                    at=act.at,
                )
            )
            notify(tx, meeting, "original_compared", act.at)
            if meeting.state is sittings.State.CLOSED:
                await tx.flush()
                for paper in records.papers(await examined_later(tx, meeting, [act.item], act.at)):
                    tx.order_paper(paper, meeting.sitting.case_id, act.at)
            tell(tx, meeting, Place.JOINT, act.at)

    async def _act(self, tx: Tx, actor: Actor, sitting_id: UUID, item_id: UUID) -> _Act:
        meeting = await tx.sittings.meeting(sitting_id, signed_in(actor), lock=True)
        return _Act(actor, meeting, await piece(tx, meeting, item_id), self._clock.now())


async def follow(
    tx: Tx, actor: Actor, meeting: Meeting, item: EvidenceItem, *, said: Opinion, now: datetime
) -> None:
    """What an opinion means for the original: asked for, or no longer."""
    act = _Act(actor, meeting, item, now)
    row = await tx.originals.request(item.id, meeting.kind.value)
    asked = row is not None and await tx.states.get(MACHINE.name, row.id) == State.ASKED
    wants = said.truth is Answer.ASK_ORIGINAL
    if row and asked and not wants:
        await _let_go(tx, act, row)
    if not wants or asked:
        return
    if row is None:
        row = OriginalRequest(id=uuid4(), item_id=item.id, kind=meeting.kind.value)
        tx.originals.add(row)
    row.sitting_id, row.side = meeting.sitting.id, act.side
    row.asked_by, row.asked_at = act.account_id, now
    await _take(tx, act, row, Action.ASK, OriginalFacts(acts=act.side, owner=item.side))
    notify(tx, act.meeting, f"original_asked_{item.side.lower()}", now)


async def originals_of(
    tx: Tx, meeting: Meeting, account_id: UUID, items: Iterable[EvidenceItem]
) -> dict[UUID, OriginalView]:
    """Piece → its original as the person may see it, where one was asked for."""
    owners = {item.id: item.side for item in items}
    rows = await tx.originals.requests(owners, meeting.kind.value)
    found = await tx.originals.comparisons(row.id for row in rows)
    mine, hosts = side(meeting, account_id), meeting.sitting.host_id == account_id
    views = {}
    for row in rows:
        state = State(await tx.states.get(MACHINE.name, row.id) or State.ASKED)
        views[row.item_id] = OriginalView(
            state.value,
            row.side,
            row.asked_at,
            tuple(_view(one) for one in found if one.request_id == row.id),
            shows=state is State.ASKED and owners[row.item_id] == mine,
            takes_back=state is State.ASKED and row.side == mine,
            records=hosts and state is not State.TAKEN_BACK,
        )
    return views


async def _let_go(tx: Tx, act: _Act, row: OriginalRequest) -> None:
    facts = OriginalFacts(acts=act.side, asker=row.side, owner=act.item.side, apart=act.apart)
    await _take(tx, act, row, Action.TAKE_BACK, facts)
    notify(tx, act.meeting, f"original_spared_{act.item.side.lower()}", act.at)


async def _take(tx: Tx, act: _Act, row: OriginalRequest, action: Action, facts: OriginalFacts) -> None:
    """The step, told to everybody of the sitting but its guests."""
    meeting, details = act.meeting, {"item": str(row.item_id)}
    if facts.found:
        details |= {"way": facts.found.way.value, "result": facts.found.result.value}
    subject = Subject(row.id, meeting.sitting.case_id, await tx.states.lock(MACHINE.name, row.id), facts)
    change = advance(MACHINE, subject, action, act.role, now=act.at)
    people = frozenset(key for key, one in meeting.seats.items() if SeatRole(one.role) not in GUESTS)
    await tx.record(act.actor, change, within=Discreet(people, AUDIENCES[meeting.kind], details))


def _together(meeting: Meeting) -> list[UUID]:
    """The parties, their agents and who leads, as far as they are in the joint room."""
    people = meeting.receivers(Channel.EVIDENCE, Place.JOINT)
    return [key for key, row in meeting.seats.items() if key in people and SeatRole(row.role) not in GUESTS]


def _view(row: OriginalComparison) -> ComparisonView:
    return ComparisonView(row.at, row.way, row.result, row.note, row.present, row.recorder)
