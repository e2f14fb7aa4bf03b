"""The one UDP port: a socket for each advertised address, and the demultiplexer (RFC 7983).

Rule 1: what is empty, too short, too long or of no known kind is dropped here, before any library sees it.
Rule 2: replies leave from the socket that was addressed; a browser drops what comes from elsewhere.
"""

import asyncio
import errno
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from rtc.core.packets import made
from rtc.errors import NoAddress
from rtc.plane import Path
from rtc.settings import MediaAddress

MAX_DATAGRAM = 1500  # an Ethernet frame; browsers keep to 1,200
BATCH = 64  # datagrams read before the loop may do something else
RECEIVE_BUFFER = 1 << 22
PORT_TRIES = 20
_STUN_COOKIE = b"\x21\x12\xa4\x42"


class Receiver(Protocol):
    def on_stun(self, data: bytes, path: Path) -> None: ...

    def on_dtls(self, data: bytes, path: Path) -> None: ...

    def on_srtp(self, data: bytes, path: Path) -> None: ...


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address told to browsers."""

    host: str
    port: int


class UdpPort:
    """Bound on construction; `start` begins to read on the running loop."""

    def __init__(self, addresses: Sequence[MediaAddress], port: int) -> None:
        self.dropped = 0
        self.unsent = 0
        self.sockets = _bind_all([address.local for address in addresses], port)
        self.port: int = self.sockets[0].getsockname()[1]
        self.endpoints = tuple(Endpoint(address.public, self.port) for address in addresses)

    def start(self, receiver: Receiver) -> None:
        loop = asyncio.get_running_loop()
        for index, sock in enumerate(self.sockets):
            loop.add_reader(sock.fileno(), self._read, index, sock, receiver)

    def sorter(self, receiver: Receiver) -> Callable[[bytes, Path], None]:
        """What a plane that reads by itself calls with each datagram that is not media."""
        return lambda data, path: self._sort(data, path, receiver)

    def close(self) -> None:
        loop = asyncio.get_running_loop()
        for sock in self.sockets:
            loop.remove_reader(sock.fileno())
            sock.close()

    def send(self, data: bytes, path: Path) -> None:
        self.way(path)(data)

    def way(self, path: Path) -> Callable[[bytes], None]:
        """What sends there: made once for a peer, called for each packet."""
        sendto, address = self.sockets[path.socket].sendto, (path.host, path.port)

        def send(data: bytes) -> None:
            try:
                sendto(data, address)
            except OSError:  # a full buffer or a peer that is gone: media is repaired by who misses it
                self.unsent += 1

        return send

    def _read(self, index: int, sock: socket.socket, receiver: Receiver) -> None:
        receive, on_srtp = sock.recvfrom, receiver.on_srtp
        for _ in range(BATCH):
            try:
                data, address = receive(MAX_DATAGRAM + 1)
            except BlockingIOError:
                return
            except OSError:  # an ICMP error about an earlier datagram
                continue
            path = made(Path, (index, address[0], address[1]))
            if 12 <= len(data) <= MAX_DATAGRAM and 128 <= data[0] < 192:  # most are, so this is asked first
                on_srtp(data, path)
            else:
                self._sort(data, path, receiver)

    def _sort(self, data: bytes, path: Path, receiver: Receiver) -> None:
        handler = _kind(data, receiver)
        if handler is None:
            self.dropped += 1
        else:
            handler(data, path)


def _kind(data: bytes, receiver: Receiver) -> Callable[[bytes, Path], None] | None:
    """Who takes this datagram: first byte of RFC 7983, then what each protocol's header must say."""
    size = len(data)
    if not 12 <= size <= MAX_DATAGRAM:
        return None
    first = data[0]
    if 128 <= first < 192:
        return receiver.on_srtp
    if first < 4:
        fits = size >= 20 and data[4:8] == _STUN_COOKIE and int.from_bytes(data[2:4], "big") == size - 20
        return receiver.on_stun if fits else None
    if 20 <= first < 64:
        return receiver.on_dtls if size >= 13 else None
    return None


def _bind_all(hosts: Sequence[str], port: int) -> list[socket.socket]:
    """One socket a host, all on the same port; a free one is looked for if `port` is 0."""
    if not hosts:
        raise NoAddress("no address to bind")
    for _ in range(PORT_TRIES):
        bound: list[socket.socket] = []
        try:
            for host in hosts:
                bound.append(_bind(host, port or (bound[0].getsockname()[1] if bound else 0)))
        except OSError as error:
            for sock in bound:
                sock.close()
            if port or error.errno != errno.EADDRINUSE:
                raise NoAddress(f"cannot bind: {error.strerror}") from error
        else:
            return bound
    raise NoAddress("no port is free on all addresses")


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
    sock.setblocking(False)
    try:
        sock.bind((host, port))
    except OSError:
        sock.close()
        raise
    return sock


def own_addresses() -> tuple[MediaAddress, ...]:
    """The address that this machine uses towards its network, and loopback: enough to try the platform."""
    hosts = [host for host in (_outward_address(),) if host] + ["127.0.0.1"]
    return tuple(MediaAddress(host, host) for host in dict.fromkeys(hosts))


def _outward_address() -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # RFC 5737: nobody's; connecting a UDP socket sends nothing
        except OSError:
            return None
        host: str = probe.getsockname()[0]
        return host if host != "0.0.0.0" else None  # noqa: S104  compared, not bound
