"""Many rooms to be looked after in each tick: a few at a time, so that packets never wait for all of them."""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
AT_ONCE, MAX_PARTS = 8, 10


class Turns:
    """The parts of a tick. Each room has a count of its own: what is due every tenth tick comes spread."""

    def __init__(self) -> None:
        self.ticks = 0  # that have begun
        self.parts = 1  # of this one
        self._part = -1

    def next(self, rooms: Sequence[T]) -> list[tuple[int, T]]:
        """Those of the next part, each with its count; to be called again after a tick's `parts`-th part."""
        self._part += 1
        if self._part >= self.parts or not self.ticks:
            self.ticks, self._part = self.ticks + 1, 0
            self.parts = max(1, min(MAX_PARTS, -(-len(rooms) // AT_ONCE)))
        return list(enumerate(rooms[self._part :: self.parts], self.ticks))

    @property
    def begins(self) -> bool:
        """Whether this part is a tick's first."""
        return self._part == 0
