"""The room of a sitting in each of its states, photographed in Chinese at three widths, for `make screens`.

The sitting is played by three people in real browsers. Each picture is a WebP, `room-<state>-<width>.webp`.
"""

import asyncio
import io
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.async_api import Page, ViewportSize, expect

from tests.support.rooms import act, drag, enter_room, open_panel, say, sees_and_hears, talk_apart
from tests.support.seeding import Ready, ready_sitting
from tests.support.server import Server
from tests.support.signing_in import sign_in
from tests.support.visitors import PATIENCE_MS, Visitors

WIDTHS: Final = {
    360: ViewportSize(width=360, height=740),
    768: ViewportSize(width=768, height=1024),
    1280: ViewportSize(width=1280, height=800),
}
_QUALITY: Final = 55
_SETTLED_MS: Final = 400  # a sheet that slides, a picture that comes
_REFUSED: Final = """navigator.mediaDevices.getUserMedia =
    () => Promise.reject(new DOMException("refused", "NotAllowedError"));"""


class Photographer:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def take(self, page: Page, state: str, *, whole: bool = False) -> None:
        """The page at each width, and then as a phone again; `whole`: down to its end."""
        before = page.viewport_size
        for width, size in WIDTHS.items():
            await page.set_viewport_size(size)
            await page.wait_for_timeout(_SETTLED_MS)
            shot = await page.screenshot(full_page=whole, scale="css")
            name = f"room-{state}-{width}.webp"
            Image.open(io.BytesIO(shot)).convert("RGB").save(self._folder / name, quality=_QUALITY, method=6)
        print(f"docs/screens/room-{state}-*.webp")
        if before:
            await page.set_viewport_size(before)


async def photograph_rooms(people: Visitors, server: Server, folder: Path) -> None:
    """Play a sitting from its invitation to its end; a picture of each state."""
    expect.set_options(timeout=PATIENCE_MS)
    shots, ready = Photographer(folder), await ready_sitting(server)
    mediator = await people.open("mediator", phone=False)
    wang, yang = await people.open("wang"), await people.open("yang")
    await _before(shots, wang, ready)
    await asyncio.gather(
        *(_enter(page, ready, who) for page, who in ((mediator, "mediator"), (yang, "yang")))
    )
    await enter_room(wang, f"/sittings/{ready.sitting}")
    await expect(mediator.locator("[data-lobby-people] li")).to_have_count(2)
    await expect(wang.locator("[data-lobby-words]")).to_contain_text("已经连接")
    await shots.take(wang, "lobby")
    await shots.take(mediator, "lobby-host")
    await act(mediator, "start").click()
    await asyncio.gather(*(sees_and_hears(page) for page in (mediator, wang, yang)))
    await _together(shots, mediator, wang, yang)
    await _apart(shots, mediator, wang, yang)
    await wang.goto(f"/sittings/{ready.sitting}/room?elder=1")
    await sees_and_hears(wang)
    await shots.take(wang, "elder")
    await act(mediator, "close").click()
    await mediator.get_by_role("button", name="是", exact=True).click()
    await expect(yang.locator("[data-lobby-words]")).to_contain_text("会议已经结束")
    await shots.take(yang, "ended")


async def _enter(page: Page, ready: Ready, who: str) -> None:
    here = f"/sittings/{ready.sitting}"
    await sign_in(page, ready.phones[who], here)
    await enter_room(page, here)


async def _before(shots: Photographer, page: Page, ready: Ready) -> None:
    here = f"/sittings/{ready.sitting}"
    await sign_in(page, ready.phones["wang"], here)
    await shots.take(page, "invitation", whole=True)
    beside = await page.context.new_page()
    await beside.add_init_script(_REFUSED)
    for state, each in (("check", page), ("check-refused", beside)):
        await each.goto(f"{here}/check")
        await each.get_by_role("button", name="开始测试").click()
        await expect(each.locator("[data-check-result]")).to_be_visible()
        await shots.take(each, state, whole=True)
    await beside.close()


async def _together(shots: Photographer, mediator: Page, wang: Page, yang: Page) -> None:
    await shots.take(wang, "joint")
    await act(wang, "hand").click()
    await expect(mediator.locator("[data-hands]")).to_be_visible()
    await shots.take(mediator, "joint-host")
    await act(wang, "more").click()
    await shots.take(wang, "more")
    await act(wang, "layout").click()
    await shots.take(wang, "gallery")
    await say(wang, "大家好，我能听清。")
    await shots.take(wang, "chat")
    await open_panel(wang, "evidence")
    await shots.take(wang, "evidence")
    await wang.locator("[data-exhibit='A-1']").get_by_role("button", name="向在场的人展示").click()
    await expect(yang.locator("[data-paper-image]")).to_be_visible()
    await act(yang, "draw").click()
    await drag(yang, "[data-paper-sheet]")
    await expect(wang.locator(".folio__mark--B")).to_have_count(1)
    await shots.take(wang, "paper-leading")
    await shots.take(yang, "paper-following")
    await act(wang, "put-away").click()


async def _apart(shots: Photographer, mediator: Page, wang: Page, yang: Page) -> None:
    await act(mediator, "caucus-A").click()
    await expect(wang.locator("[data-asked]")).to_be_visible()
    await shots.take(wang, "asked-apart")
    await act(wang, "accept").click()
    await expect(wang.locator("[data-caucus]")).to_be_visible()
    await say(wang, "四万五我可以接受")
    await shots.take(wang, "caucus")
    await shots.take(yang, "private")
    await talk_apart(mediator, "B", yang)
    await act(mediator, "joint").click()
    await expect(wang.locator("[data-return]")).to_be_visible()
    await shots.take(wang, "countdown")
    await act(mediator, "back").click()
