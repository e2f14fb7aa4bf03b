"""The room's page in Firefox beside Chromium: both ways, apart and together again."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.async_api import expect

from tests.support.citizens import newest_code
from tests.support.firefox import Firefox
from tests.support.rooms import (
    SCREEN,
    SEEN,
    WATCHED,
    act,
    come_together,
    enter_room,
    hears_nothing,
    sees_a_screen,
    sees_and_hears,
    talk_apart,
)
from tests.support.seeding import ready_sitting
from tests.support.server import Server
from tests.support.signing_in import sign_in
from tests.support.visitors import Visitors


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


@pytest.mark.timeout(240)
async def test_firefox_sits_in_the_room_with_chromium(
    server: Server, visitors: Visitors, firefox: Firefox
) -> None:
    ready = await ready_sitting(server)
    here = f"/sittings/{ready.sitting}"
    mediator, wang = await visitors.open("mediator", phone=False), await visitors.open("wang")
    await sign_in(mediator, ready.phones["mediator"], here)
    await sign_in(wang, ready.phones["wang"], here)
    yang = FirefoxScreen(firefox)
    national = ready.phones["yang"].removeprefix("+86")
    await firefox.prepare(WATCHED)
    await firefox.goto(f"{server.url}/sign-in?next={here}")
    await firefox.type("[name=phone]", national)
    await firefox.click("main form button[type=submit]")
    await firefox.wait("return location.pathname === '/sign-in/code';")
    await firefox.type("[name=code]", await newest_code(mediator, national))
    await firefox.click("main form button[type=submit]")
    await firefox.wait(f"return location.pathname === {here!r};")
    await firefox.click("[name=rights]")
    await firefox.click("[name=no_recording]")
    await firefox.click("form[action$='/rules'] button")
    await firefox.wait("return location.pathname.endsWith('/room');")
    await asyncio.gather(enter_room(mediator, here), enter_room(wang, here))
    await expect(mediator.locator("[data-lobby-people] li")).to_have_count(2, timeout=30_000)
    await act(mediator, "start").click()
    await asyncio.gather(*(sees_and_hears(page) for page in (mediator, wang, yang)))

    await act(mediator, "share").click()  # sections are added to a connection that stands
    await firefox.wait(f"return ({SEEN})({SCREEN!r})?.screen === true;")
    await sees_a_screen(wang)
    await act(mediator, "stop-share").click()
    await firefox.wait("return document.querySelector('[data-screen]').hidden;")

    await act(mediator, "caucus-B").click()
    await firefox.wait("return document.querySelector('[data-asked]').hidden === false;")
    await firefox.click("[data-do=accept]")
    await yang.shows("[data-caucus]", "只有")
    await asyncio.gather(sees_and_hears(yang), sees_and_hears(mediator), hears_nothing(wang))
    await talk_apart(mediator, "A", wang)
    await yang.shows("[data-caucus]", "正与对方")
    await expect(wang.locator("[data-caucus]")).to_contain_text("单独谈话")
    await asyncio.gather(sees_and_hears(wang), sees_and_hears(mediator), hears_nothing(yang))
    await come_together(mediator)
    await asyncio.gather(*(sees_and_hears(page) for page in (mediator, wang, yang)))
