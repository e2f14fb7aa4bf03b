"""What one person's line carries, and which pictures go down it: sound first, then the speaker's picture.

The line is known from its loss and from an estimate after draft-ietf-rmcat-gcc-02: ours, from the receiver's
transport-wide feedback (`congestion.py`), or its own, from the send times in our packets, stated as REMB (of
pictures alone: libwebrtc leaves sound out of it). A picture is whole, small (of a camera that sends
two layers), a still now and then, or left out; nobody else's pictures change.
"""

from collections.abc import Mapping, Sequence
from enum import IntEnum

FRESH_S = 5.0  # an estimate older than that says nothing of the line now
TIGHT = (
    0.75  # of what is sent: over-use cuts an estimate to 0.85 of what came (section 5.5); below, more is lost
)
SNUG = 0.9  # of what is sent, where it is known whether the line is full
FALL, FELL_S, SOME_LOSS = 0.97, 3.0, 0.2  # signs of a full line: it loses a quarter when TIGHT
WORTH_BITS = 100_000  # pictures of less are not what fills a line
EFFECT_S = 2.5  # after pictures were given up, what is known of the line is still of before
STARVED, STARVED_S = 0.5, 1  # of what is sent: that little is no passing trouble
TIGHT_S = 2  # seconds in a row before a picture is given up
HEAVY_LOSS = 0.3  # up to there lost packets are repaired; above, the line is full
STILL_BITS = 40_000  # a second: a key frame of 50 kB every ten
PATIENCE_S, MAX_PATIENCE_S = 5.0, 60.0
STILL_EVERY_S = 10.0
STILL_LINE_BITS = 200_000  # a second: where the key frame of a still does not hold sound up for seconds
PROBE_EVERY_S, PROBED_S = 4.0, 10.0  # how often a width is asked for, and how long it counts
ROOMY = 1.25  # times what would be sent must have passed before more is


Layers = Sequence[int]  # bits a second of each, the smallest first


class Quality(IntEnum):
    SOUND = 0
    STILLS = 1
    SMALL = 2
    FULL = 3


