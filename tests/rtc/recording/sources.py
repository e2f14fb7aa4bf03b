"""Real pictures and voices as RTP, for recordings in tests."""

from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from rtc.core.packets import OPUS, VP8, Kind, Rtp, write_rtp
from rtc.recording.recorder import Recorder

WIDTH, HEIGHT, RATE = 96, 64, 10
PART = 300  # octets a packet
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SHADES, TONES = (60, 200), (400.0, 1000.0)  # of those who talk
SCREEN_SHADE = 130
_BLOCK = b"\xbe\xde\x00\x00"


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


def voice(tone_hz: float, count: int) -> list[bytes]:
    """A tone as Opus, 20 ms a packet."""
    coder = av.CodecContext.create("libopus", "w")
    coder.sample_rate, coder.layout, coder.format = 48_000, "mono", "s16"
    wave = (8000 * np.sin(2 * np.pi * tone_hz * np.arange(960 * count) / 48_000)).astype(np.int16)
    made: list[bytes] = []
    for number in range(count):
        piece = wave[number * 960 : (number + 1) * 960].reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(piece, format="s16", layout="mono")
        frame.sample_rate, frame.pts = 48_000, number * 960
        made += [bytes(packet) for packet in coder.encode(frame)]
    return made


def record_talk(
    folder: Path,
    seconds: int,
    *,
    seats: tuple[str, str] = ("anna", "bo"),
    at: datetime = AT,
    apart: tuple[int, int] | None = None,
    screen: tuple[int, int] | None = None,
) -> None:
    """The first has the word and then the second; from and to `apart` nobody is heard.

    From and to `screen` the second shares one, of a single picture.
    """
    now = [0.0]
    recorder = Recorder(folder, at, lambda: now[0])
    come: list[tuple[float, str, Kind, Rtp]] = []
    for seat, shade, tone_hz in zip(seats, SHADES, TONES, strict=True):
        shots = list(camera(pictures(10 * seconds, shade), timestamp=0))
        come += [(one.timestamp / 90_000, seat, Kind.VIDEO, one) for one in shots]
        for number, octets in enumerate(voice(tone_hz, 50 * seconds)):
            come.append(
                (number / 50, seat, Kind.AUDIO, Rtp(OPUS, False, number, number * 960, 8, {}, octets))
            )
    told = [(0.0, seats[0]), (seconds / 2, seats[1])]
    silent = apart or (seconds + 1, seconds + 1)
    heard = [(0.0, set(seats)), (float(silent[0]), set()), (float(silent[1]), set(seats))]
    turns = [] if screen is None else [(float(screen[0]), {seats[1]}), (float(screen[1]), set[str]())]
    if screen is not None:
        shots = list(camera(pictures(1, SCREEN_SHADE, 4), timestamp=0))
        come += [(screen[0] + 0.1, seats[1], Kind.SCREEN, one) for one in shots]
    for at_s, seat, kind, packet in sorted(come, key=lambda one: one[0]):
        now[0] = at_s
        while told and told[0][0] <= at_s:
            recorder.speaker(told.pop(0)[1])
        while heard and heard[0][0] <= at_s:
            recorder.heard(heard.pop(0)[1])
        while turns and turns[0][0] <= at_s:
            recorder.heard(set(seats), turns.pop(0)[1])
        if silent[0] <= at_s < silent[1]:
            continue
        octets = write_rtp(packet, packet.sequence, packet.timestamp, 1, _BLOCK)
        recorder.take((seat, kind), octets, control=False)
    now[0] = float(seconds)
    recorder.stop()
