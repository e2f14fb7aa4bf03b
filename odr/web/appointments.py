"""Who acts for a side: appointed by the party, taken up by the agent, ended by either."""

from dataclasses import dataclass

from aiohttp import web

from odr.errors import BadInput, NotAllowed, OdrError
from odr.services.appointments import Wanted
from odr.web.addresses import case_id, named
from odr.web.forms import Upload, read
from odr.web.keys import ACTOR, APPOINTMENTS
from odr.web.middlewares import status_of
from odr.web.render import render


@dataclass(frozen=True, slots=True)
class AppointForm:
    name: str
    phone: str
    kind: str
    powers: tuple[str, ...]
    signs: bool
    files: Upload | None

    @property
    def wanted(self) -> Wanted:
        return Wanted(self.name, self.phone, self.kind, self.powers, self.signs)


@dataclass(frozen=True, slots=True)
class SignsForm:
    signs: bool


@dataclass(frozen=True, slots=True)
class AnswerForm:
    answer: str


async def show(request: web.Request) -> web.Response:
    return await _side_page(request)


async def appoint(request: web.Request) -> web.Response:
    form, case = await read(request, AppointForm), case_id(request)
    try:
        if form.files is None:
            raise BadInput("Please take or choose a photo first.", field="files")
        paper = (form.files.name, form.files.body)
        await request.app[APPOINTMENTS].appoint(request[ACTOR], case, form.wanted, paper)
    except (BadInput, NotAllowed) as error:
        return await _side_page(request, error, form.wanted)
    raise web.HTTPSeeOther(f"/cases/{case}/agents")


async def leave_signing(request: web.Request) -> web.Response:
    form, case = await read(request, SignsForm), case_id(request)
    agent = named(request, "agent")
    await request.app[APPOINTMENTS].leave_signing(request[ACTOR], case, agent, signs=form.signs)
    raise web.HTTPSeeOther(f"/cases/{case}/agents")


async def end(request: web.Request) -> web.Response:
    """The party withdraws the authority, or the agent lays it down; the agent has no page here afterwards."""
    case, appointments, actor = case_id(request), request.app[APPOINTMENTS], request[ACTOR]
    mine = {one.id for one in (await appointments.show(actor, case)).agents if one.mine}
    agent = named(request, "agent")
    try:
        await appointments.end(actor, case, agent)
    except NotAllowed as error:
        return await _side_page(request, error)
    raise web.HTTPSeeOther("/me" if agent in mine else f"/cases/{case}/agents")


async def join(request: web.Request) -> web.Response:
    """The party takes part in the case that an agent filed for it."""
    case = case_id(request)
    await request.app[APPOINTMENTS].join(request[ACTOR], case)
    raise web.HTTPSeeOther(f"/cases/{case}/agents")


async def show_offer(request: web.Request) -> web.Response:
    return await _offer_page(request)


async def answer_offer(request: web.Request) -> web.Response:
    form, offer = await read(request, AnswerForm), named(request, "agent")
    if form.answer == "no":
        await request.app[APPOINTMENTS].decline(request[ACTOR], offer)
        raise web.HTTPSeeOther("/me")
    try:
        case = await request.app[APPOINTMENTS].take_up(request[ACTOR], offer)
    except NotAllowed as error:
        return await _offer_page(request, error)
    raise web.HTTPSeeOther(f"/cases/{case}")


async def _side_page(
    request: web.Request, error: OdrError | None = None, typed: Wanted | None = None
) -> web.Response:
    view = await request.app[APPOINTMENTS].show(request[ACTOR], case_id(request))
    status = status_of(error) if error else 200
    return render(
        request, "agents/side.html", status=status, view=view, typed=typed or view.wanted, error=error
    )


async def _offer_page(request: web.Request, error: OdrError | None = None) -> web.Response:
    view = await request.app[APPOINTMENTS].offer(request[ACTOR], named(request, "agent"))
    return render(
        request, "agents/offer.html", status=status_of(error) if error else 200, view=view, error=error
    )
