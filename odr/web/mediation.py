"""The mediation as its parties and its mediator see it."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from aiohttp import web

from odr.domain.mediation import Ground
from odr.domain.mediators import Relation
from odr.domain.offers import TALKS
from odr.domain.sittings import Kind
from odr.domain.sittings import State as SittingState
from odr.errors import BadInput, NotAllowed, NotFound
from odr.web.addresses import case_id
from odr.web.forms import moment_of, read
from odr.web.keys import ACTOR, CLOCK, DOCUMENTS, MANDATES, MEDIATION, MINUTES, OFFERS, RECORDINGS, SITTINGS
from odr.web.render import render

RELATIONS: Final = {  # messages
    Relation.FAMILY: "I am a party, or a close relative of a party or an agent",
    Relation.INTEREST: "I have an interest in this dispute",
    Relation.OTHER: "Something else may touch my impartiality",
}
GROUNDS: Final = {  # messages
    Ground.REFUSED: "The other side did not want to mediate",
    Ground.UNREACHABLE: "The other side could not be reached in time",
    Ground.UNWILLING: "A party does not want to go on",
    Ground.GAP: "The positions are too far apart",
    Ground.EXPIRED: "The period is over",
    Ground.SIGNATURE_REFUSED: "A party refused to sign",
    Ground.SETTLED: "The parties settled among themselves",
    Ground.OTHER: "Another ground",
}
# What a mediator may state; the others follow from what happened.
_MEDIATOR_GROUNDS: Final = (Ground.GAP, Ground.UNWILLING, Ground.SETTLED, Ground.OTHER)
SPECIALTIES: Final = {  # messages
    "finance": "Loans and finance",
    "contract": "Contracts and purchases",
    "housing": "Housing and property services",
    "traffic": "Road accidents",
    "labour": "Work and wages",
    "family": "Family",
    "personality": "Injury and personal rights",
    "ip": "Intellectual property",
}


@dataclass(frozen=True, slots=True)
class ChoiceForm:
    mediator: str


@dataclass(frozen=True, slots=True)
class AnswerForm:
    answer: str


@dataclass(frozen=True, slots=True)
class DisclosureForm:
    relations: tuple[str, ...]
    details: str


@dataclass(frozen=True, slots=True)
class DeclineForm:
    why: str


@dataclass(frozen=True, slots=True)
class ScheduleForm:
    when: str
    day: str
    time: str


@dataclass(frozen=True, slots=True)
class EndForm:
    ground: str


async def show(request: web.Request) -> web.Response:
    return await _party_page(request, error=None)


async def choose(request: web.Request) -> web.Response:
    form = await read(request, ChoiceForm)
    chosen = None if form.mediator == "court" else _id(form.mediator)
    try:
        await request.app[MANDATES].choose(request[ACTOR], case_id(request), chosen)
    except (BadInput, NotAllowed) as error:
        return await _party_page(request, error=error)
    raise web.HTTPSeeOther(f"/cases/{case_id(request)}/mediation")


async def answer_disclosure(request: web.Request) -> web.Response:
    form = await read(request, AnswerForm)
    if form.answer not in ("yes", "no"):
        raise BadInput("Please choose yes or no.", field="answer")
    mandates, case = request.app[MANDATES], case_id(request)
    await mandates.answer_disclosure(request[ACTOR], case, agreed=form.answer == "yes")
    raise web.HTTPSeeOther(f"/cases/{case}/mediation")


async def end(request: web.Request) -> web.Response:
    await request.app[MEDIATION].end(request[ACTOR], case_id(request))
    raise web.HTTPSeeOther(f"/cases/{case_id(request)}/mediation")


async def show_desk(request: web.Request) -> web.Response:
    return await _desk_page(request, error=None)


async def act(request: web.Request) -> web.Response:
    """What the address names: disclose, accept, decline, schedule, adjourn, draft or end."""
    acts = {
        "disclose": _disclose,
        "accept": lambda one: one.app[MANDATES].accept(one[ACTOR], case_id(one)),
        "decline": _decline,
        "schedule": _schedule,
        "adjourn": lambda one: one.app[MEDIATION].adjourn(one[ACTOR], case_id(one)),
        "draft": lambda one: one.app[MEDIATION].to_draft(one[ACTOR], case_id(one)),
        "end": _end,
    }
    wanted = acts.get(request.match_info["act"])
    if wanted is None:
        raise NotFound
    try:
        await wanted(request)
    except (BadInput, NotAllowed) as error:
        return await _desk_page(request, error=error)
    following = "/staff" if request.match_info["act"] == "decline" else f"/staff/mediation/{case_id(request)}"
    raise web.HTTPSeeOther(following)


async def _disclose(request: web.Request) -> None:
    form = await read(request, DisclosureForm)
    await request.app[MANDATES].disclose(request[ACTOR], case_id(request), form.relations, form.details)


async def _decline(request: web.Request) -> None:
    form = await read(request, DeclineForm)
    await request.app[MANDATES].decline(request[ACTOR], case_id(request), form.why)


async def _schedule(request: web.Request) -> None:
    form = await read(request, ScheduleForm)
    starts_at = None if form.when == "now" else moment_of(form.day, form.time)
    await request.app[MEDIATION].schedule(request[ACTOR], case_id(request), starts_at)


async def _end(request: web.Request) -> None:
    form = await read(request, EndForm)
    await request.app[MEDIATION].end(request[ACTOR], case_id(request), form.ground)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadInput("Please choose one of the answers.", field="mediator") from None


async def _common(request: web.Request) -> dict[str, object]:
    case, actor = case_id(request), request[ACTOR]
    view = await request.app[MEDIATION].show(actor, case)
    sittings = [
        one
        for one in await request.app[SITTINGS].of_case(actor, case)
        if one.kind is Kind.MEDIATION and one.state is not SittingState.CLOSED
    ]
    table = await request.app[OFFERS].show(actor, case) if view.state in TALKS else None
    return {
        "view": view,
        "table": table,
        "sittings": sittings,
        "minutes": await request.app[MINUTES].of_case(actor, case),
        "recordings": await request.app[RECORDINGS].of_case(actor, case),
        "now": request.app[CLOCK].now(),
        "relations": RELATIONS,
        "grounds": GROUNDS,
    }


async def _party_page(request: web.Request, *, error: BadInput | NotAllowed | None) -> web.Response:
    context = await _common(request)
    actor, case = request[ACTOR], case_id(request)
    state = getattr(context["view"], "state", "")
    if not getattr(context["view"], "side", ""):
        raise web.HTTPSeeOther(f"/staff/mediation/{case}")
    candidates = await request.app[MANDATES].candidates(actor, case) if state == "selecting" else []
    context |= {"candidates": candidates, "specialties": SPECIALTIES, "error": error}
    return render(request, "mediation/party.html", status=422 if error else 200, **context)


async def _desk_page(request: web.Request, *, error: BadInput | NotAllowed | None) -> web.Response:
    context = await _common(request)
    if getattr(context["view"], "side", ""):
        raise web.HTTPSeeOther(f"/cases/{case_id(request)}/mediation")
    papers = await request.app[DOCUMENTS].of_case(request[ACTOR], case_id(request))
    context |= {"documents": papers, "may_state": _MEDIATOR_GROUNDS, "error": error}
    return render(request, "mediation/desk.html", status=422 if error else 200, **context)
