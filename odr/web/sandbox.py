"""Pages that exist only in sandbox mode: messages and payments."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from aiohttp import web

from odr.errors import BadInput
from odr.ports.payments import PaymentOutcome
from odr.web.addresses import named
from odr.web.forms import local_path, read
from odr.web.keys import NETWORK_APP, SANDBOX, SETTINGS
from odr.web.render import render

# What the payer presses → what becomes of the order, and how often the provider tells the court.
_CHOICES: Final = {
    "pay": (PaymentOutcome.PAID, 1),
    "twice": (PaymentOutcome.PAID, 2),
    "silent": (PaymentOutcome.PAID, 0),
    "fail": (PaymentOutcome.FAILED, 1),
}


@dataclass(frozen=True, slots=True)
class CitizenForm:
    citizen: str
    back: str


@dataclass(frozen=True, slots=True)
class PayForm:
    what: str


async def show_messages(request: web.Request) -> web.Response:
    messages = await request.app[SANDBOX].messages(request.query.get("to", ""))
    return render(request, "sandbox/messages.html", messages=messages)


async def show_citizens(request: web.Request) -> web.Response:
    citizens = request.app[SANDBOX].citizens()
    folder = request.app[SETTINGS].data_dir / "samples"
    samples = {one.id: sorted(path.name for path in (folder / one.id).glob("*.*")) for one in citizens}
    return render(request, "sandbox/citizens.html", citizens=citizens, samples=samples)


async def show_network_app(request: web.Request) -> web.Response:
    """The app of the network identity service, as the sandbox plays it: who are you?"""
    back = local_path(request.query.get("back", "/me/identity/network"))
    return render(request, "sandbox/network.html", citizens=request.app[SANDBOX].citizens(), back=back)


async def give_certificate(request: web.Request) -> web.Response:
    form = await read(request, CitizenForm)
    certificate = request.app[NETWORK_APP].issue(form.citizen)
    raise web.HTTPSeeOther(f"{local_path(form.back)}?{urlencode({'certificate': certificate})}")


async def show_order(request: web.Request) -> web.Response:
    order, result = await request.app[SANDBOX].order(named(request, "order"))
    return render(request, "sandbox/payment.html", order=order, result=result)


async def decide_order(request: web.Request) -> web.Response:
    form = await read(request, PayForm)
    if form.what not in _CHOICES:
        raise BadInput
    outcome, callbacks = _CHOICES[form.what]
    order_id = named(request, "order")
    await request.app[SANDBOX].decide(order_id, outcome, callbacks=callbacks)
    raise web.HTTPSeeOther(f"/sandbox/payments/{order_id}")
