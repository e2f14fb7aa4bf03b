"""A filing before its judge: on the phone, then at the desk; the party completes and pays."""

import asyncio
import re
from io import BytesIO
from uuid import UUID

from PIL import Image
from playwright.async_api import FilePayload, Page, expect

from odr.adapters.clock import SystemClock
from odr.db.uow import Database
from odr.demo.court import STAFF
from odr.domain.accounts import Actor
from odr.domain.citizens import Citizen
from odr.domain.dossier import Receipt
from odr.domain.steps import Role
from odr.services.drafts import DraftService
from odr.services.submission import SubmissionService
from tests.support.axe import assert_no_barriers
from tests.support.citizens import BY_ID, picture, sign_in
from tests.support.filings import LOAN_ANSWERS, answer_all, verify
from tests.support.server import Server
from tests.support.visitors import Visitors

WANG, LIU = BY_ID["wang"], BY_ID["liu"]
VERSION = "2026-01"


def photo() -> FilePayload:
    out = BytesIO()
    Image.new("RGB", (640, 480), "beige").save(out, "JPEG")
    return FilePayload(name="转账记录.jpg", mimeType="image/jpeg", buffer=out.getvalue())


async def test_a_filing_is_completed_docketed_and_paid(server: Server, visitors: Visitors) -> None:
    party = await visitors.open("wang", phone=True)
    await sign_in(party, WANG.phone, to="/me")
    case = await _submitted(server, WANG)
    judge = await _judge(server, visitors, case)

    # the judge on his phone: the queue with its clock, the filing, one complete list
    await judge.goto("/staff")
    await expect(judge.locator(".deadline__left").first).to_be_visible()
    await _look(judge, "review-queue-390")
    await judge.get_by_role("link", name=re.compile(WANG.name)).first.click()
    await _look(judge, "review-case-390")
    await judge.get_by_role("link", name="直接处理").click()
    await judge.get_by_text("要求补正", exact=False).first.click()
    await judge.locator("textarea[name=items]").nth(0).fill("请补充转账记录的照片")
    await judge.locator("textarea[name=items]").nth(1).fill("请写明约定的还款日期")
    await _look(judge, "review-ask-390")
    await judge.get_by_role("button", name="发送补正通知").click()
    await judge.wait_for_url(re.compile(str(case)))

    # the party answers with a photo and with words
    await party.goto(f"/cases/{case}/supplement")
    await party.set_input_files("#photo-1", photo())
    await party.locator("#point-1 button").click()
    await expect(party.locator("#point-1 .chip--good")).to_be_visible()
    await party.fill("#answer-2", "约定2025年7月10日归还。")
    await party.locator("#point-2 button").click()
    await expect(party.locator("#point-2 .chip--good")).to_be_visible()
    await _look(party, "supplement-390")
    await party.locator("main form").last.get_by_role("button").click()
    await party.wait_for_url(f"**/cases/{case}")

    # the same judge, at the desk now, sees the photo beside the answer and dockets
    desk = await visitors.open("judge-desk", phone=False)
    cookies = await judge.context.cookies()  # one code a minute is sent
    await desk.context.add_cookies(cookies)  # type: ignore[arg-type]  # what one returns the other takes
    await desk.goto(f"/staff/cases/{case}")
    shown = desk.locator(".point__paper img").first
    await shown.scroll_into_view_if_needed()
    await expect(shown).to_have_js_property("complete", value=True)
    assert await shown.evaluate("image => image.naturalWidth") > 0
    await _look(desk, "review-case-1280")
    await desk.get_by_role("button", name="登记立案").click()
    await desk.wait_for_url(f"**/staff/cases/{case}")
    await desk.goto("/staff")
    await _look(desk, "review-queue-1280")

    # the party reads the notice page by page, pays, and the page tells it by itself
    await party.goto(f"/cases/{case}/payment")
    notice = party.get_by_role("link", name="交纳诉讼费用通知书")
    await expect(notice).to_be_visible(timeout=60_000)
    await expect(party.locator(".figure")).to_have_text("¥1,050.00")
    await _look(party, "payment-390")
    await notice.click()
    await expect(party.locator("img.paper-page").first).to_have_js_property("complete", value=True)
    await _look(party, "fee-notice-390")
    await party.goto(f"/cases/{case}/payment")
    till = await party.context.new_page()
    await party.locator("main form button").click()
    await party.wait_for_url("**/sandbox/payments/*")
    await _look(party, "provider-390")
    await till.goto(f"/cases/{case}/payment")
    await party.locator("button[value=twice]").click()
    await expect(till.locator(".notice--good")).to_contain_text("已缴纳", timeout=30_000)
    await _look(till, "paid-390")


