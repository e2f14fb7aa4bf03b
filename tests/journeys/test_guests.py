"""Guests of a sitting in real browsers: each hears, sees, reads and does what is theirs, and nothing more."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from playwright.async_api import Page, expect

from tests.support.camera import Camera
from tests.support.filings import citizen
from tests.support.hall import MEDIATOR, Hall, look
from tests.support.rooms import act, come_together, hears_nothing, open_panel, say, sees_and_hears
from tests.support.seeding import ready_sitting
from tests.support.server import Server
from tests.support.signing_in import newest
from tests.support.visitors import Visitors
from tests.support.voices import Voices

WANG, YANG, WITNESS, OBSERVER, HELPER, INTERPRETER = "wang", "yang", "zhang", "sun", "liu", "zhao"
OF_THE_SIDES, NOTED, BESIDE = "证人来之前我们先说", "双方确认借款本金五万元", "证人在场时的文字"
DOUBT, SECRET, ALONE = "利息没有约定过", "最低四万五可以接受", "这句话只对调解员说"
LOW: Final = 0.15  # as loud as the speakers are behind an interpreter
OFFER: Final[dict[str, str | float | bool]] = {
    "act": "send",
    "payer": "B",
    "amount": "45000",
    "number": "1",
    "first": "2030-01-31",
    "every": "month",
    "settles": "yes",
    "validity": "week",
}
# How many sounds and pictures the page sends.
SENDS: Final = """() => window.connections
    .flatMap((one) => one.getSenders()).filter((one) => one.track).length"""


async def unread(hall: Hall, name: str, *words: str) -> None:
    """Nothing of it came to the person's browser, shown or not."""
    for one in words:
        assert not await hall.ears[name].know(one), f"{name} was told {one!r}"


async def sheet_without(page: Page, *panels: str) -> None:
    """The sheet of further things, in which these do not stand; it stays open."""
    await act(page, "more").click()
    for name in panels:
        await expect(page.locator(f".more [data-opens={name}]")).to_be_hidden()
    await expect(page.locator(".more [data-opens=people]")).to_be_visible()


# -- a witness and an observer


async def the_witness_waits(hall: Hall) -> None:
    """What the sides write and think of the evidence does not come to whoever waits to be called."""
    mediator, yang, zhang = hall[MEDIATOR], hall[YANG], hall[WITNESS]
    await sees_and_hears(yang, more=5)
    await hall.stands(WITNESS, "lobby")
    await expect(zhang.locator("[data-lobby-words]")).to_contain_text("请在此等候传唤")
    await say(yang, OF_THE_SIDES)
    await expect(mediator.locator("[data-chat-lines]")).to_contain_text(OF_THE_SIDES)
    await open_panel(yang, "evidence")
    card = yang.locator("[data-exhibit='A-1']")
    await card.locator("summary").click()
    for question in ("truth", "legality", "relevance"):
        await card.locator(f"input[name={question}][value=deny]").check()
    await card.locator("[name=reason]").fill(DOUBT)
    await card.get_by_role("button", name="记录我的意见").click()
    await expect(card.locator(".exhibit__opinion")).to_contain_text(DOUBT)
    await hears_nothing(zhang)
    await hall.look(WITNESS, YANG)


async def the_observer_looks_on(hall: Hall) -> None:
    """Sees and hears, sends nothing, has nothing to speak or write with, and is named as what they are."""
    sun, called = await hall.let_in(OBSERVER), citizen(OBSERVER).name
    for control in ("mic", "camera", "hand", "share"):
        await expect(act(sun, control)).to_be_hidden()
    assert await sun.evaluate(SENDS) == 0
    await sheet_without(sun, "chat", "evidence", "minutes")
    await hall.look(OBSERVER)
    await sun.locator(".more [data-opens=people]").click()
    await expect(sun.locator("[data-people] li", has_text="（您）")).to_contain_text("旁听人员")
    await hall.look(OBSERVER)
    await act(sun, "close-panel").click()
    for page in (hall[MEDIATOR], hall[YANG]):
        tile = page.locator(".tile", has_text=f"{called}（旁听）")
        await expect(tile).to_have_count(1)
        await expect(tile).not_to_have_class(re.compile("tile--seen"))
    await open_panel(hall[YANG], "people")
    await expect(hall[YANG].locator("[data-people] li", has_text=called)).to_contain_text("旁听人员")
    await open_panel(hall[MEDIATOR], "chat")
    readers = hall[MEDIATOR].locator("[data-chat-who]")
    await expect(readers).to_contain_text(citizen(YANG).name)
    await expect(readers).not_to_contain_text(called)
    await hall.refuses(OBSERVER, "chat", {"text": "我有话说"})
    await hall.refuses(OBSERVER, "hand", {"up": True})
    await hall.refuses(OBSERVER, "screen", {"on": True})
    await hall.voices.expect(sun, mediator=1, yang=1)


