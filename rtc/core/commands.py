"""What the room wants done: packets to send, things to tell a peer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


class SendRtp(NamedTuple):
    """A media packet for one leg, not yet protected (a named tuple: one is made per packet)."""

    leg: int
    packet: bytes


class SendRtcp(NamedTuple):
    """A control packet for one leg, not yet protected."""

    leg: int
    packet: bytes


@dataclass(frozen=True, slots=True)
class Negotiate:
    """The leg's slots grew: it needs a new offer."""

    leg: int


@dataclass(frozen=True, slots=True)
class TellSlots:
    """Which mid carries whom now; a mid that is not named carries nobody."""

    leg: int
    slots: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TellSpeaker:
    """Who speaks among those the leg may hear; None for silence."""

    leg: int
    seat: str | None


@dataclass(frozen=True, slots=True)
class TellMuted:
    """Whether the room keeps the person's sound from everybody."""

    leg: int
    muted: bool


@dataclass(frozen=True, slots=True)
class TellPictures:
    """By mid, how much of each picture the leg's line lets through: full, stills, sound (none)."""

    leg: int
    qualities: Mapping[str, str]


Send = SendRtp | SendRtcp
Command = Send | Negotiate | TellSlots | TellSpeaker | TellMuted | TellPictures
