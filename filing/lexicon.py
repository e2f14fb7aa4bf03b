"""The entry of a closed list that a blurred line most likely shows.

Rule 1: what the engine held possible counts, not only what it put first: 定作合网机纷 may be 定作合同纠纷.
Rule 2: an entry is named only where it is clearly likelier than every other; whoever asks marks it a guess.
"""

import math
from collections.abc import Collection, Sequence

from filing.lines import Glyph

_NEVER = math.log(1e-4)  # of a character that the engine did not hold possible at all
_LOST = math.log(1e-2)  # a character overlooked, or one read where none is
_MOST_APART = 2  # characters by which line and entry may differ in length
_LEAST_SHARED = 0.4  # of an entry's characters the engine must have held possible
_CLEARLY = math.log(20)  # how much likelier than the next


def likeliest(glyphs: Sequence[Glyph], entries: Collection[str]) -> str | None:
    """The entry that these characters show, or None where none is clearly meant."""
    possible = [{glyph.char: glyph.probability} | dict(glyph.others) for glyph in glyphs]
    everything = frozenset().union(*possible) if possible else frozenset()
    near = [
        entry
        for entry in entries
        if abs(len(entry) - len(possible)) <= _MOST_APART
        and sum(char in everything for char in entry) >= _LEAST_SHARED * len(entry)
    ]
    ranked = sorted(((_chance(possible, entry), entry) for entry in near), reverse=True)
    if not ranked or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < _CLEARLY):
        return None
    return ranked[0][1]


def _chance(possible: Sequence[dict[str, float]], entry: str) -> float:
    """The logarithm of the best alignment's probability."""
    before = [_LOST * i for i in range(len(entry) + 1)]
    for held in possible:
        row = [before[0] + _LOST]
        for i, char in enumerate(entry, 1):
            share = held.get(char, 0.0)
            same = before[i - 1] + (max(_NEVER, math.log(share)) if share > 0 else _NEVER)
            row.append(max(same, before[i] + _LOST, row[i - 1] + _LOST))
        before = row
    return before[-1]
