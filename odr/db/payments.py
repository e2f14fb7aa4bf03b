"""The court fee of a case and what became of its payment."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base


class Payment(Base):
    """`steps`: the arithmetic as sentences [{"text", "article", "values"}]."""

    __tablename__ = "payments"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    order_id: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    steps: Mapped[list[Any]]
    noticed_at: Mapped[datetime]
    last_day: Mapped[date]
    started_at: Mapped[datetime | None]
    reference: Mapped[str] = mapped_column(default="")
    received_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    paid_at: Mapped[datetime | None]


class PaymentRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, row: Payment) -> Payment:
        self._session.add(row)
        return row

    async def get(self, case_id: UUID) -> Payment:
        return await self._session.get_one(Payment, case_id)

    async def lock_order(self, order_id: UUID) -> Payment | None:
        """The payment of an order, held until the transaction ends."""
        return await self._session.scalar(
            select(Payment).where(Payment.order_id == order_id).with_for_update()
        )

    async def started_before(self, before: datetime) -> list[Payment]:
        """Payments begun before then whose result never came: to be asked for."""
        rows = await self._session.scalars(
            select(Payment).where(Payment.started_at < before, Payment.paid_at.is_(None))
        )
        return list(rows)
