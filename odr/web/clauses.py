"""What a person says of the clauses of the agreement: ticks, a question, and that all of it is read."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from aiohttp import web

from odr.domain.differences import Change, Pair
from odr.errors import NotFound
from odr.services.clauses import TextChanged
from odr.web.addresses import case_id
from odr.web.agreements import done, page_of
from odr.web.forms import read
from odr.web.keys import ACTOR, AGREEMENTS, CLAUSES, VERSIONS


@dataclass(frozen=True, slots=True)
class ClausesForm:
    """`text`: of which text it is said; `clause`: the numbers that are ticked."""

    text: str
    clause: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TicksForm:
    """What changed: the numbers that were ticked, and those from which the tick was taken."""

    text: str
    clause: tuple[str, ...]
    open: tuple[str, ...]


async def mark_read(request: web.Request) -> web.Response:
    """Keep what is ticked, and take it as read once every clause is."""
    form, clauses = await read(request, ClausesForm), request.app[CLAUSES]
    ticked = _numbers(form.clause)
    return await _of_this_text(
        request, lambda: clauses.read(request[ACTOR], case_id(request), form.text, ticked)
    )


async def ask(request: web.Request) -> web.Response:
    """Have a clause explained; what is ticked beside it is kept."""
    form, clauses = await read(request, ClausesForm), request.app[CLAUSES]
    asked, ticked = _numbers([request.match_info["number"]]), _numbers(form.clause)
    if not asked:
        raise NotFound
    return await _of_this_text(
        request, lambda: clauses.ask(request[ACTOR], case_id(request), form.text, ticked, asked[0])
    )


async def keep_ticks(request: web.Request) -> web.Response:
    """Ticks as they are made, sent by the page itself; 409 with words if the text is another now."""
    form, clauses = await read(request, TicksForm), request.app[CLAUSES]
    await clauses.tick(
        request[ACTOR], case_id(request), form.text, _numbers(form.clause), _numbers(form.open)
    )
    return web.Response(status=204)


async def _of_this_text(request: web.Request, act: Callable[[], Awaitable[None]]) -> web.Response:
    """Do it, or show the text as it is now, with what is new in it."""
    try:
        return await done(request, act)
    except TextChanged as error:
        return await page_of(request, error, await _changes(request, error.version), status=409)


async def _changes(request: web.Request, former: int) -> list[Pair]:
    """What reads otherwise in the text that is offered now."""
    actor, case = request[ACTOR], case_id(request)
    offered = (await request.app[AGREEMENTS].show(actor, case)).version
    if not former or not offered:
        return []
    pairs = (await request.app[VERSIONS].compare(actor, case, former, offered)).pairs
    return [one for one in pairs if one.change is not Change.SAME]


def _numbers(sent: Iterable[str]) -> list[int]:
    return [int(one) for one in sent if one.isdecimal() and len(one) < 4]
