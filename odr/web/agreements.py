"""The agreement's page: read it, sign it, decline it; for the mediator, write and offer it."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import asdict, dataclass

from aiohttp import web

from filing.sentences import Sentence
from odr.domain.clarity import Finding
from odr.domain.differences import Pair
from odr.errors import BadInput, Conflict, NotAllowed, NotFound, OdrError, TooMany
from odr.services.agreements import AgreementView, DraftView
from odr.web.addresses import case_id
from odr.web.forms import Upload, drawing_of, read
from odr.web.keys import ACTOR, AGREEMENTS, SIGNING
from odr.web.offers import INTERVALS
from odr.web.render import render
from odr.web.terms import TermsForm, form_of, longer, split, terms_of


@dataclass(frozen=True, slots=True)
class SignForm:
    drawing: str
    photo: Upload | None


@dataclass(frozen=True, slots=True)
class CodeForm:
    code: str


@dataclass(frozen=True, slots=True)
class DeclineForm:
    reason: str


async def show(request: web.Request) -> web.Response:
    return await page_of(request, None)


async def state(request: web.Request) -> web.Response:
    """The same as JSON, for the room."""
    view = await request.app[AGREEMENTS].show(request[ACTOR], case_id(request))
    said = {
        "state": view.state,
        "version": view.version,
        "offered": view.offered_at is not None,
        "pages": view.pages,
        "digest": view.digest,
        "lines": view.lines,
        "signers": [_signer(asdict(one)) for one in view.signers],
    }
    return web.json_response(said, headers={"Cache-Control": "no-store"})


async def show_page(request: web.Request) -> web.Response:
    number = request.match_info["number"]
    if not number.isdecimal() or len(number) > 4:
        raise NotFound
    png = await request.app[AGREEMENTS].page(request[ACTOR], case_id(request), int(number))
    return web.Response(body=png, content_type="image/png", headers={"Cache-Control": "no-store"})


async def send_pdf(request: web.Request) -> web.Response:
    pdf = await request.app[AGREEMENTS].pdf(request[ACTOR], case_id(request))
    headers = {"Content-Disposition": 'inline; filename="agreement.pdf"', "Cache-Control": "no-store"}
    return web.Response(body=pdf, content_type="application/pdf", headers=headers)


async def show_terms(request: web.Request) -> web.Response:
    view = await request.app[AGREEMENTS].draft(request[ACTOR], case_id(request))
    return _terms(request, view, form_of(view.terms), None)


async def save_terms(request: web.Request) -> web.Response:
    """Keep the terms, or show the form with room for more."""
    form, actor, case = await read(request, TermsForm), request[ACTOR], case_id(request)
    agreements = request.app[AGREEMENTS]
    try:
        form = form if form.splits is None else split(form, form.splits)
        terms = terms_of(form)
        if not form.act.startswith(("more", "split")):
            await agreements.save(actor, case, terms, base=form.base)
            raise web.HTTPSeeOther(f"/cases/{case}/agreement/terms")
        view, error = await agreements.check(actor, case, terms), None
    except (BadInput, NotAllowed, Conflict) as refused:
        view, error = await agreements.draft(actor, case), refused
    return _terms(request, view, longer(form), error)


async def offer(request: web.Request) -> web.Response:
    return await done(request, lambda: request.app[AGREEMENTS].offer(request[ACTOR], case_id(request)))


async def call(request: web.Request) -> web.Response:
    return await done(request, lambda: request.app[AGREEMENTS].call(request[ACTOR], case_id(request)))


async def revise(request: web.Request) -> web.Response:
    await request.app[AGREEMENTS].revise(request[ACTOR], case_id(request))
    raise web.HTTPSeeOther(f"/cases/{case_id(request)}/agreement/terms")


async def sign(request: web.Request) -> web.Response:
    form = await read(request, SignForm)
    photo = form.photo.body if form.photo else None
    signing, actor, case = request.app[SIGNING], request[ACTOR], case_id(request)
    return await done(request, lambda: signing.ask(actor, case, drawing_of(form.drawing), photo))


async def enter_code(request: web.Request) -> web.Response:
    form = await read(request, CodeForm)
    signing, actor, case = request.app[SIGNING], request[ACTOR], case_id(request)
    return await done(request, lambda: signing.approve(actor, case, form.code))


async def decline(request: web.Request) -> web.Response:
    form = await read(request, DeclineForm)
    agreements, actor, case = request.app[AGREEMENTS], request[ACTOR], case_id(request)
    return await done(request, lambda: agreements.decline(actor, case, form.reason), reason=form.reason)


def _terms(request: web.Request, view: DraftView, form: TermsForm, error: OdrError | None) -> web.Response:
    status, found = 422 if error else 200, _worded(view.findings)
    context = {"view": view, "form": form, "findings_of": found, "error": error, "intervals": INTERVALS}
    return render(request, "agreements/terms.html", status=status, **context)


def _worded(findings: Iterable[Finding]) -> list[tuple[Finding, Sentence]]:
    return [(one, Sentence(one.text, one.article, one.values)) for one in findings]


async def done(request: web.Request, act: Callable[[], Awaitable[None]], *, reason: str = "") -> web.Response:
    """Do it and show the page anew, or show the page with what was wrong; a `reason` that was typed stays."""
    try:
        await act()
    except (BadInput, NotAllowed, TooMany) as error:
        return await page_of(request, error, reason=reason)
    raise web.HTTPSeeOther(f"/cases/{case_id(request)}/agreement#next")


async def page_of(
    request: web.Request,
    error: OdrError | None,
    changed: Sequence[Pair] | None = None,
    *,
    status: int = 422,
    reason: str = "",
) -> web.Response:
    """`changed`: what reads otherwise than in the text of which the person spoke; None: it is this text."""
    view = await request.app[AGREEMENTS].show(request[ACTOR], case_id(request))
    context = {"view": view, "step": _step(view), "error": error, "changed": changed, "reason": reason}
    context["findings"] = _worded(view.findings) if view.state == "signing" else []
    return render(request, "agreements/show.html", status=status if error else 200, **context)


def _step(view: AgreementView) -> str:
    """What the person is to do now: wait, write, read, draw, code, working, again, signed, powerless,
    done.
    """
    if view.state == "agreed":
        return "done"
    if view.offered_at is None or view.state != "signing":
        return "write" if view.role == "mediator" else "wait"
    mine = view.mine
    if mine is None:
        return "look"
    if mine.read_at is None:
        return "read"
    if mine.may_not:
        return "powerless"
    return _STEPS.get(mine.stage, "draw")


_STEPS = {"asked": "code", "approved": "working", "overtaken": "again", "signed": "signed"}


def _signer(one: dict[str, object]) -> dict[str, object]:
    return {
        "name": one["name"],
        "role": one["role"],
        "mine": one["mine"],
        "read": one["read_at"] is not None,
        "signed": one["signed_at"] is not None,
    }
