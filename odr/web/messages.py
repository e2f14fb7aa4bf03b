"""The inbox of a person."""

from aiohttp import web

from odr.web.keys import ACTOR, MESSAGES
from odr.web.render import render


async def show(request: web.Request) -> web.Response:
    return render(request, "messages/inbox.html", messages=await request.app[MESSAGES].inbox(request[ACTOR]))
