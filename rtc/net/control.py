"""Orders to a media server that runs alone: HTTP with a shared key, for whoever owns the rooms.

POST /control/{room}/open | close | routes | revoke | withhold, and GET /control/events: first who the
server is, then one JSON line an event, or `Alive` where none happened for a while.

Rule 1: whoever reads the events is the owner. With the end of the reading the rooms end too: nobody is left
        to say who may hear whom.
"""

import asyncio
import dataclasses
import hmac
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

from aiohttp import web

from rtc.core.events import RoomEvent, SeatHealth
from rtc.core.packets import Kind
from rtc.errors import RtcError, StaleEpoch, UnknownRoom
from rtc.net.engine import Engine

MAX_EVENTS = 4096
BEAT_S = 0.5  # between two signs of life
Order = Callable[[Engine, str, Mapping[str, object]], None]


class Chronicle:
    """An observer whose events wait, in order and bounded, for one reader."""

    def __init__(self) -> None:
        self._events: asyncio.Queue[RoomEvent | None] = asyncio.Queue(MAX_EVENTS)

    def tell(self, event: RoomEvent) -> None:
        if isinstance(event, SeatHealth) and self._events.qsize() > MAX_EVENTS // 2:
            return
        if self._events.full():
            self._events.get_nowait()
        self._events.put_nowait(event)

    def end(self) -> None:
        """The server goes down: the reader is told what happened so far, and no more."""
        if self._events.full():
            self._events.get_nowait()
        self._events.put_nowait(None)

    async def next_line(self) -> bytes:
        """Nothing at the end."""
        try:
            async with asyncio.timeout(BEAT_S):
                event = await self._events.get()
        except TimeoutError:
            return _line("Alive")
        if event is None:
            return b""
        return _line(type(event).__name__, **dataclasses.asdict(event))


def _line(event: str, **fields: object) -> bytes:
    return json.dumps({"event": event, **fields}).encode() + b"\n"


def _facts(engine: Engine) -> dict[str, object]:
    return {"name": engine.name, "process": os.getpid(), "plane": engine.plane, "udp": engine.endpoints}


class Ownership:
    """Who reads the events."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader: object | None = None

    @contextmanager
    def taken(self) -> Iterator[None]:
        if self._reader is not None:
            self._engine.close_rooms()
        reader = self._reader = object()
        try:
            yield
        finally:
            if self._reader is reader:
                self._reader = None
                self._engine.close_rooms()


def _set_routes(engine: Engine, room: str, order: Mapping[str, object]) -> None:
    epoch, routes = order.get("epoch"), order.get("routes")
    if not isinstance(epoch, int) or not isinstance(routes, Mapping):
        raise web.HTTPBadRequest(text="epoch and routes are asked for")
    recorded, recording = order.get("recorded", []), order.get("recording")
    screens, muted = order.get("screens", []), order.get("muted", [])
    if (
        not isinstance(recorded, list)
        or not isinstance(recording, str | None)
        or not isinstance(screens, list)
        or not isinstance(muted, list)
    ):
        raise web.HTTPBadRequest(text="recorded, screens, muted: lists of seats; recording: its name")
    engine.set_routes(
        room, epoch, routes, recorded=recorded, recording=recording, screens=screens, muted=muted
    )


def _withhold(engine: Engine, room: str, order: Mapping[str, object]) -> None:
    engine.withhold(room, str(order.get("seat", "")), _kinds(order))


def _kinds(order: Mapping[str, object]) -> frozenset[Kind]:
    kinds = order.get("kinds")
    if not isinstance(kinds, list) or not set(kinds) <= set(Kind):
        raise web.HTTPBadRequest(text="kinds: audio, video, screen")
    return frozenset(Kind(kind) for kind in kinds)


ORDERS: Mapping[str, Order] = {
    "open": lambda engine, room, _: engine.open_room(room),
    "close": lambda engine, room, _: engine.close_room(room),
    "routes": _set_routes,
    "revoke": lambda engine, room, order: engine.revoke(room, str(order.get("seat", ""))),
    "withhold": _withhold,
}
STATUS: Mapping[type[RtcError], type[web.HTTPException]] = {
    UnknownRoom: web.HTTPNotFound,
    StaleEpoch: web.HTTPConflict,
}


def routes(engine: Engine, chronicle: Chronicle, key: bytes) -> list[web.RouteDef]:
    """What `key` may order, as `Authorization: Bearer`."""
    ownership = Ownership(engine)

    def permit(request: web.Request) -> None:
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
        if not hmac.compare_digest(shown, key):
            raise web.HTTPUnauthorized

    async def order(request: web.Request) -> web.Response:
        permit(request)
        obey = ORDERS.get(request.match_info["order"])
        if obey is None:
            raise web.HTTPNotFound
        body = await request.json() if request.can_read_body else {}
        try:
            obey(engine, request.match_info["room"], body if isinstance(body, Mapping) else {})
        except (UnknownRoom, StaleEpoch) as error:
            raise STATUS[type(error)](text=str(error)) from error
        return web.Response(status=204)

    async def events(request: web.Request) -> web.StreamResponse:
        permit(request)
        response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
        await response.prepare(request)
        with ownership.taken(), suppress(ConnectionResetError):
            ready = {
                "name": engine.name,
                "process": os.getpid(),
                "plane": engine.plane,
                "udp": engine.endpoints,
            }
            await response.write(_line("Ready", **ready))
            while line := await chronicle.next_line():
                await response.write(line)
        return response

    return [web.post("/control/{room}/{order}", order), web.get("/control/events", events)]
