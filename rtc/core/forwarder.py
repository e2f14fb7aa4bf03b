"""One outgoing stream to one listener: whatever its source, it looks like a single unbroken sender.

Rule 1: numbers and timestamps go on without a hole across changes of source, pauses and packets left out.
Rule 2: of the publisher's packet only payload, marker and relative time pass; extensions are our own.
Rule 3: what was sent before the source was taken away is not sent again.
Rule 4: another layer of the picture takes over with its key frame; until then the present one goes on.
"""

from rtc.core.budget import Quality
from rtc.core.packets import (
    CLOCK_HZ,
    MID,
    Kind,
    Rtp,
    as_repair,
    extension_block,
    send_time,
    write_rtp,
)
from rtc.core.parts import Arrival, Incoming
from rtc.core.rtcp import SenderReport
from rtc.core.sequence import SequenceMap
from rtc.core.track import Track
from rtc.core.vp8 import PictureNumbers

HISTORY = 256  # as many as a track keeps
REPAIRS_A_SECOND = 300  # of one stream: three times a full video stream's packets at 30 % loss


class Forwarder:
    """A slot of a listener's session: fixed `mid` and SSRCs, changing source."""

    def __init__(self, leg: int, kind: Kind, mid: str, *, ssrc: int, repair_ssrc: int, first: int) -> None:
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
        self._still: int | None = None
        block = extension_block(MID, mid.encode(), 0)
        at = 6 + len(mid)  # behind the block's header, both elements' heads and the mid
        self._before_time, self._after_time = block[:at], block[at + 3 :]
        self._numbers = SequenceMap(first)
        self._repair_sequence = first
        self._pictures = PictureNumbers()
        self._next: Track | None = None
        self._waiting = True
        self._time_offset = 0
        self._last_time = first * 1000
        self._last_sent_at: float | None = None
        self._history: list[tuple[int, int] | None] = [None] * HISTORY
        self._repairs_left = REPAIRS_A_SECOND
        self._repairs_since = 0.0

    def bind(self, source: Incoming | None) -> None:
        """Listen to `source`, a `Track`, from its next opening on, or to nobody."""
        track = _ours(source) if source is not None else None
        self._prepare(None)
        if self.source is not None:
            self.source.listeners.remove(self)
        self.source = track
        self._waiting = True
        self._history = [None] * HISTORY
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
        if not self._lets_pass(arrival, now):
            return None
        number = self._numbers.number(source_number)
        if number is None:
            return None
        timestamp = (packet.timestamp + self._time_offset) & 0xFFFFFFFF
        if (timestamp - self._last_time) & 0xFFFFFFFF < 0x80000000:
            self._last_time, self._last_sent_at = timestamp, now
            self._pictures.newest = packet.payload
        self._history[number % HISTORY] = (number, source_number)
        self.packets += 1
        self.octets += len(packet.payload)
        if self._pictures.shifted:
            packet = self._numbered(packet)
        return write_rtp(packet, number & 0xFFFF, timestamp, self.ssrc, self._block(now))

    def _block(self, now: float) -> bytes:
        return self._before_time + send_time(now).to_bytes(3, "big") + self._after_time

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

    def _numbered(self, packet: Rtp) -> Rtp:
        if self.kind is Kind.AUDIO:
            return packet
        payload = self._pictures.write(packet.payload)
        return packet if payload is packet.payload else packet._replace(payload=payload)

    def _open(self, packet: Rtp, source_number: int, now: float) -> None:
        idle_s = 0.0 if self._last_sent_at is None else now - self._last_sent_at
        start = self._last_time + max(1, int(idle_s * CLOCK_HZ[self.kind]))
        self._time_offset = start - packet.timestamp
        self._numbers.restart(source_number)
        self._pictures.restart(packet.payload)
        self._history = [None] * HISTORY  # before a key frame nothing is missed, and its offsets are gone
        self._waiting = False

    def repair(self, sequence: int, now: float) -> bytes | None:
        """What was sent under that number, once more; None if it is gone or asked too often."""
        if now - self._repairs_since >= 1.0:
            self._repairs_since, self._repairs_left = now, REPAIRS_A_SECOND
        packet = self._sent(sequence)
        if packet is None or not self._repairs_left:
            return None
        self._repairs_left -= 1
        timestamp = (packet.timestamp + self._time_offset) & 0xFFFFFFFF
        packet = self._numbered(packet)
        if not self.repair_by_rtx:
            return write_rtp(packet, sequence, timestamp, self.ssrc, self._block(now))
        self._repair_sequence = (self._repair_sequence + 1) & 0xFFFF
        carried = as_repair(packet, sequence)
        return write_rtp(carried, self._repair_sequence, timestamp, self.repair_ssrc, self._block(now))

    def _sent(self, sequence: int) -> Rtp | None:
        entry = self._history[sequence % HISTORY]
        if entry is None or self.source is None or entry[0] & 0xFFFF != sequence:
            return None
        return self.source.cache.get(entry[1])

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
