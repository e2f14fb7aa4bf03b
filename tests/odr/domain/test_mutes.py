"""Whom whoever leads may mute, and where a mute holds."""

from uuid import uuid4

import pytest

from odr.domain.mutes import refusal, silenced
from odr.domain.sittings import MAY_ENTER, MAY_SEND, Channel, Place, Room, Seat, SeatRole

TALKS = [place for place in Place if place not in {Place.LOBBY, Place.MOVING}]


def room(*seats: Seat) -> Room:
    return Room({seat.id: seat for seat in seats})


@pytest.mark.parametrize("role", SeatRole)
@pytest.mark.parametrize("place", Place)
def test_whoever_is_heard_beside_the_host_may_be_muted(role: SeatRole, place: Place) -> None:
    host, seat = Seat(uuid4(), SeatRole.MEDIATOR, place), Seat(uuid4(), role, place)
    if role not in MAY_ENTER[place] or SeatRole.MEDIATOR not in MAY_ENTER[place]:
        return  # such seats cannot be
    may = place in TALKS and role in MAY_SEND[Channel.MEDIA]
    assert (refusal(room(host, seat), host.id, seat.id, live=True) is None) is may


@pytest.mark.parametrize("place", [place for place in TALKS if place is not Place.CAUCUS_A])
def test_nobody_is_muted_whom_the_host_does_not_hear(place: Place) -> None:
    host = Seat(uuid4(), SeatRole.MEDIATOR, Place.CAUCUS_A)
    role = next(role for role in SeatRole if role in MAY_ENTER[place] - {SeatRole.MEDIATOR})
    seat = Seat(uuid4(), role, place)
    assert refusal(room(host, seat), host.id, seat.id, live=True)


def test_nobody_is_muted_before_the_sitting_who_is_gone_or_by_themselves() -> None:
    host, seat = Seat(uuid4(), SeatRole.MEDIATOR, Place.JOINT), Seat(uuid4(), SeatRole.PARTY_A, Place.JOINT)
    assert refusal(room(host, seat), host.id, seat.id, live=False)
    assert refusal(room(host), host.id, seat.id, live=True)
    assert refusal(room(host), host.id, host.id, live=True)


@pytest.mark.parametrize("place", Place)
def test_a_side_among_itself_is_never_silenced(place: Place) -> None:
    role = next(role for role in SeatRole if role in MAY_ENTER[place])
    seat = Seat(uuid4(), role, place)
    held = place not in {Place.PRIVATE_A, Place.PRIVATE_B}
    assert silenced(room(seat), [seat.id, uuid4()]) == (frozenset({seat.id}) if held else frozenset())
