"""The sheet in a photo: found on its desk, straightened.

Measured on rendered photos, with all that comes after it: `bench/ocr.py`.
"""

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np

from filing.images import Corners, Page, Pixels, corners, sides

_SEARCH_SIDES = (640, 320, 200)  # the smaller, the less grain and shadow: pale sheets on pale desks
# Below this the portrait of a card that fills the frame is taken for the card; 22 % cured it.
_LEAST_SHARE = 0.22
_MOST_SHARE = 0.985
_LEAST_EDGE = 0.55
_SOFT = 5.0  # pixels of the small picture: what changes more slowly is light, not paper
_CONVINCING = 1.9  # of a best score of 3
_LEAST_SCORE = 1.35
_LEAST_CONTRAST = 4.0  # of 255 in one of L, a, b
_FLAT_LEAST, _FLAT_MOST = 1100, 2400
_FOCAL = 1.0  # of the photo's longer side: phones have 0.75 to 1.5; errs by 5 % at a lean of 30 degrees
_MOST_STRETCH = 1.8
_USUAL = (1.414, 1.586)  # A4 and its kin; ID-1 of ISO/IEC 7810
_NEAR = 0.08
_FAVOUR = 0.2
_LONGEST = 1.8  # sides of a paper; the border of a shadow often makes it look longer


def straighten(page: Page) -> Page:
    """The sheet alone, seen from straight above; the whole page where no sheet stands out."""
    quad = find_sheet(page.pixels)
    if quad is None:
        return page
    width, height = sides(quad)
    aspect = _aspect(quad, page.pixels.shape[1], page.pixels.shape[0])
    width = max(width, height * aspect)
    height = width / aspect
    longest = max(width, height)
    scale = np.clip(longest, _FLAT_LEAST, _FLAT_MOST) / longest
    size = round(float(width * scale)), round(float(height * scale))
    flat = corners([(0, 0), (size[0], 0), size, (0, size[1])])
    matrix = cv2.getPerspectiveTransform(quad, flat)
    pixels = cv2.warpPerspective(
        page.pixels, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return Page(
        np.asarray(pixels, np.uint8), page.to_photo @ np.linalg.inv(matrix), page.number, page.printed
    )


def find_sheet(pixels: Pixels) -> Corners | None:
    """Corners of the sheet in pixels, or None when it fills the picture or cannot be told from the desk."""
    judged, judged_slope, scale = _prepared(pixels, _SEARCH_SIDES[0])
    best, best_score = None, 0.0
    for side in _SEARCH_SIDES:
        lab, slope, smaller = _prepared(pixels, side)
        candidates = (quad * (scale / smaller) for mask in _masks(lab, slope) for quad in _quads(mask))
        found, score = _best(candidates, judged, judged_slope)
        if score > best_score:
            best, best_score = found, score
        if best_score > _CONVINCING:
            break
    if best is None or best_score < _LEAST_SCORE:
        return None
    sheet = corners(best / scale)
    height, width = pixels.shape[:2]
    slender = not 1 / _LONGEST < _aspect(sheet, width, height) < _LONGEST
    return None if slender and best_score < _CONVINCING else sheet


def _aspect(quad: Corners, width: int, height: int) -> float:
    """Width to height of the sheet itself, which a leaning camera foreshortens.

    Zhang and He, Whiteboard Scanning and Image Enhancement (2007), eq. 11 to 20, with the lens given.
    """
    centred = quad.astype(np.float64) - (width / 2, height / 2)
    first, second, fourth, third = (np.append(corner, 1.0) for corner in centred)
    diagonal = np.cross(first, fourth)
    right = diagonal @ third / (np.cross(second, fourth) @ third) * second - first
    down = diagonal @ second / (np.cross(third, fourth) @ second) * third - first
    focal = _FOCAL * max(width, height)
    seen = float(np.hypot(right[2], np.hypot(*right[:2]) / focal))
    aspect = seen / float(np.hypot(down[2], np.hypot(*down[:2]) / focal))
    across, along = sides(quad)
    plain = across / along
    return aspect if 1 / _MOST_STRETCH < aspect / plain < _MOST_STRETCH else plain


def _prepared(pixels: Pixels, side: int) -> tuple[Any, Any, float]:
    """The picture in Lab at a small size, the strength of its edges, and the scale."""
    scale = min(1.0, side / max(pixels.shape[:2]))
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    lab = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2LAB), (5, 5), 0)
    return lab, _slope(lab), scale


