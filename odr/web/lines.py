"""How the lines were in a sitting, for its host and the support desk."""

from aiohttp import web

from odr.web.addresses import named
from odr.web.keys import ACTOR, LINES
from odr.web.render import render


async def show(request: web.Request) -> web.Response:
    view = await request.app[LINES].report(request[ACTOR], named(request, "sitting"))
    return render(request, "support/lines.html", view=view)
