"""Offers of the parties and proposals of the mediator, each under the key of the place it was made for."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base
from odr.db.states import State
from odr.domain.offers import MACHINE
from odr.domain.offers import State as OfferState


class Offer(Base):
    """`key` is a place of `sittings`; `side` that of who made it, "" for the mediator.

    `answers`: side → "yes" or "no", of those who have answered; `salt` keeps the log's word unguessable.
    """

    __tablename__ = "offers"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    key: Mapped[str]
    side: Mapped[str]
    made_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    name: Mapped[str]
    terms: Mapped[dict[str, Any]]
    salt: Mapped[bytes]
    made_at: Mapped[datetime]
    valid_until: Mapped[datetime]
    counters: Mapped[UUID | None] = mapped_column(ForeignKey("offers.id"))
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    ended_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_offers_case_id_made_at", "case_id", "made_at"),)


class OfferRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, row: Offer) -> Offer:
        self._session.add(row)
        return row

    async def get(self, offer_id: UUID) -> Offer | None:
        return await self._session.get(Offer, offer_id)

    async def of_case(self, case_id: UUID) -> list[tuple[Offer, OfferState]]:
        """Every offer with its state, the newest first."""
        rows = await self._session.execute(
            select(Offer, State.state)
            .join(State, and_(State.machine == MACHINE.name, State.subject_id == Offer.id))
            .where(Offer.case_id == case_id)
            .order_by(Offer.made_at.desc(), Offer.id)
        )
        return [(row, OfferState(state)) for row, state in rows]

    async def made_since(self, case_id: UUID, side: str, since: datetime) -> int:
        """How many a side has made since then."""
        made = select(func.count()).select_from(Offer)
        return (
            await self._session.scalar(
                made.where(Offer.case_id == case_id, Offer.side == side, Offer.made_at >= since)
            )
            or 0
        )
