"""VP8 in RTP (RFC 7741): where a picture begins, and the numbers that tie pictures together.

Rule 1: a listener sees one camera: at each opening the picture id and TL0PICIDX go on from the last it got.
"""

from typing import NamedTuple


class Places(NamedTuple):
    """Where the numbers lie in a payload descriptor (section 4.2); 0 if it has none. `wide`: 15 bits."""

    picture: int = 0
    wide: bool = False
    base: int = 0


def places(payload: bytes) -> Places:
    if len(payload) < 2 or not payload[0] & 0x80:
        return Places()
    control, at, picture, wide = payload[1], 2, 0, False
    if control & 0x80:
        wide = len(payload) > at and bool(payload[at] & 0x80)
        picture, at = at, at + 1 + wide
    if at > len(payload):
        return Places()
    return Places(picture, wide, at if control & 0x40 and at < len(payload) else 0)


def picture_id(payload: bytes, at: Places) -> int:
    if at.wide:
        return int.from_bytes(payload[at.picture : at.picture + 2], "big") & 0x7FFF
    return payload[at.picture] & 0x7F


class PictureNumbers:
    """Of one outgoing stream, over changes of layer and pauses."""

    def __init__(self) -> None:
        self._picture_shift = self._base_shift = 0
        self.newest: bytes | None = None  # of the source's payloads sent; read only at the next opening
        self.shifted = False  # whether `write` changes anything

    def restart(self, payload: bytes) -> None:
        """Decoding begins with this payload: its picture follows the newest that was sent."""
        if self.newest is None:
            return
        last, first = places(self.newest), places(payload)
        picture, base = self._picture_shift, self._base_shift
        self._picture_shift = self._base_shift = 0
        if last.picture and first.picture:
            followed = picture_id(self.newest, last) + picture
            self._picture_shift = (followed + 1 - picture_id(payload, first)) & 0x7FFF
        if last.base and first.base:
            self._base_shift = (self.newest[last.base] + base + 1 - payload[first.base]) & 0xFF
        self.shifted = bool(self._picture_shift or self._base_shift)

    def write(self, payload: bytes) -> bytes:
        """The payload with this stream's numbers; the width of a picture id stays as it is."""
        if not self.shifted:
            return payload
        at = places(payload)
        if not (at.picture or at.base):
            return payload
        out = bytearray(payload)
        if at.picture:
            number = picture_id(payload, at) + self._picture_shift
            if at.wide:
                out[at.picture : at.picture + 2] = (0x8000 | number & 0x7FFF).to_bytes(2, "big")
            else:
                out[at.picture] = number & 0x7F
        if at.base:
            out[at.base] = payload[at.base] + self._base_shift & 0xFF
        return bytes(out)


def starts_keyframe(payload: bytes) -> bool:
    """Whether this is the first packet of a key frame (sections 4.2 and 4.3)."""
    if not payload or not payload[0] & 0x10 or payload[0] & 0x07:
        return False
    at = 1
    if payload[0] & 0x80 and len(payload) > 1:
        control = payload[1]
        at = 2
        if control & 0x80:
            at += 2 if len(payload) > at and payload[at] & 0x80 else 1
        at += bool(control & 0x40) + bool(control & 0x30)
    return at < len(payload) and not payload[at] & 1
