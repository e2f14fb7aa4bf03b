"""A page on which much is unclear makes nothing sure but what a check digit proves."""

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image

from filing.identifiers import id_check
from filing.images import Pixels
from filing.lines import SURE, Glyph
from filing.ocr import Glyphs
from filing.outlines import Found
from filing.reading import PaperReader

NUMBER = "44019919900307641"
NUMBER += id_check(NUMBER)
CARD = (
    "姓名王小明",
    "性别男民族汉",
    "出生1990年3月7日",
    "住址云海省青禾市书香街8号",
    f"公民身份号码{NUMBER}",
)


class ShakyEngine:
    """Reads this card from any picture; the first `unclear` rows less surely. Rows differ in their width."""

    name = "shaky"

    def __init__(self, unclear: int) -> None:
        self._shares = {
            200 + 40 * row: (text, 0.8 if row < unclear else 0.97) for row, text in enumerate(CARD)
        }

    def find(self, pixels: Pixels, *, coarse: bool = False) -> Found:
        rows = enumerate(self._shares)
        quads = [
            [(20, 80 * n + 20), (20 + w, 80 * n + 20), (20 + w, 80 * n + 60), (20, 80 * n + 60)]
            for n, w in rows
        ]
        return Found.straight(np.asarray(quads, np.float32))

    def recognise(self, strips: Sequence[Pixels]) -> list[Glyphs]:
        return [self._row(*self._shares[strip.shape[1]]) for strip in strips]

    def _row(self, text: str, probability: float) -> Glyphs:
        return tuple(Glyph(char, probability, (i + 0.5) / len(text)) for i, char in enumerate(text))


def _sure(unclear: int) -> set[str]:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), "white").save(out, "PNG")
    fields = PaperReader(ShakyEngine(unclear)).read(out.getvalue(), "id_front").fields
    assert fields["address"].value == "云海省青禾市书香街8号"
    return {name for name, field in fields.items() if field.confidence >= SURE}


def test_rows_read_clearly_on_a_clear_page_are_sure() -> None:
    assert _sure(unclear=1) >= {"address", "nation", "birth", "id_number"}


def test_the_same_rows_on_a_blurred_page_are_not_and_the_number_is() -> None:
    assert _sure(unclear=2) == {"birth", "sex", "id_number"}
