"""Technical support at its desk: sees devices and lines, writes, calls, moves a poor line to sound."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Page, expect

from tests.support.axe import assert_no_barriers
from tests.support.camera import SMALL, Camera
from tests.support.rooms import WATCHED, act, enter_room, hears, open_panel, received, sees_and_hears
from tests.support.seeding import Ready, ready_sitting
from tests.support.server import Server
from tests.support.signing_in import sign_in
from tests.support.visitors import Visitors
from tests.support.voices import Voices
from tests.support.wire import Wire

SUPPORT: Final = "+8613800000009"  # odr.demo.court
WRITTEN: Final = "请靠近路由器，或改用移动数据网络。"


async def see_the_board(desk: Page, wang: Page, wire: Wire) -> None:
    """Rooms, people, devices; the line of wang grows poor and the board says so by itself."""
    person = desk.locator(".watch__one", has_text="王示范")
    await expect(person).to_contain_text("Chrome")
    await expect(person).to_contain_text("Android")
    await expect(person).to_have_attribute("data-grade", "good")
    await expect(person).to_contain_text("往返：")
    wire.lose(4)
    await expect(person).to_have_attribute("data-grade", "bad")
    await assert_no_barriers(desk)


async def write(desk: Page, wang: Page) -> None:
    """What the desk writes is seen in the room at once, and the desk sees that it was read."""
    await desk.get_by_role("link", name="王示范").first.click()
    await desk.get_by_label("消息").fill(WRITTEN)
    await desk.get_by_role("button", name="发送").click()
    await expect(desk.locator(".told")).to_contain_text("未读")
    told = wang.locator("[data-help-told]")
    await expect(told).to_contain_text(WRITTEN)
    await assert_no_barriers(wang)
    await told.get_by_role("button", name="知道了").click()
    await expect(told).to_be_hidden()
    await expect(desk.locator(".told")).to_contain_text("已读")
    await assert_no_barriers(desk)


async def move_to_sound(desk: Page, wang: Page, wire: Wire) -> None:
    """wang is asked, says yes, and gets sound alone; the pictures come again when wanted."""
    await desk.get_by_role("button", name="建议只用声音参加").click()
    await expect(desk.locator(".facts")).to_contain_text("尚未答复")
    await wang.locator("[data-help-voice]").get_by_role("button", name="好，只用声音").click()
    await expect(wang.locator("[data-help-off]")).to_be_visible()
    await expect(desk.locator(".facts")).to_contain_text("只用声音")
    await wang.wait_for_timeout(500)  # what was under way
    before = await received(wang)
    await hears(wang)
    assert (await received(wang))["frames"] == before["frames"]
    wire.lose(0)
    await wang.get_by_role("button", name="恢复画面").click()
    await sees_and_hears(wang, more=3)


async def call_back(desk: Page, wang: Page) -> None:
    """wang asks for it in the room and sees that it is under way, until the desk has called."""
    await open_panel(wang, "people")
    await wang.locator("#panel-people").get_by_role("button", name="请求技术帮助").click()
    asked = wang.locator("[data-help-ask]")
    await asked.get_by_label("出了什么问题").select_option("sound")
    await asked.get_by_label("回拨电话").fill("13900000077")
    await assert_no_barriers(wang)
    await asked.get_by_role("button", name="请给我回电").click()
    await expect(wang.locator("[data-help-called]")).to_contain_text("139****0077")
    await desk.goto("/staff/support")
    await expect(desk.locator("[data-calls]")).to_have_text("1")
    caller = desk.locator(".caller")
    await expect(caller.get_by_role("link", name="13900000077")).to_have_attribute(
        "href", "tel:+8613900000077"
    )
    await caller.get_by_role("button", name="已回电").click()
    await expect(desk.get_by_text("没有人等待回电")).to_be_visible()
    await expect(wang.locator("[data-help-called]")).to_be_hidden()


async def try_the_line(desk: Page, wang: Page, ready: Ready, voices: Voices) -> None:
    """The two see and hear each other, and nobody else; then wang goes back to the sitting."""
    await desk.get_by_role("link", name="王示范").first.click()
    await desk.get_by_role("button", name="通话测试").click()
    await desk.wait_for_url("**/test")
    await act(desk, "enter").click()
    await wang.locator("[data-help-testing]").get_by_role("link", name="进入通话测试").click()
    await wang.wait_for_url("**/test")
    await assert_no_barriers(wang)
    await act(wang, "enter").click()
    await asyncio.gather(sees_and_hears(desk), sees_and_hears(wang))
    await voices.expect(desk, wang=1)
    await voices.expect(wang, desk=1)
    await assert_no_barriers(desk)
    await desk.get_by_role("button", name="请靠近些").click()
    await expect(wang.locator("[data-prompt]")).to_have_text("请靠近镜头一些。")
    await act(desk, "end").click()
    await desk.locator("[data-sure]").get_by_role("button", name="是", exact=True).click()
    await desk.wait_for_url("**/staff/support/**")
    await wang.wait_for_url(f"**/sittings/{ready.sitting}")


async def get_no_media(desk: Page, ready: Ready) -> None:
    """The desk's page made no connection, and the room's own addresses know nobody from the desk."""
    assert await desk.evaluate("window.connections.length") == 0
    here = f"/sittings/{ready.sitting}"
    for path in ("room", "state", "evidence", "minutes", "recordings"):
        assert (await desk.request.get(f"{here}/{path}")).status == 404, path
    assert (await desk.request.post(f"{here}/ticket", headers={"Origin": desk.url})).status in (403, 404)


@pytest.mark.timeout(300)
async def test_support_helps_with_a_poor_line_and_hears_nobody(
    server: Server, visitors: Visitors, make_camera: Callable[..., Camera], tmp_path: Path
) -> None:
    ready, voices, wire = await ready_sitting(server), Voices(tmp_path), await Wire.to(server)
    here = f"/sittings/{ready.sitting}"
    mediator, wang, yang, desk = [
        await visitors.open(
            who,
            phone=who in ("wang", "yang"),
            camera=make_camera(who, SMALL),
            wire=wire if who == "wang" else None,
            voice=voices.of(who),
        )
        for who in ("mediator", "wang", "yang", "desk")
    ]
    await desk.add_init_script(WATCHED)
    await asyncio.gather(
        sign_in(mediator, ready.phones["mediator"], here),
        sign_in(wang, ready.phones["wang"], here),
        sign_in(yang, ready.phones["yang"], here),
        sign_in(desk, SUPPORT, "/staff/support"),
    )
    await asyncio.gather(*(enter_room(page, here) for page in (mediator, wang, yang)))
    await act(mediator, "start").click()
    await sees_and_hears(wang)
    await see_the_board(desk, wang, wire)
    await write(desk, wang)
    await get_no_media(desk, ready)
    await move_to_sound(desk, wang, wire)
    await call_back(desk, wang)
    await try_the_line(desk, wang, ready, voices)
