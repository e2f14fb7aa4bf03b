"""The pages of papers and evidence: upload, name, take back, open."""

from dataclasses import dataclass
from urllib.parse import quote

from aiohttp import web
from aiohttp.web_request import FileField

from odr.errors import BadInput, NotAllowed, NotFound
from odr.services.evidence import OpenedPaper, Refusal
from odr.web.addresses import case_id, named
from odr.web.forms import read
from odr.web.keys import ACTOR, EVIDENCE
from odr.web.render import render


@dataclass(frozen=True, slots=True)
class PaperForm:
    title: str
    purpose: str
    material: str


async def show(request: web.Request) -> web.Response:
    return await _page(request)


async def upload(request: web.Request) -> web.Response:
    """Several files at once; those that cannot be kept are named with the reason."""
    sent, case = await request.post(), case_id(request)
    files = [
        (one.filename, one.file.read())
        for one in sent.getall("files", [])
        if isinstance(one, FileField) and one.filename
    ]
    if not files:
        return await _page(request, BadInput("Please take or choose a photo first.", field="files"))
    material = sent.get("material", "")
    refused = await request.app[EVIDENCE].upload(
        request[ACTOR], case, files, material if isinstance(material, str) else ""
    )
    if refused:
        return await _page(request, refused=refused)
    raise web.HTTPSeeOther(f"/cases/{case}/papers")


async def describe(request: web.Request) -> web.Response:
    form, case, item = await read(request, PaperForm), case_id(request), named(request, "item")
    try:
        await request.app[EVIDENCE].describe(
            request[ACTOR],
            case,
            item,
            title=form.title,
            purpose=form.purpose,
            material=form.material,
        )
    except (BadInput, NotAllowed) as error:
        return await _page(request, error)
    raise web.HTTPSeeOther(f"/cases/{case}/papers")


async def retake(request: web.Request) -> web.Response:
    """A better photo in the place of a poor one."""
    case, item = case_id(request), named(request, "item")
    sent = [one for one in (await request.post()).values() if isinstance(one, FileField) and one.filename]
    try:
        if not sent:
            raise BadInput("Please take or choose a photo first.", field="files")
        await request.app[EVIDENCE].retake(request[ACTOR], case, item, sent[0].filename, sent[0].file.read())
    except (BadInput, NotAllowed) as error:
        return await _page(request, error)
    raise web.HTTPSeeOther(f"/cases/{case}/papers")


async def remove(request: web.Request) -> web.Response:
    case = case_id(request)
    try:
        await request.app[EVIDENCE].remove(request[ACTOR], case, named(request, "item"))
    except NotAllowed as error:
        return await _page(request, error)
    raise web.HTTPSeeOther(f"/cases/{case}/papers")


async def open_paper(request: web.Request) -> web.Response:
    return _file(await request.app[EVIDENCE].open(request[ACTOR], case_id(request), named(request, "item")))


async def open_page(request: web.Request) -> web.Response:
    """One page as a picture; the address ends in `{n}.png`."""
    number = request.match_info["number"].removesuffix(".png")
    if not number.isdecimal() or len(number) > 4:
        raise NotFound
    return _file(
        await request.app[EVIDENCE].page(
            request[ACTOR], case_id(request), named(request, "item"), int(number)
        )
    )


def _file(opened: OpenedPaper) -> web.Response:
    disposition = f"inline; filename*=UTF-8''{quote(opened.file_name, safe='')}"
    return web.Response(
        body=opened.body,
        content_type=opened.content_type,
        headers={"Content-Disposition": disposition},
    )


async def _page(
    request: web.Request, error: BadInput | NotAllowed | None = None, refused: tuple[Refusal, ...] = ()
) -> web.Response:
    view = await request.app[EVIDENCE].show(request[ACTOR], case_id(request))
    status = 422 if error or refused else 200
    return render(request, "drafts/papers.html", status=status, view=view, error=error, refused=refused)
