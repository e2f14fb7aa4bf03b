"""Sample papers and empty forms, for anybody."""

from aiohttp import web

from odr.web.keys import SAMPLES


async def send_paper(request: web.Request) -> web.Response:
    return _pdf(await request.app[SAMPLES].paper(request.match_info["material"]))


async def send_form(request: web.Request) -> web.Response:
    return _pdf(await request.app[SAMPLES].complaint_form(request.match_info["cause"]))


def _pdf(body: bytes) -> web.Response:
    headers = {"Content-Disposition": 'inline; filename="sample.pdf"'}
    return web.Response(body=body, content_type="application/pdf", headers=headers)
