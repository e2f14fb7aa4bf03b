"""A closer look at a page that was not read surely, within a bound.

Rule 1: no more is read again than MOST_PX, so that a page costs at most 0.3 s of one core more.
Rule 2: lines that were overlooked come first, then those nearest to being clear; what is hopeless comes last.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from filing.images import Corners, corners, sides
from filing.light import evened, unshaded, without_pale
from filing.lines import Line, Place
from filing.ocr import OcrEngine
from filing.recognise import Look, from_left, leans_of, line_of, look_at, ordered, strip_of
from filing.watermarks import aslant, level

MOST_PX = 4000  # width of all strips together, each brought to a height of 48 pixels
_STRIP_HEIGHT = 48
_CLEAR = 0.95
_SPOTS = 24  # at which it is asked whether a line is one that is known
_NEW = 0.4  # of a line's length; less is the overhang of a known one
_LEAST_HEIGHTS = 1.5
_TALL = 1.5  # heights of a usual line: what is taller is a letter of the mark itself


def look_anew(first: Look, engine: OcrEngine) -> Look:
    """The whole page in even light, where nothing tells what it is."""
    return (
        first
        if first.page.printed
        else look_at(replace(first.page, pixels=evened(first.page.pixels)), engine)
    )


def look_below_marks(first: Look, engine: OcrEngine) -> Look:
    """The page with the rows too that a mark laid across them hid: without what is pale they are found."""
    marks = [line.place for line in first.lines if aslant(line.lean)]
    printed = level(first.lines)
    if first.page.printed or not marks or not printed:
        return first
    pixels = first.page.pixels if first.bend is None else first.bend.flattened(first.page.pixels)
    usual = float(np.median([line.place.height for line in printed]))
    top = max(0, int(min(mark.top for mark in marks) - usual))
    bare = without_pale(unshaded(pixels)[top : int(max(mark.bottom for mark in marks) + usual)])
    found = from_left(engine.find(bare, coarse=True)).quads
    quads = found + np.asarray((0, top), np.float32)
    # against the lines of the page: alone in its band a mark would be level
    known = [quad for line, quad in zip(first.lines, first.quads, strict=True) if not aslant(line.lean)]
    leans = leans_of(np.stack([*quads, *known]))
    rows = [quad for quad, lean in zip(quads, leans, strict=False) if not aslant(lean)]
    hidden = [
        quad
        for quad in _overlooked(rows, printed)
        if sides(quad)[1] < _TALL * usual and any(_within(quad, mark) for mark in marks)
    ]
    read = engine.recognise([strip_of(bare, corners(quad - (0, top))) for quad in hidden])
    added = [
        (line_of(first.page, _on_page(first, quad), quad, glyphs), quad)
        for quad, glyphs in zip(hidden, read, strict=True)
        if glyphs
    ]
    return ordered(first, [*zip(first.lines, first.quads, strict=True), *added]) if added else first


def _within(quad: Corners, mark: Place) -> bool:
    x, y = quad.mean(axis=0)
    return bool(mark.left <= x <= mark.right and mark.top <= y <= mark.bottom)


def look_again(first: Look, engine: OcrEngine) -> Look:
    """The same page with lines that were overlooked, and unclear ones read in other light."""
    if first.page.printed:
        return first
    pixels = first.page.pixels
    other, searched = evened(pixels), unshaded(pixels)
    if first.bend is not None:  # it was read in even light
        other, searched = first.bend.flattened(pixels), first.bend.flattened(searched)
    found = engine.find(searched, coarse=True)
    fresh = list(_overlooked(list(from_left(found).quads), first.lines)) if len(found) else []
    unclear = [i for i, line in enumerate(first.lines) if line.confidence < _CLEAR]
    unclear.sort(key=lambda i: -first.lines[i].confidence)
    wanted = [*fresh, *(first.quads[i] for i in unclear)]
    wanted = wanted[: _affordable(wanted)]
    read = engine.recognise([strip_of(other, quad) for quad in wanted])
    lines = list(first.lines)
    for i, glyphs in zip(unclear, read[len(fresh) :], strict=False):
        lines[i] = max(lines[i], replace(lines[i], glyphs=glyphs), key=lambda line: line.confidence)
    added = [
        (line_of(first.page, _on_page(first, quad), quad, glyphs), quad)
        for quad, glyphs in zip(fresh, read, strict=False)
        if glyphs
    ]
    return ordered(first, [*zip(lines, first.quads, strict=True), *added])


def _affordable(quads: Sequence[Corners]) -> int:
    """How many of them, from the first on, stay within the bound."""
    widths = [_STRIP_HEIGHT * width / max(1.0, height) for width, height in map(sides, quads)]
    return int(np.searchsorted(np.cumsum(widths), MOST_PX, side="right"))


def _on_page(look: Look, quad: Corners) -> Corners:
    return quad if look.bend is None else corners(look.bend.placed(quad[None])[0])


def _overlooked(quads: Sequence[Corners], known: Sequence[Line]) -> Iterator[Corners]:
    """Of each line found the part that no known line covers."""
    for quad in quads:
        width, height = sides(quad)
        first, last = _uncovered(quad, [line.place for line in known])
        if last - first >= _NEW and (last - first) * width >= _LEAST_HEIGHTS * height:
            top, bottom = quad[1] - quad[0], quad[2] - quad[3]
            yield corners(
                [
                    quad[0] + first * top,
                    quad[0] + last * top,
                    quad[3] + last * bottom,
                    quad[3] + first * bottom,
                ]
            )


def _uncovered(quad: Corners, known: Sequence[Place]) -> tuple[float, float]:
    """The longest stretch of its middle outside all known lines, as shares of its length."""
    start, end = (quad[0] + quad[3]) / 2, (quad[1] + quad[2]) / 2
    best = run = (0, 0)
    for i in range(_SPOTS):
        x, y = start + (i + 0.5) / _SPOTS * (end - start)
        inside = any(p.left <= x <= p.right and p.top <= y <= p.bottom for p in known)
        run = (i + 1, i + 1) if inside else (run[0], i + 1)
        best = max(best, run, key=lambda stretch: stretch[1] - stretch[0])
    return best[0] / _SPOTS, best[1] / _SPOTS
