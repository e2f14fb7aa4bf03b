"""A person in a call, as a browser is: speaks, films, asks for what is lost, repeats what is asked for.

Slower than bench/crowd.c and complete: NACK both ways, RTX, RED, feedback on arrivals, reports, key frames.

Rule 1: what was heard and seen is written down with its time and judged afterwards (bench/verdicts.py).
"""

import asyncio
import struct
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from pylibsrtp import Error, Policy, Session

from bench.peers import Member
from bench.speech import FRAME, SILENCE, frames, repeats_the_one_before
from rtc.core import red, rtcp
from rtc.core.bandwidth import ArrivalLog
from rtc.core.packets import (
    AUDIO_LEVEL,
    CLOCK_HZ,
    MID,
    OPUS,
    OPUS_RED,
    RID,
    TRANSPORT_SEQUENCE,
    VP8,
    Kind,
    Rtp,
    open_repair,
    parse_rtp,
)
from rtc.core.reception import Counts, Gaps, Reception
from rtc.core.sequence import Unroller
from rtc.errors import Malformed

TICK_S = 0.02
FEEDBACK_TICKS, REPORT_TICKS, COMFORT_TICKS, PICTURE_TICKS = 5, 50, 20, 2
KEPT = 1024  # packets that can be sent again
LAYERS = {"h": (3, 1000, 12), "l": (1, 600, 4)}  # packets and octets of a picture, packets of a key frame
PATIENCE_S = 0.5  # without a picture that can be decoded, then a key frame is asked for
_BODY = struct.Struct("!BcBBL")


@dataclass(slots=True)
class Frame:
    """A frame of sound that came: when, and whether a decoder could make the one before it from it."""

    at: float
    again: bool


@dataclass(slots=True)
class Heard:
    """One person's voice as it came, by time stamp."""

    frames: dict[int, Frame] = field(default_factory=dict)

    def take(self, timestamp: int, payload: bytes, now: float) -> None:
        if payload and timestamp not in self.frames:
            self.frames[timestamp] = Frame(now, repeats_the_one_before(payload))


@dataclass(slots=True)
class Seen:
    """One person's pictures: when each could be shown, and in which size."""

    shown: list[tuple[float, str]] = field(default_factory=list)
    wanted_at: float = 0.0
    _parts: OrderedDict[tuple[str, int], set[int]] = field(default_factory=OrderedDict)
    _whole: dict[tuple[str, int], bool] = field(default_factory=dict)
    _last: tuple[str, int] | None = None

    def take(self, payload: bytes, now: float) -> None:
        head, rid, place, count, number = _BODY.unpack_from(payload, 4)
        key = rid.decode(), number
        parts = self._parts.setdefault(key, set())
        parts.add(place)
        while len(self._parts) > KEPT:
            self._parts.popitem(last=False)
        if len(parts) == count:
            self._whole[key] = not head & 1
            self._show(now)

    def _show(self, now: float) -> None:
        """Whatever decodes now: a key frame, or the picture after the last."""
        while True:
            keys = [key for key, opens in self._whole.items() if opens and key != self._last]
            follows = self._last and (self._last[0], self._last[1] + 1)
            shown = follows if follows in self._whole else min(keys, key=lambda key: key[1], default=None)
            if shown is None:
                return
            self._last = shown
            self._whole = {
                key: opens for key, opens in self._whole.items() if key[0] != shown[0] or key[1] > shown[1]
            }
            self.shown.append((now, shown[0]))

    def wants(self, now: float) -> bool:
        """Whether to ask for a key frame: pictures come and none can be shown."""
        newest = max([self.wanted_at, self.shown[-1][0] if self.shown else 0.0])
        if not self._whole or now - newest < PATIENCE_S:
            return False
        self.wanted_at = now
        return True


class Stream:
    """One stream that comes: its reports, its gaps."""

    def __init__(self, kind: Kind, ssrc: int, person: int) -> None:
        self.kind, self.ssrc, self.person = kind, ssrc, person
        self.counts = Counts(CLOCK_HZ[kind])
        self.reception = Reception(ssrc, CLOCK_HZ[kind], self.counts)
        self.gaps = Gaps()
        self._unroller = Unroller()
        self._seen: OrderedDict[int, None] = OrderedDict()

    def take(self, packet: Rtp, now: float) -> bool:
        """False for a copy."""
        number = self._unroller.unroll(packet.sequence)
        if number in self._seen:
            return False
        self._seen[number] = None
        while len(self._seen) > KEPT:
            self._seen.popitem(last=False)
        self.counts.count(number, packet.timestamp, len(packet.payload), now)
        self.gaps.saw(number, now)
        return True


