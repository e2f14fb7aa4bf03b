"""One contract for every engine."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from filing.decoding import steps_of
from filing.images import Pixels
from filing.lines import FIGURES
from filing.ocr import OcrEngine, RapidEngine, TesseractEngine

FONTS = (
    Path("node_modules/@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf"),
    Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"),
)


@pytest.fixture(scope="module", params=["rapidocr", "tesseract"])
def engine(request: pytest.FixtureRequest) -> OcrEngine:
    if request.param == "rapidocr":
        return RapidEngine()
    if why := TesseractEngine.why_missing():
        pytest.skip(why)
    return TesseractEngine()


@pytest.fixture(scope="module")
def lettering() -> Path:
    font = next((font for font in FONTS if font.exists()), None)
    if font is None:
        pytest.skip("no Chinese font: run `make test`, which installs one")
    return font


def _drawn(font: Path, size: tuple[int, int], *texts: tuple[int, str]) -> Pixels:
    image = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(image)
    for top, text in texts:
        pen.text((40, top), text, font=ImageFont.truetype(font, 40), fill="black")
    return np.asarray(image)


def test_it_finds_every_line(engine: OcrEngine, lettering: Path) -> None:
    page = _drawn(lettering, (800, 500), (60, "中华人民共和国"), (220, "民事起诉状"), (380, "2025年8月27日"))
    quads = engine.find(page).quads
    assert quads.shape == (3, 4, 2)
    assert sorted(int(quad[:, 1].mean()) // 160 for quad in quads) == [0, 1, 2]


def test_it_finds_nothing_on_an_empty_page(engine: OcrEngine) -> None:
    assert len(engine.find(np.full((400, 600, 3), 255, np.uint8))) == 0


def test_it_recognises_strips_in_their_order(engine: OcrEngine, lettering: Path) -> None:
    said = ["人民法院", "440199199003076417", "原告"]
    strips = [_drawn(lettering, (60 + 44 * len(text), 64), (4, text)) for text in said]
    read = engine.recognise(strips)
    assert ["".join(glyph.char for glyph in glyphs).replace(" ", "") for glyphs in read] == said


def test_probabilities_and_places_are_shares(engine: OcrEngine, lettering: Path) -> None:
    (glyphs,) = engine.recognise([_drawn(lettering, (460, 64), (4, "中华人民共和国"))])
    assert all(0 <= glyph.probability <= 1 and 0 <= glyph.at <= 1 for glyph in glyphs)
    assert [glyph.at for glyph in glyphs] == sorted(glyph.at for glyph in glyphs)


def test_no_strips_give_no_texts(engine: OcrEngine) -> None:
    assert engine.recognise([]) == []


def test_figures_are_told_step_by_step_and_only_where_there_are_some(lettering: Path) -> None:
    (number, words) = RapidEngine().recognise(
        [_drawn(lettering, (520, 64), (4, "440199199003")), _drawn(lettering, (460, 64), (4, "壹佰万元整"))]
    )
    steps = steps_of(number)
    assert steps is not None
    assert steps.shape[1] == 1 + len(FIGURES)
    assert np.allclose(steps.sum(axis=1), 1, atol=0.01)
    assert all(glyph.steps is None for glyph in words)
