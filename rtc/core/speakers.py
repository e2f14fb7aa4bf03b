"""Who is speaking, from the level each microphone states in its packets (RFC 6464).

Rule 1: a listener is told of nobody it may not hear.
"""

from collections.abc import Mapping
from typing import Protocol

QUIET_DBOV = 50  # speech across a desk is 20 to 40 dB below full scale, a quiet room 60 and more
HOLD_S = 0.8  # a breath between words does not change the speaker
LEAD_DB = 6.0  # another must be clearly louder to take over
SMOOTHING = 0.1  # of 50 packets a second: about 0.2 s
PAUSE_S = 0.1  # a microphone that says so little is silent (DTX, RFC 7587 section 3.1.3): it fades at once


class Loudness(Protocol):
    """Of one microphone, smoothed: 0 (silence) to 127, and when it was last speech."""

    @property
    def loudness(self) -> float: ...
    @property
    def spoke_at(self) -> float: ...


class Ear:
    """Loudness kept in Python."""

    def __init__(self) -> None:
        self.loudness = 0.0
        self.spoke_at = float("-inf")
        self._heard_at = float("-inf")

    def heard(self, dbov: int, now: float) -> None:
        """`dbov`: 0 (loudest) to 127 (silence) below full scale."""
        faded = now - self._heard_at > PAUSE_S and 127 - dbov < self.loudness
        self.loudness += (1.0 if faded else SMOOTHING) * ((127 - dbov) - self.loudness)
        self._heard_at = now
        if self.loudness > 127 - QUIET_DBOV:
            self.spoke_at = now


def loudest(among: Mapping[str, Loudness], current: str | None, now: float) -> str | None:
    """The speaker among those seats; `current` keeps the word against a small lead."""
    speaking = [seat for seat, ear in among.items() if now - ear.spoke_at < HOLD_S]
    if not speaking:
        return None
    first = max(speaking, key=lambda seat: among[seat].loudness)
    keeps = current in speaking and among[first].loudness - among[current or ""].loudness < LEAD_DB
    return current if keeps else first