class Person:
    """Sits behind a connected bot until it is told to go."""

    def __init__(self, member: Member, *, speaks: bool) -> None:
        self.number = member.person
        self.voices: dict[int, Heard] = {}
        self.films: dict[int, Seen] = {}
        self._member, self._speaks = member, speaks
        out, inward = member.bot.keys()
        self._out, self._in = (
            _session(out, Policy.SSRC_ANY_OUTBOUND),
            _session(inward, Policy.SSRC_ANY_INBOUND),
        )
        self._sock = member.bot.sock
        self._loop = asyncio.get_running_loop()
        self._streams: dict[int, Stream] = {}
        self._arrivals = ArrivalLog()
        self._kept: OrderedDict[tuple[int, int], bytes] = OrderedDict()
        self._numbers: dict[int, int] = {}
        self._transport = 0
        self._pictures = 0
        self._key_due = True
        self._spoken: list[bytes] = []
        self._sent: dict[int, tuple[int, int]] = {}  # packets and octets of each stream
        self._begun_at = 0.0
        self._going = True

    # -- time

    async def live(self) -> None:
        self._loop.add_reader(self._sock.fileno(), self._read)
        self._begun_at = begun = self._loop.time()
        tick = self.number * 7  # people are not in step
        first = tick
        try:
            while self._going:
                self._act(tick)
                tick += 1
                await asyncio.sleep(max(0.0, begun + (tick - first) * TICK_S - self._loop.time()))
        finally:
            self._loop.remove_reader(self._sock.fileno())

    def go(self) -> None:
        self._going = False

    def _act(self, tick: int) -> None:
        now = self._loop.time()
        if self._member.sends:
            self._speak(tick)
            if tick % PICTURE_TICKS == 0:
                self._film(tick)
        self._ask(now)
        feedback = self._arrivals.feedback(1) if tick % FEEDBACK_TICKS == 0 else None
        if feedback:
            self._control(feedback)
        if tick % REPORT_TICKS == 0:
            self._report(now)

    # -- what is sent

    def _speak(self, tick: int) -> None:
        if not self._speaks and tick % COMFORT_TICKS:
            return  # DTX: a frame of comfort noise every 400 ms
        made = frames()
        frame = made[tick % len(made)] if self._speaks else SILENCE
        payload_type, payload = OPUS, frame
        if self._member.red and self._speaks:
            blocks = [red.Block(FRAME, self._spoken[-1])] if self._spoken else []
            payload_type, payload = OPUS_RED, red.pack(frame, blocks)
        self._spoken = [frame]
        level = {AUDIO_LEVEL: bytes((20 if self._speaks else 127,)), MID: b"0"}
        self._rtp(payload_type, tick * FRAME, self._member.bot.voice, level, payload)

    def _film(self, tick: int) -> None:
        key, self._key_due = self._key_due, False
        self._pictures += 1
        for at, rid in enumerate(LAYERS if self._member.layers else ("h",)):
            usual, octets, of_key = LAYERS[rid]
            count = of_key if key else usual
            names = {MID: b"1", **({RID: rid.encode()} if self._member.layers else {})}
            ssrc, stamp = self._member.bot.picture + 2 * at, tick * 1800
            for place in range(count):
                head = struct.pack(
                    "!BBH", 0x90 if place == 0 else 0x80, 0x80, 0x8000 | self._pictures & 0x7FFF
                )
                body = _BODY.pack(0x10 | (not key), rid.encode(), place, count, self._pictures)
                self._rtp(
                    VP8, stamp, ssrc, names, (head + body).ljust(octets, b"v"), marker=place == count - 1
                )

    def _rtp(
        self,
        payload_type: int,
        timestamp: int,
        ssrc: int,
        extensions: dict[int, bytes],
        payload: bytes,
        *,
        marker: bool = False,
    ) -> None:
        number = self._numbers[ssrc] = (self._numbers.get(ssrc, 99) + 1) & 0xFFFF
        self._transport = (self._transport + 1) & 0xFFFF
        named = {**extensions, TRANSPORT_SEQUENCE: struct.pack("!H", self._transport)}
        block = b"".join(bytes((k << 4 | len(v) - 1,)) + v for k, v in named.items())
        block += bytes(-len(block) % 4)
        fixed = struct.pack("!BBHLL", 0x90, payload_type | marker << 7, number, timestamp & 0xFFFFFFFF, ssrc)
        packet = fixed + struct.pack("!HH", 0xBEDE, len(block) // 4) + block + payload
        packets, octets = self._sent.get(ssrc, (0, 0))
        self._sent[ssrc] = packets + 1, octets + len(payload)
        self._kept[ssrc, number] = packet
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self._send(self._out.protect(packet))

    def _ask(self, now: float) -> None:
        for stream in self._streams.values():
            lost = stream.gaps.due(now)
            if lost:
                self._control(rtcp.write_nack(stream.ssrc, [number & 0xFFFF for number in lost]), stream)
            seen = self.films.get(stream.person) if stream.kind is Kind.VIDEO else None
            if seen is not None and seen.wants(now):
                self._control(rtcp.write_picture_loss(stream.ssrc), stream)

    def _report(self, now: float) -> None:
        blocks = [block for s in self._streams.values() if (block := s.reception.block(now))]
        self._control(rtcp.write_receiver_report(blocks))
        passed = now - self._begun_at
        for ssrc, (packets, octets) in self._sent.items():
            clock = 48_000 if ssrc == self._member.bot.voice else 90_000
            stamp = int(self.number * 7 * TICK_S * clock + passed * clock)
            ntp = int((now + 3_900_000_000) * (1 << 32)) & (1 << 64) - 1
            self._control(rtcp.write_sender_report(rtcp.SenderReport(ssrc, ntp, stamp, packets, octets)))

    def _control(self, packet: bytes, about: Stream | None = None) -> None:
        """Alone where the server takes that (RFC 5506), as browsers do; else behind a report."""
        if about is not None and not self._member.red:
            lost = min(255, int(256 * about.reception.fraction_lost))
            block = rtcp.ReportBlock(about.ssrc, lost, 0, about.counts.highest, 0, 0, 0)
            packet = rtcp.write_receiver_report([block]) + packet
        self._send(self._out.protect_rtcp(packet))

    def _send(self, data: bytes) -> None:
        with suppress(BlockingIOError, ConnectionRefusedError):
            self._sock.send(data)

    # -- what comes

    def _read(self) -> None:
        for data in self._waiting():
            now = self._loop.time()
            if data[:2] == b"\x00\x01":
                self._send(self._member.bot.approve(data))
            elif data[0] >> 6 == 2:
                try:
                    if 192 <= data[1] <= 223:
                        self._hear(self._in.unprotect_rtcp(data), now)
                    else:
                        self._take(parse_rtp(self._in.unprotect(data)), now)
                except (Error, Malformed):
                    continue

    def _waiting(self) -> Iterator[bytes]:
        while True:
            try:
                yield self._sock.recv(2048)
            except (BlockingIOError, ConnectionRefusedError):
                return

    def _take(self, packet: Rtp, now: float) -> None:
        number = packet.extensions.get(TRANSPORT_SEQUENCE)
        if number is not None and self._member.red:
            self._arrivals.arrived(int.from_bytes(number, "big"), now)
        mended = self._member.repairs.get(packet.ssrc)  # each server has its own payload type for repairs
        if mended is not None:
            original = open_repair(packet, mended)
            if original is None:
                return
            packet = original
        stream = self._stream(packet)
        if stream is None or not stream.take(packet, now):
            return
        if stream.kind is Kind.VIDEO:
            if len(packet.payload) > 4 + _BODY.size:
                self.films.setdefault(stream.person, Seen()).take(packet.payload, now)
        else:
            self._listen(self.voices.setdefault(stream.person, Heard()), packet, now)

    def _listen(self, heard: Heard, packet: Rtp, now: float) -> None:
        if packet.payload_type != OPUS_RED:
            heard.take(packet.timestamp, packet.payload, now)
            return
        unpacked = red.unpack(packet.payload)
        if unpacked is not None:
            frame, blocks = unpacked
            heard.take(packet.timestamp, frame, now)
            for block in blocks:
                heard.take((packet.timestamp - block.offset) & 0xFFFFFFFF, block.frame, now)

    def _stream(self, packet: Rtp) -> Stream | None:
        stream = self._streams.get(packet.ssrc)
        person = self._member.heard.get(packet.ssrc)
        if stream is None and person is not None:
            kind = Kind.VIDEO if packet.payload_type == VP8 else Kind.AUDIO
            stream = self._streams[packet.ssrc] = Stream(kind, packet.ssrc, person)
        return stream

    def _hear(self, data: bytes, now: float) -> None:
        for report in rtcp.parse_rtcp(data):
            match report:
                case rtcp.Nack():
                    for lost in report.lost:
                        packet = self._kept.get((report.ssrc, lost))
                        if packet is not None:
                            self._send(self._out.protect(packet))
                case rtcp.KeyframeWish():
                    self._key_due = True
                case rtcp.SenderReport() if report.ssrc in self._streams:
                    self._streams[report.ssrc].reception.sender_reported(report.ntp_time, now)


def _session(key: bytes, direction: int) -> Session:
    policy = Policy(key=key, ssrc_type=direction, srtp_profile=Policy.SRTP_PROFILE_AEAD_AES_128_GCM)
    policy.window_size = 1024
    policy.allow_repeat_tx = direction == Policy.SSRC_ANY_OUTBOUND
    return Session(policy)
