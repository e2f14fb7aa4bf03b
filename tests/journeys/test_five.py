"""A sitting of five, from the device check to a talk apart: in each phase somebody drops out, and is back."""

import asyncio
from collections.abc import Callable

import pytest
from playwright.async_api import expect

from tests.support.camera import Camera
from tests.support.five import (
    AGENT,
    APPLICANT,
    BROKEN_WAITING,
    INTERPRETER,
    MEDIATOR,
    RESPONDENT,
    Five,
    five_signed_in,
    told_in_time,
)
from tests.support.rooms import act, come_together, hears_nothing, open_panel, say, sees_and_hears
from tests.support.server import Server
from tests.support.visitors import Visitors

SECRET = "最低四万五可以接受"
MEANWHILE = "对方也许愿意分期"


async def check_the_device(five: Five) -> None:
    """The line breaks in the middle of the test, which goes on by itself; tried again, all is well."""
    page, line = five[RESPONDENT], five.lines[RESPONDENT]
    await page.goto(f"{five.here}/check")
    async with page.expect_request("**/check/uplink"):
        await page.get_by_role("button", name="开始测试").click()
    line.cut()
    await told_in_time(page, "[data-check-slow]", "法院的答复稍慢")
    await five.look(RESPONDENT)
    line.join()
    await expect(page.locator("[data-check-slow]")).to_be_hidden()
    again = page.get_by_role("button", name="再测一次")
    await again.click()
    await expect(page.locator("[data-item=path]")).to_have_attribute("data-finding", "busy")
    await expect(page.locator("[data-item=path]")).to_have_attribute("data-finding", "ok")
    await page.get_by_role("button", name="听到了").click()
    await expect(page.locator("[data-check-result]")).to_contain_text("您的设备已经就绪")
    await five.look(RESPONDENT)


async def wait(five: Five) -> None:
    """In the waiting room: one line breaks, one page is closed and opened again."""
    words = five[APPLICANT].locator("[data-lobby-words]")
    await expect(words).to_contain_text("已经连接")
    async with five.cut(APPLICANT, BROKEN_WAITING) as page:
        await expect(page.locator("[data-trouble]")).not_to_contain_text("别人听不到")
    await expect(words).to_contain_text("已经连接")
    await five.come_again(AGENT, "已经连接")
    await five.look()


async def talk(five: Five) -> None:
    """All together: the respondent's line breaks over half a line of chat; the others are told of it."""
    mediator, yang = five[MEDIATOR], five[RESPONDENT]
    await open_panel(yang, "chat")
    await yang.locator("#chat-text").fill("我想先说")
    async with five.cut(RESPONDENT):
        await say(mediator, "请稍等，杨女士的网络断了")
        await expect(mediator.locator("[data-people] li", has_text="杨示意")).to_contain_text("连接中断")
    await expect(yang.locator("[data-chat-lines]")).to_contain_text("请稍等")
    assert await yang.locator("#chat-text").input_value() == "我想先说"
    await sees_and_hears(yang, more=5)
    await yang.locator("#chat-text").press("Enter")
    await expect(mediator.locator("[data-chat-lines]")).to_contain_text("我想先说")
    await five.come_again(AGENT, "共同会场", at="[data-state]")
    await sees_and_hears(five[AGENT], more=5)
    await five.look()


async def talk_apart(five: Five) -> None:
    """A's people accept. A line breaks there, and the talk goes on; who closes the page is asked anew."""
    mediator, wang, agent, yang = (five[name] for name in (MEDIATOR, APPLICANT, AGENT, RESPONDENT))
    await act(mediator, "caucus-A").click()
    for page in (wang, agent):
        await expect(page.locator("[data-asked]")).to_be_visible()
    await five.look(APPLICANT, AGENT)
    for page in (wang, agent):
        await act(page, "accept").click()
        await expect(page.locator("[data-court]")).to_have_attribute("data-place", "caucus:a")
    await asyncio.gather(
        *(sees_and_hears(page, more=5) for page in (wang, agent, mediator)), hears_nothing(yang)
    )
    await expect(mediator.locator("[data-people] li", has_text="（您）")).to_contain_text("正与一方单独谈话")
    await say(wang, SECRET)
    async with five.cut(APPLICANT):
        await say(mediator, MEANWHILE)
        await expect(agent.locator("[data-chat-lines]")).to_contain_text(MEANWHILE)
    await expect(wang.locator("[data-chat-lines]")).to_contain_text(MEANWHILE)
    await expect(wang.locator("[data-court]")).to_have_attribute("data-place", "caucus:a")
    await sees_and_hears(wang, more=5)
    await five.look()

    async with five.cut(RESPONDENT):
        pass
    await expect(yang.locator("[data-caucus]")).to_contain_text("正与对方")

    wang = await five.come_again(APPLICANT, "单独谈话")
    assert SECRET not in await wang.content()
    await five.look(APPLICANT)
    await act(mediator, "caucus-A").click()
    await expect(wang.locator("[data-asked]")).to_be_visible()
    await act(wang, "accept").click()
    await open_panel(wang, "chat")
    await expect(wang.locator("[data-chat-lines]")).to_contain_text(SECRET)
    await asyncio.gather(sees_and_hears(wang, more=5), hears_nothing(yang))

    await come_together(mediator)
    await five.together()
    for words in (SECRET, MEANWHILE):
        assert await five.ears[APPLICANT].know(words)
        assert not await five.ears[RESPONDENT].know(words)
        assert words not in await yang.content()


@pytest.mark.soak  # five browsers fill two cores for more than three minutes
@pytest.mark.timeout(600)
async def test_five_drop_out_and_come_back(
    server: Server, visitors: Visitors, make_camera: Callable[..., Camera]
) -> None:
    five = await five_signed_in(server, visitors, make_camera)
    await check_the_device(five)
    others = (MEDIATOR, APPLICANT, AGENT, INTERPRETER)
    await asyncio.gather(*(five.enter(name) for name in (*others, RESPONDENT)))
    await wait(five)
    await five.begin()
    await talk(five)
    await talk_apart(five)
