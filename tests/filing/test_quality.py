"""What is wrong with a photo is told by name, and a good one is let alone."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from filing.errors import Unreadable
from filing.images import Pixels, open_upright
from filing.quality import WORDS, Fault, faults, worst
from filing.reading import read
from odr.demo.papers import Draughtsman
from odr.demo.photos import Shot, photograph
from tests.filing.test_reading import CARD, FONTS


@pytest.fixture(scope="module")
def card() -> Pixels:
    """A card photographed on a desk."""
    font = next((font for font in FONTS if font.exists()), None)
    if font is None:
        pytest.skip("no Chinese font: run `make test`, which installs one")
    return open_upright(photograph(Draughtsman(font).id_back(CARD), Shot(), seed=4))


def _jpeg(pixels: Pixels) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=85)
    return out.getvalue()


def _blurred(card: Pixels) -> Pixels:
    return np.asarray(cv2.GaussianBlur(card, (0, 0), max(card.shape) / 90), np.uint8)


def test_a_good_photo_has_no_fault(card: Pixels) -> None:
    assert faults(card) == ()


def test_each_fault_is_told_by_name(card: Pixels) -> None:
    height, width, _ = card.shape
    burnt = cv2.circle(card.copy(), (width // 2, height // 2), height // 5, (255, 255, 255), -1)
    spoiled = {
        Fault.BLUR: _blurred(card),
        Fault.DARK: card // 5,
        Fault.GLARE: np.asarray(burnt, np.uint8),
        Fault.CUT: np.ascontiguousarray(card[:, int(0.42 * width) :]),
        Fault.SMALL: np.asarray(cv2.resize(card, (480, 480 * height // width)), np.uint8),
    }
    assert {fault for fault, pixels in spoiled.items() if fault in faults(pixels)} == set(spoiled)


@pytest.fixture(scope="module")
def white(card: Pixels) -> Pixels:
    """The middle of that card as a scan: white almost to the last level, and without a desk."""
    height, width, _ = card.shape
    middle = card[height // 4 : 3 * height // 4, width // 4 : 3 * width // 4].astype(np.float32)
    sheet = np.clip(middle * (249 / np.percentile(middle, 60)), 0, 250).astype(np.uint8)
    return np.asarray(cv2.resize(sheet, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)


def test_a_lamp_is_seen_on_a_white_sheet_and_a_sheet_lit_too_well_is_no_lamp(white: Pixels) -> None:
    height, width, _ = white.shape
    lamp = np.exp(
        -(((np.arange(width) - width / 2) / (width / 6)) ** 2)[None, :]
        - (((np.arange(height) - height / 2) / (height / 5)) ** 2)[:, None]
    )
    lit = np.clip(white + 250 * lamp[:, :, None], 0, 255).astype(np.uint8)
    assert Fault.GLARE in faults(lit)
    assert Fault.GLARE not in faults(white)
    assert Fault.GLARE not in faults(np.asarray(cv2.add(white, np.full_like(white, 8)), np.uint8))


def test_a_photo_too_blurred_to_read_is_refused_for_its_blur(card: Pixels) -> None:
    with pytest.raises(Unreadable) as caught:
        read(_jpeg(_blurred(_blurred(card))))
    assert caught.value.message == WORDS[Fault.BLUR]


def test_what_was_not_read_surely_comes_with_the_reason(card: Pixels) -> None:
    shaken = np.asarray(cv2.GaussianBlur(card, (0, 0), max(card.shape) / 170), np.uint8)
    assert worst(read(_jpeg(shaken)).warnings) == WORDS[Fault.BLUR]


def test_what_was_read_surely_comes_without_advice(card: Pixels) -> None:
    assert worst(read(_jpeg(card)).warnings) is None
