"""What was sent to one receiver, until its transport-wide feedback tells what came of it.

After draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1. Times: seconds of ours when sent, ticks
of 250 microseconds of the receiver's when it came.

Rule 1: a number is given once; a report that cannot be read changes nothing.
Rule 2: what left within five milliseconds, and what a queue then let through in one go, counts as one group
        (draft-ietf-rmcat-gcc-02 section 5.2).
Rule 3: what had to be sent again was lost once, under whatever number the repeat came.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

TICK_S = 0.00025
REFERENCE_TICKS = 256  # 64 ms
KEPT = 2048  # packets: nearly a second of a room of sixteen
OVERHEAD = 44  # octets of a packet that are not RTP: IPv4, UDP, the tag of AES-GCM
BURST_S, BURST_TICKS, MAX_BURST_TICKS = 0.005, 20, 400
_HEAD = struct.Struct("!HHL")
_U16 = struct.Struct("!H")
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
        self._octets, self._fates = (
            [0] * KEPT,
            [_SETTLED] * KEPT,
        )  # plain numbers: a collector walks no objects
        self._left_at = [0.0] * KEPT
        self._reference: int | None = None
        self._group: Group | None = None

    def number(self, octets: int, now: float) -> int:
        """The number for a packet of so many octets that leaves now."""
        number = self._next
        self._next += 1
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

    def heard(self, body: bytes) -> Flight:
        """`body`: of the feedback, after the SSRCs."""
        read = _read(body)
        if read is None or not self._next:
            return NOTHING
        first, reference, arrivals = read
        clock = self._unroll(reference) * REFERENCE_TICKS
        newest = self._next - 1
        received, lost, groups = 0, 0, list[Group]()
        for number, came in enumerate(arrivals, newest - ((newest - first) & 0xFFFF)):
            at = number % KEPT
            fate = self._fates[at]
            if fate == _SETTLED or not max(0, self._next - KEPT) <= number <= newest:
                continue
            if fate == _REPEATED:  # nor does the time of the repeat tell anything of the line
                lost += 1
                self._fates[at] = _SETTLED
                continue
            if came is None:
                lost += fate == _IN_FLIGHT
                self._fates[at] = _MISSED
                continue
            received += 1
            if fate == _MISSED:
                lost -= 1
            else:
                self._count(self._left_at[at], self._octets[at], clock + came, groups)
            self._fates[at] = _SETTLED
        return Flight(received, lost, tuple(groups))

    def _unroll(self, reference: int) -> int:
        """24 bits as an ever-growing integer."""
        before = reference if self._reference is None else self._reference
        self._reference = before + ((reference - before + 0x800000) & 0xFFFFFF) - 0x800000
        return self._reference

    def _count(self, left_at: float, octets: int, came: int, groups: list[Group]) -> None:
        group = self._group
        if group is not None and _belongs(group, left_at, came):
            self._group = Group(
                group.began,
                left_at,
                min(group.came_first, came),
                max(group.came, came),
                group.octets + octets,
                group.behind + octets,
                group.packets + 1,
            )
            return
        if group is not None:
            groups.append(group)
        self._group = Group(left_at, left_at, came, came, octets, 0, 1)


def _belongs(group: Group, sent: float, came: int) -> bool:
    if sent - group.began <= BURST_S:
        return True
    later = came - group.came
    caught_up = later * TICK_S < sent - group.sent
    return caught_up and later <= BURST_TICKS and came - group.came_first < MAX_BURST_TICKS


def _read(body: bytes) -> tuple[int, int, list[int | None]] | None:
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
        (chunk,) = _U16.unpack_from(body, at)
        at += 2
        statuses += _statuses(chunk)
    del statuses[count:]
    if _RESERVED in statuses or at + sum(statuses) > len(
        body
    ):  # a delta has as many octets as its symbol says
        return None
    return first, stamp >> 8, list(_arrivals(statuses, body, at))


def _arrivals(statuses: list[int], body: bytes, at: int) -> Iterator[int | None]:
    clock = 0
    for status in statuses:
        if status == _MISSING:
            yield None
            continue
        clock += body[at] if status == _SMALL else int.from_bytes(body[at : at + 2], "big", signed=True)
        at += status
        yield clock


def _statuses(chunk: int) -> list[int]:
    if not chunk & 0x8000:
        return [chunk >> 13 & 3] * (chunk & 0x1FFF)
    if chunk & 0x4000:
        return [chunk >> shift & 3 for shift in range(12, -1, -2)]
    return [chunk >> shift & 1 for shift in range(13, -1, -1)]
