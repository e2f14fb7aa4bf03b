"""A line for tests: one way with a width, a queue, loss and jitter, and its receiver's feedback."""

from dataclasses import dataclass, field
from random import Random

from rtc.core.bandwidth import ArrivalLog
from rtc.core.congestion import LineEstimate
from rtc.core.departures import OVERHEAD, DepartureLog

FEEDBACK_S = 0.1


@dataclass
class Line:
    bits_per_s: float
    loss: float = 0.0
    jitter_s: float = 0.0
    queue_s: float = 0.3
    rtt_s: float = 0.1
    now: float = 100.0
    estimate: LineEstimate = field(default_factory=LineEstimate)

    def __post_init__(self) -> None:
        self._log, self._arrivals, self._rng = DepartureLog(), ArrivalLog(), Random(1)
        self._free = self._feedback_at = self.now
        self._under_way: list[tuple[float, int]] = []
        self._feedback: list[tuple[float, bytes]] = []

    def send(self, octets: int) -> None:
        number = self._log.number(octets, self.now)
        starts = max(self.now, self._free)
        if self._rng.uniform(0, 1) < self.loss or starts - self.now > self.queue_s:
            return
        self._free = starts + 8 * (octets + OVERHEAD) / self.bits_per_s
        came = self._free + self.rtt_s / 2 + self._rng.uniform(0, self.jitter_s)
        self._under_way.append((came, number))

    def live(self, seconds: float, bits_per_s: float) -> None:
        """A voice of fifty packets and a picture of 25 frames a second, so much together with all headers."""
        voice, picture = 0, 0
        begin = self.now
        frame_octets = (bits_per_s / 8 - 50 * (130 + OVERHEAD)) / 25
        while self.now < begin + seconds:
            self.now = begin + min(voice / 50, picture / 25 + 0.003)
            if voice / 50 <= picture / 25 + 0.003:
                voice += 1
                self.send(130)
            else:
                picture += 1
                for at in range(0, max(0, int(frame_octets)), 1200):
                    self.send(min(1200, int(frame_octets) - at))
            self._tell()

    def _tell(self) -> None:
        if self.now >= self._feedback_at:
            self._feedback_at += FEEDBACK_S
            self._under_way.sort()
            while self._under_way and self._under_way[0][0] <= self.now:
                came, number = self._under_way.pop(0)
                self._arrivals.arrived(number & 0xFFFF, came)
            data = self._arrivals.feedback(5)
            if data:
                body = data[12 : len(data) - (data[-1] if data[0] & 0x20 else 0)]
                self._feedback.append((self.now + self.rtt_s / 2, body))
        while self._feedback and self._feedback[0][0] <= self.now:
            flight = self._log.heard(self._feedback.pop(0)[1])
            self.estimate.heard(flight, 1000 * self.rtt_s, self.now)
