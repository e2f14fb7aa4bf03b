"""Rooms without sound: they obey the port strictly and remember every matrix they were given."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from odr.ports.media import TICKET_TTL, Matrix, MediaKind, RoomNotOpen, StaleRoutes, Tape


@dataclass(slots=True)
class Heard:
    """A room as media has it: `routes` say who receives (key) whom; `matrices` all that were in force."""

    epoch: int = -1
    routes: dict[UUID, frozenset[UUID]] = field(default_factory=dict)
    matrices: list[dict[UUID, frozenset[UUID]]] = field(default_factory=list)
    tape: Tape | None = None
    tapes: list[Tape | None] = field(default_factory=list)
    screens: frozenset[UUID] = frozenset()
    muted: frozenset[UUID] = frozenset()


class FakeMediaRooms:
    """`fail_next`: raised by the next `set_routes`; `meanwhile`: happens while that one is under way.

    `behind`: what the observer has not heard yet.
    """

    def __init__(self) -> None:
        self.rooms: dict[UUID, Heard] = {}
        self.tickets: list[tuple[UUID, UUID, str]] = []
        self.revoked: list[tuple[UUID, UUID]] = []
        self.withheld: dict[tuple[UUID, UUID], frozenset[MediaKind]] = {}
        self.fail_next: Exception | None = None
        self.meanwhile: Callable[[], Awaitable[None]] | None = None
        self.behind: Callable[[], Awaitable[None]] | None = None

    async def open(self, room_id: UUID) -> None:
        self.rooms.setdefault(room_id, Heard())

    async def close(self, room_id: UUID) -> None:
        self.rooms.pop(room_id, None)

    async def ticket(self, room_id: UUID, seat_id: UUID, role: str, ttl: timedelta = TICKET_TTL) -> str:
        self._room(room_id)
        self.tickets.append((room_id, seat_id, role))
        return f"{room_id} {seat_id} {role}"

    async def set_routes(self, room_id: UUID, matrix: Matrix) -> None:
        room = self._room(room_id)
        if self.meanwhile is not None:
            meanwhile, self.meanwhile = self.meanwhile, None
            await meanwhile()
        if self.fail_next is not None:
            failure, self.fail_next = self.fail_next, None
            raise failure
        if matrix.epoch <= room.epoch:
            raise StaleRoutes
        room.epoch = matrix.epoch
        room.routes = {receiver: frozenset(senders) for receiver, senders in matrix.routes.items()}
        room.matrices.append(room.routes)
        room.tape = matrix.tape
        room.tapes.append(matrix.tape)
        room.screens, room.muted = frozenset(matrix.screens), frozenset(matrix.muted)

    async def caught_up(self) -> None:
        if self.behind is not None:
            await self.behind()

    async def revoke(self, room_id: UUID, seat_id: UUID) -> None:
        self._room(room_id)
        self.revoked.append((room_id, seat_id))

    async def withhold(self, room_id: UUID, seat_id: UUID, kinds: frozenset[MediaKind]) -> None:
        self._room(room_id)
        self.withheld[room_id, seat_id] = kinds

    def _room(self, room_id: UUID) -> Heard:
        if room_id not in self.rooms:
            raise RoomNotOpen
        return self.rooms[room_id]
