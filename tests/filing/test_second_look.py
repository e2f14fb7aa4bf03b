"""A closer look finds what was overlooked, within a bound."""

import io
from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image

from filing.idcard import UNKNOWN_AREA
from filing.identifiers import id_check
from filing.images import Page, Pixels, corners
from filing.lines import Glyph, Line, Place
from filing.ocr import Glyphs
from filing.outlines import Found
from filing.reading import PaperReader
from filing.recognise import Look, cut_off, legible, look_at
from filing.second_look import look_again, look_below_marks

HEIGHT = 40
ROWS = {200: "姓名王小明", 240: "性别男民族汉", 280: "出生1990年3月7日", 320: "住址云海省青禾市"}


class NearSighted:
    """Sees the first `fine` rows, with `unclear` of them read badly, and every row when it looks coarsely."""

    name = "near-sighted"

    def __init__(self, fine: int, unclear: int = 0) -> None:
        self._fine, self.unclear = fine, unclear
        self.read: list[int] = []

    def find(self, pixels: Pixels, *, coarse: bool = False) -> Found:
        rows = list(enumerate(ROWS))[: None if coarse else self._fine]
        quads = [
            [(20, 80 * n + 20), (20 + w, 80 * n + 20), (20 + w, 80 * n + 60), (20, 80 * n + 60)]
            for n, w in rows
        ]
        return Found.straight(np.asarray(quads, np.float32))

    def recognise(self, strips: Sequence[Pixels]) -> list[Glyphs]:
        self.read += [strip.shape[1] for strip in strips]
        return [self._row(strip.shape[1]) for strip in strips]

    def _row(self, width: int) -> Glyphs:
        text = ROWS[width]
        clear = list(ROWS).index(width) >= self.unclear
        return tuple(Glyph(c, 0.99 if clear else 0.5, (i + 0.5) / len(text)) for i, c in enumerate(text))


def _page(width: int = 640) -> Page:
    return Page(np.full((480, width, 3), 250, np.uint8), np.eye(3))


def _texts(look: Look) -> list[str]:
    return [line.text for line in look.lines]


def test_lines_that_were_overlooked_are_read_and_clear_ones_are_not_read_again() -> None:
    engine = NearSighted(fine=2)
    first = look_at(_page(), engine)
    assert _texts(first) == list(ROWS.values())[:2]
    engine.read.clear()
    assert _texts(look_again(first, engine)) == list(ROWS.values())
    assert engine.read == [280, 320]


def test_unclear_lines_are_read_again_and_the_surer_reading_stays() -> None:
    engine = NearSighted(fine=4, unclear=1)
    first = look_at(_page(), engine)
    engine.read.clear()
    engine.unclear = 0
    again = look_again(first, engine)
    assert engine.read == [200]
    assert all(line.confidence > 0.95 for line in again.lines)


def test_no_more_is_read_again_than_the_bound_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("filing.second_look.MOST_PX", 750)
    engine = NearSighted(fine=1)
    first = look_at(_page(), engine)
    engine.read.clear()
    look_again(first, engine)
    assert sum(48 * width / HEIGHT for width in engine.read) <= 750
    assert engine.read == [240, 280]


def test_a_page_with_a_text_layer_is_not_looked_at_again() -> None:
    line = Line.printed("民事起诉状", Place(0, 0, 100, 20))
    look = Look(Page(np.zeros((9, 9, 3), np.uint8), np.eye(3), 0, (line,)), (line,))
    assert look_again(look, NearSighted(fine=0)) is look


class Veiled(NearSighted):
    """Takes the third row and the mark across it for one line; searching coarsely it finds what is dark."""

    BOX = (20, 180, 300, 220)  # of the row that the mark hides

    def __init__(self) -> None:
        super().__init__(fine=2)

    def find(self, pixels: Pixels, *, coarse: bool = False) -> Found:
        if not coarse:
            mark = np.asarray([[(10, 240), (500, 120), (510, 190), (20, 310)]], np.float32)
            return Found.straight(np.concatenate([super().find(pixels).quads, mark]))
        y, x = np.nonzero(pixels.min(axis=2) < 230)
        left, top, right, bottom = x.min(), y.min(), x.max() + 1, y.max() + 1
        return Found.straight(
            np.asarray([[(left, top), (right, top), (right, bottom), (left, bottom)]], np.float32)
        )

    def recognise(self, strips: Sequence[Pixels]) -> list[Glyphs]:
        return [
            self._row(strip.shape[1]) if strip.shape[1] in ROWS else (Glyph("样", 0.9, 0.5),)
            for strip in strips
        ]