def _best(quads: Iterator[Any], lab: Any, slope: Any) -> tuple[Any | None, float]:
    best, best_score = None, 0.0
    for quad in quads:
        score = _score(quad, slope)
        if score == 0.0:
            continue
        score *= 1 + _FAVOUR * _usual_shape(quad, lab.shape[1], lab.shape[0])
        if score > best_score and _unlike_outside(quad, lab):
            best, best_score = quad, score
    return best, best_score


def _usual_shape(quad: Any, width: int, height: int) -> float:
    """0..1, how near the sheet's own sides are to those of A4 or a card: half a sheet in shadow is not."""
    aspect = _aspect(corners(quad), width, height)
    away = min(abs(np.log(max(aspect, 1 / aspect) / usual)) for usual in _USUAL)
    return float(max(0.0, 1 - away / _NEAR))


def _slope(lab: Any) -> Any:
    """Strength of edges, 0..1, over all channels: colour counts double, a shadow's soft border little."""
    weights = (1.0, 2.0, 2.0)
    strongest = np.zeros(lab.shape[:2], np.float32)
    for channel, weight in enumerate(weights):
        plane = lab[:, :, channel].astype(np.float32)
        plane -= cv2.GaussianBlur(plane, (0, 0), _SOFT)
        across, down = cv2.Sobel(plane, cv2.CV_32F, 1, 0), cv2.Sobel(plane, cv2.CV_32F, 0, 1)
        strongest = np.maximum(strongest, weight * cv2.magnitude(across, down))
    return strongest / (np.percentile(strongest, 99.5) + 1e-6)


def _masks(lab: Any, slope: Any) -> Iterator[Any]:
    yield from _unlike_desk(lab)
    light = lab[:, :, 0]
    _, bright = cv2.threshold(light, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    yield _closed(bright, 9)
    for level in (0.10, 0.18, 0.30):
        yield _closed((slope > level).astype(np.uint8) * 255, 7)
    for low in (20, 50):
        edges = cv2.Canny(light, low, low * 3)
        yield _closed(cv2.dilate(edges, np.ones((3, 3), np.uint8)), 5)


def _unlike_desk(lab: Any) -> Iterator[Any]:
    """Where the colour, and where colour and light, differ from the frame's border."""
    border = np.concatenate(
        [
            lab[:6].reshape(-1, 3),
            lab[-6:].reshape(-1, 3),
            lab[:, :6].reshape(-1, 3),
            lab[:, -6:].reshape(-1, 3),
        ]
    ).astype(np.float32)
    desk = np.median(border, axis=0)
    away = np.abs(lab.astype(np.float32) - desk)
    for weights in ((0.0, 1.0, 1.0), (0.5, 1.0, 1.0)):
        distance = np.clip(away @ np.asarray(weights, np.float32) * 3, 0, 255).astype(np.uint8)
        _, mask = cv2.threshold(distance, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        yield _closed(mask, 9)


def _closed(mask: Any, side: int) -> Any:
    return cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))


def _quads(mask: Any) -> Iterator[Any]:
    frame = mask.shape[0] * mask.shape[1]
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    for contour in contours:
        hull = cv2.convexHull(contour)
        if not _LEAST_SHARE < cv2.contourArea(hull) / frame < _MOST_SHARE:
            continue
        quad = _four_corners(hull)
        if quad is not None and _LEAST_SHARE < cv2.contourArea(quad) / frame < _MOST_SHARE:
            yield _clockwise(quad)


