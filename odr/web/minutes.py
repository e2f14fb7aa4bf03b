"""The minutes after a sitting: checked and corrected by parties, answered by the mediator, signed by all."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from aiohttp import web

from odr.domain.minutes import State
from odr.errors import BadInput, NotAllowed, NotFound, OdrError, TooMany
from odr.services.minutes.views import MinutesView
from odr.web.addresses import named
from odr.web.forms import Upload, drawing_of, read
from odr.web.keys import ACTOR, MINUTES, MINUTES_PAPERS, MINUTES_SIGNING
from odr.web.render import render

_STEPS = {"asked": "code", "approved": "working", "overtaken": "again", "signed": "signed"}


@dataclass(frozen=True, slots=True)
class CorrectionForm:
    """`line` is empty for something to be added; `gone`: the line is to go."""

    line: str = ""
    new: str = ""
    gone: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AnswerForm:
    verdict: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class FactForm:
    text: str


@dataclass(frozen=True, slots=True)
class FactAnswerForm:
    agrees: str


@dataclass(frozen=True, slots=True)
class SignForm:
    drawing: str
    photo: Upload | None


@dataclass(frozen=True, slots=True)
class DeclineForm:
    reason: str


@dataclass(frozen=True, slots=True)
class CodeForm:
    code: str


async def show(request: web.Request) -> web.Response:
    return await _page(request)


async def correct(request: web.Request) -> web.Response:
    form, sitting = await read(request, CorrectionForm), named(request, "sitting")
    if not form.line and not form.new:
        error = BadInput("Please write what is missing.", field="new-more")
        return await _page(request, error, form=form)
    if form.line and not form.gone and not form.new:
        error = BadInput("Please write how the line should read, or tick that it should go.", field="new")
        return await _page(request, error, form=form)
    line, new = _id(form.line) if form.line else None, "" if form.gone else form.new
    minutes = request.app[MINUTES]
    return await _act(
        request, lambda: minutes.correct(request[ACTOR], sitting, line, new, form.reason), form=form
    )


async def say_right(request: web.Request) -> web.Response:
    return await _act(
        request, lambda: request.app[MINUTES].say_right(request[ACTOR], named(request, "sitting"))
    )


async def answer(request: web.Request) -> web.Response:
    form = await read(request, AnswerForm)
    if form.verdict not in ("accept", "refuse"):
        raise BadInput
    sitting, correction, minutes = (
        named(request, "sitting"),
        named(request, "correction"),
        request.app[MINUTES],
    )
    accepts = form.verdict == "accept"
    return await _act(
        request,
        lambda: minutes.answer(request[ACTOR], sitting, correction, accepts=accepts, answer=form.answer),
        answering=correction,
        typed=form.answer,
    )


async def state_fact(request: web.Request) -> web.Response:
    form, sitting = await read(request, FactForm), named(request, "sitting")

    async def state() -> None:
        await request.app[MINUTES].state_fact(request[ACTOR], sitting, form.text)

    return await _act(request, state, typed=form.text)


async def answer_fact(request: web.Request) -> web.Response:
    form, sitting, fact = (
        await read(request, FactAnswerForm),
        named(request, "sitting"),
        named(request, "fact"),
    )
    if form.agrees not in ("yes", "no"):
        raise BadInput
    minutes, agrees = request.app[MINUTES], form.agrees == "yes"
    return await _act(request, lambda: minutes.answer_fact(request[ACTOR], sitting, fact, agrees=agrees))


async def sign(request: web.Request) -> web.Response:
    form = await read(request, SignForm)
    photo, sitting = form.photo.body if form.photo else None, named(request, "sitting")
    signing = request.app[MINUTES_SIGNING]
    return await _act(
        request, lambda: signing.ask(request[ACTOR], sitting, drawing_of(form.drawing), photo), "#next"
    )


async def enter_code(request: web.Request) -> web.Response:
    form, sitting = await read(request, CodeForm), named(request, "sitting")
    signing = request.app[MINUTES_SIGNING]
    return await _act(request, lambda: signing.approve(request[ACTOR], sitting, form.code), "#next")


async def decline(request: web.Request) -> web.Response:
    form, sitting = await read(request, DeclineForm), named(request, "sitting")
    minutes = request.app[MINUTES]
    return await _act(
        request, lambda: minutes.decline(request[ACTOR], sitting, form.reason), typed=form.reason
    )


async def show_page(request: web.Request) -> web.Response:
    number = request.match_info["number"]
    if not number.isdecimal() or len(number) > 4:
        raise NotFound
    papers = request.app[MINUTES_PAPERS]
    png = await papers.page(request[ACTOR], named(request, "sitting"), int(number))
    return web.Response(body=png, content_type="image/png", headers={"Cache-Control": "no-store"})


async def send_pdf(request: web.Request) -> web.Response:
    pdf = await request.app[MINUTES_PAPERS].pdf(request[ACTOR], named(request, "sitting"))
    headers = {"Content-Disposition": 'inline; filename="minutes.pdf"', "Cache-Control": "no-store"}
    return web.Response(body=pdf, content_type="application/pdf", headers=headers)


async def _act(
    request: web.Request,
    act: Callable[[], Awaitable[None]],
    part: str = "",
    *,
    form: CorrectionForm | None = None,
    answering: UUID | None = None,
    typed: str = "",
) -> web.Response:
    """Do it and show the page anew, or show the page with what was wrong; what was typed stays."""
    try:
        await act()
    except (BadInput, NotAllowed, TooMany) as error:
        return await _page(request, error, form=form, answering=answering, typed=typed)
    raise web.HTTPSeeOther(f"/sittings/{named(request, 'sitting')}/minutes{part}")


async def _page(
    request: web.Request,
    error: OdrError | None = None,
    *,
    form: CorrectionForm | None = None,
    answering: UUID | None = None,
    typed: str = "",
) -> web.Response:
    view = await request.app[MINUTES].show(request[ACTOR], named(request, "sitting"))
    context = {"view": view, "step": _step(view), "form": form or CorrectionForm(), "answering": answering}
    context["typed"] = typed
    return render(request, "sittings/minutes.html", status=422 if error else 200, error=error, **context)


def _step(view: MinutesView) -> str:
    """What the reader is to do now: wait, check, corrected, right, answer, draw, code, working, again,
    signed, declined, look, done.
    """
    if view.state in ("", State.SETTLED):
        return "wait"
    if view.state == State.CHECKING:
        return _check(view)
    if view.state == State.ANSWERING:
        return "answer" if view.hosts else "wait"
    if view.state == State.SIGNED:
        return "done"
    mine = view.paper.mine if view.paper else None
    if mine and mine.declined:
        return "declined"
    return _STEPS.get(mine.stage, "draw") if mine else "look"


def _check(view: MinutesView) -> str:
    if view.hosts:
        return "answer"
    return {"right": "right", "corrects": "corrected"}.get(view.me.word if view.me else "", "check")


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
