"""Where lines of text run, from a map of how likely each spot is text.

The outline is that of Differentiable Binarization (Liao et al., 2020), with PaddleOCR's figures; the spine
beside it follows a line across a bent sheet, which a rectangle cannot.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Quads = npt.NDArray[np.float32]  # (n, 4, 2): corners of each line, clockwise
Spines = npt.NDArray[np.float32]  # (n, SPOTS, 2): the middle of each line from one end to the other

SPOTS = 9
_LIKELY = 0.3
_LEAST_MEAN = 0.5
_GROWTH = 1.6  # the network marks the core of a line: its area by its outline times this is what is missing
_LEAST_CORE, _LEAST_SIDE = 3, 5
_LONG = 4.0  # shorter ones, by their height, cannot show a bend


@dataclass(frozen=True, slots=True)
class Found:
    """Lines in any order. `thickness` is the height of each line across its spine."""

    quads: Quads
    spines: Spines
    thickness: npt.NDArray[np.float32]

    @classmethod
    def straight(cls, quads: Quads) -> "Found":
        """Lines known by their corners alone, which are clockwise from the top left."""
        share = np.linspace(0, 1, SPOTS, dtype=np.float32)[None, :, None]
        left, right = (quads[:, 0] + quads[:, 3]) / 2, (quads[:, 1] + quads[:, 2]) / 2
        spines = left[:, None] + share * (right - left)[:, None]
        thickness = np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1)
        return cls(quads, spines.astype(np.float32), thickness.astype(np.float32))

    def __len__(self) -> int:
        return len(self.quads)


def outlined(likely: Any, scale: tuple[float, float]) -> Found:
    """The lines in a map (height, width) of 0..1; `scale` brings its x and y to those of the picture."""
    core = cv2.dilate((likely > _LIKELY).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(core, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    lines = [line for contour in contours for line in _line(contour, likely)]
    if not lines:
        return Found.straight(np.zeros((0, 4, 2), np.float32))
    quads, spines, thickness = (np.stack(part).astype(np.float32) for part in zip(*lines, strict=True))
    factor = np.asarray(scale, np.float32)
    return Found(quads * factor, spines * factor, thickness * factor.mean())


def _line(contour: Any, likely: Any) -> Iterator[tuple[Any, Any, Any]]:
    centre, (width, height), degrees = cv2.minAreaRect(contour)
    if min(width, height) < _LEAST_CORE or _mean(
        likely, cv2.boxPoints((centre, (width, height), degrees))
    ) < (_LEAST_MEAN):
        return
    grown = _GROWTH * width * height / (2 * (width + height))
    size = width + 2 * grown, height + 2 * grown
    if min(size) < _LEAST_SIDE:
        return
    quad = cv2.boxPoints((centre, size, degrees))
    spine, core = _spine(contour, centre, (width, height), degrees)
    length = max(width, height)
    yield quad, spine, np.float32(core + _GROWTH * length * core / (length + core))


def _mean(likely: Any, box: Any) -> float:
    left, top = np.clip(np.floor(box.min(axis=0)).astype(int), 0, None)
    right, bottom = np.ceil(box.max(axis=0)).astype(int) + 1
    part = likely[top:bottom, left:right]
    inside = np.zeros(part.shape, np.uint8)
    cv2.fillPoly(inside, [(box - (left, top)).astype(np.int32)], 1)
    return float(cv2.mean(part, inside)[0])


def _spine(contour: Any, centre: Any, size: tuple[float, float], degrees: float) -> tuple[Any, float]:
    """The middle of the core along its longer side, and its height across that."""
    radians = np.deg2rad(degrees if size[0] >= size[1] else degrees + 90)
    along, across = (
        np.array([np.cos(radians), np.sin(radians)]),
        np.array([-np.sin(radians), np.cos(radians)]),
    )
    length, height = max(size), min(size)
    at = np.linspace(-0.5, 0.5, SPOTS) * length
    if length < _LONG * height:
        return centre + at[:, None] * along, height
    left, top, wide, tall = cv2.boundingRect(contour)
    filled = np.zeros((tall, wide), np.uint8)
    cv2.drawContours(filled, [contour - (left, top)], -1, 1, cv2.FILLED)
    rows, columns = np.nonzero(filled)
    spots = np.stack([columns + left, rows + top], axis=1) - centre
    u, v = spots @ along, spots @ across
    bent = np.polynomial.Polynomial.fit(u, v, 4, domain=[-length / 2, length / 2])
    return centre + at[:, None] * along + bent(at)[:, None] * across, min(height, len(u) / length)
