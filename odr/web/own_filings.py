"""A party's pages while the court reviews: the supplement, the decision, consent, withdrawal."""

from dataclasses import dataclass
from uuid import UUID

from aiohttp import web

from odr.errors import BadInput, NotAllowed
from odr.services.evidence import Refusal
from odr.web.addresses import case_id
from odr.web.forms import Upload, read
from odr.web.keys import ACTOR, CLOCK, EVIDENCE, OWN_FILINGS
from odr.web.render import render


@dataclass(frozen=True, slots=True)
class AnswerForm:
    index: str
    answer: str
    papers: tuple[str, ...]
    photo: Upload | None


@dataclass(frozen=True, slots=True)
class ConsentForm:
    answer: str


@dataclass(frozen=True, slots=True)
class SureForm:
    sure: bool


async def show_supplement(request: web.Request) -> web.Response:
    return await _supplement(request)


async def save_answer(request: web.Request) -> web.Response:
    """Words and papers of one point; a photo sent with them is kept as evidence and belongs to the point."""
    form, case = await read(request, AnswerForm), case_id(request)
    index = int(form.index) if form.index.isdecimal() and len(form.index) < 4 else -1
    papers, refused = [_id(one) for one in form.papers], None
    if form.photo:
        added, refused = await _upload(request, form.photo)
        papers += added
    own = request.app[OWN_FILINGS]
    try:
        await own.save_answer(request[ACTOR], case, index, form.answer, [one for one in papers if one])
    except BadInput as error:
        return await _supplement(request, error=error)
    if refused:
        return await _supplement(request, refused=refused)
    raise web.HTTPSeeOther(f"/cases/{case}/supplement#point-{index + 1}")


async def resubmit(request: web.Request) -> web.Response:
    try:
        await request.app[OWN_FILINGS].resubmit(request[ACTOR], case_id(request))
    except NotAllowed as error:
        return await _supplement(request, error=error)
    raise web.HTTPSeeOther(f"/cases/{case_id(request)}")


async def show_decision(request: web.Request) -> web.Response:
    view = await request.app[OWN_FILINGS].decision(request[ACTOR], case_id(request))
    return render(request, "own_filings/decision.html", view=view, now=request.app[CLOCK].now())


async def insist(request: web.Request) -> web.Response:
    await request.app[OWN_FILINGS].insist(request[ACTOR], case_id(request))
    raise web.HTTPSeeOther(f"/cases/{case_id(request)}")


async def show_consent(request: web.Request) -> web.Response:
    question = await request.app[OWN_FILINGS].consent_question(request[ACTOR], case_id(request))
    return render(request, "own_filings/consent.html", question=question)


async def answer_consent(request: web.Request) -> web.Response:
    form = await read(request, ConsentForm)
    if form.answer not in ("yes", "no"):
        raise BadInput("Please choose yes or no.", field="answer")
    await request.app[OWN_FILINGS].consent(request[ACTOR], case_id(request), granted=form.answer == "yes")
    raise web.HTTPSeeOther(f"/cases/{case_id(request)}")


async def show_withdrawal(request: web.Request) -> web.Response:
    return await _withdrawal(request)


async def withdraw(request: web.Request) -> web.Response:
    form = await read(request, SureForm)
    if not form.sure:
        error = BadInput("Please tick the box if you really want to withdraw.", field="sure")
        return await _withdrawal(request, error)
    await request.app[OWN_FILINGS].withdraw(request[ACTOR], case_id(request))
    raise web.HTTPSeeOther(f"/cases/{case_id(request)}")


async def _upload(request: web.Request, photo: Upload) -> tuple[list[UUID], Refusal | None]:
    """The ids of what was kept, and what was not."""
    evidence, actor, case = request.app[EVIDENCE], request[ACTOR], case_id(request)
    before = {item.id for item in (await evidence.show(actor, case)).items}
    refused = await evidence.upload(actor, case, [(photo.name, photo.body)])
    after = (await evidence.show(actor, case)).items
    return [item.id for item in after if item.id not in before], next(iter(refused), None)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


async def _supplement(
    request: web.Request, *, error: BadInput | NotAllowed | None = None, refused: Refusal | None = None
) -> web.Response:
    sheet = await request.app[OWN_FILINGS].supplement(request[ACTOR], case_id(request))
    context = {"sheet": sheet, "now": request.app[CLOCK].now(), "error": error, "refused": refused}
    status = 409 if isinstance(error, NotAllowed) else 422 if error or refused else 200
    return render(request, "own_filings/supplement.html", status=status, **context)


async def _withdrawal(request: web.Request, error: BadInput | None = None) -> web.Response:
    view = await request.app[OWN_FILINGS].withdrawal(request[ACTOR], case_id(request))
    return render(request, "own_filings/withdraw.html", status=422 if error else 200, view=view, error=error)
