"""Signing in through the pages, with the code from the sandbox's inbox."""

import asyncio
import re
from urllib.parse import quote

from playwright.async_api import Page

from tests.support.visitors import PATIENCE_MS

CODE = r"验证码\D{0,4}(\d{6})(?!\d)"


async def sign_in(page: Page, phone: str, path: str) -> None:
    await page.goto(f"/sign-in?next={path}")
    await page.get_by_label("手机号码").fill(phone.removeprefix("+86"))
    await page.locator("main form button[type=submit]").click()
    await page.wait_for_url("**/sign-in/code**")
    await page.locator("[name=code]").fill(await newest(page, phone, CODE))
    await page.locator("main form button[type=submit]").click()
    await page.wait_for_url(f"**{path}")


async def newest(page: Page, phone: str, wanted: str) -> str:
    """The group of `wanted` in the newest message to this number (E.164) that has it, once one came."""
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while True:
            answer = await page.request.get(f"/sandbox/messages?to={quote(phone)}")
            for article in re.findall(r'class="panel sms">(.*?)</article>', await answer.text(), re.DOTALL):
                words = re.sub(r"<[^>]+>", " ", article.split("</p>", 1)[-1])  # without the number it went to
                if found := re.search(wanted, words):
                    return found[1]
            await page.wait_for_timeout(200)
