"""How one incoming stream arrives: loss and jitter for reports, gaps to be asked for again.

Times are monotonic seconds given by the caller.
"""

from rtc.core.rtcp import ReportBlock

MAX_GAP = 200  # a longer hole is a pause, not loss: a key frame mends it, 200 repeats would choke the line
MAX_MISSING = 400  # so many at once are not loss to be mended but a line that is gone, or a hostile peer
MAX_ASKS = 8
GIVE_UP_S = 1.0
ASK_AGAIN_S = 0.04  # about one round trip on a good line; grows with each ask
REORDER_S = 0.01  # packets of one burst change places on Wi-Fi within this


class Reception:
    """Counters of RFC 3550 appendix A for one stream; numbers are unrolled."""

    def __init__(self, ssrc: int, clock_hz: int) -> None:
        self.ssrc = ssrc
        self.received = 0
        self.octets = 0
        self.highest = 0
        self.fraction_lost = 0.0
        self._base: int | None = None
        self._clock_hz = clock_hz
        self._jitter = 0.0
        self._transit: float | None = None
        self._expected_before = self._received_before = 0
        self._last_report = 0
        self._last_report_at = 0.0

    @property
    def jitter_ms(self) -> float:
        return 1000 * self._jitter / self._clock_hz

    def count(self, number: int, timestamp: int, octets: int, now: float) -> None:
        if self._base is None:
            self._base = self.highest = number
        self.received += 1
        self.octets += octets
        if number >= self.highest:
            self.highest = number
            self._count_jitter(timestamp, now)

    def _count_jitter(self, timestamp: int, now: float) -> None:
        transit = now * self._clock_hz - timestamp
        if self._transit is not None:
            change = abs(transit - self._transit)
            if change < self._clock_hz * 10:  # a timestamp that wrapped or jumped is not jitter
                self._jitter += (change - self._jitter) / 16
        self._transit = transit

    def sender_reported(self, ntp_time: int, now: float) -> None:
        self._last_report = ntp_time >> 16 & 0xFFFFFFFF
        self._last_report_at = now

    def block(self, now: float) -> ReportBlock | None:
        """The report since the last one; None before the first packet."""
        if self._base is None:
            return None
        expected = self.highest - self._base + 1
        expected_now = expected - self._expected_before
        lost_now = max(0, expected_now - (self.received - self._received_before))
        self._expected_before, self._received_before = expected, self.received
        self.fraction_lost = lost_now / expected_now if expected_now > 0 else 0.0
        delay = int((now - self._last_report_at) * 65536) & 0xFFFFFFFF if self._last_report else 0
        return ReportBlock(
            self.ssrc,
            min(255, int(self.fraction_lost * 256)),
            expected - self.received,
            self.highest,
            int(self._jitter),
            self._last_report,
            delay,
        )


class Gaps:
    """The numbers of one stream that did not come, and when to ask for them."""

    def __init__(self) -> None:
        self._newest: int | None = None
        self._missing: dict[int, tuple[float, float, int]] = {}  # number: noticed, next ask, asks made

    def saw(self, number: int, now: float) -> None:
        if self._newest is None:
            self._newest = number
        if number <= self._newest:
            self._missing.pop(number, None)
            return
        if number - self._newest <= MAX_GAP and len(self._missing) < MAX_MISSING:
            for lost in range(self._newest + 1, number):
                self._missing[lost] = (now, now + REORDER_S, 0)
        else:
            self._missing.clear()
        self._newest = number

    def due(self, now: float) -> list[int]:
        """The numbers to ask for now, oldest first."""
        due = []
        for number, (noticed, ask_at, asks) in list(self._missing.items()):
            if now - noticed > GIVE_UP_S or asks >= MAX_ASKS:
                del self._missing[number]
            elif now >= ask_at:
                self._missing[number] = (noticed, now + ASK_AGAIN_S * (asks + 1), asks + 1)
                due.append(number)
        return due
