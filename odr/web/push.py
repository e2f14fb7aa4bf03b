"""News to open pages over Socket.IO, namespace /push: each socket hears what is meant for its account."""

import asyncio
from collections import deque
from http.cookies import SimpleCookie
from typing import Any, Final

import socketio

from odr.services.accounts import AccountService
from odr.services.pushes import PushService
from odr.web.middlewares import SESSION_COOKIE

NAMESPACE: Final = "/push"
_POLL_S: Final = 0.5  # how long news of another process waits at most
_FORGET_EVERY: Final = 600  # turns
_LATE: Final = 50  # a transaction with a lower number may commit after one with a higher


class PushNamespace(socketio.AsyncNamespace):  # type: ignore[misc]  # socketio has no types
    def __init__(self, accounts: AccountService, pushes: PushService) -> None:
        super().__init__(NAMESPACE)
        self._accounts = accounts
        self._pushes = pushes

    async def on_connect(self, sid: str, environ: dict[str, Any], _auth: object = None) -> bool:
        """Only a signed-in browser is let in; it hears its own account."""
        cookie = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(SESSION_COOKIE)
        actor = await self._accounts.actor(cookie.value if cookie else None)
        if actor.account_id is None:
            return False
        await self.enter_room(sid, str(actor.account_id))
        await self.save_session(sid, {"account": actor.account_id})
        return True

    async def on_seen(self, sid: str, version: object) -> bool:
        """Whether a page made at this version is still up to date.

        Asked once its socket is open: news that came between the making of a page and that moment was told
        to nobody.
        """
        session = await self.get_session(sid)
        return version == await self._pushes.version(session["account"])


class Pump:
    """Reads news as it is committed, here or in another process, and emits it."""

    def __init__(self, server: socketio.AsyncServer, pushes: PushService) -> None:
        self._server = server
        self._pushes = pushes
        self._woken = asyncio.Event()

    def wake(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        """Pump until cancelled."""
        last, turns = await self._pushes.newest(), 0
        sent = deque(range(last - _LATE + 1, last + 1), maxlen=8 * _LATE)
        while True:
            self._woken.clear()
            for news in await self._pushes.after(last - _LATE):
                if news.id in sent:
                    continue
                sent.append(news.id)
                last = max(last, news.id)
                await self._server.emit(
                    news.event, news.payload, room=str(news.account_id), namespace=NAMESPACE
                )
            turns += 1
            if turns % _FORGET_EVERY == 0:
                await self._pushes.forget()
            try:
                async with asyncio.timeout(_POLL_S):
                    await self._woken.wait()
            except TimeoutError:
                continue
