"""Handwriting taken off a photograph: the strokes in black on nothing.

Rule 1: uneven light is divided out before ink is told from paper, so that a shadow is not a stroke.
"""

import io

import cv2
import numpy as np
from PIL import Image

from filing.errors import Unreadable
from filing.images import Pixels, open_upright

_SIDE = 1600
_FAINTEST = 40.0  # grey levels between ink and paper; less is no pen
_MOST_INK = 0.35  # of the picture; more is a dark scene, not a signature on paper


class NoInk(Unreadable):
    public = "We found no handwriting on this photo. Please write with a dark pen on white paper."


def ink_of(photo: bytes) -> bytes:
    """The strokes on a photo (JPEG, PNG, HEIC, WebP) as PNG with transparency; NoInk, or Unreadable."""
    pixels = _shrunk(open_upright(photo))
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    size = max(15, (min(grey.shape) // 8) | 1)
    paper = cv2.medianBlur(cv2.dilate(grey, np.ones((15, 15), np.uint8)), min(size, 255))
    depth = cv2.subtract(paper, grey)
    level, mask = cv2.threshold(depth, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    level = max(level, _FAINTEST)
    mask = np.where(depth > level, 255, 0).astype(np.uint8)
    mask = cv2.medianBlur(mask, 3)
    if not mask.any() or mask.mean() / 255 > _MOST_INK:
        raise NoInk
    out = io.BytesIO()
    Image.merge("LA", (Image.new("L", mask.shape[::-1], 0), Image.fromarray(mask))).save(out, "PNG")
    return out.getvalue()


def _shrunk(pixels: Pixels) -> Pixels:
    scale = _SIDE / max(pixels.shape[:2])
    if scale >= 1:
        return pixels
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)
