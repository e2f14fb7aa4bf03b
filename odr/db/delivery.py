"""Deliveries: which paper went to whom, when it arrived, was read, was acknowledged."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base
from odr.db.documents import Document
from odr.domain.delivery import Moments


class Delivery(Base):
    __tablename__ = "deliveries"
    __table_args__ = (UniqueConstraint("document_id", "account_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("documents.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    consented_at: Mapped[datetime | None]  # consent to electronic service that held on arrival
    arrived_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    certified_at: Mapped[datetime | None]  # when its certificate was ordered

    @property
    def moments(self) -> Moments:
        return Moments(self.consented_at, self.arrived_at, self.read_at, self.acknowledged_at)


class DeliveryRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, row: Delivery) -> Delivery:
        self._session.add(row)
        return row

    async def get(self, delivery_id: UUID) -> Delivery:
        return await self._session.get_one(Delivery, delivery_id, with_for_update=True)

    async def of(self, document_id: UUID, account_id: UUID) -> Delivery | None:
        return await self._session.scalar(
            select(Delivery)
            .where(Delivery.document_id == document_id, Delivery.account_id == account_id)
            .with_for_update()
        )

    async def to(self, case_id: UUID, account_id: UUID) -> list[tuple[Delivery, Document]]:
        """What this person was served in the case, oldest first."""
        rows = await self._session.execute(
            select(Delivery, Document)
            .join(Document, Document.id == Delivery.document_id)
            .where(Delivery.case_id == case_id, Delivery.account_id == account_id)
            .order_by(Document.created_at, Document.id)
        )
        return [(delivery, document) for delivery, document in rows]

    async def of_case(self, case_id: UUID) -> list[tuple[Delivery, Document]]:
        rows = await self._session.execute(
            select(Delivery, Document)
            .join(Document, Document.id == Delivery.document_id)
            .where(Delivery.case_id == case_id)
            .order_by(Document.created_at, Document.id)
        )
        return [(delivery, document) for delivery, document in rows]
