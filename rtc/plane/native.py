"""The data plane in C: a thread of its own reads, forwards and sends; Python decides and hears of the rest.

Rule 1: the same results as rtc.core's Track, Forwarder and ArrivalLog; a test compares them.
Rule 2: the structures below are the heads of those in c/streams.h; keep both alike.
"""

import asyncio
import ctypes
import os
import socket
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from ctypes import c_double, c_int, c_int64, c_uint32, c_void_p

from rtc.core.budget import Quality
from rtc.core.commands import Send, SendRtcp
from rtc.core.keyframes import INTERVAL_S
from rtc.core.packets import CLOCK_HZ, HEADER, MID, Kind, Rtp, extension_block
from rtc.core.parts import Arrival, Arrivals, Incoming, Outgoing, SlotParts
from rtc.core.reception import Reception
from rtc.core.room import Room
from rtc.core.rtcp import SenderReport
from rtc.errors import Malformed, NoNativePlane
from rtc.plane import Path, SrtpKeys
from rtc.plane.build import library

GCM = {"SRTP_AEAD_AES_128_GCM": 1, "SRTP_AES128_CM_SHA1_80": 0}
RAW, RTP, RTCP, HEARD = 0, 1, 2, 3
BUFFER, MAX_DUE, ADDRESS = 2048, 600, 28
HANDED_AT_ONCE = 256  # before the loop may do something else

_SIGNATURES: dict[str, tuple[object, list[object]]] = {
    "plane_new": (c_void_p, []),
    "plane_start": (c_int, [c_void_p, c_void_p, c_int]),
    "plane_stop": (None, [c_void_p]),
    "plane_free": (None, [c_void_p]),
    "plane_leg": (c_void_p, [c_int64]),
    "plane_open": (c_int, [c_void_p, c_void_p, ctypes.c_char_p, ctypes.c_char_p, c_int]),
    "plane_overhear": (None, [c_void_p, c_void_p]),
    "plane_close": (None, [c_void_p, c_void_p]),
    "plane_admit": (None, [c_void_p, c_void_p, c_int, ctypes.c_char_p, c_int]),
    "plane_dismiss": (None, [c_void_p, c_int, ctypes.c_char_p, c_int]),
    "plane_aim": (None, [c_void_p, c_void_p, c_int, ctypes.c_char_p, c_int]),
    "plane_heard_at": (c_double, [c_void_p, c_void_p]),
    "plane_send": (None, [c_void_p, c_void_p, c_int, ctypes.c_char_p, c_int]),
    "plane_flush": (None, [c_void_p]),
    "plane_take": (c_int, [c_void_p] * 6),
    "plane_track": (c_void_p, [c_void_p, c_void_p, c_uint32, c_int]),
    "plane_free_track": (None, [c_void_p, c_void_p]),
    "plane_slot": (
        c_void_p,
        [c_void_p, c_void_p, c_uint32, c_uint32, c_int, c_int64, ctypes.c_char_p, c_int],
    ),
    "plane_free_slot": (None, [c_void_p, c_void_p]),
    "plane_show": (None, [c_void_p, c_void_p, c_int]),
    "plane_bind": (None, [c_void_p, c_void_p, c_void_p]),
    "plane_switch": (None, [c_void_p, c_void_p, c_void_p]),
    "plane_receive": (c_int64, [c_void_p, c_void_p, ctypes.c_char_p, c_int, c_double, c_void_p]),
    "plane_forward": (c_int, [c_void_p, c_void_p, c_void_p, c_int64, c_int, c_double, c_void_p]),
    "plane_repair": (c_int, [c_void_p, c_void_p, c_int, c_double, c_void_p]),
    "plane_due": (c_int, [c_void_p, c_void_p, c_double, c_void_p, c_int]),
    "plane_arrived": (None, [c_void_p, c_void_p, c_int, c_double]),
    "plane_feedback": (c_int, [c_void_p, c_void_p, c_uint32, c_void_p, c_int]),
}


class TrackHead(ctypes.Structure):
    """What C counts of a stream: `StreamCounts` and `Loudness` of rtc.core by shape."""

    started: int
    base: int
    highest: int
    received: int
    octets: int
    jitter: float
    loudness: float
    spoke_at: float
    wanted: int
    missing: int
    _fields_ = [
        ("started", c_int64),
        ("base", c_int64),
        ("highest", c_int64),
        ("received", c_int64),
        ("octets", c_int64),
        ("jitter", c_double),
        ("loudness", c_double),
        ("spoke_at", c_double),
        ("wanted", c_int64),
        ("missing", c_int64),
    ]


