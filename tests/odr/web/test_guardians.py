"""A mother files for her child through the pages: she alone proves who she is, and is named as guardian."""

from collections.abc import AsyncIterator
from contextlib import nullcontext
from pathlib import Path
from uuid import UUID

import pytest
from aiohttp import FormData

from filing.lines import Field, Kind, Reading
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.agents import Acts
from odr.domain.steps import Role
from odr.errors import NotAllowed
from odr.services.appointments import AppointmentService, Wanted
from tests.odr.services.test_submission import VERSION
from tests.support.files import MemoryObjects, PlannedReader
from tests.support.filings import LOAN_ANSWERS, answer_all, citizen, open_account, verify
from tests.support.hostile import picture
from tests.support.media import FakeMediaRooms
from tests.support.mediations import staff
from tests.support.pages import Pages, served

CHILD, MOTHER, LAWYER = "王小样", citizen("yang").name, citizen("zhang").name
ANSWERS = {
    "plaintiff": CHILD,
    "plaintiff_birth": "2018-05-04",
    "plaintiff_paper": "household_register",
    "plaintiff_id": citizen("liu").id_number,
    "plaintiff_sex": "女",
    "guardian_relation": "mother",
    "has_agent": "no",
    "defendant": citizen("zhao").name,
}


@pytest.fixture
async def pages(tmp_path: Path) -> AsyncIterator[Pages]:
    async with served(tmp_path) as opened:
        yield opened


async def _verified(pages: Pages, who: str) -> Actor:
    actor = await open_account(pages.platform.db, who, pages.platform.clock.now())
    await verify(pages.platform.db, actor, who, pages.platform.clock.now())
    await pages.sign_in(who, actor)
    return actor


async def _hand_in(pages: Pages, case: UUID, material: str) -> None:
    paper = FormData({"material": material})
    size = (320 + len(material), 200)  # each a file of its own
    paper.add_field("files", picture(size=size), filename=f"{material}.jpg", content_type="image/jpeg")
    await pages.post("yang", f"/cases/{case}/papers", paper)


async def _filed(pages: Pages, mother: Actor) -> UUID:
    """Begun as guardian, answered, with both papers; not submitted yet."""
    case = await pages.platform.drafts.start(mother, LOAN_ANSWERS)
    page = await pages.post("yang", f"/cases/{case}/authority", {"acts": "guardian"})
    assert "监护关系证明" in page
    assert "以原告的名义起诉、陈述和签名" in page  # the prompt window is the guardian's
    await answer_all(pages.platform.drafts, mother, case, **ANSWERS)
    await pages.post("yang", f"/cases/{case}/notice", {"version": VERSION, "scrolled": "yes"})
    return case


async def test_she_files_with_the_proof_and_every_page_and_paper_names_her_as_guardian(pages: Pages) -> None:
    db, mother = pages.platform.db, await _verified(pages, "yang")
    case = await _filed(pages, mother)
    declare = {"declared": "yes"}
    for material in ("id_card", "guardianship"):
        await pages.post("yang", f"/cases/{case}/submit", declare, status=422)  # a paper is missing
        await _hand_in(pages, case, material)
    assert "回执" in await pages.post("yang", f"/cases/{case}/submit", declare)
    assert f"{CHILD}的法定代理人" in await pages.get("yang", f"/cases/{case}")
    judge = await staff(db, "+8613800000001", "立案法官甲", pages.platform.clock.now(), Role.FILING_JUDGE)
    await pages.sign_in("judge", judge)
    async with db.begin() as tx:
        (row,) = await tx.cases.participants(case)
        opened = await tx.cases.held(case)
        (signs,) = await tx.agreements.signatories(opened)
        papers = {one.payload["paper"]: one.payload for one in await tx.outbox.pending("document.issue")}
        opened.judge_id = judge.account_id
        tx.audit.add(PLATFORM, "set_up", "case", case, at=pages.platform.clock.now())
    assert (row.role, row.name, row.party, row.guardian) == ("applicant", MOTHER, CHILD, True)
    assert (signs.capacity, signs.line) == (
        "申请人的法定代理人",
        f"申请人：{CHILD}（法定代理人：{MOTHER}）",
    )
    assert f"法定代理人：{MOTHER}，系原告的母亲" in str(papers["complaint"])
    assert f"{CHILD}（法定代理人：{MOTHER}）" in str(papers["truth_declaration"])
    review = await pages.get("judge", f"/staff/cases/{case}")
    for shown in (CHILD, MOTHER, "母亲", "未满18周岁", "监护关系证明1"):
        assert shown in review
    await _appoints_a_lawyer(pages, mother, case)


async def _appoints_a_lawyer(pages: Pages, mother: Actor, case: UUID) -> None:
    """With a power of attorney in her own name; one that somebody else gave is refused."""
    platform = pages.platform
    fields = {"agent": LAWYER, "powers": "进行和解"}
    wanted = Wanted(LAWYER, citizen("zhang").phone, "lawyer", ["settle"])
    for principal in (citizen("liu").name, MOTHER):
        read = {name: Field(value, 0.97, None) for name, value in (fields | {"principal": principal}).items()}
        reader = PlannedReader(Reading(Kind.POA, read))
        desk = AppointmentService(platform.db, platform.clock, MemoryObjects(), reader, FakeMediaRooms())
        with nullcontext() if principal == MOTHER else pytest.raises(NotAllowed, match="somebody else"):
            await desk.appoint(mother, case, wanted, ("委托书.jpg", picture()))
    assert LAWYER in await pages.get("yang", f"/cases/{case}/agents")


async def test_a_child_is_not_filed_for_as_a_grown_up_nor_by_somebody_else(pages: Pages) -> None:
    mother = await _verified(pages, "yang")
    case = await _filed(pages, mother)
    for material in ("id_card", "guardianship"):
        await _hand_in(pages, case, material)
    await pages.platform.drafts.save(mother, case, "guardian", citizen("wang").name)
    assert "监护人不一致" in await pages.post(
        "yang", f"/cases/{case}/submit", {"declared": "yes"}, status=422
    )
    await pages.platform.agents.choose(mother, case, Acts.SELF)
    assert (await pages.platform.drafts.overview(mother, case)).acts is Acts.SELF
    await answer_all(pages.platform.drafts, mother, case)
    assert "未满16周岁" in await pages.post("yang", f"/cases/{case}/submit", {"declared": "yes"}, status=422)
