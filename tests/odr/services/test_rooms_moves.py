"""Two moves at one time: what a person asks for waits for what the platform does."""

import asyncio

from odr.domain.sittings import Place
from odr.ports.media import SeatConnected, SeatEnding, SeatJoined, SeatLeft
from odr.tasks import spawn
from tests.odr.services.test_rooms import house, one, place
from tests.support.sittings import House

__all__ = ["house"]  # the fixture


async def test_what_the_host_does_while_somebody_is_led_back_is_done_after_it(house: House) -> None:
    await house.gather()
    await house.rooms.heard(SeatLeft(house.sitting, one(house.yang), SeatEnding.LOST, house.clock.now()))
    await house.rooms.ticket(house.yang, house.sitting)
    acts: list[asyncio.Task[None]] = []

    async def host_acts() -> None:
        acts.append(spawn(house.rooms.dismiss(house.mo, house.sitting, one(house.wang)), name="host"))
        done, _ = await asyncio.wait(acts, timeout=0.2)  # it would be refused at once
        assert not done

    async def once_in_the_lobby() -> None:
        house.media.meanwhile = host_acts

    house.media.meanwhile = once_in_the_lobby
    await house.rooms.heard(SeatJoined(house.sitting, one(house.yang), "party_b", house.clock.now()))
    await asyncio.gather(*acts)
    assert await place(house, house.yang) is Place.JOINT
    assert await place(house, house.wang) is Place.LOBBY


async def test_a_sitting_that_ends_before_its_beginning_is_written_down_was_held_all_the_same(
    house: House,
) -> None:
    await house.gather()

    async def behind() -> None:
        for person in (house.wang, house.yang, house.mo):
            await house.rooms.heard(SeatConnected(house.sitting, one(person), house.clock.now()))

    house.media.behind = behind
    await house.rooms.close(house.mo, house.sitting)
    async with house.db.read() as tx:
        events = {row.event for row in await tx.sittings.attendance(house.sitting)}
    assert "together" in events
