"""An agent files for a client, within the powers of the paper; nobody else does."""

from uuid import UUID

import pytest

from filing.lines import Field, Kind, Reading
from odr.db.evidence import EvidenceItem
from odr.db.uow import Database
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.agents import Acts
from odr.domain.steps import Role
from odr.errors import NotAllowed, NotFound, NotPermitted
from odr.services.agents import AgentService
from odr.services.appointments import AppointmentService
from odr.services.cases import CaseService
from odr.services.drafts import DraftService
from odr.services.submission import SubmissionService
from tests.odr.services.test_submission import VERSION, _prove
from tests.support.clock import FixedClock
from tests.support.files import MemoryObjects, PlannedReader
from tests.support.filings import LOAN_ANSWERS, answer_all, citizen, open_account, verify
from tests.support.media import FakeMediaRooms

SPECIAL = "特别授权,代为承认、放弃、变更诉讼请求,进行和解,提起反诉或者上诉"


def _paper(agent: str = "张示助", power: str = "特别授权", powers: str = SPECIAL) -> Reading:
    fields = {
        "principal": "王示范",
        "agent": agent,
        "firm": "示范律师事务所",
        "power": power,
        "powers": powers,
    }
    return Reading(Kind.POA, {name: Field(value, 0.97, None) for name, value in fields.items()})


class Desk:
    """An agent, his draft and the services he uses."""

    def __init__(self, db: Database, clock: FixedClock, actor: Actor) -> None:
        self.db, self.clock, self.actor = db, clock, actor
        self.objects, self.reader = MemoryObjects(), PlannedReader(_paper())
        self.agents = AgentService(db, clock, self.objects, self.reader)
        self.drafts = DraftService(db, clock)
        self.submission = SubmissionService(db, clock, _prove, "示0108")

    async def hand_in(self, case_id: UUID, *materials: str) -> None:
        key = await self.objects.put(b"a paper")
        async with self.db.begin() as tx:
            for number, material in enumerate(materials, 1):
                row = EvidenceItem(case_id=case_id, side="A", number=number, material=material)
                row.object_key = row.shown_key = row.sha256 = f"{key}"
                row.content_type = row.shown_type = "image/jpeg"
                row.size_bytes, row.uploaded_at = 7, self.clock.now()
                row.uploaded_by = self.actor.account_id or UUID(int=0)
                tx.evidence.add(row)
            tx.audit.add(PLATFORM, "evidence.upload", "case", case_id, at=self.clock.now())

    async def submit(self, case_id: UUID) -> None:
        await self.submission.read_notice(self.actor, case_id, VERSION)
        await self.submission.submit(self.actor, case_id, declared=True)


@pytest.fixture
async def desk(database: Database, clock: FixedClock) -> Desk:
    actor = await open_account(database, "zhang", clock.now())
    await verify(database, actor, "zhang", clock.now())
    return Desk(database, clock, actor)


@pytest.fixture
async def case(desk: Desk) -> UUID:
    return await desk.drafts.start(desk.actor, LOAN_ANSWERS, acts=Acts.AGENT)


async def test_a_lawyer_files_for_his_client_under_the_clients_name(desk: Desk, case: UUID) -> None:
    name = citizen("zhang").name
    desk.reader.reading = _paper(name)
    await desk.hand_in(case, "id_card", "authority", "agent_papers")
    await desk.agents.read_paper(desk.actor, case)
    page = await desk.drafts.question(desk.actor, case, "agent")
    assert (page.value, page.given[0].source) == (name, "card")
    assert (await desk.drafts.question(desk.actor, case, "plaintiff")).value == "王示范"
    await desk.agents.claim(desk.actor, case, "lawyer", ["settle", "admit"])
    await answer_all(desk.drafts, desk.actor, case)
    await desk.submit(case)
    async with desk.db.read() as tx:
        (row,) = await tx.cases.participants(case)
        authority = await tx.agents.authority(case, row.account_id)
    assert (row.role, row.name, row.party, row.party_name) == ("agent", name, "王示范", "王示范")
    assert {power.value for power in authority.powers} == {"settle", "admit"}


async def test_without_the_paper_an_agent_cannot_submit(desk: Desk, case: UUID) -> None:
    await answer_all(desk.drafts, desk.actor, case, plaintiff="王示范")
    with pytest.raises(NotAllowed, match="power of attorney"):
        await desk.submit(case)


