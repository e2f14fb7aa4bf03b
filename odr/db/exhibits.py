"""Evidence in a room: what is shown where, and each side's opinion of each piece."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base
from odr.domain.evidence import Answer, Opinion
from odr.domain.sittings import Place


class Showing(Base):
    """The page that lies open in one place of the room; `key` is that place."""

    __tablename__ = "showings"

    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"))
    page: Mapped[int]
    presenter_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime]


class GivenOpinion(Base):
    """A side's answers on one piece, as they stand; earlier ones are in the audit."""

    __tablename__ = "opinions"

    item_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"), primary_key=True)
    side: Mapped[str] = mapped_column(primary_key=True)
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    truth: Mapped[str]
    legality: Mapped[str]
    relevance: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]

    def opinion(self) -> Opinion:
        answers = (Answer(self.truth), Answer(self.legality), Answer(self.relevance))
        return Opinion(self.side, *answers, self.reason)


class ExhibitRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def showing(self, sitting_id: UUID, place: Place) -> Showing | None:
        return await self._session.get(Showing, (sitting_id, place.value))

    async def show(self, row: Showing) -> None:
        """Lay this page open in its place instead of what lay there."""
        await self._session.merge(row)

    async def put_away(self, row: Showing) -> None:
        await self._session.delete(row)

    async def give(self, row: GivenOpinion) -> None:
        """The side's opinion from now on."""
        await self._session.merge(row)

    async def opinions(self, item_ids: Iterable[UUID]) -> list[GivenOpinion]:
        rows = await self._session.scalars(
            select(GivenOpinion).where(GivenOpinion.item_id.in_(list(item_ids))).order_by(GivenOpinion.side)
        )
        return list(rows)
