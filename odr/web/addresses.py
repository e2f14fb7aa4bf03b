"""What an address names: ids, read strictly."""

from uuid import UUID

from aiohttp import web

from odr.errors import NotFound


def named(request: web.Request, name: str) -> UUID:
    """The id that the address holds under `name`; what is no id names nothing."""
    return id_of(request.match_info[name])


def id_of(text: str) -> UUID:
    """The id that a text is; what is none names nothing."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def case_id(request: web.Request) -> UUID:
    return named(request, "case")


def rival_of(request: web.Request) -> int:
    """Which of the places that say something: 0, or `?rival=` another one; NotFound for nonsense."""
    text = request.query.get("rival", "0")
    if not text.isdecimal() or len(text) > 2:
        raise NotFound
    return int(text)
