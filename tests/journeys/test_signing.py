"""Signing in real browsers: in the room without leaving it, and on the agreement's own page outside."""

import asyncio
import re
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Page, Route, expect

from tests.odr.sample_papers import NO_FONTS
from tests.odr.settled_case import WebTable
from tests.support.axe import assert_no_barriers
from tests.support.line import confirm_clauses
from tests.support.pads import draw
from tests.support.rooms import act, enter_room, open_panel, sees_and_hears
from tests.support.server import Server
from tests.support.tables import open_as, room_of, seated
from tests.support.visitors import Visitors

pytestmark = pytest.mark.skipif(NO_FONTS, reason="no Chinese font: run `npm ci` first")
CODE = re.compile(r"验证码为 (\d{6})")
SIGNED = re.compile("您已完成签署|各方均已签署$")


async def code_of(table: WebTable, page: Page, key: str) -> str:
    """The code as it stands in the person's newest text message."""
    account_id = table.people[key].account_id
    assert account_id
    async with table.platform.db.read() as tx:
        phone = (await tx.accounts.get(account_id)).phone
    inbox = await page.context.new_page()
    sent = inbox.locator("article", has_text=phone).filter(has_text=CODE)
    async with asyncio.timeout(20):
        await inbox.goto("/sandbox/messages")
        while not await sent.count():
            await inbox.reload()
    found = CODE.search(await sent.first.inner_text())
    await inbox.close()
    assert found
    return found[1]


async def sign(table: WebTable, page: Page, key: str, *, full: bool = False) -> None:
    if full:
        await page.get_by_role("button", name="全屏签名").click()
    await draw(page)
    if full:
        await page.get_by_role("button", name="签好了").click()
    await page.get_by_role("button", name="下一步：获取验证码").click()
    await page.get_by_label("短信验证码").fill(await code_of(table, page, key))
    await page.get_by_role("button", name="确认签署").click()
    await expect(page.locator("[data-agreement-page]").get_by_text(SIGNED)).to_be_visible(timeout=30_000)


async def ask_by_keys(page: Page) -> None:
    """Enter in a box sends nothing; on the button it asks about that clause, and nothing more."""
    await page.locator("#field-clause-1").focus()
    await page.keyboard.press("Enter")
    async with page.expect_response("**/agreement/clauses/2/ask"):
        await page.get_by_role("button", name="我对第2条有疑问").press("Enter")
    await expect(page.get_by_text("您已向调解员提出疑问")).to_be_visible()


async def a_tick_that_was_lost(page: Page) -> None:
    """The court never heard of it: the page says it once more, by itself."""
    await page.route("**/agreement/clauses", lambda route: route.abort("aborted"), times=1)
    async with page.expect_response("**/agreement/clauses") as answered:
        await page.locator("#field-clause-3").check()
    told = await answered.value
    assert (told.status, "clause=3" in (told.request.post_data or "")) == (204, True)


async def ticks_of_a_former_text(table: WebTable, visitors: Visitors, page: Page) -> None:
    """The text changes while the person ticks: the page says so, and the new text begins with no tick."""
    agreements, mediator = table.platform.agreements, table.people["mediator"]
    async with page.expect_response("**/agreement/clauses"):
        await page.locator("#field-clause-1").check()
    await agreements.revise(mediator, table.case_id)
    terms = (await agreements.draft(mediator, table.case_id)).terms
    await agreements.save(mediator, table.case_id, replace(terms, costs="由双方各自负担"))
    await agreements.offer(mediator, table.case_id)
    visitors.forgive.append("409 from .*/agreement/clauses")
    await page.locator("#field-clause-2").check()
    await expect(page.locator("[data-stale]")).to_contain_text("在这份旧文本上的勾选不再算数")
    await fits(page)
    await page.get_by_role("link", name="阅读新文本").click()
    await expect(page.locator("[data-agreement-body]")).to_contain_text("由双方各自负担")
    assert await page.locator("[name=clause]:checked").count() == 0


async def another_reads(signing: Page, page: Page, address: str) -> None:
    """On the page outside; who is about to sign is told, and keeps the field and the keys' place in it."""
    field = signing.locator("[data-pad] canvas")
    await signing.get_by_role("button", name="全屏签名").click()
    await field.evaluate("field => { field.marked = true; }")
    await expect(signing.locator("[data-agreement-body]")).to_contain_text("尚未阅读")
    await page.goto(address)
    await fits(page)
    count = await page.locator("[name=clause]").count()
    async with page.expect_response(lambda told: f"clause={count}" in (told.request.post_data or "")):
        await confirm_clauses(page)
    await page.reload()  # the ticks were kept as they were made
    await page.get_by_role("button", name="我已看完全部内容").click()
    await expect(page.locator("[data-pad] canvas")).to_be_visible()
    await fits(page)
    await expect(signing.locator("[data-agreement-body]")).not_to_contain_text("尚未阅读")
    assert await field.evaluate("field => field.marked && document.activeElement === field")
    await expect(signing.locator(".pad--full")).to_have_count(1)
    await signing.get_by_role("button", name="签好了").click()


