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


def test_a_photo_too_blurred_to_read_is_refused_for_its_blur(card: Pixels) -> None:
    with pytest.raises(Unreadable) as caught:
        read(_jpeg(_blurred(_blurred(card))))
    assert caught.value.message == WORDS[Fault.BLUR]


def test_what_was_not_read_surely_comes_with_the_reason(card: Pixels) -> None:
    shaken = np.asarray(cv2.GaussianBlur(card, (0, 0), max(card.shape) / 170), np.uint8)
    assert worst(read(_jpeg(shaken)).warnings) == WORDS[Fault.BLUR]


def test_what_was_read_surely_comes_without_advice(card: Pixels) -> None:
    assert worst(read(_jpeg(card)).warnings) is None
