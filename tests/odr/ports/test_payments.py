"""Payment providers: one contract over every adapter."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from odr.adapters.payments.sandbox import SIGNATURE_HEADER, SandboxPayments
from odr.db.uow import Database
from odr.errors import NotFound, Unavailable
from odr.ports.payments import ForgedCallback, PaymentOrder, PaymentOutcome
from odr.services.sandbox import SandboxService
from tests.support.clock import FixedClock

ORDER = PaymentOrder(UUID("00000000-0000-4000-8000-000000000001"), 105_000, "诉讼费")


class Court:
    """Where callbacks arrive: exactly the bytes and the signature that came."""

    def __init__(self) -> None:
        self.heard: list[tuple[bytes, str]] = []
        self.status = 200

    async def listen(self, request: web.Request) -> web.Response:
        self.heard.append((await request.read(), request.headers[SIGNATURE_HEADER]))
        return web.Response(status=self.status)


@pytest.fixture
def court() -> Court:
    return Court()


@pytest.fixture
async def books(tmp_path: Path, sqlite_template: Path, clock: FixedClock) -> AsyncIterator[SandboxService]:
    path = tmp_path / "provider.sqlite"
    await asyncio.to_thread(shutil.copyfile, sqlite_template, path)
    db = Database(f"sqlite+aiosqlite:///{path}")
    yield SandboxService(db, clock)
    await db.close()


@pytest.fixture(params=[SandboxPayments])  # every adapter joins this list
async def provider(
    request: pytest.FixtureRequest, books: SandboxService, court: Court
) -> AsyncIterator[SandboxPayments]:
    app = web.Application()
    app.router.add_post("/callbacks/payments", court.listen)
    async with TestServer(app) as server:
        yield request.param(books, b"k" * 32, str(server.make_url("/callbacks/payments")))


async def test_the_same_order_has_one_page(provider: SandboxPayments) -> None:
    assert await provider.open(ORDER) == await provider.open(ORDER)


async def test_an_order_is_pending_until_the_payer_has_acted(
    provider: SandboxPayments, books: SandboxService
) -> None:
    with pytest.raises(NotFound):
        await provider.query(uuid4())
    await provider.open(ORDER)
    assert (await provider.query(ORDER.id)).outcome is PaymentOutcome.PENDING
    await books.decide(ORDER.id, PaymentOutcome.PAID)
    result = await provider.query(ORDER.id)
    assert (result.outcome, result.amount_fen) == (PaymentOutcome.PAID, 105_000)


async def test_what_it_calls_back_is_signed_and_says_what_a_query_says(
    provider: SandboxPayments, books: SandboxService, court: Court
) -> None:
    await provider.open(ORDER)
    await books.decide(ORDER.id, PaymentOutcome.PAID)
    await provider.call_back(ORDER.id)
    ((body, signature),) = court.heard
    assert provider.read_callback(body, signature) == await provider.query(ORDER.id)
    for forged in (body.replace(b"105000", b"105001"), body[:-1], b""):
        with pytest.raises(ForgedCallback):
            provider.read_callback(forged, signature)


async def test_a_court_that_is_down_is_called_again(
    provider: SandboxPayments, books: SandboxService, court: Court
) -> None:
    await provider.open(ORDER)
    await books.decide(ORDER.id, PaymentOutcome.PAID)
    court.status = 503
    with pytest.raises(Unavailable):
        await provider.call_back(ORDER.id)


async def test_money_that_has_moved_does_not_move_back(
    provider: SandboxPayments, books: SandboxService
) -> None:
    await provider.open(ORDER)
    await books.decide(ORDER.id, PaymentOutcome.PAID)
    await books.decide(ORDER.id, PaymentOutcome.FAILED)
    assert (await provider.query(ORDER.id)).outcome is PaymentOutcome.PAID
