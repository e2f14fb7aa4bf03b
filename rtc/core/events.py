"""What happened in a room, told to whoever watches it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Ending(StrEnum):
    """Why a seat was left."""

    GONE = "gone"  # the peer closed its connection
    LOST = "lost"  # nothing heard from it for too long
    REPLACED = "replaced"  # the same person came in from another page or device
    REVOKED = "revoked"  # the room took the seat back
    CLOSED = "closed"  # the room ended
    STOPPED = "stopped"  # the media server is going down; its rooms will be opened again
    REFUSED = "refused"  # the peer broke the protocol


@dataclass(frozen=True, slots=True)
class SeatJoined:
    """A ticket was taken; media is not there yet."""

    room: str
    seat: str
    role: str


@dataclass(frozen=True, slots=True)
class SeatConnected:
    """Encrypted media can flow; `after_ms` since joining."""

    room: str
    seat: str
    after_ms: int


@dataclass(frozen=True, slots=True)
class SeatLeft:
    room: str
    seat: str
    ending: Ending


@dataclass(frozen=True, slots=True)
class SeatHealth:
    """One second of a connection. Up = from the person to us. Loss 0 to 1; None = not known yet.

    `loss_up`: of the line, before repair. `silent_s`: how long nothing at all has come.
    """

    room: str
    seat: str
    loss_up: float
    loss_down: float
    rtt_ms: float | None
    jitter_ms: float
    kbps_up: int
    kbps_down: int
    silent_s: float


@dataclass(frozen=True, slots=True)
class RecordingEnded:
    """The files of one part are closed; `failure`: why, if nobody asked for it."""

    room: str
    recording: str
    part: int
    failure: str


RoomEvent = SeatJoined | SeatConnected | SeatLeft | SeatHealth | RecordingEnded


class Observer(Protocol):
    def tell(self, event: RoomEvent) -> None:
        """Called on the media loop: must return at once and never raise."""
