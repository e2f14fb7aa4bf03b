"""A page that is open learns what happened elsewhere, also when its socket came too late to be told."""

import asyncio

from playwright.async_api import WebSocketRoute

from odr.adapters.clock import SystemClock
from odr.db.uow import Database
from tests.support.citizens import BY_ID, sign_in
from tests.support.server import Server
from tests.support.visitors import Visitors

WANG = BY_ID["wang"]


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


async def _news(server: Server, phone: str) -> None:
    db = Database(f"sqlite+aiosqlite:///{server.data / 'odr.sqlite'}")
    try:
        async with db.begin() as tx:
            account = await tx.accounts.by_phone(phone)
            assert account
            tx.pushes.add(account.id, "changed", {"case": ""}, SystemClock().now())
    finally:
        await db.close()
