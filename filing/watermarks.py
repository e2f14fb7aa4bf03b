"""Marks laid over a copy that are no part of it: 样本, 仅供…使用, 复印件."""

import re
from collections.abc import Iterable

from filing.lines import Line

_MARK = re.compile(
    r"^[\s\"'.,-]*(?:样[本张]?|本|仅供?.{0,12}|[仅供测试演示用使办]{1,6}|测试样本.*|.*非真实证件|样本.{0,2}仅供?.{0,8}|复印件)[\s\"'.,-]*$"
)
_PIECE = re.compile(r"样.?[本张]|内部测|仅供|供[测演使]|测试|[试测]专|专用|演示|使用|无效|复印")
_TORN = 6  # characters
_ASLANT = 0.1  # of a line's length
_AT_END = re.compile(r"(?:样.?[本张]|内部测|仅供|供测|测试|[试测]专|专用|演示|无效|复印).{0,6}$")


def without_marks(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if not (_MARK.match(line.text) or _torn(line.text.strip()))]


def level(lines: Iterable[Line]) -> list[Line]:
    """The lines that run as most do: on a printed form nothing else does, but a mark laid over it."""
    return [line for line in lines if not aslant(line.lean)]


def aslant(lean: float) -> bool:
    """Is this the slope of a mark, and of no printed line?"""
    return abs(lean) >= _ASLANT


def _torn(text: str) -> bool:
    """Is this the rest of a mark, half of it at least told by its words?"""
    found = _PIECE.search(text)
    return found is not None and len(text) <= _TORN and 2 * len(found[0]) >= len(text)


def marked(text: str) -> bool:
    """Does a line seem to hold a piece of a mark beside its own words?"""
    return _PIECE.search(text) is not None and not _MARK.match(text)


def unmarked_end(text: str) -> int:
    """Where a value ends that runs into a mark: the length of the text when it does not."""
    found = _AT_END.search(text)
    return found.start() if found else len(text)
