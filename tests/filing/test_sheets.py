"""A sheet is found on its desk, and the border of a shadow is not its edge."""

import cv2
import numpy as np
import pytest

from filing.images import Corners, Pixels
from filing.sheets import find_sheet

_SHEET = np.asarray([(150, 90), (640, 130), (620, 830), (110, 800)], np.float32)  # in a frame of 750 x 900


def _on_desk(desk: int, *, shade: float = 0.0) -> Pixels:
    """White paper with grey lines of text; the lower half of the frame `shade` darker, softly."""
    lit = np.full((900, 750), float(desk), np.float32)
    cv2.fillConvexPoly(lit, _SHEET.astype(np.int32), 252.0)
    for top in range(180, 700, 24):
        lit[top : top + 10, 200:560:3] = 70
    rows = np.arange(900, dtype=np.float32)[:, None]
    soft = cv2.GaussianBlur(lit * (1 - shade / (1 + np.exp(-(rows - 430) / 15))), (0, 0), 1.2)
    return np.repeat(soft.astype(np.uint8)[:, :, None], 3, axis=2)


def _share(found: Corners | None) -> float:
    """How much of both sheets is common to them: 1 where they are the same."""
    true, seen = (np.zeros((900, 750), np.uint8) for _ in range(2))
    cv2.fillConvexPoly(true, _SHEET.astype(np.int32), 1)
    cv2.fillConvexPoly(seen, np.asarray(found).astype(np.int32), 1)
    return float((true & seen).sum() / (true | seen).sum())


def test_white_paper_on_a_dark_desk_is_found() -> None:
    assert _share(find_sheet(_on_desk(90))) > 0.95


@pytest.mark.parametrize(("desk", "shade"), [(226, 0.5), (235, 0.3)])
def test_half_a_sheet_in_shadow_on_a_pale_desk_is_not_taken_for_the_sheet(desk: int, shade: float) -> None:
    assert _share(find_sheet(_on_desk(desk, shade=shade))) > 0.95
