"""The first look at a dispute: one question a page, without a name, without script.

Rule 1: the answers travel in a cookie of this browser; the platform keeps none of them before sign-in.
"""

import base64
import json
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from filing.recommend import Way
from odr.errors import BadInput, NotFound
from odr.web.forms import read
from odr.web.keys import TRIAGE
from odr.web.render import render

COOKIE: Final = "triage"
_TWO_HOURS_S: Final = 7200
_LONGEST_COOKIE: Final = 3800


@dataclass(frozen=True, slots=True)
class AnswerForm:
    question: str
    value: str
    skip: bool


async def show(request: web.Request) -> web.Response:
    page = request.app[TRIAGE].page(answers(request), request.query.get("question", ""))
    return render(request, "triage/question.html", page=page, value=page.value, error=None)


async def answer(request: web.Request) -> web.Response:
    form, triage, given = await read(request, AnswerForm), request.app[TRIAGE], answers(request)
    try:
        given, following = triage.answer(given, form.question, "" if form.skip else form.value)
    except BadInput as error:
        page = triage.page(given, form.question)
        return render(request, "triage/question.html", status=422, page=page, value=form.value, error=error)
    response = web.HTTPSeeOther(f"/triage?question={following}" if following else "/triage/result")
    _keep(request, response, given)
    raise response


async def show_result(request: web.Request) -> web.Response:
    """The result; `?way=` looks at another way than the recommended one."""
    try:
        result = request.app[TRIAGE].result(answers(request))
    except NotFound:
        raise web.HTTPSeeOther("/triage") from None
    wished = request.query.get("way", "")
    way = Way(wished) if wished in list(Way) else result.triage.recommendation.way
    return render(request, "triage/result.html", result=result, triage=result.triage, way=way)


async def forget(_request: web.Request) -> web.Response:
    """Begin anew; the browser forgets what was answered."""
    response = web.HTTPSeeOther("/triage")
    clear(response)
    raise response


def answers(request: web.Request) -> dict[str, str]:
    """What this browser carries; what is not an answer of ours is dropped."""
    try:
        carried = json.loads(base64.urlsafe_b64decode(request.cookies.get(COOKIE, "")))
    except ValueError:
        return {}
    return request.app[TRIAGE].kept(carried) if isinstance(carried, dict) else {}


def clear(response: web.StreamResponse) -> None:
    response.del_cookie(COOKIE, path="/")


def _keep(request: web.Request, response: web.StreamResponse, given: dict[str, str]) -> None:
    packed = json.dumps(given, ensure_ascii=False, separators=(",", ":")).encode()
    value = base64.urlsafe_b64encode(packed).decode()
    if len(value) > _LONGEST_COOKIE:
        raise BadInput("Please choose or enter an answer.", field="value")
    response.set_cookie(
        COOKIE, value, max_age=_TWO_HOURS_S, httponly=True, samesite="Lax", secure=request.secure, path="/"
    )
