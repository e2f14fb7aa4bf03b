"""Shadows, glare and pale marks go; print stays."""

import numpy as np

from filing.images import Pixels
from filing.light import evened, without_pale, without_red


def _striped(paper: float, ink: float) -> Pixels:
    """Paper with a stroke two pixels wide in every twelve."""
    pixels = np.full((600, 900, 3), paper, np.uint8)
    pixels[:, ::12] = pixels[:, 1::12] = round(ink)
    return pixels


def test_a_page_half_in_shadow_is_lit_alike() -> None:
    page = _striped(220, 60)
    page[:, 450:] = (page[:, 450:] * 0.5).astype(np.uint8)
    even = evened(page)
    assert abs(float(even[:, 100:350].mean()) - float(even[:, 550:800].mean())) < 12
    assert min(even[300, 206].min(), even[300, 706].min()) > 225


def test_print_that_glare_has_bleached_is_deepened() -> None:
    bleached = evened(_striped(250, 228))
    assert int(bleached[300, 306].min()) - int(bleached[300, 300].min()) > 60


def test_empty_paper_stays_empty() -> None:
    assert evened(np.full((600, 900, 3), 200, np.uint8)).min() > 225


def test_a_pale_mark_is_wiped_off_a_line_and_its_print_stays() -> None:
    line = np.full((48, 400, 3), 240, np.uint8)
    line[10:38, 20:60] = 20
    line[5:43, 200:300] = (225, 200, 200)
    clean = without_pale(line)
    assert clean[:, 200:300].min() > 230
    assert clean[10:38, 20:60].max() < 30


def test_red_over_black_ink_disappears() -> None:
    line = np.full((48, 400, 3), 240, np.uint8)
    line[:, 100:200] = (225, 90, 90)
    line[20:28, 120:180] = (60, 20, 20)
    clean = without_red(line)
    assert clean[:, 100:119].min() > 200
    assert clean[20:28, 120:180].max() < 90
