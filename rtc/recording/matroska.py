"""WebM of one stream, as bytes to append: EBML and Matroska (RFC 8794, RFC 9559), no clock.

Rule 1: a cluster is whole or not there: what was appended plays, whatever happens next.
Rule 2: the head keeps room for what is known only at the end; `ending` says what to write there.
"""

import io
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO, Final

from rtc.core.packets import Kind

EPOCH: Final = datetime(2001, 1, 1, tzinfo=UTC)  # of DateUTC
SEEK_PREROLL_NS: Final = 80_000_000  # Opus: RFC 7845 section 4.6
OPUS_HEAD: Final = b"OpusHead" + struct.pack("<BBHLhB", 1, 2, 0, 48_000, 0, 0)  # RFC 7845 section 5.1
MAX_IN_CLUSTER_MS: Final = 32_000  # times in a cluster are 16 bits, signed
APPLICATION: Final = b"odr rtc"
SEEK_ROOM: Final = 40  # octets kept for the SeekHead
UNKNOWN_SIZE: Final = b"\x01" + 7 * b"\xff"
DURATION_SIZE: Final = 11

_EBML, _SEGMENT, _CLUSTER, _CUES, _SEEK_HEAD = 0x1A45DFA3, 0x18538067, 0x1F43B675, 0x1C53BB6B, 0x114D9B74
_INFO, _TRACKS, _VOID, _DURATION = 0x1549A966, 0x1654AE6B, 0xEC, 0x4489


@dataclass(frozen=True, slots=True)
class Block:
    """One frame; `time_ms` since the recording began. `key`: decoding can begin here."""

    time_ms: int
    key: bool
    frame: bytes


@dataclass(frozen=True, slots=True)
class Patch:
    """Octets to write over those at an offset of the file."""

    at: int
    octets: bytes


class Muxer:
    """One track; append `head`, then clusters, then `ending`."""

    def __init__(self, kind: Kind, name: str, started_at: datetime, size: tuple[int, int] = (0, 0)) -> None:
        """`size`: width and height of the first picture; `started_at`: the moment that is zero."""
        self._size = size
        front = element(_EBML, _EBML_HEAD) + struct.pack("!L", _SEGMENT) + UNKNOWN_SIZE
        self._segment_at = len(front)
        before_duration = element(_INFO, _info(started_at))
        self._duration_at = self._segment_at + SEEK_ROOM + len(before_duration) - DURATION_SIZE
        tracks = element(_TRACKS, element(0xAE, _track(kind, name, size)))
        self.head = front + _void(SEEK_ROOM) + before_duration + tracks
        self._size_at = len(self.head) - len(_size(size)) if kind is not Kind.AUDIO else 0
        self._written = len(self.head)
        self._cues: list[tuple[int, int]] = []
        self._end_ms = 0

    def cluster(self, blocks: Sequence[Block]) -> bytes:
        """The blocks, in order of time, none later than MAX_IN_CLUSTER_MS after the first."""
        start_ms = blocks[0].time_ms
        simple = b"".join(_simple_block(block, start_ms) for block in blocks)
        octets = element(_CLUSTER, element(0xE7, number(start_ms)) + simple)
        self.wrote(len(octets), start_ms, blocks[-1].time_ms, key=any(block.key for block in blocks))
        return octets

    def wrote(self, octets: int, start_ms: int, end_ms: int, *, key: bool) -> None:
        """A cluster of that length stands at the end of the file. `key`: decoding can begin in it."""
        if key:
            self._cues.append((start_ms, self._written - self._segment_at))
        self._written += octets
        self._end_ms = end_ms

    def widen(self, size: tuple[int, int]) -> None:
        """A picture of that size is among them: a camera turns, or its larger layer comes later."""
        self._size = max(self._size, size, key=lambda pair: pair[0] * pair[1])

    def ending(self) -> tuple[bytes, tuple[Patch, ...]]:
        """What to append at the end, and what to write into the head then."""
        cues = element(_CUES, b"".join(_cue(at_ms, position) for at_ms, position in self._cues))
        seek = element(0x4DBB, element(0x53AB, struct.pack("!L", _CUES)) + element(0x53AC, self._cues_at()))
        seek_head = element(_SEEK_HEAD, seek)
        size = self._written + len(cues) - self._segment_at
        duration = element(_DURATION, struct.pack("!d", float(self._end_ms)))
        sizes = (Patch(self._size_at, _size(self._size)),) if self._size_at else ()
        return cues, (
            *sizes,
            Patch(self._segment_at - 8, struct.pack("!Q", 1 << 56 | size)),
            Patch(self._segment_at, seek_head + _void(SEEK_ROOM - len(seek_head))),
            Patch(self._duration_at, duration),
        )

    def _cues_at(self) -> bytes:
        return struct.pack("!Q", self._written - self._segment_at)


