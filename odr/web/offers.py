"""The negotiation of a case: what lies on the table, a new offer, its answer."""

from dataclasses import dataclass, fields, replace
from datetime import date

from aiohttp import web

from odr.domain.agreements import Default
from odr.domain.offers import MOST_PARTS, Every, Offered, Plan, Validity, examine, instalments
from odr.errors import BadInput, NotAllowed, OdrError, TooMany
from odr.services.offers import NegotiationView, OfferView
from odr.web.addresses import case_id, id_of
from odr.web.formats import COURT_ZONE
from odr.web.forms import read, yuan_to_fen
from odr.web.keys import ACTOR, CLOCK, COMPARISONS, OFFERS
from odr.web.render import render

INTERVALS = {  # messages
    Every.WEEK: "every week",
    Every.FORTNIGHT: "every two weeks",
    Every.MONTH: "every month",
    Every.QUARTER: "every three months",
}
VALIDITIES = {  # messages
    Validity.HOUR: "for one hour",
    Validity.TODAY: "until the end of today",
    Validity.THREE_DAYS: "for three days",
    Validity.WEEK: "for a week",
    Validity.FORTNIGHT: "for fifteen days",
}
STATES = {  # messages
    "open": "Waits for an answer",
    "accepted": "Accepted",
    "welcomed": "This side could live with it",
    "declined": "Not accepted",
    "countered": "Answered with another offer",
    "withdrawn": "Taken back",
    "lapsed": "Lapsed",
}


@dataclass(frozen=True, slots=True)
class OfferForm:
    """`counter`: the offer that this one answers; `to`: "", or a side that the mediator asks alone."""

    act: str = ""
    counter: str = ""
    to: str = ""
    payer: str = ""
    amount: str = ""
    number: str = ""
    first: str = ""
    every: str = ""
    down: str = ""
    accelerates: bool = False
    penalty: str = ""
    other: str = ""
    settles: bool = False
    validity: str = ""

    @property
    def sent(self) -> list[tuple[str, str]]:
        """Name and value of each field that is not empty, to be sent again as it was seen."""
        values = [(one.name, getattr(self, one.name)) for one in fields(self) if one.name != "act"]
        return [(name, "yes" if value is True else value) for name, value in values if value]


@dataclass(frozen=True, slots=True)
class AnswerForm:
    answer: str


async def show(request: web.Request) -> web.Response:
    return await table(request, None)


async def show_new(request: web.Request) -> web.Response:
    """The empty form, or one filled with the offer that `counter` or `like` names."""
    view = await _view(request)
    counter = request.query.get("counter", "")
    model = _named(view, counter or request.query.get("like", ""))
    form = _form_of(model) if model else OfferForm(payer="B", number="1", settles=True)
    kept = replace(form, counter=counter if model else "", to=request.query.get("to", ""))
    return _form(request, view, replace(kept, every=Every.MONTH, validity=Validity.THREE_DAYS), None, None)


async def make(request: web.Request) -> web.Response:
    """Show the offer as it will be seen, or send what was shown."""
    form, actor, case = await read(request, OfferForm), request[ACTOR], case_id(request)
    view, offers, seen = await _view(request), request.app[OFFERS], None
    try:
        validity, offered = _validity(form.validity), _offered(form)
        examine(offered, request.app[CLOCK].now().astimezone(COURT_ZONE).date())
        seen = offered
        if form.act == "send":
            counters = id_of(form.counter) if form.counter else None
            to = form.to if form.to in ("A", "B") else ""
            await offers.make(actor, case, offered, validity, to=to, counters=counters)
            raise web.HTTPSeeOther(f"/cases/{case}/negotiation")
    except (BadInput, NotAllowed, TooMany) as error:
        return _form(request, view, form, None, error)
    return _form(request, view, form, seen, None)


async def answer(request: web.Request) -> web.Response:
    form, offers = await read(request, AnswerForm), request.app[OFFERS]
    actor, case, offer = request[ACTOR], case_id(request), id_of(request.match_info["offer"])
    try:
        if form.answer not in ("yes", "no"):
            raise BadInput("Please choose yes or no.", field="answer")
        await offers.answer(actor, case, offer, yes=form.answer == "yes")
    except (BadInput, NotAllowed) as error:
        return await table(request, error)
    raise web.HTTPSeeOther(f"/cases/{case}/negotiation")


async def withdraw(request: web.Request) -> web.Response:
    case = case_id(request)
    try:
        await request.app[OFFERS].withdraw(request[ACTOR], case, id_of(request.match_info["offer"]))
    except NotAllowed as error:
        return await table(request, error)
    raise web.HTTPSeeOther(f"/cases/{case}/negotiation")


async def _view(request: web.Request) -> NegotiationView:
    return await request.app[OFFERS].show(request[ACTOR], case_id(request))


async def table(request: web.Request, error: OdrError | None) -> web.Response:
    """The page with everything that lies on the table."""
    compared = await request.app[COMPARISONS].show(request[ACTOR], case_id(request))
    context = {"view": await _view(request), "compared": compared, "error": error, "offer_states": STATES}
    return render(request, "offers/show.html", status=422 if error else 200, **context)


def _form(
    request: web.Request,
    view: NegotiationView,
    form: OfferForm,
    offered: Offered | None,
    error: OdrError | None,
) -> web.Response:
    today = request.app[CLOCK].now().astimezone(COURT_ZONE).date()
    context = {"view": view, "form": form, "offered": offered, "error": error, "today": today}
    words = {"intervals": INTERVALS, "validities": VALIDITIES, "most": MOST_PARTS}
    countered = _named(view, form.counter)
    status = 422 if error else 200
    return render(request, "offers/new.html", status=status, countered=countered, **context, **words)


def _named(view: NegotiationView, text: str) -> OfferView | None:
    """The offer of this case that the person may see, by its id."""
    return next((one for one in view.offers if str(one.id) == text), None)


def _form_of(view: OfferView) -> OfferForm:
    one = view.offered
    return OfferForm(
        payer=one.payer,
        amount=f"{one.amount_fen / 100:.2f}".removesuffix(".00") if one.amount_fen else "",
        number=str(max(len(one.instalments), 1)),
        first=_day(one.instalments[0].due) if one.instalments else "",
        accelerates=one.default.accelerates,
        penalty=one.default.penalty,
        other="\n".join(one.other),
        settles=one.settles,
    )


def _offered(form: OfferForm) -> Offered:
    amount_fen = yuan_to_fen(form.amount, "amount") if form.amount else 0
    return Offered(
        payer=form.payer,
        amount_fen=amount_fen,
        instalments=instalments(_plan(form, amount_fen)) if amount_fen else (),
        default=Default(form.accelerates, form.penalty),
        other=tuple(line.strip() for line in form.other.splitlines() if line.strip()),
        settles=form.settles,
    )


def _plan(form: OfferForm, amount_fen: int) -> Plan:
    if not (form.number or "1").isdecimal() or len(form.number) > 3:
        raise BadInput("Please choose between 1 and 60 payments.", field="number")
    try:
        first = date.fromisoformat(form.first)
    except ValueError:
        raise BadInput("Please say on which day the first payment is made.", field="first") from None
    down = yuan_to_fen(form.down, "down") if form.down else 0
    every = Every(form.every) if form.every in set(Every) else Every.MONTH
    return Plan(amount_fen, int(form.number or 1), first, every, down)


def _validity(text: str) -> Validity:
    if text not in set(Validity):
        raise BadInput("Please say how long your offer stands.", field="validity")
    return Validity(text)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
