"""One person's way to a served court, that can be cut like a cable, joined again, or made poor.

Rule 1: cut, nothing is refused and nothing is told: what was sent by TCP waits, what was sent by UDP is lost.
        A browser's own switch for "offline" leaves open sockets, sound and picture alone (Chromium 156).
"""

import asyncio
from typing import Final, Self
from urllib.parse import urlsplit

from tests.support.server import Server

_HERE: Final = "127.0.0.1"
# Sound and picture go to the relay's port in place of the one that the court names in its offer.
_SCRIPT: Final = """
    {
        const plain = RTCPeerConnection.prototype.setRemoteDescription;
        RTCPeerConnection.prototype.setRemoteDescription = function (told) {
            const court = /^(a=candidate:\\S+ \\d+ udp \\d+) \\S+ \\d+ /gim;
            const sdp = told.sdp.replace(court, "$1 %(host)s %(port)d ");
            return plain.call(this, { type: told.type, sdp });
        };
    }
"""
Address = tuple[str, int]


class Wire:
    """A relay of pages, sockets, sound and picture between one browser and the court."""

    def __init__(self, server: Server) -> None:
        self._web: Address = (_HERE, urlsplit(server.url).port or 80)
        self._media: Address = (_HERE, server.media_port)
        self._whole = asyncio.Event()
        self._whole.set()
        self._one_of = self._passed = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._legs: dict[Address, asyncio.DatagramTransport] = {}

    @classmethod
    async def to(cls, server: Server) -> Self:
        wire = cls(server)
        await wire._open()
        return wire

    async def _open(self) -> None:
        loop = asyncio.get_running_loop()
        self._doors = await asyncio.start_server(self._connected, _HERE, 0)
        self._port: int = self._doors.sockets[0].getsockname()[1]
        self._near, _ = await loop.create_datagram_endpoint(lambda: _Near(self), local_addr=(_HERE, 0))

    @property
    def url(self) -> str:
        return f"http://{_HERE}:{self._port}"

    @property
    def script(self) -> str:
        """What each page runs first, so that sound and picture take this way too."""
        return _SCRIPT % {"host": _HERE, "port": self._near.get_extra_info("sockname")[1]}

    def cut(self) -> None:
        self._whole.clear()

    def join(self) -> None:
        self._whole.set()

    def lose(self, one_of: int) -> None:
        """From now on one of so many packets of sound and picture is lost; 0: none."""
        self._one_of = one_of

    def move(self) -> None:
        """Another address for sound and picture, as when a phone leaves the house; the old one is deaf."""
        legs, self._legs = self._legs, {}
        for leg in legs.values():
            leg.close()

    def close(self) -> None:
        self._doors.close()
        self._whole.set()  # whoever still waits at the door leaves
        for task in self._tasks:
            task.cancel()
        for transport in (self._near, *self._legs.values()):
            transport.close()

    # -- pages and sockets

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._whole.wait()
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._web)
        except OSError:  # the court has closed for the day
            writer.close()
            return
        for one in (self._pump(reader, far_writer), self._pump(far_reader, writer)):
            task = asyncio.create_task(one)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while piece := await reader.read(65536):
                await self._whole.wait()
                writer.write(piece)
                await writer.drain()
            await self._whole.wait()
        except ConnectionError:
            pass  # the other end hears of it below
        finally:
            writer.close()

    # -- sound and picture

    def sent(self, packet: bytes, source: Address) -> None:
        """A packet of the browser, from one of its sockets."""
        if self._lost():
            return
        if leg := self._legs.get(source):
            leg.sendto(packet)
            return
        task = asyncio.create_task(self._first(packet, source))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _first(self, packet: bytes, source: Address) -> None:
        loop = asyncio.get_running_loop()
        leg, _ = await loop.create_datagram_endpoint(lambda: _Far(self, source), remote_addr=self._media)
        self._legs.setdefault(source, leg).sendto(packet)
        if self._legs[source] is not leg:
            leg.close()

    def answered(self, packet: bytes, to: Address) -> None:
        if not self._lost():
            self._near.sendto(packet, to)

    def _lost(self) -> bool:
        self._passed += 1
        return not self._whole.is_set() or (self._one_of > 0 and self._passed % self._one_of == 0)


class _Near(asyncio.DatagramProtocol):
    """The end that the browser sends to."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self._wire.sent(data, addr)


class _Far(asyncio.DatagramProtocol):
    """The end that the court sends to, one for each socket of the browser."""

    def __init__(self, wire: Wire, source: Address) -> None:
        self._wire, self._source = wire, source

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self._wire.answered(data, self._source)
