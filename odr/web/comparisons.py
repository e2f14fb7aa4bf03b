"""The private comparison on the page of the negotiation; what is entered stays in the browser."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from odr.errors import BadInput, NotAllowed, NotFound
from odr.web import offers
from odr.web.addresses import case_id, id_of
from odr.web.forms import read
from odr.web.keys import ACTOR, COMPARISONS


@dataclass(frozen=True, slots=True)
class ComparisonForm:
    """`key`: a public key; `marks`: the set that the browser made of the limit."""

    payer: str
    key: str
    marks: str


async def ask(request: web.Request) -> web.Response:
    form, case = await read(request, ComparisonForm), case_id(request)
    try:
        await request.app[COMPARISONS].ask(request[ACTOR], case, form.payer, form.key)
    except (BadInput, NotAllowed) as error:
        return await offers.table(request, error)
    raise web.HTTPSeeOther(f"/cases/{case}/negotiation#comparison")


async def act(request: web.Request) -> web.Response:
    """What the address names: agree, refuse, cancel or enter."""
    form, case, actor = await read(request, ComparisonForm), case_id(request), request[ACTOR]
    comparison, comparisons = id_of(request.match_info["comparison"]), request.app[COMPARISONS]
    acts: dict[str, Callable[[], Awaitable[object]]] = {
        "agree": lambda: comparisons.agree(actor, case, comparison, form.key),
        "refuse": lambda: comparisons.refuse(actor, case, comparison),
        "cancel": lambda: comparisons.cancel(actor, case, comparison),
        "enter": lambda: comparisons.enter(actor, case, comparison, form.marks),
    }
    wanted = acts.get(request.match_info["act"])
    if wanted is None:
        raise NotFound
    try:
        await wanted()
    except (BadInput, NotAllowed) as error:
        return await offers.table(request, error)
    raise web.HTTPSeeOther(f"/cases/{case}/negotiation#comparison")
