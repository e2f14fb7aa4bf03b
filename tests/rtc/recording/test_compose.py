"""The composed file, judged by what it shows and sounds like."""

import json
import subprocess
import sys
from pathlib import Path

import av
import numpy as np

from rtc.recording.captions import HEIGHT, LINE, WIDTH, Captions
from rtc.recording.compose import compose
from rtc.recording.parts import read_part
from tests.rtc.recording.sources import AT, SCREEN_SHADE, SHADES, TONES, record_talk

ROOT = Path(__file__).parents[3]


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
    record_talk(tmp_path / "000", 8)
    target = tmp_path / "whole.webm"
    (span,) = compose([read_part(tmp_path / "000")], target, Captions({"anna": "A", "bo": "B"}))
    assert 7700 <= span.length_ms <= 8000
    shades = seen(target)
    assert abs(shades[30] - SHADES[0]) < 12
    assert abs(shades[-10] - SHADES[1]) < 12
    sound = heard(target)
    middle = sound[48_000 : 48_000 * 6]
    assert all(strength(middle, tone) > 0.05 for tone in TONES)
    assert np.abs(np.diff(middle, 2)).max() < 0.1  # no clicks where packets meet


def test_a_shared_screen_has_the_picture_and_the_speaker_is_small_beside_it(tmp_path: Path) -> None:
    record_talk(tmp_path / "000", 8, screen=(2, 6))
    target = tmp_path / "whole.webm"
    compose([read_part(tmp_path / "000")], target, Captions({"anna": "A", "bo": "B"}))
    with av.open(str(target), "r") as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(container.streams.video[0])]
    assert frames[0].shape == (2 * HEIGHT, 2 * WIDTH, 3), "large enough to read"
    low = 2 * (HEIGHT - LINE) - 60
    for at_s, middle, corner in (
        (1, SHADES[0], None),
        (3, SCREEN_SHADE, SHADES[0]),
        (5.5, SCREEN_SHADE, SHADES[1]),
    ):
        frame = frames[round(15 * at_s)]
        assert abs(int(frame[low, WIDTH, 0]) - middle) < 14
        assert corner is None or abs(int(frame[low, 2 * WIDTH - 160, 0]) - corner) < 14
    assert abs(int(frames[-5][low, WIDTH, 0]) - SHADES[1]) < 14, "over once it is shared no longer"


def test_what_nobody_was_heard_in_is_left_out_and_said(tmp_path: Path) -> None:
    record_talk(tmp_path / "000", 8, apart=(3, 6))
    target = tmp_path / "whole.webm"
    spans = compose([read_part(tmp_path / "000")], target, Captions({}))
    assert [span.from_ms // 1000 for span in spans] == [0, 6]
    total = sum(span.length_ms for span in spans)
    assert 4500 <= total <= 5100
    with av.open(str(target), "r") as container:
        assert abs((container.duration or 0) / 1000 - total) < 150


def test_further_parts_follow_one_another_and_the_process_says_how_far_it_is(tmp_path: Path) -> None:
    for number in range(2):
        record_talk(tmp_path / f"{number:03}", 3)
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
