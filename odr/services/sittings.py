"""Sittings before they begin: time and people, the invitation, the device check, the rules at the door."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from odr.db.cases import Case
from odr.db.sittings import Meeting, Sitting, SittingSeat
from odr.db.uow import Database, Tx
from odr.domain import guests
from odr.domain.accounts import Actor
from odr.domain.companions import Companion
from odr.domain.devices import DeviceCheck, room_of_check
from odr.domain.permissions import signed_in
from odr.domain.sittings import GUESTS, Kind, SeatRole, State, speaks_for
from odr.errors import NotAllowed, NotFound
from odr.ports.clock import Clock
from odr.ports.media import MediaRooms


@dataclass(frozen=True, slots=True)
class PersonView:
    """`device`: the newest device check, for the person and the host alone; `beside`: name and relation."""

    name: str
    in_place_of: str
    role: SeatRole
    device: Mapping[str, Any]
    beside: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class SittingView:
    """One sitting in a list."""

    id: UUID
    case_id: UUID
    kind: Kind
    state: State
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class InvitationView:
    """What a person is told of a sitting, and what is still to be done at the door."""

    id: UUID
    case_id: UUID
    number: str
    kind: Kind
    state: State
    starts_at: datetime
    called_at: datetime
    me: PersonView
    hosts: bool
    people: tuple[PersonView, ...]
    verified: bool
    rules_agreed: bool
    opens_at: datetime | None  # the waiting room, to this person; None: it is open
    original_asked: bool  # for the original of a piece; compared or not
    opinions_until: datetime | None  # the last of the times for the side's opinions that still run
    observer_waits: bool  # for the yes of the person's side
    held: bool  # somebody came
    put_out: bool  # the host has closed the person's seat
    following: SittingView | None  # another sitting of the same kind that is not over
    device: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What there is to do and to read, whether the sitting was held, and what comes next."""

    original_asked: bool
    opinions_until: datetime | None
    observer_waits: bool
    held: bool
    following: SittingView | None


class SittingService:
    """The room itself is `odr.services.rooms`."""

    def __init__(self, db: Database, clock: Clock, rooms: MediaRooms) -> None:
        self._db = db
        self._clock = clock
        self._rooms = rooms

    async def of_case(self, actor: Actor, case_id: UUID) -> list[SittingView]:
        """The sittings of a case in which this person has a seat, the earliest first."""
        account_id = signed_in(actor)
        async with self._db.read() as tx:
            found = [row for row in await tx.sittings.of_account(account_id) if row.case_id == case_id]
            meetings = []
            for row in reversed(found):
                with suppress(NotFound):  # an agent who was dismissed, and is one again
                    meetings.append(await tx.sittings.concerning(row.id, account_id))
            return [
                SittingView(one.sitting.id, case_id, Kind(one.sitting.kind), one.state, one.sitting.starts_at)
                for one in meetings
            ]

    async def invitation(self, actor: Actor, sitting_id: UUID) -> InvitationView:
        account_id = signed_in(actor)
        async with self._db.read() as tx:
            meeting = await tx.sittings.concerning(sitting_id, account_id)
            case = await tx.cases.get(meeting.sitting.case_id)
            now = self._clock.now()
            due = await _opinions_until(tx, meeting, account_id, now)
            asked = SeatRole(meeting.seats[account_id].role) not in GUESTS and await tx.originals.asked(
                meeting.sitting.case_id, meeting.sitting.kind
            )
            waits = await _observer_waits(tx, meeting, account_id)
            following = await _following(tx, meeting, account_id)
            held = bool(meeting.sitting.started_at or await tx.sittings.attendance(sitting_id))
            return _invitation(actor, meeting, case, now, _Asked(asked, due, waits, held, following))

    async def agree_rules(self, actor: Actor, sitting_id: UUID) -> None:
        """Rights and duties heard, no recording promised; and the proof of identity that was given."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            meeting = await _open_meeting(tx, sitting_id, account_id)
            mine = meeting.seats[account_id]
            if meeting.opens_at(account_id, now):
                raise NotAllowed("The lobby opens one hour before the sitting.")
            verified_at = meeting.verified(account_id, actor.since, now)
            if verified_at is None:
                raise NotAllowed("Please sign in again with a new code before you enter.", article="OMR 17")
            mine.verified_at, mine.rules_at = verified_at, mine.rules_at or now
            _audit(tx, actor, "sitting.agree_rules", meeting.sitting, now)
            _tell_room(tx, meeting, now)

    async def name_companions(self, actor: Actor, sitting_id: UUID, beside: Sequence[Companion]) -> None:
        """Who is beside the person, in place of whoever was named before; told to everybody."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            meeting = await _open_meeting(tx, sitting_id, account_id)
            meeting.seats[account_id].beside = [
                {"name": one.name, "relation": one.relation.value} for one in beside
            ]
            _audit(tx, actor, "sitting.name_companions", meeting.sitting, now, count=len(beside))
            _tell_room(tx, meeting, now)

    async def keep_check(self, actor: Actor, sitting_id: UUID, check: DeviceCheck) -> None:
        """The result of a device check, for the person and the host."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            meeting = await _open_meeting(tx, sitting_id, account_id)
            meeting.seats[account_id].device = check.stored() | {"at": now.isoformat()}
            _audit(tx, actor, "sitting.check_device", meeting.sitting, now, verdict=check.verdict.value)
            tell = {"sitting": str(sitting_id), "what": "state"}
            tx.pushes.add(meeting.sitting.host_id, "sitting", tell, now)
        await self._rooms.close(room_of_check(sitting_id, account_id))

    async def test_ticket(self, actor: Actor, sitting_id: UUID, runs_on: str = "") -> str:
        """A ticket to a room where the person is alone: the device check measures the way to the server.

        `runs_on`: device and browser, for the support desk.
        """
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            meeting = await _open_meeting(tx, sitting_id, account_id)
            meeting.seats[account_id].check_at = now
            await tx.support.uses(sitting_id, account_id, runs_on)
            _audit(tx, actor, "sitting.begin_check", meeting.sitting, now)
            _tell_room(tx, meeting, now)
        room_id = room_of_check(sitting_id, account_id)
        await self._rooms.open(room_id)
        return await self._rooms.ticket(room_id, account_id, "test")


def _invitation(
    actor: Actor, meeting: Meeting, case: Case | None, now: datetime, asked: _Asked
) -> InvitationView:
    sitting = meeting.sitting
    mine = meeting.seats[signed_in(actor)]
    hosts = sitting.host_id == actor.account_id
    return InvitationView(
        sitting.id,
        sitting.case_id,
        (case.number if case else "") or "",
        Kind(sitting.kind),
        meeting.state,
        sitting.starts_at,
        sitting.created_at,
        _person(mine, told=True),
        hosts,
        tuple(_person(row, told=hosts or row is mine) for row in meeting.seats.values()),
        meeting.verified(mine.account_id, actor.since, now) is not None,
        mine.rules_at is not None,
        meeting.opens_at(mine.account_id, now),
        asked.original_asked,
        asked.opinions_until,
        asked.observer_waits,
        asked.held,
        mine.put_out,
        asked.following,
        mine.device,
    )


async def _opinions_until(tx: Tx, meeting: Meeting, account_id: UUID, now: datetime) -> datetime | None:
    """The last of the times that still run for the person's side: on what the other side brought."""
    mine = speaks_for(SeatRole(meeting.seats[account_id].role))
    calls = [one for one in await tx.exhibits.calls_of(meeting.sitting.id) if one.due_at > now]
    if not mine or not calls:
        return None
    pieces = await tx.evidence.of_case(meeting.sitting.case_id)
    others = {item.id for item in pieces if item.side != mine}
    return max((one.due_at for one in calls if one.item_id in others), default=None)


