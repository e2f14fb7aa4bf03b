"""`make screens`: photographs of the pages, taken from a served demonstration court, into docs/screens/.

`python -m tools.screens troubles papers` takes those of two walks only.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import async_playwright

from tests.support.server import Server, serving
from tests.support.visitors import Visitors
from tools.further_screens import walk_helpers, walk_originals, walk_papers, walk_troubles, walk_witnesses
from tools.looking import Photographer
from tools.packages import browser
from tools.page_screens import walk_pages
from tools.room_screens import walk_rooms

ROOT = Path(__file__).resolve().parents[1]
SCREENS = ROOT / "docs" / "screens"
Walk = Callable[[Visitors, Server, Photographer], Awaitable[None]]
# Name of the file, address, whether on a phone.
SHOTS = (
    ("home-phone", "/", True),
    ("home-desktop", "/", False),
    ("fees-phone", "/fees", True),
    ("sign-in-phone", "/sign-in", True),
)


async def take_shots(people: Visitors, _server: Server, _look: Photographer) -> None:
    pages = {phone: await people.open("phone" if phone else "desk", phone=phone) for phone in (True, False)}
    for name, address, phone in SHOTS:
        await pages[phone].goto(address, wait_until="networkidle")
        await pages[phone].screenshot(path=SCREENS / f"{name}.png")
        print(f"docs/screens/{name}.png  {address}")


# Each in a court of its own: some seat the same people.
WALKS: dict[str, Walk] = {
    "first": take_shots,
    "rooms": walk_rooms,
    "troubles": walk_troubles,
    "helpers": walk_helpers,
    "witnesses": walk_witnesses,
    "originals": walk_originals,
    "papers": walk_papers,
    "pages": walk_pages,
}


async def photograph(walk: Walk, server: Server, chromium: str) -> list[str]:
    """Take the pictures of a walk; the complaints of the browsers, and what is wrong with what was seen."""
    async with async_playwright() as playwright:
        people = Visitors(playwright, chromium, SCREENS, server.url)
        look = Photographer(SCREENS)
        try:
            await walk(people, server, look)
            return people.faults() + look.found
        finally:
            await people.close()


def main() -> int:
    """0 where every page was photographed and no browser complained."""
    parser = argparse.ArgumentParser(description="Photographs of the pages, into docs/screens/.")
    every = "all"
    told = f"of {', '.join(WALKS)}; all of them where none is named"
    parser.add_argument("walks", nargs="*", metavar="walk", choices=[*WALKS, every], default=every, help=told)
    asked = parser.parse_args().walks
    wanted = list(WALKS) if every in asked else asked
    chromium = browser()
    if chromium is None:
        print("no Chromium on this machine: apt-get install chromium, or set CHROMIUM", file=sys.stderr)
        return 1
    SCREENS.mkdir(parents=True, exist_ok=True)
    faults = 0
    for name in wanted:
        print(f"==> {name}", flush=True)
        with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as server:
            found = asyncio.run(photograph(WALKS[name], server, chromium))
        print("\n".join([*found, f"<== {name}: {len(found)} found"]), flush=True)
        faults += len(found)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
