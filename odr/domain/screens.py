"""A shared screen (共享屏幕): who may show theirs to a talk, and until when.

Rule 1: it goes to whoever receives the person's camera, by the same table; in each talk one at a time.
Rule 2: who may show evidence may share: a screen is one more way to lay something before everybody.
Rule 3: it belongs to the place where it began: who changes the place, leaves or is lost shares no longer.
Rule 4: whoever leads may end any in the place where they are.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from odr.domain.sittings import MAY_SEND, REACHES, Channel, Room, Seat
from odr.domain.steps import Reason


@dataclass(frozen=True, slots=True)
class Wish:
    """`seat`: of who wants to share, None outside the room; `taken`: somebody shares there already."""

    seat: Seat | None
    live: bool
    taken: bool


def _talks(seat: Seat) -> bool:
    return seat.role in REACHES[Channel.SCREEN].get(seat.place, frozenset())


# The first that holds.
_REFUSALS: Final[tuple[tuple[Callable[[Wish], bool], Reason], ...]] = (
    (
        lambda wish: wish.seat is not None and wish.seat.role not in MAY_SEND[Channel.SCREEN],
        Reason("Only the parties, their agents and whoever leads the sitting can share a screen."),
    ),
    (
        lambda wish: not wish.live or wish.seat is None or not _talks(wish.seat),
        Reason("You can share your screen once you are in the room."),
    ),
    (
        lambda wish: wish.taken,
        Reason("Somebody else is sharing a screen. You can share yours when that has ended."),
    ),
)


def refusal(room: Room, seat_id: UUID, sharing: Collection[UUID], *, live: bool) -> Reason | None:
    """Why the person may not begin to share now; `sharing`: those who do, wherever they are."""
    seat = room.seats.get(seat_id)
    others = [room.seats[one] for one in sharing if one in room.seats and one != seat_id]
    taken = seat is not None and any(one.place is seat.place for one in others)
    wish = Wish(seat, live, taken)
    return next((reason for holds, reason in _REFUSALS if holds(wish)), None)


def shown(room: Room, sharing: Collection[UUID], *, live: bool) -> frozenset[UUID]:
    """Whose screen media lets through: of those who share, whoever is where a screen may be shown."""
    if not live:
        return frozenset()
    here = [room.seats[one] for one in sharing if one in room.seats]
    return frozenset(seat.id for seat in here if seat.role in MAY_SEND[Channel.SCREEN] and _talks(seat))


def may_end(room: Room, host_id: UUID, seat_id: UUID) -> bool:
    """Whether who leads is where the person shares; elsewhere it is not theirs to know of."""
    host, seat = room.seats.get(host_id), room.seats.get(seat_id)
    return host is not None and seat is not None and host.place is seat.place
