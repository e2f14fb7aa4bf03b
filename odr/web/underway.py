"""What is being answered now, so that a stop can wait for it.

aiohttp waits for handlers too, but from then on it hears nothing more: a photo of which half had come would
be cut off. So the doors are closed first, then this is waited for, and only then the rest is taken down.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from odr.logs import log

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_SOCKETS: Final = "/socket.io/"  # open as long as a page is
_log = log(__name__)


class Underway:
    """The outermost middleware is `count`."""

    def __init__(self) -> None:
        self._requests = 0
        self._idle = asyncio.Event()
        self._idle.set()

        @web.middleware
        async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self._counted(request, handler)

        self.count = count

    async def ended(self, within_s: float) -> None:
        """Until nothing is being answered, or the time is over."""
        try:
            async with asyncio.timeout(within_s):
                await self._idle.wait()
        except TimeoutError:
            _log.warning("requests were cut off", count=self._requests)

    async def _counted(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(_SOCKETS):
            return await handler(request)
        self._requests += 1
        self._idle.clear()
        try:
            return await handler(request)
        finally:
            self._requests -= 1
            if not self._requests:
                self._idle.set()
