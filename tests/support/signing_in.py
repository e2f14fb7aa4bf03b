"""Signing in through the pages, with the code from the sandbox's inbox."""

import asyncio
import re
from urllib.parse import quote

from playwright.async_api import Page

from tests.support.visitors import PATIENCE_MS

CODE = r"验证码\D{0,4}(\d{6})(?!\d)"


async def sign_in(page: Page, phone: str, path: str) -> None:
    """With the code that is sent now: one of a former test of the file opens nothing any more."""
    used = await _found(page, phone, CODE)
    await page.goto(f"/sign-in?next={path}")
    await page.get_by_label("手机号码").fill(phone.removeprefix("+86"))
    await page.locator("main form button[type=submit]").click()
    await page.wait_for_url("**/sign-in/code**")
    await page.locator("[name=code]").fill(await newest(page, phone, CODE, after=used))
    await page.locator("main form button[type=submit]").click()
    await page.wait_for_url(f"**{path}")


async def newest(page: Page, phone: str, wanted: str, *, after: str = "") -> str:
    """The group of `wanted` in the newest message to this number (E.164) that has it, once one came.

    `after`: what was there before, and is not waited for.
    """
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while (found := await _found(page, phone, wanted)) in ("", after):
            await page.wait_for_timeout(200)
    return found


async def _found(page: Page, phone: str, wanted: str) -> str:
    answer = await page.request.get(f"/sandbox/messages?to={quote(phone)}")
    for article in re.findall(r'class="panel sms">(.*?)</article>', await answer.text(), re.DOTALL):
        words = re.sub(r"<[^>]+>", " ", article.split("</p>", 1)[-1])  # without the number it went to
        if found := re.search(wanted, words):
            return found[1]
    return ""
