"""Signing in real browsers: drawn on a phone and on a desktop, each with a code from the message."""

import asyncio
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from playwright._impl._api_structures import SetCookieParam
from playwright.async_api import Page, expect

from odr.domain.agreements import Instalment
from odr.settings import Settings
from odr.web.middlewares import SESSION_COOKIE
from odr.wiring import build
from odr.worker import Worker
from tests.odr.sample_papers import NO_FONTS
from tests.odr.settled_case import TERMS, WebTable
from tests.support.axe import assert_no_barriers
from tests.support.pads import draw
from tests.support.server import Server
from tests.support.visitors import Visitors

pytestmark = pytest.mark.skipif(NO_FONTS, reason="no Chinese font: run `npm ci` first")
CODE = re.compile(r"验证码为 (\d{6})")


async def seated(server: Server) -> WebTable:
    """A case at the table in the database of the running server, with its agreement offered."""
    platform = build(Settings.model_validate({"data_dir": server.data}))
    table = await WebTable(platform, None, Worker(platform.db, platform.clock, {})).open()
    payment = replace(TERMS.payments[0], instalments=(Instalment(5_000_000, date(2099, 4, 30)),))
    mediator = table.people["mediator"]
    await platform.agreements.save(mediator, table.case_id, replace(TERMS, payments=(payment,)))
    await platform.agreements.offer(mediator, table.case_id)
    return table


async def enter(table: WebTable, visitors: Visitors, key: str, *, phone: bool) -> Page:
    page = await visitors.open(key, phone=phone)
    cookie = SetCookieParam(name=SESSION_COOKIE, value=table.tokens[key], url=visitors.origin)
    await page.context.add_cookies([cookie])
    await page.goto(f"/cases/{table.case_id}/agreement")
    return page


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


async def sign(table: WebTable, page: Page, key: str, *, full: bool) -> None:
    if full:
        await page.get_by_role("button", name="全屏签名").click()
    await draw(page)
    if full:
        await page.get_by_role("button", name="签好了").click()
    await page.get_by_role("button", name="下一步：获取验证码").click()
    await page.get_by_label("短信验证码").fill(await code_of(table, page, key))
    await page.get_by_role("button", name="确认签署").click()
    await expect(page.get_by_text("您已完成签署").or_(page.get_by_text("各方均已签署"))).to_be_visible()


async def test_all_three_read_and_sign_in_their_browsers(
    server: Server, visitors: Visitors, tmp_path: Path
) -> None:
    table = await seated(server)
    for key, phone in (("wang", True), ("liu", False)):
        page = await enter(table, visitors, key, phone=phone)
        await assert_no_barriers(page)
        await page.get_by_role("button", name="我已看完全部内容").click()
        await expect(page.locator("[data-pad] canvas")).to_be_visible()
        await assert_no_barriers(page)
        wide = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0
        await sign(table, page, key, full=phone)
        await page.screenshot(path=tmp_path / f"{key}.png", full_page=True)
    page = await enter(table, visitors, "mediator", phone=False)
    await sign(table, page, "mediator", full=False)
    await expect(page.get_by_text("各方均已签署")).to_be_visible()
    await table.platform.close()
