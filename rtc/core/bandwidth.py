"""Feedback from which a sender learns what its line carries.

Transport-wide feedback after draft-holmer-rmcat-transport-wide-cc-extensions-01; for peers that did not
negotiate it, a loss-based limit after draft-ietf-rmcat-gcc-02 section 6, sent as REMB. Never both: measured,
REMB beside transport-cc stops Chromium's estimator.
"""

import struct

from rtc.core import rtcp
from rtc.core.sequence import Unroller

MAX_STATUSES = 1000  # of one feedback packet; 14 bits of chunks keep it within a datagram
MAX_LOG = 2000
_TICK_S = 0.00025
_REFERENCE_S = 0.064
_NOT_RECEIVED, _SMALL, _LARGE = 0, 1, 2


class ArrivalLog:
    """When each packet of one transport came, by transport-wide number, until it is reported."""

    def __init__(self) -> None:
        self._unroller = Unroller()
        self._arrivals: dict[int, float] = {}
        self._next: int | None = None
        self._feedbacks = 0

    def arrived(self, sequence: int, now: float) -> None:
        number, arrivals = self._unroller.unroll(sequence), self._arrivals
        new = number not in arrivals and (self._next is None or number >= self._next)
        if new and len(arrivals) < MAX_LOG:
            arrivals[number] = now

    def feedback(self, media_ssrc: int) -> bytes | None:
        """One transport-wide feedback packet over all since the last; None if nothing came."""
        if not self._arrivals:
            return None
        first = min(self._arrivals) if self._next is None else self._next
        last = max(self._arrivals)
        if last - first >= MAX_STATUSES:  # after a pause: report what is there, not the hole before it
            first = max(min(self._arrivals), last - MAX_STATUSES + 1)
        body = self._encode(first, last - first + 1)
        self._arrivals.clear()
        self._next = last + 1
        self._feedbacks += 1
        head = struct.pack("!LL", rtcp.OUR_SSRC, media_ssrc)
        return rtcp.write(rtcp.TRANSPORT_FEEDBACK, rtcp.TRANSPORT_WIDE, head + body)

    def _encode(self, first: int, count: int) -> bytes:
        earliest = min(at for number, at in self._arrivals.items() if number >= first)
        reference = int(earliest / _REFERENCE_S)
        previous = reference * _REFERENCE_S
        statuses, deltas = list[int](), bytearray()
        for number in range(first, first + count):
            at = self._arrivals.get(number)
            if at is None:
                statuses.append(_NOT_RECEIVED)
                continue
            ticks = round((at - previous) / _TICK_S)
            if 0 <= ticks <= 255:
                statuses.append(_SMALL)
                deltas.append(ticks)
            else:
                ticks = max(-0x8000, min(0x7FFF, ticks))
                statuses.append(_LARGE)
                deltas += ticks.to_bytes(2, "big", signed=True)
            previous += ticks * _TICK_S
        stamp = (reference & 0xFFFFFF) << 8 | self._feedbacks & 0xFF
        return struct.pack("!HHL", first & 0xFFFF, count, stamp) + _chunks(statuses) + bytes(deltas)


def _chunks(statuses: list[int]) -> bytes:
    """Status vector chunks, seven two-bit symbols each."""
    chunks = bytearray()
    for at in range(0, len(statuses), 7):
        word = 0xC000
        for place, status in enumerate(statuses[at : at + 7]):
            word |= status << (12 - 2 * place)
        chunks += word.to_bytes(2, "big")
    return bytes(chunks)


class LossLimit:
    """A sending rate that falls with heavy loss and recovers slowly, in bits a second."""

    def __init__(self, start: int, floor: int, ceiling: int) -> None:
        self.bits_per_s = start
        self._floor, self._ceiling = floor, ceiling

    def report(self, fraction_lost: float) -> int:
        """The rate after one report interval with that loss (0 to 1)."""
        if fraction_lost > 0.10:
            rate = self.bits_per_s * (1 - 0.5 * fraction_lost)
        elif fraction_lost < 0.02:
            rate = self.bits_per_s * 1.05
        else:
            rate = self.bits_per_s
        self.bits_per_s = int(max(self._floor, min(self._ceiling, rate)))
        return self.bits_per_s
