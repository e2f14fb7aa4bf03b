"""The device check, on a desk with a fake camera and microphone."""

from playwright.async_api import expect

from tests.support.axe import assert_no_barriers
from tests.support.seeding import ready_sitting
from tests.support.server import Server
from tests.support.signing_in import sign_in
from tests.support.visitors import Visitors

REFUSED = """navigator.mediaDevices.getUserMedia =
    () => Promise.reject(new DOMException("refused", "NotAllowedError"));"""


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
