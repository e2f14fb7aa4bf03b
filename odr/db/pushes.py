"""News for open pages: written in the transaction, sent by the web process that holds the socket."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Integer, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base


class Push(Base):
    __tablename__ = "pushes"
    audited: ClassVar[bool] = False

    # SQLite numbers rows by itself only for INTEGER keys
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    account_id: Mapped[UUID]
    event: Mapped[str]
    payload: Mapped[dict[str, Any]]
    at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class News:
    """One event for one person's open pages."""

    id: int
    account_id: UUID
    event: str
    payload: dict[str, Any]


class PushRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self.added = 0

    def add(self, account_id: UUID, event: str, payload: dict[str, Any], at: datetime) -> None:
        """`payload` goes to this person and nobody else: the caller has asked the audience table."""
        self._session.add(Push(account_id=account_id, event=event, payload=payload, at=at))
        self.added += 1

    async def version(self, account_id: UUID, event: str) -> str:
        """Changes whenever news of this kind was committed for the person, late commits included."""
        mine = select(func.count(), func.max(Push.id)).where(Push.account_id == account_id)
        count, newest = (await self._session.execute(mine.where(Push.event == event))).one()
        return f"{count}.{newest or 0}"

    async def newest(self) -> int:
        return await self._session.scalar(select(func.max(Push.id))) or 0

    async def after(self, last_id: int, limit: int = 200) -> list[News]:
        rows = await self._session.scalars(
            select(Push).where(Push.id > last_id).order_by(Push.id).limit(limit)
        )
        return [News(row.id, row.account_id, row.event, row.payload) for row in rows]

    async def forget(self, before: datetime) -> None:
        await self._session.execute(delete(Push).where(Push.at < before))
