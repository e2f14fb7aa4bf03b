"""The pages of a party's cases: my cases, one case, its documents."""

from typing import Any
from urllib.parse import quote

from aiohttp import web

from odr.errors import NotFound
from odr.web.addresses import case_id, named
from odr.web.keys import ACTOR, APPOINTMENTS, CASES, CLOCK, DOCUMENTS, MESSAGES, MINUTES, RECORDINGS
from odr.web.render import render


async def show_desk(request: web.Request) -> web.Response:
    desk = await request.app[CASES].desk(request[ACTOR])
    here = str(request.url.with_query(None))
    unread = await request.app[MESSAGES].unread(request[ACTOR])
    appointments, now = request.app[APPOINTMENTS], request.app[CLOCK].now()
    acting = {
        "offers": await appointments.waiting(request[ACTOR]),
        "filed": await appointments.filed_for_me(request[ACTOR]),
    }
    return render(request, "cases/desk.html", desk=desk, here=here, unread=unread, now=now, acting=acting)


async def show_case(request: web.Request) -> web.Response:
    view = await request.app[CASES].show(request[ACTOR], case_id(request))
    papers = await request.app[DOCUMENTS].of_case(request[ACTOR], case_id(request))
    minutes = await request.app[MINUTES].of_case(request[ACTOR], case_id(request))
    recordings = await request.app[RECORDINGS].of_case(request[ACTOR], case_id(request))
    shown: dict[str, Any] = {"papers": papers, "minutes": minutes, "recordings": recordings}
    return render(request, "cases/show.html", view=view, now=request.app[CLOCK].now(), **shown)


async def show_document(request: web.Request) -> web.Response:
    """One paper page by page, for phones that show no PDF."""
    papers = await request.app[DOCUMENTS].of_case(request[ACTOR], case_id(request))
    wanted = named(request, "document")
    paper = next((one for one in papers if one.id == wanted), None)
    if paper is None:
        raise NotFound
    return render(request, "cases/document.html", paper=paper, case_id=case_id(request))


async def open_document(request: web.Request) -> web.Response:
    opened = await request.app[DOCUMENTS].open(request[ACTOR], case_id(request), named(request, "document"))
    name = quote(f"{opened.title}.pdf", safe="")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return web.Response(body=opened.body, content_type=opened.content_type, headers=headers)


async def open_page(request: web.Request) -> web.Response:
    number = request.match_info["number"]
    if not number.isdecimal() or len(number) > 4:
        raise NotFound
    picture = await request.app[DOCUMENTS].page(
        request[ACTOR], case_id(request), named(request, "document"), int(number)
    )
    return web.Response(body=picture, content_type="image/png")
