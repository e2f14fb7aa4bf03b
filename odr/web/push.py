"""News to open pages over Socket.IO, namespace /push: each socket hears what is meant for its account."""

import asyncio
from collections import deque
from http.cookies import SimpleCookie
from typing import Any, Final
from uuid import UUID

import socketio

from odr.domain.accounts import SIGNED_OUT
from odr.services.accounts import AccountService, session_mark
from odr.services.pushes import PushService
from odr.web.middlewares import SESSION_COOKIE

NAMESPACE: Final = "/push"
_POLL_S: Final = 0.5  # how long news of another process waits at most
_FORGET_EVERY: Final = 600  # turns
_LOOK_EVERY: Final = 10  # turns
_LATE: Final = 50  # a transaction with a lower number may commit after one with a higher


class PushNamespace(socketio.AsyncNamespace):  # type: ignore[misc]  # socketio has no types
    def __init__(self, accounts: AccountService, pushes: PushService) -> None:
        super().__init__(NAMESPACE)
        self._accounts = accounts
        self._pushes = pushes
        self._open: dict[str, str] = {}  # of each socket here the mark of its session

    async def on_connect(self, sid: str, environ: dict[str, Any], _auth: object = None) -> bool:
        """Only a signed-in browser is let in; it hears its own account."""
        cookie = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(SESSION_COOKIE)
        token = cookie.value if cookie else ""
        self._open[sid] = session_mark(token)  # before it is asked for: a sign-out meanwhile finds the socket
        actor = await self._accounts.actor(token)
        if actor.account_id is None:
            del self._open[sid]
            return False
        await self.enter_room(sid, str(actor.account_id))
        await self.save_session(sid, {"account": actor.account_id})
        return True

    async def on_disconnect(self, sid: str, _reason: str) -> None:
        self._open.pop(sid, None)

    async def hang_up(self, mark: str) -> None:
        """Close the sockets of a session that has ended."""
        for sid in [one for one, its in self._open.items() if its == mark]:
            await self.disconnect(sid)

    async def hang_up_the_ended(self) -> None:
        """A session that ends by its time is told to nobody: it is looked for."""
        if self._open:
            for mark in await self._accounts.over(frozenset(self._open.values())):
                await self.hang_up(mark)

    async def on_seen(self, sid: str, version: object) -> bool:
        """Whether a page made at this version is still up to date.

        Asked once its socket is open: news that came between the making of a page and that moment was told
        to nobody.
        """
        session = await self.get_session(sid)
        return version == await self._pushes.version(session["account"])


class Pump:
    """Reads news as it is committed, here or in another process, and emits it."""

    def __init__(self, pages: PushNamespace, pushes: PushService) -> None:
        self._pages = pages
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
                await self._tell(news.account_id, news.event, news.payload)
            turns += 1
            if turns % _LOOK_EVERY == 0:
                await self._pages.hang_up_the_ended()
            if turns % _FORGET_EVERY == 0:
                await self._pushes.forget()
            try:
                async with asyncio.timeout(_POLL_S):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def _tell(self, account_id: UUID, event: str, payload: dict[str, Any]) -> None:
        if event == SIGNED_OUT:
            await self._pages.hang_up(payload["session"])
        else:
            await self._pages.emit(event, payload, room=str(account_id))
