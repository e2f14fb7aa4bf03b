"""Which days are rest days."""

from datetime import date

import pytest

from odr.domain.calendars import CHINA_CALENDAR, UnknownYear
from odr.errors import BadInput


@pytest.mark.parametrize(
    ("day", "rests"),
    [
        ("2026-02-14", False),  # a Saturday, made up for the Spring Festival
        ("2026-02-28", False),
        ("2026-02-15", True),
        ("2026-02-20", True),
        ("2026-02-23", True),
        ("2026-02-24", False),
        ("2026-03-07", True),  # an ordinary Saturday
        ("2026-10-01", True),
        ("2026-10-10", False),
    ],
)
def test_rest_days_follow_the_notice_of_the_year(day: str, rests: bool) -> None:
    assert CHINA_CALENDAR.is_rest_day(date.fromisoformat(day)) is rests


def test_a_year_without_a_table_is_refused_even_on_a_plain_weekday() -> None:
    with pytest.raises(UnknownYear) as caught:
        CHINA_CALENDAR.is_rest_day(date(2031, 3, 5))
    assert caught.value.year == 2031


def test_the_table_of_a_new_year_can_be_added() -> None:
    calendar = CHINA_CALENDAR.with_year(2031, [date(2031, 1, 1)], [date(2031, 1, 4)])
    assert calendar.is_rest_day(date(2031, 1, 1))
    assert not calendar.is_rest_day(date(2031, 1, 4))
    assert 2031 not in CHINA_CALENDAR.years


@pytest.mark.parametrize(
    ("holidays", "make_up"),
    [
        ([date(2030, 12, 31)], []),
        ([date(2031, 1, 4)], [date(2031, 1, 4)]),
        ([], [date(2031, 1, 6)]),  # a Monday is worked anyway: a slip of the pen
    ],
)
def test_a_table_that_contradicts_itself_is_refused(holidays: list[date], make_up: list[date]) -> None:
    with pytest.raises(BadInput):
        CHINA_CALENDAR.with_year(2031, holidays, make_up)


def test_a_provisional_calendar_rests_on_weekends_where_it_has_no_table() -> None:
    calendar = CHINA_CALENDAR.as_provisional()
    assert calendar.is_rest_day(date(2031, 3, 1))  # a Saturday
    assert not calendar.is_rest_day(date(2031, 1, 1))  # nobody has published it yet
    assert calendar.is_rest_day(date(2026, 1, 1))
