"""Clocks in the database: they run, stand and go on."""

from datetime import UTC, date, datetime
from uuid import uuid4

from odr.db.uow import Database
from odr.domain.accounts import PLATFORM
from tests.support.clock import FixedClock

MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)


async def test_a_clock_that_stood_leaves_the_days_that_were_left(database: Database) -> None:
    case = uuid4()
    async with database.begin() as tx:
        tx.clocks.start("R-05", case, None, MONDAY)
        tx.audit.add(PLATFORM, "clock.start", "filing", case, at=MONDAY)
    async with database.begin() as tx:
        await tx.clocks.pause("R-05", case, datetime(2026, 3, 5, 7, tzinfo=UTC))
        tx.audit.add(PLATFORM, "clock.pause", "filing", case, at=MONDAY)
    async with database.begin() as tx:
        assert await tx.clocks.over(datetime(2026, 6, 1, tzinfo=UTC)) == []
        await tx.clocks.resume("R-05", case, datetime(2026, 3, 20, 1, tzinfo=UTC))
        tx.audit.add(PLATFORM, "clock.resume", "filing", case, at=MONDAY)
    async with database.read() as tx:
        (row,) = await tx.clocks.over(datetime(2026, 6, 1, tzinfo=UTC))
        assert row.last_day == date(2026, 3, 24)  # three days had run, four were left


async def test_a_clock_stopped_while_it_stands_never_ends(database: Database, clock: FixedClock) -> None:
    case, now = uuid4(), clock.now()
    async with database.begin() as tx:
        tx.clocks.start("M-10", case, None, now)
        await tx.flush()
        await tx.clocks.pause("M-10", case, now)
        await tx.clocks.stop("M-10", case, now)
        await tx.clocks.resume("M-10", case, now)
        tx.audit.add(PLATFORM, "clock.stop", "mediation", case, at=now)
    async with database.read() as tx:
        assert await tx.clocks.over(datetime(2027, 1, 1, tzinfo=UTC)) == []
