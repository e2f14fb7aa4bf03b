"""A sitting by keys alone, the second half: from the evidence on the table to what is said of the sitting."""

import asyncio
from collections.abc import Callable, Mapping

import pytest
from playwright.async_api import Locator, expect

from tests.odr.sample_papers import NO_FONTS
from tests.odr.settled_case import WebTable
from tests.support.camera import SMALL, Camera
from tests.support.keys import Person
from tests.support.line import Line
from tests.support.rooms import act, enter_room
from tests.support.seeding import OF_A, add_evidence
from tests.support.server import Server
from tests.support.tables import open_as, phone_of, room_of, seated
from tests.support.visitors import Visitors

pytestmark = pytest.mark.skipif(NO_FONTS, reason="no Chinese font: run `npm ci` first")
PEOPLE = ("wang", "liu", "mediator")
SHEET = "[data-agreement-body]"
SAID = "双方确认借款五万元已经交付。"
MEANT = "双方确认借款五万元已于一月交付。"


async def settled(*people: Person) -> None:
    await asyncio.gather(*(one.keys.settled() for one in people))


async def show(wang: Person, liu: Person, mediator: Person) -> None:
    """A piece is laid open, turned, marked, wiped and put away; a further one is let be seen."""
    keys = wang.keys
    await wang.panel("evidence")
    await keys.use(wang.button("向在场的人展示", "[data-exhibit='A-1']"))
    await expect(liu.at("[data-paper-words]")).to_contain_text("1/2")
    await expect(wang.at("[data-paper-words]")).to_contain_text("1/2")
    await wang.do("next")
    for other in (liu, mediator):
        await expect(other.at("[data-paper-words]")).to_contain_text("2/2")
    await wang.do("draw")
    await keys.draw(wang.at("[data-paper-sheet]"))
    await expect(liu.at(".folio__mark")).to_have_count(1)
    await keys.press("Escape")
    await expect(act(wang.page, "draw")).to_be_focused()
    await wang.do("wipe")
    await expect(liu.at(".folio__mark")).to_have_count(0)
    await wang.do("put-away")
    for one in (wang, liu, mediator):
        await expect(one.at("[data-paper]")).to_be_hidden()
    await settled(wang, liu, mediator)
    await wang.panel("evidence")
    await keys.use(wang.button("向对方出示", "[data-exhibit='A-2']"))
    await keys.use(wang.button("是", "[data-ask]"))
    await expect(liu.at("[data-exhibit='A-2']")).to_be_attached()
    await settled(wang)


async def begin_opinion(person: Person, card: Locator, answers: Mapping[str, str], reason: str) -> None:
    await person.keys.use(card.locator("summary", has_text="发表质证意见"))
    for question, said in answers.items():
        await person.keys.tick(card.locator(f"[name={question}][value={said}]"))
    await person.keys.write(card.locator("[name=reason]"), reason)


async def give_opinion(person: Person, card: Locator, words: str) -> None:
    """Where the form was, the card has the focus at once."""
    await person.keys.use(card.get_by_role("button", name="记录我的意见"))
    await expect(card.locator(".exhibit__opinion").first).to_contain_text(words)
    await person.keys.settled()
    await expect(card).to_be_focused()


async def judge(wang: Person, liu: Person, mediator: Person) -> None:
    """The other side admits, denies and asks for an original, and is given time while it writes."""
    await liu.panel("evidence")
    card = liu.at("[data-exhibit='A-1']")
    answers = {"truth": "admit", "legality": "admit", "relevance": "deny"}
    await begin_opinion(liu, card, answers, "与本案不是同一笔借款")
    await mediator.panel("evidence")
    times = mediator.at("[data-exhibit='A-1']")
    await mediator.keys.use(times.locator("summary", has_text="设定质证时限"))
    await mediator.keys.use(times.get_by_role("button", name="10分钟"))
    for one in (mediator, liu):
        await expect(one.at("[data-exhibit='A-1']")).to_contain_text("质证截止")
    await settled(mediator, liu)
    await expect(card.locator("[name=reason]")).to_be_focused()  # the card was drawn anew under the hands
    await give_opinion(liu, card, "与本案不是同一笔借款")

    card = liu.at("[data-exhibit='A-2']")
    answers = {"truth": "ask_original", "legality": "admit", "relevance": "admit"}
    await begin_opinion(liu, card, answers, "复印件看不清")
    await give_opinion(liu, card, "要求核对原件")
    found = mediator.at("[data-exhibit='A-2']")
    await mediator.keys.use(found.locator("summary", has_text="记录核对结果"))
    await mediator.keys.tick(found.locator("[name=way][value=camera]"))
    await mediator.keys.tick(found.locator("[name=result][value=agrees]"))
    await mediator.keys.use(found.locator("form button"))
    for one in (mediator, liu, wang):
        await expect(one.at("[data-exhibit='A-2']")).to_contain_text("原件与复印件一致")
    await settled(mediator, liu, wang)


