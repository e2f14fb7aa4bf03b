"""A photographed paper: the photo, then each field beside its crop, to confirm or correct."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from aiohttp import web

from odr.domain.accounts import Actor
from odr.errors import BadInput, NotFound
from odr.web.addresses import case_id, named, rival_of
from odr.web.forms import Upload, read
from odr.web.keys import ACTOR, DRAFTS, READINGS
from odr.web.render import render

PICK: Final = "pick-"  # before the name of a field on which the paper says two things


@dataclass(frozen=True, slots=True)
class PhotoForm:
    photo: Upload | None
    kind: str
    side: str


@dataclass(frozen=True, slots=True)
class SideForm:
    side: str


async def show_camera(request: web.Request) -> web.Response:
    kind = request.query.get("kind", "complaint")
    return await _camera(request, PhotoForm(None, kind, request.query.get("side", "")), None)


async def photograph(request: web.Request) -> web.Response:
    form, case = await read(request, PhotoForm), case_id(request)
    try:
        if form.photo is None:
            raise BadInput("Please take or choose a photo first.", field="photo")
        number = await request.app[READINGS].photograph(
            request[ACTOR], case, form.photo.body, kind=form.kind or "complaint", side=form.side
        )
    except BadInput as error:
        return await _camera(request, form, error)
    raise web.HTTPSeeOther(f"/cases/{case}/readings/{number}")


async def read_paper(request: web.Request) -> web.Response:
    """Fill in the draft from a file that is among the papers already."""
    form, case = await read(request, SideForm), case_id(request)
    number = await request.app[READINGS].read_paper(
        request[ACTOR], case, named(request, "item"), side=form.side
    )
    raise web.HTTPSeeOther(f"/cases/{case}/readings/{number}")


async def show(request: web.Request) -> web.Response:
    return await _page(request, {}, None)


async def confirm(request: web.Request) -> web.Response:
    case, sent = case_id(request), await request.post()
    said = {name: value for name, value in sent.items() if isinstance(value, str)}
    picked = {name.removeprefix(PICK): value for name, value in said.items() if name.startswith(PICK)}
    try:
        await request.app[READINGS].confirm(request[ACTOR], case, _number(request), said, picked)
    except BadInput as error:
        return await _page(request, said, error)
    raise web.HTTPSeeOther(f"/cases/{case}/draft")


async def crop(request: web.Request) -> web.Response:
    return web.Response(body=await request.app[READINGS].crop(*_place(request)), content_type="image/png")


async def whole(request: web.Request) -> web.Response:
    return web.Response(body=await request.app[READINGS].whole(*_place(request)), content_type="image/jpeg")


async def _camera(request: web.Request, form: PhotoForm, error: BadInput | None) -> web.Response:
    draft = await request.app[DRAFTS].overview(request[ACTOR], case_id(request))
    status = 422 if error else 200
    return render(request, "drafts/complaint.html", status=status, draft=draft, form=form, error=error)


async def _page(request: web.Request, typed: dict[str, str], error: BadInput | None) -> web.Response:
    view = await request.app[READINGS].show(request[ACTOR], case_id(request), _number(request))
    status = 422 if error else 200
    return render(request, "drafts/reading.html", status=status, view=view, typed=typed, error=error)


def _place(request: web.Request) -> tuple[Actor, UUID, int, str, int]:
    field, rival = request.match_info["field"], rival_of(request)
    return request[ACTOR], case_id(request), _number(request), field, rival


def _number(request: web.Request) -> int:
    text = request.match_info["number"]
    if not text.isdecimal() or len(text) > 4:
        raise NotFound
    return int(text)
