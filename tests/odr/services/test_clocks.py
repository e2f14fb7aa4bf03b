"""The ends of the periods, on a clock that the test moves."""

from datetime import UTC, date, datetime

import pytest

from odr.db.clocks import RunningClock
from odr.db.uow import Database
from odr.domain.calendars import CHINA_CALENDAR
from odr.domain.cascades import MACHINES
from odr.domain.clocks import RULES
from odr.domain.steps import Role
from odr.errors import NotAllowed
from odr.services.clocks import ClockService
from tests.support.clock import FixedClock
from tests.support.mediations import Reviewed, reviewed

STEPS = sorted({clock.then for rule in RULES.values() for clock in rule if clock.then})


@pytest.fixture
async def case(database: Database, clock: FixedClock) -> Reviewed:
    return await reviewed(database, clock)


@pytest.fixture
def clocks(database: Database, clock: FixedClock) -> ClockService:
    return ClockService(database, clock)


@pytest.mark.parametrize("step", STEPS, ids=".".join)
def test_the_end_of_a_period_is_a_step_of_the_platform_without_a_guard(step: tuple[str, str]) -> None:
    rows = [one for one in MACHINES[step[0]].steps if one.action == step[1] and Role.CLOCK in one.by]
    assert rows
    assert not [one for one in rows if one.guard]


async def test_nothing_ends_before_the_last_day_is_over(case: Reviewed, clocks: ClockService) -> None:
    case.clock.advance(days=7, hours=14, minutes=59)  # 9 March, 23:59 in China
    assert await clocks.turn() == 0
    assert await case.state("filing") == "in_review"


async def test_after_seven_days_only_docketing_is_left(case: Reviewed, clocks: ClockService) -> None:
    case.clock.advance(days=7, hours=15)
    assert await clocks.turn() == 1
    assert await case.state("filing") == "overdue"
    assert [event.payload["name"] for event in await case.events("notice.send")] == ["overdue"]
    with pytest.raises(NotAllowed):
        await case.review.refuse(case.judge, case.case_id, "理由")
    await case.review.docket(case.judge, case.case_id)
    assert await case.state("filing") == "docketed"


async def test_a_clock_ends_once(case: Reviewed, clocks: ClockService) -> None:
    case.clock.advance(days=8)
    assert [await clocks.turn(), await clocks.turn()] == [1, 0]


async def test_a_supplement_that_does_not_come_lapses(case: Reviewed, clocks: ClockService) -> None:
    await case.review.ask_supplement(case.judge, case.case_id, ["借条原件照片"], 7)
    case.clock.advance(days=8)
    await clocks.turn()
    assert await case.state("filing") == "returned"


async def test_silence_to_the_invitation_brings_the_case_back_to_its_judge(
    case: Reviewed, clocks: ClockService
) -> None:
    await case.divert()
    case.clock.advance(days=5)  # three working days
    await clocks.turn()
    assert await case.state("mediation") == "terminated"
    assert await case.state("filing") == "in_review"
    assert len(await case.events("mediation.report")) == 1
    async with case.db.read() as tx:
        assert [row.rule for row in await tx.clocks.running(case.case_id)] == ["R-05"]


async def test_thirty_days_end_the_mediation(case: Reviewed, clocks: ClockService) -> None:
    await case.divert()
    async with case.db.begin() as tx:  # as if the mediator had accepted now
        now = case.clock.now()
        await tx.clocks.stop("invitation", case.case_id, now)
        tx.clocks.start("M-10", case.case_id, case.case_id, now)
        tx.audit.add(case.judge, "clock.start", "case", case.case_id, at=now)
    case.clock.advance(days=30)
    assert await clocks.turn() == 0
    case.clock.advance(days=1)
    assert await clocks.turn() == 1
    assert await case.state("mediation") == "terminated"
    assert await case.state("filing") == "in_review"


async def test_a_period_into_an_unpublished_year_runs_provisionally_until_its_holidays_are_known(
    case: Reviewed, clocks: ClockService
) -> None:
    last_known = max(CHINA_CALENDAR.years)
    start = datetime(last_known, 12, 28, 2, tzinfo=UTC)
    async with case.db.begin() as tx:
        tx.clocks.start("supplement", case.case_id, case.case_id, start)
        tx.audit.add(case.judge, "clock.start", "case", case.case_id, at=start)
    assert await clocks.settle(CHINA_CALENDAR) == 0
    ends = date(last_known + 1, 1, 4)
    off = [date(last_known + 1, 1, day) for day in range(1, 8)]
    published = CHINA_CALENDAR.with_year(last_known + 1, off, [])
    assert [(row.last_day, row.provisional) for row in await _supplement_clock(case)] == [(ends, True)]
    assert await clocks.settle(published) == 1
    settled = date(last_known + 1, 1, 8)
    assert [(row.last_day, row.provisional) for row in await _supplement_clock(case)] == [(settled, False)]


async def _supplement_clock(case: Reviewed) -> list[RunningClock]:
    async with case.db.read() as tx:
        return [row for row in await tx.clocks.running(case.case_id) if row.rule == "supplement"]