async def the_witness_speaks(hall: Hall) -> None:
    """Called in, heard by all, shown a paper; without chat, minutes, or a word of what the sides think."""
    mediator, yang, zhang, sun = (hall[name] for name in (MEDIATOR, YANG, WITNESS, OBSERVER))
    await (await hall.row(WITNESS)).get_by_role("button", name="传证人到场").click()
    await hall.stands(WITNESS, "joint")
    await sees_and_hears(zhang, more=5)
    await asyncio.gather(
        hall.voices.expect(yang, mediator=1, zhang=1), hall.voices.expect(sun, mediator=1, yang=1, zhang=1)
    )
    await expect(yang.locator(".tile", has_text=f"{citizen(WITNESS).name}（证人）")).to_have_count(1)
    await sheet_without(zhang, "chat", "minutes")
    await hall.look(WITNESS)
    await zhang.locator(".more [data-opens=evidence]").click()
    await expect(zhang.locator("[data-exhibits]")).to_contain_text("这里还没有可以出示的证据")

    await open_panel(mediator, "evidence")
    await mediator.locator("[data-exhibit='A-1']").get_by_role("button", name="向在场的人展示").click()
    for page in (zhang, yang):
        await expect(page.locator("[data-paper-image]")).to_be_visible()
    await expect(sun.locator("[data-paper]")).to_be_hidden()
    for tool in ("point", "draw", "wipe", "put-away"):
        await expect(act(zhang, tool)).to_be_hidden()
    await hall.look(WITNESS)
    await open_panel(zhang, "evidence")
    card = zhang.locator("[data-exhibit='A-1']")
    await expect(card.get_by_role("button", name="自己查看")).to_be_visible()
    await expect(card.locator(".exhibit__opinion, .opinion")).to_have_count(0)
    await hall.look(WITNESS)

    await open_panel(mediator, "minutes")
    await mediator.locator("#minutes-text").fill(NOTED)
    await mediator.get_by_role("button", name="记入笔录").click()
    await say(mediator, BESIDE)
    await open_panel(yang, "chat")
    await expect(yang.locator("[data-chat-lines]")).to_contain_text(BESIDE)
    await expect(yang.locator("[data-minutes-lines]")).to_contain_text(NOTED)
    await hall.refuses(WITNESS, "chat", {"text": "我有话说"})
    for name in (WITNESS, OBSERVER):
        await unread(hall, name, OF_THE_SIDES, DOUBT, NOTED, BESIDE)


async def the_witness_is_dismissed(hall: Hall) -> None:
    zhang = hall[WITNESS]
    await (await hall.row(WITNESS)).get_by_role("button", name="请证人退出").click()
    await hall.stands(WITNESS, "lobby")
    await expect(zhang.locator("[data-lobby-words]")).to_contain_text("陈述完毕即可离开")
    await expect(zhang.locator("[data-paper]")).to_be_hidden()
    await hears_nothing(zhang)
    await hall.voices.expect(hall[YANG], mediator=1)
    await hall.look(WITNESS)
    await act(hall[MEDIATOR], "put-away").click()


