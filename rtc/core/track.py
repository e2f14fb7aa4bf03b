"""One incoming stream: what came of it, what is missing, who listens."""

from rtc.core import red
from rtc.core.cache import PacketCache
from rtc.core.keyframes import KeyframeRequests
from rtc.core.packets import AUDIO_LEVEL, CLOCK_HZ, OPUS, OPUS_RED, Kind, Rtp, made
from rtc.core.parts import Arrival, Outgoing
from rtc.core.reception import Counts, Gaps, Reception
from rtc.core.sequence import Unroller
from rtc.core.speakers import Ear
from rtc.core.vp8 import starts_keyframe

RTP_HEADER_OCTETS = 12
VIDEO_KEPT, AUDIO_KEPT = 256, 64  # packets: 2.5 s at 800 kbit/s; who misses one gives up after one second


class Track:
    """A microphone, camera or screen of one seat, under the SSRC it uses now."""

    def __init__(self, seat: str, kind: Kind, ssrc: int) -> None:
        self.seat = seat
        self.kind = kind
        self.ssrc = ssrc
        self.counts = Counts(CLOCK_HZ[kind])
        self.reception = Reception(ssrc, CLOCK_HZ[kind], self.counts)
        self.loudness = Ear()
        self.gaps = Gaps()
        self.keyframes = KeyframeRequests()
        self.cache = PacketCache(AUDIO_KEPT if kind is Kind.AUDIO else VIDEO_KEPT)
        self.listeners: list[Outgoing] = []
        self._unroller = Unroller()
        self._sounds = kind is Kind.AUDIO

    @property
    def asks(self) -> bool:
        return bool(self.gaps.missing) or (self.keyframes.wanted and not self._sounds)

    def receive(self, packet: Rtp, now: float) -> list[Arrival]:
        """Count and keep the packet and the frames before it that it carries; none if all came before."""
        if packet.payload_type != OPUS_RED:
            arrival = self._receive(packet, now)
            return [arrival] if arrival else []
        unpacked = red.unpack(packet.payload) if self.kind is Kind.AUDIO else None
        if unpacked is None:
            return []
        frame, blocks = unpacked
        packet = packet._replace(payload_type=OPUS, payload=frame)
        arrivals = [self._recover(packet, back, frame, now) for back, frame in red.recovered(blocks)]
        return [arrival for arrival in (*arrivals, self._receive(packet, now)) if arrival]

    def _recover(self, packet: Rtp, back: int, frame: bytes, now: float) -> Arrival | None:
        """A frame that another packet repeats; it is none of what came, so that loss is still known."""
        number = self._unroller.unroll(packet.sequence) - back
        if self.cache.get(number) is not None:
            return None
        timestamp = (packet.timestamp - back * red.FRAME_TICKS) & 0xFFFFFFFF
        lost = Rtp(OPUS, False, number & 0xFFFF, timestamp, packet.ssrc, {}, frame)
        self.cache.put(number, lost)
        self.gaps.saw(number, now)
        return Arrival(lost, number, False)

    def _receive(self, packet: Rtp, now: float) -> Arrival | None:
        _, _, sequence, timestamp, _, extensions, payload = packet
        number, counts = self._unroller.unroll(sequence), self.counts
        if self.cache.get(number) is not None:
            return None
        self.cache.put(number, packet)
        counts.count(number, timestamp, len(payload) + RTP_HEADER_OCTETS, now)
        level = extensions.get(AUDIO_LEVEL)
        if level:
            self.loudness.heard(level[0] & 127, now)
        if self.gaps.saw(number, now):
            counts.mended += 1
        # A late opening is none: what followed it has already been left out for whoever waits, and what was
        # said before a listener came is not for it.
        opens = number == counts.highest and (bool(payload) if self._sounds else starts_keyframe(payload))
        if opens and not self._sounds:
            self.keyframes.arrived()
        return made(Arrival, (packet, number, opens))
