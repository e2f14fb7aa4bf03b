"""Pages that exist only in sandbox mode: the inbox of the sandbox SMS."""

from aiohttp import web

from odr.web.keys import SANDBOX
from odr.web.render import render


async def show_messages(request: web.Request) -> web.Response:
    messages = await request.app[SANDBOX].messages(request.query.get("to", ""))
    return render(request, "sandbox/messages.html", messages=messages)
