"""An agent appointed in a case that is under way: named, verified, within his powers, and out at once."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID

import pytest

from filing.lines import Field, Kind, Reading
from odr.db.agents import Agent
from odr.db.convening import seat_newcomer
from odr.db.uow import Database
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.steps import Role
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted
from odr.services.agents import AgentService
from odr.services.appointments import AppointmentService, Wanted
from odr.services.cases import CaseService
from odr.services.evidence import EvidenceService
from odr.services.own_filings import OwnFilingService
from tests.odr.sample_papers import NO_FONTS
from tests.odr.settled_case import TERMS, Table, read_through, waiting
from tests.support.clock import FixedClock
from tests.support.files import MemoryObjects, PlannedReader
from tests.support.filings import citizen, open_account, verify
from tests.support.hostile import picture
from tests.support.media import FakeMediaRooms
from tests.support.mediations import Reviewed, reviewed
from tests.support.sittings import open_house

LAWYER = citizen("zhang").name
PAPER = ("委托书.jpg", picture())
OTHER_PAPER = ("委托书二.jpg", picture(size=(330, 200)))
SPECIAL = "特别授权，代为承认、放弃、变更诉讼请求，进行和解"


def paper(principal: str, agent: str = LAWYER, powers: str = SPECIAL) -> Reading:
    fields = {"principal": principal, "agent": agent, "power": "特别授权", "powers": powers}
    return Reading(Kind.POA, {name: Field(value, 0.97, None) for name, value in fields.items()})


def wanted(*powers: str, signs: bool = False, name: str = LAWYER) -> Wanted:
    return Wanted(name, citizen("zhang").phone, "lawyer", powers, signs)


@dataclass
class Desk:
    """The services around an appointment, over one reader, one store and rooms without sound."""

    db: Database
    clock: FixedClock
    reader: PlannedReader
    rooms: FakeMediaRooms = field(default_factory=FakeMediaRooms)
    objects: MemoryObjects = field(default_factory=MemoryObjects)

    @property
    def appointments(self) -> AppointmentService:
        return AppointmentService(self.db, self.clock, self.objects, self.reader, self.rooms)

    async def appointed(self, party: Actor, case_id: UUID, *powers: str, signs: bool = False) -> Actor:
        """The lawyer, verified, who has taken the authority up."""
        await self.appointments.appoint(party, case_id, wanted(*powers, signs=signs), PAPER)
        lawyer = await open_account(self.db, "zhang", self.clock.now())
        await verify(self.db, lawyer, "zhang", self.clock.now())
        (offer,) = await self.appointments.waiting(lawyer)
        assert await self.appointments.take_up(lawyer, offer.id) == case_id
        return lawyer

    async def only(self, actor: Actor, case_id: UUID) -> UUID:
        (agent,) = (await self.appointments.show(actor, case_id)).agents
        return agent.id


@pytest.fixture
async def case(database: Database, clock: FixedClock) -> Reviewed:
    """Liu's filing, before its judge."""
    return await reviewed(database, clock)


@pytest.fixture
def desk(database: Database, clock: FixedClock) -> Desk:
    return Desk(database, clock, PlannedReader(paper("刘示例")))


async def test_the_case_opens_for_the_agent_within_the_powers_that_paper_and_party_name(
    desk: Desk, case: Reviewed
) -> None:
    lawyer = await desk.appointed(case.applicant, case.case_id, "settle", "appeal")
    view = await CaseService(desk.db, desk.clock).show(lawyer, case.case_id)
    assert {(one.name, one.role, one.party) for one in view.people} == {
        ("刘示例", "applicant", ""),
        (LAWYER, "agent", "刘示例"),
    }
    assert lawyer.account_id
    async with desk.db.read() as tx:
        authority = await tx.agents.authority(case.case_id, lawyer.account_id)
    assert {power.value for power in authority.powers} == {"settle"}  # to appeal is not on the paper
    (notice,) = [one for one in await case.events("notice.send") if one.payload["name"] == "agent_acts"]
    assert notice.payload["case_id"] == str(case.case_id)


