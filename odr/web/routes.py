"""Every address of the platform, on one page."""

from aiohttp import web

from odr.web import accounts, health, sandbox


def public() -> list[web.RouteDef]:
    """What anybody may open."""
    return [
        web.get("/healthz", health.alive),
        web.get("/readyz", health.ready),
        web.get("/sign-in", accounts.show_sign_in),
        web.post("/sign-in", accounts.send_code),
        web.get("/sign-in/code", accounts.show_code),
        web.post("/sign-in/code", accounts.sign_in),
        web.post("/sign-out", accounts.sign_out),
    ]


def sandboxed() -> list[web.RouteDef]:
    """What exists only in sandbox mode."""
    return [web.get("/sandbox/messages", sandbox.show_messages)]
