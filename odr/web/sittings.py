"""Before a sitting: the invitation with its calendar file, the device check, the rules at the door."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiohttp import web
from icalendar import Alarm, Calendar, Event

from odr.domain.companions import companions
from odr.domain.devices import DeviceCheck, Fault, Finding, Part, runs_on
from odr.domain.permissions import signed_in
from odr.domain.surveys import QUESTIONS
from odr.errors import BadInput, NotAllowed, NotFound
from odr.languages import translate
from odr.services.sittings import InvitationView
from odr.web.addresses import named
from odr.web.forms import read
from odr.web.keys import ACTOR, AGREEMENTS, CASES, CLOCK, MINUTES, SETTINGS, SITTINGS, SURVEYS
from odr.web.render import language, render

_CHECKED = ("camera", "microphone", "speaker", "media")
MOST_UP_BYTES = 2**18  # of one piece whose way up is measured
USUAL_LENGTH = timedelta(hours=1)
TITLES = {"mediation": "Online mediation", "confirmation": "Hearing on judicial confirmation"}  # messages


@dataclass(frozen=True, slots=True)
class RulesForm:
    rights: bool
    no_recording: bool


@dataclass(frozen=True, slots=True)
class BesideForm:
    name: tuple[str, ...]
    relation: tuple[str, ...]


async def show(request: web.Request) -> web.Response:
    view = await request.app[SITTINGS].invitation(request[ACTOR], named(request, "sitting"))
    if view.kind == "mediation" and view.state == "closed" and view.held:
        with suppress(NotFound):  # who had a seat, and has no part in the case, reads no minutes
            return await _summary(request, view)
    return await _page(request)


async def show_check(request: web.Request) -> web.Response:
    view = await request.app[SITTINGS].invitation(request[ACTOR], named(request, "sitting"))
    page_url = f"{request.app[SETTINGS].base_url}/sittings/{view.id}/check"
    return render(request, "sittings/check.html", view=view, page_url=page_url)


async def agree_rules(request: web.Request) -> web.Response:
    form, sitting_id = await read(request, RulesForm), named(request, "sitting")
    try:
        if not (form.rights and form.no_recording):
            raise BadInput("Please tick both lines to enter.", field="rights")
        await request.app[SITTINGS].agree_rules(request[ACTOR], sitting_id)
    except (BadInput, NotAllowed) as error:
        return await _page(request, error=error)
    raise web.HTTPSeeOther(f"/sittings/{sitting_id}/room")


async def name_companions(request: web.Request) -> web.Response:
    form, sitting_id = await read(request, BesideForm), named(request, "sitting")
    try:
        beside = companions(form.name, form.relation)
        await request.app[SITTINGS].name_companions(request[ACTOR], sitting_id, beside)
    except (BadInput, NotAllowed) as error:
        return await _page(request, error=error)
    raise web.HTTPSeeOther(f"/sittings/{sitting_id}")


async def keep_check(request: web.Request) -> web.Response:
    """JSON: camera, microphone, speaker, media (each a Finding), rtt_ms, loss, up_kbps, why (Part: Fault)."""
    try:
        sent = await request.json()
        camera, microphone, speaker, media = (Finding(str(sent[name])) for name in _CHECKED)
        rtt_ms, loss, up = round(float(sent["rtt_ms"])), float(sent["loss"]), sent.get("up_kbps")
        up_kbps = None if up is None else round(float(up))
        faults = {Part(part): Fault(fault) for part, fault in dict(sent.get("why") or {}).items()}
        check = DeviceCheck(camera, microphone, speaker, media, rtt_ms, loss, up_kbps, faults)
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError):
        raise BadInput from None
    await request.app[SITTINGS].keep_check(request[ACTOR], named(request, "sitting"), check)
    return web.json_response({"verdict": check.verdict.value, "path": check.path.value})


async def uplink(request: web.Request) -> web.Response:
    """Takes a piece of at most 256 KiB and forgets it: the page measures how long its way up was."""
    signed_in(request[ACTOR])
    got = 0
    async for piece in request.content.iter_chunked(2**15):
        got += len(piece)
        if got > MOST_UP_BYTES:
            raise BadInput
    return web.json_response({"bytes": got})


async def test_ticket(request: web.Request) -> web.Response:
    device = runs_on(request.headers.get("User-Agent", ""))
    ticket = await request.app[SITTINGS].test_ticket(request[ACTOR], named(request, "sitting"), device)
    return web.json_response({"ticket": ticket})


async def ping(_request: web.Request) -> web.Response:
    """The shortest answer: its round trip is that of the way."""
    return web.json_response({})


async def calendar(request: web.Request) -> web.Response:
    view = await request.app[SITTINGS].invitation(request[ACTOR], named(request, "sitting"))
    lang, base = language(request), request.app[SETTINGS].base_url
    entry, alarm, file = Event(), Alarm(), Calendar()
    entry.add("uid", f"{view.id}@odr")
    entry.add("summary", f"{translate(TITLES[view.kind], lang)} {view.number}".rstrip())
    here = f"{base}/sittings/{view.id}"
    test = translate("Please test your device beforehand: %(url)s", lang, {"url": f"{here}/check"})
    enter = translate("To the sitting itself: %(url)s", lang, {"url": here})
    entry.add("description", f"{test}\n{enter}")
    entry.add("location", here)
    entry.add("url", here)
    entry.add("dtstamp", view.called_at)
    entry.add("dtstart", view.starts_at)
    entry.add("dtend", view.starts_at + USUAL_LENGTH)
    alarm.add("action", "DISPLAY")
    alarm.add("description", translate(TITLES[view.kind], lang))
    alarm.add("trigger", -timedelta(hours=1))
    entry.add_component(alarm)
    file.add("prodid", "-//odr//sittings//ZH")
    file.add("version", "2.0")
    file.add_component(entry)
    headers = {"Content-Disposition": 'attachment; filename="sitting.ics"'}
    return web.Response(body=file.to_ical(), content_type="text/calendar", charset="utf-8", headers=headers)


async def _summary(request: web.Request, view: InvitationView) -> web.Response:
    """What is left of a sitting that is over: what was agreed, the minutes, what is next; the survey."""
    actor, app = request[ACTOR], request.app
    minutes = await app[MINUTES].show(actor, view.id)
    context: dict[str, Any] = {
        "view": view,
        "minutes": minutes,
        "agreement": await app[AGREEMENTS].show(actor, view.case_id),
        "case": await app[CASES].show(actor, view.case_id) if minutes.side else None,
        "asked": await app[SURVEYS].open_for(actor, view.id),
        "questions": QUESTIONS,
        "thanks": "thanks" in request.query,
        "unanswered": "unanswered" in request.query,
        "now": app[CLOCK].now(),
    }
    return render(request, "sittings/summary.html", **context)


async def _page(request: web.Request, error: BadInput | NotAllowed | None = None) -> web.Response:
    view: InvitationView = await request.app[SITTINGS].invitation(request[ACTOR], named(request, "sitting"))
    status = 422 if error else 200
    title = TITLES[view.kind]
    return render(request, "sittings/show.html", status=status, view=view, heading=title, error=error)
