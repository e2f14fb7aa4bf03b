"""A photographed complaint fills the draft, and never over what the person wrote."""

from uuid import UUID

import pytest

from filing.lines import Field, Kind, Reading
from odr.db.uow import Database
from odr.domain.accounts import Actor
from odr.services.drafts import DraftService
from odr.services.readings import ReadingService
from tests.support.clock import FixedClock
from tests.support.files import MemoryObjects, PlannedReader
from tests.support.filings import LOAN_ANSWERS, open_account

BOX = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0))
READ = Reading(
    Kind.COMPLAINT,
    {"defendant": Field("杨演元", 0.7, BOX), "claims": Field("归还借款50000元", 0.98, BOX)},
)


@pytest.fixture
def readings(database: Database, clock: FixedClock) -> ReadingService:
    return ReadingService(database, clock, MemoryObjects(), PlannedReader(READ))


@pytest.fixture
def drafts(database: Database, clock: FixedClock) -> DraftService:
    return DraftService(database, clock)


@pytest.fixture
async def wang(database: Database, clock: FixedClock) -> Actor:
    return await open_account(database, "wang", clock.now())


@pytest.fixture
async def case(drafts: DraftService, wang: Actor) -> UUID:
    return await drafts.start(wang, LOAN_ANSWERS)


async def test_a_corrected_field_counts_as_written_by_the_person(
    readings: ReadingService, drafts: DraftService, wang: Actor, case: UUID
) -> None:
    number = await readings.photograph(wang, case, b"photo")
    assert (await drafts.question(wang, case, "defendant")).value == "杨演元"
    assert "defendant" in (await drafts.overview(wang, case)).to_check
    await readings.confirm(wang, case, number, {"defendant": "杨示意", "claims": "归还借款50000元"})
    assert (await drafts.question(wang, case, "defendant")).value == "杨示意"
    assert "defendant" not in (await drafts.overview(wang, case)).to_check
    assert (await readings.show(wang, case, number)).confirmed


async def test_what_was_written_stays_and_the_difference_is_shown(
    readings: ReadingService, drafts: DraftService, wang: Actor, case: UUID
) -> None:
    await drafts.save(wang, case, "defendant", "杨示意")
    await readings.photograph(wang, case, b"photo")
    page = await drafts.question(wang, case, "defendant")
    assert page.value == "杨示意"
    assert {given.value for given in page.given} == {"杨示意", "杨演元"}


async def test_each_field_shows_its_piece_of_the_photo(
    readings: ReadingService, wang: Actor, case: UUID
) -> None:
    number = await readings.photograph(wang, case, b"photo")
    assert await readings.crop(wang, case, number, "claims") == b"crop of photo"
