"""Guests of a sitting: asked by SMS, they answer from that telephone; a seat is given, and taken back."""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID, uuid4

from odr.db import recorded
from odr.db.filings import is_verified
from odr.db.guests import Guest
from odr.db.sittings import Meeting
from odr.db.uow import Database, Tx
from odr.domain import sittings
from odr.domain.accounts import Actor, normal_phone
from odr.domain.guests import (
    BOTH,
    MACHINE,
    OPEN,
    Action,
    GuestFacts,
    Kind,
    State,
    asks_as,
    has_seat,
    may_answer_for,
    may_ask,
    seat_of,
)
from odr.domain.papers import chinese_moment
from odr.domain.permissions import signed_in
from odr.domain.sittings import APART, GUESTS, SeatRole, join, leave, speaks_for
from odr.domain.steps import Role, Subject, advance
from odr.errors import BadInput, NotFound, NotPermitted
from odr.ports.clock import Clock
from odr.ports.media import MediaRooms, RoomNotOpen, StaleRoutes

_TOKEN_BYTES: Final = 24
_MOST_NAME: Final = 40  # characters


@dataclass(frozen=True, slots=True)
class GuestRow:
    """A guest as the people of the sitting see them; the number is not theirs to read.

    `agreed`: the sides that said yes to an observer, or want their helper in talks apart; `answers`: this
    person says so for their side; `own`: they may take the invitation back.
    """

    id: UUID
    kind: Kind
    name: str
    state: State
    agreed: frozenset[str]
    seated: bool
    own: bool
    answers: bool


@dataclass(frozen=True, slots=True)
class GuestsView:
    """`side`: for whom the asker says yes or no of a guest, "" for nobody; `kinds`: whom they may ask."""

    sitting_id: UUID
    case_id: UUID
    number: str
    sitting: sittings.Kind
    open: bool
    side: str
    kinds: tuple[Kind, ...]
    guests: tuple[GuestRow, ...]


@dataclass(frozen=True, slots=True)
class GuestInvitation:
    """What a guest reads before signing in.

    `mine`: signed in from the invited telephone; `put_out`: who leads has closed the seat to them.
    """

    sitting_id: UUID
    number: str
    kind: Kind
    name: str
    phone: str
    starts_at: datetime
    state: State
    over: bool
    mine: bool
    verified: bool
    seated: bool
    put_out: bool
    sitting: sittings.Kind


@dataclass(frozen=True, slots=True)
class _Act:
    """Who does what, in which part, and when."""

    actor: Actor
    action: Action
    role: Role
    at: datetime


