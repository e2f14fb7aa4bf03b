"""A sitting from the door to its end, in three browsers: a desk, a phone, and the narrow one of an elder."""

import asyncio

import pytest
from playwright.async_api import Locator, Page, Route, ViewportSize, expect

from tests.support.axe import assert_no_barriers
from tests.support.rooms import (
    act,
    come_together,
    drag,
    enter_room,
    hears,
    hears_nothing,
    open_panel,
    received,
    say,
    sees_and_hears,
)
from tests.support.seeding import Ready, papers_of, ready_sitting
from tests.support.server import Server
from tests.support.signing_in import sign_in
from tests.support.visitors import Visitors

NARROW = ViewportSize(width=360, height=740)
# What can be pressed and is seen now, and is smaller than a finger of an elderly person needs.
SMALL = """() => [...document.querySelectorAll("button, a, select, input:not([type=radio])")]
    .filter((one) => one.checkVisibility() && !one.closest(".skip") && !one.classList.contains("skip"))
    .filter((one) => { const box = one.getBoundingClientRect(); return box.height < 60 || box.width < 48; })
    .map((one) => `${one.outerHTML.slice(0, 90)} ${one.getBoundingClientRect().height}`)"""


# A browser that plays no sound on a page before somebody has tapped there.
TAP_FIRST = """{
    const plain = HTMLMediaElement.prototype.play;
    let tapped = false; // what Playwright asks of a page counts as a gesture for the browser
    addEventListener("pointerdown", () => (tapped = true), true);
    HTMLMediaElement.prototype.play = function () {
        return this.localName === "audio" && !tapped
            ? Promise.reject(new DOMException("no tap yet", "NotAllowedError")) : plain.call(this);
    };
}"""
# A telephone call stops what was playing.
CALLED = """() => [...document.querySelectorAll("audio")].find((one) => one.srcObject).pause()"""


async def enter(page: Page, ready: Ready, who: str) -> None:
    here = f"/sittings/{ready.sitting}"
    await sign_in(page, ready.phones[who], here)
    await enter_room(page, here)


async def choose_sound_alone(page: Page, ready: Ready) -> None:
    """Chosen on the page of help in another tab: no picture comes until they are wanted again."""
    helping = await page.context.new_page()
    await helping.goto(f"/sittings/{ready.sitting}/help")
    await helping.get_by_role("button", name="只用声音").click()
    await helping.close()
    await expect(page.locator("[data-help-off]")).to_be_visible()
    await page.wait_for_timeout(500)
    before = await received(page)
    await hears(page)
    assert (await received(page))["frames"] == before["frames"]
    await page.get_by_role("button", name="恢复画面").click()
    await sees_and_hears(page, more=3)


async def reached_by_keys(page: Page) -> set[str]:
    """The controls that the tab key leads to."""
    found = set()
    for _ in range(30):
        await page.keyboard.press("Tab")
        found.add(await page.evaluate("document.activeElement.dataset.do ?? ''"))
    return found


async def name_companion(page: Page, name: str) -> None:
    """Somebody sits beside the person, who says so at the door of the sitting, in another tab."""
    door = await page.context.new_page()
    await door.goto(page.url.removesuffix("/room"))
    await door.locator("#field-beside summary").click()
    await door.locator("#beside-0").fill(name)
    await door.locator("#field-beside button").click()
    await expect(door.locator("#beside-1")).to_be_visible()  # kept: there is room for one more
    await door.close()


async def talk_with_a(people: list[Page]) -> None:
    """wang declines, then accepts; B hears and reads nothing; who drops stands in the waiting room."""
    mediator, wang, yang = people
    await name_companion(wang, "王小明")
    await act(mediator, "caucus-A").click()
    await act(wang, "refuse").click()
    await wang.locator("#asked-reason").fill("我想先问问家里人")
    await wang.get_by_role("button", name="告诉调解员").click()
    await expect(mediator.locator("[data-asking]")).to_contain_text("我想先问问家里人")
    assert "家里人" not in await yang.content()
    await expect(wang.locator("[data-caucus]")).to_be_hidden()
    await act(mediator, "caucus-A").click()
    await expect(wang.locator("[data-asked]")).to_be_visible()
    await assert_no_barriers(wang)
    await act(wang, "accept").click()
    await expect(wang.locator("[data-caucus]")).to_contain_text("单独谈话")
    await expect(mediator.locator("[data-caucus]")).to_contain_text("陪同：王小明")  # who hears it, too
    await expect(yang.locator("[data-caucus]")).to_be_visible()
    await asyncio.gather(sees_and_hears(wang), sees_and_hears(mediator), hears_nothing(yang))
    for page, shown in ((wang, 2), (mediator, 2), (yang, 1)):
        await expect(page.locator(".tile--seen")).to_have_count(shown)
    await say(wang, "四万五我可以接受")
    await open_panel(mediator, "chat")
    await expect(mediator.locator("[data-chat-lines]")).to_contain_text("四万五我可以接受")
    await show_and_put_away(mediator, wang)
    await open_panel(yang, "chat")
    assert "四万五" not in await yang.content()
    await wang.reload()
    await expect(wang.locator("[data-lobby-words]")).to_contain_text("单独谈话")


