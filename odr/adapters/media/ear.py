"""What engines saw, on its way to the observer: media never waits for a row."""

import asyncio
from uuid import UUID

from odr.logs import log
from odr.ports.clock import Clock
from odr.ports.media import (
    MediaEvent,
    RecordingClosed,
    RoomObserver,
    SeatConnected,
    SeatEnding,
    SeatHealth,
    SeatJoined,
    SeatLeft,
)
from odr.tasks import spawn, stop
from rtc.core import events

MAX_EVENTS = 4096  # an hour's joins of 20 rooms
STOP_S = CATCH_UP_S = 5
_log = log(__name__)


class Ear:
    """A queue that an observer empties, one event after the other."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._events: asyncio.Queue[MediaEvent | asyncio.Event] = asyncio.Queue(MAX_EVENTS)
        self._seconds: dict[tuple[UUID, UUID], SeatHealth] = {}  # the newest of each seat that still waits
        self._listener: asyncio.Task[None] | None = None

    def start(self, observer: RoomObserver) -> None:
        self._listener = spawn(self._pass_on(observer), name="media events")

    async def stop(self) -> None:
        """Returns when the observer heard everything, or after STOP_S."""
        if self._listener is None:
            return
        try:
            async with asyncio.timeout(STOP_S):
                await self._events.join()
        except TimeoutError:
            _log.warning("room events left unkept", count=self._events.qsize())
        await stop(self._listener)

    async def caught_up(self) -> None:
        """Returns when the observer has heard what was told until now, or after CATCH_UP_S."""
        if self._listener is None:
            return
        here = asyncio.Event()
        try:
            async with asyncio.timeout(CATCH_UP_S):
                await self._events.put(here)
                await here.wait()
        except TimeoutError:
            _log.warning("room events are behind", count=self._events.qsize())

    def tell(self, event: events.RoomEvent) -> None:
        """What an engine saw; a second of a line takes the place of an older one that still waits."""
        told = self._translate(event)
        if isinstance(told, SeatHealth):
            key = (told.room_id, told.seat_id)
            waits = key in self._seconds
            self._seconds[key] = told
            if waits:
                return
        self.put(told)

    def put(self, event: MediaEvent) -> None:
        try:
            self._events.put_nowait(event)
        except asyncio.QueueFull:
            _log.error("room event lost", room=str(event.room_id), kind=type(event).__name__)

    async def _pass_on(self, observer: RoomObserver) -> None:
        while True:
            event = await self._events.get()
            if isinstance(event, asyncio.Event):
                event.set()
                self._events.task_done()
                continue
            if isinstance(event, SeatHealth):
                event = self._seconds.pop((event.room_id, event.seat_id), event)
            (failure,) = await asyncio.gather(observer.heard(event), return_exceptions=True)
            if failure is not None:  # one event that could not be kept must not end attendance for all
                _log.error("room event not kept", kind=type(event).__name__, exc_info=failure)
            self._events.task_done()

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
                    event.silent_s,
                    at,
                )