class SlotHead(ctypes.Structure):
    waiting: int
    packets: int
    octets: int
    time_offset: int
    by_rtx: int
    quality: int
    source: int
    next: int
    _fields_ = [
        ("waiting", c_int64),
        ("packets", c_int64),
        ("octets", c_int64),
        ("time_offset", c_int64),
        ("by_rtx", c_int64),
        ("quality", c_int64),
        ("source", c_int64),  # the addresses of tracks, or 0
        ("next", c_int64),
    ]


class PlaneHead(ctypes.Structure):
    refused: int
    dropped: int
    unsent: int
    forwarded: int
    _fields_ = [
        ("refused", c_int64),
        ("dropped", c_int64),
        ("unsent", c_int64),
        ("forwarded", c_int64),
    ]


def _load() -> ctypes.CDLL:
    """The library with its signatures; raises NoNativePlane."""
    try:
        loaded = ctypes.CDLL(str(library()))
    except OSError as error:
        raise NoNativePlane(str(error)) from error
    for name, (result, arguments) in _SIGNATURES.items():
        function = getattr(loaded, name)
        function.restype, function.argtypes = result, arguments
    return loaded


class _Core:
    """The plane in C, freed when the last part that uses it is gone."""

    def __init__(self) -> None:
        self.c = _load()
        self.handle = self.c.plane_new()
        if not self.handle:
            raise NoNativePlane("no memory")
        self.buffer = ctypes.create_string_buffer(BUFFER)
        self.numbers = (c_int64 * MAX_DUE)()
        self.flag = c_int()

    def __del__(self) -> None:
        if getattr(self, "handle", None):
            self.c.plane_stop(self.handle)
            self.c.plane_free(self.handle)


class NativePlane:
    """Raises NoNativePlane where the library was not built."""

    name = "native"

    def __init__(self) -> None:
        self._core = _Core()
        self._head = PlaneHead.from_address(self._core.handle)
        self._legs: dict[int, int] = {}
        self._rooms: dict[int, Room] = {}
        self._ears: dict[int, Callable[[bytes, bool], None]] = {}
        self._refused = 0
        self._bell = -1
        self._stranger: Callable[[bytes, Path], None] = lambda *_: None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def refused(self) -> int:
        return self._refused + self._head.refused + self._head.dropped

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
            data = core.buffer.raw[:size]
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

    def track(self, leg: int, seat: str, kind: Kind, ssrc: int) -> Incoming:
        return NativeTrack(self._core, self._leg(leg), seat, kind, ssrc)

    def slot(self, made: SlotParts) -> Outgoing:
        return NativeSlot(self._core, self._leg(made.leg), made)

    def arrivals(self, leg: int) -> Arrivals:
        self._leg(leg)
        return NativeArrivals(self._core, self._legs, leg)


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


class _Gaps:
    """`Gaps` of rtc.core, counted in C."""

    def __init__(self, core: _Core, handle: int, head: TrackHead) -> None:
        self._core, self._handle, self._head = core, handle, head

    def due(self, now: float) -> list[int]:
        if not self._head.missing:
            return []
        core = self._core
        count = core.c.plane_due(core.handle, self._handle, now, core.numbers, MAX_DUE)
        return list(core.numbers[:count])


class _Keyframes:
    """`KeyframeRequests` of rtc.core; C raises and lowers the wish."""

    def __init__(self, head: TrackHead) -> None:
        self._head = head
        self._asked_at: float | None = None

    def want(self) -> None:
        self._head.wanted = 1

    def due(self, now: float) -> bool:
        if not self._head.wanted or (self._asked_at is not None and now - self._asked_at < INTERVAL_S):
            return False
        self._asked_at, self._head.wanted = now, 0
        return True


class NativeTrack:
    def __init__(self, core: _Core, leg: int, seat: str, kind: Kind, ssrc: int) -> None:
        self.seat, self.kind, self.ssrc = seat, kind, ssrc
        self.handle = core.c.plane_track(core.handle, leg, ssrc, kind is Kind.AUDIO)
        self._core = core
        head = TrackHead.from_address(self.handle)
        self.reception = Reception(ssrc, CLOCK_HZ[kind], head)
        self.loudness = head
        self.gaps = _Gaps(core, self.handle, head)
        self.keyframes = _Keyframes(head)
        self.listeners: list[Outgoing] = []

    def __del__(self) -> None:
        self._core.c.plane_free_track(self._core.handle, self.handle)

    def receive(self, packet: Rtp, now: float) -> Arrival | None:
        """The way of a packet that Python took: the first of a stream, and repairs."""
        core, data = self._core, _bare(packet)
        flag = ctypes.byref(core.flag)
        number = core.c.plane_receive(core.handle, self.handle, data, len(data), now, flag)
        return Arrival(packet, number, bool(core.flag.value)) if number >= 0 else None


