"""One incoming stream: what came of it, what is missing, who listens."""

from typing import NamedTuple, Protocol

from rtc.core.cache import PacketCache
from rtc.core.keyframes import KeyframeRequests
from rtc.core.packets import CLOCK_HZ, Kind, Rtp, starts_vp8_keyframe
from rtc.core.reception import Gaps, Reception
from rtc.core.rtcp import SenderReport
from rtc.core.sequence import Unroller

RTP_HEADER_OCTETS = 12
VIDEO_KEPT, AUDIO_KEPT = 256, 64  # packets: 2.5 s at 800 kbit/s; who misses one gives up after one second


class Arrival(NamedTuple):
    """A packet as the listeners' forwarders take it; `opens` says that decoding can begin with it."""

    packet: Rtp
    number: int
    opens: bool


class Listener(Protocol):
    """Whoever takes a track's packets: a forwarder to a person, later a recorder."""

    @property
    def leg(self) -> int: ...

    def forward(self, arrival: Arrival, now: float) -> bytes | None: ...

    def report(self, source: SenderReport) -> SenderReport | None: ...


class Track:
    """A microphone or a camera of one seat, under the SSRC it uses now."""

    def __init__(self, seat: str, kind: Kind, ssrc: int) -> None:
        self.seat = seat
        self.kind = kind
        self.ssrc = ssrc
        self.reception = Reception(ssrc, CLOCK_HZ[kind])
        self.gaps = Gaps()
        self.keyframes = KeyframeRequests()
        self.cache = PacketCache(VIDEO_KEPT if kind is Kind.VIDEO else AUDIO_KEPT)
        self.listeners: list[Listener] = []
        self._unroller = Unroller()

    def receive(self, packet: Rtp, now: float) -> Arrival | None:
        """Count and keep the packet; None if it came before."""
        number = self._unroller.unroll(packet.sequence)
        if self.cache.get(number) is not None:
            return None
        self.cache.put(number, packet)
        self.reception.count(number, packet.timestamp, len(packet.payload) + RTP_HEADER_OCTETS, now)
        if self.kind is Kind.AUDIO:
            return Arrival(packet, number, bool(packet.payload))
        self.gaps.saw(number, now)
        # A late opening is none: what followed it has already been left out for whoever waits.
        opens = number == self.reception.highest and starts_vp8_keyframe(packet.payload)
        if opens:
            self.keyframes.arrived()
        return Arrival(packet, number, opens)
