"""The other side's first page: what it is invited to, and its answer from the invited telephone."""

from dataclasses import dataclass

from aiohttp import web

from odr.errors import BadInput, NotAllowed, TooMany
from odr.services.invitations import Brought
from odr.web.forms import Upload, read
from odr.web.keys import ACCOUNTS, ACTOR, CLOCK, INVITATIONS
from odr.web.middlewares import keep_session, status_of
from odr.web.render import render


@dataclass(frozen=True, slots=True)
class CodeForm:
    code: str


@dataclass(frozen=True, slots=True)
class AnswerForm:
    service: bool


@dataclass(frozen=True, slots=True)
class PaperForm:
    kind: str
    powers: tuple[str, ...]
    service: bool
    files: Upload | None

    @property
    def brought(self) -> Brought:
        return Brought(self.kind, self.powers, self.service)


@dataclass(frozen=True, slots=True)
class GuardianForm:
    relation: str
    service: bool
    files: Upload | None


async def show(request: web.Request) -> web.Response:
    return await _page(request, error=None)


async def send_code(request: web.Request) -> web.Response:
    """A code to the invited number, which nobody has to type and no page shows."""
    token = request.match_info["token"]
    try:
        await request.app[ACCOUNTS].send_code(await request.app[INVITATIONS].phone(token))
    except (NotAllowed, TooMany) as error:
        return await _page(request, error=error)
    raise web.HTTPSeeOther(f"/invitations/{token}/code")


async def show_code(request: web.Request) -> web.Response:
    return await _code_page(request, error=None)


async def sign_in(request: web.Request) -> web.Response:
    token, form = request.match_info["token"], await read(request, CodeForm)
    phone = await request.app[INVITATIONS].phone(token)
    try:
        session = await request.app[ACCOUNTS].sign_in(phone, form.code)
    except (BadInput, TooMany) as error:
        return await _code_page(request, error=error)
    response = web.HTTPSeeOther(f"/invitations/{token}")
    keep_session(request, response, session)
    raise response


async def accept(request: web.Request) -> web.Response:
    token, form = request.match_info["token"], await read(request, AnswerForm)
    try:
        case = await request.app[INVITATIONS].accept(request[ACTOR], token, service=form.service)
    except NotAllowed as error:
        return await _page(request, error=error)
    raise web.HTTPSeeOther(f"/cases/{case}/mediation")


async def refuse(request: web.Request) -> web.Response:
    token = request.match_info["token"]
    try:
        await request.app[INVITATIONS].refuse(request[ACTOR], token)
    except NotAllowed as error:
        return await _page(request, error=error)
    raise web.HTTPSeeOther(f"/invitations/{token}")


async def show_guardian(request: web.Request) -> web.Response:
    """For the guardian of an invited child, or of an adult without capacity."""
    return await _guardian_page(request)


async def answer_as_guardian(request: web.Request) -> web.Response:
    token, form = request.match_info["token"], await read(request, GuardianForm)
    try:
        if form.files is None:
            raise BadInput("Please take or choose a photo first.", field="files")
        proof = (form.files.name, form.files.body)
        case = await request.app[INVITATIONS].answer_as_guardian(
            request[ACTOR], token, form.relation, proof, service=form.service
        )
    except (BadInput, NotAllowed) as error:
        return await _guardian_page(request, form, error)
    raise web.HTTPSeeOther(f"/cases/{case}/mediation")


async def _guardian_page(
    request: web.Request, typed: GuardianForm | None = None, error: BadInput | NotAllowed | None = None
) -> web.Response:
    token = request.match_info["token"]
    view = await request.app[INVITATIONS].show(request[ACTOR], token)
    typed = typed or GuardianForm("", service=True, files=None)
    values = {"view": view, "token": token, "typed": typed, "error": error}
    return render(request, "mediation/guardian.html", status=status_of(error) if error else 200, **values)


async def show_paper(request: web.Request) -> web.Response:
    """For whoever acts for the invited party: what he has to bring."""
    return await _paper_page(request, Brought("", (), service=True))


async def bring_paper(request: web.Request) -> web.Response:
    token, form = request.match_info["token"], await read(request, PaperForm)
    try:
        if form.files is None:
            raise BadInput("Please take or choose a photo first.", field="files")
        paper = (form.files.name, form.files.body)
        case = await request.app[INVITATIONS].answer_with_paper(request[ACTOR], token, form.brought, paper)
    except (BadInput, NotAllowed) as error:
        return await _paper_page(request, form.brought, error)
    raise web.HTTPSeeOther(f"/cases/{case}/mediation")


async def _paper_page(
    request: web.Request, typed: Brought, error: BadInput | NotAllowed | None = None
) -> web.Response:
    token = request.match_info["token"]
    view = await request.app[INVITATIONS].show(request[ACTOR], token)
    values = {"view": view, "token": token, "typed": typed, "error": error}
    return render(request, "mediation/paper.html", status=status_of(error) if error else 200, **values)


async def _page(request: web.Request, *, error: NotAllowed | TooMany | None) -> web.Response:
    token = request.match_info["token"]
    view = await request.app[INVITATIONS].show(request[ACTOR], token)
    values = {"view": view, "token": token, "now": request.app[CLOCK].now(), "error": error}
    return render(request, "mediation/invitation.html", status=409 if error else 200, **values)


async def _code_page(request: web.Request, *, error: BadInput | TooMany | None) -> web.Response:
    token = request.match_info["token"]
    phone = await request.app[INVITATIONS].phone(token)
    values = {"back": f"/invitations/{token}", "phone": phone, "error": error}
    return render(request, "mediation/code.html", status=422 if error else 200, **values)
