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
    """How it was taken: `lean`, `roll` in degrees, `turn` in quarters clockwise."""

    lean: float = 6.0
    roll: float = 3.0
    turn: int = 0
    width_px: int = 1700
    jpeg: int = 75
    blur: float = 0.6
    noise: float = 2.0
    desk: tuple[int, int, int] = (112, 84, 60)


def photograph(paper: bytes, shot: Shot, *, seed: int) -> bytes:
    """The JPEG that a telephone would send."""
    chance = random.Random(seed)  # noqa: S311 - scenery, not a secret
    with Image.open(io.BytesIO(paper)) as opened:
        sheet = np.asarray(opened.convert("RGB"))
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
    soft = cv2.GaussianBlur(lit, (0, 0), shot.blur) if shot.blur > 0 else lit
    grain = np.random.default_rng(seed).normal(0, shot.noise, soft.shape)
    photo = np.rot90(np.clip(soft + grain, 0, 255).astype(np.uint8), -shot.turn)
    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(photo)).save(out, "JPEG", quality=shot.jpeg)
    return out.getvalue()


def _corners(
    aspect: float, frame: tuple[int, int], shot: Shot, chance: random.Random
) -> npt.NDArray[np.float32]:
    """Where the sheet's corners fall: turned by `roll`, then seen from a point off its middle."""
    width = min(frame[0] * 0.86, frame[1] * 0.86 * aspect)
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
