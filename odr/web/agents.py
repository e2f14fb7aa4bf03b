"""Acting for a party: for whom one files, the power of attorney, and the court's look at it."""

from dataclasses import dataclass
from uuid import UUID

from aiohttp import web

from odr.domain.agents import MATERIAL, Acts
from odr.errors import BadInput, NotAllowed, OdrError
from odr.web.addresses import case_id, named
from odr.web.forms import Upload, read
from odr.web.keys import ACTOR, AGENTS, APPOINTMENTS, EVIDENCE
from odr.web.middlewares import status_of
from odr.web.render import render


@dataclass(frozen=True, slots=True)
class ActsForm:
    acts: str


@dataclass(frozen=True, slots=True)
class PaperForm:
    files: Upload | None


@dataclass(frozen=True, slots=True)
class ClaimForm:
    kind: str
    powers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckForm:
    powers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RefuseForm:
    reason: str


def acts_of(chosen: str) -> Acts:
    """What was chosen of the three ways to stand to the plaintiff; nothing chosen means for oneself."""
    return Acts(chosen) if chosen in list(Acts) else Acts.SELF


async def show_authority(request: web.Request) -> web.Response:
    return await _authority_page(request)


async def choose(request: web.Request) -> web.Response:
    form, case = await read(request, ActsForm), case_id(request)
    acts = acts_of(form.acts)
    await request.app[AGENTS].choose(request[ACTOR], case, acts)
    raise web.HTTPSeeOther(f"/cases/{case}/{'draft' if acts is Acts.SELF else 'authority'}")


async def take_paper(request: web.Request) -> web.Response:
    """The power of attorney: kept among the papers of the side, and read."""
    form, case, actor = await read(request, PaperForm), case_id(request), request[ACTOR]
    try:
        if form.files is None:
            raise BadInput("Please take or choose a photo first.", field="files")
        sent = [(form.files.name, form.files.body)]
        for refusal in await request.app[EVIDENCE].upload(actor, case, sent, MATERIAL):
            raise BadInput(refusal.why, field="files")
        await request.app[AGENTS].read_paper(actor, case)
    except (BadInput, NotAllowed) as error:
        return await _authority_page(request, error)
    raise web.HTTPSeeOther(f"/cases/{case}/authority#powers")


async def claim(request: web.Request) -> web.Response:
    form, case = await read(request, ClaimForm), case_id(request)
    try:
        await request.app[AGENTS].claim(request[ACTOR], case, form.kind, form.powers)
    except (BadInput, NotAllowed) as error:
        return await _authority_page(request, error)
    raise web.HTTPSeeOther(f"/cases/{case}/draft")


async def show_agents(request: web.Request) -> web.Response:
    """The agents of a case, with their papers, for the judge or mediator who checks them."""
    return await _check_page(request)


async def check(request: web.Request) -> web.Response:
    form, case = await read(request, CheckForm), case_id(request)
    await request.app[AGENTS].check(request[ACTOR], case, named(request, "agent"), form.powers)
    raise web.HTTPSeeOther(f"/staff/cases/{case}/agents")


async def refuse(request: web.Request) -> web.Response:
    """The court does not accept the paper."""
    form, case, agent = await read(request, RefuseForm), case_id(request), named(request, "agent")
    try:
        await request.app[APPOINTMENTS].refuse(request[ACTOR], case, agent, form.reason)
    except (BadInput, NotAllowed) as error:
        return await _check_page(request, error, agent)
    raise web.HTTPSeeOther(f"/staff/cases/{case}/agents")


async def _check_page(
    request: web.Request, error: OdrError | None = None, refused: UUID | None = None
) -> web.Response:
    case = case_id(request)
    agents = await request.app[AGENTS].of_case(request[ACTOR], case)
    values = {"case_id": case, "agents": agents, "error": error, "refused": refused}
    return render(request, "agents/check.html", status=status_of(error) if error else 200, **values)


async def _authority_page(request: web.Request, error: OdrError | None = None) -> web.Response:
    view = await request.app[AGENTS].authority(request[ACTOR], case_id(request))
    status = status_of(error) if error else 200
    return render(request, "agents/authority.html", status=status, view=view, error=error)
