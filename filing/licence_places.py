"""The values on a licence by where they stand, for photos on which labels are blurred.

Source: the layout that the State Administration for Market Regulation prescribes (2019): name, type, head and
scope below each other on the left; capital, day of establishment and address on the right.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from filing import values
from filing.columns import Edge, edge_through, middle, one_below_the_other, pitch_of, right_of
from filing.lexicon import likeliest
from filing.lines import Line
from filing.stream import rows

_LONGEST_LABEL = 6  # characters that a label may be read as
_ALIKE = 1.0  # characters: a row that begins further left of the edge has a label
_IDEOGRAPH, _FIGURE = 0.5, 0.25  # from the left side to the middle of a character, in pitches
_FAR = 3.5  # heights of a row: further apart they are no neighbours


@dataclass(frozen=True, slots=True)
class Places:
    """What stands in the place of each value, without its label; `type` as the closed list has it."""

    name: tuple[Line, ...] = ()
    head: tuple[Line, ...] = ()
    capital: tuple[Line, ...] = ()
    address: tuple[Line, ...] = ()
    type: str = ""


def values_of(columns: Sequence[Sequence[Line]], types: Collection[str]) -> Places:
    """The places of the values; those are empty whose neighbour, the type or the day, is lost."""
    if len(columns) != 2:
        return Places()
    left, right = (rows(column) for column in columns)
    form, typed = _type(left, types)
    name, head, _ = _around(left, form, typed, _IDEOGRAPH)
    day = next((i for i, row in enumerate(right) if re.search(values.DATE, _text(row))), None)
    capital, _, below = _around(right, day, _year(right[day]), _FIGURE) if day is not None else ((), (), ())
    return Places(name, head, capital, below, "" if form is None else _meant(left[form], types)[0])


def _text(row: Sequence[Line]) -> str:
    return "".join(line.text for line in row)


def _type(column: Sequence[Sequence[Line]], types: Collection[str]) -> tuple[int | None, float]:
    """The row that shows a type behind at most a label, and where that begins."""
    for i, row in enumerate(column):
        meant, at = _meant(row, types)
        if meant:
            glyphs = [middle(line, glyph)[0] for line in row for glyph in line.glyphs]
            return i, glyphs[at]
    return None, 0.0


def _meant(row: Sequence[Line], types: Collection[str]) -> tuple[str, int]:
    glyphs = [glyph for line in row for glyph in line.glyphs]
    for label in range(min(_LONGEST_LABEL, len(glyphs))):
        meant = likeliest(glyphs[label:], types)
        if meant is not None and glyphs[label].char in meant[:2]:
            return meant, label
    return "", 0


def _year(row: Sequence[Line]) -> float:
    for line in row:
        found = re.search(values.DATE, line.text)
        if found:
            return middle(line, line.glyphs[found.start()])[0]
    return row[-1].place.left


def _around(
    column: Sequence[Sequence[Line]], at: int | None, begins: float, half: float
) -> tuple[tuple[Line, ...], tuple[Line, ...], tuple[Line, ...]]:
    """The values above, right below, and below as far as one value may reach."""
    if at is None:
        return (), (), ()
    lines = [line for row in column for line in row]
    pitch = pitch_of(lines)
    edge = _edge(column[at + 1 :], (begins - half * pitch, _height(column[at])), pitch)
    if edge is None or not pitch:
        return (), (), ()
    over = right_of(column[at - 1], edge) if at and _near(column[at - 1], column[at]) else []
    under = column[at + 1 :] if len(column) > at + 1 and _near(column[at], column[at + 1]) else []
    labelled = [row for row in under if row[0].place.left < edge.at(_height(row)) - _ALIKE * pitch]
    reaching = one_below_the_other([line for row in under for line in right_of(row, edge)])
    return tuple(over), tuple(right_of(labelled[0], edge)) if labelled else (), tuple(reaching)


def _edge(below: Sequence[Sequence[Line]], first: tuple[float, float], pitch: float) -> Edge | None:
    """Through the neighbour and the rows below that have no label."""
    spots = [
        (row[0].place.left + 0.15 * row[0].place.height, _height(row))
        for row in below
        if abs(row[0].place.left - first[0]) < _ALIKE * pitch
    ]
    return edge_through([first, *spots[:2]], pitch)


def _height(row: Sequence[Line]) -> float:
    return (row[0].place.top + row[0].place.bottom) / 2


def _near(above: Sequence[Line], below: Sequence[Line]) -> bool:
    return _height(below) - _height(above) < _FAR * above[0].place.height