async def test_the_named_telephone_is_asked_and_no_other_finds_the_offer(desk: Desk, case: Reviewed) -> None:
    await desk.appointments.appoint(case.applicant, case.case_id, wanted(), PAPER)
    (sms,) = [one for one in await case.events("sms.send") if one.payload["template"] == "agent_asked"]
    assert (sms.payload["to"], sms.payload["path"]) == (citizen("zhang").phone, "/me")
    stranger = await open_account(desk.db, "wang", desk.clock.now())
    await verify(desk.db, stranger, "wang", desk.clock.now())
    offer = await desk.only(case.applicant, case.case_id)
    assert await desk.appointments.waiting(stranger) == []
    for act in (desk.appointments.offer(stranger, offer), desk.appointments.take_up(stranger, offer)):
        with pytest.raises(NotFound):
            await act


async def test_who_is_not_verified_under_the_named_name_does_not_take_the_authority_up(
    desk: Desk, case: Reviewed
) -> None:
    await desk.appointments.appoint(case.applicant, case.case_id, wanted(), PAPER)
    lawyer = await open_account(desk.db, "zhang", desk.clock.now())
    offer = await desk.only(case.applicant, case.case_id)
    with pytest.raises(NotAllowed, match="prove who you are"):
        await desk.appointments.take_up(lawyer, offer)
    await verify(desk.db, lawyer, "wang", desk.clock.now())  # the telephone is right, the person another
    with pytest.raises(NotAllowed, match="another name"):
        await desk.appointments.take_up(lawyer, offer)
    with pytest.raises(NotFound):
        await CaseService(desk.db, desk.clock).show(lawyer, case.case_id)


async def test_a_paper_of_somebody_else_or_for_somebody_else_is_not_taken(desk: Desk, case: Reviewed) -> None:
    for read, words in (
        (paper("王示范"), "given by somebody else"),
        (paper("刘示例", "赵示旁"), "another agent"),
    ):
        desk.reader.reading = read
        with pytest.raises(NotAllowed, match=words):
            await desk.appointments.appoint(case.applicant, case.case_id, wanted(), PAPER)
    with pytest.raises(BadInput) as refused:
        await desk.appointments.appoint(case.applicant, case.case_id, wanted(name=" "), PAPER)
    assert refused.value.field == "name"
    assert (await desk.appointments.show(case.applicant, case.case_id)).agents == ()


async def test_an_agent_appoints_nobody_and_a_side_has_two_at_most(desk: Desk, case: Reviewed) -> None:
    lawyer = await desk.appointed(case.applicant, case.case_id)
    with pytest.raises(NotAllowed, match="cannot pass") as refused:
        await desk.appointments.appoint(lawyer, case.case_id, wanted(), PAPER)
    assert refused.value.article == "CC 169"
    desk.reader.reading = paper("刘示例", "赵模拟")
    second = Wanted("赵模拟", "13700000088", "relative", ())
    await desk.appointments.appoint(case.applicant, case.case_id, second, OTHER_PAPER)
    third = await desk.appointments.show(case.applicant, case.case_id)
    assert third.why_not
    assert third.why_not.article == "MSF 61"


async def test_what_an_agent_does_stands_in_the_log_as_done_by_an_agent_for_his_side(
    desk: Desk, case: Reviewed
) -> None:
    lawyer = await desk.appointed(case.applicant, case.case_id)
    await OwnFilingService(desk.db, desk.clock).consent(lawyer, case.case_id, granted=True)
    async with desk.db.read() as tx:
        acts = [row for row in await tx.audit.of_case(case.case_id) if row.actor_id == lawyer.account_id]
    assert {"agent.take_up", "consent.give"} <= {row.action for row in acts}
    assert {(row.role, row.details.get("acts_for")) for row in acts} == {("agent", "A")}
    await case.review.divert(case.judge, case.case_id)  # the agent's consent is the side's


