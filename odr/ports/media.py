"""Rooms with live sound and pictures: who may hear whom, and what happened there.

Rule 1: the audience is decided by the table in `odr.domain.sittings`; a room obeys the matrix it is given.
Rule 2: a move is two calls: first the matrix without the old routes, then the one with the new. When a call
        returns, nothing flows any more that its matrix does not allow.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from odr.errors import Conflict, NotFound

TICKET_TTL = timedelta(seconds=60)
LOST_AFTER = timedelta(seconds=30)  # of silence a line counts as lost


class MediaKind(StrEnum):
    AUDIO = "audio"
    VIDEO = "video"  # the camera
    SCREEN = "screen"


class SeatEnding(StrEnum):
    """Why a connection ended."""

    GONE = "gone"  # the page was closed or the person left
    LOST = "lost"  # nothing was heard from it for half a minute
    REPLACED = "replaced"  # the same person came in from another page or device
    REVOKED = "revoked"
    CLOSED = "closed"  # the room was closed
    STOPPED = "stopped"  # the server goes down; the page comes back by itself
    REFUSED = "refused"  # the page broke the protocol or did not prove itself


class RoomNotOpen(NotFound):
    public = "This room is not open."


class StaleRoutes(Conflict):
    """The matrix is not newer than the one in force: somebody else moved people first."""


@dataclass(frozen=True, slots=True)
class SeatJoined:
    """A ticket was taken; sound and picture are not there yet."""

    room_id: UUID
    seat_id: UUID
    role: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SeatConnected:
    room_id: UUID
    seat_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class SeatLeft:
    room_id: UUID
    seat_id: UUID
    ending: SeatEnding
    at: datetime


@dataclass(frozen=True, slots=True)
class SeatMoved:
    """The media server of the room is lost; the seat keeps its place while another takes the room over."""

    room_id: UUID
    seat_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class SeatHealth:
    """One second of a connection. Up = from the person. Losses 0 to 1; `rtt_ms` None = not known yet.

    `silent_s`: how long nothing at all has come from the person.
    """

    room_id: UUID
    seat_id: UUID
    loss_up: float
    loss_down: float
    rtt_ms: float | None
    jitter_ms: float
    kbps_up: int
    kbps_down: int
    silent_s: float
    at: datetime


@dataclass(frozen=True, slots=True)
class RecordingClosed:
    """The files of a part are on the disk; `failure`: why, if nobody asked for it."""

    room_id: UUID
    recording_id: UUID
    part: int
    failure: str
    at: datetime


RoomEvent = SeatJoined | SeatConnected | SeatMoved | SeatLeft | SeatHealth
MediaEvent = RoomEvent | RecordingClosed


@dataclass(frozen=True, slots=True)
class Tape:
    """A recording in force in a room, and the seats that it hears now; none of them: it waits."""

    recording_id: UUID
    seats: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Matrix:
    """Who receives (key) whom (values) from an epoch on, and what else a room is to keep to as a whole.

    `tape`: what is recorded; None: nothing. `screens`: who shares theirs; it goes where their camera goes,
    and nobody else's goes anywhere. `muted`: whose sound goes nowhere, whatever their page does; it is told.
    """

    epoch: int
    routes: Mapping[UUID, Collection[UUID]]
    tape: Tape | None = None
    screens: Collection[UUID] = ()
    muted: Collection[UUID] = ()


class RoomObserver(Protocol):
    async def heard(self, event: MediaEvent) -> None:
        """Called in the order of events; only health may be left out, when the observer is slow."""
        ...


class MediaRooms(Protocol):
    """Rooms by id; a seat is a person's id. After a restart of the server all rooms must be opened again."""

    async def open(self, room_id: UUID) -> None:
        """Have the room; until routes are set it is a lobby, where nobody hears anybody. Again: no effect."""
        ...

    async def close(self, room_id: UUID) -> None:
        """End every connection and forget the room; no effect if it is not open."""
        ...

    async def ticket(self, room_id: UUID, seat_id: UUID, role: str, ttl: timedelta = TICKET_TTL) -> str:
        """The right to take that seat once; raises RoomNotOpen."""
        ...

    async def set_routes(self, room_id: UUID, matrix: Matrix) -> None:
        """Have the room obey another matrix. Raises StaleRoutes unless its epoch grew, RoomNotOpen.

        After a restart a recording that it names goes on as a further part of the same.
        """
        ...

    async def caught_up(self) -> None:
        """Returns when the observer has heard of all that has come from media until now, or soon after."""
        ...

    async def revoke(self, room_id: UUID, seat_id: UUID) -> None:
        """End the seat's connection now, if there is one; raises RoomNotOpen."""
        ...

    async def withhold(self, room_id: UUID, seat_id: UUID, kinds: frozenset[MediaKind]) -> None:
        """Send exactly these kinds to the seat from nobody, also when it comes back; raises RoomNotOpen."""
        ...
