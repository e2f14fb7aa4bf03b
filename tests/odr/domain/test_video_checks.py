"""A check by video: who opens and decides it, who sees whom, when it is given up, when staff is there."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odr.domain.calendars import CHINA_CALENDAR
from odr.domain.deadlines import CHINA
from odr.domain.steps import Role, Subject, advance
from odr.domain.video_checks import (
    KEPT_FOR,
    MACHINE,
    Action,
    Hours,
    Presence,
    Standing,
    State,
    VideoFacts,
    lapsed,
    routes,
    standing,
)
from odr.errors import NotAllowed

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)  # a Monday, ten o'clock in China
HOURS = Hours(((time(9), time(12)), (time(13, 30), time(17))))
CHECKERS = {Role.COORDINATOR, Role.SUPPORT, Role.FILING_JUDGE}
READY = VideoFacts(waiting=True, way="video")


def take(state: State | None, action: Action, role: Role, facts: VideoFacts) -> str:
    return advance(MACHINE, Subject(uuid4(), None, state, facts), action, role, now=NOW).target


@pytest.mark.parametrize("role", Role)
def test_only_those_who_check_identities_open_one(role: Role) -> None:
    if role in CHECKERS:
        assert take(None, Action.OPEN, role, READY) == State.OPEN
        assert take(State.ENDED, Action.OPEN, role, READY) == State.OPEN
    else:
        with pytest.raises(NotAllowed):
            take(None, Action.OPEN, role, READY)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        (VideoFacts(waiting=False, way="video"), "not wait"),
        (VideoFacts(waiting=True, way="counter"), "at the counter"),
        (VideoFacts(waiting=True, way="video", own=True), "himself"),
    ],
)
def test_it_is_opened_only_with_somebody_else_who_waits_for_it(facts: VideoFacts, why: str) -> None:
    with pytest.raises(NotAllowed, match=why):
        take(None, Action.OPEN, Role.SUPPORT, facts)


def test_there_is_no_second_one_while_one_is_open() -> None:
    with pytest.raises(NotAllowed):
        take(State.OPEN, Action.OPEN, Role.SUPPORT, READY)


def test_nobody_decides_about_a_person_whom_he_has_not_seen_there() -> None:
    with pytest.raises(NotAllowed, match="not seen each other"):
        take(State.OPEN, Action.DECIDE, Role.SUPPORT, VideoFacts())
    assert take(State.OPEN, Action.DECIDE, Role.SUPPORT, VideoFacts(met=True)) == State.ENDED
    assert take(State.OPEN, Action.END, Role.SUPPORT, VideoFacts()) == State.ENDED


@settings(deadline=None)  # the machine may be busy
@given(st.uuids(), st.uuids())
def test_the_two_receive_each_other_and_nobody_receives_himself(person: UUID, staff: UUID) -> None:
    if person != staff:
        assert routes(person, staff) == {person: {staff}, staff: {person}}


def test_it_is_given_up_only_when_the_member_of_staff_stays_away() -> None:
    assert not lapsed(None, NOW)
    assert not lapsed(NOW - KEPT_FOR + timedelta(seconds=1), NOW)
    assert lapsed(NOW - KEPT_FOR, NOW)


@pytest.mark.parametrize(
    ("presence", "found"),
    [
        (Presence(), Standing.EXPECTED),
        (Presence(came=True, present=True), Standing.JOINING),
        (Presence(came=True, present=True, connected=True), Standing.HERE),
        (Presence(came=True, lost=True), Standing.LOST),
        (Presence(came=True), Standing.LEFT),
    ],
)
def test_what_the_other_is_told_of_one(presence: Presence, found: Standing) -> None:
    assert standing(presence) is found


@pytest.mark.parametrize(
    ("here", "opens"),
    [
        ("2026-03-02 10:00", "2026-03-02 10:00"),
        ("2026-03-02 07:30", "2026-03-02 09:00"),
        ("2026-03-02 12:00", "2026-03-02 13:30"),
        ("2026-03-02 17:00", "2026-03-03 09:00"),
        ("2026-03-06 18:00", "2026-03-09 09:00"),  # over a weekend
        ("2026-09-30 18:00", "2026-10-08 09:00"),  # over the national holidays
    ],
)
def test_out_of_hours_the_next_ones_are_named(here: str, opens: str) -> None:
    asked, told = (datetime.fromisoformat(one).replace(tzinfo=CHINA) for one in (here, opens))
    assert HOURS.opens(asked, CHINA_CALENDAR) == told


@settings(deadline=None)  # the machine may be busy
@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001  naive bounds
def test_the_hours_are_never_behind_and_always_within_a_span(now: datetime) -> None:
    opens = HOURS.opens(now, CHINA_CALENDAR)
    assert opens >= now
    at = opens.astimezone(CHINA).time()
    assert any(begins <= at < ends for begins, ends in HOURS.spans)
    assert HOURS.opens(opens, CHINA_CALENDAR) == opens


def test_the_hours_are_read_as_on_a_door() -> None:
    assert HOURS.text == "9:00–12:00，13:30–17:00"
