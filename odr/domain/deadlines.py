"""The arithmetic of periods: from a start to the last day, each step told.

Rule 1: the day of the start is not counted; the last day ends at 24:00 in Asia/Shanghai (MSF 85, JS 125).
Rule 2: a period of law or court that ends on a rest day ends on the first working day after it (MSF 85);
        an internal target does not.
Rule 3: pauses are intervals, never a subtraction by hand; a fixed period knows none (JS 127).
"""

import calendar as months
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from odr.domain.calendars import CHINA_CALENDAR, Calendar, UnknownYear
from odr.domain.clocks import RULES, Clock, Unit
from odr.errors import BadInput

CHINA: Final = ZoneInfo("Asia/Shanghai")
_DAY: Final = timedelta(days=1)
_LAST_YEAR: Final = 9000  # later days would leave the calendar while a period is counted
_NO_TIME: Final = "Please give the time with its time zone, such as 2026-01-30T10:00:00+08:00."


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stands from `start` until `end`; `end` None while it still stands."""

    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Note:
    """One step of the arithmetic: an English message id with its values."""

    text: str
    values: dict[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.values if self.values else self.text


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a clock ends: the last day in China, the moment it is over (aware UTC), and why.

    `provisional`: the holidays of its year are not known yet, so only weekends were counted as rest.
    """

    clock: Clock
    last_day: date
    ends_at: datetime
    steps: tuple[Note, ...]
    provisional: bool = False


class UnknownRule(BadInput):
    public = "There is no rule %(rule)s with a clock."


def clocks(rule: str) -> tuple[Clock, ...]:
    """The clocks of a rule, its main statutory one first; UnknownRule."""
    found = RULES.get(rule) or RULES.get(rule.upper()) or RULES.get(rule.lower())
    if found is None:
        raise UnknownRule(rule=rule)
    return found


def deadline(
    clock: Clock,
    start: datetime,
    calendar: Calendar,
    *,
    pauses: Sequence[Pause] = (),
    length: int | None = None,
) -> Deadline | None:
    """The end of `clock` begun at `start` (aware), or None while a pause is open.

    `length` replaces the clock's own where court or parties set another. UnknownYear if a table is missing.
    """
    _check(clock, start, pauses)
    if any(pause.end is None for pause in pauses):
        return None
    count = clock.length if length is None else length
    if clock.unit is Unit.HOUR:
        return _hours(clock, start, count)
    first = start.astimezone(CHINA).date()
    steps = [Note("Starts on %(day)s; that day is not counted.", {"day": first.isoformat()})]
    stopped = _stopped_days(pauses)
    last = _COUNT[clock.unit](first, count, calendar, stopped)
    steps.append(Note(_COUNTED[clock.unit], {"count": count, "day": last.isoformat()}))
    if stopped:
        note = Note("%(count)s days during which the clock stood are left out.", {"count": len(stopped)})
        steps.insert(1, note)
    last = _rolled(clock, last, calendar, steps)
    return Deadline(clock, last, _day_end(last), tuple(steps))


def reckoned(
    clock: Clock,
    start: datetime,
    calendar: Calendar,
    *,
    pauses: Sequence[Pause] = (),
    length: int | None = None,
) -> Deadline | None:
    """As `deadline`, but where a table is missing the end is provisional instead of refused.

    An act in court does not wait until the holidays of the next year are published.
    """
    try:
        return deadline(clock, start, calendar, pauses=pauses, length=length)
    except UnknownYear:
        found = deadline(clock, start, calendar.as_provisional(), pauses=pauses, length=length)
        return found and replace(found, provisional=True)


def remaining_days(ends: Deadline, now: datetime) -> int:
    """Whole days left in China's calendar: 0 on the last day, negative when it is over."""
    return (ends.last_day - now.astimezone(CHINA).date()).days


def is_over(ends: Deadline, now: datetime) -> bool:
    return now >= ends.ends_at


def start_of(text: str) -> datetime:
    """The aware time that `text` writes in ISO 8601; BadInput if it is none or has no time zone."""
    try:
        start = datetime.fromisoformat(text)
        start.astimezone(UTC)  # years at the edge of the era overflow here
    except (ValueError, OverflowError) as error:
        raise BadInput(_NO_TIME) from error
    if start.tzinfo is None or start.year > _LAST_YEAR:
        raise BadInput(_NO_TIME)
    return start


