"""Judicial confirmation: the joint application of the parties, and the judge's desk."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from odr.domain.grounds import DISMISSED, NOT_ADMITTED
from odr.domain.sittings import Kind, State
from odr.domain.steps import Role
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted, OdrError
from odr.services.hearings import CounterHearing
from odr.services.sittings import SittingView
from odr.web.addresses import case_id
from odr.web.forms import moment_of, read
from odr.web.keys import ACTOR, CLOCK, CONFIRMATIONS, DOCUMENTS, HEARINGS, RECORDINGS, SITTINGS
from odr.web.render import render


@dataclass(frozen=True, slots=True)
class JudgeForm:
    """Every form of the judge's desk: each act takes what it needs."""

    absent: tuple[str, ...]
    found: tuple[str, ...]
    reasons: str
    heard: tuple[str, ...]
    speaker: tuple[str, ...]
    text: tuple[str, ...]
    why: str
    when: str
    day: str
    time: str


async def show(request: web.Request) -> web.Response:
    return await _page(request, None)


async def apply(request: web.Request) -> web.Response:
    return await _party(request, request.app[CONFIRMATIONS].apply)


async def withdraw(request: web.Request) -> web.Response:
    return await _party(request, request.app[CONFIRMATIONS].withdraw)


async def show_desk(request: web.Request) -> web.Response:
    return await _desk(request, None, None)


async def decide(request: web.Request) -> web.Response:
    """admit, not-admit, hearing, hear (at the counter), confirm, dismiss: what the address names."""
    form, actor, case = await read(request, JudgeForm), request[ACTOR], case_id(request)
    service, hearings = request.app[CONFIRMATIONS], request.app[HEARINGS]
    talk = tuple(zip(form.speaker, form.text, strict=False))
    at_counter = CounterHearing(form.heard, talk, form.why)
    acts: dict[str, Callable[[], Awaitable[object]]] = {
        "admit": lambda: service.admit(actor, case, form.absent),
        "not-admit": lambda: service.not_admit(actor, case, form.found, form.reasons),
        "hearing": lambda: hearings.schedule(actor, case, _wished(form)),
        "hear": lambda: hearings.record_at_counter(actor, case, at_counter),
        "confirm": lambda: service.confirm(actor, case, form.absent),
        "dismiss": lambda: service.dismiss(actor, case, form.found, form.reasons),
    }
    act = acts.get(request.match_info["act"])
    if act is None:
        raise NotFound
    try:
        await act()
    except (BadInput, NotAllowed) as error:
        return await _desk(request, error, form)
    raise web.HTTPSeeOther(f"/staff/confirmation/{case}")


def _wished(form: JudgeForm) -> datetime | None:
    return None if form.when == "now" else moment_of(form.day, form.time)


async def _hearing(request: web.Request) -> SittingView | None:
    """The last hearing that was fixed and is not over."""
    sittings = await request.app[SITTINGS].of_case(request[ACTOR], case_id(request))
    open_ones = [one for one in sittings if one.kind is Kind.CONFIRMATION and one.state is not State.CLOSED]
    return open_ones[-1] if open_ones else None


async def _party(request: web.Request, act: Callable[..., Awaitable[None]]) -> web.Response:
    try:
        await act(request[ACTOR], case_id(request))
    except NotAllowed as error:
        return await _page(request, error)
    raise web.HTTPSeeOther(f"/cases/{case_id(request)}/confirmation")


async def _page(request: web.Request, error: OdrError | None) -> web.Response:
    view = await request.app[CONFIRMATIONS].show(request[ACTOR], case_id(request))
    context = {"view": view, "now": request.app[CLOCK].now(), "error": error}
    context["hearing"] = await _hearing(request)
    return render(request, "confirmation/show.html", status=422 if error else 200, **context)


async def _desk(request: web.Request, error: OdrError | None, form: JudgeForm | None) -> web.Response:
    actor, case = request[ACTOR], case_id(request)
    view = await request.app[CONFIRMATIONS].show(actor, case)
    if view.role is not Role.CONFIRMING_JUDGE:
        raise NotPermitted
    papers = await request.app[DOCUMENTS].of_case(actor, case)
    context = {"view": view, "papers": papers, "now": request.app[CLOCK].now(), "error": error, "form": form}
    context["hearing"] = await _hearing(request)
    context["recordings"] = await request.app[RECORDINGS].of_case(actor, case)
    grounds = {"not_admitted": NOT_ADMITTED, "dismissed": DISMISSED}
    return render(request, "confirmation/desk.html", status=422 if error else 200, **context, **grounds)
