"""Calling people of a case to a sitting (召集): its row, a seat for each, its state, in one transaction."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from odr.db import recorded
from odr.db.sittings import Meeting, Sitting
from odr.db.uow import Tx
from odr.domain import guests
from odr.domain.accounts import Actor
from odr.domain.papers import chinese_moment
from odr.domain.permissions import signed_in
from odr.domain.sittings import HOSTS, MACHINE, Action, Kind, SittingFacts, State, leave, seat_role
from odr.domain.steps import Role, Subject, advance
from odr.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class Call:
    """Who calls, in which part, to what and for when; `starts_at` and `now` are moments."""

    host: Actor
    role: Role
    kind: Kind
    starts_at: datetime
    now: datetime


async def convene(tx: Tx, case_id: UUID, call: Call) -> UUID:
    """A sitting with a seat for both sides, their agents and the host; the id of it and of its room.

    One of the same kind that has not begun is closed: the time was moved. NotAllowed while its room is open.
    Who was asked as a guest to that one, or to one that was adjourned, is a guest of this one.
    """
    before = await _adjourned(tx, case_id, call.kind) + await _close_unbegun(tx, case_id, call)
    sitting = tx.sittings.add(
        Sitting(
            id=uuid4(),
            case_id=case_id,
            kind=call.kind.value,
            host_id=signed_in(call.host),
            starts_at=call.starts_at,
            created_at=call.now,
        )
    )
    await tx.flush()
    await _seat_everybody(tx, sitting)
    await tx.flush()
    for one in before:
        await _bring_guests(tx, one, sitting, call)
    subject = Subject(sitting.id, case_id, None, SittingFacts())
    await tx.record(call.host, advance(MACHINE, subject, Action.CREATE, call.role, now=call.now))
    return sitting.id


async def seat_newcomer(tx: Tx, case_id: UUID, account_id: UUID) -> None:
    """A seat for whoever joins the case later, in each of its sittings that is not over."""
    row = await tx.cases.participant(case_id, account_id)
    role = seat_role(Role(row.role), row.side) if row else None
    if row is None or role is None:
        return
    for meeting in await _open_meetings(tx, case_id):
        seat = meeting.seats.get(account_id) or tx.sittings.add_seat(
            meeting.sitting.id, account_id, role, row.name
        )
        seat.role, seat.name, seat.removed = role.value, row.name, False
        seat.in_place_of = row.in_place_of


async def unseat(tx: Tx, case_id: UUID, account_id: UUID, now: datetime) -> list[Meeting]:
    """Take the person out of every sitting of the case that is not over; these sittings, as they are then."""
    found = [one for one in await _open_meetings(tx, case_id) if account_id in one.seats]
    for meeting in found:
        seat = meeting.seats[account_id]
        if seat.present:
            meeting.keep(leave(meeting.room, account_id))
            recorded.mark(tx, meeting, now)
            seat.left_at = now
        seat.removed = True
        for other in meeting.seats:
            news = {"sitting": str(meeting.sitting.id), "what": "state"}
            tx.pushes.add(other, "sitting", news, now)
    return found


async def _open_meetings(tx: Tx, case_id: UUID) -> list[Meeting]:
    """The sittings of the case that are not over, held."""
    rows = await tx.sittings.of_case(case_id)
    meetings = [await tx.sittings.meeting(row.id, None, lock=True) for row in rows]
    return [one for one in meetings if one.state is not State.CLOSED]


async def _adjourned(tx: Tx, case_id: UUID, kind: Kind) -> list[Sitting]:
    """The last sitting of this kind, if it is over because its host did not come back."""
    over = [row for row in await tx.sittings.of_case(case_id) if row.kind == kind.value and row.closed_at]
    over.sort(key=lambda row: row.closed_at or row.created_at)
    return [row for row in over[-1:] if row.paused_at is not None]


async def _close_unbegun(tx: Tx, case_id: UUID, call: Call) -> list[Sitting]:
    closed = []
    for sitting in await tx.sittings.of_case(case_id):
        meeting = await tx.sittings.meeting(sitting.id, None, lock=True)
        if sitting.kind != call.kind.value or meeting.state is State.CLOSED:
            continue
        if meeting.state is not State.CREATED:
            raise NotAllowed("The room of the last sitting is open. Please end it there first.")
        subject = Subject(sitting.id, case_id, meeting.state.value, SittingFacts())
        await tx.record(call.host, advance(MACHINE, subject, Action.RESCHEDULE, call.role, now=call.now))
        sitting.closed_at = call.now
        closed.append(sitting)
    return closed


async def _seat_everybody(tx: Tx, sitting: Sitting) -> None:
    host = await tx.accounts.get(sitting.host_id)
    tx.sittings.add_seat(sitting.id, host.id, HOSTS[Kind(sitting.kind)], host.display_name)
    for row in await tx.cases.participants(sitting.case_id):
        role = seat_role(Role(row.role), row.side)
        if role is not None and row.account_id != host.id:
            name = row.name or (await tx.accounts.get(row.account_id)).display_name
            seat = tx.sittings.add_seat(sitting.id, row.account_id, role, name)
            seat.in_place_of = row.in_place_of


async def _bring_guests(tx: Tx, before: Sitting, sitting: Sitting, call: Call) -> None:
    """Who is asked to the sitting before is asked to this one, with the link they have, and told of its time.

    What they and the sides have said holds. Whom the host has put out does not come along.
    """
    case = await tx.cases.get(sitting.case_id)
    told = {"number": (case.number if case else "") or "", "at": chinese_moment(sitting.starts_at)}
    seats, taken = await tx.sittings.seats(before.id), await tx.sittings.seats(sitting.id)
    for row in await tx.guests.of_sitting(before.id):
        state = guests.State(await tx.states.get(guests.MACHINE.name, row.id) or guests.State.INVITED)
        seat = seats.get(row.account_id) if row.account_id else None
        if state not in guests.OPEN or row.account_id in taken or (seat is not None and seat.put_out):
            continue
        row.sitting_id, kind = sitting.id, guests.Kind(row.kind)
        if row.account_id and guests.has_seat(kind, state, row.agreed):
            role = guests.seat_of(kind, row.side)
            place = tx.sittings.add_seat(sitting.id, row.account_id, role, row.name)
            place.along = kind is guests.Kind.HELPER and row.side in row.agreed
        tx.outbox.add("sms.send", at=call.now, to=row.phone, template="guest_moved", values=told)
        tx.audit.add(
            call.host,
            "guest.follow",
            "sitting",
            sitting.id,
            at=call.now,
            case_id=sitting.case_id,
            guest=str(row.id),
        )
