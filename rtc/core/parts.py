"""What a room is made of for each stream, as a data plane supplies it: in Python or in C."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from rtc.core.budget import Quality
from rtc.core.packets import Kind, Rtp
from rtc.core.reception import Reception
from rtc.core.rtcp import SenderReport
from rtc.core.speakers import Loudness


class Arrival(NamedTuple):
    """A packet as the listeners' forwarders take it; `opens` says that decoding can begin with it."""

    packet: Rtp
    number: int
    opens: bool


class SlotParts(NamedTuple):
    """What a slot's stream is known by; `first`: where its random start lies (RFC 3550 section 5.1)."""

    leg: int
    kind: Kind
    mid: str
    ssrc: int
    repair_ssrc: int
    first: int


class Gaps(Protocol):
    def due(self, now: float) -> list[int]: ...


class KeyframeWishes(Protocol):
    def want(self) -> None: ...

    def due(self, now: float) -> bool: ...


class Incoming(Protocol):
    """A track: see `rtc.core.track.Track`."""

    @property
    def seat(self) -> str: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def ssrc(self) -> int: ...
    @property
    def reception(self) -> Reception: ...
    @property
    def gaps(self) -> Gaps: ...
    @property
    def keyframes(self) -> KeyframeWishes: ...
    @property
    def loudness(self) -> Loudness: ...
    @property
    def listeners(self) -> "Sequence[Outgoing]": ...

    @property
    def asks(self) -> bool:
        """Whether anything is to be asked of its sender, now or soon."""

    def receive(self, packet: Rtp, now: float) -> list[Arrival]: ...


class Outgoing(Protocol):
    """A slot: see `rtc.core.forwarder.Forwarder`."""

    repair_by_rtx: bool

    @property
    def leg(self) -> int: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def mid(self) -> str: ...
    @property
    def ssrc(self) -> int: ...
    @property
    def repair_ssrc(self) -> int: ...
    @property
    def source(self) -> Incoming | None: ...
    @property
    def packets(self) -> int: ...
    @property
    def octets(self) -> int: ...

    def stamp(self, *, numbered: bool) -> None: ...

    def repeat(self, depth: int) -> None: ...

    def bind(self, source: Incoming | None) -> None: ...

    def switch(self, source: Incoming) -> None: ...

    def show(self, quality: Quality) -> None: ...

    def forward(self, arrival: Arrival, now: float) -> bytes | None: ...

    def repair(self, sequence: int, now: float) -> bytes | None: ...

    def probe(self, now: float) -> bytes: ...

    def report(self, source: SenderReport) -> SenderReport | None: ...


class Arrivals(Protocol):
    def arrived(self, sequence: int, now: float) -> None: ...

    def feedback(self, media_ssrc: int) -> bytes | None: ...


class Line(Protocol):
    """What a receiver's line carries: see `rtc.core.congestion.ReportedLine`."""

    @property
    def full(self) -> bool: ...
    @property
    def loss(self) -> float: ...
    @property
    def bits_per_s(self) -> int | None: ...
    @property
    def received_bits_per_s(self) -> float | None: ...
    @property
    def burst_bits_per_s(self) -> int: ...
    @property
    def burst_at(self) -> float: ...

    def went_around(self, rtt_ms: float) -> None:
        """So long took the newest report there and back."""

    def moved(self) -> None:
        """The receiver has another address: nothing is known of its line."""

    def reported(self, body: bytes, now: float) -> None: ...


class Parts(Protocol):
    @property
    def asked(self) -> int | None:
        """Another number than before once any track begins to ask for anything; None: look at each."""

    def track(self, leg: int, seat: str, kind: Kind, ssrc: int) -> Incoming: ...

    def slot(self, made: SlotParts) -> Outgoing: ...

    def arrivals(self, leg: int) -> Arrivals: ...

    def line(self, leg: int) -> Line:
        """Over what all the leg's slots send."""
