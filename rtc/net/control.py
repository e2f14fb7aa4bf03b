"""Orders to a media server that runs alone: HTTP with a shared key, for whoever owns the rooms.

POST /control/{room}/open | close | routes | revoke | mute | withhold, and
GET /control/events: one JSON line an event.
"""

import asyncio
import dataclasses
import hmac
import json
from collections.abc import Callable, Mapping

from aiohttp import web

from rtc.core.events import RoomEvent, SeatHealth
from rtc.core.packets import Kind
from rtc.errors import RtcError, StaleEpoch, UnknownRoom
from rtc.net.engine import Engine

MAX_EVENTS = 4096
Order = Callable[[Engine, str, Mapping[str, object]], None]


class Chronicle:
    """An observer whose events wait, in order and bounded, for one reader."""

    def __init__(self) -> None:
        self._events: asyncio.Queue[RoomEvent] = asyncio.Queue(MAX_EVENTS)

    def tell(self, event: RoomEvent) -> None:
        if isinstance(event, SeatHealth) and self._events.qsize() > MAX_EVENTS // 2:
            return
        if self._events.full():
            self._events.get_nowait()
        self._events.put_nowait(event)

    async def next_line(self) -> bytes:
        event = await self._events.get()
        return json.dumps({"event": type(event).__name__, **dataclasses.asdict(event)}).encode() + b"\n"


def _set_routes(engine: Engine, room: str, order: Mapping[str, object]) -> None:
    epoch, routes = order.get("epoch"), order.get("routes")
    if not isinstance(epoch, int) or not isinstance(routes, Mapping):
        raise web.HTTPBadRequest(text="epoch and routes are asked for")
    recorded, recording = order.get("recorded", []), order.get("recording")
    if not isinstance(recorded, list) or not isinstance(recording, str | None):
        raise web.HTTPBadRequest(text="recorded: a list of seats; recording: its name")
    engine.set_routes(room, epoch, routes, recorded, recording)


def _mute(engine: Engine, room: str, order: Mapping[str, object]) -> None:
    engine.mute(room, str(order.get("seat", "")), _kinds(order))


def _withhold(engine: Engine, room: str, order: Mapping[str, object]) -> None:
    engine.withhold(room, str(order.get("seat", "")), _kinds(order))


def _kinds(order: Mapping[str, object]) -> frozenset[Kind]:
    kinds = order.get("kinds")
    if not isinstance(kinds, list) or not set(kinds) <= set(Kind):
        raise web.HTTPBadRequest(text="kinds: audio, video")
    return frozenset(Kind(kind) for kind in kinds)


ORDERS: Mapping[str, Order] = {
    "open": lambda engine, room, _: engine.open_room(room),
    "close": lambda engine, room, _: engine.close_room(room),
    "routes": _set_routes,
    "revoke": lambda engine, room, order: engine.revoke(room, str(order.get("seat", ""))),
    "mute": _mute,
    "withhold": _withhold,
}
STATUS: Mapping[type[RtcError], type[web.HTTPException]] = {
    UnknownRoom: web.HTTPNotFound,
    StaleEpoch: web.HTTPConflict,
}


def routes(engine: Engine, chronicle: Chronicle, key: bytes) -> list[web.RouteDef]:
    """What `key` may order, as `Authorization: Bearer`."""

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
        while True:
            await response.write(await chronicle.next_line())

    return [web.post("/control/{room}/{order}", order), web.get("/control/events", events)]
