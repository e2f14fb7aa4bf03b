"""How a person wants to see the pages: language and letter size, kept in cookies.

Rule 1: `?lang=` and `?elder=` on any address change them, so the switches are plain links.
"""

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from odr.languages import DEFAULT, LANGUAGES

_A_YEAR_S: Final = 365 * 24 * 3600
_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "lang": (DEFAULT, *(language for language in LANGUAGES if language != DEFAULT)),
    "elder": ("0", "1"),
}


@dataclass(frozen=True, slots=True)
class Preferences:
    """`elder`: the mode with larger letters and targets (适老化)."""

    lang: str
    elder: bool


def preferences(request: web.Request) -> Preferences:
    """What the address asks for, else the cookie, else Chinese and ordinary size."""
    return Preferences(_chosen(request, "lang"), _chosen(request, "elder") == "1")


def keep(request: web.Request, response: web.Response) -> None:
    """Remember in the response what the address asked for."""
    for name, choices in _CHOICES.items():
        if (value := request.query.get(name)) in choices:
            response.set_cookie(
                name, value, max_age=_A_YEAR_S, samesite="Lax", httponly=True, secure=request.secure
            )


def switch_url(request: web.Request, **changes: str) -> str:
    """This page's address with a preference changed."""
    return str(request.rel_url.update_query(changes))


def _chosen(request: web.Request, name: str) -> str:
    choices = _CHOICES[name]
    for value in (request.query.get(name), request.cookies.get(name)):
        if value in choices:
            return value
    return choices[0]
