"""What people write in a room; `key` is the place where it was written, a keyspace of its own."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base
from odr.domain.sittings import Place


class ChatLine(Base):
    """Not audited line by line: the log must not show how much is said in a caucus."""

    __tablename__ = "chat_lines"
    audited: ClassVar[bool] = False

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"))
    key: Mapped[str]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    name: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime]
    released_at: Mapped[datetime | None]  # its author let all read what was said apart

    __table_args__ = (Index("ix_chat_lines_sitting_id_key", "sitting_id", "key"),)


class ChatRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, row: ChatLine) -> ChatLine:
        self._session.add(row)
        return row

    async def get(self, line_id: UUID) -> ChatLine:
        return await self._session.get_one(ChatLine, line_id)

    async def lines(self, sitting_id: UUID, key: Place) -> list[ChatLine]:
        """What is read in a place; in the joint one also what was released from a talk apart, when it was."""
        here = ChatLine.key == key.value
        if key is Place.JOINT:
            here = or_(here, ChatLine.released_at.is_not(None))
        since = func.coalesce(ChatLine.released_at, ChatLine.at) if key is Place.JOINT else ChatLine.at
        rows = await self._session.scalars(
            select(ChatLine).where(ChatLine.sitting_id == sitting_id, here).order_by(since, ChatLine.id)
        )
        return list(rows)
