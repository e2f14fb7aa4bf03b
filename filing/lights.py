"""Whether the colours that the page showed were seen on the face: the challenge's nonce, come back as light.

Rule 1: colour is judged on the face against its surroundings and without its brightness, so a camera that
corrects its white or its exposure leaves no trace.
Rule 2: the sequence shown must explain what was seen better than any other sequence could.
Rule 3: a light too weak beside the room's is an answer of its own, and never a pass.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

import cv2
import numpy as np

from filing.challenges import SEQUENCES, Colour, Shine
from filing.face_engines import Face, Pixels, Points

# A real video without any such light (a talking head in a moving car, 12 sequences asked of it) reached a
# gain of 0.0085 and a fit of 0.75; the same with a tenth of screen light in its own light, 0.04 and 0.96.
LEAST_GAIN = 0.012
LEAST_FIT = 0.85
# Below it a true sequence may be taken for its neighbour: then the light is called weak, not another one.
# Both are refused; only the words to the person differ.
LEAST_GAIN_TO_ACCUSE = 0.03

_LAGS_MS = range(0, 501, 100)  # screen, camera and encoder together
_EDGE_MS = 40  # frames on the edge of two colours belong to neither
_FEWEST_FRAMES = 8
_FEWEST_PIXELS = 1000
_BURNT, _BLACK = 250, 4  # grey levels beyond which a channel tells nothing

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Tint = np.ndarray[Any, np.dtype[np.float64]]

_LINEAR = (((np.arange(256) / 255 + 0.055) / 1.055) ** 2.4).astype(np.float32)  # sRGB, IEC 61966-2-1
# Opponent colours of the channels' logarithms: what they have in common, brightness, is left out.
_OPPONENT = np.array([[2.0, -1.0, -1.0], [0.0, 3.0**0.5, -(3.0**0.5)]]) / 6.0**0.5
_TOWARDS = dict(zip(Colour, (_OPPONENT / np.linalg.norm(_OPPONENT, axis=0)).T, strict=True))


class Seen(StrEnum):
    """What became of the light."""

    RIGHT = "right"
    WRONG = "wrong"
    TOO_WEAK = "too_weak"


@dataclass(frozen=True, slots=True)
class Glow:
    """How the asked sequence was seen: `gain` in natural logarithms of colour (0.05: a twentieth of the light
    on the face came from the screen), `fit` the correlation with what was shown, -1 to 1.
    """

    seen: Seen
    gain: float
    fit: float


def glow(times_ms: Sequence[float], tints: Sequence[Tint], lights: Sequence[Shine]) -> Glow:
    """Judge the tints of frames against the lights shown. Frames outside the lights do not count."""
    fits = _fits(np.asarray(times_ms, dtype=np.float64), np.asarray(tints, dtype=np.float64), lights)
    asked = fits.get(tuple(one.colour for one in lights), (0.0, 0.0))
    fit, gain = asked
    clear = [one for one in fits.values() if one[0] >= LEAST_FIT and one[1] >= LEAST_GAIN]
    if clear and asked == max(clear):
        return Glow(Seen.RIGHT, gain, fit)
    accused = bool(clear) and max(clear)[1] >= LEAST_GAIN_TO_ACCUSE
    return Glow(Seen.WRONG if accused else Seen.TOO_WEAK, gain, fit)


def tint(pixels: Pixels, face: Face) -> Tint:
    """The colour of a face against its surroundings, two numbers; grey pixels give 0, 0."""
    inside, around = _regions(pixels.shape[0], pixels.shape[1], face.landmarks)
    usable = (pixels.max(axis=2) < _BURNT) & (pixels.min(axis=2) > _BLACK)
    return np.asarray(_OPPONENT @ (_mean_log(pixels, inside & usable) - _mean_log(pixels, around & usable)))


def _regions(height: int, width: int, points: Points) -> tuple[Mask, Mask]:
    """The face from brows to jaw, and all beside it down to the chin."""
    inside, around = np.zeros((height, width), np.uint8), np.ones((height, width), np.uint8)
    cv2.fillConvexPoly(inside, cv2.convexHull(points[:27].astype(np.int32)), 1)
    x, y = points[:27].mean(axis=0)
    jaw = float(np.linalg.norm(points[16] - points[0]))
    cv2.ellipse(around, (round(x), round(y)), (round(0.85 * jaw), round(1.15 * jaw)), 0, 0, 360, 0, -1)
    around[max(0, round(points[8, 1])) :] = 0
    return inside.astype(np.bool_), around.astype(np.bool_)


def _mean_log(pixels: Pixels, where: Mask) -> Tint:
    """Of the linear light; zeros where there is too little to see, so that a wall out of sight is neutral."""
    if int(where.sum()) < _FEWEST_PIXELS:
        return np.zeros(3)
    return np.asarray(np.log(_LINEAR[pixels[where]].mean(axis=0, dtype=np.float64) + 1e-4))


def _fits(
    times_ms: Tint, tints: Tint, lights: Sequence[Shine]
) -> dict[tuple[Colour, ...], tuple[float, float]]:
    """For every sequence that could have been asked, the fit and gain at the lag that suits it best."""
    best: dict[tuple[Colour, ...], tuple[float, float]] = {}
    for slots, seen in _at_each_lag(times_ms, tints, lights):
        for colours in SEQUENCES:
            found = _fit(seen, slots, colours)
            best[colours] = max(found, best.get(colours, found))
    return best


def _at_each_lag(
    times_ms: Tint, tints: Tint, lights: Sequence[Shine]
) -> Iterator[tuple[tuple[int, ...], Tint]]:
    """The frames in the light, each with the number of its colour; drift over the time is taken out."""
    for lag_ms in _LAGS_MS:
        slots = [_slot(t_ms - lag_ms, lights) for t_ms in times_ms]
        chosen = [n for n, slot in enumerate(slots) if slot is not None]
        if len(chosen) >= _FEWEST_FRAMES:
            kept = tuple(slot for slot in slots if slot is not None)
            yield kept, _steady(tints[chosen])


def _slot(t_ms: float, lights: Sequence[Shine]) -> int | None:
    for number, one in enumerate(lights):
        if one.from_ms + _EDGE_MS <= t_ms < one.until_ms - _EDGE_MS:
            return number
    return None


def _fit(seen: Tint, slots: tuple[int, ...], colours: tuple[Colour, ...]) -> tuple[float, float]:
    shown = _shown(slots, colours)
    along, power = float((seen * shown).sum()), float((shown * shown).sum())
    strength = float((seen * seen).sum()) * power
    return along / max(strength**0.5, 1e-12), along / max(power, 1e-12)


@cache
def _shown(slots: tuple[int, ...], colours: tuple[Colour, ...]) -> Tint:
    return _steady(np.array([_TOWARDS[colours[slot]] for slot in slots]))


def _steady(rows: Tint) -> Tint:
    """Without mean and even drift."""
    number = np.arange(len(rows), dtype=np.float64)
    base, _ = np.linalg.qr(np.stack([np.ones_like(number), number], axis=1))
    return np.asarray(rows - base @ (base.T @ rows))
