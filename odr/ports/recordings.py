"""Files of recordings as media has written them: closed, read, composed, taken away once they are kept."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from odr.errors import OdrError


class CannotCompose(OdrError):
    """The tracks cannot be made into one file; each of them is kept."""


@dataclass(frozen=True, slots=True)
class TrackOnDisk:
    """The microphone or camera of a seat; `name`: by which `read` knows it."""

    seat_id: UUID
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class PartOnDisk:
    """`interrupted`: a server was cut off; what it wrote until the last second is there."""

    began_at: datetime
    ended_at: datetime
    interrupted: bool
    tracks: tuple[TrackOnDisk, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """What was recorded from `at` on is in the composed file from `ms` on."""

    at: datetime
    ms: int
    length_ms: int


@dataclass(frozen=True, slots=True)
class Composed:
    name: str
    duration_ms: int
    stretches: tuple[Stretch, ...]


class RecordingFiles(Protocol):
    async def parts(self, recording_id: UUID) -> tuple[int, ...]:
        """The numbers of its parts; none once it was discarded."""
        ...

    async def close(self, recording_id: UUID, number: int) -> PartOnDisk:
        """The part, ended where nobody ended it, once it is no longer written; Unavailable if unreadable."""
        ...

    async def read(self, recording_id: UUID, name: str, at: int, most: int) -> bytes:
        """At most so many octets of a file from that one on; none at its end."""
        ...

    async def compose(
        self, recording_id: UUID, names: Mapping[UUID, str], tell: Callable[[float], Awaitable[None]]
    ) -> Composed:
        """One file by speaker; `tell` hears now and then how much is done. Raises CannotCompose."""
        ...

    async def discard(self, recording_id: UUID) -> None:
        """Take away everything of it; again: no effect."""
        ...
