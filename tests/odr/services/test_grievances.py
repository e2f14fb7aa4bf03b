"""A complaint about a mediator: its way, its days, and who may not touch it."""

from uuid import UUID

import pytest

from odr.db.uow import Database
from odr.domain.accounts import Actor
from odr.domain.steps import Role
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted
from odr.services.accounts import AccountService
from odr.services.clocks import ClockService
from odr.services.grievances import GrievanceService
from tests.support.clock import FixedClock
from tests.support.sittings import House, open_house


@pytest.fixture
async def house(database: Database, clock: FixedClock) -> House:
    return await open_house(database, clock)


@pytest.fixture
def grievances(house: House) -> GrievanceService:
    return GrievanceService(house.db, house.clock)


async def head(house: House, account_id: UUID | None = None) -> Actor:
    async with house.db.begin() as tx:
        row = await tx.accounts.by_phone("+8613800000003") or tx.accounts.add(
            "+8613800000003", house.clock.now(), "庭长"
        )
        await tx.flush()
        if Role.DIVISION_HEAD not in await tx.accounts.roles(row.id):
            tx.accounts.give_role(row.id, Role.DIVISION_HEAD)
        found = account_id or row.id
        tx.audit.add(house.mo, "set_up", "account", row.id, at=house.clock.now())
    return Actor(found, frozenset({Role.DIVISION_HEAD}))


async def complained(house: House, grievances: GrievanceService, by: Actor | None = None) -> UUID:
    assert house.mo.account_id
    return await grievances.complain(
        by or house.yang, house.case_id, house.mo.account_id, ["forced"], "他说不签就别想走。"
    )


async def test_from_the_complaint_to_its_answer(house: House, grievances: GrievanceService) -> None:
    boss = await head(house)
    one = await complained(house, grievances)
    (mine,) = await grievances.mine(house.yang)
    assert (mine.state, mine.by, mine.outcome, mine.deputy_wanted) == ("received", "杨", "", False)
    assert mine.acknowledge_by
    assert mine.last_day
    await grievances.acknowledge(boss, one)
    (waits,) = await grievances.queue(boss)
    assert (waits.state, waits.acknowledge_by) == ("acknowledged", None)
    for outcome, answer in (("", "理由"), ("warned", " "), ("hanged", "理由")):
        with pytest.raises(BadInput):
            await grievances.decide(boss, one, outcome, answer)
    await grievances.decide(boss, one, "warned", "经查属实，已当面警告。")
    (mine,) = await grievances.mine(house.yang)
    assert (mine.state, mine.outcome, mine.answer) == ("decided", "warned", "经查属实，已当面警告。")
    assert await grievances.queue(boss) == []
    with pytest.raises(NotAllowed):
        await grievances.decide(boss, one, "unfounded", "再想想")
    async with house.db.read() as tx:
        told = [row.payload["name"] for row in await tx.outbox.pending("notice.send")]
    assert {"grievance_received", "grievance_filed", "grievance_acknowledged", "grievance_decided"} <= set(
        told
    )


async def test_the_mediator_neither_decides_nor_learns_of_it(
    house: House, grievances: GrievanceService
) -> None:
    one = await complained(house, grievances)
    assert house.mo.account_id
    both = Actor(house.mo.account_id, frozenset({Role.MEDIATOR, Role.DIVISION_HEAD}))
    assert await grievances.queue(both) == []
    with pytest.raises(NotFound):
        await grievances.open(both, one)
    for act in (grievances.acknowledge(both, one), grievances.decide(both, one, "unfounded", "没有")):
        with pytest.raises(NotAllowed):
            await act
    async with house.db.read() as tx:
        news = [row for row in await tx.pushes.after(0, 10_000) if row.payload.get("machine") == "grievance"]
        acts = [row.action for row in await tx.audit.of_case(house.case_id)]
    assert {row.account_id for row in news} == {house.yang.account_id}
    assert not [action for action in acts if "grievance" in action]
    assert await grievances.mine(house.wang) == []


async def test_whoever_takes_part_in_the_case_does_not_deal_with_the_complaint(
    house: House, grievances: GrievanceService
) -> None:
    one = await complained(house, grievances)
    for person in (house.wang, house.yang):
        with pytest.raises(NotAllowed):
            await grievances.acknowledge(await head(house, person.account_id), one)


async def test_where_every_head_takes_part_a_deputy_is_asked_for_and_decides(
    house: House, grievances: GrievanceService
) -> None:
    assert house.mo.account_id
    async with house.db.begin() as tx:
        tx.accounts.give_role(house.mo.account_id, Role.DIVISION_HEAD)
        tx.audit.add(house.mo, "set_up", "account", house.mo.account_id, at=house.clock.now())
    one = await complained(house, grievances)
    assert (await grievances.mine(house.yang))[0].deputy_wanted
    async with house.db.read() as tx:
        told = {row.payload["name"] for row in await tx.outbox.pending("notice.send")}
    assert "grievance_without_head" in told
    assert "grievance_filed" not in told
    accounts = AccountService(house.db, house.clock, b"secret")
    deputy = await accounts.ensure_staff("13800000012", "副庭长", [Role.DIVISION_HEAD])
    assert not (await grievances.mine(house.yang))[0].deputy_wanted
    boss = Actor(deputy, frozenset({Role.DIVISION_HEAD}))
    assert [view.id for view in await grievances.queue(boss)] == [one]
    await grievances.decide(boss, one, "unfounded", "经查不属实。")
    assert (await grievances.mine(house.yang))[0].state == "decided"


async def test_only_a_party_of_the_case_complains_and_only_about_its_mediator(
    house: House, grievances: GrievanceService
) -> None:
    assert house.mo.account_id
    assert house.yang.account_id
    boss = await head(house)
    for person in (house.mo, boss):
        with pytest.raises((NotFound, NotPermitted)):
            await complained(house, grievances, person)
    with pytest.raises(NotFound):
        await grievances.complain(house.wang, house.case_id, house.yang.account_id, ["other"], "对方不好")
    for grounds, text in ((["forced"], " "), ([], "说不清"), (["forced"], "长" * 3001), (["rude"], "没礼貌")):
        with pytest.raises(BadInput):
            await grievances.complain(house.wang, house.case_id, house.mo.account_id, grounds, text)


async def test_a_second_complaint_waits_for_the_first(house: House, grievances: GrievanceService) -> None:
    one = await complained(house, grievances)
    with pytest.raises(NotAllowed, match="already"):
        await complained(house, grievances)
    with pytest.raises(NotFound):
        await grievances.withdraw(house.wang, one)
    await grievances.withdraw(house.yang, one)
    await complained(house, grievances)


async def test_the_days_of_the_answer_end_and_it_can_still_be_given(
    house: House, grievances: GrievanceService
) -> None:
    one, boss = await complained(house, grievances), await head(house)
    house.clock.advance(days=8)
    await ClockService(house.db, house.clock).turn()
    assert (await grievances.mine(house.yang))[0].state == "received"
    house.clock.advance(days=10)
    await ClockService(house.db, house.clock).turn()
    assert (await grievances.queue(boss))[0].state == "overdue"
    async with house.db.read() as tx:
        told = {row.payload["name"] for row in await tx.outbox.pending("notice.send")}
    assert {"grievance_waits", "grievance_overdue"} <= told
    await grievances.decide(boss, one, "unfounded", "经查不属实。")
    assert (await grievances.mine(house.yang))[0].state == "decided"
