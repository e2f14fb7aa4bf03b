"""The page that explains, and offers, the certificate a phone has to trust once."""

from aiohttp import web

from odr.errors import NotFound
from odr.ports.certificates import Root
from odr.web.keys import CERTIFICATES, SETTINGS
from odr.web.render import render


async def show_certificate(request: web.Request) -> web.Response:
    return render(request, "certificates/show.html", root=_root(request))


async def send_root(request: web.Request) -> web.Response:
    """The root as phones take it; public by nature."""
    return web.Response(
        body=_root(request).der,
        content_type="application/x-x509-ca-cert",
        headers={"Content-Disposition": 'attachment; filename="odr-root.crt"'},
    )


def _root(request: web.Request) -> Root:
    """NotFound where somebody else's certificate is served."""
    if not request.app[SETTINGS].own_https:
        raise NotFound
    return request.app[CERTIFICATES].root
