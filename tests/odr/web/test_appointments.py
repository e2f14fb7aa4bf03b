"""The pages on which a party appoints an agent, the agent answers, and the court looks at the paper."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import FormData

from odr.db.agents import Agent
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.steps import Role
from odr.services.appointments import AppointmentService, Wanted
from tests.odr.services.test_appointments import LAWYER, paper
from tests.support.clock import FixedClock
from tests.support.files import MemoryObjects, PlannedReader
from tests.support.filings import citizen, open_account, verify
from tests.support.hostile import picture
from tests.support.media import FakeMediaRooms
from tests.support.mediations import Reviewed, reviewed
from tests.support.pages import Pages, served


@dataclass
class Court:
    """A platform with Liu's filing before its judge, and the lawyer who is not asked yet."""

    pages: Pages
    case: Reviewed
    lawyer: Actor

    async def named(self) -> str:
        """The lawyer is named, with a paper that gives the power to settle; the address of the offer."""
        platform = self.pages.platform
        reader, rooms = PlannedReader(paper("刘示例")), FakeMediaRooms()
        appointments = AppointmentService(platform.db, platform.clock, MemoryObjects(), reader, rooms)
        wanted = Wanted(LAWYER, citizen("zhang").phone, "lawyer", ["settle"])
        await appointments.appoint(self.case.applicant, self.case.case_id, wanted, ("委托书.jpg", picture()))
        (offer,) = await appointments.waiting(self.lawyer)
        return f"/appointments/{offer.id}"


@pytest.fixture
async def court(tmp_path: Path) -> AsyncIterator[Court]:
    async with served(tmp_path) as pages:
        platform = pages.platform
        filed = {"plaintiff_id": citizen("liu").id_number, "plaintiff_phone": citizen("liu").phone}
        case = await reviewed(platform.db, FixedClock(platform.clock.now()), **filed)
        lawyer = await open_account(platform.db, "zhang", platform.clock.now())
        for name, actor in (("liu", case.applicant), ("judge", case.judge), ("zhang", lawyer)):
            await pages.sign_in(name, actor)
        yield Court(pages, case, lawyer)


async def test_appointed_taken_up_checked_and_withdrawn_page_by_page(court: Court) -> None:
    pages, base = court.pages, f"/cases/{court.case.case_id}"
    assert "委托代理人" in await pages.get("liu", f"{base}/agents")
    offer = await court.named()
    assert offer in await pages.get("zhang", "/me")
    assert "/me/identity?next=/appointments/" in await pages.get("zhang", offer)
    await pages.post("zhang", offer, {"answer": "yes"}, status=409)
    await pages.get("zhang", base, status=404)
    await verify(pages.platform.db, court.lawyer, "zhang", pages.platform.clock.now())
    assert "刘示例" in await pages.post("zhang", offer, {"answer": "yes"})
    assert LAWYER in await pages.get("liu", base)
    shown = await pages.get("judge", f"/staff{base}/agents")
    action = re.search(rf'action="(/staff{base}/agents/[\w-]+)"', shown)
    assert action
    assert "已核对" in await pages.post("judge", action[1], {"powers": "settle"})
    assert "进行和解" in await pages.get("liu", f"{base}/agents")
    await pages.post("judge", f"{action[1]}/refuse", {"reason": ""}, status=422)
    end = f"{base}/agents/{action[1].rsplit('/', 1)[-1]}/end"
    await pages.post("liu", end)
    await pages.get("zhang", base, status=404)
    assert "已于" in await pages.get("liu", f"{base}/agents")


async def test_the_client_opens_the_case_that_his_agent_filed_and_withdraws_the_authority(
    court: Court,
) -> None:
    pages, case_id = court.pages, court.case.case_id
    lawyer, client = court.lawyer.account_id, court.case.applicant.account_id
    assert lawyer
    assert client
    async with pages.platform.db.begin() as tx:  # as if the lawyer had filed
        now = pages.platform.clock.now()
        owner = await tx.cases.participant(case_id, client)
        assert owner
        owner.ended_at = now
        (await tx.cases.enter(case_id, lawyer, Role.AGENT, "A", LAWYER)).party = "刘示例"
        agent = Agent(case_id=case_id, side="A", account_id=lawyer, created_at=now)
        agent.principal_phone = citizen("liu").phone
        tx.agents.add(agent)
        tx.audit.add(PLATFORM, "set_up", "case", case_id, at=now)
    await pages.get("liu", f"/cases/{case_id}", status=404)
    desk = await pages.get("liu", "/me")
    assert f'action="/cases/{case_id}/join"' in desk
    assert LAWYER in desk
    await pages.post("zhang", f"/cases/{case_id}/join", status=404)
    assert "解除委托" in await pages.post("liu", f"/cases/{case_id}/join")
    await pages.post("liu", f"/cases/{case_id}/agents/{agent.id}/end")
    await pages.get("zhang", f"/cases/{case_id}", status=404)


async def test_what_is_missing_is_said_at_its_field_and_what_was_typed_stays(court: Court) -> None:
    pages, address = court.pages, f"/cases/{court.case.case_id}/agents"
    sent = {"name": LAWYER, "phone": "139", "kind": "lawyer", "powers": "settle"}
    page = await pages.post("liu", address, sent, status=422)
    assert 'href="#field-files"' in page
    assert f'value="{LAWYER}"' in page
    form = FormData(sent)
    form.add_field("files", picture(), filename="委托书.jpg", content_type="image/jpeg")
    assert 'href="#field-phone"' in await pages.post("liu", address, form, status=422)


async def test_a_stranger_finds_neither_the_agents_of_a_case_nor_the_offer(court: Court) -> None:
    pages, offer = court.pages, await court.named()
    wang = await open_account(pages.platform.db, "wang", pages.platform.clock.now())
    await pages.sign_in("wang", wang)
    for address in (offer, f"/cases/{court.case.case_id}/agents"):
        await pages.get("wang", address, status=404)
        await pages.post("wang", address, {"answer": "yes"}, status=404)
