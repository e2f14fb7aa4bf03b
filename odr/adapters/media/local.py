"""The media server of this process: same event loop, signalling on the given Socket.IO server."""

import asyncio
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import socketio

from odr.logs import log
from odr.ports.clock import Clock
from odr.ports.media import (
    TICKET_TTL,
    MediaEvent,
    MediaKind,
    RecordingClosed,
    RoomNotOpen,
    RoomObserver,
    SeatConnected,
    SeatEnding,
    SeatHealth,
    SeatJoined,
    SeatLeft,
    StaleRoutes,
    Tape,
)
from odr.tasks import spawn, stop
from rtc.core import events
from rtc.core.packets import Kind
from rtc.errors import StaleEpoch, UnknownRoom
from rtc.net.engine import Engine
from rtc.net.gateway import Gateway
from rtc.settings import MediaSettings

MAX_EVENTS = 4096  # an hour's joins of 20 rooms; health gives way at half of it
STOP_S = 5
_log = log(__name__)


class LocalMediaRooms:
    """`MediaRooms` by an `rtc` engine in this process."""

    def __init__(self, settings: MediaSettings, clock: Clock, ticket_key: bytes) -> None:
        """`ticket_key`: at least 32 secret bytes."""
        self._clock = clock
        self._events: asyncio.Queue[MediaEvent] = asyncio.Queue(MAX_EVENTS)
        self._engine = Engine(settings, _Ear(self._events, clock), clock.now, ticket_key)
        self._listener: asyncio.Task[None] | None = None

    async def start(self, server: socketio.AsyncServer, observer: RoomObserver) -> None:
        """Bind the media port and answer on `server`, namespace /rtc."""
        await self._engine.start()
        server.register_namespace(Gateway(self._engine))
        self._listener = spawn(self._pass_on(observer), name="media events")
        places = [f"{host}:{port}" for host, port in self._engine.endpoints]
        _log.info("media started", endpoints=places, plane=self._engine.plane)

    async def stop(self) -> None:
        """End all connections; returns when the observer heard of every one, or after STOP_S."""
        await self._engine.stop()
        if self._listener is None:
            return
        try:
            async with asyncio.timeout(STOP_S):
                await self._events.join()
        except TimeoutError:
            _log.warning("room events left unkept", count=self._events.qsize())
        await stop(self._listener)

    async def _pass_on(self, observer: RoomObserver) -> None:
        while True:
            event = await self._events.get()
            (failure,) = await asyncio.gather(observer.heard(event), return_exceptions=True)
            if failure is not None:  # one event that could not be kept must not end attendance for all
                _log.error("room event not kept", kind=type(event).__name__, exc_info=failure)
            self._events.task_done()

    async def open(self, room_id: UUID) -> None:
        self._engine.open_room(str(room_id))

    async def close(self, room_id: UUID) -> None:
        self._engine.close_room(str(room_id))

    async def ticket(self, room_id: UUID, seat_id: UUID, role: str, ttl: timedelta = TICKET_TTL) -> str:
        with _translated():
            return self._engine.ticket(str(room_id), str(seat_id), role, ttl)

    async def set_routes(
        self,
        room_id: UUID,
        epoch: int,
        routes: Mapping[UUID, Collection[UUID]],
        tape: Tape | None = None,
    ) -> None:
        plain = {str(receiver): {str(sender) for sender in senders} for receiver, senders in routes.items()}
        heard = {str(seat) for seat in tape.seats} if tape else set()
        recording = str(tape.recording_id) if tape else ""
        with _translated():
            self._engine.set_routes(str(room_id), epoch, plain, heard, recording)

    async def revoke(self, room_id: UUID, seat_id: UUID) -> None:
        with _translated():
            self._engine.revoke(str(room_id), str(seat_id))

    async def mute(self, room_id: UUID, seat_id: UUID, kinds: frozenset[MediaKind]) -> None:
        with _translated():
            self._engine.mute(str(room_id), str(seat_id), frozenset(Kind(kind) for kind in kinds))

    async def withhold(self, room_id: UUID, seat_id: UUID, kinds: frozenset[MediaKind]) -> None:
        with _translated():
            self._engine.withhold(str(room_id), str(seat_id), frozenset(Kind(kind) for kind in kinds))


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except UnknownRoom as error:
        raise RoomNotOpen from error
    except StaleEpoch as error:
        raise StaleRoutes from error


class _Ear:
    """Hears the engine on the media loop and hands on through a queue: media never waits for a row."""

    def __init__(self, queue: asyncio.Queue[MediaEvent], clock: Clock) -> None:
        self._queue = queue
        self._clock = clock

    def tell(self, event: events.RoomEvent) -> None:
        slow = self._queue.qsize() > MAX_EVENTS // 2
        if slow and isinstance(event, events.SeatHealth):
            return
        try:
            self._queue.put_nowait(self._translate(event))
        except asyncio.QueueFull:
            _log.error("room event lost", room=event.room, kind=type(event).__name__)

    def _translate(self, event: events.RoomEvent) -> MediaEvent:
        room_id, at = UUID(event.room), self._clock.now()
        if isinstance(event, events.RecordingEnded):
            return RecordingClosed(room_id, UUID(event.recording), event.part, event.failure, at)
        seat_id = UUID(event.seat)
        match event:
            case events.SeatJoined():
                return SeatJoined(room_id, seat_id, event.role, at)
            case events.SeatConnected():
                return SeatConnected(room_id, seat_id, at)
            case events.SeatLeft():
                return SeatLeft(room_id, seat_id, SeatEnding(event.ending.value), at)
            case events.SeatHealth():
                return SeatHealth(
                    room_id,
                    seat_id,
                    event.loss_up,
                    event.loss_down,
                    event.rtt_ms,
                    event.jitter_ms,
                    event.kbps_up,
                    event.kbps_down,
                    at,
                )
