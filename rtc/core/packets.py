"""RTP packets as values: read (RFC 3550, RFC 8285), written anew, wrapped for repair (RFC 4588).

Rule 1: every bound is checked before a byte is read; what does not fit raises Malformed.
Rule 2: named tuples here, not dataclasses: one is made per packet, and they cost a third. By `made`, without
        the call of their type, they cost half of that.
"""

import struct
from enum import StrEnum
from typing import NamedTuple

from rtc.errors import Malformed

OPUS, OPUS_RED, VP8, VP8_REPAIR = 111, 63, 96, 97  # our offer's payload types; every answerer keeps them
MID, AUDIO_LEVEL, TRANSPORT_SEQUENCE, SEND_TIME = 1, 6, 4, 3  # our offer's header-extension ids
RID, REPAIRED_RID = 2, 5  # of the uplink: which layer of a camera (RFC 8852)
ONE_BYTE, TWO_BYTE = 0xBEDE, 0x1000
HEADER = struct.Struct("!BBHLL")
HEADER_OCTETS = HEADER.size
made = tuple.__new__
_read_header = HEADER.unpack_from
_PAIR = struct.Struct("!HH")
_U16 = struct.Struct("!H")


class Kind(StrEnum):
    AUDIO = "audio"
    VIDEO = "video"  # the camera
    SCREEN = "screen"


CLOCK_HZ = {Kind.AUDIO: 48_000, Kind.VIDEO: 90_000, Kind.SCREEN: 90_000}
PAYLOAD_TYPES = {Kind.AUDIO: (OPUS, OPUS_RED), Kind.VIDEO: (VP8,), Kind.SCREEN: (VP8,)}


class Rtp(NamedTuple):
    """One packet; `payload` is without padding, `extensions` maps the negotiated id to its bytes."""

    payload_type: int
    marker: bool
    sequence: int
    timestamp: int
    ssrc: int
    extensions: dict[int, bytes]
    payload: bytes


def parse_rtp(data: bytes) -> Rtp:
    size = len(data)
    if size < HEADER_OCTETS:
        raise Malformed("not RTP version 2")
    first, second, sequence, timestamp, ssrc = _read_header(data)
    if first >> 6 != 2:
        raise Malformed("not RTP version 2")
    at = HEADER_OCTETS + 4 * (first & 15)
    extensions: dict[int, bytes] = {}
    if first & 16:
        if size < at + 4:
            raise Malformed("extension header cut off")
        begin = at + 4
        at = begin + 4 * (data[at + 2] << 8 | data[at + 3])
        extensions = _extensions(data[begin - 4] << 8 | data[begin - 3], data[begin:at])
    end = size - data[-1] if first & 32 else size
    if end < at:
        raise Malformed("header or padding longer than the packet")
    return made(Rtp, (second & 127, second > 127, sequence, timestamp, ssrc, extensions, data[at:end]))


def _extensions(profile: int, block: bytes) -> dict[int, bytes]:
    one_byte = profile == ONE_BYTE
    if not one_byte and profile & 0xFFF0 != TWO_BYTE:
        return {}
    found: dict[int, bytes] = {}
    at, end = 0, len(block)
    while at < end:
        head = block[at]
        if head == 0:  # padding between elements
            at += 1
            continue
        if one_byte:
            element, size = head >> 4, (head & 15) + 1
            at += 1
        else:
            if at + 2 > end:
                break
            element, size = head, block[at + 1]
            at += 2
        if at + size > end:
            raise Malformed("extension element cut off")
        found[element] = block[at : at + size]
        at += size
    return found


def stamped_block(mid: str, *, numbered: bool) -> tuple[bytes, int, int]:
    """Extensions to follow the fixed header: the mid and a stamp; where the stamp lies and its octets.

    The stamp is a transport-wide number, or else the time of sending (abs-send-time).
    """
    element, size = (TRANSPORT_SEQUENCE, 2) if numbered else (SEND_TIME, 3)
    body = bytes((MID << 4 | len(mid) - 1,)) + mid.encode() + bytes((element << 4 | size - 1,))
    at = _PAIR.size + len(body)
    body += bytes(size)
    body += bytes(-len(body) % 4)
    return _PAIR.pack(ONE_BYTE, len(body) // 4) + body, at, size


def send_time(now: float) -> int:
    """Seconds in 6.18 fixed point (abs-send-time), from which a receiver learns how its line fills."""
    return int(now * 0x40000) & 0xFFFFFF


def write_rtp(packet: Rtp, sequence: int, timestamp: int, ssrc: int, block: bytes) -> bytes:
    """`packet` as another stream sends it; `block` replaces every extension of the publisher."""
    second = packet.payload_type | 0x80 if packet.marker else packet.payload_type
    return HEADER.pack(0x90, second, sequence, timestamp, ssrc) + block + packet.payload


def as_repair(packet: Rtp, original: int) -> Rtp:
    """What the repair stream carries to send `packet` again, known as `original` (RFC 4588 section 4)."""
    return packet._replace(payload_type=VP8_REPAIR, payload=_U16.pack(original) + packet.payload)


def open_repair(packet: Rtp, ssrc: int) -> Rtp | None:
    """The packet that a repair carries, as `ssrc` would have sent it; None for a bandwidth probe."""
    if len(packet.payload) <= 2:
        return None
    (original,) = _U16.unpack_from(packet.payload)
    return packet._replace(payload_type=VP8, sequence=original, ssrc=ssrc, payload=packet.payload[2:])