async def fits(page: Page) -> None:
    """Nothing sticks out to the side, and nothing bars those who read, hear or move otherwise."""
    assert await page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    await assert_no_barriers(page)


async def test_two_sign_in_the_room_and_one_outside(
    server: Server, visitors: Visitors, tmp_path: Path
) -> None:
    table = await seated(server)
    room = await room_of(table)
    wang = await open_as(table, visitors, "wang", phone=True)
    mediator = await open_as(table, visitors, "mediator", phone=False)
    liu = await open_as(table, visitors, "liu", phone=False)
    await wang.set_viewport_size({"width": 360, "height": 640})
    await wang.add_init_script("delete SubmitEvent.prototype.submitter")  # as on iOS 14
    await wang.goto("/?elder=1")
    await asyncio.gather(*(enter_room(page, room) for page in (wang, mediator, liu)))
    await expect(mediator.locator("[data-lobby-people] li")).to_have_count(2, timeout=30_000)
    await act(mediator, "start").click()
    await asyncio.gather(*(sees_and_hears(page) for page in (wang, mediator, liu)))
    await liu.goto("/me")

    # an offer from outside comes into the room, is accepted there, and waits in the mediator's draft
    await open_panel(wang, "chat")
    await wang.locator("[data-body=chat] [data-do=negotiation]").click()
    sheet = wang.locator("[data-agreement-body]")
    await expect(sheet).to_contain_text("现在没有等待答复的方案")
    await liu.goto(f"/cases/{table.case_id}/negotiation/new")
    await liu.locator("#field-amount").fill("48000")
    await liu.locator("#field-first").fill("2030-01-31")
    await liu.locator("#field-accelerates").check()
    await liu.get_by_role("button", name="先看一遍，再发送").click()
    await liu.get_by_role("button", name="发送", exact=True).click()
    await expect(sheet).to_contain_text("¥48,000.00")
    await fits(wang)
    await wang.screenshot(path=tmp_path / "offer.png")
    await sheet.get_by_role("button", name="接受这个方案").click()
    await expect(sheet).to_contain_text("已接受")
    await act(wang, "close-agreement").click()
    await liu.goto("/me")

    # offered in the mediator's sheet, the text opens on the party's page by itself, who reads it
    await mediator.get_by_role("button", name="调解协议", exact=True).click()
    await mediator.get_by_role("link", name="起草协议").click()
    await expect(mediator.locator("#field-amount")).to_have_value("48000")
    await mediator.get_by_role("button", name="提交各方签署").click()
    read = wang.get_by_role("button", name="我已看完全部内容")
    await expect(read).to_be_visible(timeout=30_000)
    await fits(wang)
    await wang.screenshot(path=tmp_path / "read.png")
    await ask_by_keys(wang)
    await a_tick_that_was_lost(wang)
    await ticks_of_a_former_text(table, visitors, wang)
    line = asyncio.Event()

    async def slow(route: Route) -> None:
        await line.wait()
        await route.continue_()

    answered: list[str] = []
    wang.on("response", lambda told: answered.append(told.url.rpartition("/agreement/")[2]))
    await wang.route("**/agreement/clauses", slow)
    await confirm_clauses(wang)
    await read.click()  # while the first tick is still on its way
    line.set()
    await expect(wang.locator("[data-pad] canvas")).to_be_visible()
    said = [one for one in answered if one in ("clauses", "read")]
    assert (said[0], said[-1]) == ("clauses", "read")  # the form overtakes no tick

    # the sheet is put away and brought back, by the party and by the mediator's call
    await act(wang, "close-agreement").click()
    await expect(wang.locator("[data-agreement-bar]")).to_contain_text("请阅读并签署")
    await wang.screenshot(path=tmp_path / "bar.png")
    await mediator.get_by_role("button", name="请尚未签署的人打开协议").click()
    await expect(wang.locator("[data-pad] canvas")).to_be_visible()
    await fits(wang)
    await wang.screenshot(path=tmp_path / "draw.png")
    await another_reads(wang, liu, f"/cases/{table.case_id}/agreement")
    await sign(table, wang, "wang", full=True)
    await asyncio.gather(sees_and_hears(wang), sees_and_hears(mediator))
    await wang.screenshot(path=tmp_path / "signed.png")

    # who left the room signs on the page outside
    await sign(table, liu, "liu")

    await fits(mediator)
    await mediator.screenshot(path=tmp_path / "mediator.png")
    await sign(table, mediator, "mediator")
    for page in (wang, mediator):
        await expect(page.locator("[data-agreement-bar]")).to_contain_text("各方均已签署")
        await sees_and_hears(page)
    await table.platform.close()
