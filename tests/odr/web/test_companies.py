"""A company files through the pages: its legal representative, or an employee whom its paper authorises."""

import io
import random
import re
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from aiohttp import FormData

from bench.layouts import draw
from bench.papers import usable_fonts
from filing.lines import Field, Kind, Reading
from odr.domain.accounts import PLATFORM, Actor
from tests.odr.services.test_submission import VERSION
from tests.support.files import PlannedReader
from tests.support.filings import LOAN_ANSWERS, answer_all, citizen, open_account, verify
from tests.support.hostile import picture as noise
from tests.support.pages import Pages, served

FONTS = usable_fonts()
pytestmark = pytest.mark.skipif(not FONTS, reason="no Chinese font: run `npm ci` first")
CODE = "91110108MA01GQ3K6D"
_READ = re.compile(r'<(?:input|textarea)[^>]*name="(\w+)"[^>]*?(?:value="([^"]*)"|>([^<]*)<)')


@pytest.fixture
async def pages(tmp_path: Path) -> AsyncIterator[Pages]:
    async with served(tmp_path) as opened:
        yield opened


async def _verified_as(pages: Pages, who: str, name: str) -> Actor:
    """This citizen with a verified identity under another name, signed in."""
    db, now = pages.platform.db, pages.platform.clock.now()
    actor = await open_account(db, who, now)
    await verify(db, actor, who, now)
    assert actor.account_id
    async with db.begin() as tx:
        (await tx.identities.lock(actor.account_id)).name = name
        tx.audit.add(PLATFORM, "set_up", "identity", actor.account_id, at=now)
    await pages.sign_in(who, actor)
    return actor


async def _read(pages: Pages, case: UUID, licence: bytes) -> None:
    """The licence photographed, read, and what was read confirmed."""
    form = FormData({"kind": "licence", "side": "plaintiff"})
    form.add_field("photo", licence, filename="licence.jpg", content_type="image/jpeg")
    page = await pages.post("wang", f"/cases/{case}/draft/complaint", form)
    read = {name: value or text for name, value, text in _READ.findall(page)}
    await pages.post("wang", f"/cases/{case}/readings/1", read)


async def _until_submission(
    pages: Pages, who: str, actor: Actor, case: UUID, licence: bytes, **known: str
) -> None:
    """The licence handed in, every question answered, the notice read."""
    paper = FormData({"material": "licence"})
    paper.add_field("files", licence, filename="licence.jpg", content_type="image/jpeg")
    await pages.post(who, f"/cases/{case}/papers", paper)
    await answer_all(pages.platform.drafts, actor, case, has_agent="no", **known)
    await pages.post(who, f"/cases/{case}/notice", {"version": VERSION, "scrolled": "yes"})


async def test_the_legal_representative_on_the_licence_files_for_the_company_and_nobody_else(
    pages: Pages,
) -> None:
    picture, fields = draw(Kind.LICENCE, random.Random(7), FONTS)
    printed = {name: str(value) for name, value in fields.items()}
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=92)
    head = await _verified_as(pages, "wang", printed["legal_rep"])
    case = await pages.platform.drafts.start(head, LOAN_ANSWERS)
    await _read(pages, case, out.getvalue())
    await _until_submission(pages, "wang", head, case, out.getvalue())
    answers = await pages.get("wang", f"/cases/{case}/draft/check")
    for name in ("name", "credit_code", "legal_rep"):
        assert printed[name] in answers
    assert "回执" in await pages.post("wang", f"/cases/{case}/submit", {"declared": "yes"})
    async with pages.platform.db.read() as tx:
        (row,) = await tx.cases.participants(case)
    assert (row.name, row.party, row.party_name) == (printed["legal_rep"], printed["name"], printed["name"])
    clerk = await _verified_as(pages, "yang", "杨示意")  # of the company, without a power of attorney
    own = await pages.platform.drafts.start(clerk, LOAN_ANSWERS)
    company = {f"plaintiff_{name}": printed[name] for name in ("credit_code", "legal_rep", "address")}
    company |= {"plaintiff_kind": "company", "plaintiff": printed["name"]}
    await pages.platform.drafts.save(clerk, own, "plaintiff_kind", "company")
    await _until_submission(pages, "yang", clerk, own, out.getvalue(), **company)
    assert "法定代表人" in await pages.post("yang", f"/cases/{own}/submit", {"declared": "yes"}, status=422)
    async with pages.platform.db.read() as tx:
        assert await tx.states.get("filing", own) == "draft"


async def test_an_employee_files_for_the_company_with_its_power_of_attorney_and_proof_of_employment(
    tmp_path: Path,
) -> None:
    company, clerk = "示例贸易有限公司", citizen("zhang").name
    said = {"principal": company, "agent": clerk, "power": "特别授权", "powers": "进行和解"}
    async with served(tmp_path, paper=PlannedReader(_read_as(said))) as pages:
        actor = await _verified_as(pages, "zhang", clerk)
        began = await pages.post("zhang", "/cases/new", {"acts": "agent", "way": ""})
        (case,) = {UUID(found) for found in re.findall(r"/cases/([0-9a-f-]{36})/authority", began)}
        for material in ("licence", "agent_papers"):
            await _hand_in(pages, case, material)
        await pages.post("zhang", f"/cases/{case}/authority/paper", _photo("authority"))
        await pages.post("zhang", f"/cases/{case}/authority/powers", {"kind": "employee", "powers": "settle"})
        wished = {"plaintiff_kind": "company", "plaintiff": company, "plaintiff_credit_code": CODE}
        await answer_all(pages.platform.drafts, actor, case, **LOAN_ANSWERS | wished)
        await pages.post("zhang", f"/cases/{case}/notice", {"version": VERSION, "scrolled": "yes"})
        assert "回执" in await pages.post("zhang", f"/cases/{case}/submit", {"declared": "yes"})
        async with pages.platform.db.read() as tx:
            (row,) = await tx.cases.participants(case)
            authority = await tx.agents.authority(case, row.account_id)
    assert (row.role, row.name, row.party) == ("agent", clerk, company)
    assert {power.value for power in authority.powers} == {"settle"}


def _read_as(said: dict[str, str]) -> Reading:
    return Reading(Kind.POA, {name: Field(value, 0.99, None) for name, value in said.items()})


def _photo(material: str) -> FormData:
    form = FormData({"material": material})
    size = (320 + len(material), 200)  # each a file of its own
    form.add_field("files", noise(size=size), filename=f"{material}.jpg", content_type="image/jpeg")
    return form


async def _hand_in(pages: Pages, case: UUID, material: str) -> None:
    await pages.post("zhang", f"/cases/{case}/papers", _photo(material))
