"""Complaints about a mediator: the party's form and list, the head's desk."""

from dataclasses import dataclass
from uuid import UUID

from aiohttp import web

from odr.errors import BadInput, NotAllowed, NotFound
from odr.web.addresses import case_id, named
from odr.web.forms import read
from odr.web.keys import ACTOR, CLOCK, GRIEVANCES
from odr.web.render import render


@dataclass(frozen=True, slots=True)
class GrievanceForm:
    mediator: str = ""
    grounds: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class DecisionForm:
    outcome: str = ""
    answer: str = ""


async def show(request: web.Request) -> web.Response:
    return await _form(request, GrievanceForm(), None)


async def complain(request: web.Request) -> web.Response:
    form, case = await read(request, GrievanceForm), case_id(request)
    try:
        await request.app[GRIEVANCES].complain(
            request[ACTOR], case, _id(form.mediator), form.grounds, form.text
        )
    except (BadInput, NotAllowed) as error:
        return await _form(request, form, error)
    raise web.HTTPSeeOther("/me/grievances")


async def show_mine(request: web.Request) -> web.Response:
    mine = await request.app[GRIEVANCES].mine(request[ACTOR])
    return render(request, "grievances/mine.html", mine=mine, now=request.app[CLOCK].now())


async def withdraw(request: web.Request) -> web.Response:
    await request.app[GRIEVANCES].withdraw(request[ACTOR], named(request, "grievance"))
    raise web.HTTPSeeOther("/me/grievances")


async def show_desk(request: web.Request) -> web.Response:
    return await _desk(request, DecisionForm(), None)


async def acknowledge(request: web.Request) -> web.Response:
    try:
        await request.app[GRIEVANCES].acknowledge(request[ACTOR], named(request, "grievance"))
    except NotAllowed as error:
        return await _desk(request, DecisionForm(), error)
    raise web.HTTPSeeOther(f"/staff/grievances/{named(request, 'grievance')}")


async def decide(request: web.Request) -> web.Response:
    form, grievance = await read(request, DecisionForm), named(request, "grievance")
    try:
        await request.app[GRIEVANCES].decide(request[ACTOR], grievance, form.outcome, form.answer)
    except (BadInput, NotAllowed) as error:
        return await _desk(request, form, error)
    raise web.HTTPSeeOther("/staff")


async def _form(
    request: web.Request, form: GrievanceForm, error: BadInput | NotAllowed | None
) -> web.Response:
    view = await request.app[GRIEVANCES].form(request[ACTOR], case_id(request))
    status = 422 if error else 200
    return render(request, "grievances/form.html", status=status, view=view, form=form, error=error)


async def _desk(
    request: web.Request, form: DecisionForm, error: BadInput | NotAllowed | None
) -> web.Response:
    view = await request.app[GRIEVANCES].open(request[ACTOR], named(request, "grievance"))
    status, now = 422 if error else 200, request.app[CLOCK].now()
    return render(request, "grievances/desk.html", status=status, view=view, form=form, error=error, now=now)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
