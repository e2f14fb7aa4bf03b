"""The recorded files of a part as pictures and sound at a time, read forward once."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from numpy.typing import NDArray

RATE_HZ: Final = 48_000
STALE_MS: Final = 3000  # a camera that has sent nothing for so long is off
MOST_PENDING: Final = 600  # packets that are passed by before they are decoded after all
JOINT_SAMPLES: Final = RATE_HZ // 100  # what follows closer than this follows without a gap
Sound = NDArray[np.float32]
Packet = Any  # of av, generic in the stubs alone


class Pictures:
    """One camera or screen; only what is shown is decoded, from the key frame before it."""

    def __init__(self, path: Path, late_ms: int) -> None:
        """`late_ms`: by how much its pictures lie later than the sound of the same moment."""
        self._container = av.open(str(path), "r")
        self._stream = self._container.streams.video[0]
        self._packets = self._container.demux(self._stream)
        self._late_ms = late_ms
        self._ahead: Packet | None = next(self._packets, None)
        self._pending: deque[Packet] = deque()
        self._shown: av.VideoFrame | None = None
        self._shown_ms = -STALE_MS

    def pass_by(self, at_ms: int) -> None:
        """Somebody else is shown at that time."""
        self._advance(at_ms)
        if len(self._pending) > MOST_PENDING:
            self._decode()

    def at(self, at_ms: int, since_ms: int | None = None) -> av.VideoFrame | None:
        """What the camera showed then; None while it was off.

        `since_ms`: a screen is shared since then, and stays as it is for as long as nothing changes on it.
        """
        self._advance(at_ms)
        self._decode()
        oldest = at_ms - STALE_MS + 1 if since_ms is None else since_ms
        return self._shown if self._shown_ms >= oldest else None

    def _advance(self, at_ms: int) -> None:
        while self._ahead is not None and _ms(self._ahead) + self._late_ms <= at_ms:
            if self._ahead.is_keyframe:
                self._pending.clear()
            if self._ahead.size:
                self._pending.append(self._ahead)
            self._ahead = next(self._packets, None)

    def _decode(self) -> None:
        while self._pending:
            packet = self._pending.popleft()
            for frame in _decoded(self._stream.codec_context, packet):
                self._shown, self._shown_ms = frame, _ms(packet) + self._late_ms


class Voice:
    """One microphone; silence where nothing was recorded."""

    def __init__(self, path: Path) -> None:
        self._container = av.open(str(path), "r")
        self._stream = self._container.streams.audio[0]
        self._frames = self._read()
        self._waiting: deque[tuple[int, Sound]] = deque()
        self._read_to = 0

    def at(self, start: int, count: int) -> Sound:
        """So many samples from that one on."""
        out = np.zeros(count, np.float32)
        while self._read_to < start + count and (found := next(self._frames, None)) is not None:
            self._waiting.append(found)
            self._read_to = found[0] + len(found[1])
        while self._waiting and self._waiting[0][0] < start + count:
            first, sound = self._waiting[0]
            a, b = max(first, start), min(first + len(sound), start + count)
            if b > a:
                out[a - start : b - start] = sound[a - first : b - first]
            if first + len(sound) > start + count:
                break
            self._waiting.popleft()
        return out

    def _read(self) -> Iterator[tuple[int, Sound]]:
        """Sound with the place of its first sample; times in the file are whole milliseconds."""
        end: int | None = None
        for packet in self._container.demux(self._stream):
            for frame in _decoded(self._stream.codec_context, packet):
                sound = frame.to_ndarray().mean(axis=0, dtype=np.float32)
                place = _ms(packet) * RATE_HZ // 1000
                if end is not None and abs(place - end) < JOINT_SAMPLES:
                    place = end
                end = place + len(sound)
                yield place, sound


def mixed(voices: Sequence[Voice], start: int, count: int) -> NDArray[np.int16]:
    """All voices together; two who shout at once are bounded, not wrapped."""
    total = np.zeros(count, np.float32)
    for voice in voices:
        total += voice.at(start, count)
    return (np.clip(total, -1.0, 1.0) * 32_767).astype(np.int16)


def _decoded(coder: Any, packet: Packet) -> Iterable[Any]:
    """The frames of a packet; a broken one has none."""
    try:
        found: Iterable[Any] = coder.decode(packet)
    except av.FFmpegError:
        return ()
    return found


def _ms(packet: Packet) -> int:
    return int((packet.pts or 0) * 1000 * packet.time_base) if packet.time_base else 0
