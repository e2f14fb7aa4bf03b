"""A bent page is made flat by its lines, and every spot of it can be found again."""

import numpy as np
import pytest

from filing.flatten import Bend, bend_of, laid_flat
from filing.outlines import SPOTS, Found

WIDTH, HEIGHT = 1000, 1400


def _page(bulge_px: float, *, aslant: bool = False) -> Found:
    """Twenty lines 30 pixels high, bulging downwards in the middle; one of them may run aslant."""
    x = np.linspace(100, 900, SPOTS)
    tops = np.arange(200, 1200, 50)
    spines = np.stack(
        [np.stack([x, top + bulge_px * np.sin(np.pi * (x - 100) / 800)], axis=1) for top in tops]
    )
    if aslant:
        spines[7, :, 1] += 0.3 * (x - 500)
    low, high = spines.min(axis=1), spines.max(axis=1)
    corners = [(low[:, 0], low[:, 1] - 15), (high[:, 0], low[:, 1] - 15)]
    corners += [(high[:, 0], high[:, 1] + 15), (low[:, 0], high[:, 1] + 15)]
    quads = np.stack([np.stack(corner, axis=1) for corner in corners], axis=1).astype(np.float32)
    return Found(quads, spines.astype(np.float32), np.full(len(tops), 30, np.float32))


def _bend(found: Found) -> Bend:
    bend = bend_of(found, WIDTH, HEIGHT)
    assert bend is not None
    return bend


def test_a_flat_page_is_left_alone() -> None:
    assert bend_of(_page(0), WIDTH, HEIGHT) is None


def test_a_page_with_few_lines_is_left_alone() -> None:
    found = _page(30)
    assert bend_of(Found(found.quads[:2], found.spines[:2], found.thickness[:2]), WIDTH, HEIGHT) is None


@pytest.mark.parametrize("aslant", [False, True])
def test_bent_lines_lie_level_and_apart(aslant: bool) -> None:
    found = _page(40, aslant=aslant)
    quads = laid_flat(found, _bend(found))
    middles = np.delete(quads[:, :, 1].mean(axis=1), 7)
    assert np.ptp(quads[:, :, 1], axis=1) == pytest.approx(30, abs=1)
    assert np.delete(np.diff(middles), [6]) == pytest.approx(50, abs=2)


def test_what_lies_on_the_flat_page_is_found_again_on_the_bent_one() -> None:
    found = _page(40)
    bend = _bend(found)
    middle = laid_flat(found, bend)[:, :2].mean(axis=1)[:, None] + np.asarray([0, 15], np.float32)
    assert bend.placed(middle)[:, 0, 1] == pytest.approx(found.spines[:, SPOTS // 2, 1], abs=3)


def test_the_flat_picture_shows_bent_lines_level() -> None:
    found = _page(40)
    pixels = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    for x, y in found.spines[10]:
        pixels[int(y) - 3 : int(y) + 4, int(x) - 3 : int(x) + 4] = 0
    rows, _ = np.nonzero(_bend(found).flattened(pixels)[:, :, 0] < 128)
    assert np.ptp(rows) < 14
