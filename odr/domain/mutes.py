"""A mute-lock (静音锁定): whose sound whoever leads keeps from the others, and where.

Rule 1: sound alone: camera, hand, chat and evidence stay, so that who is muted can ask to speak.
Rule 2: it lasts until whoever leads lifts it; a page loaded anew, or a line that breaks, lifts nothing.
Rule 3: it holds where whoever leads may be; a side among itself is nobody's to silence.
Rule 4: nobody is muted whom the one who leads does not hear just now, nor they themselves.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from odr.domain.sittings import MAY_SEND, PRIVATE, Channel, Room, Seat, audience
from odr.domain.steps import Reason


@dataclass(frozen=True, slots=True)
class Wish:
    """`host`, `seat`: of who leads and of whom they mean; None outside the room."""

    host: Seat | None
    seat: Seat | None
    live: bool


def _together(wish: Wish) -> bool:
    """In one place where people talk."""
    host, seat = wish.host, wish.seat
    return host is not None and seat is not None and host in audience(Channel.MEDIA, seat.place, [host])


# The first that holds.
_REFUSALS: Final[tuple[tuple[Callable[[Wish], bool], Reason], ...]] = (
    (
        lambda wish: not wish.live or not _together(wish),
        Reason("This person is not in the room with you."),
    ),
    (
        lambda wish: wish.seat is wish.host,
        Reason("You mute yourself with your own microphone button."),
    ),
    (
        lambda wish: wish.seat is not None and wish.seat.role not in MAY_SEND[Channel.MEDIA],
        Reason("This person is not heard by anybody."),
    ),
)


def refusal(room: Room, host_id: UUID, seat_id: UUID, *, live: bool) -> Reason | None:
    """Why the person may not be muted now."""
    wish = Wish(room.seats.get(host_id), room.seats.get(seat_id), live)
    return next((reason for holds, reason in _REFUSALS if holds(wish)), None)


def silenced(room: Room, muted: Collection[UUID]) -> frozenset[UUID]:
    """Of those who are muted, whose sound goes nowhere now."""
    here = [room.seats[one] for one in muted if one in room.seats]
    return frozenset(seat.id for seat in here if seat.place not in PRIVATE)
