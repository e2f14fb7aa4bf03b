"""A stamp laid across the print of a form: whether there is one, and the page without its red.

Rule 1: what a stamp covers is never sure, however well it reads without the red.
"""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from filing.images import Corners, Page, Pixels, corners
from filing.light import red_of, without_stamp
from filing.lines import DOUBTFUL, Kind, Line, Reading
from filing.recognise import Look
from filing.watermarks import aslant, without_marks

_CROSSED = 0.02  # of the rectangle around a value
_HIDING = 0.003  # of the page, where a value is missing
_AROUND, _CLOSE = 1.5, 0.3  # heights of a line: a row that a stamp hid stands above or below those found


def stamped(look: Look, reading: Reading) -> bool:
    """Does a stamp run across the values of this page, or may one hide a whole address?

    Licences have red print of their own: a seal below the address, and a border.
    """
    if look.page.printed or not look.lines:
        return False
    red = red_of(look.page.pixels)
    if reading.kind is not Kind.ID_BACK and "address" not in reading.fields:
        return float(red.mean()) > _HIDING
    rows = _AROUND if reading.kind is Kind.ID_FRONT else _CLOSE
    around = rows * float(np.median([line.place.height for line in look.lines]))
    boxes = [field.box for field in reading.fields.values() if field.box and field.page == look.page.number]
    return any(_share(red, look.page.quad_here(box), around) > _CROSSED for box in boxes)


def doubted(reading: Reading, looks: Sequence[Look]) -> Reading:
    """An address that the words of a mark run across is not sure, whatever ink they are in."""
    address = reading.fields.get("address")
    if address is None or address.box is None:
        return reading
    marks = [line for look in looks for line in look.lines if line.place.page == address.page and _mark(line)]
    lies = corners(address.box)
    if any(cv2.intersectConvexConvex(lies, corners(mark.box))[0] > 0 for mark in marks):
        return replace(reading, fields={**reading.fields, "address": address.at_most(DOUBTFUL)})
    return reading


def _mark(line: Line) -> bool:
    return aslant(line.lean) or not without_marks([line])


def bare(page: Page) -> Page:
    """The page without its red."""
    return replace(page, pixels=without_stamp(page.pixels))


def uncovered(first: Reading, below: Reading) -> Reading:
    """What is read below the stamp, or only with it; the address, and what differs, is not sure."""
    fields = {**first.fields, **below.fields}
    for name, field in fields.items():
        known = first.fields.get(name)
        if name == "address" or known is None or known.value != field.value:
            fields[name] = field.at_most(DOUBTFUL)
    return replace(below, fields=fields)


def _share(mask: Pixels, quad: Corners, around: float) -> float:
    """How much of the rectangle around these points is covered."""
    (left, top), (right, bottom) = quad.min(axis=0), quad.max(axis=0)
    part = mask[max(0, int(top - around)) : int(bottom + around) + 1, max(0, int(left)) : int(right) + 1]
    return float(part.mean()) if part.size else 0.0
