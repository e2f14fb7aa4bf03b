"""Rooms over several media processes: one is killed, and its rooms go on in another."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
import socketio
from aiohttp import web

from odr.adapters.clock import SystemClock
from odr.adapters.media.server import Server, own_process
from odr.adapters.media.spread import SpreadMediaRooms
from odr.demo.medium import MediaBot, moving_bars
from odr.ports.media import (
    Matrix,
    MediaEvent,
    RecordingClosed,
    SeatConnected,
    SeatHealth,
    SeatJoined,
    SeatLeft,
    SeatMoved,
    StaleRoutes,
    Tape,
)
from odr.settings import media_environment
from rtc.recording.parts import read_part
from tests.support.logbook import Logbook

KEY, CONTROL = bytes(32), "c" * 32
FIRST, SECOND, TAPE = UUID(int=1), UUID(int=2), UUID(int=3)
ANNA, BO, EVE = UUID(int=11), UUID(int=12), UUID(int=13)
LIMIT_S = 5.0
HUNG_S = 3.0  # until a process that stands still is given up, beside what another kind of death takes


class Log:
    """What the observer heard, in order."""

    def __init__(self) -> None:
        self.events: list[MediaEvent] = []
        self._more = asyncio.Condition()

    async def heard(self, event: MediaEvent) -> None:
        async with self._more:
            self.events.append(event)
            self._more.notify_all()

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(20), self._more:
            await self._more.wait_for(true)

    def of(self, room: UUID, seat: UUID) -> list[type[MediaEvent]]:
        seats = [e for e in self.events if not isinstance(e, SeatHealth | RecordingClosed)]
        return [type(e) for e in seats if (e.room_id, e.seat_id) == (room, seat)]


@dataclass(frozen=True, slots=True)
class Hall:
    """Rooms over processes, with the people in them."""

    rooms: SpreadMediaRooms
    log: Log
    url: str
    logbook: Logbook
    recordings: Path
    stack: AsyncExitStack

    async def enter(self, room: UUID, *seats: UUID) -> list[MediaBot]:
        return [await self._one(room, seat) for seat in seats]

    async def _one(self, room: UUID, seat: UUID) -> MediaBot:
        async def ticket() -> str:
            return await self.rooms.ticket(room, seat, "party")

        bot = MediaBot(self.url, ticket, picture=moving_bars(seat.int), rate_hz=10)
        self.stack.push_async_callback(bot.leave)
        await bot.join()
        return bot

    def process_of(self, room: UUID) -> int:
        """The number of the process that has the room, as the log says."""
        records = reversed(self.logbook.records)
        placed = next(r for r in records if r["event"] == "media room placed" and r["room"] == str(room))
        return self.living()[placed["server"]]

    def living(self) -> dict[str, int]:
        """The newest process of each server."""
        return {r["server"]: r["process"] for r in self.logbook.records if r["event"] == "media server lives"}

    async def until(self, true: Callable[[], bool]) -> None:
        """Of what the log says, which wakes nobody."""
        async with asyncio.timeout(60):
            while not true():  # noqa: ASYNC110
                await asyncio.sleep(0.05)


@asynccontextmanager
async def open_hall(processes: int, logbook: Logbook, recordings: Path) -> AsyncIterator[Hall]:
    server, app, log = socketio.AsyncServer(async_mode="aiohttp"), web.Application(), Log()
    server.attach(app)
    secret = {"ticket_key": KEY.hex(), "control_key": CONTROL}
    around = media_environment(addresses="127.0.0.1", udp_port="0", recordings=str(recordings), **secret)
    servers = [Server(f"{n}", own_process(around), CONTROL) for n in range(processes)]
    rooms = SpreadMediaRooms(servers, SystemClock(), KEY)
    await rooms.start(server, log)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(runner.cleanup)
        stack.push_async_callback(rooms.stop)
        yield Hall(rooms, log, f"http://127.0.0.1:{runner.addresses[0][1]}", logbook, recordings, stack)


@pytest.fixture
async def hall(logbook: Logbook, tmp_path: Path) -> AsyncIterator[Hall]:
    """Two processes, of which each has a room."""
    async with open_hall(2, logbook, tmp_path) as hall:
        await hall.until(lambda: len(hall.living()) == 2)
        for room in (FIRST, SECOND):
            await hall.rooms.open(room)
        assert hall.process_of(FIRST) != hall.process_of(SECOND)
        yield hall


@pytest.mark.parametrize(("sign", "limit_s"), [(signal.SIGKILL, LIMIT_S), (signal.SIGSTOP, LIMIT_S + HUNG_S)])
async def test_the_rooms_of_a_lost_process_go_on_in_another(
    hall: Hall, sign: signal.Signals, limit_s: float
) -> None:
    rooms, log = hall.rooms, hall.log
    for room, tape in ((FIRST, Tape(TAPE, frozenset({ANNA}))), (SECOND, None)):
        await rooms.set_routes(room, Matrix(1, {ANNA: [BO], BO: [ANNA]}, tape, muted={BO} if tape else ()))
    loop = asyncio.get_running_loop()
    came_at = loop.time()
    anna, bo, eve = await hall.enter(FIRST, ANNA, BO, EVE)
    slow_s = loop.time() - came_at  # what the same way takes on this machine just now
    await hall.enter(SECOND, ANNA, BO)
    async with asyncio.timeout(30):
        await anna.until(lambda: anna.frames[str(BO)] > 5)
        await bo.until(lambda: bo.frames[str(ANNA)] > 5 and bo.voices[str(ANNA)] > 5)
    parts = hall.recordings / str(TAPE)
    await hall.until((parts / "000" / f"{ANNA}-audio.webm").exists)

    killed_at, heard_before = loop.time(), len(log.events)
    os.kill(hall.process_of(FIRST), sign)
    await log.until(lambda: all(SeatMoved in log.of(FIRST, seat) for seat in (ANNA, BO, EVE)))
    frames, voices = anna.frames[str(BO)], bo.voices[str(ANNA)]
    async with asyncio.timeout(30):
        await anna.until(lambda: anna.frames[str(BO)] > frames + 3)
        await bo.until(lambda: bo.voices[str(ANNA)] > voices + 3)
    gap_s = loop.time() - killed_at
    print(f"{sign.name}: pictures and sound were back after {gap_s:.2f} s")  # noqa: T201  a figure to read
    assert gap_s < limit_s + slow_s

    assert hall.process_of(FIRST) == hall.process_of(SECOND)
    for seat in (ANNA, BO, EVE):
        assert log.of(FIRST, seat) == [SeatJoined, SeatConnected, SeatMoved, SeatJoined, SeatConnected]
        if seat is not EVE:
            assert log.of(SECOND, seat) == [SeatJoined, SeatConnected]
    assert not anna.voices[str(BO)], "a mute outlives the server"
    assert not eve.frames + eve.voices, "who stood in the lobby hears nobody after the move"
    await hall.until((parts / "001" / f"{ANNA}-audio.webm").exists)
    assert read_part(parts / "000").interrupted
    assert {one.stem.rpartition("-")[0] for one in parts.glob("*/*.webm")} == {str(ANNA)}
    await log.until(lambda: {health.seat_id for health in _healths(log, heard_before)} == {ANNA, BO})
    meanwhile = _healths(log, heard_before)
    assert not [health for health in meanwhile if health.loss_up or health.loss_down]


def _healths(log: Log, since: int) -> list[SeatHealth]:
    """Of the room that stays where it is."""
    return [e for e in log.events[since:] if isinstance(e, SeatHealth) and e.room_id == SECOND]


async def test_an_order_that_meets_a_lost_process_holds_in_the_next_one(hall: Hall) -> None:
    rooms = hall.rooms
    await rooms.set_routes(FIRST, Matrix(1, {ANNA: [BO], BO: [ANNA]}))
    anna, bo = await hall.enter(FIRST, ANNA, BO)
    async with asyncio.timeout(30):
        await anna.until(lambda: anna.frames[str(BO)] > 5)
    os.kill(hall.process_of(FIRST), signal.SIGKILL)
    await asyncio.gather(rooms.set_routes(FIRST, Matrix(2, {ANNA: [BO]})), rooms.revoke(SECOND, EVE))
    with pytest.raises(StaleRoutes):
        await rooms.set_routes(FIRST, Matrix(1, {ANNA: [BO], BO: [ANNA]}))
    await hall.log.until(lambda: hall.log.of(FIRST, BO)[-1:] == [SeatConnected])
    heard = bo.frames[str(ANNA)]
    before = anna.frames[str(BO)]
    async with asyncio.timeout(30):
        await anna.until(lambda: anna.frames[str(BO)] > before + 10)
    assert bo.frames[str(ANNA)] == heard, "the newer matrix lets nothing through to her"
    await rooms.revoke(FIRST, BO)
    await hall.log.until(lambda: SeatLeft in hall.log.of(FIRST, BO))


async def test_who_leaves_while_a_process_hangs_has_left(hall: Hall) -> None:
    (anna,) = await hall.enter(FIRST, ANNA)
    os.kill(hall.process_of(FIRST), signal.SIGSTOP)
    await anna.leave()
    await hall.log.until(lambda: hall.log.of(FIRST, ANNA) == [SeatJoined, SeatConnected, SeatLeft])


async def test_a_ticket_of_before_the_move_is_refused_and_the_next_one_is_good(hall: Hall) -> None:
    stale = await hall.rooms.ticket(FIRST, ANNA, "party")
    os.kill(hall.process_of(FIRST), signal.SIGKILL)
    await hall.enter(SECOND, BO)  # meanwhile the other room lets people in
    await hall.until(lambda: hall.process_of(FIRST) == hall.process_of(SECOND))
    client = socketio.AsyncClient(reconnection=False)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await client.connect(hall.url, auth={"ticket": stale}, namespaces=["/rtc"], transports=["websocket"])
    await client.disconnect()
    await hall.enter(FIRST, ANNA)


async def test_the_only_process_begins_again(logbook: Logbook, tmp_path: Path) -> None:
    async with open_hall(1, logbook, tmp_path) as hall:
        await hall.rooms.open(FIRST)
        first = hall.process_of(FIRST)
        os.kill(first, signal.SIGKILL)
        await hall.until(lambda: hall.process_of(FIRST) != first)
        await hall.enter(FIRST, ANNA)
