"""The support desk's board and pages, and what a person asks of it; the room's page asks the same as JSON."""

from dataclasses import asdict, dataclass
from uuid import UUID

from aiohttp import web

from odr.errors import BadInput, NotAllowed
from odr.web.addresses import named
from odr.web.formats import masked_phone
from odr.web.forms import read
from odr.web.keys import ACTOR, CLOCK, DESK, HELP
from odr.web.render import render


@dataclass(frozen=True, slots=True)
class MessageForm:
    text: str


@dataclass(frozen=True, slots=True)
class WishForm:
    trouble: str
    phone: str


@dataclass(frozen=True, slots=True)
class PicturesForm:
    pictures: str


# -- the desk


async def show_board(request: web.Request) -> web.Response:
    view, now = await request.app[DESK].board(request[ACTOR]), request.app[CLOCK].now()
    return render(request, "support/board.html", view=view, now=now)


async def board(request: web.Request) -> web.Response:
    """What changes of the board, for the open page."""
    view, now = await request.app[DESK].board(request[ACTOR]), request.app[CLOCK].now()
    return render(request, "support/board_live.html", view=view, now=now)


async def show_person(request: web.Request) -> web.Response:
    return await _person_page(request)


async def person(request: web.Request) -> web.Response:
    """What changes of a person's page at the desk, for the open page."""
    view = await request.app[DESK].person(request[ACTOR], *_whom(request))
    return render(request, "support/person_live.html", view=view)


async def write(request: web.Request) -> web.Response:
    form = await read(request, MessageForm)
    try:
        await request.app[DESK].write(request[ACTOR], *_whom(request), form.text)
    except (BadInput, NotAllowed) as error:
        return await _person_page(request, error=error, text=form.text)
    raise web.HTTPSeeOther(_desk(request))


async def propose_voice(request: web.Request) -> web.Response:
    try:
        await request.app[DESK].propose_voice(request[ACTOR], *_whom(request))
    except NotAllowed as error:
        return await _person_page(request, error=error)
    raise web.HTTPSeeOther(_desk(request))


async def finish_call(request: web.Request) -> web.Response:
    await request.app[DESK].finish_call(request[ACTOR], named(request, "call"))
    raise web.HTTPSeeOther("/staff/support")


# -- the person


async def show_help(request: web.Request) -> web.Response:
    return await _help_page(request)


async def help_state(request: web.Request) -> web.Response:
    """JSON: messages [{text, at, new}], pictures, called_at, phone (masked), testing."""
    view = await request.app[HELP].show(request[ACTOR], named(request, "sitting"))
    told = asdict(view)
    return web.json_response(
        {
            "messages": [{**one, "at": one["at"].isoformat()} for one in told["messages"]],
            "pictures": view.pictures,
            "called_at": view.called_at.isoformat() if view.called_at else None,
            "phone": masked_phone(view.phone),
            "testing": view.testing,
        }
    )


async def ask(request: web.Request) -> web.Response:
    """A wish to be called back: by form, or by the room's page as a form that wants JSON."""
    form, sitting_id = await read(request, WishForm), named(request, "sitting")
    try:
        await request.app[HELP].ask(request[ACTOR], sitting_id, form.trouble, form.phone)
    except (BadInput, NotAllowed) as error:
        if _wants_json(request):
            raise
        return await _help_page(request, error=error, form=form)
    return _done(request)


async def withdraw(request: web.Request) -> web.Response:
    await request.app[HELP].withdraw(request[ACTOR], named(request, "sitting"))
    return _done(request)


async def mark_read(request: web.Request) -> web.Response:
    await request.app[HELP].read(request[ACTOR], named(request, "sitting"))
    return _done(request)


async def choose_pictures(request: web.Request) -> web.Response:
    form = await read(request, PicturesForm)
    await request.app[HELP].choose(request[ACTOR], named(request, "sitting"), form.pictures)
    return _done(request)


def _done(request: web.Request) -> web.Response:
    if _wants_json(request):
        return web.json_response({})
    raise web.HTTPSeeOther(f"/sittings/{named(request, 'sitting')}/help")


def _wants_json(request: web.Request) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _whom(request: web.Request) -> tuple[UUID, UUID]:
    return named(request, "sitting"), named(request, "account")


def _desk(request: web.Request) -> str:
    sitting_id, account_id = _whom(request)
    return f"/staff/support/{sitting_id}/{account_id}"


async def _person_page(
    request: web.Request, error: BadInput | NotAllowed | None = None, text: str = ""
) -> web.Response:
    view = await request.app[DESK].person(request[ACTOR], *_whom(request))
    status = 422 if error else 200
    return render(request, "support/person.html", status=status, view=view, error=error, text=text)


async def _help_page(
    request: web.Request, error: BadInput | NotAllowed | None = None, form: WishForm | None = None
) -> web.Response:
    view = await request.app[HELP].show(request[ACTOR], named(request, "sitting"))
    status = 422 if error else 200
    return render(request, "support/help.html", status=status, view=view, error=error, form=form)