async def test_a_paper_that_names_another_agent_opens_nothing(desk: Desk, case: UUID) -> None:
    await desk.hand_in(case, "id_card", "authority", "agent_papers")
    desk.reader.reading = _paper("赵示旁")
    await desk.agents.read_paper(desk.actor, case)
    await answer_all(desk.drafts, desk.actor, case)
    with pytest.raises(NotAllowed, match="another agent"):
        await desk.submit(case)


async def test_a_paper_of_another_principal_does_not_serve_for_this_plaintiff(desk: Desk, case: UUID) -> None:
    await desk.hand_in(case, "id_card", "authority", "agent_papers")
    desk.reader.reading = _paper(citizen("zhang").name)
    await desk.agents.read_paper(desk.actor, case)
    await desk.drafts.save(desk.actor, case, "plaintiff", "刘示例")
    await answer_all(desk.drafts, desk.actor, case)
    with pytest.raises(NotAllowed, match="somebody else than the plaintiff"):
        await desk.submit(case)


async def test_who_is_not_the_plaintiff_cannot_file_as_the_plaintiff(desk: Desk) -> None:
    case = await desk.drafts.start(desk.actor, LOAN_ANSWERS)
    await desk.drafts.save(desk.actor, case, "plaintiff", "王示范")
    await answer_all(desk.drafts, desk.actor, case, has_agent="no")
    assert (await desk.submission.show(desk.actor, case)).standing is not None
    with pytest.raises(NotAllowed, match="another name"):
        await desk.submit(case)


async def test_the_clients_card_is_asked_of_an_agent_whose_own_is_verified(desk: Desk, case: UUID) -> None:
    missing = {item.material.id for item in (await desk.drafts.overview(desk.actor, case)).papers_missing}
    assert {"id_card", "authority"} <= missing


async def test_full_power_gives_no_power_and_claiming_it_neither(desk: Desk, case: UUID) -> None:
    desk.reader.reading = _paper(citizen("zhang").name, "全权代理", "全权代理")
    await desk.hand_in(case, "authority")
    await desk.agents.read_paper(desk.actor, case)
    await desk.agents.claim(desk.actor, case, "relative", ["settle", "admit"])
    view = (await desk.agents.authority(desk.actor, case)).agent
    assert view
    assert view.full_power
    assert not any(power.counts for power in view.powers)
    assert (await desk.drafts.question(desk.actor, case, "agent_powers")).value == "general"


async def test_the_judge_of_the_case_says_what_counts_and_nobody_else(desk: Desk, case: UUID) -> None:
    await desk.hand_in(case, "authority")
    await desk.agents.read_paper(desk.actor, case)
    judge = Actor(
        (await open_account(desk.db, "wang", desk.clock.now())).account_id, frozenset({Role.FILING_JUDGE})
    )
    with pytest.raises(NotFound):
        await desk.agents.of_case(judge, case)
    async with desk.db.begin() as tx:
        opened = await tx.cases.lock(case)
        assert opened
        opened.judge_id = judge.account_id
        tx.audit.add(PLATFORM, "review.assign", "case", case, at=desk.clock.now())
    (agent,) = await desk.agents.of_case(judge, case)
    with pytest.raises(NotPermitted):
        await desk.agents.check(desk.actor, case, agent.id, ["settle"])
    await desk.agents.check(judge, case, agent.id, ["appeal"])
    (checked,) = await desk.agents.of_case(judge, case)
    assert [power.power for power in checked.powers if power.counts] == ["appeal"]
    assert checked.checked_at == desk.clock.now()


async def test_one_who_files_for_himself_after_all_is_the_applicant_again(desk: Desk, case: UUID) -> None:
    await desk.agents.choose(desk.actor, case, Acts.SELF)
    assert (await desk.agents.authority(desk.actor, case)).acts is Acts.SELF
    async with desk.db.read() as tx:
        (row,) = await tx.cases.participants(case)
        assert row.role == Role.APPLICANT
    assert (await desk.drafts.question(desk.actor, case, "plaintiff")).value == citizen("zhang").name


async def test_who_helps_is_marked_on_the_case_and_in_the_trail_and_is_no_part_of_it(desk: Desk) -> None:
    case = await desk.drafts.start(desk.actor, LOAN_ANSWERS)
    await desk.drafts.save(desk.actor, case, "helper", "yes")
    await desk.drafts.save(desk.actor, case, "helper_name", "王示范")
    await answer_all(desk.drafts, desk.actor, case, has_agent="no")
    helper = await open_account(desk.db, "wang", desk.clock.now())
    await verify(desk.db, helper, "wang", desk.clock.now())
    await desk.submit(case)
    view = await CaseService(desk.db, desk.clock).show(desk.actor, case)
    assert view.helper == "王示范"
    assert [person.name for person in view.people] == [citizen("zhang").name]
    async with desk.db.read() as tx:
        (received,) = [row for row in await tx.audit.of_case(case) if row.action == "filing.receive"]
    assert received.details["assisted"] is True
    for act in (desk.drafts.overview(helper, case), CaseService(desk.db, desk.clock).show(helper, case)):
        with pytest.raises(NotFound):
            await act


