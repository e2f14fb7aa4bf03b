"""What a receiver's line carries, from its transport-wide feedback: draft-ietf-rmcat-gcc-02.

The delay between groups of packets goes through a Kalman filter (section 5.3), an over-use detector with an
adaptive threshold (5.4) and a rate that rises slowly and falls at once (5.5); loss has its own limit (6).
Beside it: a queue that stands through a whole second tells a full line from an unlucky one, and packets that
left in one burst come as far apart as the narrowest line lets them.

Rule 1: nothing is known to limit a line until delay or loss has shown it; then it is followed up and down.
Rule 2: what came through is what the line carries at least: no limit is below it but for over-use.
"""

from collections import deque
from enum import Enum
from math import sqrt
from statistics import median

from rtc.core.departures import TICK_S, DepartureLog, Flight, Group

CHI, STATE_NOISE = 0.01, 1e-3  # chi and q of section 5.3
GROUPS_SUMMED = 60  # the threshold is for the drift over so many groups, as in libwebrtc's detector
OVERUSE_MS, THRESHOLD_MS = 10.0, 12.5
MIN_THRESHOLD_MS, MAX_THRESHOLD_MS, OUTLIER_MS, MAX_STEP_MS = 6.0, 600.0, 15.0, 100.0
GROW, SHRINK = 0.01, 0.00018  # K_u and K_d
BETA, ETA, NEAR_DEVIATIONS = 0.85, 1.08, 3
HEADROOM, SLACK_BITS = 1.5, 10_000  # no more than that above what comes through
WINDOW_S, SHORTEST_S, JUDGED_S = 0.5, 0.25, 1.0
MAX_GROUPS = (
    200  # of the window: they leave five milliseconds apart, whatever the receiver says of their coming
)
FULL_LOSS, HEAVY_LOSS, LIGHT_LOSS = 0.30, 0.10, 0.02  # the first: so much is no accident but a full line
MIN_BURST, MIN_BURST_OCTETS = 4, 600
STANDING_S, BASE_SECONDS = (
    0.1,
    15,
)  # above the quickest of so long: no jitter, which lets some through at once
WIDE = 2  # times what comes: the narrowest line is not what holds packets up
UNKNOWN_RTT_MS = 200.0
BURSTS = 3  # the middle one of so many: jitter stretches some and squeezes others


class Signal(Enum):
    OVERUSE = "overuse"
    NORMAL = "normal"
    UNDERUSE = "underuse"


class DelayFilter:
    """How much longer each group's way is than the one's before it, in ms (section 5.3)."""

    def __init__(self) -> None:
        self.drift = 0.0
        self.groups = 0
        self._error, self._noise = 0.1, 1.0

    def update(self, later_ms: float, apart_ms: float, *, stable: bool) -> float:
        """`later_ms`: the change of delay; `apart_ms`: between the two departures."""
        residual = later_ms - self.drift
        far = 3 * sqrt(self._noise)
        if not -far <= residual <= far:
            residual = far if residual > 0 else -far
        if stable:
            alpha = (1 - CHI) ** (30 * apart_ms / 1000)
            noise = alpha * self._noise + (1 - alpha) * residual * residual
            self._noise = noise if noise > 1.0 else 1.0  # not `max`: this runs for every group of every line
        error = self._error + STATE_NOISE
        gain = error / (self._noise + error)
        self.drift += residual * gain
        self._error = (1 - gain) * error
        if self.groups < GROUPS_SUMMED:
            self.groups += 1
        return self.drift


