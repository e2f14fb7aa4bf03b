"""Pages from templates, in the language of the person who asks."""

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from odr.languages import DEFAULT, LANGUAGES
from odr.settings import Settings

_PAGES = web.AppKey("pages", Environment)


def setup(app: web.Application, settings: Settings) -> None:
    """Give the application its templates."""
    app[_PAGES] = Environment(
        loader=FileSystemLoader(settings.root / "templates"), autoescape=True, undefined=StrictUndefined
    )


def language(request: web.Request) -> str:
    """The language the person chose; Chinese if none."""
    chosen = request.cookies.get("lang", DEFAULT)
    return chosen if chosen in LANGUAGES else DEFAULT


def render(request: web.Request, template: str, *, status: int = 200, **context: object) -> web.Response:
    """The page as a response."""
    text = request.app[_PAGES].get_template(template).render(**context)
    return web.Response(text=text, content_type="text/html", status=status)
