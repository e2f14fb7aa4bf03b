"""A sitting without mouse or finger: a party at a narrow screen and the mediator at a desk, by keys alone."""

import asyncio
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Page, expect

from tests.odr.sample_papers import NO_FONTS
from tests.support.keys import Person
from tests.support.rooms import WATCHED, act, enter_room, sees_and_hears
from tests.support.server import Server
from tests.support.tables import open_as, room_of, seated
from tests.support.visitors import Visitors

pytestmark = pytest.mark.skipif(NO_FONTS, reason="no Chinese font: run `npm ci` first")


async def prepare(wang: Person, room: str) -> None:
    """The device check, and through the rules into the waiting room."""
    page, keys = wang.page, wang.keys
    await page.goto(room)
    await keys.use(page.get_by_role("link", name="测试我的设备"))
    await keys.use(wang.button("开始测试"))
    await expect(wang.at("[data-item=path]")).to_have_attribute("data-finding", "ok", timeout=30_000)
    await keys.use(wang.button("听到了"))
    await expect(wang.at("[data-check-result]")).to_contain_text("您的设备已经就绪")
    await keys.use(page.get_by_role("link", name="返回会议页面"))
    await enter(wang, room)


async def enter(person: Person, room: str) -> None:
    for name in ("rights", "no_recording"):
        box = person.at(f"[name={name}]")
        if not await box.is_checked():
            await person.keys.tick(box)
    await person.keys.use(person.button("进入等候室"))
    await person.page.wait_for_url(f"**{room}/room")
    await expect(person.at("[data-lobby]")).to_be_visible()


async def steer(wang: Person, mediator: Person, room: str) -> None:
    """Microphone, camera, hand; away and back; what is further away; help."""
    keys = wang.keys
    for name in ("mic", "camera"):
        for pressed in ("false", "true"):
            await wang.do(name)
            await expect(act(wang.page, name)).to_have_attribute("aria-pressed", pressed)
    await wang.do("hand")
    await expect(mediator.at("[data-hands]")).to_contain_text("王示范")
    await mediator.panel("people")
    row = mediator.at("[data-people] li", has_text="王示范")
    await mediator.keys.use(row.get_by_role("button", name="放下举手"))
    await expect(mediator.at("[data-hands]")).to_be_hidden()
    await mediator.keys.settled()
    await wang.do("more")
    for _ in range(14):  # the sheet and the bar below it, and nothing under them
        await keys.press("Tab")
        assert await wang.page.evaluate("document.activeElement.closest('.more, .court__controls') !== null")
    await keys.press("Escape")
    await expect(act(wang.page, "more")).to_be_focused()
    await wang.panel("people")
    await keys.use(wang.button("请求技术帮助", "#panel-people"))
    await expect(wang.at("[data-help-ask]")).to_be_visible()
    await keys.press("Escape")
    await expect(wang.button("请求技术帮助", "#panel-people")).to_be_focused()
    await keys.press("Escape")
    await expect(wang.at("#panel-people")).to_be_hidden()
    await keys.settled()
    await keys.use(wang.at("[data-leave]"))
    await wang.page.wait_for_url(f"**{room}")
    await enter(wang, room)
    await expect(wang.at("[data-lobby]")).to_be_hidden()  # who was let in before comes in by themselves
    await mediator.keys.use(row.get_by_role("button", name="请回等候室"))
    await expect(wang.at("[data-lobby]")).to_be_visible()
    await mediator.keys.use(row.get_by_role("button", name="请进"))
    await expect(wang.at("[data-lobby]")).to_be_hidden()
    await asyncio.gather(wang.keys.settled(), mediator.keys.settled())
    await sees_and_hears(wang.page)


