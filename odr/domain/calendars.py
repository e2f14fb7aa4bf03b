"""The calendar of the state: which days are rest days, which are worked.

Rule 1: Saturday, Sunday and holidays are rest days; the make-up days of the yearly notice are worked.
Rule 2: a year without a table is refused, never guessed in silence: the notice for a year comes out the
        November before. Who must name a day all the same takes `provisional` and says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Self

from chinese_calendar import constants

from odr.errors import BadInput

_SATURDAY: Final = 5
_DAY: Final = timedelta(days=1)


class UnknownYear(BadInput):
    """A date falls in a year whose holidays are not in the table."""

    public = "The public holidays of %(year)s are not in the calendar yet, so this date cannot be computed."

    def __init__(self, year: int) -> None:
        super().__init__(year=year)
        self.year = year


@dataclass(frozen=True, slots=True)
class YearTable:
    """One year's notice (国务院办公厅关于节假日安排的通知): days off, and weekend days that are worked."""

    holidays: frozenset[date]
    make_up_days: frozenset[date]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The tables by year. Edited by staff, so it is a value: `with_year` gives another calendar."""

    years: Mapping[int, YearTable]
    provisional: bool = False  # a year without a table rests on its weekends alone

    def is_rest_day(self, day: date) -> bool:
        """Whether nobody works that day; UnknownYear when its table is missing."""
        table = self.years.get(day.year)
        if table is None and not self.provisional:
            raise UnknownYear(day.year)
        if table is None:
            return day.weekday() >= _SATURDAY
        return day in table.holidays or (day.weekday() >= _SATURDAY and day not in table.make_up_days)

    def next_working_day(self, day: date) -> date:
        """`day` itself if it is worked, otherwise the first worked day after it."""
        while self.is_rest_day(day):
            day += _DAY
        return day

    def as_provisional(self) -> Self:
        """The same tables, and weekends alone where there is none."""
        return replace(self, provisional=True)

    def with_year(self, year: int, holidays: Iterable[date], make_up_days: Iterable[date]) -> Self:
        """The calendar with this year's table added or replaced; BadInput if a day lies outside the year."""
        table = YearTable(frozenset(holidays), frozenset(make_up_days))
        both = table.holidays | table.make_up_days
        if any(day.year != year for day in both):
            raise BadInput("Every day of the table must lie in its year.", field="holidays")
        if table.holidays & table.make_up_days:
            raise BadInput("A day cannot be both off and worked.", field="make_up_days")
        if any(day.weekday() < _SATURDAY for day in table.make_up_days):
            raise BadInput("Only a Saturday or a Sunday can be a make-up day.", field="make_up_days")
        return replace(self, years={**self.years, year: table})


def _seed() -> Calendar:
    holidays, worked = constants.holidays, constants.workdays
    years = {day.year for day in holidays}
    return Calendar(
        {
            year: YearTable(
                frozenset(day for day in holidays if day.year == year),
                frozenset(day for day in worked if day.year == year),
            )
            for year in sorted(years)
        }
    )


# What the `chinesecalendar` package knows: 2004 to the last published notice.
CHINA_CALENDAR: Final = _seed()
