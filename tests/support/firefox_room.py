"""A party in Firefox, asked as a person in Chromium is, and the way in by the pages."""

from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page

from tests.support.citizens import newest_code
from tests.support.firefox import Firefox
from tests.support.rooms import WATCHED
from tests.support.seeding import Ready
from tests.support.server import Server


@dataclass(frozen=True, slots=True)
class FirefoxScreen:
    """Firefox asked as Chromium is."""

    driver: Firefox

    async def evaluate(self, expression: str) -> Any:
        return await self.driver.evaluate(f"return await ({expression})();")

    async def wait_for_timeout(self, ms: float, /) -> None:
        await self.driver.evaluate(f"await new Promise((done) => setTimeout(done, {ms}));")

    async def shows(self, selector: str, words: str) -> None:
        await self.driver.wait(f"return document.querySelector({selector!r})?.innerText.includes({words!r});")


async def enter_in_firefox(
    firefox: Firefox, server: Server, ready: Ready, name: str, inbox: Page
) -> FirefoxScreen:
    """Sign in, agree to the rules and wait in the lobby; `inbox` is any page that can ask for messages."""
    here, national = f"/sittings/{ready.sitting}", ready.phones[name].removeprefix("+86")
    await firefox.prepare(WATCHED)
    await firefox.goto(f"{server.url}/sign-in?next={here}")
    await firefox.type("[name=phone]", national)
    await firefox.click("main form button[type=submit]")
    await firefox.wait("return location.pathname === '/sign-in/code';")
    await firefox.type("[name=code]", await newest_code(inbox, national))
    await firefox.click("main form button[type=submit]")
    await firefox.wait(f"return location.pathname === {here!r};")
    await firefox.click("[name=rights]")
    await firefox.click("[name=no_recording]")
    await firefox.click("form[action$='/rules'] button")
    await firefox.wait("return location.pathname.endsWith('/room');")
    return FirefoxScreen(firefox)
