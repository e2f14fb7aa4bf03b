"""Whether the process lives, and whether it can serve."""

from aiohttp import web

from odr.web.keys import HEALTH


async def alive(_request: web.Request) -> web.Response:
    return web.json_response({"alive": True})


async def ready(request: web.Request) -> web.Response:
    checks = await request.app[HEALTH].check()
    return web.json_response(checks, status=200 if all(checks.values()) else 503)
