"""Proving who one is: the card, the face or our staff, the register; and the staff's side of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import BodyPartReader, web

from odr.domain.identity import Shown, State
from odr.errors import BadInput, NotAllowed, OdrError, TooMany
from odr.services.identity import IdentityView
from odr.web.addresses import named, rival_of
from odr.web.forms import Upload, local_path, read
from odr.web.keys import ACTOR, CLOCK, IDENTITY, STAFF_CHECKS, VIDEO_CHECKS
from odr.web.middlewares import status_of
from odr.web.render import render

_MOST_FRAMES: Final = 80
_MOST_FRAME_BYTES: Final = 400_000
_MOST_FIELD_BYTES: Final = 4_000
_NO_PICTURES: Final = "The pictures of the camera could not be taken. Please try again."
# State → the page where the person goes on.
_GOES_ON: Final = {
    State.CARD_READ: "/me/identity/confirm",
    State.CONFIRMED: "/me/identity/face",
}


# Where to go on once the identity is proved; the way there has several pages.
_AFTER_COOKIE: Final = "after_identity"
_DAY_S: Final = 86_400


@dataclass(frozen=True, slots=True)
class PhotoForm:
    photo: Upload | None


@dataclass(frozen=True, slots=True)
class CardForm:
    name: str
    sex: str
    nation: str
    birth: str
    address: str
    id_number: str
    authority: str
    valid_from: str
    valid_to: str


@dataclass(frozen=True, slots=True)
class ConsentForm:
    agree: bool


@dataclass(frozen=True, slots=True)
class Capture:
    """What the camera's page sends: JPEG frames, their times as JSON, the nonce of the challenge."""

    frames: tuple[bytes, ...]
    nonce: str
    times: str


@dataclass(frozen=True, slots=True)
class WayForm:
    way: str
    document: str
    name: str
    number: str


@dataclass(frozen=True, slots=True)
class NetworkForm:
    certificate: str


@dataclass(frozen=True, slots=True)
class VerdictForm:
    verdict: str
    note: str


async def show(request: web.Request) -> web.Response:
    """Where the person stands, and the one next step."""
    view = await request.app[IDENTITY].show(request[ACTOR])
    asked = request.query.get("next")
    following = local_path(asked or request.cookies.get(_AFTER_COOKIE, "/me"))
    video = await request.app[VIDEO_CHECKS].waiting(request[ACTOR])
    onward = _next_page(view)
    response = render(request, "identity/show.html", view=view, next=following, goes_on=onward, video=video)
    if asked:
        response.set_cookie(
            _AFTER_COOKIE, following, max_age=_DAY_S, httponly=True, samesite="Lax", path="/me/identity"
        )
    return response


async def show_side(request: web.Request) -> web.Response:
    view = await request.app[IDENTITY].show(request[ACTOR])
    return render(request, "identity/photo.html", view=view, side=request.match_info["side"], error=None)


async def take_side(request: web.Request) -> web.Response:
    form, side = await read(request, PhotoForm), request.match_info["side"]
    try:
        if form.photo is None:
            raise BadInput("Please choose or take a photo first.", field="photo")
        await request.app[IDENTITY].read_card(request[ACTOR], side, form.photo.body)
    except (BadInput, NotAllowed) as error:
        view = await request.app[IDENTITY].show(request[ACTOR])
        return render(request, "identity/photo.html", status=422, view=view, side=side, error=error)
    view = await request.app[IDENTITY].show(request[ACTOR])
    raise web.HTTPSeeOther(_next_page(view))


async def crop(request: web.Request) -> web.Response:
    return _png(await request.app[IDENTITY].crop(request[ACTOR], *_place(request)))


async def whole(request: web.Request) -> web.Response:
    photo = await request.app[IDENTITY].whole(request[ACTOR], *_place(request))
    return web.Response(body=photo, content_type="image/jpeg")


async def show_confirm(request: web.Request) -> web.Response:
    view = await request.app[IDENTITY].show(request[ACTOR])
    if not (view.front_taken and view.back_taken):
        raise web.HTTPSeeOther(_next_page(view))
    return render(request, "identity/confirm.html", view=view, typed={}, picked={}, error=None)


