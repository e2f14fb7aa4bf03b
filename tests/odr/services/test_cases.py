"""A party's cases."""

import pytest

from odr.db.uow import Database
from odr.errors import NotFound
from odr.services.cases import CaseService
from odr.services.drafts import DraftService
from tests.support.clock import FixedClock
from tests.support.filings import LOAN_ANSWERS, open_account


async def test_a_draft_waits_among_my_cases_with_its_next_step(database: Database, clock: FixedClock) -> None:
    wang = await open_account(database, "wang", clock.now())
    case = await DraftService(database, clock).start(wang, LOAN_ANSWERS)
    desk = await CaseService(database, clock).desk(wang)
    assert [card.id for card in desk.cases] == [case]
    assert desk.cases[0].step.mine
    assert desk.cases[0].step.address(str(case)) == f"/cases/{case}/draft"
    assert desk.identity == ""


async def test_a_case_is_shown_to_its_people_only(database: Database, clock: FixedClock) -> None:
    wang = await open_account(database, "wang", clock.now())
    liu = await open_account(database, "liu", clock.now())
    cases = CaseService(database, clock)
    case = await DraftService(database, clock).start(wang, LOAN_ANSWERS)
    assert [one.words for one in (await cases.show(wang, case)).history] == ["Draft begun"]
    with pytest.raises(NotFound):
        await cases.show(liu, case)
    assert (await cases.desk(liu)).cases == ()