async def say_before_an_answer(mediator: Page, yang: Page) -> None:
    """A line that comes while an older answer is on its way to yang's page stays there."""
    asked, said = asyncio.Event(), asyncio.Event()

    async def late(route: Route) -> None:
        answer = await route.fetch()
        asked.set()
        await said.wait()
        await route.fulfill(response=answer)

    await expect(yang.locator("[data-court]")).to_have_attribute("data-place", "joint")
    await yang.route("**/state", late)
    await act(yang, "hand").click()
    await asked.wait()
    await say(mediator, "我们继续")
    await expect(yang.locator("[data-chat-lines]")).to_contain_text("我们继续")
    said.set()
    await yang.unroute_all(behavior="wait")
    await expect(act(yang, "hand")).to_have_attribute("aria-pressed", "true")
    await expect(yang.locator("[data-chat-lines]")).to_contain_text("我们继续")


async def write_on_a_slow_line(mediator: Page, yang: Page) -> None:
    """What is sent twice is said once, and what is written while it is on its way stays."""
    answer = asyncio.Event()

    async def slow(route: Route) -> None:
        await answer.wait()
        await route.continue_()

    await yang.route("**/chat", slow)
    await open_panel(yang, "chat")
    field = yang.locator("#chat-text")
    await field.fill("我同意")
    async with yang.expect_request("**/chat"):
        await field.press("Enter")
    await field.press("Enter")
    await field.press_sequentially("分期")
    answer.set()
    await expect(field).to_have_value("分期")
    await yang.unroute_all(behavior="wait")
    await expect(mediator.locator(".talk__text", has_text="我同意")).to_have_count(1)
    await field.press("Enter")
    await expect(mediator.locator(".talk__text").last).to_have_text("分期")
    await expect(mediator.locator(".talk__text", has_text="我同意")).to_have_count(1)
    await expect(field).to_have_value("")
    await act(yang, "close-panel").click()  # who writes keeps it over the paper that comes


async def show_and_put_away(mediator: Page, wang: Page) -> None:
    """A paper of wang's own that is put away while the mediator's page asks for its picture."""
    going, away, answered = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def picture(route: Route) -> None:
        await away.wait()
        got = await route.fetch()
        assert (got.status, await got.body()) == (204, b"")
        await route.fulfill(response=got)
        answered.set()

    async def later(route: Route) -> None:
        if going.is_set():
            await answered.wait()
        await route.continue_()

    await mediator.route("**/evidence/*/1", picture)
    await mediator.route("**/evidence", later)
    await open_panel(wang, "evidence")
    async with mediator.expect_request("**/evidence/*/1"):
        await wang.locator("[data-exhibit='A-2']").get_by_role("button", name="向在场的人展示").click()
    going.set()
    async with wang.expect_response("**/evidence/put-away"):
        await act(wang, "put-away").click()
    away.set()
    await expect(mediator.locator("[data-trouble]")).to_have_text("这份材料已不再展示。")
    await expect(mediator.locator("[data-paper]")).to_be_hidden()
    await mediator.unroute_all()


