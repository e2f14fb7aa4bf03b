"""The talk that sets a session up: one offer in flight, a mark for the next, answers as values.

Rule 1: the server offers, the browser answers; so all peers share payload types and extension ids.
Rule 2: an answer counts only for the offer in flight.
Rule 3: sections are only added: microphone and camera first, then whatever is needed, in that order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rtc.core.packets import Kind
from rtc.errors import AnswerRefused

FROM_ALL: dict[str, Kind] = {"0": Kind.AUDIO, "1": Kind.VIDEO}  # the first two sections of every offer
SCREEN_UP, SCREEN_DOWN = "su", "sd"  # of who may share a screen, of whoever sees one
UPLINK: dict[str, Kind] = {**FROM_ALL, SCREEN_UP: Kind.SCREEN}


@dataclass(frozen=True, slots=True)
class SlotLine:
    """One section of an offer that carries media to the peer; those of one `group` are played in step."""

    mid: str
    kind: Kind
    ssrc: int
    repair_ssrc: int
    group: str


@dataclass(frozen=True, slots=True)
class ScreenLine:
    """The section of an offer by which the peer sends its screen."""

    mid: str = SCREEN_UP


Line = SlotLine | ScreenLine


@dataclass(frozen=True, slots=True)
class Answer:
    """What the peer's answer settles.

    `streams`: SSRC to mid as far as stated; `repairs`: repair SSRC to the SSRC it repairs; `fingerprints`:
    hash name to upper-case hex with colons; `voice_repair`: lost sound is sent again when asked for;
    `transport_wide` is of what the peer sends, `counts_arrivals` of what it receives; `redundancy`: it takes
    sound of RFC 2198; `rejected`: which sections, from 0, it takes nothing of (RFC 8829 section 5.3.1).
    """

    ufrag: str
    fingerprints: Mapping[str, str]
    transport_wide: bool
    repair: bool
    voice_repair: bool = False
    counts_arrivals: bool = False
    redundancy: bool = False
    rejected: frozenset[int] = frozenset()
    streams: Mapping[int, str] = field(default_factory=dict)
    repairs: Mapping[int, int] = field(default_factory=dict)


class Negotiation:
    """One peer's side of offer and answer."""

    def __init__(self) -> None:
        self.version = 0
        self._in_flight = False
        self._dirty = False

    def wish(self) -> int | None:
        """The number of the offer to send now; None if one is in flight (it will follow)."""
        if self._in_flight:
            self._dirty = True
            return None
        self._in_flight = True
        self.version += 1
        return self.version

    def answered(self, version: int) -> bool:
        """Take the answer to `version`; True if another offer must follow. Raises AnswerRefused."""
        if not self._in_flight or version != self.version:
            raise AnswerRefused(f"answer to offer {version}, not to {self.version}")
        self._in_flight = False
        again, self._dirty = self._dirty, False
        return again