async def test_a_withdrawn_authority_closes_the_case_at_once_and_everybody_is_told(
    desk: Desk, case: Reviewed
) -> None:
    lawyer = await desk.appointed(case.applicant, case.case_id)
    await desk.appointments.end(case.applicant, case.case_id, await desk.only(case.applicant, case.case_id))
    for act in (
        CaseService(desk.db, desk.clock).show(lawyer, case.case_id),
        desk.appointments.show(lawyer, case.case_id),
        EvidenceService(desk.db, desk.clock, desk.objects, desk.reader).show(lawyer, case.case_id),
    ):
        with pytest.raises(NotFound):
            await act
    assert (await CaseService(desk.db, desk.clock).desk(lawyer)).cases == ()
    told = {one.payload["name"]: one.payload for one in await case.events("notice.send")}
    assert told["authority_ended"]["case_id"] == str(case.case_id)
    assert told["authority_over"]["subject_id"] == str(lawyer.account_id)
    again = await desk.appointments.show(case.applicant, case.case_id)
    assert (again.agents, [one.name for one in again.ended]) == ((), [LAWYER])


async def test_the_judge_refuses_a_paper_and_the_side_reads_why(desk: Desk, case: Reviewed) -> None:
    lawyer = await desk.appointed(case.applicant, case.case_id)
    agent = await desk.only(case.applicant, case.case_id)
    with pytest.raises(NotPermitted):
        await desk.appointments.refuse(lawyer, case.case_id, agent, "不认可")
    with pytest.raises(BadInput):
        await desk.appointments.refuse(case.judge, case.case_id, agent, "  ")
    await desk.appointments.refuse(case.judge, case.case_id, agent, "委托书没有签名。")
    (ended,) = (await desk.appointments.show(case.applicant, case.case_id)).ended
    assert ended.end_reason == "委托书没有签名。"
    with pytest.raises(NotFound):
        await CaseService(desk.db, desk.clock).show(lawyer, case.case_id)


async def test_the_judge_sees_the_paper_and_says_which_powers_count(desk: Desk, case: Reviewed) -> None:
    await desk.appointed(case.applicant, case.case_id, "settle")
    court = AgentService(desk.db, desk.clock, desk.objects, desk.reader)
    (seen,) = await court.of_case(case.judge, case.case_id)
    assert seen.paper_id
    papers = EvidenceService(desk.db, desk.clock, desk.objects, desk.reader)
    assert (await papers.open(case.judge, case.case_id, seen.paper_id)).content_type == "image/jpeg"
    await court.check(case.judge, case.case_id, seen.id, ["admit"])
    (mine,) = (await desk.appointments.show(case.applicant, case.case_id)).agents
    assert [power.power for power in mine.powers if power.counts] == ["admit"]


async def test_who_comes_back_after_an_end_takes_a_new_authority_up(desk: Desk, case: Reviewed) -> None:
    lawyer = await desk.appointed(case.applicant, case.case_id)
    await desk.appointments.end(lawyer, case.case_id, await desk.only(lawyer, case.case_id))  # laid down
    await desk.appointments.appoint(case.applicant, case.case_id, wanted(), OTHER_PAPER)
    (offer,) = await desk.appointments.waiting(lawyer)
    await desk.appointments.take_up(lawyer, offer.id)
    assert await CaseService(desk.db, desk.clock).show(lawyer, case.case_id)


@dataclass
class Signing:
    """A case at the table, its respondent's lawyer appointed."""

    table: Table
    desk: Desk
    lawyer: Actor


