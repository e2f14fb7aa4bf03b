"""The other side on a phone and the mediator at a desk: from the link in a message to a fixed sitting."""

import re
from urllib.parse import quote

from playwright.async_api import Page, expect

from odr.adapters.clock import SystemClock
from odr.db.uow import Database
from odr.domain.accounts import Actor
from tests.support.axe import assert_no_barriers
from tests.support.clock import FixedClock
from tests.support.filings import citizen, verify
from tests.support.mediations import Reviewed, reviewed
from tests.support.server import Server
from tests.support.visitors import Visitors

MEDIATOR = "13800000005"  # knows finance
SHOWN = "document.documentElement.scrollWidth <= window.innerWidth"


async def newest(page: Page, phone: str, wanted: str) -> str:
    """What the first message to this number holds that matches."""
    inbox = await page.context.new_page()
    found = None
    for _ in range(60):
        await inbox.goto(f"/sandbox/messages?to={quote(phone)}")
        texts = await inbox.locator(".sms").all_inner_texts()
        found = next((hit for text in texts if (hit := re.search(wanted, text))), None)
        if found:
            break
    await inbox.close()
    assert found
    return found.group(1)


async def sign_in(page: Page, phone: str) -> None:
    await page.goto("/sign-in")
    await page.fill("#field-phone", phone)
    await page.click("main button[type=submit]")
    await page.fill("#field-code", await newest(page, f"+86{phone}", r"验证码\D{0,4}(\d{6})(?!\d)"))
    await page.click("main button[type=submit]")


async def look(page: Page) -> None:
    """One heading, no barrier, no sideways scrolling."""
    assert await page.locator("h1").count() == 1
    assert await page.evaluate(SHOWN)
    await assert_no_barriers(page)


async def diverted(server: Server) -> Reviewed:
    """A filing in the served court's own database, sent to mediation by its judge."""
    db, clock = Database(f"sqlite+aiosqlite:///{server.data / 'odr.sqlite'}"), FixedClock(SystemClock().now())
    filed = await reviewed(db, clock)
    await filed.divert()
    return filed


async def prove(filed: Reviewed, name: str) -> None:
    """What the pages of identity, which have a journey of their own, leave in the rows."""
    async with filed.db.read() as tx:
        account = await tx.accounts.by_phone(citizen(name).phone)
    assert account
    await verify(filed.db, Actor(account.id), name, filed.clock.now())


async def test_a_respondent_accepts_and_a_mediator_fixes_a_sitting(
    server: Server, visitors: Visitors
) -> None:
    filed = await diverted(server)
    phone, desk = await visitors.open("zhao"), await visitors.open("mediator", phone=False)
    await phone.goto("/")
    link = await newest(phone, citizen("zhao").phone, r"(/invitations/[\w-]+)")
    await phone.goto(link)
    await expect(phone.locator("h1")).to_have_text("邀请您参加调解")
    assert "刘示例" in await phone.inner_text("main")
    await look(phone)
    await phone.get_by_role("button", name="获取验证码").click()
    await phone.fill("#field-code", await newest(phone, citizen("zhao").phone, r"验证码\D{0,4}(\d{6})(?!\d)"))
    await look(phone)
    await phone.click("main button[type=submit]")
    await look(phone)
    await prove(filed, "zhao")
    await phone.reload()
    await phone.get_by_role("button", name="参加调解", exact=True).click()
    await phone.wait_for_url(f"**/cases/{filed.case_id}/mediation")
    await look(phone)
    await phone.get_by_role("button", name="由法院指定调解员").click()
    await expect(phone.get_by_text("等待调解员答复")).to_be_visible()

    await sign_in(desk, MEDIATOR)
    await desk.goto("/staff")
    await look(desk)
    await desk.get_by_role("link", name=re.compile("刘示例 · 赵模拟")).click()
    await look(desk)
    await desk.get_by_role("button", name="披露并接受委派").click()
    await expect(desk.get_by_text("还剩30天")).to_be_visible()
    await desk.get_by_role("button", name="现在开始").click()
    await expect(desk.get_by_role("link", name="进入调解室")).to_be_visible(timeout=15_000)
    await look(desk)

    await phone.goto(f"/cases/{filed.case_id}/mediation")
    await expect(phone.get_by_role("link", name="进入调解室")).to_be_visible()
    await look(phone)
    await phone.goto("/me/messages")
    await expect(phone.get_by_text("调解时间").first).to_be_visible()
    await look(phone)
    await filed.db.close()
