"""What lies over a page and is no print: shadows and glare divided out, pale marks wiped off."""

from typing import Any

import cv2
import numpy as np

from filing.images import Pixels

_SIDE = 160  # pixels at which paper and light are told from print
_PRINT = 9  # of those pixels: no stroke is as wide
_SOFTNESS = 4.0
_DARKEST = 20.0  # no paper is darker; where all is dark there is nothing to divide
_PAPER = 235.0
_STRONG = 60.0  # how deep print is in the small picture, where strokes and gaps run together
_MOST_GAIN = 4.0  # for print that glare has bleached; more brings up grain
_PALE = 0.3  # of the depth of the ink in the same line: a mark laid under or over it
_INKY = 0.5
_REDDER = 60  # levels of 255: skin has up to 50


def evened(pixels: Pixels) -> Pixels:
    """The page as if lit alike everywhere, its paper near white and its print equally deep."""
    height, width = pixels.shape[:2]
    lit = _lit(pixels)
    scale = _SIDE / max(height, width)
    shrunk = cv2.resize(lit, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    depth = np.clip(_PAPER - shrunk.min(axis=2), 0, 255)
    around = cv2.GaussianBlur(cv2.dilate(depth, np.ones((_PRINT, _PRINT))), (0, 0), _SOFTNESS)
    gain = cv2.resize(np.clip(_STRONG / np.maximum(around, 1.0), 1.0, _MOST_GAIN), (width, height))
    return np.asarray(np.clip(_PAPER - (_PAPER - lit) * gain[:, :, None], 0, 255), np.uint8)


def unshaded(pixels: Pixels) -> Pixels:
    """The page as if lit alike everywhere, its print as deep as it was: no grain is brought up."""
    return np.asarray(_lit(pixels), np.uint8)


def _lit(pixels: Pixels) -> Any:
    height, width = pixels.shape[:2]
    scale = _SIDE / max(height, width)
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((_PRINT, _PRINT), np.uint8))
    light = cv2.resize(cv2.GaussianBlur(paper, (0, 0), _SOFTNESS), (width, height))
    return np.minimum(pixels * (_PAPER / np.maximum(light.astype(np.float32), _DARKEST)), 255)


def without_pale(strip: Pixels) -> Pixels:
    """A line of text without what is far paler than its ink."""
    grey = cv2.cvtColor(strip, cv2.COLOR_RGB2GRAY).astype(np.float32)
    depth = np.percentile(grey, 90) - grey
    ink = max(1.0, float(np.percentile(depth, 98)))
    kept = np.clip((depth / ink - _PALE) / (_INKY - _PALE), 0, 1)[:, :, None]
    paper = np.percentile(strip.reshape(-1, 3), 90, axis=0)
    return np.asarray(np.clip(paper - (paper - strip) * kept, 0, 255), np.uint8)


def without_red(strip: Pixels) -> Pixels:
    """A line of text without the red of seals and thumb prints, which leaves black ink as it was."""
    return np.repeat(strip[:, :, :1], 3, axis=2)


def red_of(pixels: Pixels) -> Any:
    """Where red ink lies: far redder than skin or a faded background."""
    return _redness(pixels) > _REDDER


def without_stamp(pixels: Pixels) -> Pixels:
    """A page without the red ink that lies on it: its own depth, where it lies, is divided out."""
    redness, levels = _redness(pixels), pixels[:, :, 0].astype(np.float32)
    stamp = redness > _REDDER
    if not stamp.any():
        return without_red(pixels)
    covered = np.clip(redness / float(np.median(redness[stamp])), 0, 1)
    gain = max(1.0, float(np.percentile(levels, 80)) / float(np.median(levels[stamp])))
    lifted = np.clip(levels * (1 + covered * (gain - 1)), 0, 255).astype(np.uint8)
    return np.repeat(lifted[:, :, None], 3, axis=2)


def _redness(pixels: Pixels) -> Any:
    red, green, blue = (pixels[:, :, i].astype(np.float32) for i in range(3))
    return red - np.maximum(green, blue)
