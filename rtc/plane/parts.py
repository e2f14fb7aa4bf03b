"""Parts of rooms kept in C: the shapes of rtc.core.parts over the library's structures.

Rule 1: the same results as rtc.core's Track, Forwarder, ArrivalLog and ReportedLine; a test compares them.
"""

import struct
from collections.abc import Mapping, Sequence
from ctypes import string_at

from rtc.core.budget import Quality
from rtc.core.keyframes import INTERVAL_S
from rtc.core.packets import CLOCK_HZ, HEADER, Kind, Rtp, stamped_block
from rtc.core.parts import Arrival, Incoming, Outgoing, SlotParts
from rtc.core.reception import Reception
from rtc.core.red import MAX_DEPTH
from rtc.core.rtcp import SenderReport
from rtc.plane.library import BUFFER, MAX_DUE, Core, LineHead, SlotHead, TrackHead


class _Gaps:
    """`Gaps` of rtc.core, counted in C."""

    def __init__(self, core: Core, handle: int, head: TrackHead) -> None:
        self._core, self._handle, self._head = core, handle, head

    def due(self, now: float) -> list[int]:
        if not self._head.missing:
            return []
        core = self._core
        count = core.c.plane_due(core.handle, self._handle, now, core.numbers, MAX_DUE)
        return list(core.numbers[:count])


class _Keyframes:
    """`KeyframeRequests` of rtc.core; C raises and lowers the wish."""

    def __init__(self, core: Core, head: TrackHead) -> None:
        self._core, self._head = core, head
        self._asked_at: float | None = None

    def want(self) -> None:
        self._head.wanted = 1
        self._core.wanted += 1

    def due(self, now: float) -> bool:
        if not self._head.wanted or (self._asked_at is not None and now - self._asked_at < INTERVAL_S):
            return False
        self._asked_at, self._head.wanted = now, 0
        return True


class NativeTrack:
    def __init__(self, core: Core, leg: int, seat: str, kind: Kind, ssrc: int) -> None:
        self.seat, self.kind, self.ssrc = seat, kind, ssrc
        self.handle = core.c.plane_track(core.handle, leg, ssrc, kind is Kind.AUDIO)
        self._core = core
        head = TrackHead.from_address(self.handle)
        self.reception = Reception(ssrc, CLOCK_HZ[kind], head)
        self.loudness = self._head = head
        self.gaps = _Gaps(core, self.handle, head)
        self.keyframes = _Keyframes(core, head)
        self.listeners: list[Outgoing] = []

    def __del__(self) -> None:
        self._core.c.plane_free_track(self._core.handle, self.handle)

    @property
    def asks(self) -> bool:
        return bool(self._head.missing or (self._head.wanted and self.kind is not Kind.AUDIO))

    def receive(self, packet: Rtp, now: float) -> list[Arrival]:
        """The way of a packet that Python took: the first of a stream, and repairs."""
        core, data = self._core, _bare(packet)
        count = core.c.plane_receive(core.handle, self.handle, data, len(data), now, core.brought, core.opens)
        return [Arrival(packet, core.brought[at], bool(core.opens[at])) for at in range(count)]


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
    def __init__(self, core: Core, leg: int, made: SlotParts) -> None:
        self.leg, self.kind, self.mid, self.ssrc, self.repair_ssrc, first = made
        audio = made.kind is Kind.AUDIO
        self._core = core
        self._handle = core.c.plane_slot(core.handle, leg, made.ssrc, made.repair_ssrc, audio, first)
        self._head = SlotHead.from_address(self._handle)
        self.stamp(numbered=False)
        self._known: tuple[NativeTrack, ...] = ()

    def __del__(self) -> None:
        self._core.c.plane_free_slot(self._core.handle, self._handle)

    @property
    def repair_by_rtx(self) -> bool:
        return bool(self._head.by_rtx)

    @repair_by_rtx.setter
    def repair_by_rtx(self, wish: bool) -> None:
        self._head.by_rtx = int(wish)

    def stamp(self, *, numbered: bool) -> None:
        block, at, size = stamped_block(self.mid, numbered=numbered)
        self._core.c.plane_stamp(self._core.handle, self._handle, block, len(block), at, size)

    def repeat(self, depth: int) -> None:
        self._head.depth = min(depth, MAX_DEPTH)

    @property
    def packets(self) -> int:
        return self._head.packets

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
        return string_at(core.buffer, size) if size else None

    def repair(self, sequence: int, now: float) -> bytes | None:
        core = self._core
        size = core.c.plane_repair(core.handle, self._handle, sequence, now, core.buffer)
        return string_at(core.buffer, size) if size else None

    def probe(self, now: float) -> bytes:
        core = self._core
        size = core.c.plane_probe(core.handle, self._handle, now, core.buffer)
        return string_at(core.buffer, size)

    def report(self, source: SenderReport) -> SenderReport | None:
        head, ours = self._head, self.source
        if head.waiting or ours is None or source.ssrc != ours.ssrc:
            return None
        rtp_time = source.rtp_time + head.time_offset
        return SenderReport(self.ssrc, source.ntp_time, rtp_time, head.packets, head.octets)


class NativeArrivals:
    """Of a leg that may be gone: its number is looked up each time."""

    def __init__(self, core: Core, legs: Mapping[int, int], leg: int) -> None:
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
        return string_at(core.buffer, size) if size else None


class NativeLine:
    """The estimate of a leg's line, which it keeps in memory for as long as it is there itself."""

    def __init__(self, core: Core, leg: int) -> None:
        self._core, self._leg = core, leg
        self._head = LineHead.from_address(core.c.plane_line(core.handle, leg))

    def __del__(self) -> None:
        self._core.c.plane_free_line(self._core.handle, self._leg)

    @property
    def full(self) -> bool:
        return bool(self._head.full)

    @property
    def loss(self) -> float:
        return self._head.loss

    @property
    def bits_per_s(self) -> int | None:
        known = self._head.bits_per_s
        return known if known >= 0 else None

    @property
    def received_bits_per_s(self) -> float | None:
        known = self._head.received_bits_per_s
        return known if known >= 0 else None

    @property
    def burst_bits_per_s(self) -> int:
        return self._head.burst_bits_per_s

    @property
    def burst_at(self) -> float:
        return self._head.burst_at

    def went_around(self, rtt_ms: float) -> None:
        self._head.rtt_ms = rtt_ms

    def moved(self) -> None:
        self._core.c.plane_line_moved(self._core.handle, self._leg)

    def reported(self, body: bytes, now: float) -> None:
        """The way of reports that Python took; most are read where they arrive."""
        self._core.c.plane_reported(self._core.handle, self._leg, body, len(body), now)
