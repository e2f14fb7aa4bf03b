"""What a bad network does, and what the server mends."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from odr.demo.medium import MediaBot, moving_bars
from rtc.core.events import SeatHealth
from rtc.settings import MediaSettings
from tests.rtc.conftest import Stage, run_stage
from tests.rtc.net.relay import Relay


@pytest.fixture
async def far_stage() -> AsyncIterator[Stage]:
    """Reached at 127.0.0.2, where a relay must stand."""
    async with run_stage(MediaSettings(addresses="127.0.0.2@127.0.0.1")) as stage:  # type: ignore[arg-type]  # as from the environment
        yield stage


def bot(stage: Stage, seat: str) -> MediaBot:
    async def ticket() -> str:
        return stage.ticket(seat)

    return MediaBot(stage.url, ticket, picture=moving_bars(200), rate_hz=20)


async def test_with_a_tenth_lost_each_way_the_picture_goes_on(far_stage: Stage) -> None:
    relay = Relay(far_stage.engine.endpoints[0][1], loss=0.1)
    far_stage.everybody("anna", "bo")
    anna, bo = bot(far_stage, "anna"), bot(far_stage, "bo")
    try:
        await anna.join()
        await bo.join()
        async with asyncio.timeout(30):
            await bo.until(lambda: bo.frames["anna"] > 0)
            seen = bo.frames["anna"], relay.lost
            began = asyncio.get_running_loop().time()
            await bo.until(lambda: bo.frames["anna"] >= seen[0] + 100)
        # 20 frames a second for five seconds; without repair a lost frame costs all up to the next key frame
        assert asyncio.get_running_loop().time() - began < 8
        assert relay.lost > seen[1] + 50
        healths = [e for e in far_stage.witness.events if isinstance(e, SeatHealth) and e.seat == "anna"]
        assert any(h.loss_up > 0.02 for h in healths)
    finally:
        await anna.leave()
        await bo.leave()
        relay.close()


async def test_a_change_of_address_keeps_the_connection(far_stage: Stage) -> None:
    relay = Relay(far_stage.engine.endpoints[0][1], loss=0.0)
    far_stage.everybody("anna", "bo")
    anna, bo = bot(far_stage, "anna"), bot(far_stage, "bo")
    try:
        await anna.join()
        await bo.join()
        async with asyncio.timeout(20):
            await bo.until(lambda: bo.frames["anna"] > 5)
        relay.move()
        seen = bo.frames["anna"]
        async with asyncio.timeout(15):  # the client's next check carries the new address: about 5 s
            await bo.until(lambda: bo.frames["anna"] >= seen + 20)
        assert anna.ended is None
    finally:
        await anna.leave()
        await bo.leave()
        relay.close()


async def test_a_line_that_fell_silent_is_known_long_before_it_is_given_up(far_stage: Stage) -> None:
    relay = Relay(far_stage.engine.endpoints[0][1], loss=0.0)
    anna = bot(far_stage, "anna")
    try:
        await anna.join()
        (first, *_) = await far_stage.witness.wait_for(SeatHealth, "anna")
        assert isinstance(first, SeatHealth)
        assert first.silent_s < 2
        relay.close()
        async with asyncio.timeout(30):
            silent, count = 0.0, 1
            while silent < 3:
                *_, last = await far_stage.witness.wait_for(SeatHealth, "anna", count)
                assert isinstance(last, SeatHealth)
                silent, count = last.silent_s, count + 1
        assert anna.ended is None
    finally:
        await anna.leave()