async def confirm(request: web.Request) -> web.Response:
    form = await read(request, CardForm)
    sent = await request.post()
    picked = {name: str(sent[f"pick-{name}"]) for name in CardForm.__slots__ if f"pick-{name}" in sent}
    typed = {name: picked.get(name) or getattr(form, name) for name in CardForm.__slots__}
    try:
        await request.app[IDENTITY].confirm_card(request[ACTOR], typed, picked)
    except (BadInput, NotAllowed) as error:
        view = await request.app[IDENTITY].show(request[ACTOR])
        context = {"view": view, "typed": typed, "picked": picked, "error": error}
        return render(request, "identity/confirm.html", status=422, **context)
    raise web.HTTPSeeOther("/me/identity/face")


async def consent(request: web.Request) -> web.Response:
    """Agree, by a tick of its own, or take the agreement back."""
    form = await read(request, ConsentForm)
    await request.app[IDENTITY].consent(request[ACTOR], granted=form.agree)
    raise web.HTTPSeeOther("/me/identity/face" if form.agree else "/me/identity/consent")


async def forget_photos(request: web.Request) -> web.Response:
    await request.app[IDENTITY].forget_photos(request[ACTOR])
    raise web.HTTPSeeOther("/me/identity/consent")


async def case_photo(request: web.Request) -> web.Response:
    """The card of whoever began the case, for its judge."""
    case, side = named(request, "case"), request.match_info["side"]
    photo = await request.app[STAFF_CHECKS].case_photo(request[ACTOR], case, side)
    return web.Response(body=photo, content_type="image/jpeg", headers={"Cache-Control": "no-store"})


async def show_consent(request: web.Request) -> web.Response:
    """What was agreed to about the face, since when, and how to take it back."""
    view = await request.app[IDENTITY].show(request[ACTOR])
    return render(request, "identity/consent.html", view=view)


async def show_face(request: web.Request) -> web.Response:
    """Consent first; then the camera, with a challenge drawn for this very page."""
    return await _face_page(request, refused=())


async def check_face(request: web.Request) -> web.Response:
    """The frames of the page's challenge: `frames` (JPEG), `times` (JSON: milliseconds), `nonce`."""
    sent = await _capture(request)
    frames = list(zip(sent.frames, _times(sent.times, len(sent.frames)), strict=True))
    try:
        outcome = await request.app[IDENTITY].check_face(request[ACTOR], sent.nonce, frames)
    except (BadInput, NotAllowed) as error:
        return await _face_page(request, refused=(error,))
    if outcome.passed or outcome.near or not outcome.tries_left:
        raise web.HTTPSeeOther("/me/identity")
    return await _face_page(request, refused=outcome.reasons, spared=outcome.spared)


async def show_staff_check(request: web.Request) -> web.Response:
    view = await request.app[IDENTITY].show(request[ACTOR])
    typed = WayForm("", "", "", "")
    return render(request, "identity/staff_check.html", view=view, typed=typed, error=None)


async def ask_staff(request: web.Request) -> web.Response:
    form = await read(request, WayForm)
    try:
        shown = Shown(form.document, form.name, form.number)
        await request.app[IDENTITY].ask_staff(request[ACTOR], form.way, shown)
    except (BadInput, NotAllowed) as error:
        view = await request.app[IDENTITY].show(request[ACTOR])
        status = status_of(error)
        return render(request, "identity/staff_check.html", status=status, view=view, typed=form, error=error)
    raise web.HTTPSeeOther("/me/identity")


async def show_network(request: web.Request) -> web.Response:
    """The way of the network identity service; the person comes back here with a certificate."""
    return await _network_page(request, request.query.get("certificate", ""), None)


async def use_network(request: web.Request) -> web.Response:
    form = await read(request, NetworkForm)
    try:
        await request.app[IDENTITY].use_network(request[ACTOR], form.certificate)
    except (BadInput, NotAllowed) as error:
        return await _network_page(request, "", error)
    raise web.HTTPSeeOther("/me/identity")