@dataclass(frozen=True, slots=True)
class Cluster:
    """One that was found in a file: its place there, its times, and the sizes its key frames may state."""

    at: int
    end: int
    start_ms: int
    end_ms: int
    keys: tuple[bytes, ...]


def clusters(file: BinaryIO, at: int) -> Iterator[Cluster]:
    """The whole clusters of a file of `Muxer`, from that place on; what was cut off is not among them."""
    while True:
        file.seek(at)
        if file.read(4) != struct.pack("!L", _CLUSTER):
            return
        length = _length(file)
        body = file.read(length) if length is not None else b""
        if length is None or len(body) < length:
            return
        end = file.tell()
        yield _read_cluster(at, end, body)
        at = end


def _read_cluster(at: int, end: int, body: bytes) -> Cluster:
    inside, last, keys, start_ms = io.BytesIO(body), 0, [], 0
    while name := inside.read(1):
        content = inside.read(_length(inside) or 0)
        if name == b"\xe7":
            start_ms = int.from_bytes(content, "big")
        elif name == b"\xa3":
            (last,) = struct.unpack_from("!h", content, 1)
            keys += [content[4:]] if content[3] & 0x80 else []
    return Cluster(at, end, start_ms, start_ms + last, tuple(keys))


def _length(file: BinaryIO) -> int | None:
    """The size of an element as `element` writes it; None where the file ends or was never ended."""
    first = file.read(1)
    if first == b"\x01":
        rest = file.read(7)
        return int.from_bytes(rest, "big") if len(rest) == 7 and rest != UNKNOWN_SIZE[1:] else None
    return first[0] & 0x7F if first and first[0] & 0x80 else None


def element(name: int, body: bytes) -> bytes:
    """An element with its size in eight octets when it is long, one when it is short."""
    size = struct.pack("!B", 0x80 | len(body)) if len(body) < 127 else struct.pack("!Q", 1 << 56 | len(body))
    return name.to_bytes((name.bit_length() + 7) // 8, "big") + size + body


def number(value: int) -> bytes:
    return value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big")


def _void(octets: int) -> bytes:
    return element(_VOID, bytes(octets - 2))


def _simple_block(block: Block, start_ms: int) -> bytes:
    return element(
        0xA3, struct.pack("!BhB", 0x81, block.time_ms - start_ms, 0x80 if block.key else 0) + block.frame
    )


def _cue(at_ms: int, position: int) -> bytes:
    place = element(0xF7, number(1)) + element(0xF1, number(position))
    return element(0xBB, element(0xB3, number(at_ms)) + element(0xB7, place))


def _info(started_at: datetime) -> bytes:
    since = started_at - EPOCH
    date = (since.days * 86_400 + since.seconds) * 1_000_000_000 + since.microseconds * 1000
    return (
        element(0x2AD7B1, number(1_000_000))  # times are milliseconds
        + element(0x4461, struct.pack("!q", date))
        + element(0x4D80, APPLICATION)
        + element(0x5741, APPLICATION)
        + _void(DURATION_SIZE)
    )


def _track(kind: Kind, name: str, size: tuple[int, int]) -> bytes:
    audio = kind is Kind.AUDIO
    common = (
        element(0xD7, number(1))
        + element(0x73C5, number(1))
        + element(0x9C, number(0))
        + element(0x536E, name.encode())
        + element(0x83, number(2 if audio else 1))
    )
    if audio:
        sound = element(0xB5, struct.pack("!d", 48_000.0)) + element(0x9F, number(2))
        opus = element(0x86, b"A_OPUS") + element(0x63A2, OPUS_HEAD) + element(0x56AA, number(0))
        return common + opus + element(0x56BB, number(SEEK_PREROLL_NS)) + element(0xE1, sound)
    return common + element(0x86, b"V_VP8") + element(0xE0, _size(size))


def _size(size: tuple[int, int]) -> bytes:
    """Of fixed length, so that a larger one can be written over it."""
    width, height = size
    return element(0xB0, struct.pack("!H", width)) + element(0xBA, struct.pack("!H", height))


_EBML_HEAD: Final = (
    element(0x4286, number(1))
    + element(0x42F7, number(1))
    + element(0x42F2, number(4))
    + element(0x42F3, number(8))
    + element(0x4282, b"webm")
    + element(0x4287, number(4))
    + element(0x4285, number(2))
)
