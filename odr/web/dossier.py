"""The dossier of a case to take away, and what is needed to check it: the verifier and the keys."""

from pathlib import Path

from aiohttp import web

from odr.domain import verifier
from odr.web.addresses import case_id
from odr.web.keys import ACTOR, DOSSIERS, TRUST

_VERIFIER = Path(verifier.__file__).read_bytes()


async def download(request: web.Request) -> web.Response:
    dossier = await request.app[DOSSIERS].download(request[ACTOR], case_id(request))
    return _attachment(dossier.name, dossier.content, "application/zip")


async def verifier_file(_request: web.Request) -> web.Response:
    return _attachment("odr_verify.py", _VERIFIER, "text/x-python")


async def trust_keys(request: web.Request) -> web.Response:
    return _attachment("trust.json", request.app[TRUST].json().encode(), "application/json")


def _attachment(name: str, content: bytes, content_type: str) -> web.Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return web.Response(body=content, content_type=content_type, headers=headers)
