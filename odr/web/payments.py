"""The court fee: what is due, the way to the provider, and the provider's callbacks."""

from aiohttp import web

from odr.web.addresses import case_id
from odr.web.keys import ACTOR, CLOCK, DOCUMENTS, PAYMENTS
from odr.web.render import render


async def show(request: web.Request) -> web.Response:
    view = await request.app[PAYMENTS].show(request[ACTOR], case_id(request))
    papers = await request.app[DOCUMENTS].of_case(request[ACTOR], case_id(request))
    notices = [paper for paper in papers if paper.kind == "fee_notice"]
    now = request.app[CLOCK].now()
    return render(request, "payments/show.html", view=view, papers=notices, now=now)


async def start(request: web.Request) -> web.Response:
    raise web.HTTPSeeOther(await request.app[PAYMENTS].start(request[ACTOR], case_id(request)))


async def callback(request: web.Request) -> web.Response:
    """The provider's word; answered 200 only once it is kept."""
    signature = request.headers.get("X-Payment-Signature", "")
    await request.app[PAYMENTS].callback(await request.read(), signature)
    return web.json_response({"taken": True})
