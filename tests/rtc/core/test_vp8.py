"""Where VP8 pictures begin, and their numbers through every change of layer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtc.core.vp8 import PictureNumbers, picture_id, places, starts_keyframe
from tests.rtc.core.streams import INTERFRAME, KEYFRAME, MIDDLE, picture

ID, BASE = st.integers(0, 0x7FFF), st.integers(0, 255)


@pytest.mark.parametrize(
    ("payload", "opens"),
    [
        (KEYFRAME, True),
        (INTERFRAME, False),
        (MIDDLE, False),
        (b"", False),
        (b"\x10", False),
        (b"\x90\x80\x81\x00\x00", True),  # 15-bit picture id
        (b"\x90\x80\x81\x00\x01", False),
        (b"\x90\xe0\x01\x02\x03\x00", True),  # picture id, tl0, tid
        (b"\x90\x80", False),
    ],
)
def test_the_first_packet_of_a_key_frame_is_known(payload: bytes, opens: bool) -> None:
    assert starts_keyframe(payload) is opens


@given(payload=st.binary(max_size=12))
def test_no_payload_breaks_the_key_frame_check(payload: bytes) -> None:
    assert starts_keyframe(payload) in (True, False)


@given(payload=st.binary(max_size=12), newest=st.binary(max_size=12))
def test_no_payload_breaks_its_numbers(payload: bytes, newest: bytes) -> None:
    numbers = PictureNumbers()
    numbers.newest = newest
    numbers.restart(payload)
    assert len(numbers.write(payload)) == len(payload)


@pytest.mark.parametrize("wide", [True, False])
@given(last=st.integers(0, 0x7FFF), first=st.integers(0, 0x7FFF), bases=st.tuples(*[st.integers(0, 255)] * 2))
def test_an_opening_follows_the_newest_picture(
    wide: bool, last: int, first: int, bases: tuple[int, int]
) -> None:
    numbers, mask = PictureNumbers(), 0x7FFF if wide else 0x7F
    numbers.restart(picture(last, bases[0], wide=wide))
    assert numbers.write(picture(last, bases[0], wide=wide)) == picture(last, bases[0], wide=wide)
    numbers.newest = picture(last, bases[0], wide=wide)
    numbers.restart(picture(first, bases[1], wide=wide))
    out = numbers.write(picture(first, bases[1], wide=wide))
    at = places(out)
    assert picture_id(out, at) == (last + 1) & mask
    assert out[at.base] == (bases[0] + 1) & 0xFF
    assert out[at.base + 1 :] == picture(first, bases[1], wide=wide)[at.base + 1 :]
