"""Peers that join through signalling with real media over UDP."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
import socketio

from odr.demo.medium import MediaBot, moving_bars
from rtc.core.events import Ending, SeatConnected, SeatHealth, SeatJoined, SeatLeft
from tests.rtc.conftest import Stage

Enter = Callable[[str], Awaitable[MediaBot]]


@pytest.fixture
async def enter(stage: Stage) -> AsyncIterator[Enter]:
    async with AsyncExitStack() as stack:

        async def enter(seat: str) -> MediaBot:
            async def ticket() -> str:
                return stage.ticket(seat)

            bot = MediaBot(stage.url, ticket, picture=moving_bars(90), tone_hz=500)
            stack.push_async_callback(bot.leave)
            await bot.join()
            return bot

        yield enter


async def sees(bot: MediaBot, seat: str, more: int = 5) -> None:
    frames, voices = bot.frames[seat] + more, bot.voices[seat] + more
    async with asyncio.timeout(15):
        await bot.until(lambda: bot.frames[seat] >= frames and bot.voices[seat] >= voices)


async def test_two_people_see_and_hear_each_other(stage: Stage, enter: Enter) -> None:
    stage.everybody("anna", "bo")
    anna, bo = await enter("anna"), await enter("bo")
    await sees(anna, "bo")
    await sees(bo, "anna")
    health = (await stage.witness.wait_for(SeatHealth, "bo", 2))[-1]
    assert isinstance(health, SeatHealth)
    assert health.kbps_up > 0
    assert health.loss_up == 0
    assert health.silent_s < 5


async def test_in_the_lobby_nobody_is_heard_until_routes_open(stage: Stage, enter: Enter) -> None:
    anna, bo = await enter("anna"), await enter("bo")
    await stage.witness.wait_for(SeatHealth, "bo", 2)
    assert not anna.frames
    assert not bo.voices
    stage.everybody("anna", "bo")
    await sees(anna, "bo")


async def test_a_caucus_cuts_the_third_off(stage: Stage, enter: Enter) -> None:
    stage.everybody("anna", "bo", "mediator")
    anna, bo, mediator = await enter("anna"), await enter("bo"), await enter("mediator")
    await sees(bo, "anna")
    stage.routes({})
    stage.routes({"anna": {"mediator"}, "mediator": {"anna"}})
    await sees(mediator, "anna")
    before = len(await stage.witness.wait_for(SeatHealth, "bo"))
    healths = await stage.witness.wait_for(SeatHealth, "bo", before + 3)
    assert isinstance(healths[-1], SeatHealth)
    assert healths[-1].kbps_down == 0
    await sees(anna, "mediator")


async def test_a_second_device_takes_the_seat_and_the_first_is_told(stage: Stage, enter: Enter) -> None:
    first = await enter("anna")
    await enter("anna")
    async with asyncio.timeout(20):
        await first.until(lambda: first.ended == "replaced")
    (left,) = await stage.witness.wait_for(SeatLeft, "anna")
    assert left == SeatLeft("room", "anna", Ending.REPLACED)


async def test_a_revoked_seat_is_gone_within_a_second(stage: Stage, enter: Enter) -> None:
    stage.everybody("anna", "bo")
    anna, bo = await enter("anna"), await enter("bo")
    await sees(bo, "anna")
    stage.engine.revoke("room", "anna")
    async with asyncio.timeout(1):
        await anna.until(lambda: anna.ended == "revoked")
    stopped = bo.frames["anna"]
    await stage.witness.wait_for(SeatHealth, "bo", 3)
    assert bo.frames["anna"] <= stopped + 3, "what was under way"


async def test_a_mute_of_the_room_is_told_and_enforced(stage: Stage, enter: Enter) -> None:
    stage.everybody("anna", "bo")
    anna, bo = await enter("anna"), await enter("bo")
    await sees(bo, "anna")
    stage.everybody("anna", "bo", muted={"anna"})
    async with asyncio.timeout(20):
        await anna.until(lambda: anna.muted)
        seen = bo.frames["anna"]
        await bo.until(lambda: bo.frames["anna"] > seen + 5)
    voices, seen = bo.voices["anna"], bo.frames["anna"]
    async with asyncio.timeout(20):
        await bo.until(lambda: bo.frames["anna"] > seen + 20)
        assert bo.voices["anna"] == voices
        stage.everybody("anna", "bo")
        await anna.until(lambda: not anna.muted)
        await bo.until(lambda: bo.voices["anna"] > voices)


async def test_someone_who_comes_back_is_seen_again(stage: Stage, enter: Enter) -> None:
    stage.everybody("anna", "bo")
    anna, bo = await enter("anna"), await enter("bo")
    await sees(bo, "anna")
    await anna.leave()
    await stage.witness.wait_for(SeatLeft, "anna")
    await enter("anna")
    await sees(bo, "anna")


async def test_events_come_in_order(stage: Stage, enter: Enter) -> None:
    bot = await enter("anna")
    await bot.leave()
    await stage.witness.wait_for(SeatLeft, "anna")
    events = [e for e in stage.witness.events if not isinstance(e, SeatHealth)]
    assert [type(e) for e in events] == [SeatJoined, SeatConnected, SeatLeft]


@pytest.mark.parametrize("ticket", ["", "nonsense", None, 7, "a.b"])
async def test_without_a_ticket_nobody_gets_in(stage: Stage, ticket: object) -> None:
    client = socketio.AsyncClient(reconnection=False)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await client.connect(stage.url, auth={"ticket": ticket}, namespaces=["/rtc"])
    assert stage.witness.events == []


@pytest.mark.parametrize(
    "answer", [None, {}, {"version": 1}, {"version": 1, "sdp": "v=0"}, {"version": 9, "sdp": ""}]
)
async def test_a_peer_that_breaks_the_protocol_is_hung_up_on(stage: Stage, answer: object) -> None:
    client = socketio.AsyncClient(reconnection=False)
    await client.connect(
        stage.url, auth={"ticket": stage.ticket("anna")}, namespaces=["/rtc"], wait_timeout=15
    )
    await client.emit("answer", answer, namespace="/rtc")
    async with asyncio.timeout(20):
        (left,) = await stage.witness.wait_for(SeatLeft, "anna")
    assert left == SeatLeft("room", "anna", Ending.REFUSED)
    await client.disconnect()


async def test_of_whoever_left_nothing_is_kept(stage: Stage, enter: Enter) -> None:
    stage.everybody("anna", "bo")
    for _ in range(3):
        anna, bo = await enter("anna"), await enter("bo")
        await sees(bo, "anna", more=1)
        await anna.leave()
        await bo.leave()
    await stage.witness.wait_for(SeatLeft, "bo", 3)
    engine = stage.engine
    kept = [engine._seated, engine._by_ufrag, engine._by_path, engine._rooms["room"].legs]
    assert not any(kept)


async def test_a_server_that_stops_tells_everybody_to_come_back(stage: Stage, enter: Enter) -> None:
    anna = await enter("anna")
    await stage.engine.stop()
    async with asyncio.timeout(20):
        await anna.until(lambda: anna.ended == "stopped")
    await stage.engine.start()  # the fixture stops it again
