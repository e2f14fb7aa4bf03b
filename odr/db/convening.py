"""Calling people of a case to a sitting (召集): its row, a seat for each, its state, in one transaction."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from odr.db.sittings import Sitting
from odr.db.uow import Tx
from odr.domain.accounts import Actor
from odr.domain.permissions import signed_in
from odr.domain.sittings import HOSTS, MACHINE, Action, Kind, SittingFacts, State, seat_role
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
    """
    await _close_unbegun(tx, case_id, call)
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
    subject = Subject(sitting.id, case_id, None, SittingFacts())
    await tx.record(call.host, advance(MACHINE, subject, Action.CREATE, call.role, now=call.now))
    return sitting.id


async def _close_unbegun(tx: Tx, case_id: UUID, call: Call) -> None:
    for sitting in await tx.sittings.of_case(case_id):
        meeting = await tx.sittings.meeting(sitting.id, None, lock=True)
        if sitting.kind != call.kind.value or meeting.state is State.CLOSED:
            continue
        if meeting.state is not State.CREATED:
            raise NotAllowed("The room of the last sitting is open. Please end it there first.")
        subject = Subject(sitting.id, case_id, meeting.state.value, SittingFacts())
        await tx.record(call.host, advance(MACHINE, subject, Action.RESCHEDULE, call.role, now=call.now))
        sitting.closed_at = call.now


async def _seat_everybody(tx: Tx, sitting: Sitting) -> None:
    host = await tx.accounts.get(sitting.host_id)
    tx.sittings.add_seat(sitting.id, host.id, HOSTS[Kind(sitting.kind)], host.display_name)
    for row in await tx.cases.participants(sitting.case_id):
        role = seat_role(Role(row.role), row.side)
        if role is not None and row.account_id != host.id:
            name = row.name or (await tx.accounts.get(row.account_id)).display_name
            tx.sittings.add_seat(sitting.id, row.account_id, role, name)
