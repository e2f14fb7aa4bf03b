"""Going to an address from a page that may be loading itself anew at that very moment."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from playwright.async_api import Error, Page, Response

ONCE_MS: Final = 15_000


def go_again(page: Page) -> None:
    """Let `page.goto` ask a second time, as a person taps again.

    News makes an open page load itself (`static/js/site/live.js`). Where that meets `goto`, Chromium
    sometimes keeps the page's own loading and drops what was asked for, of which Playwright never hears.
    """
    plain: Callable[..., Awaitable[Response | None]] = page.goto

    async def goto(url: str, **options: Any) -> Response | None:
        try:
            return await plain(url, **{"timeout": ONCE_MS, **options})
        except Error:
            return await plain(url, **options)

    page.goto = goto  # type: ignore[method-assign]
