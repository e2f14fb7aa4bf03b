"""Help with the device on a line that is slow or dead: what happens and what to do is said."""

import asyncio

from playwright.async_api import expect

from tests.journeys.test_waiting import held
from tests.support.axe import assert_no_barriers
from tests.support.filings import citizen
from tests.support.rooms import act, enter_room
from tests.support.seeding import ready_sitting
from tests.support.server import Server
from tests.support.signing_in import sign_in
from tests.support.visitors import Visitors

_SUPPORT = "+8613800000009"  # odr.demo.court


async def test_a_press_for_help_says_that_it_waits_and_that_it_failed(
    server: Server, visitors: Visitors
) -> None:
    ready = await ready_sitting(server)
    here, wang = f"/sittings/{ready.sitting}", await visitors.open("wang")
    await sign_in(wang, ready.phones["wang"], f"{here}/help")
    await wang.get_by_role("button", name="只用声音").click()
    await wang.goto(here)
    strip, told = wang.locator("[data-help-off]"), wang.locator("[data-help-trouble]")
    again = strip.get_by_role("button", name="恢复画面")
    visitors.forgive.append("/help/pictures")
    await wang.route("**/help/pictures", lambda route: route.fulfill(status=503))
    await again.click()
    await expect(told).to_contain_text("法院没有应答")
    await expect(strip).to_be_visible()
    await assert_no_barriers(wang)
    await wang.unroute_all()
    async with held(wang, "**/help/pictures") as sent:
        await again.click()
        await sent()
        await expect(told).to_contain_text("法院的答复稍慢")
    await expect(strip).to_be_hidden()
    await expect(told).to_be_hidden()

    # over an open dialog nobody reads what stands on the page behind it
    await wang.goto(f"{here}/check")
    await act(wang, "help").click()
    asked = wang.locator("[data-help-ask]")
    async with held(wang, "**/help") as sent:
        await asked.get_by_role("button", name="请给我回电").click()
        await sent()
        await expect(asked.locator(".slow")).to_contain_text("法院的答复稍慢")
    await expect(wang.locator("[data-help-called]")).to_be_visible()


async def test_a_test_call_and_the_board_of_the_desk_tell_of_a_line_on_which_nothing_comes(
    server: Server, visitors: Visitors
) -> None:
    ready = await ready_sitting(server)
    here, yang = f"/sittings/{ready.sitting}", await visitors.open("yang")
    desk = await visitors.open("desk", phone=False)
    await asyncio.gather(sign_in(yang, ready.phones["yang"], here), sign_in(desk, _SUPPORT, "/staff/support"))
    old, out = desk.locator("[data-stale]"), desk.locator("[data-signed-out]")
    await desk.route("**/staff/support/board", lambda _: None)  # asked, and never answered
    await expect(old).to_be_visible()
    await desk.unroute_all()
    await expect(old).to_be_hidden()

    person = desk.locator(f"a[href^='/staff/support/{ready.sitting}/']", has_text=citizen("yang").name)
    await person.click()
    await desk.get_by_role("button", name="通话测试").click()
    await desk.wait_for_url("**/test")
    await yang.goto(f"{here}/test")
    words = yang.locator("[data-slow]")
    async with held(yang, "**/test/ticket") as sent:
        await act(yang, "enter").click()
        await sent()
        await expect(words).to_contain_text("还在连接，会自动继续")
        await expect(act(yang, "again")).to_be_visible()
        await assert_no_barriers(yang)
    await expect(words).to_be_hidden()
    await expect(act(yang, "again")).to_be_hidden()

    await desk.goto("/staff/support")
    await desk.context.clear_cookies()
    await expect(out).to_be_visible()
    await expect(old).to_be_hidden()
    await assert_no_barriers(desk)


_KEEPS_NOTHING = """Object.defineProperty(window, "sessionStorage", {
    get() { throw new DOMException("forbidden", "SecurityError"); },
})"""


async def test_a_browser_that_keeps_nothing_opens_the_room_all_the_same(
    server: Server, visitors: Visitors
) -> None:
    ready = await ready_sitting(server, agents=[("liu", "A")])
    here, liu = f"/sittings/{ready.sitting}", await visitors.open("liu")
    await sign_in(liu, ready.phones["liu"], here)
    await liu.add_init_script(_KEEPS_NOTHING)
    await enter_room(liu, here)
    await expect(liu.locator("[data-lobby-words]")).to_contain_text("人到齐后会议开始")
