"""The versions of the agreement side by side."""

from typing import Final

from aiohttp import web

from odr.errors import NotFound
from odr.web.addresses import case_id
from odr.web.keys import ACTOR, VERSIONS
from odr.web.render import render

HOWS: Final = {  # messages
    "draft": "draft, shown to nobody",
    "offered": "offered for signing",
    "withdrawn": "offered and taken back",
    "signed": "signed by all",
}


async def compare(request: web.Request) -> web.Response:
    """Two versions: `?first=` and `?second=`, the last two without them."""
    numbers = [request.query.get(name, "0") for name in ("first", "second")]
    if not all(one.isdecimal() and len(one) < 5 for one in numbers):
        raise NotFound
    first, second = map(int, numbers)
    view = await request.app[VERSIONS].compare(request[ACTOR], case_id(request), first, second)
    return render(request, "agreements/versions.html", view=view, hows=HOWS)
