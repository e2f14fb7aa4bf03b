"""Packets as browsers send them, for tests."""

import struct

from rtc.core.packets import AUDIO_LEVEL, MID, OPUS, TRANSPORT_SEQUENCE, VP8, VP8_REPAIR

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


class Camera:
    """A sender of one video stream."""

    def __init__(self, ssrc: int, sequence: int = 65_500) -> None:
        self.ssrc, self.sequence, self.timestamp, self.transport = ssrc, sequence, 1000, 0

    def packet(self, payload: bytes = INTERFRAME, *, frame: bool = True) -> bytes:
        self.sequence += 1
        self.transport += 1
        self.timestamp += 3000 if frame else 0
        extensions = {MID: b"1", TRANSPORT_SEQUENCE: struct.pack("!H", self.transport & 0xFFFF)}
        return rtp(VP8, self.sequence, self.timestamp, self.ssrc, payload, extensions)

    def key(self) -> bytes:
        return self.packet(KEYFRAME)

    def repair(self, sequence: int, timestamp: int, payload: bytes, ssrc: int) -> bytes:
        body = struct.pack("!H", sequence & 0xFFFF) + payload
        return rtp(VP8_REPAIR, 1, timestamp, ssrc, body, {MID: b"1"})


class Microphone:
    def __init__(self, ssrc: int) -> None:
        self.ssrc, self.sequence, self.timestamp = ssrc, 10, 0

    def packet(self, dbov: int = 30) -> bytes:
        self.sequence += 1
        self.timestamp += 960
        return rtp(
            OPUS, self.sequence, self.timestamp, self.ssrc, VOICE, {MID: b"0", AUDIO_LEVEL: bytes((dbov,))}
        )
