"""Packets into frames: put in order again, and joined where one frame came in several (RFC 7741)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from rtc.core.packets import Rtp
from rtc.core.sequence import Unroller

PATIENCE_S: Final = 1.2  # who asks for a lost packet gives up after a second
MAX_HELD: Final = 512  # packets that wait for an earlier one: 5 s of pictures


class Ordered(NamedTuple):
    """A packet in its turn; `lost`: how many before it never came."""

    packet: Rtp
    lost: int


class Reorder:
    """One stream's packets by number. A repeated or hopelessly late one falls away."""

    def __init__(self) -> None:
        self._unroller = Unroller()
        self._held: dict[int, tuple[Rtp, float]] = {}
        self._next: int | None = None

    def put(self, packet: Rtp, now: float) -> Iterator[Ordered]:
        number = self._unroller.unroll(packet.sequence)
        if self._next is None:
            self._next = number
        if number >= self._next:
            self._held.setdefault(number, (packet, now))
        yield from self.due(now)

    def due(self, now: float) -> Iterator[Ordered]:
        """What need not wait any longer."""
        while self._held and self._next is not None:
            first, lost = self._next, 0
            if first not in self._held:
                first = min(self._held)
                waited = now - self._held[first][1]
                if waited < PATIENCE_S and len(self._held) <= MAX_HELD:
                    return
                lost = first - self._next
            packet, _ = self._held.pop(first)
            self._next = first + 1
            yield Ordered(packet, lost)


@dataclass(frozen=True, slots=True)
class Frame:
    """One coded picture; `size`: width and height, of a key frame alone."""

    timestamp: int
    octets: bytes
    size: tuple[int, int] | None

    @property
    def key(self) -> bool:
        return self.size is not None


class Vp8Frames:
    """VP8 pictures out of packets in order. After a loss nothing is given until the next key frame.

    A picture that refers to one that is missing would show what nobody sent.
    """

    def __init__(self) -> None:
        self.broken = True
        self._parts: list[bytes] = []
        self._timestamp = 0

    def put(self, ordered: Ordered) -> Frame | None:
        packet, lost = ordered
        if lost:
            self._break()
        start, body = vp8_payload(packet.payload)
        if start:
            if self._parts:  # the end of the picture before never came
                self._break()
            self._parts, self._timestamp = [body], packet.timestamp
        elif self._parts and packet.timestamp == self._timestamp:
            self._parts.append(body)
        elif body:
            self._break()
        return self._whole() if packet.marker and self._parts else None

    def _break(self) -> None:
        self.broken, self._parts = True, []

    def _whole(self) -> Frame | None:
        octets, self._parts = b"".join(self._parts), []
        size = picture_size(octets)
        self.broken = self.broken and size is None
        return None if self.broken or not octets else Frame(self._timestamp, octets, size)


def vp8_payload(payload: bytes) -> tuple[bool, bytes]:
    """Whether a picture starts here, and its octets without the descriptor (RFC 7741 section 4.2)."""
    if not payload:
        return False, b""
    first, at = payload[0], 1
    if first & 0x80 and len(payload) > 1:
        control, at = payload[1], 2
        if control & 0x80:
            at += 2 if len(payload) > at and payload[at] & 0x80 else 1
        at += bool(control & 0x40) + bool(control & 0x30)
    return bool(first & 0x10) and not first & 0x07, payload[at:]


def picture_size(octets: bytes) -> tuple[int, int] | None:
    """Width and height that a key frame states (RFC 6386 section 9.1); None for any other frame."""
    if len(octets) < 10 or octets[0] & 1 or octets[3:6] != b"\x9d\x01\x2a":
        return None
    return int.from_bytes(octets[6:8], "little") & 0x3FFF, int.from_bytes(octets[8:10], "little") & 0x3FFF
