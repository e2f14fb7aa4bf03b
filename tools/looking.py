"""Looking at a state of a page: barriers, cut words, small targets, words left in English; its picture."""

import io
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.async_api import Page, ViewportSize

from tests.support.axe import barriers

WIDTHS: Final = {
    360: ViewportSize(width=360, height=740),
    768: ViewportSize(width=768, height=1024),
    1280: ViewportSize(width=1280, height=800),
}
EXAMINED: Final = (360, 1280)
TARGET_PX, ELDER_TARGET_PX = 44, 60
_QUALITY: Final = 50
_SETTLED_MS: Final = 400  # a sheet that slides, a picture that comes
_AS_ELDER: Final = "(on) => document.documentElement.classList.toggle('elder', on)"
_SIDEWAYS: Final = "() => document.documentElement.scrollWidth - window.innerWidth"
# What can be pressed and is seen now; links within a sentence are as high as their line.
_SMALL: Final = """(least) => {
    const large = ".tick, .card-choice, .upload, .scale, .opinion__choice"; // the label round it is pressed
    return [...document.querySelectorAll("button, a.button, a.control, select, input, summary")]
        .filter((one) => one.checkVisibility() && !one.closest(large))
        .map((one) => [one, one.getBoundingClientRect()])
        .filter(([, { width, height }]) => width > 1 && (height < least - 0.5 || width < 43.5))
        .map(([one, { width, height }]) => `${one.outerHTML.slice(0, 80)} ${width} x ${height}`);
}"""
# Words that a control or a heading does not show whole.
_CUT: Final = """() => [...document.querySelectorAll("button, a.button, .control span, h1, h2, h3, label")]
    .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 1)
    .filter((one) => getComputedStyle(one).overflow !== "visible").map((one) => one.outerHTML.slice(0, 90))"""
_LATIN: Final = """() => {
    const names = /^(English|Chrome|Edge|Safari|Firefox|Android|Linux|Windows|macOS)$/i;
    const known = (word) => names.test(word) || /^(Shift|https?|sittings?|kbit|phone)$/i.test(word);
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
        const of = node.parentElement;
        if (!of.checkVisibility() || of.closest("script, style, [lang=en], .digest")) continue;
        found.push(...(node.textContent.match(/[A-Za-z]{4,}/g) ?? []).filter((one) => !known(one)));
    }
    return [...new Set(found)];
}"""


class Photographer:
    """A picture of each state at each width, `room-<state>-<width>.webp`; in `found`, what is wrong."""

    def __init__(self, folder: Path) -> None:
        self.found: list[str] = []
        self._folder = folder

    async def take(self, page: Page, state: str, *, whole: bool = False, chinese: bool = True) -> None:
        """The page at each width, and as a phone in large letters; `whole`: down to its end."""
        before = page.viewport_size
        for width, size in WIDTHS.items():
            await page.set_viewport_size(size)
            await self._keep(page, state, width, whole=whole)
            if width in EXAMINED:
                await self._examine(page, state, width, TARGET_PX)
        if chinese:
            self._add(state, 0, "left in English", await page.evaluate(_LATIN))
        await page.set_viewport_size(WIDTHS[360])
        await page.evaluate(_AS_ELDER, True)
        await self._examine(page, f"{state}, elder", 360, ELDER_TARGET_PX)
        await page.evaluate(_AS_ELDER, "elder" in state)
        if before:
            await page.set_viewport_size(before)

    async def _keep(self, page: Page, state: str, width: int, *, whole: bool) -> None:
        await page.wait_for_timeout(_SETTLED_MS)
        shot = await page.screenshot(full_page=whole, scale="css")
        name = f"room-{state}-{width}.webp"
        Image.open(io.BytesIO(shot)).convert("RGB").save(self._folder / name, quality=_QUALITY, method=6)
        print(f"docs/screens/{name}", flush=True)

    async def _examine(self, page: Page, state: str, width: int, least: int) -> None:
        self._add(state, width, "barrier", await barriers(page))
        self._add(state, width, "too small", await page.evaluate(_SMALL, least))
        self._add(state, width, "cut off", await page.evaluate(_CUT))
        if (beyond := await page.evaluate(_SIDEWAYS)) > 0:
            self._add(state, width, "wider than the window", [f"{beyond} px"])

    def _add(self, state: str, width: int, what: str, found: list[str]) -> None:
        self.found += [f"{state} {width}: {what}: {one}" for one in found]
