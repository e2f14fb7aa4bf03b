"""The shelf of the sandbox SMS: what it sent, readable by any process."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base
from odr.ports.sms import SentSms, Sms


class ShelvedSms(Base):
    __tablename__ = "sandbox_sms"
    audited: ClassVar[bool] = False

    key: Mapped[str] = mapped_column(primary_key=True)
    to: Mapped[str] = mapped_column(index=True)
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)


class InboxRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def put(self, message: Sms, now: datetime) -> bool:
        if await self._session.get(ShelvedSms, message.key):
            return False
        self._session.add(ShelvedSms(key=message.key, to=message.to, text=message.text, at=now))
        return True

    async def latest(self, to: str = "", limit: int = 100) -> list[SentSms]:
        """Newest first; to one number if `to` is given."""
        query = select(ShelvedSms).order_by(ShelvedSms.at.desc()).limit(limit)
        if to:
            query = query.where(ShelvedSms.to == to)
        return [SentSms(row.to, row.text, row.at) for row in await self._session.scalars(query)]