async def turn_and_enlarge(mediator: Page, wang: Page, yang: Page) -> None:
    """wang enlarges the page before hearing of the turn; an older answer reaches yang after the news."""
    asked, zoomed = asyncio.Event(), asyncio.Event()

    async def late(route: Route) -> None:
        answer = await route.fetch()
        asked.set()
        await zoomed.wait()
        await route.fulfill(response=answer)

    await yang.route("**/evidence", late)
    await act(yang, "draw").click()
    await drag(yang, "[data-paper-sheet]")
    await asked.wait()
    await act(wang, "next").click()
    await act(wang, "larger").click()
    for page in (mediator, yang):
        await expect(page.locator("[data-paper-words]")).to_contain_text("2/2")
    await expect(yang.locator("[data-paper-page]")).to_have_attribute("style", "width: 150%;")
    async with yang.expect_response("**/evidence") as answered:
        zoomed.set()
    await (await answered.value).finished()
    await yang.unroute_all(behavior="wait")
    await expect(yang.locator("[data-paper-words]")).to_contain_text("2/2")
    for page in (mediator, wang, yang):
        await expect(page.locator("[data-paper-page]")).to_have_attribute("style", "width: 150%;")


async def out_and_in_over_an_opinion(mediator: Page, yang: Page, card: Locator) -> None:
    """yang is sent to the waiting room and let in again: the half written opinion stands as it was."""
    await card.locator("input[name=truth][value=deny]").check()
    await card.locator("[name=reason]").fill("利息没有约定过")
    await open_panel(mediator, "people")
    row = mediator.locator("[data-people] li", has_text="杨示意")
    for name, place in (("请回等候室", "lobby"), ("请进", "joint")):
        await row.get_by_role("button", name=name).click()
        await expect(yang.locator("[data-court]")).to_have_attribute("data-place", place)
    await open_panel(mediator, "minutes")
    await expect(yang.locator("[data-paper-image]")).to_be_visible()
    await open_panel(yang, "evidence")  # which gave way to the paper
    await expect(card.locator("[name=reason]")).to_have_value("利息没有约定过")
    await expect(card.locator("input[name=truth][value=deny]")).to_be_checked()


async def mute_and_let_speak(mediator: Page, wang: Page, yang: Page) -> None:
    """wang is told, the others see it, and it holds on a page loaded anew; the hand asks for it back."""
    await open_panel(mediator, "people")
    row = mediator.locator("[data-people] li", has_text="王示范")
    await row.get_by_role("button", name="静音", exact=True).click()
    words, seen = wang.locator("[data-trouble]"), yang.locator(".tile", has_text="已静音")
    await expect(words).to_contain_text("主持人已将您静音，现在别人听不到您")
    await expect(seen).to_contain_text("王示范")
    await assert_no_barriers(wang)
    await wang.reload()
    await sees_and_hears(wang)
    await expect(words).to_contain_text("主持人已将您静音")
    await act(wang, "hand").click()
    await expect(mediator.locator("[data-hands]")).to_contain_text("王示范")
    await row.get_by_role("button", name="解除静音").click()
    await expect(words).to_contain_text("别人又能听到您了")
    await expect(seen).to_have_count(0)


async def examine(people: list[Page]) -> None:
    """A piece shown page by page, closer, marked and judged by the other side."""
    mediator, wang, yang = people
    await open_panel(wang, "evidence")
    await wang.locator("[data-exhibit='A-1']").get_by_role("button", name="向在场的人展示").click()
    for page in people:
        await expect(page.locator("[data-paper-image]")).to_be_visible()
    await open_panel(mediator, "minutes")
    await turn_and_enlarge(mediator, wang, yang)
    await drag(yang, "[data-paper-sheet]")
    for page in (mediator, wang, yang):
        await expect(page.locator(".folio__mark--B")).to_have_count(1)
    await assert_no_barriers(yang)
    await yang.reload()
    await sees_and_hears(yang)
    await expect(yang.locator("[data-paper-words]")).to_contain_text("2/2")
    await open_panel(yang, "evidence")
    assert await yang.evaluate(SMALL) == []
    card = yang.locator("[data-exhibit='A-1']")
    await card.locator("summary").click()
    await out_and_in_over_an_opinion(mediator, yang, card)
    for name in ("truth", "legality", "relevance"):
        await card.locator(f"input[name={name}][value=admit]").check()
    await card.get_by_role("button", name="记录我的意见").click()
    await expect(card.locator(".exhibit__opinion")).to_contain_text("认可")
    assert await yang.locator("[data-exhibit='A-2']").count() == 0


