"""What people write in a room; `key` is the place where it was written, a keyspace of its own."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, ForeignKey, Index, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base
from odr.domain.sittings import Place


class ChatLine(Base):
    """Not audited line by line: the log must not show how much is said in a caucus.

    Lines are numbered in the place where they are read: those of one moment keep their order, and a number
    tells nobody how much was said elsewhere.
    """

    __tablename__ = "chat_lines"
    audited: ClassVar[bool] = False

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"))
    key: Mapped[str]
    number: Mapped[int]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    name: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime]
    released_at: Mapped[datetime | None]  # its author let all read what was said apart
    released_number: Mapped[int | None]  # in the joint place

    __table_args__ = (Index("ix_chat_lines_sitting_id_key", "sitting_id", "key"),)


def number_in(line: ChatLine, key: Place) -> int:
    """The number of a line where it is read."""
    return line.number if key is not Place.JOINT or line.released_number is None else line.released_number


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
        here, number = _read_in(key)
        rows = await self._session.scalars(
            select(ChatLine).where(ChatLine.sitting_id == sitting_id, here).order_by(number)
        )
        return list(rows)

    async def next_number(self, sitting_id: UUID, key: Place) -> int:
        """Of the next line that is read in the place; the sitting is held."""
        here, number = _read_in(key)
        last = select(func.max(number)).where(ChatLine.sitting_id == sitting_id, here)
        return (await self._session.scalar(last) or 0) + 1


def _read_in(key: Place) -> tuple[ColumnElement[bool], ColumnElement[int]]:
    """Which lines are read in a place, and their numbers there."""
    here = ChatLine.key == key.value
    if key is not Place.JOINT:
        return here, ChatLine.number.expression
    released = ChatLine.released_at.is_not(None)
    return or_(here, released), func.coalesce(ChatLine.released_number, ChatLine.number)
