"""Who is speaking, from the level each microphone states in its packets (RFC 6464).

Rule 1: a listener is told of nobody it may not hear.
"""

from collections.abc import Iterable

QUIET_DBOV = 50  # speech across a desk is 20 to 40 dB below full scale, a quiet room 60 and more
HOLD_S = 0.8  # a breath between words does not change the speaker
LEAD_DB = 6.0  # another must be clearly louder to take over
SMOOTHING = 0.1  # of 50 packets a second: about 0.2 s


class Speakers:
    """Smoothed loudness by seat."""

    def __init__(self) -> None:
        self._loudness: dict[str, float] = {}
        self._spoke_at: dict[str, float] = {}

    def heard(self, seat: str, dbov: int, now: float) -> None:
        """`dbov`: 0 (loudest) to 127 (silence) below full scale."""
        before = self._loudness.get(seat, 0.0)
        after = self._loudness[seat] = before + SMOOTHING * ((127 - dbov) - before)
        if after > 127 - QUIET_DBOV:
            self._spoke_at[seat] = now

    def forget(self, seat: str) -> None:
        self._loudness.pop(seat, None)
        self._spoke_at.pop(seat, None)

    def loudest(self, among: Iterable[str], current: str | None, now: float) -> str | None:
        """The speaker among those seats; `current` keeps the word against a small lead."""
        speaking = [seat for seat in among if now - self._spoke_at.get(seat, float("-inf")) < HOLD_S]
        if not speaking:
            return None
        loudest = max(speaking, key=lambda seat: self._loudness[seat])
        keeps = current in speaking and self._loudness[loudest] - self._loudness[current] < LEAD_DB
        return current if keeps else loudest
