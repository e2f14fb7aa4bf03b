"""The guided draft: saved field by field, filled from what is known, private to its owner."""

import pytest

from odr.db.uow import Database
from odr.domain.accounts import Actor
from odr.errors import NotFound
from odr.services.drafts import DraftService
from tests.support.clock import FixedClock
from tests.support.filings import LOAN_ANSWERS, answer_all, citizen, open_account, verify


@pytest.fixture
def drafts(database: Database, clock: FixedClock) -> DraftService:
    return DraftService(database, clock)


@pytest.fixture
async def wang(database: Database, clock: FixedClock) -> Actor:
    return await open_account(database, "wang", clock.now())


async def test_what_the_triage_asked_is_answered_already(drafts: DraftService, wang: Actor) -> None:
    case = await drafts.start(wang, LOAN_ANSWERS | {"aim": "quick"}, "mediate")
    page = await drafts.question(wang, case, "amount")
    assert page.value == "50000"
    with pytest.raises(NotFound):
        await drafts.question(wang, case, "aim")


async def test_each_answer_is_kept_even_if_it_is_not_right_yet(drafts: DraftService, wang: Actor) -> None:
    case = await drafts.start(wang, LOAN_ANSWERS)
    await drafts.save(wang, case, "amount", "about fifty thousand")
    assert (await drafts.question(wang, case, "amount")).value == "about fifty thousand"
    lacks = {lack.question.id for lack in (await drafts.overview(wang, case)).missing}
    assert "amount" in lacks


async def test_the_plaintiff_is_filled_in_from_the_verified_card_only(
    drafts: DraftService, wang: Actor, database: Database, clock: FixedClock
) -> None:
    case = await drafts.start(wang, LOAN_ANSWERS)
    assert (await drafts.question(wang, case, "plaintiff")).value == ""
    await verify(database, wang, "wang", clock.now())
    assert (await drafts.question(wang, case, "plaintiff")).value == citizen("wang").name
    assert (await drafts.question(wang, case, "plaintiff_id")).value == citizen("wang").id_number


async def test_the_phone_number_is_offered_but_counts_once_saved(drafts: DraftService, wang: Actor) -> None:
    case = await drafts.start(wang, LOAN_ANSWERS)
    page = await drafts.question(wang, case, "plaintiff_phone")
    assert (page.value, page.suggested) == ("", citizen("wang").phone)


async def test_a_stranger_does_not_learn_that_the_draft_exists(
    drafts: DraftService, wang: Actor, database: Database, clock: FixedClock
) -> None:
    case = await drafts.start(wang, LOAN_ANSWERS)
    liu = await open_account(database, "liu", clock.now())
    for attempt in (drafts.overview(liu, case), drafts.save(liu, case, "claims", "一")):
        with pytest.raises(NotFound):
            await attempt


async def test_patient_answers_complete_the_list(
    drafts: DraftService, wang: Actor, database: Database, clock: FixedClock
) -> None:
    await verify(database, wang, "wang", clock.now())
    case = await drafts.start(wang, LOAN_ANSWERS)
    await answer_all(drafts, wang, case, has_agent="no")
    view = await drafts.overview(wang, case)
    assert view.answered == view.needed
    assert not view.papers_missing


async def test_the_express_way_asks_only_for_what_keeps_the_right_to_sue(
    drafts: DraftService, wang: Actor
) -> None:
    case = await drafts.start(wang, LOAN_ANSWERS)
    await drafts.set_urgent(wang, case, urgent=True)
    lacks = {lack.question.id for lack in (await drafts.overview(wang, case)).missing}
    assert lacks == {"plaintiff", "plaintiff_phone", "defendant", "claims"}
