"""Packets as browsers send them, for tests."""

import struct

from rtc.core.packets import (
    AUDIO_LEVEL,
    MID,
    OPUS,
    REPAIRED_RID,
    RID,
    TRANSPORT_SEQUENCE,
    VP8,
    VP8_REPAIR,
)

KEYFRAME = bytes((0x10, 0x00)) + bytes(20)  # S bit, partition 0; P bit of the frame tag clear
INTERFRAME = bytes((0x10, 0x01)) + bytes(20)
MIDDLE = bytes((0x00, 0x55)) + bytes(20)
VOICE = b"\xf8\xff\xfe"


def rtp(  # noqa: PLR0917  in the order of the header
    payload_type: int,
    sequence: int,
    timestamp: int,
    ssrc: int,
    payload: bytes = b"",
    extensions: dict[int, bytes] | None = None,
    *,
    marker: bool = False,
) -> bytes:
    """One packet with one-byte header extensions."""
    block = b"".join(bytes((k << 4 | len(v) - 1,)) + v for k, v in (extensions or {}).items())
    block += bytes(-len(block) % 4)
    head = struct.pack("!HH", 0xBEDE, len(block) // 4) + block if extensions else b""
    first, second = (0x90 if extensions else 0x80), payload_type | (0x80 if marker else 0)
    fixed = struct.pack("!BBHLL", first, second, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc)
    return fixed + head + payload


def picture(number: int, base: int, *, key: bool = True, wide: bool = True) -> bytes:
    """The only packet of a picture with its id and TL0PICIDX (RFC 7741 section 4.2)."""
    name = struct.pack("!H", 0x8000 | number & 0x7FFF) if wide else bytes((number & 0x7F,))
    return bytes((0x90, 0xC0)) + name + bytes((base & 0xFF, 0x00 if key else 0x01)) + bytes(20)


class Camera:
    """A sender of one video stream."""

    mid = b"1"

    def __init__(self, ssrc: int, sequence: int = 65_500) -> None:
        self.ssrc, self.sequence, self.timestamp, self.transport = ssrc, sequence, 1000, 0

    def packet(self, payload: bytes = INTERFRAME, *, frame: bool = True) -> bytes:
        self.sequence += 1
        self.transport += 1
        self.timestamp += 3000 if frame else 0
        extensions = {MID: self.mid, TRANSPORT_SEQUENCE: struct.pack("!H", self.transport & 0xFFFF)}
        return rtp(VP8, self.sequence, self.timestamp, self.ssrc, payload, extensions)

    def key(self) -> bytes:
        return self.packet(KEYFRAME)

    def repair(self, sequence: int, timestamp: int, payload: bytes, ssrc: int) -> bytes:
        body = struct.pack("!H", sequence & 0xFFFF) + payload
        return rtp(VP8_REPAIR, 1, timestamp, ssrc, body, {MID: self.mid})


class Screen(Camera):
    """A sender of a shared screen, as Chromium's before its section's name is acknowledged."""

    mid = b"su"


class LayeredCamera:
    """A camera that sends two layers, as Chromium does: names of layers until they are acknowledged."""

    def __init__(self) -> None:
        self.pictures = {"l": 30_000, "h": 120}
        self.sequences = {"l": 9, "h": 65_530}
        self.clocks = {"l": 4_000_000_000, "h": 77}
        self.ssrcs = {"l": 711, "h": 722}

    def packet(self, rid: str, *, key: bool = False, ticks: int = 3000, octets: int = 0) -> bytes:
        self.sequences[rid] += 1
        self.pictures[rid] += 1
        self.clocks[rid] += ticks
        payload = picture(self.pictures[rid], self.pictures[rid], key=key) + bytes(octets)
        extensions = {MID: b"1", RID: rid.encode()}
        return rtp(VP8, self.sequences[rid], self.clocks[rid], self.ssrcs[rid], payload, extensions)

    def repair(self, rid: str, lost: bytes) -> bytes:
        """`lost`: a packet of that layer that did not arrive."""
        body = lost[2:4] + lost[12 + 4 + 4 * struct.unpack_from("!H", lost, 14)[0] :]
        extensions = {MID: b"1", REPAIRED_RID: rid.encode()}
        return rtp(VP8_REPAIR, 1, struct.unpack_from("!L", lost, 4)[0], self.ssrcs[rid] + 1, body, extensions)


class Microphone:
    def __init__(self, ssrc: int) -> None:
        self.ssrc, self.sequence, self.timestamp = ssrc, 10, 0

    def packet(self, dbov: int = 30) -> bytes:
        self.sequence += 1
        self.timestamp += 960
        return rtp(
            OPUS, self.sequence, self.timestamp, self.ssrc, VOICE, {MID: b"0", AUDIO_LEVEL: bytes((dbov,))}
        )
