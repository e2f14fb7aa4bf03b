"""How it is with each person of a sitting, for those who wait for them."""

from dataclasses import replace

from odr.domain.sittings import Standing
from odr.ports.media import SeatConnected, SeatEnding, SeatLeft
from tests.odr.services.test_rooms import house, one
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