class OveruseDetector:
    """Whether a queue grows (section 5.4)."""

    def __init__(self) -> None:
        self.signal = Signal.NORMAL
        self._filter = DelayFilter()
        self._threshold = THRESHOLD_MS
        self._over_ms, self._overs = 0.0, 0
        self._before = 0.0

    def take(self, earlier: Group, group: Group) -> Signal:
        apart_ms = 1000 * (group.sent - earlier.sent)
        came_ms = 1000 * TICK_S * (group.came - earlier.came)
        stable = self.signal is Signal.NORMAL
        drift = self._filter.update(came_ms - apart_ms, apart_ms, stable=stable)
        total = drift * self._filter.groups
        self._judge(total, drift, apart_ms)
        self._adapt(total, came_ms)
        self._before = drift
        return self.signal

    def _judge(self, total: float, drift: float, apart_ms: float) -> None:
        if total <= self._threshold:
            self._over_ms, self._overs = 0.0, 0
            self.signal = Signal.UNDERUSE if total < -self._threshold else Signal.NORMAL
            return
        self._over_ms += apart_ms
        self._overs += 1
        if self._over_ms > OVERUSE_MS and self._overs > 1 and drift >= self._before:
            self._over_ms, self._overs = 0.0, 0
            self.signal = Signal.OVERUSE

    def _adapt(self, total: float, came_ms: float) -> None:
        beyond = abs(total) - self._threshold
        if beyond > OUTLIER_MS:
            return
        step = min(MAX_STEP_MS, max(0.0, came_ms)) * (GROW if beyond > 0 else SHRINK)
        self._threshold = max(MIN_THRESHOLD_MS, min(MAX_THRESHOLD_MS, self._threshold + step * beyond))


class RateControl:
    """The rate that delay allows, in bits a second (section 5.5); None until a queue has grown once."""

    def __init__(self) -> None:
        self.bits_per_s: float | None = None
        self._holds = False
        self._updated_at = 0.0
        self._mean_kbps: float | None = None
        self._spread = 0.4

    def update(self, signal: Signal, received: float, packet_bits: float, rtt_ms: float, now: float) -> None:
        passed, self._updated_at = min(1.0, now - self._updated_at), now
        if signal is Signal.OVERUSE:
            self._remember(received / 1000)
            self.bits_per_s, self._holds = BETA * received, True
        elif signal is Signal.UNDERUSE or self._holds:  # its queue empties: wait until it has
            self._holds = signal is Signal.UNDERUSE
        elif self.bits_per_s is not None:
            ceiling = HEADROOM * received + SLACK_BITS
            if self.bits_per_s < ceiling:
                grown = self._grown(self.bits_per_s, received / 1000, packet_bits, rtt_ms, passed)
                self.bits_per_s = min(ceiling, grown)

    def _grown(self, rate: float, kbps: float, packet_bits: float, rtt_ms: float, passed: float) -> float:
        if self._mean_kbps is not None:
            if abs(kbps - self._mean_kbps) <= NEAR_DEVIATIONS * sqrt(self._spread * self._mean_kbps):
                share = min(1.0, 1000 * passed / (100 + rtt_ms))
                return rate + max(1000.0, 0.5 * share * packet_bits)
            if kbps > self._mean_kbps:
                self._mean_kbps = None
        grown: float = rate * ETA**passed
        return grown

    def _remember(self, kbps: float) -> None:
        """Mean and spread of what came when the line was full, smoothed by 0.95."""
        if self._mean_kbps is None:
            self._mean_kbps = kbps
            return
        error = self._mean_kbps - kbps
        self._mean_kbps = 0.95 * self._mean_kbps + 0.05 * kbps
        spread = 0.95 * self._spread + 0.05 * error * error / max(1.0, self._mean_kbps)
        self._spread = max(0.4, min(2.5, spread))  # of the mean, as libwebrtc bounds it


