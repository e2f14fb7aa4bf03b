"""The text of a paper as one string that remembers where each character came from."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from filing.lines import Box, Field, Glyph, Line, Value
from filing.traditional import simplified

_SAME = str.maketrans({"•": "·", "・": "·", "‧": "·", "●": "·", "–": "-", "—": "-", "～": "~", "￥": "¥"})
_MENDED = 0.9  # the most of a character that was read in its old form
NEXT_ROW = 2.0  # heights of a row: the most that lies between two rows of one value
_TALLER = 1.5
_AGREEING = 0.1
_GAPS = frozenset(" \t\u3000")
_GLUE = frozenset(
    "，,。.、：:；;（）()“”\"'·-~年月日¥"
)  # punctuation and date marks say little about a value


@dataclass(frozen=True, slots=True)
class _Spot:
    glyph: Glyph
    line: Line


class Stream:
    """Lines in reading order. `text` has no spaces and half-width signs; positions in it lead to fields."""

    def __init__(self, lines: Iterable[Line]) -> None:
        chars: list[str] = []
        spots: list[_Spot] = []
        starts: list[int] = []
        for line in lines:
            starts.append(len(chars))
            for glyph in map(_usual, line.glyphs):
                for char in _plain(glyph.char):
                    chars.append(char)
                    spots.append(_Spot(glyph, line))
        self.text = "".join(chars)
        self.line_starts = tuple(starts)
        self._spots = spots

    def field(self, start: int, end: int, value: Value | None = None) -> Field:
        """What stands between two positions; as sure as its least sure character."""
        spots = self._spots[start:end]
        telling = [s.glyph.probability for s in spots if s.glyph.char not in _GLUE]
        sure = min(telling, default=0.0)
        said = self.text[start:end] if value is None else value
        page = spots[0].line.place.page if spots else 0
        return Field(said, round(sure, 4), _around(spots), page)

    def group(self, match: re.Match[str], group: int | str = 1, value: Value | None = None) -> Field:
        return self.field(match.start(group), match.end(group), value)

    def find(
        self, pattern: str, *, group: int | str = 1, start: int = 0, end: int | None = None
    ) -> Field | None:
        """The first match of a pattern, or None where there is none."""
        match = re.compile(pattern).search(self.text, start, len(self.text) if end is None else end)
        return None if match is None else self.group(match, group)

    def find_last(self, pattern: str) -> Field | None:
        """The last match of a pattern's first group, or None."""
        matches = list(re.finditer(pattern, self.text))
        return self.group(matches[-1]) if matches else None

    def line_end(self, start: int, end: int) -> int:
        """`end`, or where the row of `start` ends before it: what follows below is another thing."""
        row = self._spots[start].line.place
        return next((i for i in range(start, end) if not self._spots[i].line.place.beside(row)), end)

    def row_end(self, start: int, end: int) -> int:
        """`end`, or where the row of what stands before `start`, a label, ends before it."""
        row = self._spots[start - 1].line.place
        return next((i for i in range(start, end) if not self._spots[i].line.place.beside(row)), end)

    def column_end(self, start: int, end: int) -> int:
        """`end`, or where a row is left empty before it: no value goes on below a gap."""
        for i in range(start + 1, end):
            over, under = self._spots[i - 1].line.place, self._spots[i].line.place
            if under.top - over.bottom > NEXT_ROW * over.height:
                return i
        return end

    def taller(self, at: int) -> bool:
        """Are the letters at a position far taller than those before it? No value is printed in two sizes."""
        return self._spots[at].line.place.height > _TALLER * self._spots[at - 1].line.place.height

    def grows(self, start: int, end: int) -> int:
        """`end`, or where a line in far taller letters begins before it."""
        return next((at for at in self.line_starts if start < at < end and self.taller(at)), end)

    def glyphs(self, start: int, end: int) -> list[Glyph]:
        return [spot.glyph for spot in self._spots[start:end]]

    def span(self, pattern: str, start: int = 0, end: int | None = None) -> tuple[int, int] | None:
        match = re.compile(pattern).search(self.text, start, len(self.text) if end is None else end)
        return None if match is None else match.span()


def rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines that stand beside each other, from top to bottom, each row from left to right."""
    found: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.place.page, line.place.top + line.place.bottom)):
        for row in found[-3:]:
            if all(line.place.beside(other.place) for other in row):
                row.append(line)
                break
        else:
            found.append([line])
    return [sorted(row, key=lambda line: line.place.left) for row in found]


def in_rows(lines: Sequence[Line]) -> list[Line]:
    """Lines as a reader meets them."""
    return [line for row in rows(lines) for line in row]


def vouched(first: Field, *others: Field | None, worth: float = _AGREEING) -> Field:
    """The same value read in several places: agreement makes sure, disagreement never does.

    `worth` of agreeing is nothing for names: a rare character reads as its likelier neighbour everywhere.
    """
    heard = [other for other in others if other is not None]
    if not heard:
        return first
    if any(other.value == first.value for other in heard):
        strongest = max([first.confidence, *(o.confidence for o in heard if o.value == first.value)])
        return first.at_least(min(0.99, strongest + worth))
    return first.against(*heard)


def _usual(glyph: Glyph) -> Glyph:
    """The form that mainland papers print; what the engine gave to the old form counts for it.

    A rare character stays where the engine put it first: people are called 翯 and 赟, and it knows them.
    """
    char = simplified(glyph.char)
    same = sum(share for other, share in glyph.others if simplified(other) == char)
    if char != glyph.char:
        return replace(glyph, char=char, probability=min(glyph.probability + same, _MENDED))
    return replace(glyph, probability=min(glyph.probability + same, 1.0)) if same else glyph


def _plain(char: str) -> str:
    if char in _GAPS:
        return ""
    return unicodedata.normalize("NFKC", char).translate(_SAME).replace(" ", "")


def _around(spots: Sequence[_Spot]) -> Box | None:
    """The outline of the characters: cut from their line, or around the pieces of several lines."""
    pieces: list[tuple[Line, list[Glyph]]] = []
    for spot in spots:
        if not pieces or pieces[-1][0] is not spot.line:
            pieces.append((spot.line, []))
        pieces[-1][1].append(spot.glyph)
    boxes = [_piece(line, glyphs) for line, glyphs in pieces]
    if len(boxes) < 2:
        return boxes[0] if boxes else None
    xs = [x for box in boxes for x, _ in box]
    ys = [y for box in boxes for _, y in box]
    left, top, right, bottom = min(xs), min(ys), max(xs), max(ys)
    return (left, top), (right, top), (right, bottom), (left, bottom)


def _piece(line: Line, glyphs: Sequence[Glyph]) -> Box:
    half = 0.6 / max(1, len(line.glyphs))
    start = max(0.0, glyphs[0].at - half) if glyphs[0] is not line.glyphs[0] else 0.0
    end = min(1.0, glyphs[-1].at + half) if glyphs[-1] is not line.glyphs[-1] else 1.0
    one, two, three, four = line.box
    return (
        _between(one, two, start),
        _between(one, two, end),
        _between(four, three, end),
        _between(four, three, start),
    )


def _between(a: tuple[float, float], b: tuple[float, float], share: float) -> tuple[float, float]:
    return round(a[0] + share * (b[0] - a[0]), 1), round(a[1] + share * (b[1] - a[1]), 1)
