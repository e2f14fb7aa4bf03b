"""Redundant sound (RFC 2198): each packet carries the frames before it once more.

Rule 1: frames last 20 ms here, as browsers make them: what lies elsewhere in time has no number and is left.
"""

import struct
from collections.abc import Sequence
from typing import NamedTuple

from rtc.core.packets import OPUS

FRAME_TICKS = 960
MAX_DEPTH = 2  # frames carried again
MAX_OFFSET = 1 << 14  # 14 bits in a block's header
MAX_OCTETS = 400  # 20 ms at 160 kbit/s; three of them are far from filling a datagram
_FOLLOWS = 0x80
_HEADER = struct.Struct("!L")


class Block(NamedTuple):
    """A frame of the past; `offset`: how many ticks before the packet's own."""

    offset: int
    frame: bytes


def unpack(payload: bytes) -> tuple[bytes, list[Block]] | None:
    """The packet's own frame and those it repeats, newest first; None if it is malformed or not of Opus."""
    at, heads = 0, list[tuple[int, int]]()
    while at < len(payload) and payload[at] & _FOLLOWS:
        if at + 4 > len(payload) or payload[at] & 127 != OPUS:
            return None
        (word,) = _HEADER.unpack_from(payload, at)
        heads.append((word >> 10 & 0x3FFF, word & 0x3FF))
        at += 4
    if at >= len(payload) or payload[at] != OPUS:
        return None
    at += 1
    blocks: list[Block] = []
    for offset, size in heads:
        blocks.append(Block(offset, payload[at : at + size]))
        at += size
    return None if at > len(payload) else (payload[at:], blocks[::-1])


def recovered(blocks: Sequence[Block]) -> list[tuple[int, bytes]]:
    """Of blocks, newest first: how many numbers before the packet, oldest first, and the frame."""
    found: list[tuple[int, bytes]] = []
    for back, block in enumerate(blocks[:MAX_DEPTH], 1):
        if block.offset == back * FRAME_TICKS and block.frame:
            found.append((back, block.frame))
    return found[::-1]


def pack(frame: bytes, blocks: Sequence[Block]) -> bytes:
    """`blocks`: oldest first, each within MAX_OFFSET and MAX_OCTETS."""
    heads = b"".join(
        _HEADER.pack((_FOLLOWS | OPUS) << 24 | block.offset << 10 | len(block.frame)) for block in blocks
    )
    return heads + bytes((OPUS,)) + b"".join(block.frame for block in blocks) + frame
