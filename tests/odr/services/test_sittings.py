"""Sittings as people find them before and after: also who was put out, and those that are not held."""

from datetime import timedelta

import pytest

from odr.db.convening import Call, convene
from odr.db.uow import Database
from odr.domain.evidence import answered
from odr.domain.sittings import Kind
from odr.domain.steps import Role
from odr.domain.surveys import Answers
from odr.errors import NotAllowed, NotFound
from odr.ports.media import SeatJoined
from odr.services.surveys import SurveyService
from tests.support.clock import FixedClock
from tests.support.sittings import House, open_house


@pytest.fixture
async def house(database: Database, clock: FixedClock) -> House:
    return await open_house(database, clock)


async def put_out(house: House) -> None:
    """yang came, and the mediator has put them out."""
    assert house.yang.account_id
    await house.gather()
    await house.rooms.heard(SeatJoined(house.sitting, house.yang.account_id, "", house.clock.now()))
    await house.rooms.remove(house.mo, house.sitting, house.yang.account_id)


async def test_who_was_put_out_of_a_sitting_still_finds_it_and_the_others_of_the_case(house: House) -> None:
    await put_out(house)
    assert [one.id for one in await house.sittings.of_case(house.yang, house.case_id)] == [house.sitting]
    view = await house.sittings.invitation(house.yang, house.sitting)
    assert (view.put_out, view.held) == (True, True)
    for attempt in (
        house.rooms.ticket(house.yang, house.sitting),
        house.rooms.show(house.yang, house.sitting),
        house.sittings.agree_rules(house.yang, house.sitting),
    ):
        with pytest.raises(NotFound):
            await attempt


async def test_who_was_put_out_still_says_what_they_think_of_the_evidence_in_the_time_left(
    house: House,
) -> None:
    item = await house.add_exhibit(house.wang, disclosed=True)
    await house.gather()
    await house.exhibits.ask_opinion(house.mo, house.sitting, item, "1d")
    assert house.yang.account_id
    await house.rooms.remove(house.mo, house.sitting, house.yang.account_id)
    assert (await house.sittings.invitation(house.yang, house.sitting)).opinions_until
    assert [one.id for one in (await house.exhibits.asked(house.yang, house.sitting)).items] == [item]
    said = answered("", "deny", "admit", "admit", "不是我的字")
    await house.exhibits.give_opinion(house.yang, house.sitting, item, said)
    with pytest.raises(NotFound):
        await house.exhibits.show(house.yang, house.sitting)  # of the room itself nothing


async def test_who_was_put_out_is_asked_how_the_sitting_was(house: House) -> None:
    await put_out(house)
    surveys = SurveyService(house.db, house.clock)
    assert not await surveys.open_for(house.yang, house.sitting)
    await house.rooms.close(house.mo, house.sitting)
    assert await surveys.open_for(house.yang, house.sitting)
    await surveys.answer(house.yang, house.sitting, Answers(fair=1))
    with pytest.raises(NotAllowed):
        await surveys.answer(house.yang, house.sitting, Answers(fair=1))


async def test_whose_part_has_ended_finds_no_sitting_they_were_put_out_of(house: House) -> None:
    await put_out(house)
    assert house.yang.account_id
    async with house.db.begin() as tx:
        row = await tx.cases.participant(house.case_id, house.yang.account_id)
        assert row
        row.ended_at = house.clock.now()
        tx.audit.add(house.yang, "set_up", "case", house.case_id, at=house.clock.now())
    assert await house.sittings.of_case(house.yang, house.case_id) == []
    with pytest.raises(NotFound):
        await house.sittings.invitation(house.yang, house.sitting)


async def test_a_sitting_that_was_moved_leads_to_the_one_in_its_place(house: House) -> None:
    before, now = house.sitting, house.clock.now()
    async with house.db.begin() as tx:
        call = Call(house.mo, Role.MEDIATOR, Kind.MEDIATION, now + timedelta(days=1), now)
        after = await convene(tx, house.case_id, call)
    for person in (house.wang, house.mo):
        view = await house.sittings.invitation(person, before)
        assert view.following
        assert (view.held, view.following.id) == (False, after)
        assert (await house.sittings.invitation(person, after)).following is None
