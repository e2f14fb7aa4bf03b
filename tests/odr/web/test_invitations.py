"""Somebody with a power of attorney answers an invitation before the invited party has joined."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import FormData

from filing.lines import Field, Kind, Reading
from odr.domain.accounts import Actor
from odr.services.invitations import InvitationService
from tests.support.clock import FixedClock
from tests.support.files import MemoryObjects, PlannedReader
from tests.support.filings import citizen, open_account, verify
from tests.support.hostile import picture
from tests.support.mediations import Reviewed, reviewed
from tests.support.pages import Pages, served

COMPANY, EMPLOYEE, HEAD = "示例贸易有限公司", citizen("zhang").name, citizen("zhao").name


def paper(principal: str = COMPANY, agent: str = EMPLOYEE, *, confidence: float = 0.99) -> Reading:
    read = {"principal": principal, "agent": agent, "powers": "进行和解"}
    return Reading(Kind.POA, {name: Field(value, confidence, None) for name, value in read.items()})


@dataclass
class Court:
    """A claim against a company, whose invitation was sent; nobody has answered it yet."""

    pages: Pages
    case: Reviewed
    reader: PlannedReader
    employee: Actor
    address: str

    async def bring(self, reading: Reading, status: int = 200) -> str:
        """The employee sends this paper."""
        self.reader.reading = reading
        form = FormData({"kind": "employee", "powers": "settle", "service": "yes"})
        form.add_field("files", picture(), filename="委托书.jpg", content_type="image/jpeg")
        return await self.pages.post("zhang", f"{self.address}/agent", form, status)


SUED = {"defendant_kind": "company", "defendant": COMPANY, "defendant_legal_rep": HEAD}


@pytest.fixture(params=[SUED])
async def court(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Court]:
    reader = PlannedReader(paper())
    async with served(tmp_path, paper=reader) as pages:
        db, clock = pages.platform.db, FixedClock(pages.platform.clock.now())
        case = await reviewed(db, clock, **request.param)
        await case.divert()
        (event,) = await case.events("mediation.invite")
        await InvitationService(db, clock, MemoryObjects(), reader).invite(event)
        (sent,) = [one for one in await case.events("sms.send") if one.payload["template"] == "invited"]
        employee = await open_account(db, "zhang", clock.now())
        yield Court(pages, case, reader, employee, sent.payload["path"])


async def test_an_employee_answers_for_the_company_with_its_paper_and_the_head_joins_and_ends_it(
    court: Court,
) -> None:
    pages, case = court.pages, court.case
    db, now = pages.platform.db, pages.platform.clock.now()
    assert f"{court.address}/agent" in await pages.get("", court.address)
    assert "/sign-in?next=" in await pages.get("", f"{court.address}/agent")
    await pages.sign_in("zhang", court.employee)
    assert "/me/identity?next=" in await pages.get("zhang", f"{court.address}/agent")
    assert "核验身份" in await court.bring(paper(), 409)
    for answer in ("accept", "refuse"):  # only the invited telephone answers: a link may have been passed on
        await pages.post("zhang", f"{court.address}/{answer}", {"service": "yes"}, status=403)
    await verify(db, court.employee, "zhang", now)
    for wrong, said in (
        (paper(principal="别家贸易有限公司"), "与被邀请的当事人不一致"),
        (paper(agent=HEAD), "代理人不是您"),
        (paper(confidence=0.6), "没有都看清"),
    ):
        assert said in await court.bring(wrong, 409)
    await pages.get("zhang", f"/cases/{case.case_id}", status=404)
    store = pages.platform.settings.data_dir / "objects"
    assert not [one for one in store.rglob("*") if one.is_file()]  # of a refused paper nothing is left
    assert "调解" in await court.bring(paper())
    async with db.read() as tx:
        (seat,) = [row for row in await tx.cases.participants(case.case_id) if row.side == "B"]
        (kept,) = await tx.evidence.of_side(case.case_id, "B")
        authority = await tx.agents.authority(case.case_id, seat.account_id)
        sent = [one.payload for one in await tx.outbox.pending("sms.send")]
    told = {one["template"]: (one["to"], one["path"]) for one in sent if one["template"] != "invited"}
    assert (seat.role, seat.name, seat.party_name) == ("agent", EMPLOYEE, COMPANY)
    assert (kept.material, {one.value for one in authority.powers}) == ("authority", {"settle"})
    assert told == {"answered_for_you": (citizen("zhao").phone, court.address)}
    assert "已有人答复" in await court.bring(paper(), 409)  # it is answered once

    head = await open_account(db, "zhao", now)  # from the invited telephone
    await pages.sign_in("zhao", head)
    assert EMPLOYEE in await pages.get("zhao", court.address)
    await pages.post("zhao", f"{court.address}/accept", {"service": "yes"}, status=409)
    await verify(db, head, "zhao", now)
    await pages.post("zhao", f"{court.address}/accept", {"service": "yes"})
    side = await pages.get("zhao", f"/cases/{case.case_id}/agents")
    end = re.search(rf'action="(/cases/{case.case_id}/agents/[\w-]+/end)"', side)
    assert end
    assert "调解协议由您本人签署" in side
    await pages.post("zhao", end[1])
    await pages.get("zhang", f"/cases/{case.case_id}", status=404)


@pytest.mark.parametrize("court", [{"defendant_kind": "person", "defendant": "赵小样"}], indirect=True)
async def test_the_guardian_answers_for_an_invited_child_with_the_proof_and_is_named_so(court: Court) -> None:
    pages, case, address = court.pages, court.case, f"{court.address}/guardian"
    db, now = pages.platform.db, pages.platform.clock.now()
    father = await open_account(db, "zhao", now)  # from the invited telephone
    await pages.sign_in("zhao", father)
    assert address in await pages.get("zhao", court.address)
    assert "/me/identity?next=" in await pages.get("zhao", address)
    await pages.sign_in("zhang", court.employee)
    form = {"relation": "father", "service": "yes"}
    await pages.post("zhang", address, _with_proof(form), status=403)  # another telephone
    assert "先核验身份" in await pages.post("zhao", address, _with_proof(form), status=409)
    await verify(db, father, "zhao", now)
    asked = await pages.post("zhao", address, form, status=422)  # no proof
    assert "data-judge-words" in asked  # a blurred one is told before it is sent
    await pages.post("zhao", address, _with_proof({"relation": "friend"}), status=422)
    page = await pages.post("zhao", address, _with_proof(form))
    assert f"法定代理人：{HEAD}" in page
    async with db.read() as tx:
        (seat,) = [row for row in await tx.cases.participants(case.case_id) if row.side == "B"]
        (proof,) = await tx.evidence.of_side(case.case_id, "B")
    assert (seat.role, seat.name, seat.party, seat.guardian) == ("respondent", HEAD, "赵小样", True)
    assert proof.material == "guardianship"
    assert "赵小样的法定代理人" in await pages.get("zhao", f"/cases/{case.case_id}")


async def test_a_company_has_no_guardian(court: Court) -> None:
    head = await open_account(court.pages.platform.db, "zhao", court.pages.platform.clock.now())
    await court.pages.sign_in("zhao", head)
    form = _with_proof({"relation": "father"})
    assert "公司没有监护人" in await court.pages.post("zhao", f"{court.address}/guardian", form, status=409)


def _with_proof(form: dict[str, str]) -> FormData:
    sent = FormData(form)
    sent.add_field("files", picture(), filename="户口簿.jpg", content_type="image/jpeg")
    return sent
