"""A drawn paper as a telephone would photograph it: on a desk, at an angle, unevenly lit."""

import io
import math
import random
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image


@dataclass(frozen=True, slots=True)
class Shot:
    """How it was taken: `lean`, `roll` in degrees, `turn` in quarters clockwise.

    `fill` is the share of the frame that the sheet takes; `bend` how far it bulges, in heights of itself;
    `glare` and `shade` 0..1; `motion` in pixels of the photo.
    """

    lean: float = 6.0
    roll: float = 3.0
    turn: int = 0
    width_px: int = 1700
    jpeg: int = 75
    blur: float = 0.6
    noise: float = 2.0
    desk: tuple[int, int, int] = (112, 84, 60)
    fill: float = 0.86
    bend: float = 0.0
    glare: float = 0.0
    shade: float = 0.0
    motion: int = 0


def photograph(paper: bytes, shot: Shot, *, seed: int) -> bytes:
    """The JPEG that a telephone would send."""
    chance = random.Random(seed)  # noqa: S311 - scenery, not a secret
    with Image.open(io.BytesIO(paper)) as opened:
        sheet = _bent(np.asarray(opened.convert("RGB")), shot)
    height_px = (
        round(shot.width_px * 0.75) if sheet.shape[1] > sheet.shape[0] else round(shot.width_px * 4 / 3)
    )
    frame = (shot.width_px, height_px)
    corners = _corners(sheet.shape[1] / sheet.shape[0], frame, shot, chance)
    flat = np.asarray(
        [(0, 0), (sheet.shape[1], 0), (sheet.shape[1], sheet.shape[0]), (0, sheet.shape[0])], np.float32
    )
    matrix = cv2.getPerspectiveTransform(flat, corners)
    desk = np.full((frame[1], frame[0], 3), shot.desk, np.uint8)
    laid = cv2.warpPerspective(
        sheet, matrix, frame, dst=desk, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_TRANSPARENT
    )
    lit = _lit(np.asarray(laid, np.float32), chance)
    if shot.glare or shot.shade:
        lit = _glared(lit, corners, shot, chance)
    soft = cv2.GaussianBlur(lit, (0, 0), shot.blur) if shot.blur > 0 else lit
    if shot.motion > 1:
        soft = cv2.filter2D(soft, -1, _streak(shot.motion, chance.uniform(0, 180)))
    grain = np.random.default_rng(seed).normal(0, shot.noise, soft.shape)
    photo = np.rot90(np.clip(soft + grain, 0, 255).astype(np.uint8), -shot.turn)
    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(photo)).save(out, "JPEG", quality=shot.jpeg)
    return out.getvalue()


def _corners(
    aspect: float, frame: tuple[int, int], shot: Shot, chance: random.Random
) -> npt.NDArray[np.float32]:
    """Where the sheet's corners fall: turned by `roll`, then seen from a point off its middle."""
    width = min(frame[0] * shot.fill, frame[1] * shot.fill * aspect)
    height = width / aspect
    roll = math.radians(chance.choice((-1, 1)) * shot.roll)
    lean_x = math.sin(math.radians(chance.choice((-1, 1)) * shot.lean)) / frame[0]
    lean_y = math.sin(math.radians(chance.choice((-1, 1)) * shot.lean * 0.6)) / frame[1]
    points = []
    for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        across, down = x * width / 2, y * height / 2
        turned = (
            across * math.cos(roll) - down * math.sin(roll),
            across * math.sin(roll) + down * math.cos(roll),
        )
        depth = 1 + lean_x * turned[0] + lean_y * turned[1]
        points.append((frame[0] / 2 + turned[0] / depth, frame[1] / 2 + turned[1] / depth))
    return np.asarray(points, np.float32)


def _lit(picture: npt.NDArray[np.float32], chance: random.Random) -> npt.NDArray[np.float32]:
    """Darker towards one side."""
    fall = np.linspace(1.0, 1.0 - 0.25 * chance.random(), picture.shape[1], dtype=np.float32)
    if chance.random() < 0.5:
        fall = fall[::-1]
    return np.asarray(picture * fall[None, :, None], np.float32)


def _bent(sheet: npt.NDArray[np.uint8], shot: Shot) -> npt.NDArray[np.uint8]:
    """The sheet bulging in the middle, the desk showing where it has left its rectangle."""
    if not shot.bend:
        return sheet
    height, width = sheet.shape[:2]
    across, down = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    lift = shot.bend * height * np.sin(np.pi * across / width).astype(np.float32)
    bent = cv2.remap(
        sheet, across, down + lift, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=shot.desk
    )
    return np.asarray(bent, np.uint8)


def _glared(
    picture: npt.NDArray[np.float32], corners: npt.NDArray[np.float32], shot: Shot, chance: random.Random
) -> npt.NDArray[np.float32]:
    """A lamp's reflection somewhere on the sheet, and the shadow of a head or a hand over half of it."""
    height, width = picture.shape[:2]
    across, down = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    low, high = corners.min(axis=0), corners.max(axis=0)
    x, y = (float(low[i] + (high[i] - low[i]) * chance.uniform(0.15, 0.85)) for i in (0, 1))
    wide, tall = (high - low) * chance.uniform(0.08, 0.16)
    spot = np.exp(-(((across - x) / wide) ** 2 + ((down - y) / tall) ** 2))
    lean = math.radians(chance.uniform(0, 360))
    side = (across - width / 2) * math.cos(lean) + (down - height / 2) * math.sin(lean)
    dark = 1 - shot.shade / (1 + np.exp(-side / (0.02 * width)))
    return np.asarray(picture * dark[:, :, None] + 110 * shot.glare * spot[:, :, None], np.float32)


def _streak(length_px: int, degrees: float) -> npt.NDArray[np.float32]:
    """The path of a hand that did not hold still."""
    kernel = np.zeros((length_px, length_px), np.float32)
    kernel[length_px // 2, :] = 1
    middle = (length_px - 1) / 2
    turned = cv2.warpAffine(
        kernel, cv2.getRotationMatrix2D((middle, middle), degrees, 1), (length_px, length_px)
    )
    return np.asarray(turned / max(1e-6, float(turned.sum())), np.float32)
