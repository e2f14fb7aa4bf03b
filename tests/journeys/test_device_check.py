"""The device check, on a desk with a fake camera and microphone."""

from playwright.async_api import Route, expect

from tests.support.axe import assert_no_barriers
from tests.support.seeding import ready_sitting
from tests.support.server import Server
from tests.support.signing_in import sign_in
from tests.support.visitors import Visitors

REFUSED = """navigator.mediaDevices.getUserMedia =
    () => Promise.reject(new DOMException("refused", "NotAllowedError"));"""

PICTURE = "() => document.querySelector('[data-check-video]').srcObject.getTracks()[0]"
# As Firefox with a headset whose sample rate is not that of the loudspeaker.
UNMEASURED = """AudioContext.prototype.createMediaStreamSource =
    () => { throw new DOMException("another sample rate", "NotSupportedError"); };"""


async def test_the_device_check_tells_what_works(server: Server, visitors: Visitors) -> None:
    page = await visitors.open("mediator", phone=False)
    ready = await ready_sitting(server)
    await sign_in(page, ready.phones["mediator"], f"/sittings/{ready.sitting}/check")
    await page.get_by_role("button", name="开始测试").click()
    for item in ("camera", "microphone", "path"):
        await expect(page.locator(f"[data-item='{item}']")).to_have_attribute(
            "data-finding", "ok", timeout=20_000
        )
    await page.get_by_role("button", name="否", exact=True).click()
    await expect(page.locator("[data-check-result]")).to_contain_text("您现在还听不到别人说话")
    await page.get_by_role("button", name="再测一次").click()
    await page.get_by_role("button", name="听到了").click()
    await expect(page.locator("[data-check-result]")).to_contain_text("您的设备已经就绪")
    await assert_no_barriers(page)
    await page.get_by_role("button", name="请求技术帮助").click()
    await assert_no_barriers(page)
    await page.get_by_role("button", name="请给我回电").click()
    await expect(page.locator("[data-help-called]")).to_contain_text("138****0005")
    await page.get_by_role("button", name="不需要了").click()
    await expect(page.locator("[data-help-called]")).to_be_hidden()

    await page.add_init_script(REFUSED)
    await page.reload()
    await page.get_by_role("button", name="开始测试").click()
    for item in ("camera", "microphone"):
        await expect(page.locator(f"[data-item='{item}']")).to_contain_text("允许，")
    await expect(page.locator("[data-check-elsewhere]")).to_be_visible()
    await expect(page.locator("[data-check-result]")).to_contain_text("您的声音现在还传不到法院")
    await assert_no_barriers(page)


async def test_a_browser_that_cannot_measure_and_a_court_that_refuses_leave_words_and_the_button(
    server: Server, visitors: Visitors
) -> None:
    page = await visitors.open("yang")
    ready = await ready_sitting(server)
    await sign_in(page, ready.phones["yang"], f"/sittings/{ready.sitting}/check")
    visitors.forgive.append("409")
    await page.route("**/check", refuse)
    await page.add_init_script(UNMEASURED)
    await page.reload()
    await page.get_by_role("button", name="开始测试").click()
    await expect(page.locator("[data-item=microphone]")).to_contain_text("不显示音量大小", timeout=20_000)
    await expect(page.locator("[data-check-result]")).to_have_text("本次会议已经结束。")
    await expect(page.get_by_role("button", name="再测一次")).to_be_enabled()
    before = await page.evaluate_handle(PICTURE)
    await page.get_by_role("button", name="再测一次").click()
    await expect(page.locator("[data-item=microphone]")).to_contain_text("不显示音量大小", timeout=20_000)
    now = await page.evaluate_handle(PICTURE)
    assert [await one.evaluate("(one) => one.readyState") for one in (before, now)] == ["ended", "live"]


async def refuse(route: Route) -> None:
    """The sitting has ended meanwhile."""
    if route.request.method == "POST":
        await route.fulfill(status=409, json={"error": "本次会议已经结束。"})
    else:
        await route.continue_()
