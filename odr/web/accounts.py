"""Sign-in and sign-out."""

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from odr.domain.accounts import LINK_LIFETIME
from odr.errors import BadInput, TooMany
from odr.web.addresses import case_id
from odr.web.forms import local_path, read
from odr.web.keys import ACCOUNTS, ACTOR
from odr.web.middlewares import SESSION_COOKIE, keep_session
from odr.web.render import render

# The number waits here between the two pages, so that it never stands in an address or a log.
_PHONE_COOKIE: Final = "signing_in"
_TEN_MINUTES_S: Final = 600


@dataclass(frozen=True, slots=True)
class PhoneForm:
    phone: str
    next: str


@dataclass(frozen=True, slots=True)
class CodeForm:
    code: str
    next: str


async def show_sign_in(request: web.Request) -> web.Response:
    form = PhoneForm(phone="", next=local_path(request.query.get("next", "/")))
    return render(request, "accounts/sign_in.html", form=form, error=None)


async def send_code(request: web.Request) -> web.Response:
    form = await read(request, PhoneForm)
    try:
        number = await request.app[ACCOUNTS].send_code(form.phone)
    except (BadInput, TooMany) as error:
        return render(request, "accounts/sign_in.html", status=422, form=form, error=error)
    response = web.HTTPSeeOther(f"/sign-in/code?next={local_path(form.next)}")
    response.set_cookie(
        _PHONE_COOKIE, number, max_age=_TEN_MINUTES_S, httponly=True, samesite="Lax", path="/sign-in"
    )
    raise response


async def show_code(request: web.Request) -> web.Response:
    phone = request.cookies.get(_PHONE_COOKIE)
    if not phone:
        raise web.HTTPSeeOther("/sign-in")
    form = CodeForm(code="", next=local_path(request.query.get("next", "/")))
    return render(request, "accounts/code.html", form=form, phone=phone, error=None)


async def sign_in(request: web.Request) -> web.Response:
    form, phone = await read(request, CodeForm), request.cookies.get(_PHONE_COOKIE, "")
    if not phone:
        raise web.HTTPSeeOther("/sign-in")
    try:
        token = await request.app[ACCOUNTS].sign_in(phone, form.code)
    except (BadInput, TooMany) as error:
        return render(request, "accounts/code.html", status=422, form=form, phone=phone, error=error)
    response = web.HTTPSeeOther(local_path(form.next))
    response.del_cookie(_PHONE_COOKIE, path="/sign-in")
    keep_session(request, response, token)
    raise response


async def link_device(request: web.Request) -> web.Response:
    """The code to scan with the other device; it stands on this page alone, never in an address of ours."""
    case = case_id(request)
    token = await request.app[ACCOUNTS].link_device(request[ACTOR], f"/cases/{case}/draft")
    link = str(request.url.with_path(f"/resume/{token}").with_query(None))
    minutes = int(LINK_LIFETIME.total_seconds() // 60)
    return render(request, "accounts/link.html", link=link, case_id=case, minutes=minutes)


async def show_link(request: web.Request) -> web.Response:
    """Whose work would go on here. Looking spends nothing, so a preview of the link does no harm."""
    token = request.match_info["token"]
    phone = await request.app[ACCOUNTS].linked_phone(token)
    return render(request, "accounts/resume.html", token=token, phone=phone)


async def use_link(request: web.Request) -> web.Response:
    """A session of its own for this device; whoever was signed in here before is signed out."""
    accounts = request.app[ACCOUNTS]
    session, path = await accounts.use_link(request.match_info["token"])
    await accounts.sign_out(request.cookies.get(SESSION_COOKIE))
    response = web.HTTPSeeOther(path)
    keep_session(request, response, session)
    raise response


async def sign_out(request: web.Request) -> web.Response:
    await request.app[ACCOUNTS].sign_out(request.cookies.get(SESSION_COOKIE))
    response = web.HTTPSeeOther("/")
    response.del_cookie(SESSION_COOKIE)
    raise response
