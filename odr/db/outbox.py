"""What must happen after a transaction: written in it, delivered by the worker, at least once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base


class OutboxEvent(Base):
    __tablename__ = "outbox"
    audited: ClassVar[bool] = False

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(index=True)
    error: Mapped[str] = mapped_column(default="")


@dataclass(frozen=True, slots=True)
class Event:
    """One delivery; handlers are idempotent by `id`."""

    id: UUID
    kind: str
    payload: dict[str, Any]
    attempts: int
    created_at: datetime


class OutboxRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self.added = 0

    def add(self, kind: str, /, *, at: datetime, due_at: datetime | None = None, **payload: Any) -> UUID:
        """Queue an event; `payload` is JSON (ids as strings)."""
        event = OutboxEvent(id=uuid4(), kind=kind, payload=payload, created_at=at, due_at=due_at or at)
        self._session.add(event)
        self.added += 1
        return event.id

    async def take(self, now: datetime, lease: timedelta, limit: int = 16) -> list[Event]:
        """The next due events, leased: they come back by themselves if the worker dies."""
        rows = await self._session.scalars(
            select(OutboxEvent)
            .where(OutboxEvent.done_at.is_(None), OutboxEvent.due_at <= now)
            .order_by(OutboxEvent.due_at, OutboxEvent.created_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        taken = []
        for row in rows:
            row.attempts += 1
            row.due_at = now + lease
            taken.append(Event(row.id, row.kind, dict(row.payload), row.attempts, row.created_at))
        return taken

    async def pending(self, kind: str) -> list[Event]:
        """What of a kind is not done, oldest first, without taking it."""
        rows = await self._session.scalars(
            select(OutboxEvent)
            .where(OutboxEvent.kind == kind, OutboxEvent.done_at.is_(None))
            .order_by(OutboxEvent.created_at, OutboxEvent.id)
        )
        return [Event(row.id, row.kind, dict(row.payload), row.attempts, row.created_at) for row in rows]

    async def done(self, event_id: UUID, now: datetime, *, error: str = "") -> None:
        """Finished, or given up with `error`; the payload, which may hold a code or a number, goes."""
        row = await self._session.get_one(OutboxEvent, event_id)
        row.done_at, row.payload, row.error = now, {}, error

    async def again(self, event_id: UUID, due_at: datetime, error: str) -> None:
        row = await self._session.get_one(OutboxEvent, event_id)
        row.due_at, row.error = due_at, error

    async def waiting(self, now: datetime) -> int:
        """How many events are due and not done."""
        rows = await self._session.scalars(
            select(OutboxEvent.id).where(OutboxEvent.done_at.is_(None), OutboxEvent.due_at <= now)
        )
        return len(rows.all())
