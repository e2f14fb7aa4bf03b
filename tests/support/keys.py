"""A person who has a keyboard alone: no mouse, no finger. What they press must be seen to have the focus."""

from datetime import date
from pathlib import Path
from typing import Any

from playwright.async_api import Error, Locator, Page, expect

MOST_STOPS = 90
_PARTS = (("year", "month", "day"), ("month", "day", "year"), ("day", "month", "year"))  # of a date
# Why the focus is not where a person can see it; "" if all is well, "new" before the first key on a page.
WRONG = """() => {
    const at = document.activeElement;
    if (!at || at === document.body) return window.keysWereHere ? "the focus is lost" : "new";
    window.keysWereHere = true;
    const told = at.outerHTML.slice(0, 160), round = at.closest("label") ?? at.parentElement;
    const faint = getComputedStyle(at).opacity === "0"; // its neighbour is what is seen
    const drawn = (one) => {
        const style = one && getComputedStyle(one);
        return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    };
    const ring = getComputedStyle(at, "::after");
    const ringed = ring.content !== "none" && parseFloat(ring.borderTopWidth) >= 2;
    const shown = (!faint && drawn(at)) || drawn(at.nextElementSibling) || drawn(round) || ringed;
    if (at.matches(":focus-visible") && !shown) return `nothing shows the focus at ${told}`;
    const box = (faint ? round : at).getBoundingClientRect();
    const [left, right] = [Math.max(0, box.left), Math.min(innerWidth, box.right)];
    const [top, bottom] = [Math.max(0, box.top), Math.min(innerHeight, box.bottom)];
    if (right - left < 4 || bottom - top < 4) return `the focus is out of sight at ${told}`;
    if (!at.matches("a, button, input, select, textarea, summary")) return "";
    const open = [[0.5, 0.5], [0.15, 0.5], [0.85, 0.5], [0.5, 0.1], [0.5, 0.9]].some(([across, down]) => {
        const there = document.elementFromPoint(left + across * (right - left), top + down * (bottom - top));
        return at.contains(there) || (faint && round.contains(there));
    });
    return open ? "" : `something lies over the focus at ${told}`;
}"""
STEPS = """(list, words) => [...list.options].findIndex((one) => one.text === words) - list.selectedIndex"""
HERE = "one => one === document.activeElement"
SAME = """one => { const at = document.activeElement;
    return one === at || (one.type === "radio" && at.name === one.name && at.form === one.form); }"""


class Keys:
    """The hands of one person at one page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def _ask(self, at: Page | Locator, question: str) -> Any:
        """Once more where news loads the page anew at this very moment."""
        try:
            return await at.evaluate(question)
        except Error as error:
            if "context was destroyed" not in error.message:
                raise
            return await at.evaluate(question)

    async def settled(self) -> None:
        """The focus stands where it can be seen."""
        wrong = await self._ask(self.page, WRONG)
        assert wrong in ("", "new"), f"{self.page.url}: {wrong}"

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.page.keyboard.press(key)

    async def to(self, wanted: Locator, *, back: bool = False) -> None:
        """Tab until it has the focus; what lies on the way must be seen too."""
        await expect(wanted).to_be_visible()
        await self.settled()
        for _ in range(MOST_STOPS):
            if await self._ask(wanted, SAME):
                return
            await self.page.keyboard.press("Shift+Tab" if back else "Tab")
            wrong = await self._ask(self.page, WRONG)
            # Lost: between the page's end and its top.
            assert wrong in ("", "new", "the focus is lost"), f"{self.page.url}: {wrong}"
        raise AssertionError(f"no way by keys to {wanted}")

    async def use(self, wanted: Locator, *, key: str = "Enter", back: bool = False) -> None:
        await self.to(wanted, back=back)
        await self.press(key)

    async def tick(self, box: Locator, *, back: bool = False) -> None:
        """A box that is to be ticked, or the one of several answers."""
        await self.to(box, back=back)
        if await self._ask(box, HERE):
            await self.press("Space")
        for _ in range(9):
            if await box.is_checked():
                return
            await self.press("ArrowDown")
        raise AssertionError(f"no way by keys to tick {box}")

    async def write(self, field: Locator, text: str, *, back: bool = False) -> None:
        """In the place of what stands there; a day as YYYY-MM-DD."""
        await self.to(field, back=back)
        if await field.get_attribute("type") == "date":
            await self._write_day(field, date.fromisoformat(text))
            return
        await self.press("ControlOrMeta+A")
        await self.page.keyboard.insert_text(text)

    async def _write_day(self, field: Locator, day: date) -> None:
        """Part by part, in the order in which this browser shows them."""
        typed = {"year": f"{day.year:04}", "month": f"{day.month:02}", "day": f"{day.day:02}"}
        for order in _PARTS:
            for place, part in enumerate(order):
                await self.press("ArrowLeft", "ArrowLeft", *["ArrowRight"] * place, *typed[part])
            if await field.input_value() == day.isoformat():
                return
        raise AssertionError(f"no way by keys to write {day} into {field}")

    async def pick(self, field: Locator, words: str, *, back: bool = False) -> None:
        """The one of a list that says this."""
        await self.to(field, back=back)
        steps = await field.evaluate(STEPS, words)
        await self.press(*["ArrowDown" if steps > 0 else "ArrowUp"] * abs(steps))
        assert await field.evaluate(STEPS, words) == 0, f"no way by keys to pick {words} in {field}"

    async def choose_file(self, field: Locator, file: Path) -> None:
        await self.to(field)
        async with self.page.expect_file_chooser() as asked:
            await self.press("Space")
        await (await asked.value).set_files(file)

    async def draw(self, at: Locator, *, back: bool = False) -> None:
        """A stroke by the arrow keys, from the middle: up, over, and down on the other side."""
        await self.to(at, back=back)
        stroke = [
            *["ArrowUp"] * 5,
            *["ArrowLeft"] * 8,
            *["ArrowDown"] * 9,
            *["ArrowRight"] * 16,
            *["ArrowUp"] * 4,
        ]
        await self.press("Enter", *stroke, "Enter")


class Person:
    """A page, and the hands at its keyboard."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keys = Keys(page)

    def at(self, selector: str, has_text: str | None = None) -> Locator:
        return self.page.locator(selector, has_text=has_text)

    def button(self, name: str, within: str = "body") -> Locator:
        return self.at(within).get_by_role("button", name=name, exact=True)

    async def do(self, name: str) -> None:
        """One of the room's own controls."""
        await self.keys.use(self.at(f"[data-do='{name}']:visible").first)

    async def panel(self, name: str) -> None:
        """By the arrows between the tabs, where they are seen; else from the sheet of further things."""
        tab = self.at(f"[data-tab='{name}']")
        if not await tab.is_visible():
            await self.do("more")
            await self.keys.use(self.at(f".more [data-opens='{name}']"))
        elif await tab.get_attribute("aria-selected") != "true":
            await self.keys.to(self.at("[data-tab][aria-selected='true']"), back=True)
            while await tab.get_attribute("aria-selected") != "true":
                await self.keys.press("ArrowRight")
        await expect(self.at(f"[data-body='{name}']")).to_be_visible()
        await self.keys.settled()
