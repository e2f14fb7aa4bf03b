"""The review of a filing, for its judge and the head of the division."""

from dataclasses import dataclass
from uuid import UUID

from aiohttp import web

from odr.errors import BadInput, Conflict, NotAllowed, NotFound
from odr.web.addresses import case_id
from odr.web.forms import read
from odr.web.keys import ACTOR, CLOCK, DOCUMENTS, REVIEW
from odr.web.render import render


@dataclass(frozen=True, slots=True)
class SupplementForm:
    items: tuple[str, ...]
    days: str


@dataclass(frozen=True, slots=True)
class ReasonForm:
    reason: str


@dataclass(frozen=True, slots=True)
class ReassignForm:
    judge: str
    reason: str


async def show_case(request: web.Request) -> web.Response:
    return await _page(request, error=None)


async def ask_supplement(request: web.Request) -> web.Response:
    form = await read(request, SupplementForm)
    days = int(form.days) if form.days.isdecimal() else 0
    try:
        await request.app[REVIEW].ask_supplement(request[ACTOR], case_id(request), form.items, days)
    except (BadInput, NotAllowed) as error:
        return await _page(request, error=error, items=form.items)
    raise web.HTTPSeeOther(f"/staff/cases/{case_id(request)}")


async def decide(request: web.Request) -> web.Response:
    """What the address names: docket, divert, ask-mediation, refuse, redirect, approve-supplement."""
    review, actor, case = request.app[REVIEW], request[ACTOR], case_id(request)
    act = request.match_info["act"]
    plain = {"docket": review.docket, "divert": review.divert, "ask-mediation": review.ask_mediation}
    reasoned = {
        "refuse": review.refuse,
        "redirect": review.redirect,
        "approve-supplement": review.approve_supplement,
    }
    try:
        if act in reasoned:
            form = await read(request, ReasonForm)
            await reasoned[act](actor, case, form.reason)
        elif act in plain:
            await plain[act](actor, case)
        else:
            raise NotFound
    except (BadInput, NotAllowed, Conflict) as error:
        return await _page(request, error=error, act=act)
    raise web.HTTPSeeOther(f"/staff/cases/{case}")


async def reassign(request: web.Request) -> web.Response:
    form, case = await read(request, ReassignForm), case_id(request)
    try:
        judge = UUID(form.judge)
    except ValueError:
        return await _page(request, error=BadInput("Please choose a judge.", field="judge"))
    try:
        await request.app[REVIEW].reassign(request[ACTOR], case, judge, form.reason)
    except (BadInput, NotAllowed) as error:
        return await _page(request, error=error)
    raise web.HTTPSeeOther(f"/staff/cases/{case}")


async def _page(
    request: web.Request,
    *,
    error: BadInput | NotAllowed | Conflict | None,
    items: tuple[str, ...] = (),
    act: str = "",
) -> web.Response:
    """The filing; after a mistake with what is wrong, and the form `act` open."""
    case, actor = case_id(request), request[ACTOR]
    view = await request.app[REVIEW].show(actor, case)
    documents = await request.app[DOCUMENTS].of_case(actor, case)
    context = {"view": view, "documents": documents, "now": request.app[CLOCK].now(), "error": error}
    status = 200 if error is None else 422 if isinstance(error, BadInput) else 409
    return render(request, "review/case.html", status=status, items=items, act=act, **context)
