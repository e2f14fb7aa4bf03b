"""What an agent's powers open: signing, admitting, applying for confirmation (R-22)."""

from pathlib import Path

import pytest

from odr.db.agents import Agent
from odr.db.uow import Database
from odr.domain.accounts import PLATFORM
from odr.domain.evidence import Answer, Opinion
from odr.domain.sittings import SeatRole
from odr.domain.steps import Role
from odr.errors import NotAllowed
from tests.odr.ports.test_typesetter import drawing
from tests.odr.sample_papers import NO_FONTS
from tests.odr.settled_case import Table, waiting
from tests.support.clock import FixedClock
from tests.support.sittings import open_house

pytestmark = pytest.mark.skipif(NO_FONTS, reason="no Chinese font: run `npm ci` first")
CLIENT, LAWYER = "王示范", "张拟名"


@pytest.fixture
async def table(database: Database, clock: FixedClock, tmp_path: Path) -> Table:
    return await Table(database, clock, tmp_path).open()


async def make_agent(table: Table, *powers: str) -> None:
    """The person of side A acts for a client from now on, within these powers."""
    account_id = table["wang"].account_id
    assert account_id
    async with table.db.begin() as tx:
        row = await tx.cases.participant(table.case_id, account_id)
        assert row
        row.role, row.name, row.party = Role.AGENT.value, LAWYER, CLIENT
        agent = Agent(case_id=table.case_id, side="A", account_id=account_id, created_at=table.clock.now())
        agent.read = agent.claimed = list(powers)
        tx.agents.add(agent)
        tx.audit.add(PLATFORM, "agent.claim", "case", table.case_id, at=table.clock.now())


async def test_an_agent_without_the_power_to_settle_does_not_sign(table: Table) -> None:
    await make_agent(table, "admit", "appeal")
    await table.offered()
    with pytest.raises(NotAllowed, match="power to settle") as refused:
        await table.signing.ask(table["wang"], table.case_id, drawing())
    assert refused.value.article == "MSF 62"
    mine = (await table.agreements.show(table["wang"], table.case_id)).mine
    assert mine
    assert mine.may_not is not None


async def test_without_the_signature_for_a_side_nothing_is_agreed(table: Table) -> None:
    await make_agent(table)
    await (await table.offered()).signed_by("liu", "mediator")
    async with table.db.read() as tx:
        assert await tx.states.get("mediation", table.case_id) == "signing"


async def test_an_agent_with_the_power_signs_for_the_client_whose_name_stands_on_the_paper(
    table: Table,
) -> None:
    await make_agent(table, "settle")
    await (await table.offered()).signed_by("liu", "mediator", "wang")
    assert (await table.report()).holds
    view = await table.confirmations.show(table["wang"], table.case_id)
    assert [one.name for one in view.parties] == [CLIENT, "赵模拟"]
    await table.confirmations.apply(table["wang"], table.case_id)
    await table.confirmations.apply(table["liu"], table.case_id)
    async with table.db.read() as tx:
        orders = [event.payload for event in await waiting(tx, "document.issue")]
    (content,) = [one["content"] for one in orders if one["paper"] == "confirmation_application"]
    assert content["applicants"][0] == f"申请人：{CLIENT}，委托诉讼代理人：{LAWYER}。"


async def test_who_lost_the_power_does_not_apply_for_confirmation(table: Table) -> None:
    await make_agent(table, "settle")
    await (await table.offered()).signed_by("liu", "mediator", "wang")
    async with table.db.begin() as tx:
        (agent,) = await tx.agents.of_case(table.case_id)
        agent.checked = ["appeal"]
        tx.audit.add(PLATFORM, "agent.check", "agent", agent.id, at=table.clock.now())
    with pytest.raises(NotAllowed, match="confirmation"):
        await table.confirmations.apply(table["wang"], table.case_id)
    assert (await table.confirmations.show(table["wang"], table.case_id)).actions == ()


async def test_an_agent_without_the_power_to_admit_may_doubt_but_not_admit(
    database: Database, clock: FixedClock
) -> None:
    house = await open_house(database, clock)
    item = await house.add_exhibit(house.wang, disclosed=True)
    yang = house.yang.account_id
    assert yang
    async with database.begin() as tx:
        meeting = await tx.sittings.meeting(house.sitting, yang)
        meeting.seats[yang].role = SeatRole.AGENT_B.value
        tx.audit.add(PLATFORM, "agent.claim", "case", meeting.sitting.case_id, at=clock.now())
    await house.gather()
    yes = Answer.ADMIT
    with pytest.raises(NotAllowed, match="admit for the party"):
        await house.exhibits.give_opinion(house.yang, house.sitting, item, Opinion("B", yes, yes, yes))
    doubt = Opinion("B", Answer.ASK_ORIGINAL, yes, yes, "请出示原件")
    await house.exhibits.give_opinion(house.yang, house.sitting, item, doubt)
