"""The survey after a sitting: three questions, each of which may be passed over."""

from dataclasses import dataclass

from aiohttp import web

from odr.domain.surveys import Answers
from odr.errors import BadInput
from odr.web.addresses import named
from odr.web.forms import read
from odr.web.keys import ACTOR, SURVEYS


@dataclass(frozen=True, slots=True)
class SurveyForm:
    """`act` is "skip" for whoever does not want to be asked."""

    act: str
    understood: str
    fair: str
    easy: str


async def answer(request: web.Request) -> web.Response:
    form, sitting = await read(request, SurveyForm), named(request, "sitting")
    given = Answers(_grade(form.understood), _grade(form.fair), _grade(form.easy))
    if form.act != "skip" and given.empty:  # sent by mistake: nobody is asked twice
        raise web.HTTPSeeOther(f"/sittings/{sitting}?unanswered=1#survey")
    answers = Answers() if form.act == "skip" else given
    await request.app[SURVEYS].answer(request[ACTOR], sitting, answers)
    raise web.HTTPSeeOther(f"/sittings/{sitting}?thanks=1")


def _grade(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or len(text) > 1:
        raise BadInput
    return int(text)
