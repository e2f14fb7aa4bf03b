"""The oral complaint: the person's page to tell and to confirm it, and the desk where it is written down."""

from dataclasses import dataclass

from aiohttp import web

from odr.domain.statements import Way
from odr.errors import BadInput
from odr.web.addresses import case_id
from odr.web.forms import Upload, read
from odr.web.keys import ACTOR, STATEMENTS
from odr.web.render import render


@dataclass(frozen=True, slots=True)
class TellForm:
    way: str
    voice: Upload | None


@dataclass(frozen=True, slots=True)
class AnswerForm:
    right: bool
    note: str


@dataclass(frozen=True, slots=True)
class RecordForm:
    claims: str
    facts: str


async def show(request: web.Request) -> web.Response:
    return await _page(request)


async def tell(request: web.Request) -> web.Response:
    form, case = await read(request, TellForm), case_id(request)
    voice = form.voice.body if form.voice and form.way == Way.VOICE else b""
    try:
        await request.app[STATEMENTS].ask(request[ACTOR], case, form.way, voice)
    except BadInput as error:
        return await _page(request, error)
    raise web.HTTPSeeOther(f"/cases/{case}/spoken")


async def answer(request: web.Request) -> web.Response:
    form, case = await read(request, AnswerForm), case_id(request)
    try:
        await request.app[STATEMENTS].answer(request[ACTOR], case, right=form.right, note=form.note)
    except BadInput as error:
        return await _page(request, error)
    raise web.HTTPSeeOther(f"/cases/{case}/spoken")


async def send_voice(request: web.Request) -> web.Response:
    """The recording, or the piece of it that a player asks for: iPhones play only what comes in pieces."""
    voice = await request.app[STATEMENTS].voice(request[ACTOR], case_id(request))
    whole = len(voice.body)
    try:
        wanted = range(whole)[request.http_range]
    except ValueError:
        wanted = range(0)
    headers = {"Accept-Ranges": "bytes"}
    if "Range" not in request.headers:
        return web.Response(body=voice.body, content_type=voice.content_type, headers=headers)
    if not wanted:
        raise web.HTTPRequestRangeNotSatisfiable(headers={"Content-Range": f"bytes */{whole}"})
    piece = voice.body[wanted.start : wanted.stop]
    headers["Content-Range"] = f"bytes {wanted.start}-{wanted.stop - 1}/{whole}"
    return web.Response(status=206, body=piece, content_type=voice.content_type, headers=headers)


async def show_desk(request: web.Request) -> web.Response:
    return await _desk(request)


async def write(request: web.Request) -> web.Response:
    form, case = await read(request, RecordForm), case_id(request)
    try:
        await request.app[STATEMENTS].write(request[ACTOR], case, form.claims, form.facts)
    except BadInput as error:
        return await _desk(request, error, form)
    raise web.HTTPSeeOther("/staff")


async def _page(request: web.Request, error: BadInput | None = None) -> web.Response:
    view = await request.app[STATEMENTS].show(request[ACTOR], case_id(request))
    return render(request, "statements/spoken.html", status=422 if error else 200, view=view, error=error)


async def _desk(
    request: web.Request, error: BadInput | None = None, form: RecordForm | None = None
) -> web.Response:
    view = await request.app[STATEMENTS].desk(request[ACTOR], case_id(request))
    text = form or RecordForm(view.claims, view.facts)
    status = 422 if error else 200
    return render(request, "statements/desk.html", status=status, view=view, text=text, error=error)
