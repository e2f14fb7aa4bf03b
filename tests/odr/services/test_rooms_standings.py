"""How it is with each person of a sitting, for those who wait for them."""

from dataclasses import replace

from odr.domain.sittings import Place, Standing, State
from odr.ports.media import SeatConnected, SeatEnding, SeatJoined, SeatLeft
from tests.odr.services.test_rooms import house, later, one, place
from tests.support.sittings import House

__all__ = ["house"]  # the fixture


async def of_yang(house: House) -> Standing:
    view = await house.rooms.show(house.wang, house.sitting)
    return next(seat.standing for seat in view.seats if seat.id == one(house.yang))


async def test_those_who_wait_see_how_far_each_other_is(house: House) -> None:
    await house.come(house.wang)
    assert await of_yang(house) is Standing.NOT_SIGNED_IN
    news = len(await house.news(house.wang, "state"))
    await house.sittings.test_ticket(house.yang, house.sitting)
    assert len(await house.news(house.wang, "state")) == news + 1
    assert await of_yang(house) is Standing.CHECKING
    await house.come(house.yang)
    assert await of_yang(house) is Standing.JOINING
    await house.rooms.heard(SeatConnected(house.sitting, one(house.yang), house.clock.now()))
    assert await of_yang(house) is Standing.IN_LOBBY
    await house.rooms.heard(SeatLeft(house.sitting, one(house.yang), SeatEnding.LOST, house.clock.now()))
    assert await of_yang(house) is Standing.DISCONNECTED
    await house.come(house.yang)
    await house.rooms.heard(SeatLeft(house.sitting, one(house.yang), SeatEnding.GONE, house.clock.now()))
    assert await of_yang(house) is Standing.LEFT


async def test_who_tried_the_device_days_ago_is_not_getting_ready_now(house: House) -> None:
    await house.sittings.test_ticket(house.yang, house.sitting)
    house.clock.advance(minutes=15)
    assert await of_yang(house) is Standing.CHECKING
    house.clock.advance(seconds=1)
    assert await of_yang(house) is Standing.NOT_SIGNED_IN
    house.yang = replace(house.yang, since=house.clock.now())
    await house.come(house.yang)
    await house.rooms.heard(SeatLeft(house.sitting, one(house.yang), SeatEnding.LOST, house.clock.now()))
    house.clock.advance(minutes=15)
    assert await of_yang(house) is Standing.DISCONNECTED
    house.clock.advance(seconds=1)
    assert await of_yang(house) is Standing.LEFT, "nobody is on the way back who must sign in anew first"


async def test_whoever_never_came_with_the_ticket_is_not_waited_for_as_if_they_had(house: House) -> None:
    await house.gather()
    await house.rooms.heard(SeatLeft(house.sitting, one(house.yang), SeatEnding.GONE, house.clock.now()))
    house.clock.advance(seconds=1)
    await house.rooms.ticket(house.yang, house.sitting)
    await later(house, seconds=60)
    assert await of_yang(house) is Standing.JOINING, "the ticket holds for a minute"
    await later(house, seconds=1)
    assert await of_yang(house) is Standing.DISCONNECTED
    await house.rooms.ticket(house.yang, house.sitting)
    await house.rooms.heard(SeatJoined(house.sitting, one(house.yang), "", house.clock.now()))
    await later(house, minutes=5)
    assert await of_yang(house) is Standing.JOINING, "a line that takes long is no stray"
    assert await place(house, house.yang) is Place.JOINT


async def test_a_host_whose_line_broke_on_the_way_in_is_away(house: House) -> None:
    await house.gather()
    await house.rooms.heard(SeatLeft(house.sitting, one(house.mo), SeatEnding.GONE, house.clock.now()))
    house.clock.advance(seconds=1)
    await house.rooms.ticket(house.mo, house.sitting)
    assert await later(house, seconds=61) is State.PAUSED


async def test_a_second_page_that_came_to_nothing_takes_nobody_out_of_the_talk(house: House) -> None:
    await house.gather()
    await house.rooms.heard(SeatConnected(house.sitting, one(house.yang), house.clock.now()))
    house.clock.advance(seconds=1)
    await house.rooms.ticket(house.yang, house.sitting)  # by another page, that is closed at once
    assert await place(house, house.yang) is Place.LOBBY
    await later(house, seconds=61)
    assert await place(house, house.yang) is Place.JOINT
