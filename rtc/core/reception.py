"""How one incoming stream arrives: loss and jitter for reports, gaps to be asked for again.

Times are monotonic seconds given by the caller.
"""

from typing import Protocol

from rtc.core.rtcp import ReportBlock

MAX_GAP = 200  # a longer hole is a pause, not loss: a key frame mends it, 200 repeats would choke the line
MAX_MISSING = 400  # so many at once are not loss to be mended but a line that is gone, or a hostile peer
MAX_ASKS = 8
GIVE_UP_S = 1.0
ASK_AGAIN_S = 0.04  # about one round trip on a good line; grows with each ask
REORDER_S = 0.01  # packets of one burst change places on Wi-Fi within this


class StreamCounts(Protocol):
    """What came of one stream, by unrolled numbers; `jitter` in ticks (RFC 3550 appendix A.8)."""

    @property
    def started(self) -> int: ...
    @property
    def base(self) -> int: ...
    @property
    def highest(self) -> int: ...
    @property
    def received(self) -> int: ...
    @property
    def octets(self) -> int: ...
    @property
    def mended(self) -> int: ...  # of those received: came after they were asked for
    @property
    def jitter(self) -> float: ...


class Counts:
    """Counts in Python."""

    def __init__(self, clock_hz: int) -> None:
        self.started = 0
        self.base = self.highest = self.received = self.octets = self.mended = 0
        self.jitter = 0.0
        self._clock_hz = clock_hz
        self._transit: float | None = None

    def count(self, number: int, timestamp: int, octets: int, now: float) -> None:
        if not self.started:
            self.started, self.base, self.highest = 1, number, number
        self.received += 1
        self.octets += octets
        if number < self.highest:
            return
        self.highest = number
        clock_hz, before = self._clock_hz, self._transit
        self._transit = transit = now * clock_hz - timestamp
        if before is not None:
            change = abs(transit - before)
            if change < clock_hz * 10:  # a timestamp that wrapped or jumped is not jitter
                self.jitter += (change - self.jitter) / 16


class Reception:
    """The reports on one stream (RFC 3550 section 6.4.1).

    `fraction_lost`: what the peer is told, in which a repair counts as received; `loss_before_repair`: what
    the line lost of what was expected since the last report. Both 0 to 1.
    """

    def __init__(self, ssrc: int, clock_hz: int, counts: StreamCounts) -> None:
        self.ssrc = ssrc
        self.counts = counts
        self.fraction_lost = self.loss_before_repair = 0.0
        self.bits_per_s = 0
        self._octets_before, self._rated_at = 0, 0.0
        self._clock_hz = clock_hz
        self._expected_before = self._received_before = self._mended_before = 0
        self._last_report = 0
        self._last_report_at = 0.0

    @property
    def jitter_ms(self) -> float:
        return 1000 * self.counts.jitter / self._clock_hz

    def sender_reported(self, ntp_time: int, now: float) -> None:
        self._last_report = ntp_time >> 16 & 0xFFFFFFFF
        self._last_report_at = now

    def rate(self, now: float) -> int:
        """Bits a second since the last call; to be called once a second."""
        octets, before = self.counts.octets, self._octets_before
        passed, self._octets_before, self._rated_at = now - self._rated_at, octets, now
        self.bits_per_s = int(8 * (octets - before) / passed) if before and passed > 0 else 0
        return self.bits_per_s

    def block(self, now: float) -> ReportBlock | None:
        """The report since the last one; None before the first packet."""
        counts = self.counts
        if not counts.started:
            return None
        expected, received, mended = counts.highest - counts.base + 1, counts.received, counts.mended
        expected_now = expected - self._expected_before
        missing_now = expected_now - (received - self._received_before)
        lost_now = max(0, missing_now + mended - self._mended_before)
        self._expected_before, self._received_before, self._mended_before = expected, received, mended
        self.fraction_lost = max(0, missing_now) / expected_now if expected_now > 0 else 0.0
        self.loss_before_repair = min(1.0, lost_now / expected_now) if expected_now > 0 else 0.0
        delay = int((now - self._last_report_at) * 65536) & 0xFFFFFFFF if self._last_report else 0
        return ReportBlock(
            self.ssrc,
            min(255, int(self.fraction_lost * 256)),
            expected - received,
            counts.highest,
            int(counts.jitter),
            self._last_report,
            delay,
        )


class Gaps:
    """The numbers of one stream that did not come, and when to ask for them."""

    def __init__(self) -> None:
        self._newest: int | None = None
        self.missing: dict[int, tuple[float, float, int]] = {}  # number: noticed, next ask, asks made

    def saw(self, number: int, now: float) -> bool:
        """True: it came after it was asked for."""
        newest = self._newest
        if number - 1 == newest and not self.missing:  # as nearly always
            self._newest = number
            return False
        if newest is None:
            newest = self._newest = number
        if number <= newest:
            _, _, asks = self.missing.pop(number, (0.0, 0.0, 0))
            return asks > 0
        if number - newest <= MAX_GAP and len(self.missing) < MAX_MISSING:
            for lost in range(newest + 1, number):
                self.missing[lost] = (now, now + REORDER_S, 0)
        else:
            self.missing.clear()
        self._newest = number
        return False

    def due(self, now: float) -> list[int]:
        """The numbers to ask for now, oldest first."""
        due = []
        for number, (noticed, ask_at, asks) in list(self.missing.items()):
            if now - noticed > GIVE_UP_S or asks >= MAX_ASKS:
                del self.missing[number]
            elif now >= ask_at:
                self.missing[number] = (noticed, now + ASK_AGAIN_S * (asks + 1), asks + 1)
                due.append(number)
        return due