async def talk_apart(wang: Person, mediator: Person) -> None:
    """Asked while they write: declined, then accepted; a line is let be read by all; back."""
    await wang.panel("chat")
    await wang.keys.write(wang.at("#chat-text"), "大家好")
    await wang.keys.press("Enter")
    await expect(mediator.at("[data-chat-lines]")).to_contain_text("大家好")
    await mediator.do("caucus-A")
    await expect(wang.at("[data-asked]")).to_be_focused()
    await wang.do("refuse")
    await expect(wang.at("#asked-reason")).to_be_focused()
    await wang.keys.use(wang.button("告诉调解员：暂时不去"))
    await expect(wang.at("[data-asked]")).to_be_hidden()
    await wang.keys.settled()
    await expect(mediator.at("[data-asking]")).to_be_visible()
    await mediator.do("withdraw")
    await expect(mediator.at("[data-asking]")).to_be_hidden()
    await mediator.do("caucus-A")
    await expect(wang.at("[data-asked]")).to_be_focused()
    await wang.do("accept")
    await expect(wang.at("[data-caucus]")).to_contain_text("单独谈话")
    await wang.keys.settled()
    await wang.panel("chat")
    await wang.keys.write(wang.at("#chat-text"), "四万五我可以接受")
    await wang.keys.press("Enter")
    await wang.keys.use(wang.button("公开这一条"), back=True)
    await wang.keys.use(wang.button("否", "[data-ask]"))
    await expect(wang.button("公开这一条")).to_be_focused()
    await mediator.do("joint")
    await mediator.do("back")
    await expect(wang.at("[data-caucus]")).to_be_hidden()
    await asyncio.gather(wang.keys.settled(), mediator.keys.settled())


async def examine(wang: Person, mediator: Person, liu: Page, paper: Path) -> None:
    """A new piece is brought, let be seen, laid open for all and enlarged."""
    keys = wang.keys
    await wang.panel("evidence")
    await keys.choose_file(wang.at("#bring-file"), paper)
    await keys.write(wang.at("#bring-title"), "转账记录")
    await keys.write(wang.at("#bring-purpose"), "证明已经交付借款")
    await keys.use(wang.button("提交这份证据"))
    card = wang.at("[data-exhibit='A-1']")
    await expect(card).to_be_visible()
    await keys.settled()
    await keys.use(card.get_by_role("button", name="向对方出示"))
    await keys.use(wang.button("是", "[data-ask]"))
    await expect(card.get_by_role("button", name="向对方出示")).to_be_hidden()
    await keys.settled()
    await keys.use(card.get_by_role("button", name="向在场的人展示"))
    await expect(mediator.at("[data-paper-image]")).to_be_visible()
    await wang.do("larger")
    await expect(liu.locator("[data-paper-page]")).to_have_attribute("style", "width: 150%;")


def two_pages(folder: Path) -> Path:
    sheets = [Image.new("RGB", (600, 800), shade) for shade in ("#fffdf6", "#f0f4ff")]
    sheets[0].save(folder / "转账记录.pdf", "PDF", save_all=True, append_images=sheets[1:])
    return folder / "转账记录.pdf"


@pytest.mark.soak
@pytest.mark.timeout(300)
async def test_a_sitting_by_keys_alone(server: Server, visitors: Visitors, tmp_path: Path) -> None:
    table = await seated(server)
    room = await room_of(table)
    pages = {who: await open_as(table, visitors, who, phone=False) for who in ("wang", "mediator", "liu")}
    await pages["wang"].set_viewport_size({"width": 390, "height": 844})
    wang, mediator = [Person(pages[who]) for who in ("wang", "mediator")]
    liu = pages["liu"]
    for page in (wang.page, mediator.page):
        await page.add_init_script(WATCHED)
    await mediator.page.goto(room)
    await asyncio.gather(prepare(wang, room), enter(mediator, room), enter_room(liu, room))
    await expect(mediator.at("[data-lobby-people] li")).to_have_count(2, timeout=30_000)
    await mediator.do("start")
    await expect(mediator.at("[data-lobby]")).to_be_hidden()
    await asyncio.gather(mediator.keys.settled(), wang.keys.settled())
    await steer(wang, mediator, room)
    await talk_apart(wang, mediator)
    await examine(wang, mediator, liu, two_pages(tmp_path))
    await table.platform.close()