async def a_talk_apart_without_them(hall: Hall) -> None:
    """Neither is asked, nor can the mediator lead them there; the observer is let in again by itself."""
    mediator, yang, sun = hall[MEDIATOR], hall[YANG], hall[OBSERVER]
    await act(mediator, "caucus-B").click()
    await act(yang, "accept").click()
    await hall.stands(YANG, "caucus:b")
    await hall.stands(OBSERVER, "lobby")
    await expect(sun.locator("[data-lobby-words]")).to_contain_text("调解员正在与一方单独谈话")
    await expect(sun.locator("[data-asked]")).to_be_hidden()
    await say(yang, SECRET)
    await hall.look(OBSERVER)
    hall.visitors.forgive.append("409 from .*/host/admit")
    for name, words in ((OBSERVER, "请进"), (WITNESS, "传证人到场")):
        await (await hall.row(name)).get_by_role("button", name=words, exact=True).click()
        await expect(mediator.locator("[data-trouble]")).to_contain_text("请先回到共同会场")
        await hall.refuses(name, "apart", {"accepts": True})
    await asyncio.gather(hears_nothing(sun), hears_nothing(hall[WITNESS]))
    await come_together(mediator)
    await hall.stands(OBSERVER, "joint")
    await sees_and_hears(sun, more=5)
    await hall.stands(WITNESS, "lobby")
    for name in (OBSERVER, WITNESS):
        await unread(hall, name, SECRET)


async def the_sides_let_somebody_observe(hall: Hall) -> None:
    """Each side reads that its yes is missing, and says it; the observer is told."""
    await hall.ask(MEDIATOR, "observer", OBSERVER)
    sun = await hall.say_yes(OBSERVER, "您可以看、听共同会场")
    await expect(sun.locator("main")).to_contain_text("双方同意后您会收到短信")
    for side in (WANG, YANG):
        page = hall[side]
        await page.goto(hall.here)
        await page.get_by_role("link", name="查看并答复").click()
        await page.get_by_role("button", name="同意此人旁听").click()
        await look(page)
    await expect(hall[YANG].locator(".guest")).to_contain_text("双方均已同意")
    onward = sun.get_by_role("link", name="前往会议页面")  # by itself: nobody has to look again
    await expect(onward).to_be_visible()
    await look(sun)
    phone = citizen(OBSERVER).phone
    assert await newest(sun, phone, r"(/sittings/[\w-]+)") == hall.here
    await hall.leave(OBSERVER)


async def the_mediator_asks_a_witness(hall: Hall) -> None:
    await hall.ask(MEDIATOR, "witness", WITNESS)
    zhang = await hall.say_yes(WITNESS, "请如实陈述您亲自了解的情况")
    await zhang.get_by_role("link", name="前往会议页面").click()
    await zhang.wait_for_url(f"**{hall.here}")
    await look(zhang)


async def test_a_witness_is_called_and_dismissed_and_an_observer_looks_on(
    server: Server, visitors: Visitors, make_camera: Callable[..., Camera], tmp_path: Path
) -> None:
    ready = await ready_sitting(server, proved=[WITNESS])
    hall = Hall(visitors, ready, make_camera, Voices(tmp_path))
    await hall.sign_in(MEDIATOR, WANG, YANG)
    await the_sides_let_somebody_observe(hall)
    await the_mediator_asks_a_witness(hall)
    await hall.begin()
    await the_witness_waits(hall)
    await hall.leave(WANG)
    await the_observer_looks_on(hall)
    await the_witness_speaks(hall)
    await the_witness_is_dismissed(hall)
    await a_talk_apart_without_them(hall)


# -- a helper and an interpreter


async def the_mediator_asks_an_interpreter(hall: Hall) -> None:
    """Who says yes from their own telephone now, and comes later."""
    await hall.ask(MEDIATOR, "interpreter", INTERPRETER)
    await hall.say_yes(INTERPRETER, "您应完整、忠实地翻译")
    await hall.leave(INTERPRETER)


async def a_party_asks_a_helper(hall: Hall) -> None:
    """From the party's page to the helper's answer by their own telephone, and on to the door."""
    await hall.ask(WANG, "helper", HELPER)
    await expect(hall[WANG].locator(".guest", has_text=citizen(HELPER).name)).to_contain_text("在外等候")
    liu = await hall.say_yes(HELPER, "不能代当事人表态")
    await liu.get_by_role("link", name="前往会议页面").click()
    await liu.wait_for_url(f"**{hall.here}")
    await expect(liu.locator("main")).to_contain_text("申请人的协助人")
    await look(liu)


