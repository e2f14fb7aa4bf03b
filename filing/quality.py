"""What is wrong with a photo of a paper, in words: dark, glare, blur, cut off, too small.

Rule 1: the page asks the same before the upload, with these limits and words (static/js/identity/parts/).
Rule 2: advice, not a verdict: a photo that can be read all the same is taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import cv2
import numpy as np

from filing.images import Pixels, pages


class Fault(StrEnum):
    SMALL = "small"
    DARK = "dark"
    GLARE = "glare"
    BLUR = "blur"
    CUT = "cut"


WORDS = {  # messages
    Fault.SMALL: "The photo is too small. Please go nearer, so that the paper fills the picture.",
    Fault.DARK: "The photo is too dark. Please go where there is more light.",
    Fault.GLARE: "Light is reflected on the paper. Tilt it a little and take the photo again.",
    Fault.BLUR: "The photo is blurred. Hold the phone still, wait for the focus and take it again.",
    Fault.CUT: "The paper is cut off at the edge of the photo. Please take it again with all four corners.",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Measured on 70 rendered photos, cut ones among them; levels are grey levels of 255.

    side_px: everything is measured at this size, so that telephones compare.
    dull: mean absolute Laplacian of the sharpest tenth; sharp papers 6 to 60, shaken ones below 3.
    burnt: share of the picture in lumps at 252 and above; white: where a fifth of it is as bright as this,
    the paper itself is bright. Then only a spot is a lamp's: at most `spot_most` of the picture, filling
    `spot_full` of the rectangle around it, beside `spot_paper` of its edge paper that is darker, and desk
    beside no more than `spot_desk`: paper lit too well is burnt up to its own edge, and between its lines.
    cut_least, cut_most: share of one edge where dark meets light, that is text or a sheet's corner; a frame
    printed along the whole edge has more.
    """

    side_px: int = 800
    least_px: int = 640
    dark: float = 60.0
    dull: float = 3.0
    burnt: float = 0.02
    white: float = 244.0
    spot_most: float = 0.35
    spot_full: float = 0.5
    spot_paper: float = 0.3
    spot_desk: float = 0.1
    cut_least: float = 0.04
    cut_most: float = 0.74
    cut_contrast: float = 90.0


LIMITS = Limits()
_BURNT_LEVEL = 252
_DESK = 150  # no paper is darker beside a lamp's spot
_RING = (3, 7)  # lumps across: the edge of a spot is soft, so its surroundings begin beyond the next ones
_LUMP = 16  # pixels: the smallest reflection that counts, and the width of the edge
_BLOCK = 40
_DARKEST, _BRIGHTEST = 12, 243  # of the 256 pixels of a lump in order of brightness


def worst(warnings: Sequence[str]) -> str | None:
    """The first of a reading's warnings that is about the photo, if there is one."""
    return next((one for one in warnings if one in WORDS.values()), None)


def faults_of(photo: bytes) -> tuple[Fault, ...]:
    """What is wrong with the photo, or with the first page of a PDF, the worst first."""
    page = next(pages(photo, only=0))
    return () if page.printed else faults(page.pixels)


def faults(pixels: Pixels) -> tuple[Fault, ...]:
    """What is wrong with the picture, the worst first."""
    grey = _grey(pixels)
    bright = float(np.percentile(grey, 80, method="lower"))
    edge = max((share for share in _edges(grey) if share < LIMITS.cut_most), default=0.0)
    found = {
        Fault.SMALL: max(pixels.shape[:2]) < LIMITS.least_px,
        Fault.DARK: float(grey.mean()) < LIMITS.dark,
        Fault.GLARE: _glare(grey, bright),
        Fault.BLUR: _sharpness(grey) < LIMITS.dull,
        Fault.CUT: edge > LIMITS.cut_least,
    }
    return tuple(fault for fault, there in found.items() if there)


def _grey(pixels: Pixels) -> Any:
    scale = min(1.0, LIMITS.side_px / max(pixels.shape[:2]))
    size = max(_LUMP, round(pixels.shape[1] * scale)), max(_LUMP, round(pixels.shape[0] * scale))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    return small @ np.asarray([0.299, 0.587, 0.114], np.float32)


def _sharpness(grey: Any) -> float:
    """The sharpest tenth of the blocks speaks for the photo: an empty desk has no edges."""
    middle = grey[1:-1, 1:-1]
    around = grey[1:-1, :-2] + grey[1:-1, 2:] + grey[:-2, 1:-1] + grey[2:, 1:-1]
    means = np.sort(_blocks(np.abs(4 * middle - around), _BLOCK).mean(axis=-1).ravel())[::-1]
    return float(means[len(means) // 10]) if len(means) else 0.0


def _glare(grey: Any, bright: float) -> bool:
    """Are lumps burnt out entirely where the paper is not: by its usual light, or in one spot on it?"""
    lumps = _blocks(grey, _LUMP)
    burnt = (lumps >= _BURNT_LEVEL).all(axis=-1)
    share = _LUMP * _LUMP / grey.size
    if burnt.sum() * share <= LIMITS.burnt:
        return False
    if bright < LIMITS.white:
        return True
    _, labels, regions, _ = cv2.connectedComponentsWithStats(burnt.astype(np.uint8), connectivity=4)
    largest = 1 + int(regions[1:, cv2.CC_STAT_AREA].argmax())
    _, _, width, height, area = regions[largest]
    spot = (labels == largest).astype(np.uint8)
    near, beside = (cv2.dilate(spot, np.ones((n, n), np.uint8)) > 0 for n in _RING)
    around = np.sort(lumps[beside & ~near], axis=-1)[:, _BRIGHTEST]
    if not LIMITS.burnt < area * share < LIMITS.spot_most or area < LIMITS.spot_full * width * height:
        return False
    desk = around < _DESK
    paper = ~desk & (around < _BURNT_LEVEL - 1)
    return (
        bool(desk.mean() <= LIMITS.spot_desk and paper.mean() >= LIMITS.spot_paper) if around.size else False
    )


def _edges(grey: Any) -> list[float]:
    """For each edge, the share of its lumps in which dark meets light."""
    start, end = _blocks(grey, _LUMP), _blocks(grey[::-1, ::-1], _LUMP)
    return [_striking(side) for side in (start[0], end[0], start[:, 0], end[:, 0])]


def _striking(lumps: Any) -> float:
    ordered = np.sort(lumps, axis=-1)
    contrast = np.asarray(ordered[:, _BRIGHTEST] - ordered[:, _DARKEST])
    return float((contrast > LIMITS.cut_contrast).mean())


def _blocks(grey: Any, size: int) -> Any:
    """(rows, columns, size * size): the whole blocks from the top left."""
    rows, columns = grey.shape[0] // size, grey.shape[1] // size
    cut = grey[: rows * size, : columns * size].reshape(rows, size, columns, size)
    return cut.transpose(0, 2, 1, 3).reshape(rows, columns, size * size)
