"""Evidence in a room: what is shown where, and each side's opinion of each piece."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base
from odr.domain.evidence import Answer, Opinion
from odr.domain.sittings import Place


class Showing(Base):
    """The page that lies open in one place of the room, or lay there; `key` is that place.

    `version` counts what was shown there, so that a page of the room knows the older of two tellings.
    """

    __tablename__ = "showings"

    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"))
    page: Mapped[int]
    zoom: Mapped[int] = mapped_column(default=100)  # percent; x, y: the middle, in ten-thousandths
    x: Mapped[int] = mapped_column(default=5000)
    y: Mapped[int] = mapped_column(default=0)
    presenter_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime]
    away: Mapped[bool] = mapped_column(default=False)  # put away again
    version: Mapped[int] = mapped_column(default=1)


class Mark(Base):
    """A line drawn on a page; `key` is the place where, and where alone, it is seen."""

    __tablename__ = "marks"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"))
    key: Mapped[str]
    item_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"))
    page: Mapped[int]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    side: Mapped[str]
    points: Mapped[list[Any]]  # x and y, in ten-thousandths of the page
    at: Mapped[datetime]

    __table_args__ = (Index("ix_marks_sitting_id_key", "sitting_id", "key"),)


class OpinionCall(Base):
    """The time that the host left for opinions on a piece; `settled_at`: when its end was written down."""

    __tablename__ = "opinion_calls"

    item_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"), primary_key=True)
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), index=True)
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    due_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class GivenOpinion(Base):
    """A side's answers on one piece, as they stand; earlier ones are in the audit.

    `kind` of sitting: what was said in a mediation is no answer in a hearing, and not for a judge (JS 107).
    """

    __tablename__ = "opinions"

    item_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"), primary_key=True)
    side: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
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
        row = await self._session.get(Showing, (sitting_id, place.value))
        return None if row is None or row.away else row

    async def version(self, sitting_id: UUID, place: Place) -> int:
        """How often something was shown in the place, turned, moved or put away."""
        row = await self._session.get(Showing, (sitting_id, place.value))
        return row.version if row else 0

    async def were_shown(self, item_ids: Iterable[UUID]) -> frozenset[UUID]:
        """Which of these lie open in some room, did so last, or bear marks."""
        ids = list(item_ids)
        shown = select(Showing.item_id).where(Showing.item_id.in_(ids))
        marked = select(Mark.item_id).where(Mark.item_id.in_(ids))
        return frozenset(await self._session.scalars(union(shown, marked)))

    async def show(self, row: Showing) -> int:
        """Lay this page open in its place instead of what lay there; its version."""
        row.version = await self.version(row.sitting_id, Place(row.key)) + 1
        row.away = False
        await self._session.merge(row)
        return row.version

    async def marks(self, sitting_id: UUID, place: Place, item_id: UUID) -> list[Mark]:
        """What was drawn on a piece in a place, the oldest first."""
        rows = await self._session.scalars(
            select(Mark)
            .where(Mark.sitting_id == sitting_id, Mark.key == place.value, Mark.item_id == item_id)
            .order_by(Mark.at, Mark.id)
        )
        return list(rows)

    def mark(self, row: Mark) -> None:
        self._session.add(row)

    async def unmark(self, rows: Iterable[Mark]) -> None:
        for row in rows:
            await self._session.delete(row)

    async def call(self, row: OpinionCall) -> None:
        """This time from now on, in place of one that was set before."""
        await self._session.merge(row)

    async def call_for(self, item_id: UUID) -> OpinionCall | None:
        return await self._session.get(OpinionCall, item_id)

    async def calls_of(self, sitting_id: UUID) -> list[OpinionCall]:
        rows = await self._session.scalars(
            select(OpinionCall).where(OpinionCall.sitting_id == sitting_id).order_by(OpinionCall.due_at)
        )
        return list(rows)

    async def calls_over(self, now: datetime) -> list[UUID]:
        """The sittings in which a time is over and not written down yet."""
        rows = await self._session.scalars(
            select(OpinionCall.sitting_id)
            .where(OpinionCall.settled_at.is_(None), OpinionCall.due_at <= now)
            .distinct()
        )
        return list(rows)

    async def give(self, row: GivenOpinion) -> None:
        """The side's opinion from now on."""
        await self._session.merge(row)

    async def opinions(self, item_ids: Iterable[UUID], kind: str) -> list[GivenOpinion]:
        """What the sides said of these pieces in sittings of one kind."""
        rows = await self._session.scalars(
            select(GivenOpinion)
            .where(GivenOpinion.item_id.in_(list(item_ids)), GivenOpinion.kind == kind)
            .order_by(GivenOpinion.side)
        )
        return list(rows)