@pytest.mark.timeout(300)
async def test_a_sitting_of_three(server: Server, visitors: Visitors) -> None:
    ready = await ready_sitting(server)
    mediator = await visitors.open("mediator", phone=False)
    wang, yang = await visitors.open("wang"), await visitors.open("yang")
    people = [mediator, wang, yang]
    await yang.set_viewport_size(NARROW)
    await yang.goto("/?elder=1")
    names = ("mediator", "wang", "yang")
    await asyncio.gather(*(enter(page, ready, who) for page, who in zip(people, names, strict=True)))
    for page in people:
        await expect(page.locator("[data-lobby]")).to_be_visible()
        await assert_no_barriers(page)
    await yang.add_init_script(TAP_FIRST)
    await yang.reload()
    await expect(yang.locator("[data-lobby-words]")).to_contain_text("已经连接")
    await expect(mediator.locator("[data-lobby-people] li")).to_have_count(2)

    await act(mediator, "start").click()
    await asyncio.gather(*(sees_and_hears(page) for page in people))
    for page in people:
        await expect(page.locator(".tile")).to_have_count(3)
    await expect(act(yang, "sound")).to_be_visible()
    assert await yang.evaluate(SMALL) == []
    await act(yang, "sound").click()
    await expect(act(yang, "sound")).to_be_hidden()
    assert {"mic", "camera", "hand", "more"} <= await reached_by_keys(wang)
    await wang.evaluate(CALLED)
    await expect(wang.locator("[data-restore]")).to_be_visible()
    await assert_no_barriers(wang)
    await wang.locator(".court__restore [data-do=restore]").click()
    await expect(wang.locator("[data-restore]")).to_be_hidden()
    await choose_sound_alone(wang, ready)
    await mute_and_let_speak(mediator, wang, yang)
    await act(wang, "more").click()
    await assert_no_barriers(wang)
    await wang.keyboard.press("Escape")
    await expect(act(wang, "more")).to_be_focused()
    await act(yang, "more").click()
    await act(yang, "layout").click()
    await assert_no_barriers(yang)

    await talk_with_a(people)

    await come_together(mediator)
    await expect(yang.locator("[data-caucus]")).to_be_hidden()
    await asyncio.gather(*(sees_and_hears(page) for page in (wang, yang)))
    await say_before_an_answer(mediator, yang)
    await write_on_a_slow_line(mediator, yang)
    assert "四万五" not in await yang.content()

    await examine(people)

    await mediator.locator("#minutes-text").fill("双方确认借款本金五万元")
    await mediator.get_by_role("button", name="记入笔录").click()
    await expect(mediator.locator("[data-minutes-lines]")).to_contain_text("双方确认借款本金五万元")
    await expect(yang.locator("[data-minutes-lines]")).to_contain_text("双方确认借款本金五万元")

    await mediator.locator("#fact-text").fill("借款发生在2025年1月")
    await mediator.get_by_role("button", name="请双方确认").click()
    for page in (wang, yang):
        await open_panel(page, "minutes")
        await page.locator("[data-facts-list]").get_by_role("button", name="认可，属实").click()
    await expect(mediator.locator("[data-facts-list]")).to_contain_text("无争议：双方都认可")
    await assert_no_barriers(wang)

    await act(mediator, "close").click()
    await mediator.get_by_role("button", name="是", exact=True).click()
    for page in people:
        await expect(page.locator("[data-lobby-words]")).to_contain_text("会议已经结束")
    await assert_no_barriers(yang)
    async with asyncio.timeout(20):
        while await papers_of(server, ready) != {"evidence_record"}:
            await wang.wait_for_timeout(200)
    await check_minutes(ready, mediator, wang, yang)


async def check_minutes(ready: Ready, mediator: Page, wang: Page, yang: Page) -> None:
    """One side corrects a line, the mediator takes it over, both say it is right, and it is to be signed."""
    here = f"/sittings/{ready.sitting}/minutes"
    await wang.goto(here)
    await expect(wang.locator(".fact")).to_contain_text("无争议")
    await wang.locator("summary", has_text="这一条不对").click()
    await assert_no_barriers(wang)
    await wang.get_by_label("应当记为").fill("双方确认借款本金四万五千元")
    await wang.get_by_role("button", name="提交更正意见").click()
    await expect(wang.locator(".diff ins")).to_contain_text("四")
    await mediator.goto(here)
    await assert_no_barriers(mediator)
    await mediator.get_by_role("button", name="采纳", exact=True).click()
    for page in (wang, yang):
        await page.goto(here)
        await page.get_by_role("button", name="笔录无误").click()
    await expect(yang.get_by_role("heading", name="签名", exact=True)).to_be_visible(timeout=20_000)
    await assert_no_barriers(yang)
