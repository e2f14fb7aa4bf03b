"""People in real browsers: each with a Chromium of his own, its camera and microphone, phone or desktop.

Rule 1: what a browser complains of fails the test: console errors (CSP violations among them), exceptions,
answers of 500 and above, requests that failed, requests that leave the machine.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    Response,
    ViewportSize,
)

from tests.support.camera import Camera
from tests.support.forms import NOTES_SENDING
from tests.support.patience import go_again
from tests.support.wire import Wire

SWITCHES: Final = (
    "--no-sandbox",  # the tests may run as root, where Chromium's sandbox refuses
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-sync",
    "--no-first-run",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
)
PATIENCE_MS: Final = 45_000  # on a busy machine; whoever gets an answer does not wait for it
PHONE: Final = ViewportSize(width=390, height=844)
DESKTOP: Final = ViewportSize(width=1280, height=800)
_PHONE_AGENT: Final = (
    "Mozilla/5.0 (Linux; Android 14; Phone) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 "
    "Mobile Safari/537.36"
)
_HERE: Final = frozenset({"127.0.0.1", "localhost", "::1", ""})


@dataclass(eq=False)  # Playwright leaves notes on the object: no slots
class Watch:
    """What one person's browser complained of. `refused` are pages answered 4xx: no fault by themselves."""

    name: str
    faults: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    def follow(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("weberror", lambda error: self._add(f"exception: {error.error}"))
        context.on("response", self._response)
        context.on("requestfailed", self._failed)
        context.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        # Chromium prints an error for a form that is answered 422, which is how a server says "look again".
        told_by_page = message.text.startswith("Failed to load resource") and (
            message.location["url"] in self.refused or " 4" in message.text
        )
        if message.type == "error" and not told_by_page:
            self._add(f"console: {message.text} ({message.location['url']})")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self._add(f"{response.status} from {response.url}")
        elif response.status >= 400 and response.request.is_navigation_request():
            self.refused.add(response.url)
        elif response.status >= 400:
            self._add(f"{response.status} from {response.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # what a page was loading when the person left it
            self._add(f"failed: {request.url} ({request.failure})")

    def _request(self, request: Request) -> None:
        host = urlsplit(request.url).hostname or ""
        if host not in _HERE:
            self._add(f"left the machine: {request.url}")

    def _add(self, fault: str) -> None:
        self.faults.append(f"{self.name}: {fault}")


class Visitors:
    """The people of one test. `forgive` holds patterns of faults that the test brings about on purpose."""

    def __init__(self, playwright: Playwright, chromium: str, failures: Path, origin: str = "") -> None:
        self._playwright, self._chromium, self._failures = playwright, chromium, failures
        self.origin = origin
        self.forgive: list[str] = []
        self._browsers: list[Browser] = []
        self._wires: list[Wire] = []
        self._pages: dict[str, Page] = {}
        self._watches: list[Watch] = []

    async def open(
        self,
        name: str,
        *,
        phone: bool = True,
        camera: Camera | None = None,
        language: str = "zh-CN",
        script: bool = True,
        timezone: str = "Asia/Shanghai",
        wire: Wire | None = None,
        voice: Path | None = None,
        size: ViewportSize | None = None,
    ) -> Page:
        """A blank page of a new person, 390 x 844 px or, on a desktop, 1280 x 800, or of `size`.

        Over `wire`, if given. `voice`: what their microphone hears, a sound file (`tests.support.voices`).
        """
        switches = [*SWITCHES, *(camera.switches if camera else [])]
        if voice:
            switches.append(f"--use-file-for-fake-audio-capture={voice}")
        browser = await self._playwright.chromium.launch(executable_path=self._chromium, args=switches)
        self._browsers.append(browser)
        context = await browser.new_context(
            base_url=wire.url if wire else self.origin or None,
            viewport=size or (PHONE if phone else DESKTOP),
            is_mobile=phone,
            has_touch=phone,
            device_scale_factor=2 if phone else 1,
            user_agent=_PHONE_AGENT if phone else None,
            locale=language,
            timezone_id=timezone,
            permissions=["camera", "microphone"],
            java_script_enabled=script,
            ignore_https_errors=True,  # the local authority is of today
        )
        await context.add_init_script(NOTES_SENDING)
        if wire:
            self._wires.append(wire)
            await context.add_init_script(wire.script)
        watch = Watch(name)
        watch.follow(context)
        self._watches.append(watch)
        context.set_default_timeout(PATIENCE_MS)  # of further pages, too
        return await self._page_of(name, context)

    async def open_again(self, name: str) -> Page:
        """The person has closed the page, and opens another one in the same browser."""
        await self._pages[name].close()
        return await self._page_of(name, self._pages[name].context)

    async def leave(self, name: str) -> None:
        """The person goes away for good, the browser with them."""
        browser = self._pages[name].context.browser
        assert browser
        self._browsers.remove(browser)
        await browser.close()

    async def _page_of(self, name: str, context: BrowserContext) -> Page:
        self._pages[name] = page = await context.new_page()
        go_again(page)
        return page

    def faults(self) -> list[str]:
        """What no test asked for."""
        forgiven = [re.compile(pattern) for pattern in self.forgive]
        told = [fault for watch in self._watches for fault in watch.faults]
        return [fault for fault in told if not any(pattern.search(fault) for pattern in forgiven)]

    async def photograph(self, test: str) -> list[Path]:
        """A picture of every open page, and the complaints, for whoever has to find out what failed."""
        folder = self._failures / re.sub(r"[^\w.-]+", "-", test)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "faults.txt").write_text("\n".join(self.faults()), encoding="utf-8")
        made = []
        for name, page in self._pages.items():
            if not page.is_closed():
                made.append(folder / f"{name}.png")
                await page.screenshot(path=made[-1], full_page=True)
        return made

    async def close(self) -> None:
        for browser in self._browsers:
            await browser.close()
        for wire in self._wires:
            wire.close()
