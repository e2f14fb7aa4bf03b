"""What a sitting shows when it goes otherwise, and the papers round it, for `make screens` and for axe."""

import asyncio
import re
from typing import Final

from playwright.async_api import Page, expect

from tests.odr.settled_case import WebTable
from tests.support.line import confirm_clauses
from tests.support.pads import draw
from tests.support.rooms import act, enter_room, open_panel, sees_and_hears
from tests.support.seeding import Ready, ready_sitting
from tests.support.server import Server
from tests.support.signing_in import sign_in
from tests.support.tables import open_as, seated
from tests.support.visitors import PATIENCE_MS, Visitors
from tests.support.wire import Wire
from tools.looking import Photographer

POOR: Final = 4  # one packet of so many is lost, as in a lift
WEAK: Final = re.compile("网络较弱|网络很差")


async def walk_troubles(people: Visitors, server: Server, look: Photographer) -> None:
    """A poor line, a lost one, a second device, a recording, a host who is away, a person put out or gone."""
    expect.set_options(timeout=PATIENCE_MS)
    ready, wire = await ready_sitting(server), await Wire.to(server)
    mediator = await people.open("mediator", phone=False)
    wang, yang = await people.open("wang", wire=wire), await people.open("yang")
    names = ((mediator, "mediator"), (wang, "wang"), (yang, "yang"))
    await asyncio.gather(*(_enter(page, ready, who) for page, who in names))
    await expect(mediator.locator("[data-lobby-people] li")).to_have_count(2)
    await act(mediator, "start").click()
    await asyncio.gather(*(sees_and_hears(page) for page, _ in names))
    await _recording(look, mediator, wang, yang)
    await _lines(look, people, wire, mediator, wang)
    await _devices(look, people, ready, yang)
    await _away(look, mediator, wang)
    await open_panel(mediator, "people")
    await mediator.locator(".people li", has_text="王示范").get_by_role("button", name="请出").click()
    if await mediator.locator("[data-ask]").is_visible():
        await mediator.get_by_role("button", name="是", exact=True).click()
    await expect(wang.locator("[data-court]")).to_have_attribute("data-over", "yes")
    await look.take(wang, "removed")
    await yang.locator("[data-leave]").click()
    await yang.wait_for_url(f"**/sittings/{ready.sitting}")
    await look.take(yang, "left", whole=True)
    await yang.goto(f"/sittings/{ready.sitting}/recordings")
    await look.take(yang, "recordings", whole=True)


async def _enter(page: Page, ready: Ready, who: str) -> None:
    here = f"/sittings/{ready.sitting}"
    await sign_in(page, ready.phones[who], here)
    await enter_room(page, here)


async def _recording(look: Photographer, mediator: Page, wang: Page, yang: Page) -> None:
    await act(mediator, "record").click()
    await expect(wang.locator("[data-record-asked]")).to_be_visible()
    await look.take(wang, "recording-asked")
    for page in (wang, yang):
        await act(page, "let-record").click()
    await expect(wang.locator("[data-recording]")).to_be_visible()
    await look.take(wang, "recording")
    await look.take(mediator, "recording-host")
    await act(mediator, "stop-record").click()
    await expect(wang.locator("[data-recording]")).to_be_hidden()


async def _lines(look: Photographer, people: Visitors, wire: Wire, mediator: Page, wang: Page) -> None:
    """The phone loses a quarter of all packets, and then all."""
    people.forgive.append("ERR_|WebSocket")
    wire.lose(POOR)
    await open_panel(mediator, "people")
    await expect(mediator.locator("[data-people]")).to_contain_text(WEAK)
    await look.take(mediator, "poor-line-host")
    await look.take(wang, "poor-line")
    wire.lose(0)
    wire.cut()
    await expect(wang.locator("[data-trouble]")).to_be_visible()
    await look.take(wang, "disconnected")
    wire.join()
    await sees_and_hears(wang)


async def _devices(look: Photographer, people: Visitors, ready: Ready, yang: Page) -> None:
    """The same person on a second device; the first one says so, and takes the seat again."""
    second = await people.open("yang again")
    await _enter(second, ready, "yang")
    await expect(yang.locator("[data-court]")).to_have_attribute("data-over", "yes")
    await look.take(yang, "other-device")
    await act(yang, "again").click()
    await sees_and_hears(yang)
    await second.close()


async def _away(look: Photographer, mediator: Page, wang: Page) -> None:
    """Half a minute without the host."""
    room = mediator.url
    await mediator.goto("/staff")
    await expect(wang.locator("[data-lobby-words]")).to_contain_text("暂停", timeout=2 * PATIENCE_MS)
    await look.take(wang, "paused")
    await mediator.goto(room)
    await sees_and_hears(wang)


async def walk_papers(people: Visitors, server: Server, look: Photographer) -> None:
    """Offers, a comparison, the agreement from its draft to its signature, and who declines it."""
    expect.set_options(timeout=PATIENCE_MS)
    table = await seated(server)
    wang = await open_as(table, people, "wang", phone=True)
    mediator = await open_as(table, people, "mediator", phone=False)
    liu = await open_as(table, people, "liu", phone=False)
    await _negotiation(look, table, wang, liu)
    here = f"/cases/{table.case_id}/agreement"
    await mediator.goto(f"{here}/terms")
    await look.take(mediator, "agreement-terms", whole=True)
    await mediator.get_by_role("button", name="提交各方签署").click()
    await wang.goto(here)
    await look.take(wang, "agreement", whole=True)
    await confirm_clauses(wang)
    await wang.get_by_role("button", name="我已看完全部内容").click()
    await expect(wang.locator("[data-pad] canvas")).to_be_visible()
    await look.take(wang, "signing", whole=True)
    await wang.get_by_role("button", name="全屏签名").click()
    await draw(wang)
    await look.take(wang, "pad")
    await wang.get_by_role("button", name="签好了").click()
    await wang.locator("summary", has_text="我不想签").click()
    await look.take(wang, "decline", whole=True)
    await table.platform.close()


async def _negotiation(look: Photographer, table: WebTable, wang: Page, liu: Page) -> None:
    address = f"/cases/{table.case_id}/negotiation"
    await liu.goto(f"{address}/new")
    await liu.locator("#field-amount").fill("48000")
    await liu.locator("#field-first").fill("2030-01-31")
    await look.take(liu, "offer-new", whole=True)
    await liu.get_by_role("button", name="先看一遍，再发送").click()
    await liu.get_by_role("button", name="发送", exact=True).click()
    await wang.goto(address)
    await look.take(wang, "offer", whole=True)
    await wang.locator("summary", has_text="请对方一起比对").click()
    await wang.get_by_role("button", name="发起比对").click()
    await liu.goto(address)
    await look.take(liu, "comparison-asked", whole=True)
    await liu.get_by_role("button", name="同意比对", exact=True).click()
    await expect(liu.locator("[data-limit]")).to_be_visible()
    await look.take(liu, "comparison", whole=True)
