"""The line of a person in a sitting: how well it carries, minute by minute, and when it was gone.

Rule 1: kept for the sitting: a failure of network, device or power is a reason for absence (OLR 25).
Rule 2: it says how much came through, never what.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

POOR_LOSS, BAD_LOSS = 0.10, 0.15
SILENT_S: Final = 7.0  # Firefox, sending nothing, checks its line every 4.3 to 5.6 s (measured)
FRESH: Final = timedelta(seconds=5)  # what a line said longer ago says nothing of it now
_BROKEN: Final = frozenset({"left:lost", "left:stopped", "left:refused"})
_THERE: Final = frozenset({"joined", "connected"})
_MOVED: Final = "moved"  # the media server of the room was lost, and another took it over


class Grade(StrEnum):
    GOOD = "good"
    POOR = "poor"
    BAD = "bad"
    SILENT = "silent"  # nothing comes; not yet given up as lost


def grade(loss: float, silent_s: float = 0.0) -> Grade:
    """`loss`: 0 to 1, of the worse direction; `silent_s`: since when nothing has come."""
    if silent_s >= SILENT_S:
        return Grade.SILENT
    return Grade.BAD if loss >= BAD_LOSS else Grade.POOR if loss >= POOR_LOSS else Grade.GOOD


def minute_of(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class Minute:
    """A minute of a line. Losses 0 to 1; times in milliseconds; `poor` and `bad` count seconds."""

    begins_at: datetime
    seconds: int = 0
    loss_sum: float = 0.0
    loss_worst: float = 0.0
    rtt_worst: float | None = None
    poor: int = 0
    bad: int = 0

    @property
    def loss_mean(self) -> float:
        return self.loss_sum / self.seconds if self.seconds else 0.0

    def and_second(self, loss: float, rtt_ms: float | None) -> "Minute":
        graded = grade(loss)
        return replace(
            self,
            seconds=self.seconds + 1,
            loss_sum=self.loss_sum + loss,
            loss_worst=max(self.loss_worst, loss),
            rtt_worst=rtt_ms if self.rtt_worst is None else max(self.rtt_worst, rtt_ms or 0.0),
            poor=self.poor + (graded is Grade.POOR),
            bad=self.bad + (graded is Grade.BAD),
        )


@dataclass(frozen=True, slots=True)
class Gap:
    """A time without connection; `until` None: they have not come back; `moved`: it was the platform's."""

    since: datetime
    until: datetime | None
    moved: bool = False


def gaps(events: Iterable[tuple[str, datetime]], silence: timedelta) -> tuple[Gap, ...]:
    """When the line was gone, from an attendance in order of time; who closes the page is not cut off.

    `silence`: how long nothing had come when a line was given up as lost.
    """
    found: list[Gap] = []
    since: datetime | None = None
    moved = False
    for name, at in events:
        if since is None and name in _BROKEN:
            since = at - silence if name == "left:lost" else at
        elif since is None and name == _MOVED:
            since, moved = at, True
        elif moved and name in _BROKEN:
            moved = False  # the person did not come to the other server
        elif since is not None and _over(name, moved=moved):
            found.append(Gap(since, at, moved))
            since, moved = None, False
    return (*found, Gap(since, None, moved)) if since is not None else tuple(found)


def _over(name: str, *, moved: bool) -> bool:
    """A move is over when sound and picture flow again, or the person leaves; a break, when they are back."""
    return name == "connected" or name.startswith("left:") if moved else name in _THERE
