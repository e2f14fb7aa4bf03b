"""One recorded stream: its packets in, octets of its file out."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from rtc.core.packets import CLOCK_HZ, Kind, Rtp
from rtc.recording.frames import PATIENCE_S, Ordered, Reorder, Vp8Frames
from rtc.recording.matroska import Block, Muxer, Patch

CLUSTER_S: Final = 1.0  # what a crash may cost
JUMP_MS: Final = 1000 + int(1000 * PATIENCE_S)  # a clock that is off by more was set anew


class RecordedTrack:
    """A microphone, camera or screen of one seat. Its times begin with its arrival and go on by RTP time.

    `now` is everywhere seconds since the recording began.
    """

    def __init__(self, kind: Kind, name: str, started_at: datetime) -> None:
        self.kind = kind
        self.lost = 0
        self._name, self._started_at = name, started_at
        self._reorder, self._frames = Reorder(), Vp8Frames()
        self._muxer: Muxer | None = None
        self._blocks: list[Block] = []
        self._cluster_since = 0.0
        self._anchor: tuple[int, int] | None = None  # RTP time, milliseconds
        self._last_ms = 0
        self._now = 0.0

    @property
    def wants_picture(self) -> bool:
        """Nothing more can be written before the next key frame."""
        return self.kind is not Kind.AUDIO and self._frames.broken

    def put(self, packet: Rtp, now: float) -> bytes:
        """What to append to the file."""
        self._now = now
        return self._take(self._reorder.put(packet, now)) + self.due(now)

    def due(self, now: float) -> bytes:
        """What to append though nothing came."""
        self._now = now
        octets = self._take(self._reorder.due(now))
        return octets + self._cluster() if now - self._cluster_since >= CLUSTER_S else octets

    def end(self) -> tuple[bytes, tuple[Patch, ...]]:
        """The last octets to append, and what is then to be written over the head."""
        last = self._take(self._reorder.due(float("inf"))) + self._cluster()
        if self._muxer is None:
            return b"", ()
        ending, patches = self._muxer.ending()
        return last + ending, patches

    def time_ms(self, timestamp: int) -> int:
        """When in the file an RTP time is; a source whose clock jumped starts from its arrival."""
        arrival_ms = int(self._now * 1000)
        anchor = self._anchor = self._anchor or (timestamp, arrival_ms)
        ticks = ((timestamp - anchor[0] + 0x80000000) & 0xFFFFFFFF) - 0x80000000
        at_ms = anchor[1] + ticks * 1000 // CLOCK_HZ[self.kind]
        if abs(at_ms - arrival_ms) > JUMP_MS:
            self._anchor, at_ms = (timestamp, arrival_ms), arrival_ms
        return at_ms

    def _take(self, packets: Iterable[Ordered]) -> bytes:
        octets = b""
        for ordered in packets:
            self.lost += ordered.lost
            octets += self._sound(ordered.packet) if self.kind is Kind.AUDIO else self._picture(ordered)
        return octets

    def _sound(self, packet: Rtp) -> bytes:
        if not packet.payload:
            return b""
        return self._keep(packet.timestamp, packet.payload, (0, 0))

    def _picture(self, ordered: Ordered) -> bytes:
        frame = self._frames.put(ordered)
        return self._keep(frame.timestamp, frame.octets, frame.size) if frame else b""

    def _keep(self, timestamp: int, octets: bytes, size: tuple[int, int] | None) -> bytes:
        """The frame into the cluster; what goes to the file before it. `size` is that of a key frame."""
        written = b""
        if self._muxer is None:
            self._muxer = Muxer(self.kind, self._name, self._started_at, size or (0, 0))
            written = self._muxer.head
        elif size is not None:
            self._muxer.widen(size)
        self._last_ms = max(self._last_ms, self.time_ms(timestamp))
        if self._blocks and self._last_ms - self._blocks[0].time_ms > 1000 * CLUSTER_S:
            written += self._cluster()
        if not self._blocks:
            self._cluster_since = self._now
        self._blocks.append(Block(self._last_ms, size is not None, octets))
        return written

    def _cluster(self) -> bytes:
        blocks, self._blocks = self._blocks, []
        return self._muxer.cluster(blocks) if blocks and self._muxer else b""
