"""What a sitting shows when it goes otherwise, and the papers round it, for `make screens` and for axe."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.async_api import Page, expect

from odr.domain.sittings import SeatRole
from tests.odr.settled_case import WebTable
from tests.support.camera import Camera
from tests.support.filings import citizen
from tests.support.hall import MEDIATOR, Hall
from tests.support.line import confirm_clauses
from tests.support.pads import draw
from tests.support.rooms import (
    act,
    come_together,
    enter_room,
    open_panel,
    say,
    sees_a_screen,
    sees_and_hears,
    talk_apart,
)
from tests.support.seeding import Ready, ready_sitting
from tests.support.server import Server
from tests.support.signing_in import CODE, newest, sign_in
from tests.support.tables import open_as, seated
from tests.support.visitors import PATIENCE_MS, Visitors
from tests.support.voices import Voices
from tests.support.wire import Wire
from tools.looking import Photographer

POOR: Final = 4  # one packet of so many is lost, as in a lift
WEAK: Final = re.compile("网络较弱|网络很差")


async def walk_troubles(people: Visitors, server: Server, look: Photographer) -> None:
    """Recording, mute, screen, a poor line, a lost one, a second device, a host away, a person put out."""
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
    await _mute_and_share(look, mediator, wang)
    await _lines(look, people, wire, mediator, wang)
    await _devices(look, people, ready, yang)
    await _away(look, mediator, wang)
    await open_panel(mediator, "people")
    people.forgive.append("404 from .*/(state|evidence)")  # by which the page learns that it is put out
    await mediator.locator(".people li", has_text="王示范").get_by_role("button", name="请出").click()
    await _yes(mediator)
    await expect(wang.locator("[data-court]")).to_have_attribute("data-over", "yes")
    await look.take(wang, "removed")
    await yang.locator("[data-leave]").click()
    await yang.wait_for_url(f"**/sittings/{ready.sitting}")
    await look.take(yang, "left", whole=True)
    await yang.goto(f"/sittings/{ready.sitting}/recordings")
    await look.take(yang, "recordings", whole=True)


async def _yes(page: Page) -> None:
    """To what the page asks before it does it."""
    await page.locator("[data-ask]").get_by_role("button", name="是", exact=True).click()


async def _enter(page: Page, ready: Ready, who: str) -> None:
    here = f"/sittings/{ready.sitting}"
    await sign_in(page, ready.phones[who], here)
    await enter_room(page, here)


async def _recording(look: Photographer, mediator: Page, wang: Page, yang: Page) -> None:
    await mediator.locator("[data-host] [data-record]").click()
    await _yes(mediator)
    await expect(wang.locator("[data-record-asked]")).to_be_visible()
    await look.take(wang, "recording-asked")
    for page in (wang, yang):
        await act(page, "let-record").click()
    await expect(wang.locator("[data-recording-words]")).to_contain_text("正在录音录像")
    await look.take(wang, "recording")
    await look.take(mediator, "recording-host")
    await act(mediator, "stop-record").click()
    await _yes(mediator)
    await expect(wang.locator("[data-recording]")).to_be_hidden()


async def _mute_and_share(look: Photographer, mediator: Page, wang: Page) -> None:
    """The host keeps a person's sound from everybody, and shows a screen to all."""
    await open_panel(mediator, "people")
    row = mediator.locator("[data-people] li", has_text="王示范")
    await row.get_by_role("button", name="静音", exact=True).click()
    await expect(wang.locator("[data-trouble]")).to_contain_text("静音")
    await look.take(wang, "muted")
    await look.take(mediator, "muted-host")
    await row.get_by_role("button", name="解除静音").click()
    await act(mediator, "share").click()
    await sees_a_screen(wang)
    await look.take(wang, "screen")
    await look.take(mediator, "screen-shared")
    await act(mediator, "stop-share").click()
    await expect(wang.locator("[data-screen]")).to_be_hidden()


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
    await expect(wang.locator("[data-lobby-words]")).to_contain_text("会场保留到", timeout=2 * PATIENCE_MS)
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


@contextmanager
def _hall(people: Visitors, ready: Ready) -> Iterator[Hall]:
    with TemporaryDirectory() as folder, ExitStack() as cameras:

        def camera(name: str, size: tuple[int, int], frames_per_s: int) -> Camera:
            return cameras.enter_context(Camera(Path(folder) / f"{name}.y4m", size, frames_per_s))

        yield Hall(people, ready, camera, Voices(Path(folder)))


