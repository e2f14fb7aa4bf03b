"""What happens around every handler: request id, headers, errors, session, origin.

Rule 1: this is the only place that turns an error of the family into a status.
"""

import re
import uuid
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from filing.errors import FilingError
from odr import errors
from odr.domain.accounts import ANONYMOUS
from odr.errors import OdrError
from odr.languages import translate
from odr.logs import log
from odr.web.keys import ACCOUNTS, ACTOR, NEWS, PUSHES, REQUEST_ID
from odr.web.render import language, render

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_log = log(__name__)

SESSION_COOKIE: Final = "sid"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_CUT_OFF: Final = (ConnectionResetError, web.RequestPayloadError)  # while a body was being read
# Outside systems that post to us prove themselves by a signature, not by a browser's origin.
CALLBACK_PATHS: Final = ("/callbacks/",)

STATUS: Final[dict[type[OdrError], int]] = {
    errors.NotFound: 404,
    errors.NotSignedIn: 401,
    errors.NotPermitted: 403,
    errors.NotAllowed: 409,
    errors.Conflict: 409,
    errors.BadInput: 422,
    errors.TooMany: 429,
    errors.Unavailable: 503,
}

_POLICY: Final = (
    "default-src 'self'; script-src 'self'{compiled}; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; connect-src 'self'{sockets}; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'; object-src 'none'"
)
# A worker has the policy of its own file: only the face mesh's may compile WebAssembly, no page may.
_COMPILES: Final = re.compile(r"/static/(?:dist/)?js/identity/mesh[\w-]*\.js")
_HOST: Final = re.compile(r"[\w.:\[\]-]+")

HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def keep_session(request: web.Request, response: web.StreamResponse, token: str) -> None:
    """Give the browser its session: out of reach of scripts, and never over an open line where TLS is."""
    response.set_cookie(SESSION_COOKIE, token, httponly=True, samesite="Lax", secure=request.secure)


def policy(host: str, *, secure: bool, path: str = "/") -> str:
    """What a page or a worker may load: what is ours. Sockets are named for Safari before 15.4."""
    sockets = f" {'wss' if secure else 'ws'}://{host}" if _HOST.fullmatch(host) else ""
    compiled = " 'wasm-unsafe-eval'" if _COMPILES.fullmatch(path) else ""
    return _POLICY.format(sockets=sockets, compiled=compiled)


def status_of(error: OdrError) -> int:
    """The HTTP status of the nearest class in the table; 500 for the family itself."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


@web.middleware
async def identify(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request an id that every log line of it carries, and every response its headers."""
    request[REQUEST_ID] = uuid.uuid4().hex[:12]
    with structlog.contextvars.bound_contextvars(request=request[REQUEST_ID]):
        response = await handler(request)
    if not response.prepared:
        rules = policy(request.host, secure=request.secure, path=request.path)
        response.headers.setdefault("Content-Security-Policy", rules)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        response.headers.setdefault("Cache-Control", _cache_control(request.path))
    return response


@web.middleware
async def explain(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every failure with words the person can use."""
    try:
        return await handler(request)
    except errors.NotSignedIn:
        if request.method in SAFE_METHODS and not _wants_json(request):
            raise web.HTTPSeeOther(f"/sign-in?next={request.rel_url.raw_path_qs}") from None
        return _answer(request, errors.NotSignedIn())
    except OdrError as error:
        return _answer(request, error)
    except FilingError as error:
        return _answer(request, errors.BadInput(getattr(error, "message", error.public)))
    except web.HTTPRequestEntityTooLarge:
        return _answer(request, errors.BadInput("This file is too large. Please send a smaller one."), 413)
    except web.HTTPNotFound:
        return _answer(request, errors.NotFound())
    except web.HTTPException:
        raise
    except Exception as error:  # noqa: BLE001  the last net: nobody is shown a trace
        gone = request.transport is None or request.transport.is_closing()
        if gone and isinstance(error, _CUT_OFF):
            _log.info("sender went away", method=request.method, route=_route(request))
        else:
            _log.exception("request failed", method=request.method, route=_route(request))
        return _answer(request, OdrError())


@web.middleware
async def recognise(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Find out who asks; `request[ACTOR]` is set for every handler."""
    request[ACTOR] = actor = await request.app[ACCOUNTS].actor(request.cookies.get(SESSION_COOKIE))
    if actor.account_id is not None and "text/html" in request.headers.get("Accept", ""):
        request[NEWS] = await request.app[PUSHES].version(actor.account_id)
    return await handler(request)


@web.middleware
async def same_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a change that another site asks a browser to make (CSRF)."""
    if request.method not in SAFE_METHODS and not request.path.startswith(CALLBACK_PATHS):
        site = request.headers.get("Sec-Fetch-Site")
        origin = request.headers.get("Origin")
        foreign = origin is not None and urlsplit(origin).netloc != request.host
        if site not in (None, "same-origin", "none") or foreign:
            raise errors.NotPermitted("This step was asked for by another site and was refused.")
    return await handler(request)


MIDDLEWARES: Final = (identify, explain, same_origin, recognise)


def _cache_control(path: str) -> str:
    """Pages are never kept by a browser; what has its hash in its name is kept for good."""
    if path.startswith("/static/dist/"):
        return "public, max-age=31536000, immutable"
    return "no-cache" if path.startswith("/static/") else "no-store"


def _answer(request: web.Request, error: OdrError, status: int | None = None) -> web.Response:
    status = status or status_of(error)
    _log.info("request refused", status=status, error=type(error).__name__, route=_route(request))
    if ACTOR not in request:  # it failed before the session was read
        request[ACTOR] = ANONYMOUS
    if _wants_json(request):
        text = translate(error.message, language(request), error.values)
        field = getattr(error, "field", None)
        return web.json_response({"error": text, "article": error.article, "field": field}, status=status)
    return render(request, "errors/error.html", status=status, error=error, status_code=status)


def _wants_json(request: web.Request) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _route(request: web.Request) -> str:
    """The route's pattern, not the path: a path may hold an id or a token."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "?"
