"""The notice, the declaration and the receipt of a filing."""

from dataclasses import dataclass

from aiohttp import web

from odr.errors import BadInput, NotAllowed
from odr.web.addresses import case_id
from odr.web.forms import read
from odr.web.keys import ACTOR, CLOCK, SUBMISSION
from odr.web.render import language, render


@dataclass(frozen=True, slots=True)
class NoticeForm:
    """`scrolled`: a script saw the end of the text; `confirmed`: the person said so on a page of its own."""

    version: str
    scrolled: bool
    confirmed: bool


@dataclass(frozen=True, slots=True)
class SubmitForm:
    declared: bool


async def show_notice(request: web.Request) -> web.Response:
    view = await request.app[SUBMISSION].notice(request[ACTOR], case_id(request))
    words = view.notice.words["en" if language(request) == "en" else "zh"]
    return render(request, "drafts/notice.html", view=view, words=words, case_id=case_id(request))


async def read_notice(request: web.Request) -> web.Response:
    form, case = await read(request, NoticeForm), case_id(request)
    if not (form.scrolled or form.confirmed):
        return render(request, "drafts/notice_confirm.html", version=form.version, case_id=case)
    await request.app[SUBMISSION].read_notice(request[ACTOR], case, form.version)
    raise web.HTTPSeeOther(f"/cases/{case}/submit")


async def show_submit(request: web.Request) -> web.Response:
    return await _submit_page(request)


async def submit(request: web.Request) -> web.Response:
    form, case = await read(request, SubmitForm), case_id(request)
    try:
        await request.app[SUBMISSION].submit(request[ACTOR], case, declared=form.declared)
    except (BadInput, NotAllowed) as error:
        return await _submit_page(request, error)
    raise web.HTTPSeeOther(f"/cases/{case}/receipt")


async def show_receipt(request: web.Request) -> web.Response:
    view = await request.app[SUBMISSION].receipt(request[ACTOR], case_id(request))
    return render(
        request, "drafts/receipt.html", view=view, case_id=case_id(request), now=request.app[CLOCK].now()
    )


async def send_record(request: web.Request) -> web.Response:
    """What was submitted, as it was hashed, for whoever wants to check the receipt."""
    body = await request.app[SUBMISSION].record(request[ACTOR], case_id(request))
    headers = {"Content-Disposition": 'attachment; filename="submission.json"'}
    return web.Response(body=body, content_type="application/json", headers=headers)


async def _submit_page(request: web.Request, error: BadInput | NotAllowed | None = None) -> web.Response:
    view = await request.app[SUBMISSION].show(request[ACTOR], case_id(request))
    words = view.declaration.words["en" if language(request) == "en" else "zh"]
    status = 422 if error else 200
    return render(
        request,
        "drafts/submit.html",
        status=status,
        view=view,
        words=words,
        error=error,
        case_id=case_id(request),
    )
