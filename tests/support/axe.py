"""What axe-core finds on a page: barriers for people who read, hear or move otherwise."""

import json
from pathlib import Path
from typing import Any

from playwright.async_api import Error, Page

SOURCE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
SERIOUS = frozenset({"serious", "critical"})


async def barriers(page: Page, *, tags: tuple[str, ...] = TAGS) -> list[str]:
    """The serious and critical violations of the page as it stands, a line each; run past the page's CSP."""
    if not await page.evaluate("() => typeof window.axe === 'object'"):
        await page.evaluate(SOURCE.read_text(encoding="utf-8"))
    options = json.dumps({"runOnly": {"type": "tag", "values": tags}, "resultTypes": ["violations"]})
    found: dict[str, Any] = await page.evaluate(f"async () => await window.axe.run(document, {options})")
    return [_line(one) for one in found["violations"] if one["impact"] in SERIOUS]


async def assert_no_barriers(page: Page, *, tags: tuple[str, ...] = TAGS) -> None:
    try:
        found = await barriers(page, tags=tags)
    except Error as error:  # news loaded the page anew meanwhile: its successor is looked at
        if "Execution context was destroyed" not in error.message:
            raise
        await page.wait_for_load_state()
        found = await barriers(page, tags=tags)
    assert not found, f"{page.url}:\n" + "\n".join(found)


def _line(violation: dict[str, Any]) -> str:
    places = ", ".join(" ".join(map(str, node["target"])) for node in violation["nodes"][:5])
    return f"{violation['impact']} {violation['id']}: {violation['help']} at {places}"
