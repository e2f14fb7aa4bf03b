"""The room's page and what it asks and tells as JSON; news comes over /push, media over /rtc."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from aiohttp import web

from odr.domain.accounts import Actor
from odr.domain.devices import runs_on
from odr.errors import BadInput, NotFound
from odr.services.rooms import RoomService
from odr.web.addresses import named
from odr.web.keys import ACTOR, CHAT, MINUTES, ROOMS, SITTINGS
from odr.web.render import render
from odr.web.sittings import TITLES

_People = Callable[[RoomService, Actor, UUID, dict[str, Any]], Awaitable[None]]
_ACTS: Final[dict[str, _People]] = {
    "start": lambda rooms, actor, sitting, _: rooms.start(actor, sitting),
    "joint": lambda rooms, actor, sitting, _: rooms.joint(actor, sitting),
    "close": lambda rooms, actor, sitting, _: rooms.close(actor, sitting),
    "back": lambda rooms, actor, sitting, _: rooms.back(actor, sitting),
    "caucus": lambda rooms, actor, sitting, sent: rooms.ask_apart(actor, sitting, str(sent.get("side"))),
    "record": lambda rooms, actor, sitting, _: rooms.record(actor, sitting),
    "stop-record": lambda rooms, actor, sitting, _: rooms.stop_recording(actor, sitting),
    "withdraw": lambda rooms, actor, sitting, _: rooms.withdraw(actor, sitting),
    "admit": lambda rooms, actor, sitting, sent: rooms.admit(actor, sitting, _person(sent)),
    "dismiss": lambda rooms, actor, sitting, sent: rooms.dismiss(actor, sitting, _person(sent)),
    "lower": lambda rooms, actor, sitting, sent: rooms.lower(actor, sitting, _person(sent)),
    "mute": lambda rooms, actor, sitting, sent: rooms.mute(actor, sitting, _person(sent)),
    "unmute": lambda rooms, actor, sitting, sent: rooms.unmute(actor, sitting, _person(sent)),
    "stop-screen": lambda rooms, actor, sitting, sent: rooms.stop_screen(actor, sitting, _person(sent)),
    "remove": lambda rooms, actor, sitting, sent: rooms.remove(actor, sitting, _person(sent)),
}


async def show(request: web.Request) -> web.Response:
    """The room's page; who has not passed the door is sent there."""
    sitting_id = named(request, "sitting")
    view = await request.app[SITTINGS].invitation(request[ACTOR], sitting_id)
    at_the_door = view.state != "closed" and (view.opens_at or not (view.verified and view.rules_agreed))
    if at_the_door or view.put_out:
        raise web.HTTPSeeOther(f"/sittings/{sitting_id}")
    return render(request, "sittings/room.html", view=view, heading=TITLES[view.kind])


async def state(request: web.Request) -> web.Response:
    """The room as this person may see it; the shape is `RoomView`."""
    return view_json(await request.app[ROOMS].show(request[ACTOR], named(request, "sitting")))


async def ticket(request: web.Request) -> web.Response:
    device = runs_on(request.headers.get("User-Agent", ""))
    token = await request.app[ROOMS].ticket(request[ACTOR], named(request, "sitting"), device)
    return web.json_response({"ticket": token})


async def host(request: web.Request) -> web.Response:
    """What the host does, by its name in the address; some of it to a {seat} or a {side}."""
    act = _ACTS.get(request.match_info["act"])
    if act is None:
        raise NotFound
    await act(request.app[ROOMS], request[ACTOR], named(request, "sitting"), await sent_json(request))
    return web.json_response({})


async def answer(request: web.Request) -> web.Response:
    """JSON: accepts, reason: of a person who is asked to talk apart with the host."""
    sent, sitting_id = await sent_json(request), named(request, "sitting")
    if sent.get("accepts") is True:
        await request.app[ROOMS].accept(request[ACTOR], sitting_id)
    else:
        await request.app[ROOMS].decline(request[ACTOR], sitting_id, text_of(sent, "reason"))
    return web.json_response({})