@pytest.fixture
async def signing(database: Database, clock: FixedClock, tmp_path: Path) -> Signing:
    table = await Table(database, clock, tmp_path).open()
    now, case_id = clock.now(), table.case_id
    async with database.begin() as tx:
        case = await tx.cases.lock(case_id)
        assert case
        case.first_submitted_at = now
        account = await tx.accounts.get(table["liu"].account_id or UUID(int=0))
        account.phone = citizen("zhao").phone
        tx.audit.add(PLATFORM, "set_up", "case", case_id, at=now)
    await verify(database, table["liu"], "zhao", now)
    desk = Desk(database, clock, PlannedReader(paper("赵模拟")))
    return Signing(table, desk, await desk.appointed(table["liu"], case_id, "settle", signs=True))


@pytest.mark.skipif(NO_FONTS, reason="no Chinese font: run `npm ci` first")
async def test_a_respondents_agent_signs_in_his_place_with_the_power_to_settle(signing: Signing) -> None:
    table = signing.table
    table.people["lawyer"] = signing.lawyer
    await table.agreements.save(table["mediator"], table.case_id, TERMS)
    await table.agreements.offer(table["mediator"], table.case_id)
    for key in ("wang", "lawyer"):
        await read_through(table.agreements, table.clauses, table[key], table.case_id)
    await table.signed_by("wang", "mediator", "lawyer")
    async with table.db.read() as tx:
        assert await tx.states.get("mediation", table.case_id) == "agreed"
    assert (await table.report()).holds


@pytest.mark.skipif(NO_FONTS, reason="no Chinese font: run `npm ci` first")
async def test_a_text_that_names_an_agent_whose_authority_ended_is_taken_back(signing: Signing) -> None:
    table, case_id = signing.table, signing.table.case_id
    await table.agreements.save(table["mediator"], case_id, TERMS)
    await table.agreements.offer(table["mediator"], case_id)
    await signing.desk.appointments.end(table["liu"], case_id, await signing.desk.only(table["liu"], case_id))
    with pytest.raises(NotAllowed, match="has changed"):
        await table.signing.ask(table["liu"], case_id, b"")
    async with table.db.read() as tx:
        (event,) = await waiting(tx, "agreement.take_back")
    await table.agreements.take_back(event)
    await table.agreements.take_back(event)  # at least once
    async with table.db.read() as tx:
        assert await tx.states.get("mediation", case_id) == "drafting"
    await table.agreements.offer(table["mediator"], case_id)
    view = await table.agreements.show(table["liu"], case_id)
    assert view.mine
    assert view.mine.may_not is None


async def test_an_agent_in_a_live_room_is_out_of_it_the_moment_the_authority_ends(
    database: Database, clock: FixedClock
) -> None:
    house = await open_house(database, clock)
    desk = Desk(database, clock, PlannedReader(), rooms=house.media)
    lawyer = await open_account(database, "zhang", clock.now())
    assert lawyer.account_id
    async with database.begin() as tx:
        await tx.cases.enter(house.case_id, lawyer.account_id, Role.AGENT, "B", LAWYER)
        await tx.flush()
        row = Agent(case_id=house.case_id, side="B", account_id=lawyer.account_id, created_at=clock.now())
        tx.agents.add(row)
        await seat_newcomer(tx, house.case_id, lawyer.account_id)
        tx.audit.add(PLATFORM, "set_up", "case", house.case_id, at=clock.now())
    lawyer = replace(lawyer, since=clock.now())
    await house.come(house.wang, house.yang, lawyer, house.mo)
    await house.rooms.start(house.mo, house.sitting)
    assert lawyer.account_id in house.media.rooms[house.sitting].routes
    await house.rooms.share(house.wang, house.sitting)
    await desk.appointments.end(house.yang, house.case_id, row.id)
    assert house.media.rooms[house.sitting].screens == {house.wang.account_id}  # which goes on
    assert (house.sitting, lawyer.account_id) in house.media.revoked
    heard = house.media.rooms[house.sitting].routes
    assert lawyer.account_id not in heard
    assert all(lawyer.account_id not in senders for senders in heard.values())
    with pytest.raises(NotFound):
        await house.rooms.show(lawyer, house.sitting)
    with pytest.raises(NotFound):
        await house.rooms.ticket(lawyer, house.sitting)