async def walk_helpers(people: Visitors, server: Server, look: Photographer) -> None:
    """A helper from the invitation to a talk apart; an interpreter."""
    expect.set_options(timeout=PATIENCE_MS)
    guests = {"zhao": SeatRole.INTERPRETER}
    with _hall(people, await ready_sitting(server, guests=guests, replied=True)) as hall:
        await hall.sign_in(MEDIATOR, "wang", "yang")
        await _invited_to_help(look, hall)
        await hall.begin()
        await _helping(look, hall)
        await hall.leave("yang")
        await hall.let_in("zhao")
        await look.take(hall["zhao"], "interpreter")
        await look.take(hall["wang"], "interpreted")


async def walk_witnesses(people: Visitors, server: Server, look: Photographer) -> None:
    """A witness from the door to a paper; an observer, also while some talk apart."""
    expect.set_options(timeout=PATIENCE_MS)
    guests = {"zhang": SeatRole.WITNESS, "sun": SeatRole.OBSERVER}
    with _hall(people, await ready_sitting(server, guests=guests)) as hall:
        await hall.sign_in(MEDIATOR, "wang", "yang")
        await hall.begin()
        await hall.leave("yang")
        await _testifying(look, hall)
        await hall.leave("zhang")
        await _looking_on(look, hall)


async def _invited_to_help(look: Photographer, hall: Hall) -> None:
    wang, guest = hall["wang"], citizen("liu")
    await wang.goto(f"{hall.here}/guests")
    await wang.get_by_label("协助人").check()
    await wang.locator("#field-name").fill(guest.name)
    await wang.locator("#field-phone").fill(guest.phone.removeprefix("+86"))
    await look.take(wang, "guest-ask", whole=True)
    await wang.get_by_role("button", name="发送邀请").click()
    await expect(wang.locator(".guest")).to_have_count(1)
    await look.take(wang, "guest-asked", whole=True)
    liu = await hall.open("liu")
    await liu.goto(await newest(liu, guest.phone, r"(/guests/[\w-]+)"))
    await look.take(liu, "helper-invited", whole=True)
    await liu.get_by_role("button", name="获取验证码").click()
    await liu.wait_for_url("**/code")
    await look.take(liu, "guest-code", whole=True)
    await liu.locator("[name=code]").fill(await newest(liu, guest.phone, CODE))
    await liu.locator("main form button[type=submit]").click()
    await expect(liu.get_by_role("button", name="我参加", exact=True)).to_be_visible()
    await look.take(liu, "helper-answering", whole=True)
    await liu.get_by_role("button", name="我参加", exact=True).click()
    await expect(liu.get_by_role("link", name="前往会议页面")).to_be_visible()
    await look.take(liu, "helper-accepted", whole=True)
    await liu.get_by_role("link", name="前往会议页面").click()
    await liu.wait_for_url(f"**{hall.here}")
    await look.take(liu, "helper-door", whole=True)


async def _helping(look: Photographer, hall: Hall) -> None:
    mediator, wang, liu = hall[MEDIATOR], hall["wang"], hall["liu"]
    await sees_and_hears(liu)
    await look.take(liu, "helper-joint")
    await say(liu, "他听不清，请慢一点。")
    await look.take(liu, "helper-chat")
    await open_panel(liu, "evidence")
    await look.take(liu, "helper-evidence")
    await open_panel(liu, "people")
    await look.take(liu, "helper-people")
    await talk_apart(mediator, "A", wang)
    await hall.stands("liu", "private:a")
    await act(liu, "close-panel").click()
    await look.take(liu, "helper-outside")
    await come_together(mediator)
    await hall.stands("liu", "joint")
    says = await wang.context.new_page()
    await says.goto(f"{hall.here}/guests")
    await says.get_by_role("button", name="单独谈话时也请此人在场").click()
    await expect(says.get_by_role("button", name="单独谈话时不再在场")).to_be_visible()
    await look.take(says, "guest-along", whole=True)
    await says.close()
    await act(mediator, "caucus-A").click()
    await expect(liu.locator("[data-asked]")).to_be_visible()
    await look.take(liu, "helper-asked")
    await act(wang, "accept").click()
    await hall.stands("wang", "caucus:a")
    await act(liu, "accept").click()
    await hall.stands("liu", "caucus:a")
    await look.take(liu, "helper-apart")
    await come_together(mediator)
    await hall.stands("wang", "joint")