async def _network_page(request: web.Request, certificate: str, error: OdrError | None) -> web.Response:
    service = request.app[IDENTITY]
    context = {
        "view": await service.show(request[ACTOR]),
        "address": service.network_address("/me/identity/network"),
        "certificate": certificate,
        "error": error,
    }
    return render(request, "identity/network.html", status=status_of(error) if error else 200, **context)


async def show_check(request: web.Request) -> web.Response:
    return await check_page(request, error=None)


async def card_photo(request: web.Request) -> web.Response:
    account = named(request, "account")
    photo = await request.app[STAFF_CHECKS].card_photo(request[ACTOR], account, request.match_info["side"])
    return web.Response(body=photo, content_type="image/jpeg")


async def decide(request: web.Request) -> web.Response:
    form, account = await read(request, VerdictForm), named(request, "account")
    try:
        if form.verdict not in ("same", "other"):
            raise BadInput("Please choose what you saw.", field="verdict")
        same = form.verdict == "same"
        await request.app[STAFF_CHECKS].decide(request[ACTOR], account, same=same, note=form.note)
    except (BadInput, NotAllowed, TooMany) as error:
        return await check_page(request, error=error)
    raise web.HTTPSeeOther("/staff")


async def check_page(request: web.Request, *, error: OdrError | None) -> web.Response:
    check = await request.app[STAFF_CHECKS].open(request[ACTOR], named(request, "account"))
    status = status_of(error) if error else 200
    now = request.app[CLOCK].now()
    return render(request, "identity/check.html", status=status, check=check, now=now, error=error)


async def _face_page(
    request: web.Request, *, refused: Sequence[str | OdrError], spared: bool = False
) -> web.Response:
    service, actor = request.app[IDENTITY], request[ACTOR]
    view = await service.show(actor)
    if view.state != State.CONFIRMED:
        raise web.HTTPSeeOther("/me/identity")
    asked = await service.challenge(actor) if view.consented and view.tries_left else None
    status = 422 if refused else 200
    context = {"view": view, "asked": asked, "refused": refused, "spared": spared}
    return render(request, "identity/face.html", status=status, **context)


async def _capture(request: web.Request) -> Capture:
    """The form of the camera, read into memory: the usual way to read a form keeps files on the disk."""
    frames: list[bytes] = []
    fields = {"nonce": "", "times": ""}
    if not request.content_type.startswith("multipart/"):
        raise BadInput(_NO_PICTURES)
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or len(frames) == _MOST_FRAMES:
            raise BadInput(_NO_PICTURES)
        if part.name == "frames":
            frames.append(await _body(part, _MOST_FRAME_BYTES))
        elif part.name in fields:
            fields[part.name] = (await _body(part, _MOST_FIELD_BYTES)).decode("utf-8", "replace")
    return Capture(tuple(frames), **fields)


async def _body(part: BodyPartReader, most_bytes: int) -> bytes:
    body = bytearray()
    while chunk := await part.read_chunk():
        body += chunk
        if len(body) > most_bytes:
            raise BadInput(_NO_PICTURES)
    return bytes(body)


def _times(text: object, count: int) -> list[int]:
    """The milliseconds of `count` frames as the page sent them; BadInput for anything else."""
    try:
        times = json.loads(str(text))
    except ValueError:
        times = None
    if not isinstance(times, list) or len(times) != count or not all(type(t) is int for t in times):
        raise BadInput(_NO_PICTURES)
    return times


def _next_page(view: IdentityView) -> str:
    if not view.front_taken:
        return "/me/identity/front"
    if not view.back_taken:
        return "/me/identity/back"
    return _GOES_ON.get(State(view.state), "/me/identity") if view.state else "/me/identity/front"


def _place(request: web.Request) -> tuple[str, str, int]:
    """Side, field, and which of the places that say something about it."""
    return request.match_info["side"], request.match_info["field"], rival_of(request)


def _png(body: bytes) -> web.Response:
    return web.Response(body=body, content_type="image/png")
