"""The public verifier: anybody may ask whether a dossier or a signed paper is genuine."""

import asyncio
from dataclasses import dataclass

from aiohttp import web

from odr.domain.trust import Trust
from odr.domain.verifier import Finding
from odr.errors import BadInput
from odr.services.verification import verify_dossier, verify_paper
from odr.web.forms import Upload, read
from odr.web.keys import TRUST
from odr.web.render import render


@dataclass(frozen=True, slots=True)
class FileForm:
    file: Upload | None


async def show(request: web.Request) -> web.Response:
    return render(request, "verification/index.html", findings=None, name="", error=None)


async def verify(request: web.Request) -> web.Response:
    form = await read(request, FileForm)
    if form.file is None or not form.file.body:
        error = BadInput("Please choose a file first.", field="file")
        return render(request, "verification/index.html", status=422, findings=None, name="", error=error)
    findings = await asyncio.to_thread(_check, form.file.body, request.app[TRUST])
    return render(request, "verification/index.html", findings=findings, name=form.file.name, error=None)


def _check(body: bytes, trust: Trust) -> list[Finding]:
    check = verify_paper if body.startswith(b"%PDF-") else verify_dossier
    return list(check(body, trust))
