"""The person's side of the support desk: a wish to be called back, its messages, and fewer pictures."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from odr.db.sittings import Meeting
from odr.db.uow import Database, Tx
from odr.domain.accounts import Actor
from odr.domain.permissions import signed_in
from odr.domain.sittings import State
from odr.domain.steps import Role
from odr.domain.support import Pictures, choose, wish
from odr.errors import BadInput, NotAllowed
from odr.logs import log
from odr.ports.clock import Clock
from odr.ports.media import MediaKind, MediaRooms, RoomEvent, RoomNotOpen, SeatJoined
from odr.services.support.desk import note

_log = log(__name__)
_NO_PICTURES: Final = frozenset({MediaKind.VIDEO, MediaKind.SCREEN})


@dataclass(frozen=True, slots=True)
class HelpMessage:
    text: str
    at: datetime
    new: bool


@dataclass(frozen=True, slots=True)
class HelpView:
    """`called_at`: since when the person waits to be called back; `phone`: there, else their own number.

    `testing`: the desk waits in a test call.
    """

    sitting_id: UUID
    case_id: UUID
    number: str
    messages: tuple[HelpMessage, ...]
    pictures: Pictures
    called_at: datetime | None
    phone: str
    testing: bool
    open: bool


class HelpService:
    def __init__(self, db: Database, clock: Clock, rooms: MediaRooms) -> None:
        self._db = db
        self._clock = clock
        self._rooms = rooms

    async def show(self, actor: Actor, sitting_id: UUID) -> HelpView:
        account_id = signed_in(actor)
        async with self._db.read() as tx:
            meeting = await tx.sittings.meeting(sitting_id, account_id)
            case = await tx.cases.get(meeting.sitting.case_id)
            messages = await tx.support.messages(sitting_id, account_id)
            known = (await tx.support.seats([sitting_id])).get((sitting_id, account_id))
            call = await tx.support.call_of(sitting_id, account_id)
            own_phone = (await tx.accounts.get(account_id)).phone
            test = await tx.support.test_of(sitting_id, account_id)
        return HelpView(
            sitting_id,
            meeting.sitting.case_id,
            (case.number if case else "") or "",
            tuple(HelpMessage(row.text, row.at, row.read_at is None) for row in messages),
            Pictures(known.pictures) if known else Pictures.ON,
            call.at if call else None,
            call.phone if call else own_phone,
            test is not None,
            meeting.state is not State.CLOSED,
        )

    async def ask(self, actor: Actor, sitting_id: UUID, trouble: str, phone: str) -> None:
        """Ask to be called back; asked once more, the newest number and trouble count."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            meeting = await _open(tx, sitting_id, account_id)
            own = (await tx.accounts.get(account_id)).phone
            wanted = wish(trouble, phone, own)
            row = await tx.support.call_of(sitting_id, account_id)
            if row is None:
                tx.support.add_call(sitting_id, account_id, wanted, now)
            else:
                row.trouble, row.phone = wanted.trouble.value, wanted.phone
            note(tx, actor, "support.ask", meeting, account_id, now=now)
            for staff in await tx.accounts.staff(Role.SUPPORT):
                tx.pushes.add(staff.id, "support_desk", {}, now)

    async def withdraw(self, actor: Actor, sitting_id: UUID) -> None:
        """No call back is needed any more; no effect without a wish."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            meeting = await _open(tx, sitting_id, account_id)
            row = await tx.support.call_of(sitting_id, account_id)
            if row is None:
                return
            row.ended_at, row.ended_by, row.phone = now, account_id, ""
            note(tx, actor, "support.withdraw", meeting, account_id, now=now)

    async def read(self, actor: Actor, sitting_id: UUID) -> None:
        """The person has read what the desk wrote so far."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            meeting = await tx.sittings.meeting(sitting_id, account_id)
            unread = [row for row in await tx.support.messages(sitting_id, account_id) if not row.read_at]
            for row in unread:
                row.read_at = now
            if unread:
                note(tx, actor, "support.read", meeting, account_id, now=now)

    async def choose(self, actor: Actor, sitting_id: UUID, pictures: str) -> None:
        """With pictures, or the voice alone: then nobody's picture is sent to this person."""
        if pictures not in set(Pictures):
            raise BadInput
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            meeting = await _open(tx, sitting_id, account_id)
            seat = await tx.support.seat(sitting_id, account_id)
            chosen = choose(Pictures(seat.pictures), Pictures(pictures))
            seat.pictures = chosen.value
            note(tx, actor, "support.choose_pictures", meeting, account_id, now=now)
        await self._obey(sitting_id, account_id, chosen)

    async def heard(self, event: RoomEvent) -> None:
        """Whoever comes back keeps what they chose, also after a restart of the rooms."""
        if not isinstance(event, SeatJoined):
            return
        async with self._db.read() as tx:
            known = (await tx.support.seats([event.room_id])).get((event.room_id, event.seat_id))
        if known is not None and known.pictures == Pictures.OFF:
            await self._obey(event.room_id, event.seat_id, Pictures.OFF)

    async def _obey(self, sitting_id: UUID, account_id: UUID, pictures: Pictures) -> None:
        kinds = _NO_PICTURES if pictures is Pictures.OFF else frozenset[MediaKind]()
        try:
            await self._rooms.withhold(sitting_id, account_id, kinds)
        except RoomNotOpen:  # it counts when they come in
            _log.info("pictures chosen before the room", sitting=str(sitting_id))


async def _open(tx: Tx, sitting_id: UUID, account_id: UUID) -> Meeting:
    meeting = await tx.sittings.meeting(sitting_id, account_id, lock=True)
    if meeting.state is State.CLOSED:
        raise NotAllowed("This sitting has ended.")
    return meeting
