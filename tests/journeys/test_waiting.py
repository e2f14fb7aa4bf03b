"""On the way into the room nobody looks at a page without words, whatever answer is held back."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from playwright.async_api import Page, Route, expect

from tests.support.rooms import act, enter_room
from tests.support.seeding import ready_sitting
from tests.support.server import Server
from tests.support.signing_in import sign_in
from tests.support.visitors import PATIENCE_MS, Visitors

# While a page is being left, Playwright waits for the next one: the words are told by the page itself.
_TELL = """() => new MutationObserver(() => {
    for (const one of document.querySelectorAll("p.slow")) if (one.textContent) console.info(one.textContent);
}).observe(document.body, { childList: true, subtree: true })"""


@asynccontextmanager
async def held(page: Page, address: str) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """What the page sends there is answered only after the block; what is given waits until it is sent."""
    asked, released = asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        if route.request.method == "POST":
            asked.set()
            await released.wait()
        await route.continue_()

    async def sent() -> None:
        async with asyncio.timeout(PATIENCE_MS / 1000):
            await asked.wait()

    await page.route(address, hold)
    try:
        yield sent
    finally:
        released.set()
        await page.unroute_all(behavior="wait")


async def test_every_wait_on_the_way_into_the_room_has_words(server: Server, visitors: Visitors) -> None:
    ready = await ready_sitting(server)
    here, wang = f"/sittings/{ready.sitting}", await visitors.open("wang")
    await sign_in(wang, ready.phones["wang"], here)

    # a form of any page
    await wang.goto("/sign-in?next=/me")
    await wang.get_by_label("手机号码").fill(ready.phones["yang"].removeprefix("+86"))
    await wang.evaluate(_TELL)
    slow = wang.expect_console_message(lambda one: "法院的答复稍慢" in one.text)
    async with held(wang, "**/sign-in") as sent, slow:
        await wang.locator("main form button[type=submit]").click(no_wait_after=True)
        await sent()
    await wang.wait_for_url("**/sign-in/code**")

    # the device check: words from the first moment
    await wang.goto(f"{here}/check")
    async with held(wang, "**/check/uplink") as sent:
        await wang.get_by_role("button", name="开始测试").click()
        await sent()
        await expect(wang.locator("[data-item=path]")).to_contain_text("请不要离开本页")
        await expect(wang.locator("[data-check-slow]")).to_be_visible()

    # being connected, and then what one waits for
    words = wang.locator("[data-lobby-words]")
    async with held(wang, "**/ticket") as sent:
        await enter_room(wang, here)
        await sent()
        await expect(words).to_contain_text("还在连接，会自动继续")
        await expect(act(wang, "again")).to_be_visible()
    await expect(words).to_contain_text("人到齐后会议开始")
    await expect(wang.locator("[data-lobby-wait]")).to_be_visible()
