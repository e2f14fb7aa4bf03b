"""The room's page in Firefox beside Chromium: both ways, apart and together again."""

import asyncio

import pytest
from playwright.async_api import expect

from tests.support.firefox import Firefox
from tests.support.firefox_room import enter_in_firefox
from tests.support.rooms import (
    SCREEN,
    SEEN,
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


@pytest.mark.timeout(240)
async def test_firefox_sits_in_the_room_with_chromium(
    server: Server, visitors: Visitors, firefox: Firefox
) -> None:
    ready = await ready_sitting(server)
    here = f"/sittings/{ready.sitting}"
    mediator, wang = await visitors.open("mediator", phone=False), await visitors.open("wang")
    await sign_in(mediator, ready.phones["mediator"], here)
    await sign_in(wang, ready.phones["wang"], here)
    yang = await enter_in_firefox(firefox, server, ready, "yang", mediator)
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
