"""What axe-core finds on a page: barriers for people who read, hear or move otherwise."""

import json
from pathlib import Path
from typing import Any

from playwright.async_api import Error, Page

SOURCE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
SERIOUS = frozenset({"serious", "critical"})
LOADED_ANEW = 5  # times at most: each act brings a few pieces of news


async def barriers(page: Page, *, tags: tuple[str, ...] = TAGS) -> list[str]:
    """The serious and critical violations of the page as it stands, a line each; run past the page's CSP."""
    options = json.dumps({"runOnly": {"type": "tag", "values": tags}, "resultTypes": ["violations"]})
    # In one script: the page may be loaded anew between two.
    axe, run = SOURCE.read_text(encoding="utf-8"), f"return await window.axe.run(document, {options})"
    # A colour on its way from one to another, as of a button that has just opened, is nobody's state.
    moving = "document.getAnimations().filter((one) => one instanceof CSSTransition)"
    still = f"await Promise.allSettled({moving}.map((one) => one.finished))"
    found: dict[str, Any] = await page.evaluate(f"async () => {{ {axe}; {still}; {run} }}")
    return [_line(one) for one in found["violations"] if one["impact"] in SERIOUS]


async def assert_no_barriers(page: Page, *, tags: tuple[str, ...] = TAGS) -> None:
    found = await _of_what_stays(page, tags)
    assert not found, f"{page.url}:\n" + "\n".join(found)


async def _of_what_stays(page: Page, tags: tuple[str, ...]) -> list[str]:
    """News may load the page anew while it is looked at, and again: its successor is looked at then."""
    for _ in range(LOADED_ANEW):
        try:
            return await barriers(page, tags=tags)
        except Error as error:
            if "Execution context was destroyed" not in error.message:
                raise
        await page.wait_for_load_state()
    return await barriers(page, tags=tags)


def _line(violation: dict[str, Any]) -> str:
    places = ", ".join(" ".join(map(str, node["target"])) for node in violation["nodes"][:5])
    return f"{violation['impact']} {violation['id']}: {violation['help']} at {places}"