class LineEstimate:
    """One receiver's line."""

    def __init__(self) -> None:
        self.loss = 0.0
        self.full = False  # a queue stands: as much is sent as the line carries, or more
        self.burst_at = float("-inf")
        self._bursts: deque[int] = deque(maxlen=BURSTS)
        self._new_bursts = 0  # of this second
        self._detector = OveruseDetector()
        self._rate = RateControl()
        self._earlier: Group | None = None
        self._came: deque[tuple[int, int, int]] = deque()  # ticks, octets, packets of each group
        self._octets = self._packets = 0
        self._loss_limit: float | None = None
        self._counted = [0, 0]  # received, lost since the loss was last judged
        self._judged_at: float | None = None
        self._quickest = float("inf")  # of this second: seconds on the way, by two clocks
        self._base: deque[float] = deque(maxlen=BASE_SECONDS)

    @property
    def bits_per_s(self) -> int | None:
        """With all headers; None while nothing is known to limit the line."""
        through = self.received_bits_per_s if self.full else None
        limits = (self._rate.bits_per_s, self._loss_limit, through)
        known = [limit for limit in limits if limit is not None]
        return int(min(known)) if known else None

    @property
    def burst_bits_per_s(self) -> int:
        """What the newest bursts came through with; 0 before the first."""
        return int(median(self._bursts)) if self._bursts else 0

    @property
    def received_bits_per_s(self) -> float | None:
        """What came in the last half second (section 5.5); None until there is half of it."""
        if not self._came:
            return None
        span = (self._came[-1][0] - self._came[0][0]) * TICK_S
        return 8 * (self._octets - self._came[0][1]) / span if span >= SHORTEST_S else None

    def heard(self, flight: Flight, rtt_ms: float, now: float) -> None:
        """What one feedback settled."""
        signal = self._detector.signal
        worst = signal if not flight.groups else Signal.NORMAL
        for group in flight.groups:
            self._keep(group, now)
            if self._earlier is not None:
                signal = self._detector.take(self._earlier, group)
                worst = signal if signal is not Signal.NORMAL and worst is not Signal.OVERUSE else worst
            self._earlier = group
        received = self.received_bits_per_s
        if received is not None and flight.groups:
            packet_bits = 8 * self._octets / max(1, self._packets)
            self._rate.update(worst, received, packet_bits, rtt_ms, now)
        self._judge(flight, received, now)

    def _look_for_a_queue(self, received: float | None) -> None:
        """The way may also have become longer, by another route: then bursts come through as before."""
        fresh = list(self._bursts)[-self._new_bursts :] if self._new_bursts else []
        self._new_bursts = 0
        if self._quickest - min(self._base) <= STANDING_S:
            self.full = False
            return
        if not self.full:  # it is another line now than the one that let the older ones through
            self._bursts = deque(fresh, maxlen=BURSTS)
        self.full = not (fresh and received is not None and median(fresh) >= WIDE * received)

    def _keep(self, group: Group, now: float) -> None:
        self._came.append((group.came, group.octets, group.packets))
        on_the_way = group.came * TICK_S - group.sent
        self._quickest = min(self._quickest, on_the_way)
        self._octets += group.octets
        self._packets += group.packets
        while (group.came - self._came[0][0]) * TICK_S > WINDOW_S or len(self._came) > MAX_GROUPS:
            _, octets, packets = self._came.popleft()
            self._octets -= octets
            self._packets -= packets
        if group.packets >= MIN_BURST and group.behind >= MIN_BURST_OCTETS:
            width = int(8 * group.behind / (max(1, group.came - group.came_first) * TICK_S))
            self._bursts.append(width)
            self._new_bursts = min(BURSTS, self._new_bursts + 1)
            self.burst_at = now

    def _judge(self, flight: Flight, received: float | None, now: float) -> None:
        self._counted[0] += flight.received
        self._counted[1] += flight.lost
        if self._judged_at is None:
            self._judged_at = now
        if now - self._judged_at < JUDGED_S:
            return
        if self._quickest < float("inf"):
            self._base.append(self._quickest)
            self._look_for_a_queue(received)
            self._quickest = float("inf")
        else:
            self.full = False
        came, lost = self._counted
        self._judged_at, self._counted = now, [0, 0]
        self.loss = max(0.0, lost / (came + lost)) if came + lost > 0 else 0.0
        if received is None:
            return
        if self.loss > HEAVY_LOSS:
            sent = received / (1 - min(0.99, self.loss))
            limit = (self._loss_limit or sent) * (1 - 0.5 * self.loss)
            self._loss_limit = received if self.loss > FULL_LOSS else max(received, limit)
        elif self.loss < LIGHT_LOSS and self._loss_limit is not None:
            self._loss_limit = min(
                1.05 * self._loss_limit, max(self._loss_limit, HEADROOM * received + SLACK_BITS)
            )


class ReportedLine(LineEstimate):
    """The estimate from a receiver's own reports on what was sent to it."""

    def __init__(self, departures: DepartureLog) -> None:
        super().__init__()
        self._departures = departures
        self._rtt_ms = UNKNOWN_RTT_MS

    def went_around(self, rtt_ms: float) -> None:
        self._rtt_ms = rtt_ms

    def moved(self) -> None:
        """It is another line from now on; what was lost on the way to it tells nothing of it."""
        self._departures.forget()
        super().__init__()
        self._rtt_ms = UNKNOWN_RTT_MS

    def reported(self, body: bytes, now: float) -> None:
        self.heard(self._departures.heard(body), self._rtt_ms, now)
