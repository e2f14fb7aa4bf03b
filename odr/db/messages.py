"""What a person was told on the platform: an inbox."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, UniqueConstraint, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base


class Message(Base):
    """One notice to one person; `account_id` None: somebody who has only a telephone yet.

    `name` is a key of `odr.domain.messages`, `values` fill its places, `path` is where to go on.
    """

    __tablename__ = "messages"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    event_id: Mapped[UUID]  # the outbox event that brought it: told once
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"), index=True)
    name: Mapped[str]
    values: Mapped[dict[str, Any]]
    path: Mapped[str]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("event_id", "account_id"),)


class MessageRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, row: Message) -> Message:
        self._session.add(row)
        return row

    async def was_told(self, event_id: UUID) -> bool:
        """Whether the event has reached its people already."""
        found = await self._session.scalar(select(Message.id).where(Message.event_id == event_id).limit(1))
        return found is not None

    async def of_account(self, account_id: UUID, limit: int = 100) -> list[Message]:
        """The newest first."""
        rows = await self._session.scalars(
            select(Message)
            .where(Message.account_id == account_id)
            .order_by(Message.created_at.desc(), Message.id)
            .limit(limit)
        )
        return list(rows)

    async def unread(self, account_id: UUID) -> int:
        count = await self._session.scalar(
            select(func.count())
            .select_from(Message)
            .where(Message.account_id == account_id, Message.read_at.is_(None))
        )
        return count or 0
