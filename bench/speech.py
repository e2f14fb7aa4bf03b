"""Frames of sound as a browser's encoder makes them: Opus for speech, with its forward error correction."""

from functools import cache

import av
import numpy as np

RATE, FRAME = 48_000, 960  # 20 ms
SILENCE = b"\xf8\xff\xfe"


@cache
def frames(count: int = 250) -> tuple[bytes, ...]:
    """So many frames of something like a voice, at 24 kbit/s."""
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format, encoder.bit_rate = RATE, "mono", "s16", 24_000
    encoder.options = {"application": "voip", "fec": "1", "packet_loss": "20", "frame_duration": "20"}
    sound = _voice(count)
    made: list[bytes] = []
    for at in range(0, FRAME * count, FRAME):
        frame = av.AudioFrame.from_ndarray(sound[None, at : at + FRAME], format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE, at
        made += [bytes(packet) for packet in encoder.encode(frame)]
    return tuple(made)


def _voice(count: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.int16]]":
    """A gliding tone with overtones, two syllables a second, and some noise."""
    time = np.arange(FRAME * count) / RATE
    phase = 2 * np.pi * np.cumsum(120 + 20 * np.sin(2 * np.pi * 0.7 * time)) / RATE
    tone = sum(np.sin(k * phase) / k for k in range(1, 25)) * (0.3 + 0.7 * np.abs(np.sin(4 * np.pi * time)))
    noisy = tone + 0.05 * np.random.default_rng(1).standard_normal(len(time))
    return np.asarray(12_000 * noisy / np.abs(noisy).max(), dtype=np.int16)


def repeats_the_one_before(frame: bytes) -> bool:
    """Whether a decoder can make up for the loss of the frame before this one (RFC 6716 section 4.2.3).

    After voice activity, the first bit that SILK writes for a frame of 20 ms says so; CELT alone has none.
    """
    return len(frame) > 1 and frame[0] >> 7 == 0 and bool(frame[1] & 0x40)
