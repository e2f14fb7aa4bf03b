"""A photographed complaint: the photo, then each field beside its crop, to confirm or correct."""

from dataclasses import dataclass

from aiohttp import web

from odr.errors import BadInput, NotFound
from odr.web.addresses import case_id
from odr.web.forms import Upload, read
from odr.web.keys import ACTOR, DRAFTS, READINGS
from odr.web.render import render


@dataclass(frozen=True, slots=True)
class PhotoForm:
    photo: Upload | None


async def show_camera(request: web.Request) -> web.Response:
    draft = await request.app[DRAFTS].overview(request[ACTOR], case_id(request))
    return render(request, "drafts/complaint.html", draft=draft, error=None)


async def photograph(request: web.Request) -> web.Response:
    form, case = await read(request, PhotoForm), case_id(request)
    try:
        if form.photo is None:
            raise BadInput("Please take or choose a photo first.", field="photo")
        number = await request.app[READINGS].photograph(request[ACTOR], case, form.photo.body)
    except BadInput as error:
        draft = await request.app[DRAFTS].overview(request[ACTOR], case)
        return render(request, "drafts/complaint.html", status=422, draft=draft, error=error)
    raise web.HTTPSeeOther(f"/cases/{case}/readings/{number}")


async def show(request: web.Request) -> web.Response:
    view = await request.app[READINGS].show(request[ACTOR], case_id(request), _number(request))
    return render(request, "drafts/reading.html", view=view)


async def confirm(request: web.Request) -> web.Response:
    case, sent = case_id(request), await request.post()
    left = {name: value for name, value in sent.items() if isinstance(value, str)}
    await request.app[READINGS].confirm(request[ACTOR], case, _number(request), left)
    raise web.HTTPSeeOther(f"/cases/{case}/draft")


async def crop(request: web.Request) -> web.Response:
    picture = await request.app[READINGS].crop(
        request[ACTOR], case_id(request), _number(request), request.match_info["field"]
    )
    return web.Response(body=picture, content_type="image/png")


def _number(request: web.Request) -> int:
    text = request.match_info["number"]
    if not text.isdecimal() or len(text) > 4:
        raise NotFound
    return int(text)
