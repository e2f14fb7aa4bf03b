"""From a straightened page to its lines, upright and in place."""

from collections.abc import Sequence

import cv2
import numpy as np

from filing.images import Corners, Page, Pixels, corners, sides
from filing.lines import Line, Place
from filing.ocr import Glyphs, OcrEngine, Quads

_TRIED = 4  # lines recognised to tell head from foot
_CLEARLY_UPRIGHT = 0.9
_FIRST_IDEOGRAPH = "\u3400"
_LEAST_CONFIDENCE = 0.3  # below, a line is a pattern or a shadow


def lines_of(page: Page, engine: OcrEngine, *, closely: bool = False) -> tuple[Page, list[Line]]:
    """The page turned upright and its lines from top to bottom; the text layer's where there is one."""
    if page.printed:
        return page, list(page.printed)
    quads = engine.find(page.pixels, closely=closely)
    if len(quads) == 0:
        return page, []
    page, quads = _turned(page, quads, _quarter_turns(quads))
    page, quads, known = _head_up(page, quads, engine)
    rest = [i for i in range(len(quads)) if i not in known]
    strips = [_strip(page.pixels, quads[i]) for i in rest]
    known |= dict(zip(rest, engine.recognise(strips), strict=True))
    lines = [_line(page, quads[i], known[i]) for i in range(len(quads)) if known[i]]
    return page, sorted(
        (line for line in lines if line.confidence >= _LEAST_CONFIDENCE),
        key=lambda line: (line.place.top + line.place.bottom, line.place.left),
    )


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


def _head_up(page: Page, quads: Quads, engine: OcrEngine) -> tuple[Page, Quads, dict[int, Glyphs]]:
    """Recognises a few lines as they stand and, unless that is convincing, upside down too."""
    tried = _telling(quads)
    standing = dict(zip(tried, engine.recognise([_strip(page.pixels, quads[i]) for i in tried]), strict=True))
    if _certainty(standing) >= _CLEARLY_UPRIGHT:
        return page, quads, standing
    over, over_quads = _turned(page, quads, 2)
    turned = dict(
        zip(tried, engine.recognise([_strip(over.pixels, over_quads[i]) for i in tried]), strict=True)
    )
    if _certainty(turned) > _certainty(standing):
        return over, over_quads, turned
    return page, quads, standing


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


def _turned(page: Page, quads: Quads, quarters: int) -> tuple[Page, Quads]:
    """Page and boxes turned clockwise by quarters, each box again clockwise from its new top left."""
    if quarters == 0:
        return page, np.stack([_from_top_left(quad) for quad in quads])
    height, width = page.pixels.shape[:2]
    matrix = {
        1: np.array([(0, -1, height - 1), (1, 0, 0), (0, 0, 1)], np.float64),
        2: np.array([(-1, 0, width - 1), (0, -1, height - 1), (0, 0, 1)], np.float64),
    }[quarters]
    code = {1: cv2.ROTATE_90_CLOCKWISE, 2: cv2.ROTATE_180}[quarters]
    pixels = np.asarray(cv2.rotate(page.pixels, code), np.uint8)
    moved = cv2.perspectiveTransform(quads.astype(np.float64), matrix).astype(np.float32)
    return (
        Page(pixels, page.to_photo @ np.linalg.inv(matrix), page.number),
        np.stack([_from_top_left(quad) for quad in moved]),
    )


def _from_top_left(quad: Corners) -> Corners:
    """Clockwise, the long side along the top; lines lean by less than 45 degrees here."""
    centre = quad.mean(axis=0)
    angles = np.arctan2(quad[:, 1] - centre[1], quad[:, 0] - centre[0])
    ordered = quad[np.argsort(angles)]
    return np.roll(ordered, -int(np.argmin(ordered.sum(axis=1))), axis=0)


def _strip(pixels: Pixels, quad: Corners) -> Pixels:
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


def _line(page: Page, quad: Corners, glyphs: Glyphs) -> Line:
    left, top = quad.min(axis=0)
    right, bottom = quad.max(axis=0)
    place = Place(float(left), float(top), float(right), float(bottom), page.number)
    return Line(glyphs, page.box_in_photo(quad), place)


def texts(lines: Sequence[Line]) -> str:
    """All lines as one text, for telling the kind."""
    return "\n".join(line.text for line in lines)
