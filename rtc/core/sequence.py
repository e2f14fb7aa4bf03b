"""Sequence numbers: unrolled past 16 bits, and mapped so that a listener never sees a hole we made.

Rule 1: a number is given once; late and repeated packets get the number they would have had.
Rule 2: only the network may leave a hole: what we leave out moves everything after it down by one.
"""

from bisect import bisect_right

KEPT_STRETCHES = 128


class Unroller:
    """16-bit numbers as ever-growing integers, however often they wrap."""

    def __init__(self) -> None:
        self._newest: int | None = None

    def unroll(self, sequence: int) -> int:
        newest = self._newest
        if newest is None:
            newest = self._newest = sequence + 0x10000  # room below for packets that come before the first
        ahead = ((sequence - newest + 0x8000) & 0xFFFF) - 0x8000
        if ahead > 0:
            self._newest = newest + ahead
        return newest + ahead


class SequenceMap:
    """From a source's unrolled numbers to one outgoing stream's.

    Kept as stretches: from a source number on, subtract an offset. Each packet left out begins a stretch.
    """

    def __init__(self, first: int) -> None:
        self._next_out = first
        self._starts: list[int] = []
        self._offsets: list[int] = []
        self._newest: int | None = None

    def restart(self, source: int) -> None:
        """Another source, or the same after a pause: `source` follows the last number given."""
        self._starts, self._offsets = [source], [source - self._next_out]
        self._newest = source - 1

    def number(self, source: int) -> int | None:
        """The outgoing number; None for what was sent before the restart or too long ago."""
        newest = self._newest
        if newest is None:
            return None
        if source > newest:  # then it is of the last stretch
            self._newest = source
            out = source - self._offsets[-1]
            self._next_out = out + 1
            return out
        at = bisect_right(self._starts, source) - 1
        return source - self._offsets[at] if at >= 0 else None

    def leave_out(self, source: int) -> bool:
        """Close the gap that leaving out `source` makes; False if later numbers were already given."""
        if self._newest is None or source <= self._newest:
            return False
        self._next_out = source - self._offsets[-1]
        self._newest = source
        offset = self._offsets[-1] + 1
        if self._starts[-1] == source:
            self._starts[-1], self._offsets[-1] = source + 1, offset
        else:
            self._starts.append(source + 1)
            self._offsets.append(offset)
        del self._starts[:-KEPT_STRETCHES], self._offsets[:-KEPT_STRETCHES]
        return True
