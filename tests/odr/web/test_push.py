"""News reaches the open pages of a person, and ends with the session that opened them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import socketio

from odr.domain.accounts import Actor
from odr.services.pushes import CHANGED
from odr.web.middlewares import SESSION_COOKIE
from odr.web.push import NAMESPACE
from tests.support.pages import Pages, served

WAIT_S = 30


@pytest.fixture
async def pages(tmp_path: Path) -> AsyncIterator[Pages]:
    async with served(tmp_path) as made:
        yield made


@asynccontextmanager
async def open_page(pages: Pages, who: str) -> AsyncIterator[asyncio.Queue[str]]:
    """What the socket of this person's page is told, its end included."""
    told: asyncio.Queue[str] = asyncio.Queue()
    socket = socketio.AsyncClient(reconnection=False)
    socket.on(CHANGED, lambda _news: told.put_nowait(CHANGED), namespace=NAMESPACE)
    socket.on("disconnect", told.put_nowait, namespace=NAMESPACE)
    headers = {"Cookie": f"{SESSION_COOKIE}=token-of-{who}"}
    origin = str(pages.client.make_url("/"))
    await socket.connect(origin, headers=headers, namespaces=[NAMESPACE], wait_timeout=WAIT_S)
    yield told
    await socket.disconnect()


async def test_signing_out_closes_the_sockets_of_that_browser_alone(pages: Pages) -> None:
    account_id = await _account(pages)
    for browser in ("phone", "desk"):
        await pages.sign_in(browser, Actor(account_id))
    async with open_page(pages, "phone") as phone, open_page(pages, "desk") as desk, asyncio.timeout(WAIT_S):
        await pages.post("phone", "/sign-out")
        assert await phone.get() == socketio.AsyncClient.reason.SERVER_DISCONNECT
        async with pages.platform.db.begin() as tx:
            tx.pushes.add(account_id, CHANGED, {"case": ""}, pages.platform.clock.now())
        assert await desk.get() == CHANGED
        assert phone.empty()


async def test_a_session_that_ends_by_its_time_closes_its_sockets_alone(pages: Pages) -> None:
    account_id = await _account(pages)
    await pages.sign_in("phone", Actor(account_id), timedelta(seconds=5))
    await pages.sign_in("desk", Actor(account_id))
    async with open_page(pages, "desk") as desk, open_page(pages, "phone") as phone, asyncio.timeout(WAIT_S):
        assert await phone.get() == socketio.AsyncClient.reason.SERVER_DISCONNECT
        assert desk.empty()


async def test_a_browser_that_signed_out_opens_no_socket(pages: Pages) -> None:
    await pages.sign_in("phone", Actor(await _account(pages)))
    await pages.post("phone", "/sign-out")
    with pytest.raises(socketio.exceptions.ConnectionError):
        async with open_page(pages, "phone"):
            pass


async def _account(pages: Pages) -> UUID:
    async with pages.platform.db.begin() as tx:
        account = tx.accounts.add("+8613900000009", pages.platform.clock.now(), "示例")
        tx.audit.add(Actor(None), "account.open", "account", account.id, at=pages.platform.clock.now())
    return account.id
