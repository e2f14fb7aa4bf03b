"""Who may share a screen, with whom, and until when."""

from uuid import UUID, uuid4

import pytest

from odr.domain.screens import may_end, refusal, shown
from odr.domain.sittings import MAY_ENTER, MAY_SEND, REACHES, Channel, Place, Room, Seat, SeatRole

SHARERS = {
    SeatRole.PARTY_A,
    SeatRole.AGENT_A,
    SeatRole.PARTY_B,
    SeatRole.AGENT_B,
    SeatRole.MEDIATOR,
    SeatRole.CONFIRMING_JUDGE,
}
TALKS = [place for place in Place if place not in {Place.LOBBY, Place.MOVING}]


def room(*seats: Seat) -> Room:
    return Room({seat.id: seat for seat in seats})


@pytest.mark.parametrize("role", SeatRole)
@pytest.mark.parametrize("place", Place)
def test_who_may_show_evidence_may_share_where_people_talk(role: SeatRole, place: Place) -> None:
    if role not in MAY_ENTER[place]:
        return  # such a seat cannot be
    seat = Seat(uuid4(), role, place)
    may = role in SHARERS and place in TALKS
    assert (refusal(room(seat), seat.id, (), live=True) is None) is may
    assert (seat.id in shown(room(seat), {seat.id}, live=True)) is may


def test_a_screen_is_seen_by_exactly_those_who_see_the_camera() -> None:
    assert REACHES[Channel.SCREEN] == REACHES[Channel.MEDIA]
    assert MAY_SEND[Channel.SCREEN] == MAY_SEND[Channel.EVIDENCE] == SHARERS


def test_nobody_shares_while_the_sitting_is_not_live() -> None:
    seat = Seat(uuid4(), SeatRole.MEDIATOR, Place.JOINT)
    assert refusal(room(seat), seat.id, (), live=False)
    assert shown(room(seat), {seat.id}, live=False) == frozenset()


def test_who_is_not_in_the_room_shares_nothing() -> None:
    gone = uuid4()
    assert refusal(Room(), gone, (), live=True)
    assert shown(Room(), {gone}, live=True) == frozenset()


def test_in_each_talk_one_at_a_time_and_nothing_is_told_of_other_talks() -> None:
    wang = Seat(uuid4(), SeatRole.PARTY_A, Place.PRIVATE_A)
    agent = Seat(uuid4(), SeatRole.AGENT_A, Place.PRIVATE_A)
    yang = Seat(uuid4(), SeatRole.PARTY_B, Place.CAUCUS_B)
    here = room(wang, agent, yang)
    assert refusal(here, agent.id, {wang.id}, live=True)
    assert refusal(here, yang.id, {wang.id}, live=True) is None
    assert refusal(here, wang.id, {wang.id}, live=True) is None, "who shares already goes on"


def test_the_reason_for_whoever_never_may_is_said_first() -> None:
    witness = Seat(uuid4(), SeatRole.WITNESS, Place.LOBBY)
    party = Seat(uuid4(), SeatRole.PARTY_A, Place.LOBBY)
    never, not_now = (refusal(room(one), one.id, (), live=True) for one in (witness, party))
    assert never
    assert not_now
    assert never != not_now


@pytest.mark.parametrize(("place", "may"), [(Place.CAUCUS_A, True), (Place.PRIVATE_B, False)])
def test_the_host_ends_a_screen_where_the_host_is(place: Place, may: bool) -> None:
    host = Seat(uuid4(), SeatRole.MEDIATOR, Place.CAUCUS_A)
    role = SeatRole.PARTY_A if place is Place.CAUCUS_A else SeatRole.PARTY_B
    other = Seat(uuid4(), role, place)
    assert may_end(room(host, other), host.id, other.id) is may
    assert not may_end(room(host), host.id, UUID(int=9))
