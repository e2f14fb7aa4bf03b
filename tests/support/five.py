"""A sitting of five in five browsers: two phones, a tablet, two desks; lines break, pages are closed.

Rule 1: who loses the line has words for it within three seconds; who comes back, so soon after the page.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from playwright.async_api import Page, Response, ViewportSize, WebSocket, expect

from odr.domain.sittings import SeatRole
from tests.support.axe import assert_no_barriers
from tests.support.camera import Camera
from tests.support.rooms import WATCHED, act, sees_and_hears
from tests.support.seeding import Ready, ready_sitting
from tests.support.server import Server
from tests.support.signing_in import sign_in
from tests.support.visitors import Visitors
from tests.support.wire import Wire

APPLICANT, RESPONDENT, AGENT, MEDIATOR, INTERPRETER = "wang", "yang", "zhang", "mediator", "sun"
# A phone, a narrow phone, a tablet; the others sit at desks.
SIZES: Final = {
    APPLICANT: ViewportSize(width=390, height=844),
    RESPONDENT: ViewportSize(width=360, height=740),
    AGENT: ViewportSize(width=768, height=1024),
}
WIRED: Final = (APPLICANT, RESPONDENT, MEDIATOR)  # whose lines break; the others close their pages
PICTURE, FRAMES_PER_S = (160, 120), 5  # small: five browsers share two cores, and look at each other

BROKEN: Final = "网络中断，现在别人听不到您"
BROKEN_WAITING: Final = "网络中断，正在自动恢复"
WORDS_MS: Final = 3000
LOOK_MS: Final = 200  # until the test has seen them
# When the words came, in the page's own time, and how long the machine let nothing happen in it.
_TOLD: Final = """async ([selector, any]) => {
    const begun = performance.now();
    for (let stood = 0;;) {
        const box = document.querySelector(selector), last = performance.now();
        const there = Boolean(box?.checkVisibility() && any.some((one) => box.innerText.includes(one)));
        if (there || last - begun > 45000) return { there, ms: last - begun, stood };
        await new Promise((next) => setTimeout(next, 50));
        // The page hears of its line from the same reports.
        await Promise.all((window.connections ?? []).map((one) => one.getStats()));
        stood += Math.max(0, performance.now() - last - 60);
    }
}"""


async def told_in_time(page: Page, selector: str, *words: str) -> None:
    """One of these stands there within three seconds of now; while the machine stood still does not count."""
    told: dict[str, Any] = await page.evaluate(_TOLD, [selector, words])
    assert told["there"], f"{page.url}: {words!r} did not come"
    assert told["ms"] <= WORDS_MS + LOOK_MS + told["stood"], f"{words!r} came after {told}"


@dataclass(eq=False)  # Playwright leaves notes on the object: no slots
class Ears:
    """All that came to one person's browser, over sockets and as answers."""

    heard: list[str] = field(default_factory=list)
    _coming: list[asyncio.Task[None]] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on("websocket", self._socket)
        page.on("response", self._response)

    def _socket(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda told: self.heard.append(str(told)))

    def _response(self, response: Response) -> None:
        if "json" in response.headers.get("content-type", ""):
            self._coming.append(asyncio.create_task(self._keep(response)))

    async def _keep(self, response: Response) -> None:
        try:
            self.heard.append(await response.text())
        except Exception:  # noqa: BLE001  the page was left before all of it had come
            return

    async def know(self, words: str) -> bool:
        await asyncio.gather(*self._coming)
        return any(
            words in one or words.encode("ascii", "backslashreplace").decode() in one for one in self.heard
        )