def _bare(packet: Rtp) -> bytes:
    """The packet with the extensions that C reads."""
    second = packet.payload_type | 0x80 if packet.marker else packet.payload_type
    block = b"".join(bytes((k << 4 | len(v) - 1,)) + v for k, v in packet.extensions.items() if v and k < 15)
    block += bytes(-len(block) % 4)
    head = struct.pack("!HH", 0xBEDE, len(block) // 4) + block if block else b""
    first = 0x90 if block else 0x80
    fixed = HEADER.pack(first, second, packet.sequence, packet.timestamp, packet.ssrc)
    return fixed + head + packet.payload


def _ours(source: Incoming) -> NativeTrack:
    if not isinstance(source, NativeTrack):
        raise TypeError("a slot in C listens to a track in C")
    return source


class NativeSlot:
    def __init__(self, core: _Core, leg: int, made: SlotParts) -> None:
        self.leg, self.kind, self.mid, self.ssrc, self.repair_ssrc, first = made
        block = extension_block(MID, made.mid.encode(), 0)
        audio = made.kind is Kind.AUDIO
        self._core = core
        self._handle = core.c.plane_slot(
            core.handle, leg, made.ssrc, made.repair_ssrc, audio, first, block, len(block)
        )
        self._head = SlotHead.from_address(self._handle)
        self._known: tuple[NativeTrack, ...] = ()

    def __del__(self) -> None:
        self._core.c.plane_free_slot(self._core.handle, self._handle)

    @property
    def repair_by_rtx(self) -> bool:
        return bool(self._head.by_rtx)

    @repair_by_rtx.setter
    def repair_by_rtx(self, wish: bool) -> None:
        self._head.by_rtx = int(wish)

    @property
    def octets(self) -> int:
        return self._head.octets

    @property
    def source(self) -> Incoming | None:
        """C itself goes over to a prepared layer; what was left is forgotten here."""
        head = self._head
        if len(self._known) > 1 and not head.next:
            self._know([track for track in self._known if track.handle == head.source])
        return next((track for track in self._known if track.handle == head.source), None)

    def bind(self, source: Incoming | None) -> None:
        track = _ours(source) if source is not None else None
        self._core.c.plane_bind(self._core.handle, self._handle, track.handle if track else None)
        self._know([track] if track else [])

    def switch(self, source: Incoming) -> None:
        track, head = _ours(source), self._head
        self._core.c.plane_switch(self._core.handle, self._handle, track.handle)
        known = dict.fromkeys((*self._known, track))
        self._know([track for track in known if track.handle in (head.source, head.next)])

    def _know(self, tracks: "Sequence[NativeTrack]") -> None:
        """Be among the listeners of these and no others."""
        for track in self._known:
            if track not in tracks:
                track.listeners.remove(self)
        for track in tracks:
            if track not in self._known:
                track.listeners.append(self)
        self._known = tuple(tracks)

    def show(self, quality: Quality) -> None:
        self._core.c.plane_show(self._core.handle, self._handle, quality)

    def forward(self, arrival: Arrival, now: float) -> bytes | None:
        core, packet, number, opens = self._core, *arrival
        track = next((track for track in self._known if track.ssrc == packet.ssrc), None)
        if track is None:
            return None
        size = core.c.plane_forward(core.handle, self._handle, track.handle, number, opens, now, core.buffer)
        return core.buffer.raw[:size] if size else None

    def repair(self, sequence: int, now: float) -> bytes | None:
        core = self._core
        size = core.c.plane_repair(core.handle, self._handle, sequence, now, core.buffer)
        return core.buffer.raw[:size] if size else None

    def report(self, source: SenderReport) -> SenderReport | None:
        head, ours = self._head, self.source
        if head.waiting or ours is None or source.ssrc != ours.ssrc:
            return None
        rtp_time = source.rtp_time + head.time_offset
        return SenderReport(self.ssrc, source.ntp_time, rtp_time, head.packets, head.octets)


class NativeArrivals:
    """Of a leg that may be gone: its number is looked up each time."""

    def __init__(self, core: _Core, legs: Mapping[int, int], leg: int) -> None:
        self._core, self._legs, self._number = core, legs, leg

    def arrived(self, sequence: int, now: float) -> None:
        leg = self._legs.get(self._number)
        if leg is not None:
            self._core.c.plane_arrived(self._core.handle, leg, sequence, now)

    def feedback(self, media_ssrc: int) -> bytes | None:
        core, leg = self._core, self._legs.get(self._number)
        if leg is None:
            return None
        size = core.c.plane_feedback(core.handle, leg, media_ssrc, core.buffer, BUFFER)
        return core.buffer.raw[:size] if size else None
