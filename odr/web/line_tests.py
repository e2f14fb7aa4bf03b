"""The pages of a test call, the person's and the desk's, and what both ask and tell as JSON."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from aiohttp import web

from odr.domain.permissions import signed_in
from odr.errors import NotAllowed, NotFound
from odr.web.addresses import named
from odr.web.forms import read
from odr.web.keys import ACTOR, DESK, LINE_TESTS
from odr.web.render import render

_DUMPS: Final = partial(
    json.dumps, default=lambda one: one.isoformat() if isinstance(one, datetime) else str(one)
)


@dataclass(frozen=True, slots=True)
class PromptForm:
    prompt: str


async def show(request: web.Request) -> web.Response:
    """The person's page; when nobody calls, the page of the sitting."""
    sitting_id = named(request, "sitting")
    try:
        view = await request.app[LINE_TESTS].show(request[ACTOR], *_whose(request))
    except NotFound:
        raise web.HTTPSeeOther(f"/sittings/{sitting_id}") from None
    return render(request, "support/test.html", view=view, here=f"/sittings/{sitting_id}")


async def open_desk(request: web.Request) -> web.Response:
    sitting_id, account_id = _whose(request)
    desk = f"/staff/support/{sitting_id}/{account_id}"
    try:
        await request.app[LINE_TESTS].open(request[ACTOR], sitting_id, account_id)
    except NotAllowed as error:
        view = await request.app[DESK].person(request[ACTOR], sitting_id, account_id)
        return render(request, "support/person.html", status=409, view=view, error=error, text="")
    raise web.HTTPSeeOther(f"{desk}/test")


async def show_desk(request: web.Request) -> web.Response:
    sitting_id, account_id = _whose(request)
    desk = f"/staff/support/{sitting_id}/{account_id}"
    try:
        view = await request.app[LINE_TESTS].show(request[ACTOR], sitting_id, account_id)
    except NotFound:
        raise web.HTTPSeeOther(desk) from None
    return render(request, "support/test_desk.html", view=view, here=desk)


async def state(request: web.Request) -> web.Response:
    """The call for one of the two; the shape is `LineTestView`, or `ended` when none is open."""
    try:
        view = await request.app[LINE_TESTS].show(request[ACTOR], *_whose(request))
    except NotFound:
        return web.json_response({"ended": True})
    return web.json_response(asdict(view), dumps=_DUMPS)


async def ticket(request: web.Request) -> web.Response:
    token = await request.app[LINE_TESTS].ticket(request[ACTOR], *_whose(request))
    return web.json_response({"ticket": token})


async def ask(request: web.Request) -> web.Response:
    form = await read(request, PromptForm)
    await request.app[LINE_TESTS].ask(request[ACTOR], *_whose(request), form.prompt)
    return web.json_response({})


async def end(request: web.Request) -> web.Response:
    await request.app[LINE_TESTS].end(request[ACTOR], *_whose(request))
    return web.json_response({})


def _whose(request: web.Request) -> tuple[UUID, UUID]:
    """Sitting and person: named in the desk's addresses, the one who asks in the others."""
    own = "account" not in request.match_info
    account_id = signed_in(request[ACTOR]) if own else named(request, "account")
    return named(request, "sitting"), account_id
