"""The room of a sitting in each of its states, and the pages round it, for `make screens` and for axe.

The sitting is played by three people in real browsers.
"""

import asyncio
import re
from typing import Final

from playwright.async_api import Page, expect

from tests.support.filings import citizen
from tests.support.rooms import act, drag, enter_room, open_panel, say, sees_and_hears, talk_apart
from tests.support.seeding import Ready, ready_sitting
from tests.support.server import Server
from tests.support.signing_in import sign_in
from tests.support.visitors import PATIENCE_MS, Visitors
from tools.looking import Photographer

SUPPORT_PHONE: Final = "+8613800000009"  # odr.demo.court
_REFUSED: Final = """navigator.mediaDevices.getUserMedia =
    () => Promise.reject(new DOMException("refused", "NotAllowedError"));"""


async def walk_rooms(people: Visitors, server: Server, look: Photographer) -> None:
    """Play a sitting from its invitation to its end; look at each state."""
    expect.set_options(timeout=PATIENCE_MS)
    ready = await ready_sitting(server)
    mediator = await people.open("mediator", phone=False)
    wang, yang = await people.open("wang"), await people.open("yang")
    await _before(look, wang, ready)
    await asyncio.gather(
        *(_enter(page, ready, who) for page, who in ((mediator, "mediator"), (yang, "yang")))
    )
    await enter_room(wang, f"/sittings/{ready.sitting}")
    await _guests(look, people, ready, await mediator.context.new_page())
    await expect(mediator.locator("[data-lobby-people] li")).to_have_count(2)
    await expect(wang.locator("[data-lobby-words]")).to_contain_text("已经连接")
    await look.take(wang, "lobby")
    await look.take(mediator, "lobby-host")
    await act(mediator, "start").click()
    await asyncio.gather(*(sees_and_hears(page) for page in (mediator, wang, yang)))
    await _together(look, mediator, wang, yang)
    await _apart(look, mediator, wang, yang)
    await wang.goto(f"/sittings/{ready.sitting}/room?elder=1")
    await sees_and_hears(wang)
    await look.take(wang, "elder")
    await wang.goto(f"/sittings/{ready.sitting}/room?elder=0&lang=en")
    await sees_and_hears(wang)
    await open_panel(wang, "people")
    await look.take(wang, "english", chinese=False)
    await wang.goto(f"/sittings/{ready.sitting}/room?lang=zh_CN")
    await _helped(look, people, yang)
    await act(mediator, "close").click()
    await mediator.get_by_role("button", name="是", exact=True).click()
    await expect(yang.locator("[data-lobby-words]")).to_contain_text("会议已经结束")
    await look.take(yang, "ended")


async def _enter(page: Page, ready: Ready, who: str) -> None:
    here = f"/sittings/{ready.sitting}"
    await sign_in(page, ready.phones[who], here)
    await enter_room(page, here)


async def _before(look: Photographer, page: Page, ready: Ready) -> None:
    here = f"/sittings/{ready.sitting}"
    await sign_in(page, ready.phones["wang"], here)
    await look.take(page, "invitation", whole=True)
    beside = await page.context.new_page()
    await beside.add_init_script(_REFUSED)
    for state, each in (("check", page), ("check-refused", beside)):
        await each.goto(f"{here}/check")
        await each.get_by_role("button", name="开始测试").click()
        await expect(each.locator("[data-check-result]")).to_be_visible()
        await look.take(each, state, whole=True)
    await beside.close()


async def _together(look: Photographer, mediator: Page, wang: Page, yang: Page) -> None:
    await look.take(wang, "joint")
    await act(wang, "hand").click()
    await expect(mediator.locator("[data-hands]")).to_be_visible()
    await look.take(mediator, "joint-host")
    await act(wang, "more").click()
    await look.take(wang, "more")
    await act(wang, "layout").click()
    await look.take(wang, "gallery")
    await say(wang, "大家好，我能听清。")
    await look.take(wang, "chat")
    await open_panel(wang, "evidence")
    await look.take(wang, "evidence")
    await wang.locator("[data-exhibit='A-1']").get_by_role("button", name="向在场的人展示").click()
    await expect(yang.locator("[data-paper-image]")).to_be_visible()
    await act(yang, "draw").click()
    await drag(yang, "[data-paper-sheet]")
    await expect(wang.locator(".folio__mark--B")).to_have_count(1)
    await look.take(wang, "paper-leading")
    await look.take(yang, "paper-following")
    await act(wang, "put-away").click()


async def _apart(look: Photographer, mediator: Page, wang: Page, yang: Page) -> None:
    await act(mediator, "caucus-A").click()
    await expect(wang.locator("[data-asked]")).to_be_visible()
    await look.take(wang, "asked-apart")
    await act(wang, "accept").click()
    await expect(wang.locator("[data-caucus]")).to_be_visible()
    await say(wang, "四万五我可以接受")
    await look.take(wang, "caucus")
    await look.take(yang, "private")
    await talk_apart(mediator, "B", yang)
    await act(mediator, "joint").click()
    await expect(wang.locator("[data-return]")).to_be_visible()
    await look.take(wang, "countdown")
    await expect(wang.locator("[data-return]")).to_be_hidden()


async def _guests(look: Photographer, people: Visitors, ready: Ready, mediator: Page) -> None:
    """Somebody is asked to observe: the list of guests, and the way in from the link."""
    here, guest = f"/sittings/{ready.sitting}", citizen("sun")
    await mediator.goto(f"{here}/guests")
    await mediator.get_by_label("旁听人员").check()
    await mediator.locator("#field-name").fill(guest.name)
    await mediator.locator("#field-phone").fill(guest.phone.removeprefix("+86"))
    await mediator.get_by_role("button", name="发送邀请").click()
    await expect(mediator.locator(".guest")).to_have_count(1)
    await look.take(mediator, "guests", whole=True)
    page = await people.open("sun")
    sent = await page.request.get("/sandbox/messages", params={"to": guest.phone})
    link = re.search(r"/guests/[\w-]+", await sent.text())
    await page.goto(link[0] if link else here)
    await look.take(page, "guest-invited", whole=True)
    await mediator.close()


async def _helped(look: Photographer, people: Visitors, yang: Page) -> None:
    """Technical support is called, looks at the line, and proposes to go on with sound alone."""
    await open_panel(yang, "people")
    await yang.locator("#panel-people [data-do=help]").click()
    await look.take(yang, "help")
    await yang.get_by_role("button", name="请给我回电").click()
    await expect(yang.locator("[data-help-called]")).to_be_visible()
    desk = await people.open("support", phone=False)
    await sign_in(desk, SUPPORT_PHONE, "/staff/support")
    await expect(desk.locator(".watch__one")).to_have_count(3)
    await look.take(desk, "support-desk", whole=True)
    await desk.locator(".caller a:not([href^=tel])").click()
    await look.take(desk, "support-person", whole=True)
    await desk.get_by_role("button", name="建议只用声音参加").click()
    await expect(yang.locator("[data-help-voice]")).to_be_visible()
    await yang.locator("[data-do=close-panel]").click()
    await look.take(yang, "helped")
    await yang.locator("[data-help-do=kept]").click()
    await desk.close()