@dataclass(slots=True)
class Five:
    """`pages` and `ears` by name; `lines` of those whose line can break."""

    visitors: Visitors
    ready: Ready
    pages: dict[str, Page]
    lines: dict[str, Wire]
    ears: dict[str, Ears]

    @property
    def here(self) -> str:
        return f"/sittings/{self.ready.sitting}"

    @property
    def all(self) -> tuple[Page, ...]:
        return tuple(self.pages.values())

    def __getitem__(self, name: str) -> Page:
        return self.pages[name]

    async def enter(self, name: str) -> None:
        """By the door, whose boxes are ticked already when somebody comes again, into the waiting room."""
        page = self.pages[name]
        await page.goto(self.here)
        for box in await page.get_by_role("checkbox").all():
            await box.check()
        await page.get_by_role("button", name="进入等候室").click()
        await page.wait_for_url(f"**{self.here}/room")

    async def begin(self) -> None:
        """Everybody is there; the mediator lets them in, and all see and hear each other."""
        host = self.pages[MEDIATOR]
        await expect(host.locator("[data-lobby-people] li")).to_have_count(len(self.pages) - 1)
        await act(host, "start").click()
        await self.together()

    async def together(self) -> None:
        await asyncio.gather(*(sees_and_hears(page, more=5) for page in self.all))
        for page in self.all:
            await expect(page.locator("[data-court]")).to_have_attribute("data-place", "joint")

    async def by_voice(self, *names: str) -> None:
        """These go on with sound alone, also on a page that they open again: pictures fill the cores."""

        async def choose(page: Page) -> None:
            helping = await page.context.new_page()
            await helping.goto(f"{self.here}/help")
            await helping.get_by_role("button", name="只用声音").click()
            await expect(page.locator("[data-help-off]")).to_be_visible()
            await helping.close()

        await asyncio.gather(*(choose(self.pages[name]) for name in names))

    @asynccontextmanager
    async def cut(self, name: str, words: str = BROKEN, *, at: str = "[data-trouble]") -> AsyncIterator[Page]:
        """The person's line is dead for the block, which the page tells in time; then it is whole again."""
        page, line = self.pages[name], self.lines[name]
        line.cut()
        try:
            await told_in_time(page, at, words)
            await assert_no_barriers(page)
            yield page
        finally:
            line.join()
        await expect(page.locator(f"{at}:visible", has_text=words)).to_have_count(0)

    async def come_again(self, name: str, words: str, *, at: str = "[data-lobby-words]") -> Page:
        """The page is closed, and another opened; it says in time how things stand, at last `words`."""
        page = self.pages[name] = await self.visitors.open_again(name)
        self.ears[name].listen(page)
        await self.enter(name)
        await told_in_time(page, at, "正在连接", "还在连接", words)
        await expect(page.locator(at)).to_contain_text(words)
        return page

    async def look(self, *names: str) -> None:
        """No barrier, and nothing that sticks out to the side."""
        for name in names or tuple(self.pages):
            page = self.pages[name]
            assert await page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
            await assert_no_barriers(page)


async def five_signed_in(
    server: Server, visitors: Visitors, make_camera: Callable[..., Camera], *, talking: bool = False
) -> Five:
    """A sitting is called; everybody has signed in at its door.

    `talking`: an agreement can be written and signed.
    """
    guests = {INTERPRETER: SeatRole.INTERPRETER}
    ready = await ready_sitting(server, agents=[(AGENT, "A")], guests=guests, talking=talking)
    five = Five(visitors, ready, {}, {}, {})

    async def come(name: str) -> None:
        if name in WIRED:
            five.lines[name] = await Wire.to(server)
        camera, size = make_camera(name, PICTURE, FRAMES_PER_S), SIZES.get(name)
        five.pages[name] = page = await visitors.open(
            name, phone=size is not None, size=size, camera=camera, wire=five.lines.get(name)
        )
        await page.context.add_init_script(WATCHED)
        five.ears[name] = Ears()
        five.ears[name].listen(page)
        await sign_in(page, ready.phones[name], five.here)

    await asyncio.gather(*(come(name) for name in (MEDIATOR, APPLICANT, RESPONDENT, AGENT, INTERPRETER)))
    return five
