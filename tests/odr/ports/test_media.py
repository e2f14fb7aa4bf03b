"""What every `MediaRooms` adapter keeps."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID, uuid4

import aiohttp
import pytest
import socketio
from aiohttp import web

from odr.adapters.media.local import LocalMediaRooms
from odr.demo.medium import MediaBot, moving_bars
from odr.ports.media import (
    MediaKind,
    MediaRooms,
    RoomEvent,
    RoomNotOpen,
    SeatConnected,
    SeatEnding,
    SeatHealth,
    SeatJoined,
    SeatLeft,
    StaleRoutes,
)
from rtc.core.events import Ending
from rtc.core.packets import Kind
from rtc.settings import MediaSettings
from tests.support.clock import FixedClock

ROOM, ANNA, BO = UUID(int=1), UUID(int=2), UUID(int=3)
E = TypeVar("E", bound=RoomEvent)


class Diary:
    """An observer that remembers, and fails once if told to."""

    def __init__(self) -> None:
        self.events: list[RoomEvent] = []
        self.fail_next = False
        self._written = asyncio.Condition()

    async def heard(self, event: RoomEvent) -> None:
        if self.fail_next:
            self.fail_next = False
            raise ConnectionError("the database is away")
        async with self._written:
            self.events.append(event)
            self._written.notify_all()

    async def holds(self, kind: type[E], seat_id: UUID, such: Callable[[E], bool] = lambda _: True) -> E:
        def found() -> list[E]:
            return [e for e in self.events if isinstance(e, kind) and e.seat_id == seat_id and such(e)]

        async with asyncio.timeout(20), self._written:
            await self._written.wait_for(found)
        return found()[-1]


@dataclass(frozen=True, slots=True)
class House:
    rooms: MediaRooms
    diary: Diary
    url: str

    def bot(self, seat_id: UUID) -> MediaBot:
        async def ticket() -> str:
            return await self.rooms.ticket(ROOM, seat_id, "party")

        return MediaBot(self.url, ticket, picture=moving_bars(10))


@pytest.fixture
async def house(clock: FixedClock) -> AsyncIterator[House]:
    server, app, diary = socketio.AsyncServer(async_mode="aiohttp"), web.Application(), Diary()
    server.attach(app)
    settings = MediaSettings(addresses="127.0.0.1")  # type: ignore[arg-type]  # as from the environment
    rooms = LocalMediaRooms(settings, clock, ticket_key=bytes(32))
    await rooms.start(server, diary)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield House(rooms, diary, f"http://127.0.0.1:{runner.addresses[0][1]}")
    await rooms.stop()
    await runner.cleanup()


async def test_a_room_must_be_open(house: House) -> None:
    with pytest.raises(RoomNotOpen):
        await house.rooms.ticket(uuid4(), ANNA, "party")
    with pytest.raises(RoomNotOpen):
        await house.rooms.set_routes(uuid4(), 1, {})
    with pytest.raises(RoomNotOpen):
        await house.rooms.revoke(uuid4(), ANNA)
    with pytest.raises(RoomNotOpen):
        await house.rooms.mute(uuid4(), ANNA, frozenset({MediaKind.AUDIO}))
    with pytest.raises(RoomNotOpen):
        await house.rooms.withhold(uuid4(), ANNA, frozenset({MediaKind.VIDEO}))


async def test_an_older_matrix_is_refused_also_after_opening_again(house: House) -> None:
    await house.rooms.open(ROOM)
    await house.rooms.set_routes(ROOM, 3, {ANNA: [BO]})
    await house.rooms.open(ROOM)
    with pytest.raises(StaleRoutes):
        await house.rooms.set_routes(ROOM, 3, {})


async def test_the_observer_hears_who_came_and_why_they_left(house: House, clock: FixedClock) -> None:
    await house.rooms.open(ROOM)
    await house.rooms.set_routes(ROOM, 1, {ANNA: [BO], BO: [ANNA]})
    anna, bo = house.bot(ANNA), house.bot(BO)
    await anna.join()
    await bo.join()
    async with asyncio.timeout(20):
        await anna.until(lambda: anna.frames[str(BO)] > 3 and anna.voices[str(BO)] > 3)
    # The first report covers the second in which she came, which may hold no packet yet.
    await house.diary.holds(SeatHealth, ANNA, lambda health: health.kbps_up > 0)
    await house.rooms.revoke(ROOM, ANNA)
    await house.rooms.close(ROOM)
    assert await house.diary.holds(SeatLeft, ANNA) == SeatLeft(ROOM, ANNA, SeatEnding.REVOKED, clock.now())
    assert await house.diary.holds(SeatLeft, BO) == SeatLeft(ROOM, BO, SeatEnding.CLOSED, clock.now())
    kinds = [type(e) for e in house.diary.events if e.seat_id == ANNA and not isinstance(e, SeatHealth)]
    assert kinds == [SeatJoined, SeatConnected, SeatLeft]
    await anna.leave()
    await bo.leave()


async def test_one_event_that_cannot_be_kept_does_not_end_attendance(house: House) -> None:
    await house.rooms.open(ROOM)
    house.diary.fail_next = True
    bot = house.bot(ANNA)
    await bot.join()
    await house.diary.holds(SeatConnected, ANNA)
    await bot.leave()


async def test_a_ticket_is_good_for_one_connection(house: House) -> None:
    await house.rooms.open(ROOM)
    ticket = await house.rooms.ticket(ROOM, ANNA, "party")
    async with aiohttp.ClientSession() as session:
        for good in (True, False):
            client = socketio.AsyncClient(reconnection=False, http_session=session)
            try:
                await client.connect(house.url, auth={"ticket": ticket}, namespaces=["/rtc"])
                assert good
            except socketio.exceptions.ConnectionError:
                assert not good
            await client.disconnect()


def test_the_port_and_the_engine_speak_of_the_same_things() -> None:
    assert {e.value for e in Ending} == {e.value for e in SeatEnding}
    assert {k.value for k in Kind} == {k.value for k in MediaKind}
