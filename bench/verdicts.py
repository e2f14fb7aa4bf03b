"""What a person had of a call, judged from what it wrote down (bench/persons.py)."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from bench.persons import Frame, Heard, Seen
from bench.speech import FRAME, RATE

LATE_S = 0.4  # after the quickest: what comes later than that a player has already bridged


class Sound(NamedTuple):
    """Shares of the frames that were spoken: those that came in time, and those that could be played.

    Of the latter some were made from the frame after (forward error correction in Opus).
    """

    came: float
    played: float


class Film(NamedTuple):
    """Pictures a second, the longest time without one, and the share of them in the large size."""

    pictures_per_s: float
    longest_gap_s: float
    large: float


def sound(heard: Heard | None, since: float, until: float) -> Sound:
    stamps = [ts for ts, frame in heard.frames.items() if since <= frame.at <= until] if heard else []
    if heard is None or len(stamps) < 2:
        return Sound(0.0, 0.0)
    first, last = min(stamps), max(stamps)
    quickest = min(heard.frames[ts].at - ts / RATE for ts in stamps)

    def in_time(ts: int) -> Frame | None:
        frame = heard.frames.get(ts)
        return frame if frame and frame.at - ts / RATE - quickest <= LATE_S else None

    spoken = range(first, last + 1, FRAME)
    came = sum(in_time(ts) is not None for ts in spoken)
    mended = sum(
        in_time(ts) is None and (after := in_time(ts + FRAME)) is not None and after.again for ts in spoken
    )
    return Sound(came / len(spoken), (came + mended) / len(spoken))


def film(seen: Seen | None, since: float, until: float) -> Film:
    shown = [(at, rid) for at, rid in seen.shown if since <= at <= until] if seen else []
    times = [since, *(at for at, _ in shown), until]
    gap = max(after - before for before, after in pairwise(times))
    large = sum(rid == "h" for _, rid in shown) / len(shown) if shown else 0.0
    return Film(len(shown) / (until - since), gap, large)


def worst(films: Sequence[Film]) -> Film:
    return Film(
        min(f.pictures_per_s for f in films),
        max(f.longest_gap_s for f in films),
        min(f.large for f in films),
    )
