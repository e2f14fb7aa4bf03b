"""One file of a recording, made afterwards: the picture follows who speaks, all voices are mixed.

`python -m rtc.recording.compose TARGET PART...` reads {"names", "font", "offset_s"} as JSON and says a line
of it now and then: {"done": 0.4}, at the end {"spans", "duration_ms"}. It may be killed at any time.

Rule 1: only what was recorded is shown; stretches in which nobody was heard are left out: `spans` tells.
Rule 2: one pass, a second at a time: an hour needs no more memory than a minute.
Rule 3: each picture carries who is seen and the time of the recording (LL 4).
Rule 4: while a screen is shared it has the picture, and whoever speaks is small beside it; a film with one
        is twice as wide and high, so that what is written on it can be read.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av

from rtc.core.packets import Kind
from rtc.recording.captions import Captions, Image
from rtc.recording.director import Director, Shared, shifts, spans_heard
from rtc.recording.parts import ClosedPart, read_part
from rtc.recording.sources import RATE_HZ, Pictures, Voice, mixed

FPS: Final = 15
SAMPLES: Final = RATE_HZ // FPS
VIDEO_BPS, AUDIO_BPS = 500_000, 40_000
LARGER: Final = 2  # times as wide and high, where a screen was shared
KEY_EVERY: Final = 5 * FPS  # pictures: a player can begin anywhere, five seconds off at most
_CODER: Final = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "threads": "1"}


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one part that is in the file: `at` wall clock, `from_ms` in the part, `ms` in the file."""

    part: ClosedPart
    from_ms: int
    ms: int
    length_ms: int

    def told(self) -> dict[str, Any]:
        at = self.part.started_at + timedelta(milliseconds=self.from_ms)
        return {"at": at.isoformat(), "ms": self.ms, "length_ms": self.length_ms}


def spans_of(parts: Sequence[ClosedPart]) -> list[Span]:
    """What was recorded, one stretch after the other, in whole pictures."""
    found, at_ms = list[Span](), 0
    for part in parts:
        for from_ms, to_ms in spans_heard(part.notes, part.end_ms):
            length_ms = (to_ms - from_ms) * FPS // 1000 * 1000 // FPS
            if length_ms > 0:
                found.append(Span(part, from_ms, at_ms, length_ms))
                at_ms += length_ms
    return found


def compose(
    parts: Sequence[ClosedPart],
    target: Path,
    captions: Captions,
    tell: Callable[[float], None] = lambda _: None,
) -> list[Span]:
    """Write the file; what of it is when. It appears under its name once it is whole."""
    spans, draft = spans_of(parts), target.with_suffix(".draft")
    shared = any(track.kind is Kind.SCREEN for span in spans for track in span.part.tracks)
    captions.enlarge(LARGER if shared else 1)
    total = sum(span.length_ms for span in spans) or 1
    with av.open(str(draft), "w", format="webm") as out:
        film = _Film(out, captions.size, VIDEO_BPS * (LARGER if shared else 1))
        for span in spans:
            for index, (picture, sound) in enumerate(_played(span, captions)):
                film.add(picture, sound)
                if index % FPS == 0:
                    tell((span.ms + index * 1000 / FPS) / total)
        film.end()
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.replace(target)
    return spans


class _Film:
    """The file that is written; pictures and sound in step."""

    def __init__(self, out: av.container.OutputContainer, size: tuple[int, int], bits_per_s: int) -> None:
        self._out = out
        self._video = out.add_stream("libvpx", rate=FPS, options=_CODER)
        self._video.width, self._video.height, self._video.pix_fmt = *size, "yuv420p"
        self._video.codec_context.bit_rate, self._video.codec_context.gop_size = bits_per_s, KEY_EVERY
        self._audio = out.add_stream("libopus", rate=RATE_HZ, layout="mono")
        self._audio.codec_context.bit_rate = AUDIO_BPS
        self._count = 0

    def add(self, picture: Image, sound: Any) -> None:
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts, frame.time_base = self._count, Fraction(1, FPS)
        self._out.mux(self._video.encode(frame))
        voice = av.AudioFrame.from_ndarray(sound.reshape(1, -1), format="s16", layout="mono")
        voice.sample_rate, voice.pts, voice.time_base = RATE_HZ, self._count * SAMPLES, Fraction(1, RATE_HZ)
        self._out.mux(self._audio.encode(voice))
        self._count += 1

    def end(self) -> None:
        self._out.mux(self._video.encode(None))
        self._out.mux(self._audio.encode(None))


def _played(span: Span, captions: Captions) -> Iterator[tuple[Image, Any]]:
    part, late = span.part, shifts(span.part.notes)
    cameras = {t.seat: Pictures(t.path, late.get(t.seat, 0)) for t in part.tracks if t.kind is Kind.VIDEO}
    voices = [Voice(track.path) for track in part.tracks if track.kind is Kind.AUDIO]
    behind = shifts(part.notes, Kind.SCREEN)
    screens = {t.seat: Pictures(t.path, behind.get(t.seat, 0)) for t in part.tracks if t.kind is Kind.SCREEN}
    director, shared = Director(part.notes, tuple(cameras)), Shared(part.notes)
    for index in range(span.length_ms * FPS // 1000):
        at_ms = span.from_ms + index * 1000 // FPS
        seat = director.look(at_ms)
        for other, camera in cameras.items():
            if other != seat:
                camera.pass_by(at_ms)
        shown = cameras[seat].at(at_ms) if seat in cameras else None
        screen = _screen(screens, shared.look(at_ms), at_ms)
        moment = part.started_at + timedelta(milliseconds=at_ms)
        first = span.from_ms * RATE_HZ // 1000 + index * SAMPLES
        yield captions.under(shown, seat, moment, screen), mixed(voices, first, SAMPLES)


def _screen(
    screens: Mapping[str, Pictures], shared: tuple[str, int] | None, at_ms: int
) -> av.VideoFrame | None:
    for seat, pictures in screens.items():
        if shared is None or seat != shared[0]:
            pictures.pass_by(at_ms)
    return screens[shared[0]].at(at_ms, shared[1]) if shared and shared[0] in screens else None


def main(arguments: Sequence[str]) -> int:
    target, *folders = [Path(one) for one in arguments]
    asked: Mapping[str, Any] = json.load(sys.stdin)

    def tell(done: float) -> None:
        sys.stdout.write(json.dumps({"done": round(done, 3)}) + "\n")
        sys.stdout.flush()

    os.nice(15)  # people in a room come first
    captions = Captions(asked["names"], Path(asked["font"]) if asked.get("font") else None, asked["offset_s"])
    spans = compose([read_part(folder) for folder in folders], target, captions, tell)
    told = {"spans": [span.told() for span in spans], "duration_ms": sum(one.length_ms for one in spans)}
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