async def answer_recording(request: web.Request) -> web.Response:
    """JSON: agrees: to the recording that is in force; false at any time ends it."""
    agrees = (await sent_json(request)).get("agrees")
    if not isinstance(agrees, bool):
        raise BadInput
    await request.app[ROOMS].answer_recording(request[ACTOR], named(request, "sitting"), agrees=agrees)
    return web.json_response({})


async def hand(request: web.Request) -> web.Response:
    """JSON: up: the person asks to speak, or no longer."""
    up = (await sent_json(request)).get("up") is True
    await request.app[ROOMS].ask_to_speak(request[ACTOR], named(request, "sitting"), up=up)
    return web.json_response({})


async def share(request: web.Request) -> web.Response:
    """JSON: on. The person shows their screen to the talk where they are, or no longer."""
    sitting_id, on = named(request, "sitting"), (await sent_json(request)).get("on", False)
    if not isinstance(on, bool):
        raise BadInput
    if on:
        return web.json_response({"epoch": await request.app[ROOMS].share(request[ACTOR], sitting_id)})
    await request.app[ROOMS].unshare(request[ACTOR], sitting_id)
    return web.json_response({})


async def say(request: web.Request) -> web.Response:
    sent = await sent_json(request)
    line = await request.app[CHAT].say(request[ACTOR], named(request, "sitting"), text_of(sent, "text"))
    return web.json_response({"id": str(line)})


async def release(request: web.Request) -> web.Response:
    """The person lets everybody read a line that they wrote apart."""
    line_id = named(request, "line")
    await request.app[CHAT].release(request[ACTOR], named(request, "sitting"), line_id)
    return web.json_response({})


async def write_minutes(request: web.Request) -> web.Response:
    sent = await sent_json(request)
    speaker, text = text_of(sent, "speaker"), text_of(sent, "text")
    sitting_id, name = named(request, "sitting"), _name(sent)
    line = await request.app[MINUTES].write(request[ACTOR], sitting_id, speaker, text, name)
    return web.json_response({"id": str(line)})


async def facts(request: web.Request) -> web.Response:
    """JSON: the facts as stated, with what each side says of them."""
    found = await request.app[MINUTES].facts(request[ACTOR], named(request, "sitting"))
    return web.json_response({"facts": [_plain(asdict(one)) for one in found]})


async def state_fact(request: web.Request) -> web.Response:
    sent, sitting_id = await sent_json(request), named(request, "sitting")
    text, name = text_of(sent, "text"), _name(sent)
    fact = await request.app[MINUTES].state_fact(request[ACTOR], sitting_id, text, name)
    return web.json_response({"id": str(fact)})


async def answer_fact(request: web.Request) -> web.Response:
    """JSON: agrees."""
    agrees = (await sent_json(request)).get("agrees")
    if not isinstance(agrees, bool):
        raise BadInput
    sitting_id, fact = named(request, "sitting"), named(request, "fact")
    await request.app[MINUTES].answer_fact(request[ACTOR], sitting_id, fact, agrees=agrees)
    return web.json_response({})


async def sent_json(request: web.Request) -> dict[str, Any]:
    """The JSON object that was sent; an empty body is an empty object."""
    if not request.can_read_body:
        return {}
    try:
        sent = await request.json()
    except ValueError:
        raise BadInput from None
    if not isinstance(sent, dict):
        raise BadInput
    return sent


def text_of(sent: dict[str, Any], name: str) -> str:
    value = sent.get(name, "")
    return value if isinstance(value, str) else ""


def _name(sent: dict[str, Any]) -> UUID | None:
    """What the page calls that which it sends, so that it is known when it comes once more."""
    try:
        return UUID(text_of(sent, "name")) if "name" in sent else None
    except ValueError:
        raise BadInput from None


def _person(sent: dict[str, Any]) -> UUID:
    try:
        return UUID(str(sent.get("seat")))
    except ValueError:
        raise BadInput from None


def view_json(view: object) -> web.Response:
    return web.json_response(_plain(asdict(view)))  # type: ignore[call-overload]  # a view dataclass


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