async def write_down(wang: Person, liu: Person, mediator: Person) -> None:
    """A line of the minutes, and a fact to which both sides agree."""
    await mediator.panel("minutes")
    await mediator.keys.pick(mediator.at("#minutes-speaker"), "王示范")
    await mediator.keys.write(mediator.at("#minutes-text"), SAID)
    await mediator.keys.use(mediator.button("记入笔录"))
    await expect(wang.at("[data-minutes-lines]")).to_contain_text(SAID)
    await mediator.keys.write(mediator.at("#fact-text"), "借款本金为五万元。")
    await mediator.keys.use(mediator.button("请双方确认"))
    for one in (wang, liu):
        await one.panel("minutes")
        await one.keys.use(one.button("认可，属实", "[data-facts]"))
        await expect(one.at("[data-facts] [aria-pressed=true]")).to_have_text("认可，属实")
        await settled(one, mediator)
    for one in (wang, liu, mediator):
        await expect(one.at("[data-facts]")).to_contain_text("无争议：双方都认可")
    await settled(wang, liu, mediator)


async def negotiate(wang: Person, liu: Person) -> None:
    """An offer in instalments, made and answered in the room."""
    keys, sheet = liu.keys, liu.at(SHEET)
    await liu.panel("chat")
    await keys.use(liu.at("[data-body='chat'] [data-do='negotiation']"))
    await keys.use(sheet.get_by_role("link", name="提出方案"))
    await keys.write(sheet.locator("#field-amount"), "48000")
    await keys.write(sheet.locator("#field-number"), "3")
    await keys.write(sheet.locator("#field-first"), "2030-01-31")
    await keys.pick(sheet.locator("#field-every"), "每三个月一期")
    await keys.tick(sheet.locator("#field-accelerates"))
    await keys.use(liu.button("先看一遍，再发送", SHEET))
    await expect(sheet.locator(".offer__parts li")).to_have_count(3)
    await keys.use(liu.button("发送", f"{SHEET} .offer"))
    await expect(sheet).to_contain_text("您的方案")
    await keys.settled()
    await wang.panel("chat")
    await wang.keys.use(wang.at("[data-body='chat'] [data-do='negotiation']"))
    await expect(wang.at(SHEET)).to_contain_text("¥48,000.00")
    await wang.keys.use(wang.button("接受这个方案", SHEET))
    for one in (wang, liu):
        await expect(one.at(SHEET)).to_contain_text("已接受")
    await settled(wang, liu)
    await close_sheet(wang)
    await liu.keys.press("Escape")
    await expect(liu.at("[data-agreement-sheet]")).to_be_hidden()
    await liu.keys.settled()


async def close_sheet(person: Person) -> None:
    await person.do("close-agreement")
    await expect(person.at("[data-agreement-sheet]")).to_be_hidden()
    await person.keys.settled()


async def agree(line: Line, table: WebTable, people: Mapping[str, Person]) -> None:
    """Offered by the mediator, read clause by clause and signed by everybody."""
    mediator = people["mediator"]
    await mediator.do("agreement")
    await mediator.keys.use(mediator.at(SHEET).get_by_role("link", name="起草协议"))
    await expect(mediator.at("#field-amount")).to_have_value("48000")
    await mediator.keys.use(mediator.button("提交各方签署", SHEET))
    for name in PEOPLE:
        await sign(line, people[name], await phone_of(table, name))
    for one in people.values():
        await expect(one.at("[data-agreement-words]")).to_have_text("各方均已签署协议。")
        await close_sheet(one)


