"""A bad network: a UDP relay that loses, in front of a media server on loopback."""

import asyncio
import socket
from random import Random

Address = tuple[str, int]


class Relay:
    """Listens on 127.0.0.2 at the server's port; each client gets its own way to 127.0.0.1.

    STUN and DTLS pass unharmed, so that what is measured is media.
    """

    def __init__(self, port: int, loss: float) -> None:
        self.lost = self.passed = 0
        self._server: Address = ("127.0.0.1", port)
        self._loss = loss
        self._rng = Random(7)
        self._front = _socket("127.0.0.2", port)
        self._ways: dict[Address, socket.socket] = {}
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._front.fileno(), self._inward)

    def move(self) -> None:
        """Give every client another address towards the server, as a network that hands over does."""
        for way in self._ways.values():
            self._loop.remove_reader(way.fileno())
            way.close()
        self._ways.clear()

    def close(self) -> None:
        self.move()
        self._loop.remove_reader(self._front.fileno())
        self._front.close()

    def _inward(self) -> None:
        data, client = self._front.recvfrom(2048)
        way = self._ways.get(client)
        if way is None:
            way = self._ways[client] = _socket("127.0.0.1", 0)
            self._loop.add_reader(way.fileno(), self._outward, way, client)
        if self._passes(data):
            way.sendto(data, self._server)

    def _outward(self, way: socket.socket, client: Address) -> None:
        data = way.recv(2048)
        if self._passes(data):
            self._front.sendto(data, client)

    def _passes(self, data: bytes) -> bool:
        media = data[0] >= 128
        if media and self._rng.uniform(0, 1) < self._loss:
            self.lost += 1
            return False
        self.passed += media
        return True


def _socket(host: str, port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((host, port))
    sock.setblocking(False)
    return sock