async def test_a_filing_that_was_pointed_elsewhere_is_insisted_on_and_withdrawn(
    server: Server, visitors: Visitors
) -> None:
    party = await visitors.open("liu", phone=True)
    await sign_in(party, LIU.phone, to="/me")
    case = await _submitted(server, LIU)
    judge = await _judge(server, visitors, case)
    await judge.goto(f"/staff/cases/{case}")
    fold = judge.locator("details:has(form[action$='/redirect'])")
    await fold.locator("summary").click()
    await fold.locator("button").click()
    await expect(judge.locator(".error-summary")).to_be_visible()
    await judge.locator("form[action$='/redirect'] textarea").fill("双方有仲裁协议，请向仲裁委员会申请。")
    await judge.locator("form[action$='/redirect'] button").click()
    await judge.wait_for_url(f"**/staff/cases/{case}")

    await party.goto(f"/cases/{case}/decision")
    await expect(party.locator("main")).to_contain_text("仲裁委员会")
    await _look(party, "decision-390")
    await party.locator("main form button").click()
    await party.wait_for_url(f"**/cases/{case}")
    await party.get_by_role("link", name="撤回立案申请").click()
    await _look(party, "withdraw-390")
    await party.check("[name=sure]")
    await party.locator("main form button").click()
    await party.wait_for_url(f"**/cases/{case}")
    await expect(party.locator("main")).to_contain_text("撤回")


async def _look(page: Page, name: str) -> None:
    await page.wait_for_load_state()
    await assert_no_barriers(page)
    await page.screenshot(path=picture(name), full_page=True)


async def _submitted(server: Server, person: Citizen) -> UUID:
    """A submitted loan case of the person's; filing it page by page has its own journey."""
    db, clock = _database(server), SystemClock()
    async with db.read() as tx:
        account = await tx.accounts.by_phone(person.phone)
        assert account
        actor = Actor(account.id)
        known = await tx.states.get("identity", account.id)
    if known != "verified":
        await verify(db, actor, person.id, clock.now())
    drafts = DraftService(db, clock)
    case = await drafts.start(actor, LOAN_ANSWERS)
    await answer_all(drafts, actor, case, has_agent="no")
    submission = SubmissionService(db, clock, _unproved, "示0108")
    await submission.read_notice(actor, case, VERSION)
    await submission.submit(actor, case, declared=True)
    await db.close()
    return case


async def _judge(server: Server, visitors: Visitors, case: UUID) -> Page:
    """The judge who got the case, signed in on his phone."""
    db = _database(server)
    async with asyncio.timeout(30):
        judge_id = None
        page = await visitors.open("judge", phone=True)
        while judge_id is None:
            async with db.read() as tx:
                found = await tx.cases.get(case)
                judge_id = found.judge_id if found else None
            await page.wait_for_timeout(100)
        async with db.read() as tx:
            phone = (await tx.accounts.get(judge_id)).phone
    await db.close()
    assert phone in {person.phone for person in STAFF if Role.FILING_JUDGE in person.roles}
    await sign_in(page, phone, to="/staff")
    return page


async def _unproved(audit_id: UUID) -> Receipt:
    raise AssertionError("nobody asks for the receipt here")


def _database(server: Server) -> Database:
    return Database(f"sqlite+aiosqlite:///{server.data / 'odr.sqlite'}")
