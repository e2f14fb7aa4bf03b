"""On the way into the room nobody looks at a page without words, whatever answer is held back."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from playwright.async_api import Page, Route, expect

from odr.web.formats import COURT_ZONE
from tests.support.axe import assert_no_barriers
from tests.support.rooms import act, enter_room
from tests.support.seeding import ready_sitting
from tests.support.server import Server
from tests.support.signing_in import sign_in
from tests.support.visitors import PATIENCE_MS, Visitors
from tests.support.wire import Wire

# While a page is being left, Playwright waits for the next one: the words are told by the page itself.
_TELL = """() => new MutationObserver(() => {
    for (const one of document.querySelectorAll("p.slow")) if (one.textContent) console.info(one.textContent);
}).observe(document.body, { childList: true, subtree: true })"""


@asynccontextmanager
async def held(page: Page, address: str) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """What the page sends there is answered only after the block; what is given waits until it is sent."""
    asked, released = asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        if route.request.method == "POST":
            asked.set()
            await released.wait()
        await route.continue_()

    async def sent() -> None:
        async with asyncio.timeout(PATIENCE_MS / 1000):
            await asked.wait()

    await page.route(address, hold)
    try:
        yield sent
    finally:
        released.set()
        await page.unroute_all(behavior="wait")


# The microphone is refused until somebody allows it.
_REFUSED = """{
    const plain = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = (wish) => wish.audio && !window.allowed
        ? Promise.reject(new DOMException("refused", "NotAllowedError")) : plain(wish);
}"""
# A device that asks its person, and waits.
_ASKS = """() => {
    const plain = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = (wish) =>
        new Promise((answer) => (window.allow = () => answer(plain(wish))));
}"""


async def test_that_nobody_hears_one_is_said_until_it_is_mended(server: Server, visitors: Visitors) -> None:
    """The line that stands takes the words about a closed microphone away no more; those about itself go."""
    ready, wire = await ready_sitting(server, agents=[("zhang", "A")]), await Wire.to(server)
    here, zhang = f"/sittings/{ready.sitting}", await visitors.open("zhang", wire=wire)
    await sign_in(zhang, ready.phones["zhang"], here)
    await zhang.add_init_script(_REFUSED)
    await enter_room(zhang, here)
    words, closed = zhang.locator("[data-trouble]"), "麦克风没有打开，别人听不到您"
    await expect(zhang.locator("[data-lobby-words]")).to_contain_text("人到齐后会议开始")
    await expect(words).to_contain_text(closed)
    await expect(words).to_be_visible()
    wire.cut()
    await expect(words).to_contain_text("网络中断，正在自动恢复")  # nobody hears anybody here
    wire.join()
    await expect(words).to_contain_text(closed)
    await expect(words).to_be_visible()
    await zhang.evaluate("window.allowed = true")
    await zhang.evaluate(_ASKS)
    await act(zhang, "mic").click()
    await expect(words).to_contain_text("请点“允许”")
    await zhang.evaluate("window.allow()")
    await expect(words).to_be_hidden()
    await expect(act(zhang, "mic")).to_have_attribute("aria-pressed", "true")


async def test_every_wait_on_the_way_into_the_room_has_words(server: Server, visitors: Visitors) -> None:
    ready = await ready_sitting(server)
    here, wang = f"/sittings/{ready.sitting}", await visitors.open("wang")
    await sign_in(wang, ready.phones["wang"], here)

    # a form of any page
    await wang.goto("/sign-in?next=/me")
    await wang.get_by_label("手机号码").fill(ready.phones["yang"].removeprefix("+86"))
    await wang.evaluate(_TELL)
    slow = wang.expect_console_message(lambda one: "法院的答复稍慢" in one.text)
    async with held(wang, "**/sign-in") as sent, slow:
        await wang.locator("main form button[type=submit]").click(no_wait_after=True)
        await sent()
    await wang.wait_for_url("**/sign-in/code**")

    # the device check: words from the first moment
    await wang.goto(f"{here}/check")
    async with held(wang, "**/check/uplink") as sent:
        await wang.get_by_role("button", name="开始测试").click()
        await sent()
        await expect(wang.locator("[data-item=path]")).to_contain_text("请不要离开本页")
        await expect(wang.locator("[data-check-slow]")).to_be_visible()

    # being connected, and then what one waits for
    words = wang.locator("[data-lobby-words]")
    async with held(wang, "**/ticket") as sent:
        await enter_room(wang, here)
        await sent()
        await expect(words).to_contain_text("还在连接，会自动继续")
        await expect(act(wang, "again")).to_be_visible()
    await expect(words).to_contain_text("人到齐后会议开始")
    await expect(wang.locator("[data-lobby-wait]")).to_be_visible()


async def test_how_long_one_waits_goes_on_by_itself_and_by_the_courts_time(
    server: Server, visitors: Visitors
) -> None:
    """Nothing else happens; the phone is in another part of the world, and its clock does not count."""
    ready = await ready_sitting(server, agents=[("sun", "A")])
    here, sun = f"/sittings/{ready.sitting}", await visitors.open("sun", timezone="Europe/Berlin")
    told: list[str] = []

    async def soon(route: Route) -> None:
        answer = await route.fetch()
        state = await answer.json()
        told.append(state["starts_at"])
        await route.fulfill(response=answer, json=state | {"starts_in_s": 62.0})

    await sign_in(sun, ready.phones["sun"], here)
    await sun.route(f"**{here}/state", soon)
    await enter_room(sun, here)
    await expect(sun.locator("[data-lobby-wait]")).to_contain_text("还有约1分钟")
    at = datetime.fromisoformat(told[-1]).astimezone(COURT_ZONE)
    await expect(sun.locator("[data-lobby-wait]")).to_contain_text(f"定于{at:%H:%M}开始")
    await expect(sun.locator("[data-lobby]")).to_contain_text("诉前调")
    await sun.unroute_all(behavior="wait")


async def test_the_seat_goes_to_the_newest_page_and_the_other_one_says_so_and_stays_so(
    server: Server, visitors: Visitors
) -> None:
    ready = await ready_sitting(server, agents=[("liu", "A")])
    here, first = f"/sittings/{ready.sitting}", await visitors.open("liu")
    await sign_in(first, ready.phones["liu"], here)
    second = await first.context.new_page()
    replaced, waits = "您已从另一个页面或设备进入，本页已停止", "人到齐后会议开始"
    await enter_room(first, here)
    await expect(first.locator("[data-lobby-words]")).to_contain_text(waits)
    async with first.expect_response("**/state"):  # news of the newest page reaches this one, too
        await enter_room(second, here)
    await expect(second.locator("[data-lobby-words]")).to_contain_text(waits)
    await expect(first.locator("[data-lobby-words]")).to_contain_text(replaced)
    await assert_no_barriers(first)
    await act(first, "again").click()
    await expect(second.locator("[data-lobby-words]")).to_contain_text(replaced)
    await expect(first.locator("[data-lobby-words]")).to_contain_text(waits)
    await expect(second.locator("[data-lobby-words]")).to_contain_text(replaced)


async def test_who_is_put_out_reads_why_the_room_is_closed(server: Server, visitors: Visitors) -> None:
    ready = await ready_sitting(server)
    here = f"/sittings/{ready.sitting}"
    host, yang = await visitors.open("mediator", phone=False), await visitors.open("yang")
    for page, who in ((host, "mediator"), (yang, "yang")):
        await sign_in(page, ready.phones[who], here)
        await enter_room(page, here)
    visitors.forgive.append("404 from .*/(state|evidence)")  # by which the page learns of it
    await host.locator("[data-people] li", has_text="杨示意").get_by_role("button", name="请出").click()
    await host.locator("[data-ask]").get_by_role("button", name="是", exact=True).click()
    await expect(yang.locator("[data-lobby-words]")).to_contain_text("主持人请您离开了会场")
    await assert_no_barriers(yang)
    await yang.locator("[data-back]").click()
    await yang.wait_for_url(f"**{here}")
