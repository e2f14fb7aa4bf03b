"""Where labels end and values begin, told by place: the values of a column share one edge.

Rule 1: the edge is told by what nothing but a value can be, so it holds where every label is blurred.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from filing.lines import Glyph, Line
from filing.stream import NEXT_ROW

_FIRST_IDEOGRAPH = "\u3400"
_LEAST_PITCHES = 4  # characters from which the width of one is told
_MOST_LEAN = 0.35  # of an edge: a card photographed aslant and not straightened
_NEAR = 0.25  # of a character: so far left of the edge the middle of a value's first may seem to stand


@dataclass(frozen=True, slots=True)
class Edge:
    """The left edge of a column of values: x at the height y is `left + lean * (y - top)`, in pixels."""

    left: float
    top: float = 0.0
    lean: float = 0.0
    pitch: float = 0.0  # the width of a character

    def at(self, y: float) -> float:
        return self.left + self.lean * (y - self.top)


def edge_through(spots: Sequence[tuple[float, float]], pitch: float) -> Edge | None:
    """The edge through the left sides of a few values, given as (x, y)."""
    if not spots:
        return None
    left, top = (sum(spot[i] for spot in spots) / len(spots) for i in (0, 1))
    spread = sum((y - top) ** 2 for _, y in spots)
    lean = sum((x - left) * (y - top) for x, y in spots) / spread if spread > pitch**2 else 0.0
    return Edge(left, top, max(-_MOST_LEAN, min(_MOST_LEAN, lean)), pitch)


def pitch_of(lines: Sequence[Line]) -> float:
    """The usual distance between ideographs that follow each other, in pixels; 0 where there are too few."""
    steps = [
        (after.at - before.at) * line.place.width
        for line in lines
        for before, after in pairwise(line.glyphs)
        if before.char >= _FIRST_IDEOGRAPH and after.char >= _FIRST_IDEOGRAPH
    ]
    return median(steps) if len(steps) >= _LEAST_PITCHES else 0.0


def middle(line: Line, glyph: Glyph) -> tuple[float, float]:
    """The middle of a character on the page."""
    return line.place.left + glyph.at * line.place.width, (line.place.top + line.place.bottom) / 2


def right_of(lines: Sequence[Line], edge: Edge) -> list[Line]:
    """What stands at the edge or right of it; lines that run across it are cut there."""
    return [line for line in (_cut(line, edge) for line in lines) if line is not None]


def one_below_the_other(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines of one value: from the first on, as long as no row is left out between two."""
    before: Line | None = None
    for line in lines:
        if before is not None and line.place.top - before.place.bottom > NEXT_ROW * before.place.height:
            return
        yield line
        before = line


def _cut(line: Line, edge: Edge) -> Line | None:
    y = (line.place.top + line.place.bottom) / 2
    begins = edge.at(y) - _NEAR * edge.pitch
    first = next((i for i, glyph in enumerate(line.glyphs) if middle(line, glyph)[0] > begins), None)
    if first is None:
        return None
    return line.part(first, len(line.glyphs)) if first else line
