"""The two sides of an identity card copied on one sheet: where each stands, cut out to be read alone."""

import re
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from filing.images import Page, sides
from filing.lines import Kind
from filing.recognise import Look

_MARKS: Mapping[Kind, tuple[str, ...]] = {  # what is printed on one side and not on the other
    Kind.ID_FRONT: (r"公民身份|身份号码", r"^姓名", r"^性别", r"^出生", r"^住址", r"\d{17}[\dXx]"),
    Kind.ID_BACK: (r"人民共和国", r"居民身份证", r"签发机关", r"有效期限", r"\d{4}\.\d\d\.\d\d"),
}
_LEAST_MARKS = 2
_MARGIN = 2.0  # heights of a line from the print to the edge of a card, and less than to the other card

_Quads = npt.NDArray[np.float32]  # (lines, 4, 2)


def sides_on(look: Look) -> dict[Kind, Page]:
    """Front and back, each as a page of its own; empty unless both stand on this page, apart."""
    if look.page.printed:
        return {}
    marked = {kind: _marked(look, marks) for kind, marks in _MARKS.items()}
    if not all(marked.values()):
        return {}
    quads = np.stack([look.page.quad_here(line.box) for line in look.lines])
    front, back = (quads[which] for which in marked.values())
    axis = max((0, 1), key=lambda axis: abs(_gap(front, back, axis)[0]))
    gap, border = _gap(front, back, axis)
    if not gap:
        return {}
    beyond = quads[:, :, axis].mean(axis=1) > border
    of_front = beyond if gap < 0 else ~beyond
    return {
        Kind.ID_FRONT: _cut(look.page, quads[of_front], axis, border),
        Kind.ID_BACK: _cut(look.page, quads[~of_front], axis, border),
    }


def _marked(look: Look, marks: tuple[str, ...]) -> list[int]:
    """The lines that only this side has; none where one of its marks stands alone."""
    said = ["".join(line.text.split()) for line in look.lines]
    found = {mark: [i for i, text in enumerate(said) if re.search(mark, text)] for mark in marks}
    which = sorted({i for lines in found.values() for i in lines})
    return which if sum(bool(lines) for lines in found.values()) >= _LEAST_MARKS else []


def _gap(front: _Quads, back: _Quads, axis: int) -> tuple[float, float]:
    """The empty stretch between both along an axis and its middle: negative where the back comes first,
    nothing where they lie beside each other.
    """
    (start, end), (begin, last) = (
        (float(one[:, :, axis].min()), float(one[:, :, axis].max())) for one in (front, back)
    )
    if begin > end:
        return begin - end, (begin + end) / 2
    return (last - start, (last + start) / 2) if start > last else (0.0, 0.0)


def _cut(page: Page, quads: _Quads, axis: int, border: float) -> Page:
    """The part of the page with these lines, on their side of the border."""
    margin = _MARGIN * float(np.median([sides(quad)[1] for quad in quads]))
    low, high = quads.min(axis=(0, 1)) - margin, quads.max(axis=(0, 1)) + margin
    if quads[:, :, axis].mean() > border:
        low[axis] = max(low[axis], border)
    else:
        high[axis] = min(high[axis], border)
    (left, top), (right, bottom) = (np.round(edge).astype(int).tolist() for edge in (low, high))
    left, top = max(0, left), max(0, top)
    moved = np.array([(1, 0, left), (0, 1, top), (0, 0, 1)], np.float64)
    return Page(page.pixels[top:bottom, left:right], page.to_photo @ moved, page.number)