def _four_corners(hull: Any) -> Any | None:
    """The hull as a quadrilateral that keeps its area, or None: a round or many-sided thing is no sheet."""
    around = cv2.arcLength(hull, closed=True)
    for share in (0.01, 0.02, 0.03, 0.05, 0.08):
        found = cv2.approxPolyDP(hull, share * around, closed=True)
        if len(found) == 4:
            kept = cv2.contourArea(found) / cv2.contourArea(hull)
            return corners(found) if 0.85 < kept < 1.15 else None
    return None


def _clockwise(quad: Any) -> Any:
    centre = quad.mean(axis=0)
    angles = np.arctan2(quad[:, 1] - centre[1], quad[:, 0] - centre[0])
    ordered = quad[np.argsort(angles)]
    first = int(np.argmin(ordered.sum(axis=1)))
    return corners(np.roll(ordered, -first, axis=0))


def _score(quad: Any, slope: Any) -> float:
    """How much of the outline lies on edges, the weakest side counting most; larger before smaller."""
    supports = [_support(quad[i], quad[(i + 1) % 4], slope) for i in range(4)]
    if sorted(supports)[1] < _LEAST_EDGE * 0.6 or not _sheet_shaped(quad):
        return 0.0
    share = cv2.contourArea(quad) / slope.size
    return float((min(supports) + 2 * np.mean(supports)) * share**0.25)


def _support(start: Any, end: Any, slope: Any) -> float:
    """The share of a side along which an edge runs within two pixels."""
    along = np.linspace(0.03, 0.97, 60)[:, None]
    points = start + along * (end - start)
    normal = np.array([end[1] - start[1], start[0] - end[0]]) / (np.linalg.norm(end - start) + 1e-6)
    strongest = np.zeros(len(points), np.float32)
    for offset in (-2, -1, 0, 1, 2):
        spots = np.round(points + offset * normal).astype(int)
        x = np.clip(spots[:, 0], 0, slope.shape[1] - 1)
        y = np.clip(spots[:, 1], 0, slope.shape[0] - 1)
        strongest = np.maximum(strongest, slope[y, x])
    return float(np.mean(np.clip(strongest / 0.25, 0, 1)))


def _unlike_outside(quad: Any, lab: Any) -> bool:
    """Paper on both sides of the outline means a block of text or a printed frame, not a sheet on a desk."""
    inner, outer = (_ring(quad, lab, share) for share in (0.96, 1.04))
    if len(inner) < 50 or len(outer) < 50:
        return False
    return float(np.abs(np.median(inner, axis=0) - np.median(outer, axis=0)).max()) >= _LEAST_CONTRAST


def _ring(quad: Any, lab: Any, share: float) -> Any:
    """Colours along the outline shrunk or grown about its centre, as far as they are in the picture."""
    centre = quad.mean(axis=0)
    outline = np.concatenate([np.linspace(quad[i], quad[(i + 1) % 4], 60, endpoint=False) for i in range(4)])
    spots = np.round(centre + (outline - centre) * share).astype(int)
    inside = ((spots >= 0) & (spots < (lab.shape[1], lab.shape[0]))).all(axis=1)
    return lab[spots[inside, 1], spots[inside, 0]].astype(np.float32)


def _sheet_shaped(quad: Any) -> bool:
    lengths = [float(np.linalg.norm(quad[(i + 1) % 4] - quad[i])) for i in range(4)]
    for i in range(4):
        before, after = quad[i - 1] - quad[i], quad[(i + 1) % 4] - quad[i]
        cosine = float(before @ after) / (lengths[i - 1] * lengths[i] + 1e-6)
        if abs(cosine) > 0.6:
            return False
    return min(lengths[0], lengths[2]) > 0.5 * max(lengths[0], lengths[2]) and min(
        lengths[1], lengths[3]
    ) > 0.5 * max(lengths[1], lengths[3])
