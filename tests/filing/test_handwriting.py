import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from filing.errors import Unreadable
from filing.handwriting import NoInk, ink_of


def photo(*, ink: int = 40, shadow: int = 60) -> bytes:
    """A stroke on paper that gets darker to the right."""
    paper = np.tile(np.linspace(230, 230 - shadow, 900), (600, 1)).astype(np.uint8)
    picture = Image.fromarray(paper)
    ImageDraw.Draw(picture).line([(200, 300), (400, 150), (700, 420)], fill=ink, width=12)
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG")
    return out.getvalue()


def alpha(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))[:, :, 3]


def test_the_stroke_stays_and_the_shadow_goes() -> None:
    mask = alpha(ink_of(photo()))
    assert mask[225, 300] == 255
    assert mask[50, 850] == 0
    assert 0.005 < (mask > 0).mean() < 0.05


def test_paper_without_a_stroke_is_told() -> None:
    with pytest.raises(NoInk):
        ink_of(photo(ink=228, shadow=0))


def test_what_is_no_picture_is_told() -> None:
    with pytest.raises(Unreadable):
        ink_of(b"%PNG nothing")
