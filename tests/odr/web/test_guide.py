"""The prompt window on every screen of a filing (S-060), counted against the router."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from aiohttp import web

from filing.questions import Topic
from odr.domain.accounts import Actor
from odr.web import routes
from tests.support.clock import FixedClock
from tests.support.filings import LOAN_ANSWERS, answer_all, open_account, verify
from tests.support.mediations import reviewed
from tests.support.pages import Pages, served

# Of a filing from the first look to payment; what these answer is a file or a picture, no screen.
FILES = re.compile(r"\.png$|/photo$|/voice$|/papers/\{item\}|/documents/|/crop/|/dossier$|\.json$")
STEPS = re.compile(
    r"^/(triage|cases/new|cases/\{case\}(?!/(agreement|confirmation|deliver|mediation))|me/identity)"
)


def screens() -> Iterator[str]:
    """Every address of a filing that a person opens and reads."""
    for row in (*routes.public(), *routes.filing(), *routes.parties()):
        read = isinstance(row, web.RouteDef) and row.method == "GET" and STEPS.match(row.path)
        if read and not FILES.search(row.path):
            yield re.sub(r"\{(\w+):[^}]*\}", r"{\1}", row.path)


def topics(page: str) -> list[str]:
    return re.findall(r'data-prompt="(\w+)"', page)


@pytest.fixture
async def pages(tmp_path: Path) -> AsyncIterator[Pages]:
    async with served(tmp_path) as opened:
        yield opened


@pytest.fixture
async def wang(pages: Pages) -> Actor:
    now = pages.platform.clock.now()
    actor = await open_account(pages.platform.db, "wang", now)
    await verify(pages.platform.db, actor, "wang", now)
    await pages.sign_in("wang", actor)
    return actor


async def test_every_screen_of_the_filing_has_the_prompt_window_with_its_six_topics(
    pages: Pages, wang: Actor
) -> None:
    drafts = pages.platform.drafts
    case = await drafts.start(wang, LOAN_ANSWERS)
    await answer_all(drafts, wang, case, has_agent="no")
    await _read_a_paper(pages, case)
    seen: set[str] = set()

    async def look(who: str, address: str, **places: object) -> None:
        """One screen: six topics in their order, and a button that reads it aloud."""
        page = await pages.get(who, address.format(**places))
        assert topics(page) == [topic.value for topic in Topic], address
        assert "data-read-aloud" in page, address
        seen.add(address)

    for side in ("front", "back"):
        await look("wang", "/me/identity/{side}", side=side)
    for address in ("/triage", "/cases/new", "/me/identity", "/me/identity/confirm"):
        await look("wang", address)
    for name in ("face", "staff-check", "consent", "network"):
        await look("wang", f"/me/identity/{name}")
    pages.client.session.cookie_jar.clear()
    await pages.post("wang", "/triage", {"question": "cause", "value": "loan"})
    await look("wang", "/triage/result")
    pages.client.session.cookie_jar.clear()
    for address in screens():
        if address.startswith("/cases/{case}/draft") or address.endswith(
            ("/papers", "/notice", "/submit", "/authority", "/spoken")
        ):
            await look("wang", address, case=case, question="claims")
    await look("wang", "/cases/{case}/readings/{number}", case=case, number=1)
    await pages.post("wang", f"/cases/{case}/notice", {"version": "2026-01", "scrolled": "yes"})
    await pages.post("wang", f"/cases/{case}/submit", {"declared": "yes"})
    await look("wang", "/cases/{case}/receipt", case=case)

    liu = await reviewed(pages.platform.db, FixedClock(pages.platform.clock.now()))
    await pages.sign_in("liu", liu.applicant)
    await pages.sign_in("judge", liu.judge)
    for address in ("/cases/{case}", "/cases/{case}/consent", "/cases/{case}/withdraw"):
        await look("liu", address, case=liu.case_id)
    await pages.post("judge", f"/staff/cases/{liu.case_id}/supplement", {"items": "借条", "days": "7"})
    await look("liu", "/cases/{case}/supplement", case=liu.case_id)
    await pages.post("liu", f"/cases/{liu.case_id}/supplement/answer", {"index": "0", "answer": "没有"})
    await pages.post("liu", f"/cases/{liu.case_id}/supplement")
    await pages.post("judge", f"/staff/cases/{liu.case_id}/redirect", {"reason": "请先申请劳动仲裁。"})
    await look("liu", "/cases/{case}/decision", case=liu.case_id)
    await pages.post("liu", f"/cases/{liu.case_id}/insist")
    await pages.post("judge", f"/staff/cases/{liu.case_id}/docket")
    await look("liu", "/cases/{case}/payment", case=liu.case_id)

    assert seen == set(screens())


async def test_the_first_look_shows_ways_limits_conditions_doors_and_formats(pages: Pages) -> None:
    await pages.post("", "/triage", {"question": "cause", "value": "lease"})
    page = await pages.post("", "/triage", {"question": "amount", "value": "3000"})
    page = await pages.get("", "/triage/result")
    assert page.count("data-gate=") == 4
    assert page.count('<th scope="row">') == 4
    assert "诉讼服务中心" in page
    assert "格式要求" in page
    assert "民法典" in page
    await pages.post("", "/triage", {"question": "court_place", "value": "no"})
    assert "归别的法院管" in await pages.get("", "/triage/result")


async def test_a_filing_goes_on_with_another_device(pages: Pages, wang: Actor) -> None:
    case = await pages.platform.drafts.start(wang, LOAN_ANSWERS)
    shown = await pages.post("wang", f"/cases/{case}/draft/device")
    assert "<svg" in shown
    assert "/resume/" not in shown  # it stands in the picture alone
    token = await pages.platform.accounts.link_device(wang, f"/cases/{case}/draft")
    assert "0001" in await pages.get("", f"/resume/{token}")
    page = await pages.post("", f"/resume/{token}")
    assert "案由" in page or "民间借贷" in page
    pages.client.session.cookie_jar.clear()
    await pages.post("", f"/resume/{token}", status=409)
    foreign = await pages.client.post(f"/resume/{token}", headers={"Origin": "https://elsewhere.example"})
    assert foreign.status == 403


async def _read_a_paper(pages: Pages, case: UUID) -> None:
    """A photographed complaint as its reading is kept."""
    field = {"value": "王示范", "confidence": 0.99, "box": None, "page": 0}
    kept = {"object_key": "0" * 64, "kind": "complaint", "fields": {"plaintiff": field}}
    async with pages.platform.db.begin() as tx:
        row = await tx.drafts.lock(case)
        row.readings = [kept | {"warnings": [], "confirmed": False}]
        tx.audit.add(Actor(None), "draft.read", "draft", case, at=pages.platform.clock.now(), case_id=case)