class GuestService:
    def __init__(self, db: Database, clock: Clock, rooms: MediaRooms) -> None:
        self._db = db
        self._clock = clock
        self._rooms = rooms

    # -- the people of the sitting

    async def show(self, actor: Actor, sitting_id: UUID) -> GuestsView:
        """Whom this sitting has as guests, for those who may ask some; NotFound for everybody else."""
        account_id = signed_in(actor)
        async with self._db.read() as tx:
            meeting = await _of_its_people(tx, sitting_id, account_id)
            case = await tx.cases.get(meeting.sitting.case_id)
            rows = [(row, await _state(tx, row)) for row in await tx.guests.of_sitting(sitting_id)]
        role = SeatRole(meeting.seats[account_id].role)
        return GuestsView(
            sitting_id,
            meeting.sitting.case_id,
            (case.number if case else "") or "",
            meeting.kind,
            meeting.state is not sittings.State.CLOSED,
            speaks_for(role),
            may_ask(role, meeting.kind),
            tuple(_row(row, state, meeting, account_id) for row, state in rows),
        )

    async def invite(self, actor: Actor, sitting_id: UUID, kind: str, name: str, phone: str) -> None:
        """Ask somebody to come; an observer whom a side asks has that side's yes. BadInput by field.

        A helper does not come into talks apart before the side says so (`agree`).
        """
        account_id, now = signed_in(actor), self._clock.now()
        if kind not in set(Kind):
            raise BadInput("Please choose as what this person comes.", field="kind")
        if not name.strip() or len(name.strip()) > _MOST_NAME:
            raise BadInput("Please give the person's name.", field="name")
        number, token = normal_phone(phone), secrets.token_urlsafe(_TOKEN_BYTES)
        async with self._db.begin() as tx:
            meeting = await _of_its_people(tx, sitting_id, account_id, lock=True)
            role = SeatRole(meeting.seats[account_id].role)
            asks, side = _asks(meeting, account_id), speaks_for(role)
            row = Guest(
                id=uuid4(),
                sitting_id=sitting_id,
                kind=kind,
                name=name.strip(),
                phone=number,
                token_hash=sha256(token.encode()).digest(),
                invited_by=account_id,
                side=side,
                agreed=[side] if side and kind == Kind.OBSERVER else [],
                created_at=now,
            )
            others = await tx.guests.of_sitting(sitting_id)
            open_others = [one for one in others if await _state(tx, one) in OPEN]
            if any(one.phone == number for one in open_others):
                raise BadInput("This number was asked already.", field="phone")
            facts = GuestFacts(Kind(kind), asks, meeting.kind, open=_open(meeting), others=len(open_others))
            tx.guests.add(row)
            await tx.flush()
            await _take(tx, _Act(actor, Action.INVITE, asks, now), row, meeting, facts)
            values = await _where_and_when(tx, meeting)
            tx.outbox.add(
                "sms.send",
                at=now,
                to=number,
                template=f"guest_{kind}",
                values=values,
                path=f"/guests/{token}",
            )
            for wanted in sorted(BOTH - set(row.agreed)) if kind == Kind.OBSERVER else ():
                asked: dict[str, Any] = {
                    "subject_id": str(sitting_id),
                    "case_id": str(meeting.sitting.case_id),
                }
                tx.outbox.add("notice.send", at=now, name=f"observer_asked_{wanted.lower()}", **asked)
            _tell(tx, meeting, now)

    async def withdraw(self, actor: Actor, sitting_id: UUID, guest_id: UUID) -> None:
        """Take an invitation back; who is in the room already is put out."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            meeting = await _of_its_people(tx, sitting_id, account_id, lock=True)
            row = await _of_sitting(tx, sitting_id, guest_id)
            role = _asks(meeting, account_id)
            facts = GuestFacts(Kind(row.kind), own=_own(row, meeting, account_id))
            await _take(tx, _Act(actor, Action.WITHDRAW, role, now), row, meeting, facts)
            gone = await _settle(tx, row, meeting, now)
        await self._obey(meeting, gone)

    async def agree(self, actor: Actor, sitting_id: UUID, guest_id: UUID, *, yes: bool) -> None:
        """A side says yes or no at any time: to an observer, who is out without both; to its helper's coming
        into talks apart, who then waits outside until all are together."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            meeting = await _of_its_people(tx, sitting_id, account_id, lock=True)
            row = await _of_sitting(tx, sitting_id, guest_id)
            side = speaks_for(SeatRole(meeting.seats[account_id].role))
            if not may_answer_for(Kind(row.kind), row.side, side):
                raise NotPermitted
            newly = yes and side not in row.agreed
            row.agreed = sorted({*row.agreed, side} if yes else set(row.agreed) - {side})
            sitting = meeting.sitting
            tx.audit.add(
                actor,
                "guest.agree",
                "sitting",
                sitting.id,
                at=now,
                case_id=sitting.case_id,
                guest=str(row.id),
                side=side,
                yes=yes,
            )
            gone = None
            if Kind(row.kind) is Kind.OBSERVER:
                gone = await _settle(tx, row, meeting, now)
                if newly and has_seat(Kind.OBSERVER, await _state(tx, row), row.agreed):
                    values, path = await _where_and_when(tx, meeting), f"/sittings/{sitting_id}"
                    told: dict[str, Any] = {"template": "guest_agreed", "values": values, "path": path}
                    tx.outbox.add("sms.send", at=now, to=row.phone, **told)
            else:
                _let_along(row, meeting)
                _tell(tx, meeting, now)
        await self._obey(meeting, gone)

    # -- the guest

    async def invitation(self, actor: Actor, token: str) -> GuestInvitation:
        """What a guest is asked to; NotFound if the link is not ours."""
        async with self._db.read() as tx:
            row = await _by_token(tx, token)
            meeting = await tx.sittings.meeting(row.sitting_id, None)
            case = await tx.cases.get(meeting.sitting.case_id)
            mine = await _is_mine(tx, actor, row)
            verified = actor.account_id is not None and await is_verified(tx, actor.account_id)
            state = await _state(tx, row)
        return GuestInvitation(
            row.sitting_id,
            (case.number if case else "") or "",
            Kind(row.kind),
            row.name,
            row.phone,
            meeting.sitting.starts_at,
            state,
            not _open(meeting),
            mine,
            verified,
            has_seat(Kind(row.kind), state, row.agreed),
            _put_out(meeting, row),
            meeting.kind,
        )

    async def phone(self, token: str) -> str:
        """The invited telephone, to which alone a code is sent."""
        async with self._db.read() as tx:
            return (await _by_token(tx, token)).phone

    async def answer(self, actor: Actor, token: str, *, accepts: bool) -> UUID:
        """Come, or not, from the invited telephone; the sitting's id."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            row = await _by_token(tx, token)
            meeting = await tx.sittings.meeting(row.sitting_id, None, lock=True)
            if not await _is_mine(tx, actor, row):
                raise NotPermitted("Please sign in with the number that received the invitation.")
            kind, action = Kind(row.kind), Action.ACCEPT if accepts else Action.DECLINE
            seat = meeting.seats.get(account_id)
            facts = GuestFacts(
                kind,
                open=_open(meeting),
                verified=await is_verified(tx, account_id),
                seated=seat is not None and SeatRole(seat.role) not in GUESTS,
            )
            await _take(tx, _Act(actor, action, Role.GUEST, now), row, meeting, facts)
            row.account_id, row.answered_at = account_id, now
            card = await tx.identities.get(account_id)
            if facts.verified and card and card.name:
                row.name = card.name
            gone = await _settle(tx, row, meeting, now)
        await self._obey(meeting, gone)
        return row.sitting_id

    async def _obey(self, meeting: Meeting, gone: UUID | None) -> None:
        """Nothing reaches them any more, once that is committed."""
        sitting_id = meeting.sitting.id
        with suppress(StaleRoutes, RoomNotOpen):  # newer routes know the rows of now
            await self._rooms.set_routes(sitting_id, meeting.matrix)
        if gone is None:
            return
        with suppress(RoomNotOpen):
            await self._rooms.revoke(sitting_id, gone)


async def _settle(tx: Tx, row: Guest, meeting: Meeting, now: datetime) -> UUID | None:
    """Give or take the seat as state and consents say, none back that who leads closed; whom media drops."""
    _tell(tx, meeting, now)
    if row.account_id is None:
        return None
    tx.pushes.add(row.account_id, "changed", {"case": str(meeting.sitting.case_id), "machine": "guest"}, now)
    seat = meeting.seats.get(row.account_id)
    if has_seat(Kind(row.kind), await _state(tx, row), row.agreed) and not _put_out(meeting, row):
        role = seat_of(Kind(row.kind), row.side)
        seat = seat or tx.sittings.add_seat(meeting.sitting.id, row.account_id, role, row.name)
        seat.role, seat.name, seat.removed = role.value, row.name, False
        meeting.seats[row.account_id] = seat
        _let_along(row, meeting)
        return None
    if seat is None or seat.removed:
        return None
    seat.removed = True
    if not seat.present:
        return None
    meeting.keep(leave(meeting.room, row.account_id))
    recorded.mark(tx, meeting, now)
    seat.left_at = now
    return row.account_id


def _put_out(meeting: Meeting, row: Guest) -> bool:
    seat = meeting.seats.get(row.account_id) if row.account_id else None
    return seat is not None and seat.put_out


def _let_along(row: Guest, meeting: Meeting) -> None:
    """A helper may come into talks apart, or no longer: then out of there into the lobby, and not asked."""
    seat = meeting.seats.get(row.account_id) if row.account_id else None
    if seat is None:
        return
    seat.along = Kind(row.kind) is Kind.HELPER and row.side in row.agreed
    if seat.along:
        return
    meeting.unask(seat.account_id)
    if seat.present and {seat.place, seat.target} & APART:
        meeting.keep(join(meeting.room, seat.account_id, SeatRole(seat.role)))


async def _take(tx: Tx, act: _Act, row: Guest, meeting: Meeting, facts: GuestFacts) -> None:
    state = await tx.states.lock(MACHINE.name, row.id)
    subject = Subject(row.id, meeting.sitting.case_id, state, facts)
    await tx.record(act.actor, advance(MACHINE, subject, act.action, act.role, now=act.at))


def _asks(meeting: Meeting, account_id: UUID) -> Role:
    """In what part the person asks guests; NotFound for who asks none."""
    role = asks_as(SeatRole(meeting.seats[account_id].role))
    if role is None:
        raise NotFound
    return role


async def _of_its_people(tx: Tx, sitting_id: UUID, account_id: UUID, *, lock: bool = False) -> Meeting:
    """The meeting, for its host, its parties and their agents; NotFound for everybody else."""
    meeting = await tx.sittings.meeting(sitting_id, account_id, lock=lock)
    _asks(meeting, account_id)
    return meeting


async def _of_sitting(tx: Tx, sitting_id: UUID, guest_id: UUID) -> Guest:
    row = await tx.guests.get(guest_id)
    if row.sitting_id != sitting_id:
        raise NotFound
    return row


async def _by_token(tx: Tx, token: str) -> Guest:
    row = await tx.guests.by_token(sha256(token.encode()).digest())
    if row is None:
        raise NotFound
    return row


async def _is_mine(tx: Tx, actor: Actor, row: Guest) -> bool:
    if actor.account_id is None:
        return False
    return (await tx.accounts.get(actor.account_id)).phone == row.phone


async def _state(tx: Tx, row: Guest) -> State:
    return State(await tx.states.get(MACHINE.name, row.id) or State.INVITED)


async def _where_and_when(tx: Tx, meeting: Meeting) -> dict[str, str]:
    """What a short message says of the sitting."""
    case = await tx.cases.get(meeting.sitting.case_id)
    number = (case.number if case else "") or ""
    return {"number": number, "at": chinese_moment(meeting.sitting.starts_at)}


def _open(meeting: Meeting) -> bool:
    return meeting.state is not sittings.State.CLOSED


def _own(row: Guest, meeting: Meeting, account_id: UUID) -> bool:
    """Of the same side as whoever asked, or the host."""
    role = SeatRole(meeting.seats[account_id].role)
    hosts = meeting.sitting.host_id == account_id
    return hosts or bool(row.side and row.side == speaks_for(role))


def _row(row: Guest, state: State, meeting: Meeting, account_id: UUID) -> GuestRow:
    kind, side = Kind(row.kind), speaks_for(SeatRole(meeting.seats[account_id].role))
    return GuestRow(
        row.id,
        kind,
        row.name,
        state,
        frozenset(row.agreed),
        has_seat(kind, state, row.agreed),
        _own(row, meeting, account_id) and state in OPEN,
        may_answer_for(kind, row.side, side) and state in OPEN,
    )


def _tell(tx: Tx, meeting: Meeting, now: datetime) -> None:
    """To the room's pages, and to those that list the guests."""
    sitting = meeting.sitting
    for account_id in meeting.seats:
        tx.pushes.add(account_id, "sitting", {"sitting": str(sitting.id), "what": "state"}, now)
        tx.pushes.add(account_id, "changed", {"case": str(sitting.case_id), "machine": "guest"}, now)
