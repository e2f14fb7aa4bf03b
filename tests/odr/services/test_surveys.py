"""The survey after a sitting."""

import pytest

from odr.db.uow import Database
from odr.domain.accounts import Actor
from odr.domain.steps import Role
from odr.domain.surveys import Answers
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted
from odr.services.surveys import SurveyService
from tests.support.clock import FixedClock
from tests.support.filings import open_account
from tests.support.sittings import House, open_house


@pytest.fixture
async def house(database: Database, clock: FixedClock) -> House:
    return await open_house(database, clock)


@pytest.fixture
def surveys(house: House) -> SurveyService:
    return SurveyService(house.db, house.clock)


async def over(house: House, *, unseen: Actor | None = None) -> None:
    """The sitting is held and over; `unseen`: was given the way in, and media never saw them there."""
    await house.come(*[person for person in (house.wang, house.yang, house.mo) if person != unseen])
    if unseen:
        await house.sittings.agree_rules(unseen, house.sitting)
        await house.rooms.ticket(unseen, house.sitting)
    await house.rooms.start(house.mo, house.sitting)
    await house.rooms.close(house.mo, house.sitting)


async def test_whoever_took_part_is_asked_once_and_may_pass(house: House, surveys: SurveyService) -> None:
    assert not await surveys.open_for(house.wang, house.sitting), "the sitting has not been held"
    await over(house)
    assert not await surveys.open_for(house.mo, house.sitting)
    await surveys.answer(house.wang, house.sitting, Answers())
    await surveys.answer(house.yang, house.sitting, Answers(5, 2, None))
    for person in (house.wang, house.yang, house.mo):
        assert not await surveys.open_for(person, house.sitting)
        with pytest.raises(NotAllowed):
            await surveys.answer(person, house.sitting, Answers(5, 5, 5))
    boss = Actor(house.wang.account_id, frozenset({Role.DIVISION_HEAD}))
    (rating,) = await surveys.ratings(boss)
    assert (rating.mediator, rating.answers) == ("调解员甲", 1), "who passed did not answer"
    assert [one.mean for one in rating.averages] == [5.0, 2.0, None]
    assert (await surveys.own(house.mo)).averages == ()


async def test_only_the_head_reads_all_and_nobody_from_outside_answers(
    house: House, surveys: SurveyService
) -> None:
    await over(house, unseen=house.yang)
    with pytest.raises(NotAllowed):  # the room never saw yang
        await surveys.answer(house.yang, house.sitting, Answers(1, 1, 1))
    liu = await open_account(house.db, "liu", house.clock.now())
    with pytest.raises(NotFound):
        await surveys.answer(liu, house.sitting, Answers(1, 1, 1))
    with pytest.raises(BadInput):
        await surveys.answer(house.wang, house.sitting, Answers(6, 1, 1))
    with pytest.raises(NotPermitted):
        await surveys.ratings(house.mo)
    with pytest.raises(NotPermitted):
        await surveys.own(house.wang)
