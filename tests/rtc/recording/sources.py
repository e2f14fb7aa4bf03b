"""Real pictures and voices as RTP, for recordings in tests."""

from collections.abc import Iterator
from fractions import Fraction

import av
import numpy as np

from rtc.core.packets import OPUS, VP8, Rtp

WIDTH, HEIGHT, RATE = 96, 64, 10
PART = 300  # octets a packet


def pictures(count: int, shade: int = 90, times: int = 1) -> list[bytes]:
    """VP8 pictures of one grey, the first a key frame; `times` as wide and as high."""
    wide, high = WIDTH * times, HEIGHT * times
    coder = av.CodecContext.create("libvpx", "w")
    coder.width, coder.height, coder.pix_fmt, coder.time_base = wide, high, "yuv420p", Fraction(1, RATE)
    coder.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
    made: list[bytes] = []
    rng = np.random.default_rng(shade)
    for number in range(count):
        image = np.full((high, wide, 3), shade, np.uint8)
        image[: high // 2] = rng.integers(0, 255, (high // 2, wide, 3), np.uint8)
        frame = av.VideoFrame.from_ndarray(image, format="rgb24")
        frame.pts = number
        made += [bytes(packet) for packet in coder.encode(frame)]
    return made + [bytes(packet) for packet in coder.encode(None)]


def camera(frames: list[bytes], sequence: int = 65_530, timestamp: int = 2**32 - 9000) -> Iterator[Rtp]:
    """The pictures in packets, each of several (RFC 7741)."""
    for frame in frames:
        parts = [frame[at : at + PART] for at in range(0, len(frame), PART)]
        for index, part in enumerate(parts):
            head = b"\x10" if index == 0 else b"\x00"
            yield Rtp(VP8, index == len(parts) - 1, sequence & 0xFFFF, timestamp, 7, {}, head + part)
            sequence += 1
        timestamp = (timestamp + 90_000 // RATE) & 0xFFFFFFFF


def microphone(count: int, sequence: int = 65_500) -> Iterator[Rtp]:
    """Silence of 20 ms a packet."""
    for number in range(count):
        yield Rtp(OPUS, False, (sequence + number) & 0xFFFF, number * 960, 8, {}, b"\xf8\xff\xfe")
