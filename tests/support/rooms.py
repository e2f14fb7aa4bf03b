"""A room as a page shows it: what arrives there, and the controls that people press."""

import asyncio
from typing import Any, Final, Protocol

from playwright.async_api import Page, expect

# The connections of the page, kept where the test can count what arrives on them.
WATCHED = """
    window.connections = [];
    const Kind = window.RTCPeerConnection;
    window.RTCPeerConnection = function (...wish) {
        const made = new Kind(...wish);
        window.connections.push(made);
        return made;
    };
    window.RTCPeerConnection.prototype = Kind.prototype;
"""
RECEIVED = """async () => {
    const got = { frames: 0, packets: 0 };
    for (const each of window.connections) {
        if (each.connectionState === "closed") continue;
        (await each.getStats()).forEach((s) => {
            if (s.type !== "inbound-rtp") return;
            if (s.kind === "video") got.frames += s.framesDecoded ?? 0;
            else got.packets += s.packetsReceived ?? 0;
        });
    }
    return got;
}"""

# The browser's own test screen is green all over; no camera here is.
SEEN = """(selector) => {
    const video = document.querySelector(selector);
    if (!video.videoWidth || video.readyState < 2) return null;
    const canvas = new OffscreenCanvas(32, 18);
    const pen = canvas.getContext("2d");
    pen.drawImage(video, 0, 0, 32, 18);
    const [red, green, blue] = pen.getImageData(16, 9, 1, 1).data;
    return { wide: video.videoWidth, screen: green > 150 && green > 1.5 * red && green > 1.5 * blue };
}"""
SCREEN: Final = "[data-screen] video"


async def enter_room(page: Page, sitting: str) -> None:
    """Through the rules into the waiting room; the page's connections are kept to be counted."""
    await page.add_init_script(WATCHED)
    await page.goto(sitting)
    for box in await page.get_by_role("checkbox").all():
        await box.check()
    await page.get_by_role("button", name="进入等候室").click()
    await page.wait_for_url(f"**{sitting}/room")
    await expect(page.locator("[data-lobby]")).to_be_visible()


class Screen(Protocol):
    """A room's page in whichever browser."""

    async def evaluate(self, expression: str) -> Any: ...
    async def wait_for_timeout(self, ms: float, /) -> None: ...


async def received(page: Screen) -> dict[str, int]:
    found: dict[str, int] = await page.evaluate(RECEIVED)
    return found


async def sees_and_hears(page: Screen, more: int = 15) -> None:
    """That many further pictures decoded and sound packets received; a connection made anew counts from 0."""
    before = await received(page)
    async with asyncio.timeout(45):
        while True:
            now = await received(page)
            if all(now[what] >= count + more for what, count in before.items()):
                return
            before = {what: min(count, now[what]) for what, count in before.items()}
            await page.wait_for_timeout(100)


async def hears(page: Screen, more: int = 15) -> None:
    """That many further sound packets received."""
    before = (await received(page))["packets"]
    async with asyncio.timeout(45):
        while (await received(page))["packets"] < before + more:
            await page.wait_for_timeout(100)


async def hears_nothing(page: Screen) -> None:
    """Nothing arrives for two seconds, once what was under way has arrived; that may take a while."""
    async with asyncio.timeout(45):
        before, now = None, await received(page)
        while before != now:
            await page.wait_for_timeout(2000)
            before, now = now, await received(page)


async def sees_a_screen(page: Page) -> None:
    await expect(page.locator("[data-screen]")).to_be_visible()
    await page.wait_for_function(f"() => ({SEEN})('{SCREEN}')?.screen")
    seen = await page.evaluate(SEEN, SCREEN)
    assert seen["wide"] > 640, "larger than a camera"


def act(page: Page, name: str) -> Any:
    return page.locator(f"[data-do='{name}']")


async def talk_apart(mediator: Page, side: str, asked: Page) -> None:
    """The mediator asks; who is asked says yes."""
    await act(mediator, f"caucus-{side}").click()
    await act(asked, "accept").click()


async def come_together(mediator: Page) -> None:
    """Out of a talk apart, without waiting for the countdown."""
    await act(mediator, "joint").click()
    await act(mediator, "back").click()


async def open_panel(page: Page, name: str) -> None:
    """On a phone by the sheet of further things, on a desk by the tab."""
    tab = page.locator(f"[data-tab='{name}']")
    if await tab.is_visible():
        await tab.click()
        return
    await act(page, "more").click()
    await page.locator(f".more [data-opens='{name}']").click()


async def drag(page: Page, at: str) -> None:
    """A stroke across the middle of the element."""
    box = await page.locator(at).bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + 40, y + 10, steps=3)
    await page.mouse.up()


async def say(page: Page, text: str) -> None:
    await open_panel(page, "chat")
    await page.locator("#chat-text").fill(text)
    await page.locator("#chat-text").press("Enter")