async def sign(line: Line, person: Person, phone: str) -> None:
    """The clauses are ticked; the name is drawn by the arrows; the code comes by message."""
    keys, sheet = person.keys, person.at(SHEET)
    read, pad = person.button("我已看完全部内容", SHEET), sheet.locator("[data-pad] canvas")
    await expect(read.or_(pad)).to_be_visible()
    if await read.is_visible():
        for box in await sheet.locator("[name=clause]").all():
            await keys.tick(box)
        await keys.use(read)
    await keys.draw(pad)
    await line.heard_of(person.page, phone)
    await keys.use(person.button("下一步：获取验证码", SHEET))
    await keys.write(sheet.get_by_label("短信验证码"), await line.newest(person.page, phone))
    await keys.use(person.button("确认签署", SHEET))
    await expect(sheet.locator("[data-agreement-page=signed], [data-agreement-page=done]")).to_be_visible()
    await keys.settled()


async def part(people: Mapping[str, Person], room: str) -> None:
    """The mediator ends the sitting; each goes to the page of what is left of it."""
    mediator = people["mediator"]
    await mediator.do("close")
    await mediator.keys.use(mediator.button("是", "[data-ask]"))
    for one in people.values():
        await expect(one.at("[data-back]")).to_be_visible()
    await settled(*people.values())
    for name in ("wang", "mediator"):
        await people[name].keys.use(people[name].at("[data-back]"))
        await people[name].page.wait_for_url(f"**{room}")


async def rate(wang: Person) -> None:
    for question, grade in (("understood", 5), ("fair", 4), ("easy", 3)):
        await wang.keys.tick(wang.at(f"[name={question}][value='{grade}']"))
    await wang.keys.use(wang.button("发送", ".survey"))
    await expect(wang.at("main")).to_contain_text("谢谢您。")


async def correct(wang: Person, mediator: Person) -> None:
    """A party says how a line should read; the mediator takes it over; the party says that all is right."""
    for one in (wang, mediator):
        await one.keys.use(one.page.get_by_role("link", name="查看笔录"))
    line = wang.at(".record__line", has_text=SAID)
    await wang.keys.use(line.locator("summary"))
    await wang.keys.write(line.locator("[name=new]"), MEANT)
    await wang.keys.use(wang.button("提交更正意见", ".record__line"))
    await expect(wang.at("main")).to_contain_text("您的更正意见已送达调解员")
    await mediator.keys.use(mediator.button("采纳"))
    await expect(mediator.at("main")).to_contain_text("已采纳")
    await expect(wang.at("main")).to_contain_text("已采纳")
    await wang.keys.use(wang.button("笔录无误"))
    await expect(wang.at("main")).to_contain_text("您已确认笔录无误")


async def complain(wang: Person) -> None:
    """By the page of the case, to the head of the division."""
    keys = wang.keys
    await keys.use(wang.page.get_by_role("link", name="案件情况"))
    await keys.use(wang.page.get_by_role("link", name="投诉调解员"))
    await keys.tick(wang.at("[name=grounds][value=absent]"))
    await keys.write(wang.at("#field-text"), "约好的时间没有人来，等了半个小时。")
    await keys.use(wang.button("提交投诉"))
    await wang.page.wait_for_url("**/me/grievances")
    await expect(wang.at("main")).to_contain_text("等了半个小时")


@pytest.mark.soak
async def test_the_rest_of_a_sitting_by_keys_alone(
    server: Server, visitors: Visitors, make_camera: Callable[..., Camera]
) -> None:
    table = await seated(server)
    platform, owner = table.platform, table.people["wang"].account_id
    assert owner
    pieces = [(owner, piece) for piece in OF_A]
    await add_evidence(platform.db, server, table.case_id, pieces, platform.clock.now())
    room = await room_of(table)
    people = {
        name: Person(await open_as(table, visitors, name, phone=False, camera=make_camera(name, SMALL, 5)))
        for name in PEOPLE
    }
    wang, liu, mediator = people.values()
    await wang.page.set_viewport_size({"width": 390, "height": 844})
    await asyncio.gather(*(enter_room(one.page, room) for one in people.values()))
    await expect(mediator.at("[data-lobby-people] li")).to_have_count(2)
    await act(mediator.page, "start").click()
    for one in people.values():
        await expect(one.at("[data-lobby]")).to_be_hidden()
        await one.do("camera")  # pictures are not what this is about
    await show(wang, liu, mediator)
    await judge(wang, liu, mediator)
    await write_down(wang, liu, mediator)
    await negotiate(wang, liu)
    await agree(Line(server), table, people)
    await part(people, room)
    await rate(wang)
    await correct(wang, mediator)
    await complain(wang)
    await platform.close()
