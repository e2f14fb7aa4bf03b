"""Rooms spread over several media servers: each room is pinned to one, and moved when that one is lost.

Rule 1: what a room was last told is kept here, and told to the next server in the same order: open, silenced
        seats, the matrix in force. Until that matrix is set nobody hears anybody.
Rule 2: an order that meets a lost server waits for the room's next one.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

import socketio

from odr.adapters.media.ear import Ear
from odr.adapters.media.front import Front
from odr.adapters.media.server import Server, ServerLost
from odr.errors import Unavailable
from odr.logs import log
from odr.ports.clock import Clock
from odr.ports.media import TICKET_TTL, Matrix, MediaKind, RoomNotOpen, RoomObserver, StaleRoutes
from odr.tasks import spawn, stop
from rtc.core import events
from rtc.core.events import Ending
from rtc.errors import StaleEpoch, UnknownRoom
from rtc.net.gateway import Gateway

FIRST_S: Final = 60.0  # until one of the servers lives
PATIENCE_S: Final = 8.0  # of an order without a server
RETRY_S: Final = 0.1
PAUSES_S: Final = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0)  # before each next start of one that dies young
GROWN_UP_S: Final = 60.0
ANEW: Final = "Sound and pictures are being set up anew. Please try again in a minute."
_log = log(__name__)
_Order = tuple[str, Mapping[str, object]]


def _plain(seats: Collection[UUID]) -> list[str]:
    return sorted(map(str, seats))


@dataclass(slots=True, eq=False)
class Pinned:
    """A room, its server, and what it was told. `placed`: that server knows all of it."""

    id: str
    server: Server | None = None
    placed: asyncio.Event = field(default_factory=asyncio.Event)
    closed: bool = False
    epoch: int = -1
    routes: Mapping[str, object] = field(default_factory=dict)
    withheld: dict[str, list[str]] = field(default_factory=dict)

    def orders(self) -> Iterator[_Order]:
        """What makes it the same room elsewhere; what a line does not carry before anybody is heard."""
        yield "open", {}
        for seat, kinds in list(self.withheld.items()):
            yield "withhold", {"seat": seat, "kinds": kinds}
        if self.epoch >= 0:
            yield "routes", self.routes


class SpreadMediaRooms:
    """`MediaRooms` by media servers of their own processes, here or on other machines."""

    def __init__(self, servers: Sequence[Server], clock: Clock, ticket_key: bytes) -> None:
        """`ticket_key`: at least 32 secret bytes, the same that the servers have."""
        self._servers = servers
        self._rooms: dict[str, Pinned] = {}
        self._ear = Ear(clock)
        self._front = Front(clock, self._ear, ticket_key, self._home)
        self._some_live = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = False

    async def start(self, server: socketio.AsyncServer, observer: RoomObserver) -> None:
        """Begin with the servers, answer on `server`, namespace /rtc; returns when one of them lives."""
        self._ear.start(observer)
        server.register_namespace(Gateway(self._front))
        self._tasks = [spawn(self._keep(one), name=f"media server {one.label}") for one in self._servers]
        try:
            async with asyncio.timeout(FIRST_S):
                await self._some_live.wait()
        except TimeoutError:
            await stop(*self._tasks)
            raise ServerLost("none began") from None

    async def stop(self) -> None:
        """End all connections and the servers that are ours; the observer hears of every one."""
        self._stopping = True
        self._front.end_all(Ending.STOPPED)
        await self._ear.stop()
        await stop(*self._tasks)

    # -- the port

    async def open(self, room_id: UUID) -> None:
        room = self._rooms.get(str(room_id))
        if room is None:
            room = self._rooms[str(room_id)] = Pinned(str(room_id))
            spawn(self._house(room), name="media room")
        async with _patience():
            await room.placed.wait()

    async def close(self, room_id: UUID) -> None:
        room = self._rooms.pop(str(room_id), None)
        if room is None:
            return
        room.closed = True
        room.placed.set()  # who waits for it learns that it is closed
        self._front.end(room.id, Ending.CLOSED)
        try:
            if room.server is not None:
                await room.server.order(room.id, "close", {})
        except (ServerLost, UnknownRoom):
            self._front.end_all(Ending.CLOSED, room.id)

    async def ticket(self, room_id: UUID, seat_id: UUID, role: str, ttl: timedelta = TICKET_TTL) -> str:
        room = self._open(room_id)
        async with _patience():
            while (server := self._home(room.id)) is None:
                await self._placed(room)
        return self._front.ticket(room.id, str(seat_id), role, ttl, server)

    async def set_routes(self, room_id: UUID, matrix: Matrix) -> None:
        room, tape = self._open(room_id), matrix.tape
        if matrix.epoch <= room.epoch:
            raise StaleRoutes
        room.epoch = matrix.epoch
        order = room.routes = {
            "epoch": matrix.epoch,
            "routes": {str(to): _plain(senders) for to, senders in matrix.routes.items()},
            "screens": _plain(matrix.screens),
            "muted": _plain(matrix.muted),
            "recorded": _plain(tape.seats) if tape else [],
            "recording": str(tape.recording_id) if tape else "",
        }
        with suppress(StaleEpoch):  # a newer one, or this one by the way of a move, is in force there
            await self._tell(room, "routes", order)

    async def caught_up(self) -> None:
        await self._ear.caught_up()

    async def revoke(self, room_id: UUID, seat_id: UUID) -> None:
        room = self._open(room_id)
        self._front.end(room.id, Ending.REVOKED, str(seat_id))
        await self._tell(room, "revoke", {"seat": str(seat_id)})

    async def withhold(self, room_id: UUID, seat_id: UUID, kinds: frozenset[MediaKind]) -> None:
        room = self._open(room_id)
        room.withheld[str(seat_id)] = sorted(kinds)
        await self._tell(room, "withhold", {"seat": str(seat_id), "kinds": sorted(kinds)})

    def _open(self, room_id: UUID) -> Pinned:
        room = self._rooms.get(str(room_id))
        if room is None:
            raise RoomNotOpen
        return room

    def _home(self, room_id: str) -> Server | None:
        room = self._rooms.get(room_id)
        return room.server if room is not None and room.placed.is_set() else None

    async def _placed(self, room: Pinned) -> None:
        await room.placed.wait()
        if room.closed:
            raise RoomNotOpen

    async def _tell(self, room: Pinned, order: str, body: Mapping[str, object]) -> None:
        async with _patience():
            while True:
                await self._placed(room)
                try:
                    if room.server is not None:
                        return await room.server.order(room.id, order, body)
                except (ServerLost, UnknownRoom):
                    await asyncio.sleep(RETRY_S)  # until the loss is known here

    # -- the servers

    async def _keep(self, server: Server) -> None:
        """Have it live, again and again."""
        deaths = 0
        loop = asyncio.get_running_loop()
        while True:
            began_at = loop.time()
            try:
                async with server.place() as url:
                    try:
                        await server.live(url, self._some_live.set, self._hear)
                    finally:
                        self._let_go(server)
            except (ServerLost, OSError) as loss:
                lived_s = loop.time() - began_at
                deaths = 0 if lived_s > GROWN_UP_S else deaths + 1
                _log.warning(
                    "media server lost", server=server.label, why=str(loss), lived_s=round(lived_s, 1)
                )
            await asyncio.sleep(PAUSES_S[min(deaths, len(PAUSES_S) - 1)])

    def _hear(self, event: events.RoomEvent) -> None:
        """A server that ends puts nobody out: its rooms move, and their people with them."""
        ends = isinstance(event, events.SeatLeft) and event.ending is Ending.STOPPED
        if not (ends or self._stopping):
            self._ear.tell(event)

    def _let_go(self, server: Server) -> None:
        """Its rooms need another."""
        if not any(one.alive for one in self._servers):
            self._some_live.clear()
        if self._stopping:
            return
        for room in [room for room in self._rooms.values() if room.server is server]:
            room.server = None
            if room.placed.is_set():  # else it is being housed, and notices
                room.placed.clear()
                self._front.uproot(room.id)
                spawn(self._house(room), name="media room")

    async def _house(self, room: Pinned) -> None:
        """Find the room a server, tell it everything, and lead its people there."""
        while not room.closed:
            await self._some_live.wait()
            server = room.server = self._least_loaded()
            if server is None:
                continue
            try:
                for order, body in room.orders():
                    await server.order(room.id, order, body)
            except (ServerLost, UnknownRoom):
                room.server = None
                await asyncio.sleep(RETRY_S)
                continue
            if room.server is server and not room.closed:
                room.placed.set()
                self._front.settle(room.id, server)
                _log.info("media room placed", room=room.id, server=server.label)
                return

    def _least_loaded(self) -> Server | None:
        load = {server: 0 for server in self._servers if server.alive}
        for room in self._rooms.values():
            if room.server in load:
                load[room.server] += 1
        return min(load, key=lambda server: load[server], default=None)


@asynccontextmanager
async def _patience() -> AsyncIterator[None]:
    """Unavailable when no server has the room in time; what was asked for holds once one has."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            yield
    except TimeoutError:
        raise Unavailable(ANEW) from None
