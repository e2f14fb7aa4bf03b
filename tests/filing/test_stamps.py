"""A stamp laid across a copy: the address below it is kept, and never sure."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont

from filing import values
from filing.lines import SURE, Field, Glyph, Line, Place
from filing.reading import PaperReader
from filing.stream import Stream
from odr.demo.papers import Draughtsman
from tests.filing.test_reading import CARD, FONTS, FRONT

WORDS = "仅供诉讼使用"
AT, SIZE = (290, 430), 84
RED, BLACK = (190, 20, 20), (30, 30, 30)


@pytest.fixture(scope="module")
def reader() -> PaperReader:
    return PaperReader()


@pytest.fixture(scope="module")
def font() -> Path:
    font = next((font for font in FONTS if font.exists()), None)
    if font is None:
        pytest.skip("no Chinese font: run `make test`, which installs one")
    return font


def _card(font: Path) -> Image.Image:
    portrait = io.BytesIO()
    Image.new("RGB", (330, 420), (140, 140, 140)).save(portrait, "PNG")
    drawn = Draughtsman(font).id_front(CARD, portrait.getvalue())
    return Image.open(io.BytesIO(drawn)).convert("RGB")


def _licence(font: Path) -> Image.Image:
    sheet = Image.new("RGB", (1500, 900), "white")
    pen, letters = ImageDraw.Draw(sheet), ImageFont.truetype(font, 36)
    rows = (
        "营业执照",
        "统一社会信用代码：91330199P51EYW1M4T",
        "名称：样例商贸有限公司",
        f"住所：{CARD.address}",
    )
    for row, text in enumerate(rows):
        pen.text((120, 120 + 130 * row), text, fill="black", font=letters)
    return sheet


def _stamped(paper: Image.Image, font: Path, lean: float, ink: tuple[int, int, int]) -> bytes:
    """Ink as it soaks into paper: print below it stays darker."""
    layer = Image.new("RGB", paper.size, "white")
    ImageDraw.Draw(layer).text(AT, WORDS, font=ImageFont.truetype(font, SIZE), fill=ink)
    middle = (AT[0] + 3 * SIZE, AT[1] + SIZE // 2)
    laid = layer.rotate(lean, center=middle, resample=Image.Resampling.BICUBIC, fillcolor="white")
    out = io.BytesIO()
    ImageChops.multiply(paper, laid).save(out, "JPEG", quality=92)
    return out.getvalue()


@pytest.mark.parametrize("lean", [0, 15, 30])
def test_the_address_below_a_red_stamp_is_read_whole_and_shown_for_the_eye(
    reader: PaperReader, font: Path, lean: int
) -> None:
    fields = reader.read(_stamped(_card(font), font, lean, RED), "id_front").fields
    assert {name: field.value for name, field in fields.items()} == FRONT
    assert fields["address"].confidence < SURE
    assert all(fields[name].confidence >= SURE for name in ("name", "sex", "birth", "id_number"))


def test_a_red_stamp_on_a_licence_costs_nothing_but_certainty(reader: PaperReader, font: Path) -> None:
    fields = reader.read(_stamped(_licence(font), font, 8, RED), "licence").fields
    assert fields["address"].value == CARD.address
    assert fields["address"].confidence < SURE


@pytest.mark.parametrize("lean", [0, 15, 30])
def test_what_a_black_stamp_leaves_of_an_address_is_kept_and_never_sure(
    reader: PaperReader, font: Path, lean: int
) -> None:
    address = _address(reader, _stamped(_card(font), font, lean, BLACK))
    assert str(address.value).startswith("云海省青禾市松溪县")
    assert address.confidence < SURE


def _address(reader: PaperReader, photo: bytes) -> Field:
    return reader.read(photo, "id_front").fields["address"]


@pytest.mark.parametrize(
    ("read", "address", "sure"),
    [
        ("云海省青禾市和平西街155号", "云海省青禾市和平西街155号", True),
        ("云海省青禾市松溪县和平", "云海省青禾市松溪县和平", False),
        ("街155号紫竹新村4号楼", "街155号紫竹新村4号楼", False),
        ("云海省青禾市和平西街155号共", "云海省青禾市和平西街155号", False),
    ],
)
def test_an_address_that_lost_an_end_or_took_a_piece_of_a_stamp_is_not_sure(
    read: str, address: str, sure: bool
) -> None:
    glyphs = [Glyph(char, 0.6 if char == "共" else 0.99, i / len(read)) for i, char in enumerate(read)]
    line = Line(tuple(glyphs), ((0, 0), (400, 0), (400, 30), (0, 30)), Place(0, 0, 400, 30))
    field = values.address(Stream([line]), 0, len(read))
    assert (field.value, field.confidence >= SURE) == (address, sure)