def report(rule: str, start: datetime) -> tuple[list[dict[str, str | list[str]]], list[str]]:
    """Every clock of `rule` from `start`, as records, and why those that are missing were refused."""
    records: list[dict[str, str | list[str]]] = []
    refusals: list[str] = []
    for clock in clocks(rule):
        try:
            found = deadline(clock, start, CHINA_CALENDAR)
        except UnknownYear as error:
            refusals.append(f"{clock.rule} {clock.name}: {error.message % error.values}")
            continue
        if found is not None:
            records.append(_record(found))
    return records, refusals


def _record(found: Deadline) -> dict[str, str | list[str]]:
    return {
        "rule": found.clock.rule,
        "clock": found.clock.name,
        "article": found.clock.article,
        "due": found.last_day.isoformat(),
        "steps": [str(step) for step in found.steps],
    }


def _check(clock: Clock, start: datetime, pauses: Sequence[Pause]) -> None:
    moments = [start, *(p.start for p in pauses), *(p.end for p in pauses if p.end)]
    if any(moment.tzinfo is None for moment in moments):
        raise BadInput(_NO_TIME)
    if clock.fixed and pauses:
        raise BadInput("This period is fixed by law and cannot be paused.", article="JS 127")


def _hours(clock: Clock, start: datetime, count: int) -> Deadline:
    begun = start.astimezone(CHINA).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    ends = begun + timedelta(hours=count)
    counted = Note("%(count)s hours end at %(at)s.", {"count": count, "at": ends.isoformat()})
    steps = (Note("Counted from the next full hour, %(at)s.", {"at": begun.isoformat()}), counted)
    # ending at 24:00 belongs to the day that is over
    last_day = (ends - timedelta(microseconds=1)).date()
    return Deadline(clock, last_day, ends.astimezone(UTC), steps)


def _stopped_days(pauses: Iterable[Pause]) -> frozenset[date]:
    """The days not counted: after the day a pause began, up to the day it ended.

    The day on which it began has run; the day on which the clock starts again is not counted (MSF 85).
    """
    days: set[date] = set()
    for pause in pauses:
        if pause.end is None:
            continue
        day, last = pause.start.astimezone(CHINA).date(), pause.end.astimezone(CHINA).date()
        while day < last:
            day += _DAY
            days.add(day)
    return frozenset(days)


def _calendar_days(first: date, count: int, _calendar: Calendar, stopped: frozenset[date]) -> date:
    day = first
    while count:
        day += _DAY
        count -= day not in stopped
    return day


def _working_days(first: date, count: int, calendar: Calendar, stopped: frozenset[date]) -> date:
    day = first
    while count:
        day += _DAY
        count -= day not in stopped and not calendar.is_rest_day(day)
    return day


def _months(first: date, count: int, calendar: Calendar, stopped: frozenset[date]) -> date:
    """The same day of the later month, or its last day if there is none; then the days that stood."""
    index = first.year * 12 + first.month - 1 + count
    year, month = index // 12, index % 12 + 1
    day = date(year, month, min(first.day, months.monthrange(year, month)[1]))
    return _calendar_days(day, _stood_within(first, day, stopped), calendar, frozenset())


def _stood_within(first: date, last: date, stopped: frozenset[date]) -> int:
    """How many stopped days fall in the period, as it grows by them."""
    stood = 0
    while (found := sum(first < day <= last + stood * _DAY for day in stopped)) > stood:
        stood = found
    return stood


def _years(first: date, count: int, calendar: Calendar, stopped: frozenset[date]) -> date:
    return _months(first, 12 * count, calendar, stopped)


_COUNT: Final = {
    Unit.DAY: _calendar_days,
    Unit.WORKING_DAY: _working_days,
    Unit.MONTH: _months,
    Unit.YEAR: _years,
}
_COUNTED: Final = {
    Unit.DAY: "%(count)s calendar days end on %(day)s.",
    Unit.WORKING_DAY: "%(count)s working days end on %(day)s.",
    Unit.MONTH: "%(count)s months end on %(day)s.",
    Unit.YEAR: "%(count)s years end on %(day)s.",
}


def _rolled(clock: Clock, last: date, calendar: Calendar, steps: list[Note]) -> date:
    if not clock.statutory:
        steps.append(Note("An internal target: not moved by rest days."))
        return last
    moved = calendar.next_working_day(last)
    if moved != last:
        values: dict[str, str | int] = {"rest": last.isoformat(), "day": moved.isoformat()}
        steps.append(
            Note("%(rest)s is a rest day, so the last day is %(day)s, the next working day (MSF 85).", values)
        )
    return moved


def _day_end(day: date) -> datetime:
    return datetime.combine(day + _DAY, time(), CHINA).astimezone(UTC)
