"""What happens around every handler."""

import asyncio

from aiohttp import web

from odr.web.middlewares import Handler, explain
from tests.support.logbook import Logbook


async def test_who_goes_away_while_sending_is_no_failure_of_ours(logbook: Logbook) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def take(request: web.Request) -> web.Response:
        begun.set()
        return web.Response(body=await request.read())

    @web.middleware
    async def outermost(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        finally:
            ended.set()

    app = web.Application(middlewares=[outermost, explain])
    app.router.add_post("/", take)
    runner = web.AppRunner(app)  # as the program is served; aiohttp's own for tests cancels handlers
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with asyncio.timeout(20):
        _, writer = await asyncio.open_connection(*runner.addresses[0])
        writer.write(b"POST / HTTP/1.1\r\nHost: court.example\r\nContent-Length: 9\r\n\r\nhalf")
        await begun.wait()
        writer.close()
        await ended.wait()
    await runner.cleanup()
    told = [one["event"] for one in logbook.records]
    assert "sender went away" in told
    assert "request failed" not in told
