"""A person who has a keyboard alone: no mouse, no finger. What they press must be seen to have the focus."""

from pathlib import Path

from playwright.async_api import Locator, Page, expect

MOST_STOPS = 90
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
HERE = "one => one === document.activeElement"
SAME = """one => { const at = document.activeElement;
    return one === at || (one.type === "radio" && at.name === one.name && at.form === one.form); }"""


class Keys:
    """The hands of one person at one page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def settled(self) -> None:
        """The focus stands where it can be seen."""
        wrong = await self.page.evaluate(WRONG)
        assert wrong in ("", "new"), f"{self.page.url}: {wrong}"

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.page.keyboard.press(key)

    async def to(self, wanted: Locator, *, back: bool = False) -> None:
        """Tab until it has the focus; what lies on the way must be seen too."""
        await expect(wanted).to_be_visible()
        await self.settled()
        for _ in range(MOST_STOPS):
            if await wanted.evaluate(SAME):
                return
            await self.page.keyboard.press("Shift+Tab" if back else "Tab")
            wrong = await self.page.evaluate(WRONG)
            assert wrong in ("", "new", "the focus is lost"), (
                wrong
            )  # lost: between the page's end and its top
        raise AssertionError(f"no way by keys to {wanted}")

    async def use(self, wanted: Locator, *, key: str = "Enter", back: bool = False) -> None:
        await self.to(wanted, back=back)
        await self.press(key)

    async def tick(self, box: Locator, *, back: bool = False) -> None:
        """A box that is to be ticked, or the one of several answers."""
        await self.to(box, back=back)
        if await box.evaluate(HERE):
            await self.press("Space")
        for _ in range(9):
            if await box.is_checked():
                return
            await self.press("ArrowDown")
        raise AssertionError(f"no way by keys to tick {box}")

    async def write(self, field: Locator, text: str, *, back: bool = False) -> None:
        """In the place of what stands there."""
        await self.to(field, back=back)
        await self.press("ControlOrMeta+A")
        await self.page.keyboard.insert_text(text)

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
