"""A screen shared in the room, in three browsers: seen large where the talk is, and nowhere else."""

import asyncio
from collections.abc import Callable

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.support.axe import assert_no_barriers
from tests.support.camera import Camera
from tests.support.rooms import (
    SEEN,
    act,
    come_together,
    enter_room,
    sees_a_screen,
    sees_and_hears,
    talk_apart,
)
from tests.support.seeding import ready_sitting
from tests.support.server import Server
from tests.support.signing_in import sign_in
from tests.support.visitors import Visitors

NARROW = ViewportSize(width=360, height=740)


async def sees_no_screen(page: Page) -> None:
    await expect(page.locator("[data-screen]")).to_be_hidden()
    for number in range(await page.locator(".tile--seen video").count()):
        tile = page.locator(".tile--seen video").nth(number)
        shown = await tile.evaluate(
            f"(video) => {{ video.id = 'looked-at'; return ({SEEN})('#looked-at'); }}"
        )
        assert shown is None or not shown["screen"]
        await tile.evaluate("(video) => video.removeAttribute('id')")


async def enlarged(page: Page) -> None:
    """The buttons enlarge the screen, which is then moved about in its place."""
    await act(page, "screen-larger").click()
    await act(page, "screen-larger").click()
    ratio = "(sheet) => sheet.scrollWidth / sheet.clientWidth"
    assert await page.locator("[data-screen-sheet]").evaluate(ratio) == pytest.approx(2, abs=0.1)
    await act(page, "screen-smaller").click()
    await act(page, "screen-smaller").click()
    await expect(act(page, "screen-smaller")).to_be_disabled()


async def pinched(page: Page) -> None:
    """Two fingers that part enlarge it."""
    await page.locator("[data-screen-sheet]").evaluate("""(sheet) => {
        const box = sheet.getBoundingClientRect();
        const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
        const at = (id, clientX) => new Touch({ identifier: id, target: sheet, clientX, clientY: y });
        for (const [kind, apart] of [["touchstart", 20], ["touchmove", 40]]) {
            const touches = [at(1, x - apart), at(2, x + apart)];
            sheet.dispatchEvent(new TouchEvent(kind, { touches, bubbles: true, cancelable: true }));
        }
    }""")
    wide = await page.locator("[data-screen-page]").evaluate("(one) => one.style.width")
    assert wide == "200%"
    await page.locator("[data-screen-sheet]").dblclick()


@pytest.mark.timeout(400)
async def test_a_screen_is_shared_with_the_talk_and_with_nobody_else(
    server: Server, visitors: Visitors, make_camera: Callable[[str], Camera]
) -> None:
    ready = await ready_sitting(server)
    here = f"/sittings/{ready.sitting}"
    people = {}
    for name, phone in (("mediator", False), ("wang", False), ("yang", True)):
        people[name] = page = await visitors.open(name, phone=phone, camera=make_camera(name))
        await sign_in(page, ready.phones[name], here)
    mediator, wang, yang = people.values()
    await yang.set_viewport_size(NARROW)
    await asyncio.gather(*(enter_room(page, here) for page in people.values()))
    await expect(mediator.locator("[data-lobby-people] li")).to_have_count(2, timeout=90_000)
    await act(mediator, "start").click()
    await asyncio.gather(*(sees_and_hears(page, more=3) for page in people.values()))

    await act(wang, "share").click()
    await expect(wang.locator("[data-sharing]")).to_contain_text("每个人都看得到")
    await asyncio.gather(sees_a_screen(mediator), sees_a_screen(yang))
    await sees_no_screen(wang)
    await expect(yang.locator("[data-screen-words]")).to_contain_text("正在共享屏幕")
    await enlarged(mediator)
    await pinched(yang)
    for page in people.values():
        await assert_no_barriers(page)
    await act(mediator, "share").click()  # one at a time
    await expect(mediator.locator("[data-trouble]")).to_contain_text("正在共享屏幕，等对方结束")
    await act(mediator, "stop-screen").click()
    await expect(wang.locator("[data-sharing]")).to_be_hidden()
    await asyncio.gather(*(sees_no_screen(page) for page in people.values()))

    await act(wang, "share").click()  # again, by the same sections
    await asyncio.gather(sees_a_screen(mediator), sees_a_screen(yang))
    await talk_apart(mediator, "A", wang)  # which ends it
    await expect(wang.locator("[data-caucus]")).to_contain_text("单独谈话")
    await expect(wang.locator("[data-sharing]")).to_be_hidden()
    await act(wang, "share").click()
    await sees_a_screen(mediator)
    await sees_and_hears(mediator, more=5)
    await sees_no_screen(yang)
    await come_together(mediator)
    await expect(wang.locator("[data-sharing]")).to_be_hidden()
    await asyncio.gather(*(sees_no_screen(page) for page in people.values()))

    await act(mediator, "share").click()
    await asyncio.gather(sees_a_screen(wang), sees_a_screen(yang))
    await act(mediator, "stop-share").click()
    await asyncio.gather(*(sees_no_screen(page) for page in people.values()))
