"""The sitting of five goes on, from the papers to the last signature; in each phase somebody drops out."""

import asyncio
import re
from collections.abc import Callable
from typing import Final

import pytest
from playwright.async_api import Locator, Page, expect

from tests.odr.sample_papers import NO_FONTS
from tests.support import line as walk
from tests.support.camera import Camera
from tests.support.filings import citizen
from tests.support.five import (
    AGENT,
    APPLICANT,
    INTERPRETER,
    MEDIATOR,
    RESPONDENT,
    Five,
    five_signed_in,
)
from tests.support.line import Line
from tests.support.pads import draw
from tests.support.rooms import act, drag, hears, open_panel
from tests.support.seeding import papers_of
from tests.support.server import Server
from tests.support.visitors import Visitors

WANG, YANG = citizen(APPLICANT).name, citizen(RESPONDENT).name
LOAN, PRINCIPAL, WISH = "双方确认借款本金五万元", "被申请人愿意归还本金五万元", "申请人放弃利息"
FACT: Final = "借款发生在2025年1月"
REASON: Final = "利息没有约定过，请看第二页"
PICTURE: Final = """() => {
    const picture = document.querySelector("[data-paper-image]");
    return picture.complete && picture.naturalHeight > 0;
}"""
PAPERS: Final = {"evidence_record", "mediation_agreement"}


async def back_in_the_room(five: Five, name: str) -> Page:
    """The page is closed and opened again; the person is among the others at once."""
    page = await five.come_again(name, "共同会场", at="[data-state]")
    await expect(page.locator("[data-court]")).to_have_attribute("data-place", "joint")
    await hears(page, more=5)
    return page


async def all_see_page(five: Five, words: str) -> None:
    """The words below it, and the picture itself, on which one points."""
    for page in five.all:
        await expect(page.locator("[data-paper-words]")).to_contain_text(words)
        await page.wait_for_function(PICTURE)


async def all_see_the_mark(five: Five) -> None:
    for page in five.all:
        await expect(page.locator(".folio__mark--A")).to_have_count(1)


async def examine(five: Five) -> None:
    """A paper is shown, turned, pointed at and marked; the other side's line breaks over its opinion."""
    mediator, wang, yang = (five[name] for name in (MEDIATOR, APPLICANT, RESPONDENT))
    await open_panel(wang, "evidence")
    await wang.locator("[data-exhibit='A-1']").get_by_role("button", name="向在场的人展示").click()
    await all_see_page(five, "1/2")
    await act(wang, "next").click()
    await all_see_page(five, "2/2")
    await act(mediator, "point").click()
    await asyncio.gather(
        *(expect(page.locator(".folio__ring")).to_be_attached() for page in (wang, yang)),
        drag(mediator, "[data-paper-sheet]"),
    )
    await act(wang, "draw").click()
    await drag(wang, "[data-paper-sheet]")
    await all_see_the_mark(five)

    await open_panel(yang, "evidence")
    card = yang.locator("[data-exhibit='A-1']")
    reason = card.locator("[name=reason]")
    await card.locator("summary").click()
    await card.locator("input[name=truth][value=deny]").check()
    await reason.fill(REASON[:5])
    async with five.cut(RESPONDENT):
        await reason.fill(REASON)
        await act(wang, "previous").click()
        await expect(mediator.locator("[data-paper-words]")).to_contain_text("1/2")
    await all_see_page(five, "1/2")
    await hears(yang, more=5)
    await give_the_opinion(mediator, yang, card)

    wang = await back_in_the_room(five, APPLICANT)
    await all_see_page(five, "1/2")
    await act(wang, "next").click()  # who presented still does
    await all_see_page(five, "2/2")
    await all_see_the_mark(five)
    await five.look()
    await act(wang, "put-away").click()
    for page in five.all:
        await expect(page.locator("[data-paper]")).to_be_hidden()
    await open_panel(wang, "evidence")
    await expect(wang.locator("[data-exhibit='A-1'] .exhibit__opinion")).to_contain_text(REASON)


async def give_the_opinion(mediator: Page, yang: Page, card: Locator) -> None:
    """What was begun before the line broke, and gone on with in the dark, stands there and is sent."""
    await expect(card.locator("[name=reason]")).to_have_value(REASON)
    await expect(card.locator("input[name=truth][value=deny]")).to_be_checked()
    if not await yang.locator("[data-body=evidence]").is_visible():
        await open_panel(yang, "evidence")
    for name in ("legality", "relevance"):
        await card.locator(f"input[name={name}][value=admit]").check()
    await card.get_by_role("button", name="记录我的意见").click()
    await open_panel(mediator, "evidence")
    for page in (yang, mediator):
        await expect(page.locator("[data-exhibit='A-1'] .exhibit__opinion")).to_contain_text(REASON)


async def write_down(mediator: Page, speaker: str, text: str) -> None:
    await mediator.locator("#minutes-speaker").select_option(label=speaker)
    await mediator.locator("#minutes-text").fill(text)
    await mediator.get_by_role("button", name="记入笔录").click()


async def stand_written(page: Page, *lines: str) -> None:
    """These lines and no others, each of them once."""
    written = page.locator("[data-minutes-lines] .talk__minute")
    await expect(written).to_have_count(len(lines))
    await expect(written).to_contain_text(lines)