async def _testifying(look: Photographer, hall: Hall) -> None:
    mediator = hall[MEDIATOR]
    await hall.sign_in("zhang")
    zhang = hall["zhang"]
    await look.take(zhang, "witness-door", whole=True)
    await enter_room(zhang, hall.here)
    await expect(zhang.locator("[data-lobby-words]")).to_contain_text("请在此等候传唤")
    await look.take(zhang, "witness-waiting")
    row = await hall.row("zhang")
    await look.take(mediator, "witness-waiting-host")
    await row.get_by_role("button", name="传证人到场").click()
    await sees_and_hears(zhang)
    await act(zhang, "more").click()
    await look.take(zhang, "witness-more")
    await act(zhang, "more").click()
    await open_panel(mediator, "evidence")
    await mediator.locator("[data-exhibit='A-1']").get_by_role("button", name="向在场的人展示").click()
    await expect(zhang.locator("[data-paper-image]")).to_be_visible()
    await look.take(zhang, "witness-paper")
    await act(mediator, "put-away").click()


async def _looking_on(look: Photographer, hall: Hall) -> None:
    mediator, sun = hall[MEDIATOR], await hall.let_in("sun")
    await look.take(sun, "observer")
    await act(sun, "more").click()
    await look.take(sun, "observer-more")
    await act(sun, "more").click()
    await look.take(mediator, "observer-host")
    await talk_apart(mediator, "A", hall["wang"])
    await hall.stands("sun", "lobby")
    await look.take(sun, "observer-outside")


async def walk_originals(people: Visitors, server: Server, look: Photographer) -> None:
    """An original is asked for, shown and compared, in the room and on the page of opinions."""
    expect.set_options(timeout=PATIENCE_MS)
    with _hall(people, await ready_sitting(server)) as hall:
        await hall.sign_in(MEDIATOR, "wang", "yang")
        await hall.begin()
        await _asked_for(look, hall)
        opinions = {name: await hall[name].context.new_page() for name in (MEDIATOR, "wang", "yang")}
        for name, page in opinions.items():
            await page.goto(f"{hall.here}/opinions")
            await look.take(page, f"opinions-{name}", whole=True)
        await _compared(look, hall[MEDIATOR], hall["yang"])
        await opinions["yang"].reload()
        await look.take(opinions["yang"], "opinions-compared", whole=True)
        await opinions["wang"].goto(hall.here)
        await look.take(opinions["wang"], "original-door", whole=True)


async def _asked_for(look: Photographer, hall: Hall) -> None:
    mediator, wang, yang = hall[MEDIATOR], hall["wang"], hall["yang"]
    for page in (mediator, wang, yang):
        await open_panel(page, "evidence")
    card = yang.locator("[data-exhibit='A-1']")
    await card.locator("summary").click()
    for question, answer in (("truth", "ask_original"), ("legality", "admit"), ("relevance", "admit")):
        await card.locator(f"input[name={question}][value={answer}]").check()
    await card.locator("[name=reason]").fill("复印件看不清")
    await look.take(yang, "opinion")
    await card.get_by_role("button", name="记录我的意见").click()
    for page in (mediator, wang, yang):
        original = page.locator("[data-exhibit='A-1'] .exhibit__opinion", has_text="原件核对")
        await expect(original).to_have_count(1)
    await look.take(yang, "original-asked")
    await look.take(wang, "original-owner")
    asked = mediator.locator("[data-exhibit='A-1']")
    await asked.locator("summary", has_text="设定质证时限").click()
    await asked.get_by_role("button", name="一天", exact=True).click()
    await expect(asked.locator(".exhibit__due")).to_be_visible()
    await asked.locator("summary", has_text="记录核对结果").click()
    await look.take(mediator, "original-host")


async def _compared(look: Photographer, mediator: Page, yang: Page) -> None:
    card = mediator.locator("[data-exhibit='A-1']")
    await card.locator("input[value=camera]").check()
    await card.locator("input[value=differs]").check()
    await card.locator("[name=note]").fill("背面另有一行字：利息另计")
    await card.locator("form").get_by_role("button").click()
    await expect(yang.locator("[data-exhibit='A-1']")).to_contain_text("利息另计")
    await look.take(yang, "original-compared")
    await look.take(mediator, "original-compared-host")
