"""Evidence in a room as JSON, and the page on which opinions are given after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from aiohttp import web
from aiohttp.web_request import FileField

from odr.domain.evidence import Spot, Stroke, View, answered
from odr.domain.originals import compared
from odr.errors import BadInput, NotAllowed, NotFound
from odr.services.exhibits import Brought
from odr.web.addresses import named
from odr.web.forms import read
from odr.web.keys import ACTOR, EXHIBITS
from odr.web.render import render
from odr.web.rooms import sent_json, text_of, view_json

_QUESTIONS: Final = ("truth", "legality", "relevance", "reason")
_COMPARISON: Final = ("way", "result", "note", "present")


@dataclass(frozen=True, slots=True)
class OpinionForm:
    truth: str = ""
    legality: str = ""
    relevance: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ComparisonForm:
    way: str = ""
    result: str = ""
    note: str = ""
    present: str = ""


async def evidence(request: web.Request) -> web.Response:
    return view_json(await request.app[EXHIBITS].show(request[ACTOR], named(request, "sitting")))


async def present(request: web.Request) -> web.Response:
    page = (await sent_json(request)).get("page")
    if not isinstance(page, int):
        raise BadInput
    item = named(request, "item")
    version = await request.app[EXHIBITS].present(request[ACTOR], named(request, "sitting"), item, page)
    return web.json_response({"version": version})


async def put_away(request: web.Request) -> web.Response:
    version = await request.app[EXHIBITS].put_away(request[ACTOR], named(request, "sitting"))
    return web.json_response({"version": version})


async def disclose(request: web.Request) -> web.Response:
    item = named(request, "item")
    await request.app[EXHIBITS].disclose(request[ACTOR], named(request, "sitting"), item)
    return web.json_response({})


async def give_opinion(request: web.Request) -> web.Response:
    """JSON: truth, legality, relevance (admit, deny, ask_original), reason."""
    sent = await sent_json(request)
    opinion = answered("", *(text_of(sent, name) for name in _QUESTIONS))
    sitting_id, item = named(request, "sitting"), named(request, "item")
    await request.app[EXHIBITS].give_opinion(request[ACTOR], sitting_id, item, opinion)
    return web.json_response({})


async def page(request: web.Request) -> web.Response:
    """The picture; 204 for a piece that is not shown to the person at this moment."""
    number = request.match_info["page"]
    if not number.isdecimal() or len(number) > 4:
        raise NotFound
    sitting_id, item = named(request, "sitting"), named(request, "item")
    image = await request.app[EXHIBITS].page(request[ACTOR], sitting_id, item, int(number))
    if image is None:
        return web.Response(status=204)
    return web.Response(body=image.body, content_type=image.content_type)


async def add(request: web.Request) -> web.Response:
    """Form: file, title, purpose: a further piece, photographed or chosen."""
    await request.app[EXHIBITS].show(request[ACTOR], named(request, "sitting"))  # a stranger finds nothing
    sent = await request.post()
    file, title, purpose = sent.get("file"), sent.get("title", ""), sent.get("purpose", "")
    if not isinstance(file, FileField) or not file.filename:
        raise BadInput("Please take or choose a photo first.", field="file")
    words = [one if isinstance(one, str) else "" for one in (title, purpose)]
    brought = Brought(file.filename, file.file.read(), *words)
    item = await request.app[EXHIBITS].add(request[ACTOR], named(request, "sitting"), brought)
    return web.json_response({"id": str(item)})


async def steer(request: web.Request) -> web.Response:
    """JSON: zoom (percent), x, y (ten-thousandths): what part of the page everybody sees."""
    sent = await sent_json(request)
    view = View(_whole(sent, "zoom"), _whole(sent, "x"), _whole(sent, "y"))
    version = await request.app[EXHIBITS].steer(request[ACTOR], named(request, "sitting"), view)
    return web.json_response({"version": version})


async def point(request: web.Request) -> web.Response:
    """JSON: page, x, y (ten-thousandths)."""
    sent = await sent_json(request)
    spot, page = Spot(_whole(sent, "x"), _whole(sent, "y")), _whole(sent, "page")
    await request.app[EXHIBITS].point(request[ACTOR], named(request, "sitting"), page, spot)
    return web.json_response({})


async def draw(request: web.Request) -> web.Response:
    """JSON: page, points ([[x, y], …] in ten-thousandths)."""
    sent, item = await sent_json(request), named(request, "item")
    points = sent.get("points")
    if not isinstance(points, list):
        raise BadInput
    stroke = Stroke(_whole(sent, "page"), [_spot(one) for one in points])
    await request.app[EXHIBITS].draw(request[ACTOR], named(request, "sitting"), item, stroke)
    return web.json_response({})


async def wipe(request: web.Request) -> web.Response:
    await request.app[EXHIBITS].wipe(request[ACTOR], named(request, "sitting"))
    return web.json_response({})


async def ask_opinion(request: web.Request) -> web.Response:
    """JSON: time (10m, 1d, 3d): how long opinions on the piece may come from outside the room."""
    time, item = text_of(await sent_json(request), "time"), named(request, "item")
    await request.app[EXHIBITS].ask_opinion(request[ACTOR], named(request, "sitting"), item, time)
    return web.json_response({})


async def compare_original(request: web.Request) -> web.Response:
    """JSON: way (camera, counter, post), result (agrees, differs), note, present."""
    sent, item = await sent_json(request), named(request, "item")
    found = compared(*(text_of(sent, name) for name in _COMPARISON))
    await request.app[EXHIBITS].compare_original(request[ACTOR], named(request, "sitting"), item, found)
    return web.json_response({})


async def take_back_original(request: web.Request) -> web.Response:
    item = named(request, "item")
    await request.app[EXHIBITS].take_back_original(request[ACTOR], named(request, "sitting"), item)
    return web.json_response({})


async def record_comparison(request: web.Request) -> web.Response:
    form, sitting_id = await read(request, ComparisonForm), named(request, "sitting")
    item = named(request, "item")
    try:
        found = compared(form.way, form.result, form.note, form.present)
        await request.app[EXHIBITS].compare_original(request[ACTOR], sitting_id, item, found)
    except (BadInput, NotAllowed) as error:
        return await _asked(request, error, compared={item: form})
    raise web.HTTPSeeOther(f"/sittings/{sitting_id}/opinions")


async def take_back_request(request: web.Request) -> web.Response:
    sitting_id = named(request, "sitting")
    try:
        await request.app[EXHIBITS].take_back_original(request[ACTOR], sitting_id, named(request, "item"))
    except NotAllowed as error:
        return await _asked(request, error)
    raise web.HTTPSeeOther(f"/sittings/{sitting_id}/opinions")


async def show_asked(request: web.Request) -> web.Response:
    return await _asked(request)


async def answer_asked(request: web.Request) -> web.Response:
    form, sitting_id, item = (
        await read(request, OpinionForm),
        named(request, "sitting"),
        named(request, "item"),
    )
    try:
        opinion = answered("", form.truth, form.legality, form.relevance, form.reason)
        await request.app[EXHIBITS].give_opinion(request[ACTOR], sitting_id, item, opinion)
    except (BadInput, NotAllowed) as error:
        return await _asked(request, error, {item: form})
    raise web.HTTPSeeOther(f"/sittings/{sitting_id}/opinions")


async def _asked(
    request: web.Request,
    error: BadInput | NotAllowed | None = None,
    sent: Mapping[UUID, OpinionForm] = MappingProxyType({}),
    compared: Mapping[UUID, ComparisonForm] = MappingProxyType({}),
) -> web.Response:
    """`sent`, `compared`: what a person chose of a piece and could not be recorded."""
    sitting_id = named(request, "sitting")
    view = await request.app[EXHIBITS].asked(request[ACTOR], sitting_id)
    status = 422 if error else 200
    values = {"view": view, "sitting_id": sitting_id, "error": error, "sent": sent, "compared": compared}
    return render(request, "sittings/opinions.html", status=status, **values)


def _whole(sent: dict[str, Any], name: str) -> int:
    value = sent.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadInput
    return value


def _spot(sent: object) -> Spot:
    match sent:
        case [int(x), int(y)]:
            return Spot(x, y)
    raise BadInput