async def _filed(desk: Desk, case: UUID, **answers: str) -> None:
    """Filed by the lawyer for Wang, whose number and telephone stand in the filing."""
    desk.reader.reading = _paper(citizen("zhang").name)
    await desk.hand_in(case, "id_card", "authority", "agent_papers")
    await desk.agents.read_paper(desk.actor, case)
    await desk.agents.claim(desk.actor, case, "lawyer", ["settle"])
    wang = citizen("wang")
    known = {"plaintiff": wang.name, "plaintiff_id": wang.id_number, "plaintiff_phone": wang.phone}
    await answer_all(desk.drafts, desk.actor, case, **known | answers)
    await desk.submit(case)


def _appointments(desk: Desk) -> AppointmentService:
    return AppointmentService(desk.db, desk.clock, desk.objects, desk.reader, FakeMediaRooms())


async def test_the_client_is_told_finds_the_case_and_joins_it_once_verified(desk: Desk, case: UUID) -> None:
    await _filed(desk, case)
    async with desk.db.read() as tx:
        sent = [one.payload for one in await tx.outbox.pending("sms.send")]
    told = {one["to"] for one in sent if one["template"] == "filed_for_you"}
    assert told == {citizen("wang").phone}
    client, appointments = await open_account(desk.db, "wang", desk.clock.now()), _appointments(desk)
    (before,) = await appointments.filed_for_me(client)
    assert (before.mine, before.party) == (False, "")
    with pytest.raises(NotFound):
        await appointments.join(client, case)
    await verify(desk.db, client, "wang", desk.clock.now())
    (now,) = await appointments.filed_for_me(client)
    assert (now.mine, now.party, now.agent) == (True, citizen("wang").name, citizen("zhang").name)
    await appointments.join(client, case)
    assert await appointments.filed_for_me(client) == []
    view = await CaseService(desk.db, desk.clock).show(client, case)
    assert {(one.name, one.role) for one in view.people} == {("王示范", "applicant"), ("张拟名", "agent")}
    assert view.withdrawable  # the party acts itself
    async with desk.db.read() as tx:
        opened = await tx.cases.get(case)
        assert opened
        assert [one.name for one in await tx.agreements.signatories(opened)] == ["王示范"]


async def test_the_client_withdraws_the_authority_and_the_agent_is_out(desk: Desk, case: UUID) -> None:
    await _filed(desk, case)
    client, appointments = await open_account(desk.db, "wang", desk.clock.now()), _appointments(desk)
    await verify(desk.db, client, "wang", desk.clock.now())
    await appointments.join(client, case)
    (agent,) = (await appointments.show(client, case)).agents
    await appointments.end(client, case, agent.id)
    with pytest.raises(NotFound):
        await CaseService(desk.db, desk.clock).show(desk.actor, case)
    assert await CaseService(desk.db, desk.clock).show(client, case)


async def test_an_agent_who_is_alone_does_not_leave_the_filing(desk: Desk, case: UUID) -> None:
    await _filed(desk, case)
    appointments = _appointments(desk)
    (agent,) = (await appointments.show(desk.actor, case)).agents
    with pytest.raises(NotAllowed, match="Nobody else"):
        await appointments.end(desk.actor, case, agent.id)


async def test_neither_a_name_nor_a_telephone_alone_makes_anybody_the_client(desk: Desk, case: UUID) -> None:
    await _filed(desk, case, plaintiff_phone=citizen("yang").phone)
    appointments = _appointments(desk)
    yang = await open_account(desk.db, "yang", desk.clock.now())  # the telephone as filed
    await verify(desk.db, yang, "yang", desk.clock.now())
    namesake = await open_account(desk.db, "sun", desk.clock.now())  # the name, another number
    await verify(desk.db, namesake, "sun", desk.clock.now())
    assert namesake.account_id
    async with desk.db.begin() as tx:
        (await tx.identities.lock(namesake.account_id)).name = citizen("wang").name
        tx.audit.add(PLATFORM, "set_up", "identity", namesake.account_id, at=desk.clock.now())
    for stranger in (yang, namesake):
        assert await appointments.filed_for_me(stranger) == []
        with pytest.raises(NotFound):
            await appointments.join(stranger, case)