async def the_helper_is_marked(hall: Hall) -> None:
    """With the party, named as helper wherever they stand and write; judges and shows no evidence."""
    mediator, wang, liu = hall[MEDIATOR], hall[WANG], hall[HELPER]
    marked = f"{citizen(HELPER).name}（协助人）"
    await sees_and_hears(liu, more=5)
    for page in (mediator, wang):
        await expect(page.locator(".tile", has_text=marked)).to_have_count(1)
    await say(liu, "他听不清，请慢一点")
    await expect(mediator.locator("[data-chat-lines] .talk__who")).to_contain_text(marked)
    await expect(liu.locator("#panel-chat")).to_contain_text("会标明“协助人”，不代表当事人")
    await expect(liu.locator("[data-do=negotiation]")).to_have_count(0)
    await hall.look(HELPER)
    await open_panel(liu, "evidence")
    await expect(liu.locator("[data-exhibit='A-2']")).to_be_visible()  # which only that side sees so far
    panel = liu.locator("#panel-evidence")
    for words in ("向在场的人展示", "向对方出示"):
        await expect(panel.get_by_role("button", name=words)).to_have_count(0)
    await expect(liu.locator("[data-exhibit='B-1'] details")).to_have_count(0)
    await expect(liu.locator("[data-bring]")).to_be_hidden()
    await hall.look(HELPER)
    await act(liu, "close-panel").click()
    await open_panel(wang, "evidence")
    await expect(wang.locator("[data-exhibit='B-1'] details")).to_contain_text("发表质证意见")
    await act(wang, "close-panel").click()


async def the_helper_does_nothing_for_the_party(hall: Hall) -> None:
    """Past the page: no opinion, no paper shown; case, offers and agreement are closed to them."""
    wang, yang, liu = hall[WANG], hall[YANG], hall[HELPER]
    found = await (await wang.request.get(f"{hall.here}/evidence")).json()
    items = {one["label"]: one["id"] for one in found["items"]}
    admits = {"truth": "admit", "legality": "admit", "relevance": "admit", "reason": ""}
    await hall.refuses(HELPER, f"evidence/{items['B-1']}/opinion", admits)
    await hall.refuses(HELPER, f"evidence/{items['A-1']}/show", {"page": 1})
    await hall.refuses(HELPER, f"evidence/{items['A-2']}/disclose", {})
    await hall.refuses(HELPER, "facts/" + items["A-1"], {"agrees": True})
    case = f"/cases/{hall.ready.case_id}"
    assert (await yang.request.post(f"{case}/negotiation/new", form=OFFER)).ok
    table = await (await wang.request.get(f"{case}/negotiation")).text()
    offered = re.search(rf'action="({case}/negotiation/[\w-]+)"', table)
    assert offered
    for path in ("", "/negotiation", "/agreement"):
        assert (await liu.request.get(f"{case}{path}")).status == 404, path
    for path, name, value in ((offered[1], "answer", "yes"), (f"{case}/agreement/sign", "drawing", "")):
        assert (await liu.request.post(path, form={name: value})).status == 404, path
    answered = await wang.request.post(offered[1], form={"answer": "yes"})  # it waited for the party
    assert "接受方案不等于签字" in await answered.text()


async def the_party_chooses_whom_to_hear(hall: Hall) -> None:
    """All voices, the speakers alone, or the interpreter with them low behind; others hear as before."""
    wang, zhao, voices = hall[WANG], hall[INTERPRETER], hall.voices
    choice = wang.locator("[data-voices]")
    await expect(choice).to_be_visible()
    await expect(zhao.locator("[data-voices]")).to_be_hidden()
    await hall.look(WANG, INTERPRETER)
    await voices.expect(wang, mediator=1, liu=1, zhao=1)
    await choice.get_by_role("button", name="只听原声").click()
    await voices.expect(wang, mediator=1, liu=1, zhao=0)
    interpreted = choice.get_by_role("button", name="翻译", exact=True)
    await interpreted.click()
    await voices.expect(wang, mediator=LOW, liu=LOW, zhao=1)
    await asyncio.gather(
        voices.expect(hall[MEDIATOR], wang=1, liu=1, zhao=1),
        voices.expect(zhao, mediator=1, wang=1, liu=1),
    )
    await wang.reload()  # what was chosen stays
    await hall.stands(WANG, "joint")
    await expect(interpreted).to_have_attribute("aria-pressed", "true")
    await voices.expect(wang, mediator=LOW, liu=LOW, zhao=1)


