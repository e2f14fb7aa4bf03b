"""A page that is open learns what happened elsewhere, also when its socket came too late to be told."""

import asyncio

from playwright.async_api import Page, Route, WebSocketRoute, expect

from odr.adapters.clock import SystemClock
from odr.db.uow import Database
from odr.demo.court import STAFF
from odr.domain.steps import Role
from tests.support.citizens import BY_ID, sign_in
from tests.support.server import Server
from tests.support.visitors import Visitors

WANG, LIU, YANG = BY_ID["wang"], BY_ID["liu"], BY_ID["yang"]
COORDINATOR = next(one for one in STAFF if Role.COORDINATOR in one.roles)


async def test_a_page_learns_on_connecting_what_it_missed(server: Server, visitors: Visitors) -> None:
    page = await visitors.open("wang", phone=True)
    await sign_in(page, WANG.phone, to="/me/messages")
    opened = asyncio.Event()

    async def late(socket: WebSocketRoute) -> None:
        await opened.wait()
        socket.connect_to_server()

    await page.route_web_socket("**/socket.io/**", late)
    await page.goto("/me/messages")
    loaded: list[str] = []
    page.on("load", lambda loading: loaded.append(loading.url))
    await _news(server, WANG.phone)
    assert not loaded
    async with page.expect_event("load"):
        opened.set()
    async with page.expect_event("load"):
        await _news(server, WANG.phone)
    assert len(loaded) == 2  # once for each piece of news: a page that is up to date stays


async def test_news_does_not_call_back_who_is_leaving_the_page(server: Server, visitors: Visitors) -> None:
    page = await visitors.open("liu", phone=True)
    await sign_in(page, LIU.phone, to="/me/messages")
    released = asyncio.Event()

    async def slow(route: Route) -> None:
        await released.wait()
        await route.continue_()

    frames: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda told: frames.append(str(told))))
    await page.goto("/me/messages")
    await _told(page, frames, "40/push")
    await page.route("**/me", slow)
    await page.evaluate("setTimeout(() => location.assign('/me'))")
    await _news(server, LIU.phone)
    await _told(page, frames, "changed")
    await page.wait_for_timeout(500)  # the page waits 300 ms for further news before it loads anew
    released.set()
    await page.wait_for_url("**/me")


# Somebody puts a hand on the form in the moment between the news and the loading of the page.
BEGUN = """() => {
  const later = window.setTimeout, field = document.querySelector("[name=voice]");
  window.setTimeout = (what, ms, ...more) => {
    if (ms === 300) field.dispatchEvent(new Event("input", { bubbles: true }));
    return later(what, ms, ...more);
  };
}"""


async def test_a_form_begun_since_the_news_is_not_lost_and_a_queue_hears_who_waits(
    server: Server, visitors: Visitors
) -> None:
    page, staff = await visitors.open("yang", phone=True), await visitors.open("mei", phone=False)
    await sign_in(page, YANG.phone, to="/cases/new")
    await page.click("main form button.button--main")
    await page.wait_for_url("**/draft")
    frames: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda told: frames.append(str(told))))
    await page.goto(page.url.replace("/draft", "/spoken"))
    await _told(page, frames, "40/push")
    loaded: list[str] = []
    page.on("load", lambda loading: loaded.append(loading.url))
    await page.evaluate(BEGUN)
    await _news(server, YANG.phone)
    await _told(page, frames, "changed")

    await sign_in(staff, COORDINATOR.phone, to="/staff")
    async with staff.expect_event("load"):
        paper = {"way": "video", "document": "passport", "name": YANG.name, "number": "E12345678"}
        await page.request.post("/me/identity/staff-check", form={**paper})
    await expect(staff.locator("main")).to_contain_text(YANG.name)
    assert not loaded  # all that while the begun form stayed as it was


async def _told(page: Page, frames: list[str], what: str) -> None:
    """Wait until the page's socket has brought this."""
    async with asyncio.timeout(15):
        while not any(what in frame for frame in frames):
            await page.wait_for_timeout(50)


async def _news(server: Server, phone: str) -> None:
    db = Database(f"sqlite+aiosqlite:///{server.data / 'odr.sqlite'}")
    try:
        async with db.begin() as tx:
            account = await tx.accounts.by_phone(phone)
            assert account
            tx.pushes.add(account.id, "changed", {"case": ""}, SystemClock().now())
    finally:
        await db.close()
