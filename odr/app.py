"""The web process: the platform as an aiohttp application; embedded, it runs the worker too."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable

from aiohttp import web

from odr.db.migrate import upgrade
from odr.logs import log
from odr.settings import Settings
from odr.tasks import spawn, stop
from odr.web import keys, routes
from odr.web.middlewares import MIDDLEWARES
from odr.web.render import setup as set_up_pages
from odr.wiring import Platform, build
from odr.worker import Worker, handlers

_log = log(__name__)

MAX_REQUEST_BYTES = 32 * 2**20


def make_app(platform: Platform) -> web.Application:
    """The application; starting it starts the worker, cleaning it up ends both."""
    app = web.Application(middlewares=MIDDLEWARES, client_max_size=MAX_REQUEST_BYTES)
    app[keys.SETTINGS] = platform.settings
    app[keys.ACCOUNTS] = platform.accounts
    app[keys.HEALTH] = platform.health
    app[keys.SANDBOX] = platform.sandbox
    set_up_pages(app, platform.settings)
    app.add_routes(routes.public())
    if platform.settings.mode == "sandbox":
        app.add_routes(routes.sandboxed())
    app.cleanup_ctx.append(_platform(platform))
    return app


async def serve(settings: Settings) -> None:
    """Serve until told to stop; what is under way is finished first."""
    platform = build(settings)
    await upgrade(platform.db.engine)
    runner = web.AppRunner(make_app(platform), access_log=None, shutdown_timeout=10)
    stopped = asyncio.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signal_number, stopped.set)
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.host, settings.port)
        await site.start()
        _log.info("server started", addresses=[str(address) for address in runner.addresses])
        await stopped.wait()
    finally:
        await runner.cleanup()


def _platform(platform: Platform) -> Callable[[web.Application], AsyncIterator[None]]:
    async def running(_app: web.Application) -> AsyncIterator[None]:
        worker = Worker(platform.db, platform.clock, handlers(platform))
        platform.db.on_commit = worker.wake
        embedded = platform.settings.worker == "embedded"
        tasks = [spawn(worker.run(), name="worker")] if embedded else []
        yield
        await stop(*tasks)
        await platform.close()

    return running
