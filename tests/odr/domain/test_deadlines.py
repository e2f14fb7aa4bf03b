"""When periods end."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from odr.__main__ import main
from odr.domain.calendars import CHINA_CALENDAR, UnknownYear
from odr.domain.clocks import RULES, Clock, Unit
from odr.domain.deadlines import CHINA, Deadline, Pause, clocks, deadline, is_over, remaining_days
from odr.errors import BadInput


def ends(
    rule: str, start: str, name: str | None = None, pauses: tuple[Pause, ...] = (), length: int | None = None
) -> Deadline:
    clock = next(one for one in clocks(rule) if name in (None, one.name))
    found = deadline(clock, datetime.fromisoformat(start), CHINA_CALENDAR, pauses=pauses, length=length)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("rule", "clock", "start", "last_day"),
    [
        ("R-05", "decide", "2026-02-10T09:00:00+08:00", "2026-02-24"),  # 17 February is a Spring Festival day
        ("R-05", "decide", "2026-01-30T10:00:00+08:00", "2026-02-06"),
        ("R-05", "decide", "2026-02-07T10:00:00+08:00", "2026-02-14"),  # a make-up Saturday is worked
        ("R-05", "decide", "2026-02-21T10:00:00+08:00", "2026-02-28"),
        ("R-05", "decide", "2026-03-07T10:00:00+08:00", "2026-03-16"),  # Saturday moves on to Monday
        ("R-08", "decide_again", "2026-03-02T23:59:59+08:00", "2026-03-09"),
        ("R-08", "decide_again", "2026-03-03T00:00:00+08:00", "2026-03-10"),
        ("R-10", "appeal", "2026-09-21T10:00:00+08:00", "2026-10-08"),  # 1 October and its week
        ("C-01", "apply", "2026-09-01T10:00:00+08:00", "2026-10-08"),  # 30 days over National Day
        ("M-10", "mediate_before_docketing", "2026-09-10T08:00:00+08:00", "2026-10-10"),
        ("M-10", "mediate_ordinary", "2026-03-02T08:00:00+08:00", "2026-03-17"),
        ("M-10", "mediate_simple", "2026-03-02T08:00:00+08:00", "2026-03-09"),
        ("M-05", "joint_choice", "2026-02-13T10:00:00+08:00", "2026-02-24"),  # counts Saturday the 14th
        ("M-05", "appoint", "2026-02-13T10:00:00+08:00", "2026-02-25"),
        ("M-07", "accept_mandate", "2026-03-06T10:00:00+08:00", "2026-03-11"),
        ("payment", "pay", "2026-03-02T10:00:00+08:00", "2026-03-09"),
        ("C-12", "objection", "2026-01-30T10:00:00+08:00", "2026-02-14"),
        ("C-12", "third_person_objection", "2025-08-31T10:00:00+08:00", "2026-02-28"),  # no 31 February
        ("C-15", "enforce", "2024-02-29T10:00:00+08:00", "2026-02-28"),  # leap day
        ("C-11", "decide_target", "2026-02-03T10:00:00+08:00", "2026-02-18"),  # a target is not moved
        ("C-11", "admit_target", "2026-03-06T10:00:00+08:00", "2026-03-09"),
    ],
)
def test_the_last_day_is_the_one_the_law_gives(rule: str, clock: str, start: str, last_day: str) -> None:
    assert ends(rule, start, clock).last_day.isoformat() == last_day


def test_a_period_ends_at_midnight_in_china() -> None:
    found = ends("R-05", "2026-01-30T10:00:00+08:00")
    assert found.ends_at == datetime(2026, 2, 6, 16, tzinfo=UTC)
    assert not is_over(found, found.ends_at - timedelta(seconds=1))
    assert is_over(found, found.ends_at)
    assert remaining_days(found, datetime(2026, 2, 6, 15, 59, tzinfo=UTC)) == 0


def test_the_day_is_that_of_china_wherever_the_time_was_written() -> None:
    assert ends("R-05", "2026-03-02T17:00:00+00:00").last_day == date(2026, 3, 10)


def test_hours_begin_at_the_next_full_hour() -> None:
    found = ends("minutes", "2026-03-02T10:20:00+08:00")
    assert found.ends_at.astimezone(CHINA) == datetime(2026, 3, 3, 11, tzinfo=CHINA)


def _pause(start: str, end: str | None) -> Pause:
    return Pause(datetime.fromisoformat(start), datetime.fromisoformat(end) if end else None)


def test_after_a_pause_the_days_that_were_left_are_left() -> None:
    # received on Monday the 2nd, three days run (3rd to 5th), stands from the 5th to the 20th, four more
    pause = _pause("2026-03-05T15:00:00+08:00", "2026-03-20T09:00:00+08:00")
    assert ends("R-05", "2026-03-02T10:00:00+08:00", pauses=(pause,)).last_day == date(2026, 3, 24)


def test_overlapping_pauses_are_counted_once() -> None:
    one = _pause("2026-03-05T15:00:00+08:00", "2026-03-10T09:00:00+08:00")
    both = (one, _pause("2026-03-08T15:00:00+08:00", "2026-03-12T09:00:00+08:00"))
    whole = (_pause("2026-03-05T15:00:00+08:00", "2026-03-12T09:00:00+08:00"),)
    start = "2026-03-02T10:00:00+08:00"
    assert ends("R-05", start, pauses=both).last_day == ends("R-05", start, pauses=whole).last_day


def test_a_pause_after_the_end_of_a_long_period_changes_nothing() -> None:
    later = (_pause("2026-09-05T15:00:00+08:00", "2026-09-12T09:00:00+08:00"),)
    start = "2026-03-02T10:00:00+08:00"
    assert ends("trial_simple", start, pauses=later).last_day == ends("trial_simple", start).last_day


def test_months_grow_by_the_days_that_stood() -> None:
    stood = (_pause("2026-03-10T15:00:00+08:00", "2026-03-20T09:00:00+08:00"),)
    assert ends("trial_simple", "2026-03-02T10:00:00+08:00", pauses=stood).last_day == date(2026, 6, 12)


def test_a_clock_that_stands_has_no_end() -> None:
    open_pause = _pause("2026-03-05T15:00:00+08:00", None)
    start = datetime.fromisoformat("2026-03-02T10:00:00+08:00")
    assert deadline(clocks("R-05")[0], start, CHINA_CALENDAR, pauses=[open_pause]) is None


def test_a_fixed_period_cannot_be_paused() -> None:
    pause = _pause("2026-03-05T15:00:00+08:00", "2026-03-20T09:00:00+08:00")
    with pytest.raises(BadInput) as caught:
        ends("C-12", "2026-03-02T10:00:00+08:00", "third_person_objection", (pause,))
    assert caught.value.article == "JS 127"


def test_parties_may_extend_the_mediation_to_another_length() -> None:
    assert ends("M-10", "2026-03-02T10:00:00+08:00", length=45).last_day == date(2026, 4, 16)


def test_a_last_day_in_an_unknown_year_is_refused() -> None:
    with pytest.raises(UnknownYear):
        ends("R-05", "2030-12-30T10:00:00+08:00")


_DAYS = [clock for rule in RULES.values() for clock in rule if clock.unit in (Unit.DAY, Unit.WORKING_DAY)]
_FIRST = datetime(2025, 1, 1, tzinfo=CHINA)
_STARTS = st.integers(0, 500 * 24 * 60).map(lambda minutes: _FIRST + timedelta(minutes=minutes))


@given(clock=st.sampled_from(_DAYS), start=_STARTS)
def test_no_statutory_period_ends_on_a_rest_day_or_too_early(clock: Clock, start: datetime) -> None:
    found = deadline(clock, start, CHINA_CALENDAR)
    assert found is not None
    assert (found.last_day - start.date()).days >= clock.length
    assert not (clock.statutory and CHINA_CALENDAR.is_rest_day(found.last_day))


@given(
    clock=st.sampled_from(_DAYS), start=_STARTS, after=st.integers(0, 20 * 24), stands=st.integers(0, 30 * 24)
)
def test_a_pause_never_shortens_a_period(clock: Clock, start: datetime, after: int, stands: int) -> None:
    begun = start + timedelta(hours=after)
    pause = Pause(begun, begun + timedelta(hours=stands))
    plain, paused = (
        deadline(clock, start, CHINA_CALENDAR),
        deadline(clock, start, CHINA_CALENDAR, pauses=[pause]),
    )
    assert plain is not None
    assert paused is not None
    assert paused.last_day >= plain.last_day


def test_every_rule_of_one_name_has_clocks_of_different_names() -> None:
    for rule, found in RULES.items():
        assert len({clock.name for clock in found}) == len(found), rule


def _run(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["clock", *words])
    return result.exit_code, result.stdout, result.stderr


def test_the_command_prints_a_line_a_clock_main_one_first() -> None:
    status, out, _ = _run("C-11", "--from", "2026-03-02T10:00:00+08:00")
    lines = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert [line["clock"] for line in lines] == ["decide", "admit_target", "decide_target"]
    assert lines[0]["due"] == "2026-04-01"
    assert lines[0].keys() == {"rule", "clock", "article", "due", "steps"}
    assert "not counted" in lines[0]["steps"][0]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("R-99", "--from", "2026-03-02T10:00:00+08:00"), "no rule R-99"),
        (("R-05", "--from", "yesterday"), "time zone"),
        (("R-05", "--from", "2026-03-02T10:00:00"), "time zone"),
        (("R-05", "--from", "9999-12-31T23:59:59-12:00"), "time zone"),
        (("R-05", "--from", "2031-03-02T10:00:00+08:00"), "2031"),
    ],
)
def test_the_command_refuses_with_a_clear_word(words: tuple[str, ...], told: str) -> None:
    status, out, err = _run(*words)
    assert (status, out) == (2, "")
    assert told in err


def test_a_clock_in_an_unknown_year_is_refused_and_the_others_are_told() -> None:
    status, out, err = _run("C-12", "--from", "2026-08-31T10:00:00+08:00")
    assert status == 2
    assert [json.loads(line)["clock"] for line in out.splitlines()] == ["objection"]
    assert "third_person_objection" in err
