"""One person's way to a server, made bad: loss in bursts, delay, jitter, changed order, a narrow line.

Rule 1: `Line` decides and is pure; `Relay` carries it out, with sockets of its own that both sides send to.
Rule 2: what has to wait waits in order, unless its place was changed on purpose.
"""

import asyncio
import socket
from dataclasses import dataclass
from random import Random

Address = tuple[str, int]
HEADERS = 28  # octets of IPv4 and UDP, which the line carries too
BUFFER = 1 << 21


@dataclass(frozen=True, slots=True)
class Weather:
    """What one direction does. `loss`, `reorder`: shares of packets; `burst`: lost in a row, on average."""

    loss: float = 0.0
    burst: float = 1.0
    delay_s: float = 0.0
    jitter_s: float = 0.0
    reorder: float = 0.0
    bits_per_s: float | None = None
    queue_s: float = 0.3  # what the narrow line's queue holds; beyond, packets are dropped


class Line:
    """One direction: what becomes of each packet, after Gilbert's model of losses in bursts."""

    def __init__(self, weather: Weather, rng: Random) -> None:
        self.weather = weather
        self.passed = self.lost = self.dropped = 0
        self._rng = rng
        self._bad = False
        self._free_at = 0.0
        self._newest = 0.0

    @property
    def gone(self) -> float:
        """The share that was lost or dropped."""
        return (self.lost + self.dropped) / max(1, self.passed + self.lost + self.dropped)

    def arrives(self, octets: int, now: float) -> float | None:
        """When the packet comes out at the other end; None if it does not."""
        if self._is_lost():
            self.lost += 1
            return None
        leaves = self._leaves(octets, now)
        if leaves is None:
            self.dropped += 1
            return None
        self.passed += 1
        weather = self.weather
        arrives = leaves + weather.delay_s + self._rng.uniform(0, weather.jitter_s)
        if self._rng.uniform(0, 1) < weather.reorder:  # overtaken: what was sent after it comes before it
            return arrives + self._rng.uniform(0.005, 0.04)
        self._newest = max(self._newest, arrives)
        return self._newest

    def _is_lost(self) -> bool:
        loss, burst = self.weather.loss, self.weather.burst
        chance = 1 - 1 / burst if self._bad else min(1.0, loss / (burst * (1 - loss)))
        self._bad = self._rng.uniform(0, 1) < (chance if burst > 1 else loss)  # or each by itself
        return self._bad

    def _leaves(self, octets: int, now: float) -> float | None:
        width = self.weather.bits_per_s
        if width is None:
            return now
        begins = max(now, self._free_at)
        if begins - now > self.weather.queue_s:
            return None
        self._free_at = begins + 8 * (octets + HEADERS) / width
        return self._free_at


class Relay:
    """One person's hop: a door for each address of a server, and the same two lines behind all of them."""

    def __init__(self, host: str, seed: int = 7) -> None:
        """`host`: the address that the person reaches us at."""
        self.up, self.down = Line(Weather(), Random(seed)), Line(Weather(), Random(seed + 1))
        self._host = host
        self._sockets: list[socket.socket] = []
        self._loop = asyncio.get_running_loop()

    def door(self, server: Address) -> Address:
        """Where the person sends what is for that address; answers come from there."""
        front, ways = _socket((self._host, 0)), dict[Address, socket.socket]()
        self._sockets.append(front)
        self._loop.add_reader(front.fileno(), self._inward, front, ways, server)
        name: Address = front.getsockname()
        return name

    def turn(self, up: Weather, down: Weather) -> None:
        """From now on the weather is this; what is counted begins anew."""
        self.up.weather, self.down.weather = up, down
        for line in (self.up, self.down):
            line.passed = line.lost = line.dropped = 0

    def close(self) -> None:
        for sock in self._sockets:
            self._loop.remove_reader(sock.fileno())
            sock.close()

    def _inward(self, front: socket.socket, ways: dict[Address, socket.socket], server: Address) -> None:
        while True:
            try:
                data, client = front.recvfrom(2048)
            except BlockingIOError:
                return
            way = ways.get(client)
            if way is None:
                way = ways[client] = _socket((server[0], 0))
                self._sockets.append(way)
                self._loop.add_reader(way.fileno(), self._outward, way, front, client)
            self._carry(self.up, way, data, server)

    def _outward(self, way: socket.socket, front: socket.socket, client: Address) -> None:
        while True:
            try:
                data = way.recv(2048)
            except (BlockingIOError, ConnectionRefusedError):
                return
            self._carry(self.down, front, data, client)

    def _carry(self, line: Line, sock: socket.socket, data: bytes, to: Address) -> None:
        now = self._loop.time()
        at = line.arrives(len(data), now)
        if at is None:
            return
        if at <= now:
            _send(sock, data, to)
        else:
            self._loop.call_at(at, _send, sock, data, to)


def _send(sock: socket.socket, data: bytes, to: Address) -> None:
    if sock.fileno() >= 0:
        sock.sendto(data, to)


def _socket(address: Address) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
    sock.bind(address)
    sock.setblocking(False)
    return sock
