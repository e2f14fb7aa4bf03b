"""The sandbox's side of the outside world: what its SMS sent, what its payment provider holds."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base
from odr.ports.payments import PaymentOrder, PaymentOutcome
from odr.ports.sms import SentSms, Sms


class ShelvedSms(Base):
    __tablename__ = "sandbox_sms"
    audited: ClassVar[bool] = False

    key: Mapped[str] = mapped_column(primary_key=True)
    to: Mapped[str] = mapped_column(index=True)
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)


class ShelvedOrder(Base):
    """An order at the sandbox payment provider."""

    __tablename__ = "sandbox_orders"
    audited: ClassVar[bool] = False

    id: Mapped[UUID] = mapped_column(primary_key=True)
    title: Mapped[str]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    outcome: Mapped[str]
    reference: Mapped[str]
    at: Mapped[datetime]


class SandboxRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def put_sms(self, message: Sms, now: datetime) -> bool:
        if await self._session.get(ShelvedSms, message.key):
            return False
        self._session.add(ShelvedSms(key=message.key, to=message.to, text=message.text, at=now))
        return True

    async def latest_sms(self, to: str = "", limit: int = 100) -> list[SentSms]:
        """Newest first; to one number if `to` is given."""
        query = select(ShelvedSms).order_by(ShelvedSms.at.desc()).limit(limit)
        if to:
            query = query.where(ShelvedSms.to == to)
        return [SentSms(row.to, row.text, row.at) for row in await self._session.scalars(query)]

    async def put_order(self, order: PaymentOrder, now: datetime) -> None:
        if await self._session.get(ShelvedOrder, order.id) is None:
            outcome = PaymentOutcome.PENDING.value
            self._session.add(
                ShelvedOrder(
                    id=order.id,
                    title=order.title,
                    amount_fen=order.amount_fen,
                    outcome=outcome,
                    reference="",
                    at=now,
                )
            )

    async def order(self, order_id: UUID) -> ShelvedOrder:
        return await self._session.get_one(ShelvedOrder, order_id)
