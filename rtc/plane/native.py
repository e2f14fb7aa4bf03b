"""The data plane in C: a thread of its own reads, forwards, sends; Python decides and hears of the rest."""

import asyncio
import ctypes
import os
import socket
import struct
from collections.abc import Callable, Iterable, Sequence
from ctypes import c_int, c_int64

from rtc.core.commands import Send, SendRtcp
from rtc.core.packets import Kind
from rtc.core.parts import Arrivals, Incoming, Line, Outgoing, SlotParts
from rtc.core.room import Room
from rtc.errors import Malformed, NoNativePlane
from rtc.plane import Path, SrtpKeys
from rtc.plane.library import Core
from rtc.plane.parts import NativeArrivals, NativeLine, NativeSlot, NativeTrack

GCM = {"SRTP_AEAD_AES_128_GCM": 1, "SRTP_AES128_CM_SHA1_80": 0}
RAW, RTP, RTCP, HEARD = 0, 1, 2, 3
ADDRESS = 28
HANDED_AT_ONCE = 256  # before the loop may do something else


class NativePlane:
    """Raises NoNativePlane where the library was not built."""

    name = "native"

    def __init__(self) -> None:
        self._core = Core()
        self._legs: dict[int, int] = {}
        self._rooms: dict[int, Room] = {}
        self._ears: dict[int, Callable[[bytes, bool], None]] = {}
        self._refused = 0
        self._bell = -1
        self._stranger: Callable[[bytes, Path], None] = lambda *_: None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def refused(self) -> int:
        return self._refused + self._core.head.refused + self._core.head.dropped

    @property
    def parts(self) -> "NativePlane":
        return self

    # -- life

    def start(self, sockets: Sequence[socket.socket], stranger: Callable[[bytes, Path], None]) -> bool:
        self._stranger, self._loop = stranger, asyncio.get_running_loop()
        numbers = (c_int * len(sockets))(*(sock.fileno() for sock in sockets))
        self._bell = self._core.c.plane_start(self._core.handle, numbers, len(sockets))
        if self._bell < 0:
            return False
        self._loop.add_reader(self._bell, self._rung)
        return True

    def stop(self) -> None:
        self._core.c.plane_stop(self._core.handle)
        if self._loop is not None and self._bell >= 0:
            self._loop.remove_reader(self._bell)
        for leg in list(self._legs):
            self.close(leg)

    def admit(self, path: Path, leg: int) -> None:
        address = _address(path)
        self._core.c.plane_admit(self._core.handle, self._leg(leg), path.socket, address, len(address))

    def dismiss(self, path: Path) -> None:
        address = _address(path)
        self._core.c.plane_dismiss(self._core.handle, path.socket, address, len(address))

    def aim(self, leg: int, path: Path) -> None:
        address = _address(path)
        self._core.c.plane_aim(self._core.handle, self._leg(leg), path.socket, address, len(address))

    def heard_at(self, leg: int) -> float:
        at: float = self._core.c.plane_heard_at(self._core.handle, self._leg(leg))
        return at

    def open(self, leg: int, keys: SrtpKeys, room: Room, send: Callable[[bytes], None]) -> None:  # noqa: ARG002
        handle = self._leg(leg)
        self._rooms[leg] = room
        gcm = GCM[keys.profile]
        if self._core.c.plane_open(self._core.handle, handle, keys.inbound, keys.outbound, gcm):
            raise NoNativePlane("OpenSSL refused the keys")

    def overhear(self, leg: int, take: Callable[[bytes, bool], None]) -> None:
        self._ears[leg] = take
        self._core.c.plane_overhear(self._core.handle, self._leg(leg))

    def close(self, leg: int) -> None:
        self._rooms.pop(leg, None)
        self._ears.pop(leg, None)
        handle = self._legs.pop(leg, None)
        if handle is not None:
            self._core.c.plane_close(self._core.handle, handle)

    def _leg(self, number: int) -> int:
        handle = self._legs.get(number)
        if handle is None:
            handle = self._legs[number] = self._core.c.plane_leg(number)
        return handle

    # -- packets

    def receive(self, leg: int, datagram: bytes, now: float) -> None:
        """Never called while C reads."""

    def send(self, sends: Iterable[Send]) -> None:
        core, sent = self._core, False
        for command in sends:
            handle, ear = self._legs.get(command.leg), self._ears.get(command.leg)
            if ear is not None:
                ear(command.packet, isinstance(command, SendRtcp))
            elif handle is not None:
                rtcp = isinstance(command, SendRtcp)
                core.c.plane_send(core.handle, handle, rtcp, command.packet, len(command.packet))
                sent = True
        if sent:
            core.c.plane_flush(core.handle)

    def _rung(self) -> None:
        """Take what C handed up; what is left after a while rings again."""
        core, loop = self._core, self._loop
        os.eventfd_read(self._bell)
        kind, number, index = c_int(), c_int64(), c_int()
        address = ctypes.create_string_buffer(ADDRESS)
        here = [ctypes.byref(part) for part in (kind, number, index)]
        for _ in range(HANDED_AT_ONCE):
            size = core.c.plane_take(core.handle, *here, address, core.buffer)
            if not size:
                return
            data = ctypes.string_at(core.buffer, size)
            if kind.value == RAW:
                self._stranger(data, _path(index.value, address.raw))
            elif loop is not None:
                self._take(kind.value, number.value, data, loop.time())
        os.eventfd_write(self._bell, 1)

    def _take(self, kind: int, leg: int, data: bytes, now: float) -> None:
        if kind == HEARD:
            if leg in self._ears:
                self._ears[leg](data, False)
            return
        room = self._rooms.get(leg)
        if room is None:
            return
        try:
            self.send(room.take_rtcp(leg, data, now) if kind == RTCP else room.take_rtp(leg, data, now))
        except Malformed:
            self._refused += 1

    # -- parts of rooms

    @property
    def asked(self) -> int:
        return self._core.head.asked + self._core.wanted

    def track(self, leg: int, seat: str, kind: Kind, ssrc: int) -> Incoming:
        return NativeTrack(self._core, self._leg(leg), seat, kind, ssrc)

    def slot(self, made: SlotParts) -> Outgoing:
        return NativeSlot(self._core, self._leg(made.leg), made)

    def arrivals(self, leg: int) -> Arrivals:
        self._leg(leg)
        return NativeArrivals(self._core, self._legs, leg)

    def line(self, leg: int) -> Line:
        return NativeLine(self._core, self._leg(leg))


def _address(path: Path) -> bytes:
    """As struct sockaddr_in or sockaddr_in6."""
    if ":" in path.host:
        packed = socket.inet_pton(socket.AF_INET6, path.host.partition("%")[0])
        return struct.pack("=H", socket.AF_INET6) + struct.pack("!HL16sL", path.port, 0, packed, 0)
    packed = socket.inet_pton(socket.AF_INET, path.host)
    return struct.pack("=H", socket.AF_INET) + struct.pack("!H4s8x", path.port, packed)


def _path(index: int, address: bytes) -> Path:
    (family,) = struct.unpack_from("=H", address)
    (port,) = struct.unpack_from("!H", address, 2)
    if family == socket.AF_INET6:
        return Path(index, socket.inet_ntop(socket.AF_INET6, address[8:24]), port)
    return Path(index, socket.inet_ntop(socket.AF_INET, address[4:8]), port)
