"""The guided filing: one question a page, the task list, the page to look all answers over."""

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from odr.domain.agents import Acts
from odr.domain.permissions import signed_in
from odr.errors import BadInput
from odr.languages import translate
from odr.services.drafts import UNPROVED, problem
from odr.web import triage
from odr.web.addresses import case_id
from odr.web.agents import acts_of
from odr.web.formats import COURT_ZONE
from odr.web.forms import read
from odr.web.keys import ACTOR, CLOCK, DRAFTS, TRIAGE
from odr.web.render import language, render

SAVED: Final = "Saved at %(time)s"  # messages


@dataclass(frozen=True, slots=True)
class StartForm:
    way: str
    acts: str  # of odr.domain.agents.Acts


@dataclass(frozen=True, slots=True)
class AnswerForm:
    value: str
    picked: str


@dataclass(frozen=True, slots=True)
class UrgentForm:
    urgent: bool


async def show_new(request: web.Request) -> web.Response:
    """What was answered before signing in, and the button that makes a case of it."""
    signed_in(request[ACTOR])
    answers = triage.answers(request)
    result = request.app[TRIAGE].result(answers) if "cause" in answers else None
    return render(request, "drafts/new.html", result=result, way=request.query.get("way", ""))


async def start(request: web.Request) -> web.Response:
    form = await read(request, StartForm)
    acts = acts_of(form.acts)
    opened = await request.app[DRAFTS].start(request[ACTOR], triage.answers(request), form.way, acts=acts)
    response = web.HTTPSeeOther(f"/cases/{opened}/{'draft' if acts is Acts.SELF else 'authority'}")
    triage.clear(response)
    raise response


async def show_tasks(request: web.Request) -> web.Response:
    draft = await request.app[DRAFTS].overview(request[ACTOR], case_id(request))
    return render(
        request,
        "drafts/tasks.html",
        draft=draft,
        now=request.app[CLOCK].now(),
    )


async def show_answers(request: web.Request) -> web.Response:
    draft = await request.app[DRAFTS].overview(request[ACTOR], case_id(request))
    return render(request, "drafts/answers.html", draft=draft)


async def show_question(request: web.Request) -> web.Response:
    page = await request.app[DRAFTS].question(
        request[ACTOR], case_id(request), request.match_info["question"]
    )
    return render(request, "drafts/question.html", page=page, value=page.value or page.suggested, error=None)


async def save(request: web.Request) -> web.Response:
    """Keep the answer; a script is told so, a person goes on or is told what is still wrong."""
    form, drafts, actor = await read(request, AnswerForm), request.app[DRAFTS], request[ACTOR]
    case, question_id = case_id(request), request.match_info["question"]
    saved_at = await drafts.save(actor, case, question_id, form.value, form.picked)
    if "application/json" in request.headers.get("Accept", ""):
        time = f"{saved_at.astimezone(COURT_ZONE):%H:%M}"
        return web.json_response({"said": translate(SAVED, language(request), {"time": time})})
    page = await drafts.question(actor, case, question_id)
    if why := UNPROVED if page.unproved else problem(page.question, form.value or page.value):
        error = BadInput(why, field="value")
        return render(request, "drafts/question.html", status=422, page=page, value=form.value, error=error)
    following = await drafts.following(actor, case, question_id)
    raise web.HTTPSeeOther(f"/cases/{case}/draft/{following}" if following else f"/cases/{case}/draft")


async def set_urgent(request: web.Request) -> web.Response:
    form, case = await read(request, UrgentForm), case_id(request)
    await request.app[DRAFTS].set_urgent(request[ACTOR], case, urgent=form.urgent)
    raise web.HTTPSeeOther(f"/cases/{case}/draft")
