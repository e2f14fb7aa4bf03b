"""What people write in a room; `key` is the place where it was written, a keyspace of its own."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, select
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

    __table_args__ = (Index("ix_chat_lines_sitting_id_key", "sitting_id", "key"),)


class ChatRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, row: ChatLine) -> ChatLine:
        self._session.add(row)
        return row

    async def lines(self, sitting_id: UUID, key: Place) -> list[ChatLine]:
        rows = await self._session.scalars(
            select(ChatLine)
            .where(ChatLine.sitting_id == sitting_id, ChatLine.key == key.value)
            .order_by(ChatLine.at, ChatLine.id)
        )
        return list(rows)
