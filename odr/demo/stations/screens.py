"""Pictures of the pages as the people saw them at the end, where a browser and its driver are present."""

import importlib.util
import shutil
from typing import TYPE_CHECKING, Final

from odr.demo.people import Person
from odr.demo.scene import Scene
from odr.demo.steps import Step

if TYPE_CHECKING:
    from playwright.async_api import Browser

_BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
_SWITCHES: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
_PHONE: Final = (390, 844)
_DESK: Final = (1280, 800)


async def photograph(scene: Scene) -> str:
    """The pages of both sides, the mediator and the judge."""
    program = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if program is None or importlib.util.find_spec("playwright") is None:
        return "没有浏览器或者它的驱动程序（playwright），略过截图"
    b, a = scene.b, scene.a
    shots = (
        ("home", None, "/", _PHONE),
        ("case-a", scene.wang, a.at(), _PHONE),
        ("case-b", scene.liu, b.at(), _PHONE),
        ("agreement", scene.zhao, b.at("agreement"), _PHONE),
        ("confirmation", scene.zhao, b.at("confirmation"), _PHONE),
        ("review", a.judge, f"/staff/cases/{a.id}", _DESK),
        ("mediation", scene.mediator, f"/staff/mediation/{b.id}", _DESK),
        ("ruling", scene.confirming_judge, f"/staff/confirmation/{b.id}", _DESK),
    )
    from playwright.async_api import async_playwright  # noqa: PLC0415  a tool of the tests, not of the product

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=[*_SWITCHES])
        for name, person, path, size in shots:
            scene.write(f"{name}.png", await _shot(browser, scene.origin, person, path, size))
        await browser.close()
    return f"截图 {len(shots)} 张"


async def _shot(
    browser: "Browser", origin: str, person: Person | None, path: str, size: tuple[int, int]
) -> bytes:
    width, height = size
    context = await browser.new_context(
        base_url=origin, viewport={"width": width, "height": height}, locale="zh-CN"
    )
    if person is not None:
        signed_in = [
            {"name": one.key, "value": one.value, "url": origin} for one in person.browser.session.cookie_jar
        ]
        await context.add_cookies(signed_in)  # type: ignore[arg-type]  # a TypedDict of the driver
    page = await context.new_page()
    await page.goto(path, wait_until="load")
    picture = await page.screenshot()
    await context.close()
    return picture


STEPS: Final = (Step(11, "页面截图", photograph),)
