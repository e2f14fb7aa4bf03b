"""The living style guide: every component with sample values; in sandbox mode only."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

from aiohttp import web

from odr.errors import BadInput
from odr.web.render import render

# A fixed moment, so that the page looks the same every day.
_NOW: Final = datetime(2026, 3, 5, 6, 30, tzinfo=UTC)


async def show(request: web.Request) -> web.Response:
    return render(
        request,
        "styleguide/index.html",
        now=_NOW,
        earlier=[_NOW - timedelta(days=days) for days in (9, 6, 2)],
        dues=[date(2026, 3, 25), date(2026, 3, 6), date(2026, 3, 3)],
        error=BadInput("This is not a phone number we can send a message to.", field="sample_phone"),
    )
