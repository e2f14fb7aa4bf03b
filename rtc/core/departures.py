"""What was sent to one receiver, until its transport-wide feedback tells what came of it.

After draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1. Times: seconds of ours when sent, ticks
of 250 microseconds of the receiver's when it came.

Rule 1: a number is given once; a report that cannot be read changes nothing.
Rule 2: what left within five milliseconds, and what a queue then let through in one go, counts as one group
        (draft-ietf-rmcat-gcc-02 section 5.2).
Rule 3: what had to be sent again was lost once, under whatever number the repeat came.
"""

import struct
from array import array
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

TICK_S = 0.00025
REFERENCE_TICKS = 256  # 64 ms
KEPT = 2048  # packets: nearly a second of a room of sixteen
OVERHEAD = 44  # octets of a packet that are not RTP: IPv4, UDP, the tag of AES-GCM
BURST_S, BURST_TICKS, MAX_BURST_TICKS = 0.005, 20, 400
_HEAD = struct.Struct("!HHL")
_IN_FLIGHT, _MISSED, _SETTLED, _REPEATED = 0, 1, 2, 3
_MISSING, _SMALL, _RESERVED = 0, 1, 3  # and 2: a delta of two octets, signed


class Group(NamedTuple):
    """Packets that left together: when the first and the last left and came; octets with all headers."""

    began: float
    sent: float
    came_first: int
    came: int
    octets: int
    behind: int  # octets after the first packet
    packets: int


class Flight(NamedTuple):
    """What one report settles; `lost` is negative where packets came that were reported missing."""

    received: int
    lost: int
    groups: tuple[Group, ...]


NOTHING = Flight(0, 0, ())


class DepartureLog:
    """One receiver's packets, of all its streams, by transport-wide number."""

    def __init__(self) -> None:
        self._next = 0
        # Not lists: objects lie apart in memory, and were out of the caches whenever they were needed again.
        self._octets, self._fates = array("H", bytes(2 * KEPT)), bytearray((_SETTLED,)) * KEPT
        self._left_at = array("d", bytes(8 * KEPT))
        self._reference: int | None = None
        self._group: list[Group] = []  # the newest, to which packets may yet belong; none at first

    def number(self, octets: int, now: float) -> int:
        """The number for a packet of so many octets that leaves now."""
        number = self._next
        self._next = number + 1
        at = number % KEPT
        self._octets[at], self._left_at[at], self._fates[at] = octets + OVERHEAD, now, _IN_FLIGHT
        return number & 0xFFFF

    def repeated(self, stamp: int) -> None:
        """The packet of that number is sent again under it: it was lost, whatever is reported of it now."""
        newest = self._next - 1
        number = newest - ((newest - stamp) & 0xFFFF)
        if not max(0, self._next - KEPT) <= number:
            return
        at = number % KEPT
        if self._fates[at] == _IN_FLIGHT:
            self._fates[at] = _REPEATED
        elif self._fates[at] == _MISSED:
            self._fates[at] = _SETTLED

    def forget(self) -> None:
        """Whatever is reported of packets sent until now counts no more."""
        self._fates[:] = bytes((_SETTLED,)) * KEPT
        self._group = []

    def heard(self, body: bytes) -> Flight:
        """`body`: of the feedback, after the SSRCs."""
        read = _read(body)
        if read is None or not self._next:
            return NOTHING
        first, reference, arrivals = read
        clock = self._unroll(reference) * REFERENCE_TICKS
        newest, fates = self._next - 1, self._fates
        oldest = max(0, self._next - KEPT)
        received, lost, came = 0, 0, list[tuple[int, int]]()
        for number, ticks in enumerate(arrivals, newest - ((newest - first) & 0xFFFF)):
            at = number % KEPT
            fate = fates[at]
            if fate == _SETTLED or not oldest <= number <= newest:
                continue
            if fate == _REPEATED:  # nor does the time of the repeat tell anything of the line
                lost += 1
            elif ticks is None:
                lost += fate == _IN_FLIGHT
                fates[at] = _MISSED
                continue
            else:
                received += 1
                if fate == _MISSED:
                    lost -= 1
                else:
                    came.append((at, clock + ticks))
            fates[at] = _SETTLED
        return Flight(received, lost, tuple(self._grouped(came)) if came else ())

    def _unroll(self, reference: int) -> int:
        """24 bits as an ever-growing integer."""
        before = reference if self._reference is None else self._reference
        self._reference = before + ((reference - before + 0x800000) & 0xFFFFFF) - 0x800000
        return self._reference

    def _grouped(self, packets: Iterable[tuple[int, int]]) -> list[Group]:
        """Where each is kept and when it came: the groups that end with them, the newest kept back.

        In one place, over plain numbers: it runs for every packet that was sent.
        """
        left, octets, groups = self._left_at, self._octets, self._group
        began, sent, first, last, total, behind, count = groups.pop() if groups else _NO_GROUP
        for at, came in packets:
            left_at, size = left[at], octets[at]
            later = came - last
            together = left_at - began <= BURST_S or (
                later <= BURST_TICKS
                and later * TICK_S < left_at - sent  # a queue that catches up
                and came - first < MAX_BURST_TICKS
            )
            if count and together:
                sent = left_at
                if later > 0:
                    last = came
                elif came < first:
                    first = came
                total += size
                behind += size
                count += 1
                continue
            if count:
                groups.append(Group(began, sent, first, last, total, behind, count))
            began = sent = left_at
            first = last = came
            total, behind, count = size, 0, 1
        self._group = [Group(began, sent, first, last, total, behind, count)]
        return groups


_NO_GROUP = Group(0.0, 0.0, 0, 0, 0, 0, 0)


def _read(body: bytes) -> tuple[int, int, Sequence[int | None]] | None:
    """First number, reference time, ticks from there to each arrival; None if it is malformed."""
    if len(body) < _HEAD.size:
        return None
    first, count, stamp = _HEAD.unpack_from(body)
    if count > KEPT:
        return None
    at, statuses = _HEAD.size, list[int]()
    while len(statuses) < count:
        if at + 2 > len(body):
            return None
        statuses += _statuses(body[at] << 8 | body[at + 1])
        at += 2
    del statuses[count:]
    octets = sum(statuses)  # a delta has as many as its symbol says
    if _RESERVED in statuses or at + octets > len(body):
        return None
    if octets == count == statuses.count(_SMALL):  # all came, each soon after the one before
        return first, stamp >> 8, list(accumulate(body[at : at + count]))
    return first, stamp >> 8, _arrivals(statuses, body, at)


def _arrivals(statuses: list[int], body: bytes, at: int) -> list[int | None]:
    clock, arrivals = 0, list[int | None]()
    for status in statuses:
        if status == _MISSING:
            arrivals.append(None)
            continue
        clock += body[at] if status == _SMALL else int.from_bytes(body[at : at + 2], "big", signed=True)
        at += status
        arrivals.append(clock)
    return arrivals


def _statuses(chunk: int) -> Sequence[int]:
    return _vector(chunk) if chunk & 0x8000 else (chunk >> 13 & 3,) * (chunk & 0x1FFF)


@lru_cache(maxsize=256)
def _vector(chunk: int) -> tuple[int, ...]:
    if chunk & 0x4000:
        return tuple(chunk >> shift & 3 for shift in range(12, -1, -2))
    return tuple(chunk >> shift & 1 for shift in range(13, -1, -1))
