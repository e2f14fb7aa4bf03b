"""Both sides of an identity card copied on one sheet."""

import io

import pytest
from PIL import Image

from filing.images import crop, open_upright
from filing.lines import SURE, Kind, Reading
from filing.reading import BOTH_SIDES, PaperReader
from odr.demo.papers import Draughtsman
from odr.demo.photos import Shot, photograph
from tests.filing.test_reading import CARD, FONTS, FRONT

BACK = {"authority": "样例县公安局", "valid_from": "2019-05-16", "valid_to": "2039-05-16"}
A4 = (1654, 2339)  # at 200 dots an inch; cards of their own size
CARD_SIZE = (674, 425)
DESK = (112, 84, 60)


@pytest.fixture(scope="module")
def reader() -> PaperReader:
    return PaperReader()


@pytest.fixture(scope="module")
def cards() -> tuple[Image.Image, Image.Image]:
    font = next((font for font in FONTS if font.exists()), None)
    if font is None:
        pytest.skip("no Chinese font: run `make test`, which installs one")
    draughtsman, portrait = Draughtsman(font), io.BytesIO()
    Image.new("RGB", (330, 420), (140, 140, 140)).save(portrait, "PNG")
    drawn = draughtsman.id_front(CARD, portrait.getvalue()), draughtsman.id_back(CARD)
    front, back = (Image.open(io.BytesIO(side)).convert("RGB").resize(CARD_SIZE) for side in drawn)
    return front, back


def _sheet(
    cards: tuple[Image.Image, Image.Image], *how: str, ground: tuple[int, int, int] = (255, 255, 255)
) -> bytes:
    """`across`: side by side, the sheet lying; `close`: the cards alone; `back first`; `grey`."""
    width, height = CARD_SIZE
    step = (width + 70, 12) if "across" in how else (12, height + 90)
    size = A4[::-1] if "across" in how else A4
    left, top = ((size[i] - step[i] - CARD_SIZE[i]) // 2 for i in (0, 1))
    if "close" in how:
        left, top, size = 60, 50, (step[0] + width + 120, step[1] + height + 100)
    sheet = Image.new("RGB", size, ground)
    first, second = cards[::-1] if "back first" in how else cards
    sheet.paste(first, (left, top))
    sheet.paste(second, (left + step[0], top + step[1]))
    return _png(sheet.convert("L") if "grey" in how else sheet)


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _said(reading: Reading | None) -> dict[str, object]:
    return {name: field.value for name, field in reading.fields.items()} if reading else {}


SHEETS: dict[str, tuple[str, ...]] = {
    "one below the other": (),
    "side by side, in grey": ("across", "grey"),
    "the back first, no more than the cards": ("back first", "close"),
}


@pytest.mark.parametrize("sheet", SHEETS)
def test_each_form_gets_its_own_side_and_the_other_is_told(
    reader: PaperReader, cards: tuple[Image.Image, Image.Image], sheet: str
) -> None:
    photo = _sheet(cards, *SHEETS[sheet])
    asked = reader.read(photo, "id_front"), reader.read(photo, "id_back")
    for reading, kind, mine, other in zip(
        asked, (Kind.ID_FRONT, Kind.ID_BACK), (FRONT, BACK), (BACK, FRONT), strict=True
    ):
        assert (reading.kind, _said(reading), _said(reading.beside)) == (kind, mine, other)
        assert BOTH_SIDES in reading.warnings
        assert all(field.confidence >= SURE for field in reading.fields.values())


def test_a_sheet_that_lies_on_a_desk_is_known_for_the_front_and_leads_back_to_its_photo(
    reader: PaperReader, cards: tuple[Image.Image, Image.Image]
) -> None:
    photo = photograph(_sheet(cards), Shot(lean=8, roll=4, turn=1, width_px=2400), seed=3)
    reading = reader.read(photo)
    assert (reading.kind, _said(reading), _said(reading.beside)) == (Kind.ID_FRONT, FRONT, BACK)
    assert reading.beside
    number, until = reading.fields["id_number"].box, reading.beside.fields["valid_to"].box
    for box, said in ((number, CARD.id_number), (until, "2039.05.16")):
        assert box is not None
        (again,) = reader.engine.recognise([open_upright(crop(photo, box))])
        assert said in "".join(glyph.char for glyph in again)


def test_two_cards_on_a_desk_are_both_found_though_one_is_taken_for_the_sheet(
    reader: PaperReader, cards: tuple[Image.Image, Image.Image]
) -> None:
    photo = _sheet(cards, "close", ground=DESK)
    assert _said(reader.read(photo, "id_front")) == FRONT
    assert _said(reader.read(photo, "id_back")) == BACK


def test_a_card_alone_has_no_other_side(reader: PaperReader, cards: tuple[Image.Image, Image.Image]) -> None:
    reading = reader.read(_png(cards[0]), "id_front")
    assert (reading.beside, BOTH_SIDES in reading.warnings) == (None, False)
