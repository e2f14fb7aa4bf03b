"""A media server on a free port, with a page for browsers and tickets for whoever asks."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import socketio
from aiohttp import web

from rtc.core.events import RoomEvent
from rtc.net.engine import Engine
from rtc.net.gateway import Gateway
from rtc.settings import MediaSettings

ROOT = Path(__file__).parents[2]
CLIENT = "node_modules/socket.io-client/dist/socket.io.esm.min.js"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Witness:
    """An observer that remembers, and lets a test wait for what must come."""

    def __init__(self) -> None:
        self.events: list[RoomEvent] = []
        self._heard = asyncio.Event()

    def tell(self, event: RoomEvent) -> None:
        self.events.append(event)
        self._heard.set()

    async def wait_for(self, event: type[RoomEvent], seat: str, count: int = 1) -> list[RoomEvent]:
        """The events of that type and seat, once there are `count`."""
        while True:
            self._heard.clear()
            found = [e for e in self.events if isinstance(e, event) and getattr(e, "seat", "") == seat]
            if len(found) >= count:
                return found
            await self._heard.wait()


class Stage:
    """The server under test as its owner sees it."""

    def __init__(self, engine: Engine, witness: Witness, url: str) -> None:
        self.engine = engine
        self.witness = witness
        self.url = url
        self.epoch = 0

    def ticket(self, seat: str, room: str = "room") -> str:
        return self.engine.ticket(room, seat, "party", timedelta(seconds=60))

    def routes(
        self,
        routes: Mapping[str, set[str]],
        room: str = "room",
        screens: Collection[str] = (),
        muted: Collection[str] = (),
    ) -> None:
        self.epoch += 1
        self.engine.set_routes(room, self.epoch, routes, screens=screens, muted=muted)

    def everybody(self, *seats: str, muted: Collection[str] = ()) -> None:
        self.routes({seat: set(seats) - {seat} for seat in seats}, muted=muted)


def _page(request: web.Request) -> web.StreamResponse:
    return web.FileResponse(Path(__file__).parent / "page.html")


def find_client() -> Path | None:
    return next((path for path in (ROOT / CLIENT,) if path.exists()), None)


@asynccontextmanager
async def run_stage(settings: MediaSettings) -> AsyncIterator[Stage]:
    witness = Witness()
    engine = Engine(settings, witness, lambda: NOW, ticket_key=bytes(32))
    await engine.start()
    engine.open_room("room")
    server = socketio.AsyncServer(async_mode="aiohttp")
    server.register_namespace(Gateway(engine))
    app = web.Application()
    server.attach(app)

    async def give_ticket(request: web.Request) -> web.Response:
        return web.Response(text=engine.ticket("room", request.query["seat"], "party", timedelta(seconds=60)))

    async def show_page(request: web.Request) -> web.StreamResponse:
        return _page(request)

    app.router.add_get("/", show_page)
    app.router.add_get("/ticket", give_ticket)
    app.router.add_static("/js", ROOT / "static" / "js")
    client = find_client()
    if client is not None:
        app.router.add_static("/lib", client.parent)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        yield Stage(engine, witness, f"http://127.0.0.1:{port}")
    finally:
        await engine.stop()
        await runner.cleanup()


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """On loopback alone, as bots use it."""
    async with run_stage(MediaSettings(addresses="127.0.0.1")) as stage:  # type: ignore[arg-type]  # as from the environment
        yield stage


@pytest.fixture
async def open_stage() -> AsyncIterator[Stage]:
    """On this machine's own addresses, as browsers need it."""
    async with run_stage(MediaSettings()) as stage:
        yield stage
