"""A bent or leaning page made flat, by the lines of text on it.

Rule 1: one smooth field for the whole page, fitted to all long lines at once, so that a line lost in glare
follows its neighbours.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from filing.images import Pixels
from filing.outlines import Found, Quads

_DEGREE = 4  # a sheet that bulges, or waves once
_LEAST_LENGTH = 0.12  # of the page's width
_LEAST_LINES = 3
_FLAT_ENOUGH = 0.2  # of a line's height
_STRAY = 0.5  # of a line's height: such spots are left out of a second fit
_STIFFNESS = 1e-3
_ASLANT = 0.08  # of a line's length, away from the lean that most lines share

_Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bend:
    """How far below its flat place each spot of the page lies."""

    weights: _Numbers  # (2 * _DEGREE,)
    width: int
    height: int

    def below(self, x: _Numbers, y: _Numbers) -> _Numbers:
        return np.asarray(_terms(x, y, self.width, self.height) @ self.weights)

    def flattened(self, pixels: Pixels) -> Pixels:
        x, y = np.meshgrid(np.arange(0, self.width + 16, 16.0), np.arange(0, self.height + 16, 16.0))
        coarse = self.below(x.ravel(), y.ravel()).reshape(x.shape).astype(np.float32)
        fine = cv2.resize(coarse, None, fx=16, fy=16, interpolation=cv2.INTER_LINEAR)
        # resizing centres the samples: the first stands at 7.5, not at 0
        shift = cv2.warpAffine(fine, np.array([(1, 0, -7.5), (0, 1, -7.5)]), (self.width, self.height))
        across, down = np.meshgrid(
            np.arange(self.width, dtype=np.float32), np.arange(self.height, dtype=np.float32)
        )
        flat = cv2.remap(pixels, across, down + shift, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(flat, np.uint8)

    def placed(self, quads: Quads) -> Quads:
        """Corners on the flat page, where they are on the bent one."""
        spots = quads.reshape(-1, 2).astype(np.float64)
        down = self.below(spots[:, 0], spots[:, 1])
        return np.stack([spots[:, 0], spots[:, 1] + down], axis=1).reshape(quads.shape).astype(np.float32)


def bend_of(found: Found, width: int, height: int) -> Bend | None:
    """The bend of a page whose lines run across, or None where it is flat or has too few lines to tell."""
    long = _running(found.spines.astype(np.float64), width)
    if long.sum() < _LEAST_LINES:
        return None
    spines, thickness = found.spines[long].astype(np.float64), found.thickness[long].astype(np.float64)
    kept = np.ones(spines.shape[:2], bool)
    for _ in range(2):
        weights, stray = _fit(spines, kept, width, height)
        kept &= np.abs(stray) < _STRAY * thickness[:, None]
    bend = Bend(weights, width, height)
    slopes = np.ptp(bend.below(spines[:, :, 0].ravel(), spines[:, :, 1].ravel()).reshape(kept.shape), axis=1)
    return bend if slopes.max() > _FLAT_ENOUGH * np.median(thickness) else None


def laid_flat(found: Found, bend: Bend) -> Quads:
    """The lines as upright rectangles on the flat page."""
    x, y = found.spines[:, :, 0].astype(np.float64), found.spines[:, :, 1].astype(np.float64)
    middle = np.median(y - bend.below(x.ravel(), y.ravel()).reshape(x.shape), axis=1)
    half = found.thickness / 2
    left, right = x.min(axis=1) - half * 0.6, x.max(axis=1) + half * 0.6
    corners = [(left, middle - half), (right, middle - half), (right, middle + half), (left, middle + half)]
    return np.stack([np.stack(corner, axis=1) for corner in corners], axis=1).astype(np.float32)


def _running(spines: _Numbers, width: int) -> npt.NDArray[np.bool_]:
    """Which lines are long and lean like the others: a mark printed aslant is none of them."""
    across, down = spines[:, -1, 0] - spines[:, 0, 0], spines[:, -1, 1] - spines[:, 0, 1]
    long = across > _LEAST_LENGTH * width
    slopes = down / np.maximum(across, 1.0)
    usual = np.median(slopes[long]) if long.any() else 0.0
    return np.asarray(long & (np.abs(slopes - usual) < _ASLANT), bool)


def _terms(x: _Numbers, y: _Numbers, width: int, height: int) -> _Numbers:
    across, down = (x - width / 2) / width, (y - height / 2) / height
    powers = [across**n for n in range(1, _DEGREE + 1)]
    return np.stack([*powers, *(power * down for power in powers)], axis=-1)


def _fit(spines: _Numbers, kept: npt.NDArray[np.bool_], width: int, height: int) -> tuple[_Numbers, _Numbers]:
    """Least squares over all spots: each line has a height of its own, all share the bend."""
    lines, spots = kept.shape
    terms = _terms(spines[:, :, 0], spines[:, :, 1], width, height)
    own = np.repeat(np.eye(lines), spots, axis=0)
    left = np.concatenate([terms.reshape(lines * spots, -1), own], axis=1)
    right = spines[:, :, 1].reshape(-1)
    length = np.ptp(spines[:, :, 0], axis=1) / width
    weight = (kept * np.sqrt(length)[:, None]).reshape(-1)
    stiff = np.zeros((terms.shape[-1], left.shape[1]))
    stiff[:, : terms.shape[-1]] = np.sqrt(_STIFFNESS) * np.eye(terms.shape[-1])
    solved, *_ = np.linalg.lstsq(
        np.concatenate([left * weight[:, None], stiff]),
        np.concatenate([right * weight, np.zeros(len(stiff))]),
        rcond=None,
    )
    stray = (right - left @ solved).reshape(lines, spots)
    return solved[: terms.shape[-1]], stray
