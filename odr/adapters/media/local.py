"""The media server of this process: same event loop, signalling on the given Socket.IO server."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import socketio

from odr.adapters.media.ear import Ear
from odr.logs import log
from odr.ports.clock import Clock
from odr.ports.media import TICKET_TTL, Matrix, MediaKind, RoomNotOpen, RoomObserver, StaleRoutes
from rtc.core.packets import Kind
from rtc.errors import StaleEpoch, UnknownRoom
from rtc.net.engine import Engine
from rtc.net.gateway import Gateway
from rtc.settings import MediaSettings

_log = log(__name__)


class LocalMediaRooms:
    """`MediaRooms` by an `rtc` engine in this process."""

    def __init__(self, settings: MediaSettings, clock: Clock, ticket_key: bytes) -> None:
        """`ticket_key`: at least 32 secret bytes."""
        self._ear = Ear(clock)
        self._engine = Engine(settings, self._ear, clock.now, ticket_key)

    async def start(self, server: socketio.AsyncServer, observer: RoomObserver) -> None:
        """Bind the media port and answer on `server`, namespace /rtc."""
        await self._engine.start()
        server.register_namespace(Gateway(self._engine))
        self._ear.start(observer)
        places = [f"{host}:{port}" for host, port in self._engine.endpoints]
        _log.info("media started", endpoints=places, plane=self._engine.plane)

    async def stop(self) -> None:
        """End all connections; the observer hears of every one."""
        await self._engine.stop()
        await self._ear.stop()

    async def open(self, room_id: UUID) -> None:
        self._engine.open_room(str(room_id))

    async def close(self, room_id: UUID) -> None:
        self._engine.close_room(str(room_id))

    async def ticket(self, room_id: UUID, seat_id: UUID, role: str, ttl: timedelta = TICKET_TTL) -> str:
        with _translated():
            return self._engine.ticket(str(room_id), str(seat_id), role, ttl)

    async def set_routes(self, room_id: UUID, matrix: Matrix) -> None:
        tape = matrix.tape
        with _translated():
            self._engine.set_routes(
                str(room_id),
                matrix.epoch,
                {str(receiver): _plain(senders) for receiver, senders in matrix.routes.items()},
                recorded=_plain(tape.seats) if tape else set(),
                recording=str(tape.recording_id) if tape else "",
                screens=_plain(matrix.screens),
                muted=_plain(matrix.muted),
            )

    async def caught_up(self) -> None:
        await self._ear.caught_up()

    async def revoke(self, room_id: UUID, seat_id: UUID) -> None:
        with _translated():
            self._engine.revoke(str(room_id), str(seat_id))

    async def withhold(self, room_id: UUID, seat_id: UUID, kinds: frozenset[MediaKind]) -> None:
        with _translated():
            self._engine.withhold(str(room_id), str(seat_id), frozenset(Kind(kind) for kind in kinds))


def _plain(seats: Collection[UUID]) -> set[str]:
    return {str(seat) for seat in seats}


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except UnknownRoom as error:
        raise RoomNotOpen from error
    except StaleEpoch as error:
        raise StaleRoutes from error