async def apart_without_the_helper(hall: Hall) -> None:
    """The interpreter goes along; the helper, of whom the party has not said so, is among the own side."""
    mediator, wang, liu = hall[MEDIATOR], hall[WANG], hall[HELPER]
    await act(mediator, "caucus-A").click()
    await expect(wang.locator("[data-asked]")).to_be_visible()
    await expect(liu.locator("[data-asked]")).to_be_hidden()
    await hall.refuses(HELPER, "apart", {"accepts": True})
    await act(wang, "accept").click()
    for name, place in ((WANG, "caucus:a"), (INTERPRETER, "caucus:a"), (HELPER, "private:a")):
        await hall.stands(name, place)
    await expect(liu.locator("[data-caucus]")).to_contain_text("现在没有人能听到您")
    await say(wang, ALONE)
    await expect(hall[INTERPRETER].locator("[data-chat-lines]")).to_contain_text(ALONE)
    await hears_nothing(liu)
    await hall.voices.expect(wang, mediator=LOW, zhao=1)
    await hall.look(HELPER)
    await come_together(mediator)
    await hall.stands(HELPER, "joint")
    await unread(hall, HELPER, ALONE)


async def apart_with_the_helper(hall: Hall) -> None:
    """Once the party says so the helper is asked, follows the party, and is out when no longer wanted."""
    mediator, wang, liu = hall[MEDIATOR], hall[WANG], hall[HELPER]
    says = await wang.context.new_page()
    await says.goto(f"{hall.here}/guests")
    await says.get_by_role("button", name="单独谈话时也请此人在场").click()
    await expect(says.locator(".guest", has_text=citizen(HELPER).name)).to_contain_text(
        "您方单独谈话时也在场"
    )
    await act(mediator, "caucus-A").click()
    await expect(liu.locator("[data-asked-words]")).to_contain_text("该方希望您在场")
    await hall.look(HELPER)
    hall.visitors.forgive.append("409 from .*/apart")
    await act(liu, "accept").click()
    await expect(liu.locator("[data-trouble]")).to_contain_text("请等您协助的当事人先进入单独谈话")
    await act(wang, "accept").click()
    await hall.stands(WANG, "caucus:a")
    await act(liu, "accept").click()
    await hall.stands(HELPER, "caucus:a")
    await expect(wang.locator("[data-caucus]")).to_contain_text(citizen(HELPER).name)
    await hall.voices.expect(liu, mediator=1, wang=1, zhao=1)
    await hall.look(HELPER, WANG)
    await says.get_by_role("button", name="单独谈话时不再在场").click()
    await hall.stands(HELPER, "lobby")
    await says.close()
    await say(wang, SECRET)
    await hears_nothing(liu)
    await come_together(mediator)
    await hall.stands(HELPER, "joint")
    await unread(hall, HELPER, SECRET)


async def without_an_interpreter(hall: Hall) -> None:
    """What was chosen of the interpreter lowers nobody any more who is left."""
    wang = hall[WANG]
    await hall.leave(INTERPRETER)
    await expect(wang.locator("[data-voices]")).to_be_hidden()
    await hall.voices.expect(wang, mediator=1, liu=1)


async def test_a_helper_helps_and_an_interpreter_is_heard_by_whom_it_is_wanted(
    server: Server, visitors: Visitors, make_camera: Callable[..., Camera], tmp_path: Path
) -> None:
    ready = await ready_sitting(server, talking=True, replied=True)
    hall = Hall(visitors, ready, make_camera, Voices(tmp_path))
    await hall.sign_in(MEDIATOR, WANG, YANG)
    await the_mediator_asks_an_interpreter(hall)
    await a_party_asks_a_helper(hall)
    await hall.begin()
    await the_helper_is_marked(hall)
    await the_helper_does_nothing_for_the_party(hall)
    await hall.leave(YANG)
    await hall.let_in(INTERPRETER)
    await the_party_chooses_whom_to_hear(hall)
    await apart_without_the_helper(hall)
    await apart_with_the_helper(hall)
    await without_an_interpreter(hall)