class Marked(NearSighted):
    """Finds two rows and a mark, and searching coarsely that mark alone, in a band that begins at 80."""

    def find(self, pixels: Pixels, *, coarse: bool = False) -> Found:
        mark = np.asarray([[(10, 240), (500, 120), (510, 160), (20, 280)]], np.float32)
        if coarse:
            return Found.straight(mark - np.asarray((0, 80), np.float32))
        return Found.straight(np.concatenate([super().find(pixels).quads, mark]))

    def recognise(self, strips: Sequence[Pixels]) -> list[Glyphs]:
        return [
            self._row(strip.shape[1]) if strip.shape[1] in ROWS else (Glyph("样", 0.9, 0.5),)
            for strip in strips
        ]


def _veiled(pale: int) -> Page:
    page = _page(1900)
    page.pixels[130:300, 10:510] = pale
    left, top, right, bottom = Veiled.BOX
    page.pixels[top:bottom, left:right] = 20
    return page


@pytest.mark.parametrize(("pale", "found"), [(200, [ROWS[280]]), (20, [])])
def test_a_row_hidden_by_a_pale_mark_across_it_is_found(pale: int, found: list[str]) -> None:
    engine = Veiled()
    left, top, right, bottom = engine.BOX
    first = look_at(_veiled(pale), engine)
    below = look_below_marks(first, engine)
    assert [line.text for line in below.lines if line not in first.lines] == found
    box = next((line.box for line in below.lines if line.text == ROWS[280]), None)
    assert box is None or (box[0], box[2]) == ((left, top), (right, bottom))


def test_a_mark_that_is_found_alone_is_no_row_that_was_hidden() -> None:
    engine = Marked(fine=2)
    first = look_at(_page(), engine)
    assert look_below_marks(first, engine) is first


def test_a_form_is_read_with_the_row_that_its_mark_hid() -> None:
    out = io.BytesIO()
    Image.fromarray(_veiled(222).pixels).save(out, "PNG")
    assert PaperReader(Veiled()).read(out.getvalue(), "id_front").fields["birth"].value == "1990-03-07"


def test_a_page_without_a_mark_is_not_searched_for_hidden_rows() -> None:
    engine = NearSighted(fine=2)
    first = look_at(_page(), engine)
    assert look_below_marks(first, engine) is first


def _reaching(right: float, rows: int) -> Look:
    lines = []
    for row in range(rows):
        glyphs = tuple(Glyph("字", 0.99, (i + 0.5) / 8) for i in range(8))
        quad = corners([(60, 50 * row), (right, 50 * row), (right, 50 * row + 30), (60, 50 * row + 30)])
        box = _page().box_in_photo(quad)
        lines.append(Line(glyphs, box, Place(60, 50 * row, right, 50 * row + 30)))
    return Look(_page(), tuple(lines))


@pytest.mark.parametrize(("right", "rows", "cut"), [(639, 5, True), (590, 5, False), (639, 2, False)])
def test_lines_that_run_over_the_edge_tell_that_the_sheet_was_cut(right: float, rows: int, cut: bool) -> None:
    assert cut_off(_reaching(right, rows)) is cut


def test_legible_is_counted_in_characters() -> None:
    assert legible(_reaching(500, 3)) == 24


class Squinting(NearSighted):
    """Reads the last figure of a card's number wrongly, until it looks coarsely."""

    CARD = ("姓名王小明", "性别男民族汉", "出生1990年3月7日", "公民身份号码440199199003076411")
    RIGHT = CARD[-1][:-1] + id_check(CARD[-1][6:-1])

    def __init__(self) -> None:
        super().__init__(fine=4)
        self.looks_again = False

    def find(self, pixels: Pixels, *, coarse: bool = False) -> Found:
        self.looks_again = self.looks_again or coarse
        return super().find(pixels)

    def _row(self, width: int) -> Glyphs:
        row = list(ROWS).index(width)
        text = self.RIGHT if row == 3 and self.looks_again else self.CARD[row]
        sure = 0.6 if row == 3 and not self.looks_again else 0.99
        return tuple(Glyph(c, sure, (i + 0.5) / len(text)) for i, c in enumerate(text))


def test_a_number_that_the_closer_look_proves_is_not_called_wrong() -> None:
    out = io.BytesIO()
    Image.fromarray(_page().pixels).save(out, "PNG")
    reading = PaperReader(Squinting()).read(out.getvalue(), "id_front")
    assert reading.fields["id_number"].value == Squinting.RIGHT[6:]
    assert reading.warnings == (UNKNOWN_AREA,)
