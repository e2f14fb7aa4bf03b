"""Every address of the platform, on one page."""

from pathlib import Path

from aiohttp import web

from odr.web import accounts, dossier, health, home, sandbox, styleguide


def static(folder: Path) -> list[web.StaticDef]:
    """Scripts, style sheets and images."""
    return [web.static("/static", folder)]


def public() -> list[web.RouteDef]:
    """What anybody may open."""
    return [
        web.get("/", home.show_home),
        web.get("/about", home.show_about),
        web.get("/fees", home.show_fees),
        web.get("/accessibility", home.show_accessibility),
        web.get("/privacy", home.show_privacy),
        web.get("/healthz", health.alive),
        web.get("/readyz", health.ready),
        web.get("/sign-in", accounts.show_sign_in),
        web.post("/sign-in", accounts.send_code),
        web.get("/sign-in/code", accounts.show_code),
        web.post("/sign-in/code", accounts.sign_in),
        web.post("/sign-out", accounts.sign_out),
        web.get("/cases/{case_id}/dossier", dossier.download),
        web.get("/verify/odr_verify.py", dossier.verifier_file),
        web.get("/verify/trust.json", dossier.trust_keys),
    ]


def sandboxed() -> list[web.RouteDef]:
    """What exists only in sandbox mode."""
    return [
        web.get("/sandbox/messages", sandbox.show_messages),
        web.get("/styleguide", styleguide.show),
    ]