async def keep_minutes(five: Five) -> None:
    """The mediator's line breaks over a line: it is sent in the dark, and the next one is begun."""
    mediator, wang, yang = (five[name] for name in (MEDIATOR, APPLICANT, RESPONDENT))
    await open_panel(mediator, "minutes")
    await write_down(mediator, WANG, LOAN)
    await stand_written(yang, LOAN)
    field = mediator.locator("#minutes-text")
    await field.fill(PRINCIPAL[:6])
    async with mediator.expect_response("**/minutes"), five.cut(MEDIATOR):
        await expect(wang.locator("[data-notice]")).to_contain_text("网络断开了")
        assert await field.input_value() == PRINCIPAL[:6]
        await write_down(mediator, YANG, PRINCIPAL)
        await field.fill(WISH)
    for page in five.all:
        await stand_written(page, LOAN, PRINCIPAL)
    await expect(wang.locator("[data-notice]")).to_be_hidden()
    await hears(mediator, more=5)
    assert await field.input_value() == WISH
    await write_down(mediator, WANG, WISH)

    await mediator.locator("#fact-text").fill(FACT)
    await mediator.get_by_role("button", name="请双方确认").click()
    yang = await back_in_the_room(five, RESPONDENT)
    for page in (wang, yang):
        await open_panel(page, "minutes")
        await stand_written(page, LOAN, PRINCIPAL, WISH)
        await page.locator("[data-facts-list]").get_by_role("button", name="认可，属实").click()
    for page in five.all:
        await stand_written(page, LOAN, PRINCIPAL, WISH)
    await expect(mediator.locator("[data-facts-list]")).to_contain_text("无争议：双方都认可")
    await five.look()


async def agree(five: Five) -> None:
    """The text is written and offered. The respondent's line breaks while she ticks; no tick is lost."""
    yang = five[RESPONDENT]
    await walk.write_terms(five[MEDIATOR], YANG, WANG, facts=f"{FACT}，至今未还。")
    for name in (APPLICANT, RESPONDENT):
        sheet = five[name].locator("[data-agreement-body]")
        await expect(sheet.get_by_role("button", name="我已看完全部内容")).to_be_visible(timeout=30_000)
    await five.look()
    async with yang.expect_response("**/agreement/clauses"):
        await yang.locator("#field-clause-1").check()
    async with (
        yang.expect_response(lambda told: "clause=2" in (told.request.post_data or "")),
        five.cut(RESPONDENT),
        yang.expect_event("requestfailed", lambda lost: lost.url.endswith("/clauses")),  # given up
    ):
        await yang.locator("#field-clause-2").check()
    await hears(yang, more=5)
    yang = await back_in_the_room(five, RESPONDENT)
    for number in (1, 2):
        await expect(yang.locator(f"#field-clause-{number}")).to_be_checked()
    await expect(yang.locator("#field-clause-3")).not_to_be_checked()


async def told_of(page: Page, name: str) -> None:
    """The sheet says who has signed: until it does, it may be drawn anew under a hand that comes to write."""
    chip = page.locator("[data-agreement-body] .person", has_text=name)
    await expect(chip.locator(".person__note")).to_have_text(re.compile("^已于.+签署$"))


async def sign(five: Five, line: Line) -> None:
    """One closes the page between pad and code, the other's line breaks over the drawn name."""
    mediator, wang, yang = (five[name] for name in (MEDIATOR, APPLICANT, RESPONDENT))
    phones = five.ready.phones
    await walk.to_the_pad(wang)
    await line.heard_of(wang, phones[APPLICANT])
    await draw(wang)
    await walk.ask_for_code(wang)
    await expect(wang.get_by_label("短信验证码")).to_be_visible()
    wang = await back_in_the_room(five, APPLICANT)
    await expect(wang.get_by_label("短信验证码")).to_be_visible()
    await walk.to_the_pad(yang)
    await five.look()
    await walk.enter_code(line, wang, phones[APPLICANT])

    await told_of(yang, WANG)
    await line.heard_of(yang, phones[RESPONDENT])
    await draw(yang)
    async with five.cut(RESPONDENT):
        await walk.ask_for_code(yang)
    await walk.enter_code(line, yang, phones[RESPONDENT])
    await hears(yang, more=5)
    await told_of(mediator, YANG)
    await walk.sign(line, mediator, phones[MEDIATOR])
    for page in (mediator, wang, yang):
        await act(page, "close-agreement").click()
    for name in (MEDIATOR, APPLICANT, RESPONDENT, AGENT):
        bar = five[name].locator("[data-agreement-bar]:visible")
        await expect(bar).to_contain_text("各方均已签署协议")
    await asyncio.gather(*(hears(page, more=5) for page in five.all))
    await five.look()


async def end(five: Five, server: Server) -> None:
    """Everybody is told, and the case holds the papers."""
    mediator = five[MEDIATOR]
    await act(mediator, "close").click()
    await mediator.get_by_role("button", name="是", exact=True).click()
    for page in five.all:
        await expect(page.locator("[data-lobby-words]")).to_contain_text("会议已经结束")
    async with asyncio.timeout(30):
        while await papers_of(server, five.ready) != PAPERS:
            await mediator.wait_for_timeout(200)


@pytest.mark.skipif(NO_FONTS, reason="no Chinese font: run `npm ci` first")
@pytest.mark.soak  # five browsers fill two cores for some minutes
@pytest.mark.timeout(600)
async def test_five_settle_and_sign(
    server: Server, visitors: Visitors, make_camera: Callable[..., Camera]
) -> None:
    five = await five_signed_in(server, visitors, make_camera, talking=True)
    await asyncio.gather(*(five.enter(name) for name in five.pages))
    await five.begin()
    await five.by_voice(APPLICANT, RESPONDENT, AGENT, INTERPRETER)
    await examine(five)
    await keep_minutes(five)
    await agree(five)
    await sign(five, Line(server))
    await end(five, server)