async def _observer_waits(tx: Tx, meeting: Meeting, account_id: UUID) -> bool:
    mine = speaks_for(SeatRole(meeting.seats[account_id].role))
    if not mine or meeting.state is State.CLOSED:
        return False
    for row in await tx.guests.of_sitting(meeting.sitting.id):
        state = await tx.states.get(guests.MACHINE.name, row.id)
        if row.kind == guests.Kind.OBSERVER and state in guests.OPEN and mine not in row.agreed:
            return True
    return False


async def _following(tx: Tx, meeting: Meeting, account_id: UUID) -> SittingView | None:
    """What takes the place of a sitting that is over."""
    if meeting.state is not State.CLOSED:
        return None
    for row in await tx.sittings.of_account(account_id):
        if row.case_id != meeting.sitting.case_id or row.kind != meeting.kind or row.closed_at:
            continue
        other = await tx.sittings.meeting(row.id, None)
        if not other.seats[account_id].removed:
            return SittingView(row.id, row.case_id, meeting.kind, other.state, row.starts_at)
    return None


async def _open_meeting(tx: Tx, sitting_id: UUID, account_id: UUID) -> Meeting:
    meeting = await tx.sittings.meeting(sitting_id, account_id, lock=True)
    if meeting.state is State.CLOSED:
        raise NotAllowed("This sitting has ended.")
    return meeting


def _person(row: SittingSeat, *, told: bool) -> PersonView:
    return PersonView(
        row.name, row.in_place_of, SeatRole(row.role), row.device if told else {}, tuple(row.beside)
    )


def _audit(tx: Tx, actor: Actor, action: str, sitting: Sitting, now: datetime, **details: Any) -> None:
    tx.audit.add(actor, action, "sitting", sitting.id, at=now, case_id=sitting.case_id, **details)


def _tell_room(tx: Tx, meeting: Meeting, now: datetime) -> None:
    """To those who wait in the room already: somebody is on the way."""
    for account_id, row in meeting.seats.items():
        if row.present:
            news = {"sitting": str(meeting.sitting.id), "what": "state"}
            tx.pushes.add(account_id, "sitting", news, now)
