"""What every `MediaRooms` adapter keeps."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid4

import aiohttp
import pytest
import socketio
from aiohttp import web
from aiohttp.test_utils import TestServer

from odr.adapters.clock import SystemClock
from odr.adapters.media.local import LocalMediaRooms
from odr.adapters.media.server import Server, elsewhere, own_process
from odr.adapters.media.spread import SpreadMediaRooms
from odr.demo.medium import MediaBot, moving_bars
from odr.ports.media import (
    Matrix,
    MediaEvent,
    MediaKind,
    MediaRooms,
    RecordingClosed,
    RoomEvent,
    RoomNotOpen,
    SeatConnected,
    SeatEnding,
    SeatHealth,
    SeatJoined,
    SeatLeft,
    StaleRoutes,
    Tape,
)
from odr.settings import media_environment
from rtc.__main__ import build
from rtc.core.events import Ending
from rtc.core.packets import Kind
from rtc.settings import MediaSettings

ROOM, ANNA, BO = UUID(int=1), UUID(int=2), UUID(int=3)
TAPE = UUID(int=4)
KEY, CONTROL = bytes(32), "c" * 32
Rooms = LocalMediaRooms | SpreadMediaRooms
E = TypeVar("E", bound=RoomEvent)


class Diary:
    """An observer that remembers, and fails once if told to."""

    def __init__(self) -> None:
        self.events: list[MediaEvent] = []
        self.fail_next = False
        self._written = asyncio.Condition()

    async def heard(self, event: MediaEvent) -> None:
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

    async def until(self, true: Callable[[], bool]) -> None:
        """Looks again at every event: the health of a line comes each second."""
        async with asyncio.timeout(20), self._written:
            await self._written.wait_for(true)

    async def closed(self, count: int) -> list[RecordingClosed]:
        """What was told of closed recordings, once there are so many."""

        def found() -> list[RecordingClosed]:
            return [e for e in self.events if isinstance(e, RecordingClosed)]

        async with asyncio.timeout(20), self._written:
            await self._written.wait_for(lambda: len(found()) >= count)
        return found()


@dataclass(frozen=True, slots=True)
class House:
    rooms: MediaRooms
    diary: Diary
    url: str
    recordings: Path

    def written(self) -> dict[str, int]:
        """What lies in the folder of the recording, and how long it is."""
        found = (self.recordings / str(TAPE)).glob("*/*")
        return {f"{one.parent.name}/{one.name}": one.stat().st_size for one in found}

    async def grows(self, name: str) -> None:
        """Until more is written into that file than now."""
        before = self.written().get(name, 0)
        await self.diary.until(lambda: self.written().get(name, 0) > before)

    def bot(self, seat_id: UUID) -> MediaBot:
        async def ticket() -> str:
            return await self.rooms.ticket(ROOM, seat_id, "party")

        return MediaBot(self.url, ticket, picture=moving_bars(10))


@asynccontextmanager
async def embedded(settings: MediaSettings) -> AsyncIterator[Rooms]:
    yield LocalMediaRooms(settings, SystemClock(), KEY)


@asynccontextmanager
async def on_another_machine(settings: MediaSettings) -> AsyncIterator[Rooms]:
    async with TestServer(build(settings, KEY, CONTROL.encode())) as server:
        place = elsewhere(str(server.make_url("/")))
        yield SpreadMediaRooms([Server("there", place, CONTROL)], SystemClock(), KEY)


@asynccontextmanager
async def in_two_processes(settings: MediaSettings) -> AsyncIterator[Rooms]:
    secret = {"ticket_key": KEY.hex(), "control_key": CONTROL}
    around = media_environment(
        addresses="127.0.0.1", udp_port="0", recordings=str(settings.recordings), **secret
    )
    servers = [Server(label, own_process(around), CONTROL) for label in "12"]
    yield SpreadMediaRooms(servers, SystemClock(), KEY)


@pytest.fixture(params=[embedded, on_another_machine, in_two_processes])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    server, app, diary = socketio.AsyncServer(async_mode="aiohttp"), web.Application(), Diary()
    server.attach(app)
    settings = MediaSettings(addresses="127.0.0.1", recordings=tmp_path)  # type: ignore[arg-type]  # as from the environment
    async with request.param(settings) as rooms:
        await rooms.start(server, diary)
        runner = web.AppRunner(app, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield House(rooms, diary, f"http://127.0.0.1:{runner.addresses[0][1]}", tmp_path)
        await rooms.stop()
        await runner.cleanup()


async def test_a_room_must_be_open(house: House) -> None:
    with pytest.raises(RoomNotOpen):
        await house.rooms.ticket(uuid4(), ANNA, "party")
    with pytest.raises(RoomNotOpen):
        await house.rooms.set_routes(uuid4(), Matrix(1, {}))
    with pytest.raises(RoomNotOpen):
        await house.rooms.revoke(uuid4(), ANNA)
    with pytest.raises(RoomNotOpen):
        await house.rooms.withhold(uuid4(), ANNA, frozenset({MediaKind.VIDEO}))


async def test_an_older_matrix_is_refused_also_after_opening_again(house: House) -> None:
    await house.rooms.open(ROOM)
    await house.rooms.set_routes(ROOM, Matrix(3, {ANNA: [BO]}))
    await house.rooms.open(ROOM)
    with pytest.raises(StaleRoutes):
        await house.rooms.set_routes(ROOM, Matrix(3, {}))


async def test_the_observer_hears_who_came_and_why_they_left(house: House) -> None:
    await house.rooms.open(ROOM)
    await house.rooms.set_routes(ROOM, Matrix(1, {ANNA: [BO], BO: [ANNA]}))
    anna, bo = house.bot(ANNA), house.bot(BO)
    await anna.join()
    await bo.join()
    async with asyncio.timeout(20):
        await anna.until(lambda: anna.frames[str(BO)] > 3 and anna.voices[str(BO)] > 3)
    # The first report covers the second in which she came, which may hold no packet yet.
    await house.diary.holds(SeatHealth, ANNA, lambda health: health.kbps_up > 0)
    await house.rooms.revoke(ROOM, ANNA)
    await house.rooms.close(ROOM)
    assert (await house.diary.holds(SeatLeft, ANNA)).ending is SeatEnding.REVOKED
    assert (await house.diary.holds(SeatLeft, BO)).ending is SeatEnding.CLOSED
    heard = [e for e in house.diary.events if not isinstance(e, SeatHealth)]
    kinds = [type(e) for e in heard if getattr(e, "seat_id", None) == ANNA]
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


async def test_a_screen_is_seen_while_it_is_named_as_shared(house: House) -> None:
    await house.rooms.open(ROOM)
    both = {ANNA: [BO], BO: [ANNA]}
    await house.rooms.set_routes(ROOM, Matrix(1, both))
    anna, bo = house.bot(ANNA), house.bot(BO)
    await asyncio.gather(anna.join(), bo.join())
    await house.rooms.set_routes(ROOM, Matrix(2, both, screens={ANNA}))
    async with asyncio.timeout(20):
        await bo.until(lambda: bo.screens[str(ANNA)] > 2)
    assert anna.screens.total() == 0
    await house.rooms.set_routes(ROOM, Matrix(3, both, screens={BO}))
    async with asyncio.timeout(20):
        await anna.until(lambda: anna.screens[str(BO)] > 2)
    await asyncio.gather(anna.leave(), bo.leave())


async def test_who_is_muted_is_seen_and_not_heard_and_is_told(house: House) -> None:
    await house.rooms.open(ROOM)
    both = {ANNA: [BO], BO: [ANNA]}
    await house.rooms.set_routes(ROOM, Matrix(1, both, muted={ANNA}))
    anna, bo = house.bot(ANNA), house.bot(BO)
    await asyncio.gather(anna.join(), bo.join())
    async with asyncio.timeout(20):
        await anna.until(lambda: anna.muted and anna.voices[str(BO)] > 2)
        await bo.until(lambda: bo.frames[str(ANNA)] > 5)
        assert not bo.voices[str(ANNA)]
        await house.rooms.set_routes(ROOM, Matrix(2, both))
        await bo.until(lambda: bo.voices[str(ANNA)] > 2)
        await anna.until(lambda: not anna.muted)
    await asyncio.gather(anna.leave(), bo.leave())


async def test_a_recording_hears_whom_it_is_told_and_goes_on_in_a_further_part(house: House) -> None:
    await house.rooms.open(ROOM)
    both = {ANNA: [BO], BO: [ANNA]}
    await house.rooms.set_routes(ROOM, Matrix(1, both, Tape(TAPE, frozenset({ANNA}))))
    anna, bo = house.bot(ANNA), house.bot(BO)
    await asyncio.gather(anna.join(), bo.join())
    await house.grows(f"000/{ANNA}-video.webm")
    await house.grows(f"000/{ANNA}-audio.webm")
    await house.rooms.set_routes(ROOM, Matrix(2, both))
    (first,) = await house.diary.closed(1)
    assert (first.room_id, first.recording_id, first.part, first.failure) == (ROOM, TAPE, 0, "")
    await house.rooms.set_routes(ROOM, Matrix(3, both, Tape(TAPE, frozenset({BO}))))
    await house.grows(f"001/{BO}-audio.webm")
    await house.rooms.close(ROOM)
    assert [one.part for one in await house.diary.closed(2)] == [0, 1]
    assert {name for name in house.written() if str(BO) in name and name.startswith("000")} == set()
    assert {name for name in house.written() if str(ANNA) in name and name.startswith("001")} == set()
    await asyncio.gather(anna.leave(), bo.leave())
