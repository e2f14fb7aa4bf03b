"""One outgoing stream to one listener: whatever its source, it looks like a single unbroken sender.

Rule 1: numbers and timestamps go on without a hole across changes of source, pauses and packets left out.
Rule 2: of the publisher's packet only payload, marker and relative time pass; extensions are our own.
Rule 3: what was sent before the source was taken away is not sent again.
Rule 4: another layer of the picture takes over with its key frame; until then the present one goes on.
"""

import struct
from array import array

from rtc.core import red
from rtc.core.budget import Quality
from rtc.core.departures import DepartureLog
from rtc.core.packets import (
    CLOCK_HZ,
    HEADER,
    OPUS_RED,
    VP8_REPAIR,
    Kind,
    Rtp,
    as_repair,
    send_time,
    stamped_block,
    write_rtp,
)
from rtc.core.parts import Arrival, Incoming
from rtc.core.rtcp import SenderReport
from rtc.core.sequence import SequenceMap
from rtc.core.track import Track
from rtc.core.vp8 import PictureNumbers

HISTORY = 256  # as many as a track keeps
_SMALL = Quality.SMALL
REPAIRS_A_SECOND = 300  # of one stream: three times a full video stream's packets at 30 % loss
PROBE_OCTETS = 150  # of padding: five of them cost 64 kbit/s a seventh of a second

# What it takes to write a packet once more, octet for octet: its number, the source's, its stamp, and a bit
# for each frame before it that it repeated, the nearest first. Sealed again under its number, anything else
# would use a nonce of AES-GCM twice (RFC 7714 section 8.1). All but the source's number is kept as one word,
# and both in arrays: as objects they filled 10 MB for eight rooms of four, and were never in the caches.
Sent = tuple[int, int, int, int]
_NUMBER_BIT, _STAMP_BIT, _STAMP_MASK, _REPEATED_MASK = 26, 2, 0xFFFFFF, 3
_NOTHING = array("q", [-1]) * HISTORY


