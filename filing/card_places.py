"""The values on the front of an identity card by where they stand, for photos on which labels are blurred.

Source: GA 448, the order of the rows: name; sex and nation; birth; address; number.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from filing.columns import Edge, edge_through, middle, one_below_the_other, pitch_of, right_of
from filing.lines import Glyph, Line
from filing.stream import rows

_NUMBER = re.compile(r"[0-9OIlSBZX×]{15,}")
_YEAR = re.compile(r"(?:18|19|20)\d{2}")
_SEXES = "男女"
_WIDEST = 14  # characters from the edge to the portrait
_LEAST_APART = 0.6  # heights of a line between the middles of two rows


@dataclass(frozen=True, slots=True)
class Places:
    """What stands in the place of each value; the nation with the remains of its label before it."""

    name: tuple[Line, ...] = ()
    nation: tuple[Glyph, ...] = ()
    address: tuple[Line, ...] = ()


def values_of(lines: Sequence[Line]) -> Places:
    """The places of the values; empty ones where number or birth are lost, which all others are told by."""
    number = max((line for line in lines if _NUMBER.search(line.text)), key=_height, default=None)
    over = [line for line in lines if number is not None and _height(line) < _height(number)]
    birth = min((line for line in over if _YEAR.search(line.text)), key=_height, default=None)
    if number is None or birth is None:
        return Places()
    above = [
        row for row in rows(over) if _height(row[0]) < _height(birth) - _LEAST_APART * birth.place.height
    ]
    sexed = above[-1] if above else []
    edge = _edge(birth, sexed, pitch_of(over))
    if edge is None:
        return Places()
    below = [
        line
        for line in over
        if line.place.top > (birth.place.top + birth.place.bottom) / 2 and _height(line) < number.place.top
    ]
    named = [line for row in above[-2:-1] for line in row if _before_portrait(line, edge)]
    return Places(
        tuple(right_of(named, edge)[:1]),
        tuple(glyph for line in right_of(sexed, edge) for glyph in line.glyphs)[1:],
        tuple(
            one_below_the_other(
                [line for row in rows(below) for line in right_of(row, edge) if _before_portrait(line, edge)]
            )
        ),
    )


def _height(line: Line) -> float:
    return (line.place.top + line.place.bottom) / 2


def _edge(birth: Line, sexed: Sequence[Line], pitch: float) -> Edge | None:
    """Through the year and the sex: digits are half as wide as ideographs."""
    year = _YEAR.search(birth.text)
    if year is None or not pitch:
        return None
    x, y = middle(birth, birth.glyphs[year.start()])
    spots = [(x - pitch / 4, y)]
    for line in sexed:
        for glyph in line.glyphs:
            if glyph.char in _SEXES:
                x, y = middle(line, glyph)
                spots.append((x - pitch / 2, y))
    return edge_through(spots[:2], pitch)


def _before_portrait(line: Line, edge: Edge) -> bool:
    return line.place.left < edge.at(_height(line)) + _WIDEST * edge.pitch
