"""Clocks that run: which rule, since when, until which day, stopped by what."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base
from odr.domain.calendars import CHINA_CALENDAR, Calendar
from odr.domain.clocks import Clock
from odr.domain.deadlines import Pause, clocks, reckoned
from odr.logs import log

_log = log(__name__)


class RunningClock(Base):
    """One run of a clock; a clock that is started again gets a new row."""

    __tablename__ = "clocks"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    rule: Mapped[str]
    subject_id: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"), index=True)
    started_at: Mapped[datetime]
    length: Mapped[int | None]  # set by the court or the parties in place of the rule's own
    last_day: Mapped[date]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    provisional: Mapped[bool] = mapped_column(
        default=False, index=True
    )  # a year's holidays are not known yet
    stopped_at: Mapped[datetime | None] = mapped_column(index=True)  # by an act, in time
    paused_at: Mapped[datetime | None]  # stands since then
    pauses: Mapped[list[Any]] = mapped_column(default=list)  # earlier ones: [start, end] in ISO 8601
    expired_at: Mapped[datetime | None]  # by the worker, when the day was over

    @property
    def clock(self) -> Clock:
        """The main statutory clock of the rule."""
        return clocks(self.rule)[0]

    def reckon(self, calendar: Calendar) -> None:
        """Find the last day anew, the pauses left out."""
        pauses = [Pause(*map(datetime.fromisoformat, pair)) for pair in self.pauses]
        found = reckoned(self.clock, self.started_at, calendar, pauses=pauses, length=self.length)
        if found is None:
            raise ValueError(f"a clock of {self.rule} that is reckoned while it stands")
        self.last_day, self.ends_at, self.provisional = found.last_day, found.ends_at, found.provisional
        if found.provisional:
            _log.warning("clock is provisional", rule=self.rule, last_day=found.last_day.isoformat())


class ClockRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def start(self, rule: str, subject_id: UUID, case_id: UUID | None, at: datetime) -> None:
        """Start the rule's main clock; provisional where the calendar does not reach that far."""
        row = RunningClock(rule=rule, subject_id=subject_id, case_id=case_id, started_at=at, pauses=[])
        row.reckon(CHINA_CALENDAR)
        self._session.add(row)

    async def set_length(self, rule: str, subject_id: UUID, length: int) -> None:
        """Give the clock that runs another length than its rule's, counted from the same start."""
        for row in await self._open(rule, subject_id):
            row.length = length
            row.reckon(CHINA_CALENDAR)

    async def pause(self, rule: str, subject_id: UUID, at: datetime) -> None:
        """Let it stand, if it runs."""
        for row in await self._open(rule, subject_id):
            row.paused_at = row.paused_at or at

    async def resume(self, rule: str, subject_id: UUID, at: datetime) -> None:
        """Let it go on, if it stands: the days that were left are left."""
        for row in await self._open(rule, subject_id):
            if row.paused_at is None:
                continue
            row.pauses = [*row.pauses, [row.paused_at.isoformat(), at.isoformat()]]
            row.paused_at = None
            row.reckon(CHINA_CALENDAR)

    async def _open(self, rule: str, subject_id: UUID) -> Sequence[RunningClock]:
        rows = await self._session.scalars(
            select(RunningClock).where(
                RunningClock.rule == rule,
                RunningClock.subject_id == subject_id,
                RunningClock.stopped_at.is_(None),
                RunningClock.expired_at.is_(None),
            )
        )
        return rows.all()

    async def stop(self, rule: str, subject_id: UUID, at: datetime) -> None:
        """Stop it, if it runs."""
        for row in await self._open(rule, subject_id):
            row.stopped_at = at

    async def running(self, case_id: UUID) -> list[RunningClock]:
        """What runs in a case, the nearest end first."""
        rows = await self._session.scalars(
            select(RunningClock)
            .where(
                RunningClock.case_id == case_id,
                RunningClock.stopped_at.is_(None),
                RunningClock.paused_at.is_(None),
                RunningClock.expired_at.is_(None),
            )
            .order_by(RunningClock.ends_at)
        )
        return list(rows)

    async def of_subject(self, subject_id: UUID) -> list[RunningClock]:
        """What runs for one thing, the nearest end first."""
        rows = await self._session.scalars(
            select(RunningClock)
            .where(
                RunningClock.subject_id == subject_id,
                RunningClock.stopped_at.is_(None),
                RunningClock.paused_at.is_(None),
                RunningClock.expired_at.is_(None),
            )
            .order_by(RunningClock.ends_at)
        )
        return list(rows)

    async def latest(self, case_id: UUID, rules: Sequence[str]) -> RunningClock | None:
        """The newest run of `rules` that no act has stopped: it runs, stands, or its day is over."""
        return await self._session.scalar(
            select(RunningClock)
            .where(
                RunningClock.case_id == case_id,
                RunningClock.rule.in_(rules),
                RunningClock.stopped_at.is_(None),
            )
            .order_by(RunningClock.started_at.desc())
            .limit(1)
        )

    async def due(self, case_id: UUID, rules: Sequence[str]) -> date | None:
        """The last day of the first of `rules` that runs; None if none does."""
        running = {row.rule: row.last_day for row in await self.running(case_id)}
        return next((running[rule] for rule in rules if rule in running), None)

    async def provisional(self) -> list[RunningClock]:
        """Those that run to a day which a later table of holidays may move."""
        rows = await self._session.scalars(
            select(RunningClock)
            .where(
                RunningClock.provisional,
                RunningClock.stopped_at.is_(None),
                RunningClock.paused_at.is_(None),
                RunningClock.expired_at.is_(None),
            )
            .with_for_update()
        )
        return list(rows)

    async def over(self, now: datetime, limit: int = 50) -> list[RunningClock]:
        """Clocks whose end has passed and that nobody has acted on yet."""
        rows = await self._session.scalars(
            select(RunningClock)
            .where(
                RunningClock.ends_at <= now,
                RunningClock.stopped_at.is_(None),
                RunningClock.paused_at.is_(None),
                RunningClock.expired_at.is_(None),
            )
            .order_by(RunningClock.ends_at)
            .limit(limit)
        )
        return list(rows)

    async def lock_over(self, clock_id: UUID, now: datetime) -> RunningClock | None:
        """The clock, held until the transaction ends, if it is over and nobody has acted on it."""
        return await self._session.scalar(
            select(RunningClock)
            .where(
                RunningClock.id == clock_id,
                RunningClock.ends_at <= now,
                RunningClock.stopped_at.is_(None),
                RunningClock.paused_at.is_(None),
                RunningClock.expired_at.is_(None),
            )
            .with_for_update(skip_locked=True)
        )
