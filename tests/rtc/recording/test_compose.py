"""The composed file, judged by what it shows and sounds like."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import av
import numpy as np

from rtc.core.packets import OPUS, Kind, Rtp, write_rtp
from rtc.recording.captions import HEIGHT, LINE, WIDTH, Captions
from rtc.recording.compose import compose
from rtc.recording.parts import read_part
from rtc.recording.recorder import Recorder
from tests.rtc.recording.sources import camera, pictures

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BLOCK = b"\xbe\xde\x00\x00"
ROOT = Path(__file__).parents[3]
SHADES = {"anna": 60, "bo": 200}
TONES = {"anna": 400.0, "bo": 1000.0}


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


def recorded(folder: Path, seconds: int, *, apart: tuple[int, int] | None = None) -> None:
    """anna has the word and then bo; from and to `apart` nobody is heard."""
    now = [0.0]
    recorder = Recorder(folder, AT, lambda: now[0])
    come: list[tuple[float, str, Kind, Rtp]] = []
    for seat, shade in SHADES.items():
        shots = list(camera(pictures(10 * seconds, shade), timestamp=0))
        come += [(one.timestamp / 90_000, seat, Kind.VIDEO, one) for one in shots]
        for number, octets in enumerate(voice(TONES[seat], 50 * seconds)):
            come.append(
                (number / 50, seat, Kind.AUDIO, Rtp(OPUS, False, number, number * 960, 8, {}, octets))
            )
    told = [(0.0, "anna"), (seconds / 2, "bo")]
    silent = apart or (seconds + 1, seconds + 1)
    heard = [(0.0, set(SHADES)), (float(silent[0]), set()), (float(silent[1]), set(SHADES))]
    for at_s, seat, kind, packet in sorted(come, key=lambda one: one[0]):
        now[0] = at_s
        while told and told[0][0] <= at_s:
            recorder.speaker(told.pop(0)[1])
        while heard and heard[0][0] <= at_s:
            recorder.heard(heard.pop(0)[1])
        if silent[0] <= at_s < silent[1]:
            continue
        octets = write_rtp(packet, packet.sequence, packet.timestamp, 1, BLOCK)
        recorder.take((seat, kind), octets, control=False)
    now[0] = float(seconds)
    recorder.stop()


def seen(path: Path) -> list[int]:
    """The grey of each picture, below the moving half."""
    with av.open(str(path), "r") as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(container.streams.video[0])]
    assert frames[0].shape == (HEIGHT, WIDTH, 3)
    return [int(frame[HEIGHT - LINE - 60, WIDTH // 2, 0]) for frame in frames]


def heard(path: Path) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    with av.open(str(path), "r") as container:
        found = [frame.to_ndarray().mean(axis=0) for frame in container.decode(container.streams.audio[0])]
    return np.concatenate(found)


def strength(sound: np.ndarray[tuple[int], np.dtype[np.float64]], tone_hz: float) -> float:
    """How much of the tone is in it."""
    spectrum = np.abs(np.fft.rfft(sound)) / len(sound)
    return float(spectrum[round(tone_hz * len(sound) / 48_000)])


def test_the_picture_follows_the_speaker_and_both_voices_are_heard(tmp_path: Path) -> None:
    recorded(tmp_path / "000", 8)
    target = tmp_path / "whole.webm"
    (span,) = compose([read_part(tmp_path / "000")], target, Captions({"anna": "A", "bo": "B"}))
    assert 7700 <= span.length_ms <= 8000
    shades = seen(target)
    assert abs(shades[30] - SHADES["anna"]) < 12
    assert abs(shades[-10] - SHADES["bo"]) < 12
    sound = heard(target)
    middle = sound[48_000 : 48_000 * 6]
    assert all(strength(middle, tone) > 0.05 for tone in TONES.values())
    assert np.abs(np.diff(middle, 2)).max() < 0.1  # no clicks where packets meet


def test_what_nobody_was_heard_in_is_left_out_and_said(tmp_path: Path) -> None:
    recorded(tmp_path / "000", 8, apart=(3, 6))
    target = tmp_path / "whole.webm"
    spans = compose([read_part(tmp_path / "000")], target, Captions({}))
    assert [span.from_ms // 1000 for span in spans] == [0, 6]
    total = sum(span.length_ms for span in spans)
    assert 4500 <= total <= 5100
    with av.open(str(target), "r") as container:
        assert abs((container.duration or 0) / 1000 - total) < 150


def test_further_parts_follow_one_another_and_the_process_says_how_far_it_is(tmp_path: Path) -> None:
    for number in range(2):
        recorded(tmp_path / f"{number:03}", 3)
    asked = json.dumps({"names": {"anna": "甲"}, "font": None, "offset_s": 28_800})
    done = subprocess.run(  # noqa: S603  our own words
        [
            sys.executable,
            "-m",
            "rtc.recording.compose",
            str(tmp_path / "whole.webm"),
            str(tmp_path / "000"),
            str(tmp_path / "001"),
        ],
        cwd=ROOT,
        input=asked.encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    steps = [one["done"] for one in told if "done" in one]
    assert steps == sorted(steps)
    assert [span["at"] for span in told[-1]["spans"]] == [AT.isoformat()] * 2
    assert len(seen(tmp_path / "whole.webm")) == told[-1]["duration_ms"] * 15 // 1000
