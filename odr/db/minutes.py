"""The minutes of a sitting: what was said, what nobody disputes, what should read otherwise, the paper."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base
from odr.db.signatures import SignedFile
from odr.domain.minutes import Verdict


class MinutesLine(Base):
    """`at` is when it was said, `number` in which order; what is corrected keeps its line."""

    __tablename__ = "minutes_lines"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), index=True)
    number: Mapped[int]
    at: Mapped[datetime]
    speaker: Mapped[str]
    text: Mapped[str]
    key: Mapped[str]
    written_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))


class MinutesFact(Base):
    """A fact that the one who leads the sitting states as undisputed."""

    __tablename__ = "minutes_facts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), index=True)
    text: Mapped[str]
    stated_at: Mapped[datetime]


class FactAnswer(Base):
    """What a side says of a fact; its last word counts."""

    __tablename__ = "minutes_fact_answers"

    fact_id: Mapped[UUID] = mapped_column(ForeignKey("minutes_facts.id"), primary_key=True)
    side: Mapped[str] = mapped_column(primary_key=True)
    agrees: Mapped[bool]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime]


class MinutesCorrection(Base):
    """What somebody wants otherwise. `line_id` None: something to be added, or a fact that is missing."""

    __tablename__ = "minutes_corrections"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), index=True)
    line_id: Mapped[UUID | None] = mapped_column(ForeignKey("minutes_lines.id"))
    old: Mapped[str]
    new: Mapped[str]
    reason: Mapped[str]
    by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime]
    verdict: Mapped[str] = mapped_column(default=Verdict.OPEN.value)
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]


class MinutesReader(Base):
    """Who is to check the minutes: each person of a side whom the room saw."""

    __tablename__ = "minutes_readers"

    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    right_at: Mapped[datetime | None]  # said that the minutes are right
    declined_at: Mapped[datetime | None]  # does not sign
    decline_reason: Mapped[str] = mapped_column(default="")


class MinutesPaper(SignedFile, Base):
    """The settled minutes, as they are signed; filed as a document from the first."""

    __tablename__ = "minutes_papers"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), unique=True)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("documents.id"))
    made_at: Mapped[datetime]


class MinutesRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, row: MinutesLine) -> MinutesLine:
        self._session.add(row)
        return row

    def append(self, row: MinutesLine) -> None:
        """Add the line with the number after the last, which the database gives it; the sitting is held."""
        last = select(func.coalesce(func.max(MinutesLine.number), 0) + 1)
        number = last.where(MinutesLine.sitting_id == row.sitting_id).scalar_subquery()
        row.number = number  # worked out when the row is written
        self._session.add(row)

    async def lines(self, sitting_id: UUID) -> list[MinutesLine]:
        rows = await self._session.scalars(
            select(MinutesLine).where(MinutesLine.sitting_id == sitting_id).order_by(MinutesLine.number)
        )
        return list(rows)

    async def line(self, line_id: UUID) -> MinutesLine | None:
        return await self._session.get(MinutesLine, line_id)

    async def fact(self, fact_id: UUID) -> MinutesFact | None:
        return await self._session.get(MinutesFact, fact_id)

    async def next_number(self, sitting_id: UUID) -> int:
        """Of the next line; the sitting is held."""
        last = select(func.max(MinutesLine.number)).where(MinutesLine.sitting_id == sitting_id)
        return (await self._session.scalar(last) or 0) + 1

    def state_fact(self, row: MinutesFact) -> MinutesFact:
        self._session.add(row)
        return row

    async def facts(self, sitting_id: UUID) -> list[MinutesFact]:
        rows = await self._session.scalars(
            select(MinutesFact)
            .where(MinutesFact.sitting_id == sitting_id)
            .order_by(MinutesFact.stated_at, MinutesFact.id)
        )
        return list(rows)

    async def answers(self, facts: Iterable[UUID]) -> dict[UUID, dict[str, bool]]:
        """What each side has said of each of these facts."""
        found: dict[UUID, dict[str, bool]] = {fact: {} for fact in facts}
        rows = await self._session.scalars(select(FactAnswer).where(FactAnswer.fact_id.in_(found)))
        for row in rows:
            found[row.fact_id][row.side] = row.agrees
        return found

    async def answer(self, fact_id: UUID, side: str, account_id: UUID, at: datetime, *, agrees: bool) -> None:
        row = await self._session.get(FactAnswer, (fact_id, side))
        if row is None:
            row = FactAnswer(fact_id=fact_id, side=side)
            self._session.add(row)
        row.agrees, row.account_id, row.at = agrees, account_id, at

    def correct(self, row: MinutesCorrection) -> MinutesCorrection:
        self._session.add(row)
        return row

    async def corrections(self, sitting_id: UUID) -> list[MinutesCorrection]:
        rows = await self._session.scalars(
            select(MinutesCorrection)
            .where(MinutesCorrection.sitting_id == sitting_id)
            .order_by(MinutesCorrection.at, MinutesCorrection.id)
        )
        return list(rows)

    def ask_reader(self, sitting_id: UUID, account_id: UUID) -> MinutesReader:
        row = MinutesReader(sitting_id=sitting_id, account_id=account_id)
        self._session.add(row)
        return row

    async def readers(self, sitting_id: UUID) -> dict[UUID, MinutesReader]:
        rows = await self._session.scalars(
            select(MinutesReader).where(MinutesReader.sitting_id == sitting_id)
        )
        return {row.account_id: row for row in rows}

    def file(self, row: MinutesPaper) -> MinutesPaper:
        self._session.add(row)
        return row

    async def paper(self, sitting_id: UUID) -> MinutesPaper | None:
        return await self._session.scalar(select(MinutesPaper).where(MinutesPaper.sitting_id == sitting_id))

    async def get_paper(self, paper_id: UUID) -> MinutesPaper:
        return await self._session.get_one(MinutesPaper, paper_id)