class Budget:
    """One leg's pictures, by the key its caller gives them; asked once a second."""

    def __init__(self) -> None:
        self.qualities: dict[str, Quality] = {}
        self._estimate: tuple[int, float] | None = None
        self._fell_at = float("-inf")
        self._tight_for = 0
        self._patience_s = PATIENCE_S
        self._raise_at = 0.0
        self._lowered_at = float("-inf")
        self._still_at = float("-inf")
        self.probing = False  # whether bursts to this receiver are measured
        self._burst: tuple[int, float] = (0, float("-inf"))
        self._probed_at = float("-inf")

    def passed(self, bits_per_s: int, at: float) -> None:
        """A burst came through at so many bits a second, sound left out."""
        self._burst = (bits_per_s, at)

    def probe_due(self, now: float) -> bool:
        """Whether to send a burst now, because a picture could come back; answers yes once."""
        wanted = any(quality is not Quality.FULL for quality in self.qualities.values())
        if (
            not self.probing
            or not wanted
            or now < self._raise_at - 1
            or now - self._probed_at < PROBE_EVERY_S
        ):
            return False
        self._probed_at = now
        return True

    def moved(self, now: float) -> None:
        """Another line: what the former one carried is forgotten; what it did not carry is tried again."""
        self._estimate, self._burst = None, (0, float("-inf"))
        self._tight_for, self._patience_s = 0, PATIENCE_S
        self._fell_at, self._raise_at = float("-inf"), now

    def estimated(self, bits_per_s: int, now: float) -> None:
        """The receiver stated what pictures it can take."""
        if self._estimate is not None and bits_per_s < FALL * self._estimate[0]:
            self._fell_at = now
        self._estimate = (bits_per_s, now)

    def carries(self, sent: int, loss: float, now: float) -> int | None:
        """Bits a second of pictures that the line is known to carry; None if nothing is known to limit it."""
        known = []
        if self._estimate is not None and now - self._estimate[1] <= FRESH_S:
            known.append(self._estimate[0])
        if loss > HEAVY_LOSS:
            known.append(int(sent * (1 - loss)))
        return min(known, default=None)

    def decide(
        self,
        pictures: Mapping[str, Layers],
        first: Sequence[str],
        *,
        sent: int,
        loss: float,
        now: float,
        full: bool | None = None,
    ) -> dict[str, Quality]:
        """What changed. `pictures`: each one's layers; `sent`: bits a second; `first` is kept longest.

        `full`: whether a queue stands on the line; None if that is not known.
        """
        before = self.qualities
        self.qualities = {key: before.get(key, Quality.FULL) for key in pictures}
        line = self.carries(sent, loss, now)
        if full is not None and now < self._lowered_at + EFFECT_S:
            full, loss = False, 0.0
        tight = line is not None and sent >= WORTH_BITS and self._is_tight(line, sent, loss, now, full)
        self._tight_for = self._tight_for + 1 if tight else 0
        enough = STARVED_S if line is not None and line < STARVED * sent else TIGHT_S
        if line is not None and self._tight_for >= enough:
            self._lower(pictures, first, line, now)
        elif not tight and now >= self._raise_at:
            self._raise(pictures, first, sent, now)
        return _changed(before, self.qualities)

    def _is_tight(self, line: int, sent: int, loss: float, now: float, full: bool | None) -> bool:
        if full is not None:
            return (full or loss > HEAVY_LOSS) and line < SNUG * sent
        # An estimate also lags behind a picture that begins to move; then it rises and nothing is lost.
        return (loss > SOME_LOSS or now - self._fell_at <= FELL_S) and line < TIGHT * sent

    def _lower(self, pictures: Mapping[str, Layers], first: Sequence[str], line: int, now: float) -> None:
        left = line
        for key in _in_order(pictures, first):
            costs = _costs(pictures[key])
            if line < STILL_LINE_BITS:
                costs.pop(Quality.STILLS)
            fits = [q for q, cost in costs.items() if q <= self.qualities[key] and cost <= left]
            self.qualities[key] = max(fits)
            left -= costs[max(fits)]
        self._tight_for = 0
        self._lowered_at = now
        self._raise_at = now + self._patience_s
        self._patience_s = min(MAX_PATIENCE_S, 2 * self._patience_s)

    def _raise(self, pictures: Mapping[str, Layers], first: Sequence[str], sent: int, now: float) -> None:
        """One picture by one step: the estimate grows only with what is sent, so it has to be tried.

        Where bursts are measured, by as much as such a burst has shown to fit.
        """
        for key in _in_order(pictures, first):
            if self.qualities[key] is not Quality.FULL:
                costs = _costs(pictures[key])
                better = sorted(q for q in costs if q > self.qualities[key])
                if self.probing:
                    spent = sent - costs.get(self.qualities[key], 0)
                    better = [q for q in better[::-1] if self._has_room(spent + costs[q], now)]
                if better:
                    self.qualities[key] = better[0]
                    self._raise_at = now + PATIENCE_S
                return
        if now >= self._raise_at + self._patience_s:
            self._patience_s = PATIENCE_S

    def _has_room(self, bits_per_s: int, now: float) -> bool:
        burst, at = self._burst
        if now - at > PROBED_S or burst < STILL_LINE_BITS:
            return False
        return (
            burst >= ROOMY * bits_per_s or now >= self._raise_at + MAX_PATIENCE_S
        )  # jitter stretches bursts

    def still_due(self, now: float) -> bool:
        """Whether to ask for the key frame of the next stills now; answers yes once."""
        if Quality.STILLS not in self.qualities.values() or now - self._still_at < STILL_EVERY_S:
            return False
        self._still_at = now
        return True


def _costs(layers: Layers) -> dict[Quality, int]:
    """What can be sent of a picture, and bits a second."""
    small = {Quality.SMALL: layers[0]} if len(layers) > 1 else {}
    return {Quality.SOUND: 0, Quality.STILLS: STILL_BITS, **small, Quality.FULL: layers[-1]}


def _changed(before: Mapping[str, Quality], now: Mapping[str, Quality]) -> dict[str, Quality]:
    """A picture that is not there is whole: when it comes again, it comes as if for the first time."""
    full = Quality.FULL
    return {
        key: now.get(key, full) for key in {*before, *now} if now.get(key, full) is not before.get(key, full)
    }


def _in_order(pictures: Mapping[str, Layers], first: Sequence[str]) -> list[str]:
    return sorted(pictures, key=lambda key: (first.index(key) if key in first else len(first), key))
