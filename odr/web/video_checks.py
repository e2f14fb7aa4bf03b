"""The pages of a check by video, the person's and the desk's, and what both ask and tell as JSON."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from aiohttp import web

from odr.domain.permissions import signed_in
from odr.errors import BadInput, NotAllowed, NotFound
from odr.web.addresses import named
from odr.web.forms import read
from odr.web.identity import check_page
from odr.web.keys import ACTOR, STAFF_CHECKS, VIDEO_CHECKS
from odr.web.render import render

_DUMPS: Final = partial(
    json.dumps, default=lambda one: one.isoformat() if isinstance(one, datetime) else str(one)
)


@dataclass(frozen=True, slots=True)
class PromptForm:
    prompt: str


@dataclass(frozen=True, slots=True)
class VerdictForm:
    verdict: str
    note: str


async def show(request: web.Request) -> web.Response:
    """The person's page; when nobody calls, the page that says how it stands."""
    try:
        view = await request.app[VIDEO_CHECKS].show(request[ACTOR], signed_in(request[ACTOR]))
    except NotFound:
        raise web.HTTPSeeOther("/me/identity") from None
    return render(request, "identity/video.html", view=view)


async def open_desk(request: web.Request) -> web.Response:
    account = named(request, "account")
    try:
        await request.app[VIDEO_CHECKS].open(request[ACTOR], account)
    except NotAllowed as error:
        return await check_page(request, error=error)
    raise web.HTTPSeeOther(f"/staff/identity/{account}/video")


async def show_desk(request: web.Request) -> web.Response:
    """The desk of the member of staff: the person large, the photos of the card beside."""
    actor, account = request[ACTOR], named(request, "account")
    try:
        view = await request.app[VIDEO_CHECKS].show(actor, account)
    except NotFound:
        raise web.HTTPSeeOther(f"/staff/identity/{account}") from None
    check = await request.app[STAFF_CHECKS].open(actor, account)
    return render(request, "identity/video_desk.html", view=view, check=check)


async def state(request: web.Request) -> web.Response:
    """The room for one of the two; the shape is `VideoView`, or `ended` when no check is open."""
    try:
        view = await request.app[VIDEO_CHECKS].show(request[ACTOR], _whose(request))
    except NotFound:
        return web.json_response({"ended": True})
    return web.json_response(asdict(view), dumps=_DUMPS)


async def ticket(request: web.Request) -> web.Response:
    token = await request.app[VIDEO_CHECKS].ticket(request[ACTOR], _whose(request))
    return web.json_response({"ticket": token})


async def ask(request: web.Request) -> web.Response:
    form = await read(request, PromptForm)
    await request.app[VIDEO_CHECKS].ask(request[ACTOR], named(request, "account"), form.prompt)
    return web.json_response({})


async def decide(request: web.Request) -> web.Response:
    form = await read(request, VerdictForm)
    if form.verdict not in ("same", "other"):
        raise BadInput("Please choose what you saw.", field="verdict")
    same = form.verdict == "same"
    await request.app[VIDEO_CHECKS].decide(
        request[ACTOR], named(request, "account"), same=same, note=form.note
    )
    return web.json_response({})


async def end(request: web.Request) -> web.Response:
    await request.app[VIDEO_CHECKS].end(request[ACTOR], named(request, "account"))
    return web.json_response({})


def _whose(request: web.Request) -> UUID:
    """The person of the check: named in the desk's addresses, the one who asks in the others."""
    return named(request, "account") if "account" in request.match_info else signed_in(request[ACTOR])
