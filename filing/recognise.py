"""From a straightened page to its lines, upright and in place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from filing.flatten import Bend, bend_of, laid_flat
from filing.images import Corners, Page, Pixels, corners, sides
from filing.light import evened, without_pale, without_red
from filing.lines import Line, Place
from filing.ocr import Glyphs, OcrEngine
from filing.outlines import Found, Quads
from filing.watermarks import marked

_TRIED = 4  # lines recognised to tell head from foot
_CLEARLY_UPRIGHT = 0.9
_FIRST_IDEOGRAPH = "\u3400"
_READABLE = 0.5
_NAME_REACH = 4.5  # heights of its line that a name behind a label takes
_MARGIN = 0.4  # heights of a line: no paper is printed nearer to its edge
_LEAST_CUT, _LEAST_TELLING = 3, 6  # lines, and characters of each
_KEPT = 0.8  # of the lines found before a page was flat: fewer, and the search there has failed
_LONG = 3.0  # heights of a line
_LEAST_CONFIDENCE = 0.3  # below, a line is a pattern or a shadow


@dataclass(frozen=True, slots=True)
class Look:
    """A page turned upright and its lines from top to bottom; `bend` if they are not straight.

    `quads` are their corners, on the flat page if it is bent.
    """

    page: Page
    lines: tuple[Line, ...]
    bend: Bend | None = None
    quads: tuple[Corners, ...] = ()


def look_at(page: Page, engine: OcrEngine) -> Look:
    """What stands on the page; its text layer where there is one."""
    if page.printed:
        return Look(page, page.printed)
    found = engine.find(page.pixels)
    if len(found) == 0:
        return Look(page, ())
    page, found = _turned(page, found, _quarter_turns(found.quads))
    page, found, known = _head_up(page, found, engine)
    pixels, flat, quads, bend = _flat(page, found, engine)
    if bend is not None:
        known = {}
    rest = [i for i in range(len(quads)) if i not in known]
    strips = [strip_of(pixels, flat[i]) for i in rest]
    known |= dict(zip(rest, engine.recognise(strips), strict=True))
    known |= _unmarked(pixels, flat, known, engine)
    flat, known = _answered(pixels, flat, known, engine)
    leans = leans_of(flat)
    lines = [
        (line_of(page, quads[i], flat[i], known[i], leans[i]), flat[i]) for i in range(len(quads)) if known[i]
    ]
    return ordered(Look(page, (), bend), lines)


def cut_off(look: Look) -> bool:
    """Do lines run over an edge of the page, so that it is only a part of the sheet?"""
    width = look.page.pixels.shape[1]
    long = [line.place for line in look.lines if len(line.glyphs) >= _LEAST_TELLING]
    left = sum(bool(place.left < _MARGIN * place.height) for place in long)
    right = sum(bool(place.right > width - _MARGIN * place.height) for place in long)
    return max(left, right) >= _LEAST_CUT


def legible(look: Look) -> int:
    """How many characters were read surely."""
    return sum(glyph.probability > _CLEARLY_UPRIGHT for line in look.lines for glyph in line.glyphs)


def ordered(look: Look, lines: Iterable[tuple[Line, Corners]]) -> Look:
    """The look with these lines, from top to bottom, without what is a pattern or a shadow."""
    clear = [(line, quad) for line, quad in lines if line.confidence >= _LEAST_CONFIDENCE]
    clear.sort(key=lambda pair: (pair[0].place.top + pair[0].place.bottom, pair[0].place.left))
    return replace(look, lines=tuple(line for line, _ in clear), quads=tuple(quad for _, quad in clear))


def _unmarked(pixels: Pixels, quads: Quads, known: dict[int, Glyphs], engine: OcrEngine) -> dict[int, Glyphs]:
    """Lines that a pale mark runs through, read again without it; what becomes unreadable stays as it was."""
    through = [i for i, glyphs in known.items() if marked("".join(glyph.char for glyph in glyphs))]
    again = engine.recognise([without_pale(strip_of(pixels, quads[i])) for i in through])
    return {
        i: glyphs
        for i, glyphs in zip(through, again, strict=True)
        if glyphs and min(glyph.probability for glyph in glyphs) > _READABLE
    }


def _answered(
    pixels: Pixels, quads: Quads, known: dict[int, Glyphs], engine: OcrEngine
) -> tuple[Quads, dict[int, Glyphs]]:
    """Labels with nothing behind them, read again as far as a name would reach: a seal may hide it."""
    asking = [
        i
        for i, glyphs in known.items()
        if glyphs and glyphs[-1].char in ":：" and not _beside_right(quads, i)
    ]
    if not asking:
        return quads, known
    longer = quads.copy()
    for i in asking:
        step = (quads[i, 1] - quads[i, 0]) / max(1.0, float(np.linalg.norm(quads[i, 1] - quads[i, 0])))
        reach = _NAME_REACH * float(np.linalg.norm(quads[i, 3] - quads[i, 0])) * step
        longer[i, 1:3] = np.clip(quads[i, 1:3] + reach, 0, (pixels.shape[1] - 1, pixels.shape[0] - 1))
    again = engine.recognise([without_red(strip_of(pixels, longer[i])) for i in asking])
    for i, glyphs in zip(asking, again, strict=True):
        if len(glyphs) > len(known[i]) and glyphs[-1].probability > _READABLE:
            quads[i], known[i] = longer[i], glyphs
    return quads, known


def _beside_right(quads: Quads, i: int) -> bool:
    """Is there another line in the same row, further right?"""
    middle, height = quads[:, :, 1].mean(axis=1), np.ptp(quads[i, :, 1])
    same = np.abs(middle - middle[i]) < 0.5 * height
    return bool((same & (quads[:, 0, 0] > quads[i, 0, 0] + height)).any())


def _flat(page: Page, found: Found, engine: OcrEngine) -> tuple[Pixels, Quads, Quads, Bend | None]:
    """The pixels to read from, where the lines are on them, where they are on the page, and its bend.

    A bent page is searched again once it is flat, as it is lit: the engine overlooks what curves, and half of
    what is blurred where evening the light brings up the grain. It is read evened.
    """
    height, width = page.pixels.shape[:2]
    bend = bend_of(found, width, height)
    if bend is None:
        return page.pixels, found.quads, found.quads, None
    second = engine.find(bend.flattened(page.pixels))
    overlooked = len(second) < _KEPT * len(found)
    quads = laid_flat(found, bend) if overlooked else from_left(second).quads
    return bend.flattened(evened(page.pixels)), quads, bend.placed(quads), bend


def _quarter_turns(quads: Quads) -> int:
    """0 if the lines run across, 1 if they run down: long boxes vote with their length."""
    across = down = 0.0
    for quad in quads:
        extent = quad.max(axis=0) - quad.min(axis=0)
        if extent[0] > 1.5 * extent[1]:
            across += float(extent[0])
        elif extent[1] > 1.5 * extent[0]:
            down += float(extent[1])
    return int(down > across)


def _head_up(page: Page, found: Found, engine: OcrEngine) -> tuple[Page, Found, dict[int, Glyphs]]:
    """Recognises two lines as they stand and upside down and, unless one is convincing, two more."""
    telling = _telling(found.quads)
    over, over_found = _turned(page, found, 2)
    standing: dict[int, Glyphs] = {}
    turned: dict[int, Glyphs] = {}
    for tried in (telling[: _TRIED // 2], telling[_TRIED // 2 :]):
        standing |= _tried(page, found, tried, engine)
        if _certainty(standing) >= _CLEARLY_UPRIGHT:
            return page, found, standing
        turned |= _tried(over, over_found, tried, engine)
        if _certainty(turned) >= _CLEARLY_UPRIGHT:
            break
    if _certainty(turned) > _certainty(standing):
        return over, over_found, turned
    return page, found, standing


def _tried(page: Page, found: Found, which: list[int], engine: OcrEngine) -> dict[int, Glyphs]:
    strips = [strip_of(page.pixels, found.quads[i]) for i in which]
    return dict(zip(which, engine.recognise(strips), strict=True))


def _telling(quads: Quads) -> list[int]:
    """The lines in the largest letters, long enough to tell head from foot and short enough to be cheap."""
    extents = [sides(quad) for quad in quads]
    good = [i for i, (width, height) in enumerate(extents) if 2.5 < width / max(1.0, height) < 14]
    return sorted(good or range(len(quads)), key=lambda i: -extents[i][1])[:_TRIED]


def _certainty(read: dict[int, Glyphs]) -> float:
    """Mean probability; Chinese characters count threefold, upside down most turn into letters and signs."""
    glyphs = [glyph for line in read.values() for glyph in line]
    if not glyphs:
        return 0.0
    weights = [3.0 if glyph.char >= _FIRST_IDEOGRAPH else 1.0 for glyph in glyphs]
    mean = sum(w * g.probability for w, g in zip(weights, glyphs, strict=True)) / sum(weights)
    return mean * (0.5 + 0.5 * min(1.0, weights.count(3.0) / 6))


def _turned(page: Page, found: Found, quarters: int) -> tuple[Page, Found]:
    """Page and lines turned clockwise by quarters, each box again clockwise from its new top left."""
    height, width = page.pixels.shape[:2]
    if quarters == 0:
        return page, from_left(found)
    matrix = {
        1: np.array([(0, -1, height - 1), (1, 0, 0), (0, 0, 1)], np.float64),
        2: np.array([(-1, 0, width - 1), (0, -1, height - 1), (0, 0, 1)], np.float64),
    }[quarters]
    code = {1: cv2.ROTATE_90_CLOCKWISE, 2: cv2.ROTATE_180}[quarters]
    pixels = np.asarray(cv2.rotate(page.pixels, code), np.uint8)
    quads, spines = (
        cv2.perspectiveTransform(points.astype(np.float64), matrix).astype(np.float32)
        for points in (found.quads, found.spines)
    )
    return (
        Page(pixels, page.to_photo @ np.linalg.inv(matrix), page.number),
        from_left(Found(quads, spines, found.thickness)),
    )


def from_left(found: Found) -> Found:
    """Quads clockwise from their top left, spines from left to right."""
    back = found.spines[:, 0, 0] > found.spines[:, -1, 0]
    spines = np.where(back[:, None, None], found.spines[:, ::-1], found.spines)
    return Found(np.stack([_from_top_left(quad) for quad in found.quads]), spines, found.thickness)


def _from_top_left(quad: Corners) -> Corners:
    """Clockwise, the long side along the top; lines lean by less than 45 degrees here."""
    centre = quad.mean(axis=0)
    angles = np.arctan2(quad[:, 1] - centre[1], quad[:, 0] - centre[0])
    ordered = quad[np.argsort(angles)]
    return np.roll(ordered, -int(np.argmin(ordered.sum(axis=1))), axis=0)


def strip_of(pixels: Pixels, quad: Corners) -> Pixels:
    """The line cut out and levelled."""
    width, height = (max(1, round(side)) for side in sides(quad))
    target = corners([(0, 0), (width, 0), (width, height), (0, height)])
    matrix = cv2.getPerspectiveTransform(quad, target)
    return np.asarray(
        cv2.warpPerspective(
            pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        ),
        np.uint8,
    )


def leans_of(quads: Quads) -> list[float]:
    """The slope of each long line against most of them; of short ones it cannot be told."""
    along = (quads[:, 1] - quads[:, 0]).astype(np.float64)
    long = np.abs(along[:, 0]) > _LONG * np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1)
    slopes = along[:, 1] / np.maximum(np.abs(along[:, 0]), 1.0)
    usual = np.median(slopes[long]) if long.any() else 0.0
    return [float(lean) for lean in np.where(long, slopes - usual, 0.0)]


def line_of(page: Page, quad: Corners, flat: Corners, glyphs: Glyphs, lean: float = 0.0) -> Line:
    """The line whose corners are `quad` on the page and `flat` where it was read."""
    left, top = flat.min(axis=0)
    right, bottom = flat.max(axis=0)
    place = Place(float(left), float(top), float(right), float(bottom), page.number)
    return Line(glyphs, page.box_in_photo(quad), place, lean)


def texts(lines: Sequence[Line]) -> str:
    """All lines as one text, for telling the kind."""
    return "\n".join(line.text for line in lines)
