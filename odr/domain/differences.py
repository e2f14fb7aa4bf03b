"""Two versions of a text side by side: which sentences stayed, changed, came or went, and where in them.

Rule 1: read one after the other, the pieces of each side give that side's sentence back, letter by letter.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest

# A number or an amount in words is marked whole: half of one says nothing.
_WORD = re.compile("[0-9][0-9,.]*|[零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整]+|.", re.DOTALL)
_ALIKE = 0.5  # less alike than this: not the same sentence changed, but one that went and one that came


class Change(StrEnum):
    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a sentence; `marked` where the other side reads otherwise."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence of each version, in the order of the text; empty on the side that has none."""

    change: Change
    before: tuple[Piece, ...] = ()
    after: tuple[Piece, ...] = ()


def side_by_side(before: Sequence[str], after: Sequence[str]) -> list[Pair]:
    """The sentences of both versions, each beside the one that it became."""
    found: list[Pair] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            found += [Pair(Change.SAME, (Piece(one),), (Piece(one),)) for one in before[i1:i2]]
        else:
            found += _replaced(before[i1:i2], after[j1:j2])
    return found


def _replaced(gone: Sequence[str], come: Sequence[str]) -> Iterator[Pair]:
    for old, new in zip_longest(gone, come):
        if old is None:
            yield Pair(Change.ADDED, after=(Piece(new, marked=True),))
        elif new is None:
            yield Pair(Change.REMOVED, before=(Piece(old, marked=True),))
        else:
            yield from _changed(old, new)


def _changed(old: str, new: str) -> Iterator[Pair]:
    first, second = _WORD.findall(old), _WORD.findall(new)
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    if matcher.ratio() < _ALIKE:
        yield Pair(Change.REMOVED, before=(Piece(old, marked=True),))
        yield Pair(Change.ADDED, after=(Piece(new, marked=True),))
        return
    codes = matcher.get_opcodes()
    before = tuple(Piece("".join(first[i1:i2]), kind != "equal") for kind, i1, i2, _, _ in codes if i2 > i1)
    after = tuple(Piece("".join(second[j1:j2]), kind != "equal") for kind, _, _, j1, j2 in codes if j2 > j1)
    yield Pair(Change.CHANGED, before, after)