class Forwarder:
    """A slot of a listener's session: fixed `mid` and SSRCs, changing source."""

    def __init__(
        self,
        leg: int,
        kind: Kind,
        mid: str,
        *,
        ssrc: int,
        repair_ssrc: int,
        first: int,
        departures: DepartureLog,
    ) -> None:
        """`first`: where the random start of numbers and timestamps lies (RFC 3550 section 5.1)."""
        self.leg = leg
        self.kind = kind
        self.mid = mid
        self.ssrc = ssrc
        self.repair_ssrc = repair_ssrc
        self.repair_by_rtx = False
        self.source: Track | None = None
        self.packets = self.octets = 0
        self.quality = Quality.FULL
        self._departures = departures
        self._depth = 0
        self._opened = 0
        self._still: int | None = None
        self._stamp_as(numbered=False)
        self._numbers = SequenceMap(first)
        self._repair_sequence = first
        self._pictures = PictureNumbers()
        self._next: Track | None = None
        self._waiting = True
        self._time_offset = 0
        self._last_time = first * 1000
        self._last_sent_at: float | None = None
        self._sent_as, self._source_of = array("q", _NOTHING), array("q", _NOTHING)
        self._repairs_left = REPAIRS_A_SECOND
        self._repairs_since = 0.0

    def stamp(self, *, numbered: bool) -> None:
        """Packets carry a transport-wide number, or the time of sending: as the listener's answer has it."""
        if numbered != self._numbered:
            self._stamp_as(numbered=numbered)
            self._forget()

    def _stamp_as(self, *, numbered: bool) -> None:
        self._numbered = numbered
        block, at, self._stamp_size = stamped_block(self.mid, numbered=numbered)
        self._before_stamp, self._after_stamp = block[:at], block[at + self._stamp_size :]
        self._head_octets = HEADER.size + len(block)
        # The header of a numbered packet in one go.
        layout = f"{HEADER.format}{at}sH{len(self._after_stamp)}s"
        self._numbered_head = struct.Struct(layout).pack

    def repeat(self, depth: int) -> None:
        """Have each packet of sound carry so many frames before it once more (RFC 2198)."""
        self._depth = min(depth, red.MAX_DEPTH)

    def bind(self, source: Incoming | None) -> None:
        """Listen to `source`, a `Track`, from its next opening on, or to nobody."""
        track = _ours(source) if source is not None else None
        self._prepare(None)
        if self.source is not None:
            self.source.listeners.remove(self)
        self.source = track
        self._waiting = True
        self._forget()
        if track is not None:
            track.listeners.append(self)
            track.keyframes.want()

    def switch(self, source: Incoming) -> None:
        """Go over to another layer of the same picture once decoding can begin there."""
        track = _ours(source)
        if self._waiting and track is not self.source:  # nothing is shown that could go on
            self.bind(track)
        else:
            self._prepare(None if track is self.source else track)

    def _prepare(self, track: Track | None) -> None:
        if track is self._next:
            return
        if self._next is not None:
            self._next.listeners.remove(self)
        self._next = track
        if track is not None:
            track.listeners.append(self)
            track.keyframes.want()

    def _takes_over(self, track: Track, opens: bool) -> bool:
        if not opens:
            track.keyframes.want()
            return False
        if self.source is not None:
            self.source.listeners.remove(self)
        self.source, self._next, self._waiting = track, None, True
        return True

    def show(self, quality: Quality) -> None:
        """How much of the picture this listener gets from now on."""
        before, self.quality = self.quality, quality
        if quality is before or min(quality, before) >= Quality.SMALL:  # which layer moves is `switch`'s
            return
        self._waiting, self._still = True, None
        if self.source is not None and quality is not Quality.SOUND:
            self.source.keyframes.want()

    def forward(self, arrival: Arrival, now: float) -> bytes | None:
        """The packet as this listener must see it, or None to leave it out."""
        packet, source_number, opens = arrival
        waiting = self._next
        if waiting is not None and packet.ssrc == waiting.ssrc and not self._takes_over(waiting, opens):
            return None
        payload_type, marker, _, source_time, _, _, payload = packet
        # Asked before the call: nearly all packets go to who waits for nothing and gets everything.
        if (self._waiting or not payload or self.quality < _SMALL) and not self._lets_pass(arrival, now):
            return None
        number = self._numbers.number(source_number)
        if number is None:
            return None
        timestamp = (source_time + self._time_offset) & 0xFFFFFFFF
        if (timestamp - self._last_time) & 0xFFFFFFFF < 0x80000000:
            self._last_time, self._last_sent_at = timestamp, now
            self._pictures.newest = payload
        repeated = self._repeatable(packet, source_number) if self._depth else 0
        if repeated or self._pictures.shifted:
            packet = self._as_sent(packet, source_number, repeated)
            payload_type, payload = packet.payload_type, packet.payload
        size = len(payload)
        self.packets += 1
        self.octets += size
        if not self._numbered:
            stamp = send_time(now)
            self._remember(number, source_number, stamp, repeated)
            return write_rtp(packet, number & 0xFFFF, timestamp, self.ssrc, self._block(stamp))
        stamp = self._departures.number(self._head_octets + size, now)
        self._remember(number, source_number, stamp, repeated)
        second = payload_type | 0x80 if marker else payload_type
        before, after = self._before_stamp, self._after_stamp
        head = self._numbered_head(0x90, second, number & 0xFFFF, timestamp, self.ssrc, before, stamp, after)
        return head + payload

    def _remember(self, number: int, source: int, stamp: int, repeated: int) -> None:
        at = number % HISTORY
        self._sent_as[at] = number << _NUMBER_BIT | stamp << _STAMP_BIT | repeated
        self._source_of[at] = source

    def _forget(self) -> None:
        self._sent_as = array("q", _NOTHING)

    def _stamp(self, payload_octets: int, now: float) -> int:
        if self._numbered:
            return self._departures.number(self._head_octets + payload_octets, now)
        return send_time(now)

    def _block(self, stamp: int) -> bytes:
        return self._before_stamp + stamp.to_bytes(self._stamp_size, "big") + self._after_stamp

    def _repeatable(self, packet: Rtp, number: int) -> int:
        """A bit for each frame before the packet that this listener may be told again."""
        bits = 0
        if self.source is None or not 0 < len(packet.payload) <= red.MAX_OCTETS:
            return bits
        for back in range(1, self._depth + 1):
            past = self.source.cache.get(number - back) if number - back >= self._opened else None
            if past is not None and past.payload and len(past.payload) <= red.MAX_OCTETS:
                offset = (packet.timestamp - past.timestamp) & 0xFFFFFFFF
                bits |= (0 < offset < red.MAX_OFFSET) << back - 1
        return bits

    def _as_sent(self, packet: Rtp, number: int, repeated: int) -> Rtp:
        """With this stream's picture numbers, and with the frames it repeats."""
        if self.kind is not Kind.AUDIO:
            payload = self._pictures.write(packet.payload)
            return packet if payload is packet.payload else packet._replace(payload=payload)
        if not repeated:
            return packet
        blocks = []
        for back in range(red.MAX_DEPTH, 0, -1):
            past = self.source.cache.get(number - back) if self.source and repeated >> back - 1 & 1 else None
            if past is not None:
                blocks.append(red.Block((packet.timestamp - past.timestamp) & 0xFFFFFFFF, past.payload))
        return packet._replace(payload_type=OPUS_RED, payload=red.pack(packet.payload, blocks))

    def _lets_pass(self, arrival: Arrival, now: float) -> bool:
        packet, source_number, opens = arrival
        if self.quality < Quality.SMALL:
            if self.quality is Quality.SOUND or not (opens or packet.timestamp == self._still):
                return False
            if opens:
                self._still = packet.timestamp
                self._open(packet, source_number, now)
        elif self._waiting:
            if not opens:
                if self.source is not None:
                    self.source.keyframes.want()
                return False
            self._open(packet, source_number, now)
        elif not packet.payload and self._numbers.leave_out(source_number):
            return False  # padding only: a bandwidth probe of the publisher's line, not of this one
        return True

    def _open(self, packet: Rtp, source_number: int, now: float) -> None:
        idle_s = 0.0 if self._last_sent_at is None else now - self._last_sent_at
        start = self._last_time + max(1, int(idle_s * CLOCK_HZ[self.kind]))
        self._time_offset = start - packet.timestamp
        self._numbers.restart(source_number)
        self._opened = source_number
        self._pictures.restart(packet.payload)
        self._forget()  # before a key frame nothing is missed, and its offsets are gone
        self._waiting = False

    def repair(self, sequence: int, now: float) -> bytes | None:
        """What was sent under that number, once more; None if it is gone or asked too often."""
        if now - self._repairs_since >= 1.0:
            self._repairs_since, self._repairs_left = now, REPAIRS_A_SECOND
        sent, packet = self._sent(sequence)
        if sent is None or packet is None or not self._repairs_left:
            return None
        self._repairs_left -= 1
        timestamp = (packet.timestamp + self._time_offset) & 0xFFFFFFFF
        _, source, stamp, repeated = sent
        packet = self._as_sent(packet, source, repeated)
        if not self.repair_by_rtx:
            if self._numbered:
                self._departures.repeated(stamp)
            return write_rtp(packet, sequence, timestamp, self.ssrc, self._block(stamp))
        return self._on_repair_stream(as_repair(packet, sequence), timestamp, now)

    def _on_repair_stream(self, packet: Rtp, timestamp: int, now: float) -> bytes:
        self._repair_sequence = (self._repair_sequence + 1) & 0xFFFF
        block = self._block(self._stamp(len(packet.payload), now))
        return write_rtp(packet, self._repair_sequence, timestamp, self.repair_ssrc, block)

    def probe(self, now: float) -> bytes:
        """A packet of padding on the repair stream, which a receiver counts and drops (RFC 4588)."""
        padding = bytes(PROBE_OCTETS - 1) + bytes((PROBE_OCTETS,))
        packet = Rtp(VP8_REPAIR, False, 0, 0, 0, {}, padding)
        data = bytearray(self._on_repair_stream(packet, self._last_time, now))
        data[0] |= 0x20
        return bytes(data)

    def _sent(self, sequence: int) -> tuple[Sent | None, Rtp | None]:
        """None of it where it is gone, in part or as a whole."""
        at = sequence % HISTORY
        word, source = self._sent_as[at], self._source_of[at]
        number, stamp, repeated = word >> _NUMBER_BIT, word >> _STAMP_BIT & _STAMP_MASK, word & _REPEATED_MASK
        if word < 0 or self.source is None or number & 0xFFFF != sequence:
            return None, None
        entry = (number, source, stamp, repeated)
        cache = self.source.cache
        backs = [back for back in range(1, red.MAX_DEPTH + 1) if entry[3] >> back - 1 & 1]
        if any(cache.get(entry[1] - back) is None for back in backs):
            return None, None
        return entry, cache.get(entry[1])

    def report(self, source: SenderReport) -> SenderReport | None:
        """The source's report in this stream's numbers; None before anything was sent."""
        if self._waiting or self.source is None or source.ssrc != self.source.ssrc:
            return None
        rtp_time = source.rtp_time + self._time_offset
        return SenderReport(self.ssrc, source.ntp_time, rtp_time, self.packets, self.octets)


def _ours(source: Incoming) -> Track:
    if not isinstance(source, Track):
        raise TypeError("a slot in Python listens to a track in Python")
    return source
