"""The court's queue and the review of a filing; the party's supplement and consent."""

from dataclasses import dataclass

from aiohttp import web

from odr.errors import BadInput, NotAllowed, NotFound
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
class AnswerForm:
    index: str
    answer: str


@dataclass(frozen=True, slots=True)
class ConsentForm:
    answer: str


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
    """docket, divert, ask-mediation, refuse, redirect: what the address names."""
    review, actor, case = request.app[REVIEW], request[ACTOR], case_id(request)
    act = request.match_info["act"]
    try:
        if act in ("refuse", "redirect"):
            form = await read(request, ReasonForm)
            await {"refuse": review.refuse, "redirect": review.redirect}[act](actor, case, form.reason)
        else:
            acts = {"docket": review.docket, "divert": review.divert, "ask-mediation": review.ask_mediation}
            if act not in acts:
                raise NotFound
            await acts[act](actor, case)
    except (BadInput, NotAllowed) as error:
        return await _page(request, error=error)
    raise web.HTTPSeeOther(f"/staff/cases/{case}")


async def show_supplement(request: web.Request) -> web.Response:
    supplement = await request.app[REVIEW].supplement(request[ACTOR], case_id(request))
    now = request.app[CLOCK].now()
    return render(
        request,
        "review/supplement.html",
        case_id=case_id(request),
        supplement=supplement,
        now=now,
        error=None,
    )


async def save_answer(request: web.Request) -> web.Response:
    form = await read(request, AnswerForm)
    index = int(form.index) if form.index.isdecimal() else -1
    await request.app[REVIEW].save_answer(request[ACTOR], case_id(request), index, form.answer)
    raise web.HTTPSeeOther(f"/cases/{case_id(request)}/supplement")


async def resubmit(request: web.Request) -> web.Response:
    case = case_id(request)
    try:
        await request.app[REVIEW].resubmit(request[ACTOR], case)
    except NotAllowed as error:
        supplement = await request.app[REVIEW].supplement(request[ACTOR], case)
        context = {"case_id": case, "supplement": supplement, "now": request.app[CLOCK].now(), "error": error}
        return render(request, "review/supplement.html", status=409, **context)
    raise web.HTTPSeeOther(f"/cases/{case}")


async def show_consent(request: web.Request) -> web.Response:
    question = await request.app[REVIEW].consent_question(request[ACTOR], case_id(request))
    return render(request, "review/consent.html", question=question)


async def answer_consent(request: web.Request) -> web.Response:
    form = await read(request, ConsentForm)
    if form.answer not in ("yes", "no"):
        raise BadInput("Please choose yes or no.", field="answer")
    await request.app[REVIEW].consent(request[ACTOR], case_id(request), granted=form.answer == "yes")
    raise web.HTTPSeeOther(f"/cases/{case_id(request)}")


async def _page(
    request: web.Request, *, error: BadInput | NotAllowed | None, items: tuple[str, ...] = ()
) -> web.Response:
    case, actor = case_id(request), request[ACTOR]
    view = await request.app[REVIEW].show(actor, case)
    documents = await request.app[DOCUMENTS].of_case(actor, case)
    context = {"view": view, "documents": documents, "now": request.app[CLOCK].now(), "error": error}
    return render(request, "review/case.html", status=422 if error else 200, items=items, **context)
