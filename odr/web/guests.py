"""Guests of a sitting: the page of those who ask them, and the guest's first page."""

from dataclasses import dataclass

from aiohttp import web

from odr.errors import BadInput, NotAllowed, OdrError, TooMany
from odr.web.addresses import named
from odr.web.forms import read
from odr.web.keys import ACCOUNTS, ACTOR, GUESTS
from odr.web.middlewares import keep_session
from odr.web.render import render


@dataclass(frozen=True, slots=True)
class GuestForm:
    kind: str
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class ConsentForm:
    answer: str


@dataclass(frozen=True, slots=True)
class CodeForm:
    code: str


async def show(request: web.Request) -> web.Response:
    return await _page(request)


async def invite(request: web.Request) -> web.Response:
    form, sitting_id = await read(request, GuestForm), named(request, "sitting")
    try:
        await request.app[GUESTS].invite(request[ACTOR], sitting_id, form.kind, form.name, form.phone)
    except (BadInput, NotAllowed) as error:
        return await _page(request, error=error, form=form)
    raise web.HTTPSeeOther(f"/sittings/{sitting_id}/guests")


async def withdraw(request: web.Request) -> web.Response:
    sitting_id = named(request, "sitting")
    try:
        await request.app[GUESTS].withdraw(request[ACTOR], sitting_id, named(request, "guest"))
    except NotAllowed as error:
        return await _page(request, error=error)
    raise web.HTTPSeeOther(f"/sittings/{sitting_id}/guests")


async def agree(request: web.Request) -> web.Response:
    form, sitting_id = await read(request, ConsentForm), named(request, "sitting")
    if form.answer not in ("yes", "no"):
        raise BadInput
    guest_id = named(request, "guest")
    await request.app[GUESTS].agree(request[ACTOR], sitting_id, guest_id, yes=form.answer == "yes")
    raise web.HTTPSeeOther(f"/sittings/{sitting_id}/guests")


# -- the guest


async def show_invitation(request: web.Request) -> web.Response:
    return await _invitation(request)


async def send_code(request: web.Request) -> web.Response:
    """A code to the invited number, which nobody has to type and no page shows."""
    token = request.match_info["token"]
    try:
        await request.app[ACCOUNTS].send_code(await request.app[GUESTS].phone(token))
    except TooMany as error:
        return await _invitation(request, error=error)
    raise web.HTTPSeeOther(f"/guests/{token}/code")


async def show_code(request: web.Request) -> web.Response:
    return await _code_page(request)


async def sign_in(request: web.Request) -> web.Response:
    token, form = request.match_info["token"], await read(request, CodeForm)
    phone = await request.app[GUESTS].phone(token)
    try:
        session = await request.app[ACCOUNTS].sign_in(phone, form.code)
    except (BadInput, TooMany) as error:
        return await _code_page(request, error=error)
    response = web.HTTPSeeOther(f"/guests/{token}")
    keep_session(request, response, session)
    raise response


async def answer(request: web.Request) -> web.Response:
    token, form = request.match_info["token"], await read(request, ConsentForm)
    if form.answer not in ("yes", "no"):
        raise BadInput
    try:
        await request.app[GUESTS].answer(request[ACTOR], token, accepts=form.answer == "yes")
    except NotAllowed as error:
        return await _invitation(request, error=error)
    raise web.HTTPSeeOther(f"/guests/{token}")


async def _page(
    request: web.Request, error: BadInput | NotAllowed | None = None, form: GuestForm | None = None
) -> web.Response:
    view = await request.app[GUESTS].show(request[ACTOR], named(request, "sitting"))
    status = 422 if error else 200
    return render(request, "guests/show.html", status=status, view=view, error=error, form=form)


async def _invitation(request: web.Request, error: OdrError | None = None) -> web.Response:
    token = request.match_info["token"]
    view = await request.app[GUESTS].invitation(request[ACTOR], token)
    status = 409 if error else 200
    return render(request, "guests/invitation.html", status=status, view=view, token=token, error=error)


async def _code_page(request: web.Request, error: BadInput | TooMany | None = None) -> web.Response:
    token = request.match_info["token"]
    phone, back = await request.app[GUESTS].phone(token), f"/guests/{token}"
    status = 422 if error else 200
    return render(request, "mediation/code.html", status=status, back=back, phone=phone, error=error)
