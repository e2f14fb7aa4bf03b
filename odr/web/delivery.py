"""Papers served electronically: what arrived, when it took effect, and the person's consent."""

from dataclasses import dataclass

from aiohttp import web

from odr.errors import BadInput
from odr.web.addresses import case_id, named
from odr.web.forms import read
from odr.web.keys import ACTOR, DELIVERIES
from odr.web.render import render


@dataclass(frozen=True, slots=True)
class ConsentForm:
    answer: str


async def show(request: web.Request) -> web.Response:
    view = await request.app[DELIVERIES].of_case(request[ACTOR], case_id(request))
    return render(request, "delivery/show.html", view=view)


async def acknowledge(request: web.Request) -> web.Response:
    case, delivery = case_id(request), named(request, "delivery")
    await request.app[DELIVERIES].acknowledge(request[ACTOR], case, delivery)
    raise web.HTTPSeeOther(f"/cases/{case}/deliveries")


async def consent(request: web.Request) -> web.Response:
    form, case = await read(request, ConsentForm), case_id(request)
    if form.answer not in ("yes", "no"):
        raise BadInput("Please choose yes or no.", field="answer")
    await request.app[DELIVERIES].consent(request[ACTOR], case, granted=form.answer == "yes")
    raise web.HTTPSeeOther(f"/cases/{case}/deliveries")
