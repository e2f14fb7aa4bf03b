"""A sitting from the device check to its end, in three browsers: the mediator's desk and two phones."""

import asyncio

import pytest
from playwright.async_api import Page, expect

from tests.support.axe import assert_no_barriers
from tests.support.rooms import (
    act,
    come_together,
    enter_room,
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
    await page.wait_for_timeout(1000)
    after = await received(page)
    assert after["frames"] == before["frames"]
    assert after["packets"] > before["packets"]
    await page.get_by_role("button", name="恢复画面").click()
    await sees_and_hears(page, more=3)


@pytest.mark.timeout(240)
async def test_a_sitting_of_three(server: Server, visitors: Visitors) -> None:
    ready = await ready_sitting(server)
    mediator = await visitors.open("mediator", phone=False)
    wang, yang = await visitors.open("wang"), await visitors.open("yang")
    await asyncio.gather(
        enter(mediator, ready, "mediator"), enter(wang, ready, "wang"), enter(yang, ready, "yang")
    )
    for page in (mediator, wang, yang):
        await expect(page.locator("[data-lobby]")).to_be_visible()
        await assert_no_barriers(page)
    await expect(mediator.locator("[data-lobby-people] li")).to_have_count(2)

    await act(mediator, "start").click()
    await asyncio.gather(*(sees_and_hears(page) for page in (mediator, wang, yang)))
    await assert_no_barriers(wang)

    await choose_sound_alone(wang, ready)
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
    await expect(yang.locator("[data-caucus]")).to_be_visible()
    await asyncio.gather(sees_and_hears(wang), sees_and_hears(mediator), hears_nothing(yang))
    for page, shown in ((wang, 2), (mediator, 2), (yang, 1)):
        await expect(page.locator(".tile--seen")).to_have_count(shown)
    await say(wang, "四万五我可以接受")
    await open_panel(mediator, "chat")
    await expect(mediator.locator("[data-chat-lines]")).to_contain_text("四万五我可以接受")
    await open_panel(yang, "chat")
    assert "四万五" not in await yang.content()

    await come_together(mediator)
    await expect(yang.locator("[data-caucus]")).to_be_hidden()
    await sees_and_hears(yang)
    await say(mediator, "我们继续")
    await expect(yang.locator("[data-chat-lines]")).to_contain_text("我们继续")
    assert "四万五" not in await yang.content()

    await open_panel(wang, "evidence")
    await wang.locator("[data-exhibit='A-1']").get_by_role("button", name="向在场的人展示").click()
    for page in (mediator, wang, yang):
        await expect(page.locator("[data-paper-image]")).to_be_visible()
    await open_panel(mediator, "minutes")
    await act(wang, "close-panel").click()
    await act(wang, "next").click()
    for page in (mediator, yang):
        await expect(page.locator("[data-paper-words]")).to_contain_text("2/2")
    await open_panel(yang, "evidence")
    card = yang.locator("[data-exhibit='A-1']")
    await card.locator("summary").click()
    for name in ("truth", "legality", "relevance"):
        await card.locator(f"input[name={name}][value=admit]").check()
    await card.get_by_role("button", name="记录我的意见").click()
    await expect(card.locator(".exhibit__opinion")).to_contain_text("认可")
    assert await yang.locator("[data-exhibit='A-2']").count() == 0

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

    await yang.reload()
    await sees_and_hears(yang)

    await act(mediator, "close").click()
    await mediator.get_by_role("button", name="是", exact=True).click()
    for page in (mediator, wang, yang):
        await expect(page.locator("[data-lobby-words]")).to_contain_text("会议已经结束")
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
