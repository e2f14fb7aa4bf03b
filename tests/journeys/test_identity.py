"""A person proves who he is: by the camera, or by our staff; the register is asked second."""

import re
from collections.abc import Callable

from playwright.async_api import Request, Route, expect

from odr.demo.court import STAFF
from odr.domain.citizens import Citizen
from odr.domain.steps import Role
from tests.support.axe import assert_no_barriers
from tests.support.camera import Camera
from tests.support.citizens import BY_ID, photograph_card, picture, prove_identity, sign_in
from tests.support.faces import needs_faces
from tests.support.rooms import WATCHED, sees_and_hears
from tests.support.server import Server
from tests.support.visitors import Visitors

COORDINATOR = next(person for person in STAFF if Role.COORDINATOR in person.roles)


@needs_faces
async def test_card_face_and_register_together_verify(
    server: Server, visitors: Visitors, make_camera: Callable[..., Camera]
) -> None:
    camera = make_camera("wang")
    page = await visitors.open("wang", phone=True, camera=camera)
    await prove_identity(page, server, camera, "wang")
    await expect(page.get_by_text("身份核验已通过")).to_be_visible(timeout=30_000)
    await assert_no_barriers(page)
    await page.screenshot(path=picture("identity-verified"), full_page=True)


@needs_faces
async def test_a_register_that_knows_another_name_stops_and_explains(
    server: Server, visitors: Visitors, make_camera: Callable[..., Camera]
) -> None:
    camera = make_camera("sun")
    page = await visitors.open("sun", phone=True, camera=camera)
    await prove_identity(page, server, camera, "sun")
    await expect(page.get_by_text("公安人口信息与您的证件信息不一致")).to_be_visible(timeout=30_000)


async def test_who_declines_the_camera_check_is_seen_by_staff_by_video(
    server: Server, visitors: Visitors
) -> None:
    citizen: Citizen = BY_ID["zhang"]
    page = await visitors.open("zhang", phone=True)
    await page.add_init_script(WATCHED)
    await sign_in(page, citizen.phone, to="/me/identity")
    await photograph_card(page, server, citizen)
    await assert_no_barriers(page)
    await page.click("main form button[type=submit]")
    await page.get_by_role("link", name="我选择人工核验").click()
    await page.check("[name=way][value=video]")
    await page.get_by_role("button", name="申请人工核验").click()
    await expect(page.get_by_text("等待人工核验")).to_be_visible()

    desk = await visitors.open("coordinator", phone=False)
    await desk.add_init_script(WATCHED)
    await sign_in(desk, COORDINATOR.phone, to="/staff")
    await desk.get_by_role("link", name=citizen.name).click()
    await desk.screenshot(path=picture("identity-check"), full_page=True)
    await assert_no_barriers(desk)
    await desk.get_by_role("button", name="发起视频核验").click()
    await desk.get_by_role("button", name="进入视频核验").click()

    await page.get_by_role("link", name="进入视频核验室").click()
    await assert_no_barriers(page)
    await page.get_by_role("button", name="进入视频核验").click()
    await sees_and_hears(desk)
    await sees_and_hears(page)
    await desk.get_by_role("button", name="请出示证件").click()
    await expect(page.locator("[data-prompt]")).to_have_text("请把身份证或其他证件举到脸旁边。")
    await page.screenshot(path=picture("video-check-phone"))
    await desk.screenshot(path=picture("video-check-desk"), full_page=True)
    await assert_no_barriers(desk)
    await assert_no_barriers(page)
    await desk.check("[name=verdict][value=same]")
    led: set[str] = set()

    def follow(request: Request) -> None:
        if request.is_navigation_request():
            led.add(request.url)

    desk.on("request", follow)
    await desk.route("**/video/verdict", answered_after_the_news)
    await desk.get_by_role("button", name="记录结果").click()
    await desk.wait_for_url(re.compile(r"/staff$"))
    assert led == {f"{server.url}/staff"}
    await page.wait_for_url("**/me/identity")
    await expect(page.get_by_text("身份核验已通过")).to_be_visible(timeout=30_000)


async def answered_after_the_news(route: Route) -> None:
    """The court tells the pages of an ending before it answers, at times long before."""
    async with route.request.frame.page.expect_response("**/video/state"):
        answer = await route.fetch()
    await route.fulfill(response=answer)
