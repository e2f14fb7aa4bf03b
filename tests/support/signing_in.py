"""Signing in through the pages, with the code from the sandbox's inbox."""

import re

from playwright.async_api import Page


async def sign_in(page: Page, phone: str, path: str) -> None:
    await page.goto(f"/sign-in?next={path}")
    await page.get_by_label("手机号码").fill(phone.removeprefix("+86"))
    await page.locator("main form button[type=submit]").click()
    await page.wait_for_url("**/sign-in/code**")
    code = await _newest_code(page, phone)
    await page.locator("[name=code]").fill(code)
    await page.locator("main form button[type=submit]").click()
    await page.wait_for_url(f"**{path}")


async def _newest_code(page: Page, phone: str) -> str:
    """From the sandbox's inbox, in a page beside."""
    beside = await page.context.new_page()
    try:
        for _ in range(200):
            await beside.goto("/sandbox/messages")
            sms = beside.locator(".sms", has_text=phone).first
            if await sms.count():
                found = re.search(r"验证码\D{0,4}(\d{6})(?!\d)", (await sms.locator("p").last.inner_text()))
                if found:
                    return found[1]
            await beside.wait_for_timeout(100)
    finally:
        await beside.close()
    raise AssertionError("no code came")
