"""The pages that anybody may open, as a phone, a desk and a person with weak eyes see them."""

import re

import pytest

from tests.support.axe import assert_no_barriers
from tests.support.server import Server
from tests.support.visitors import Visitors

PATHS = (
    "/",
    "/about",
    "/fees",
    "/accessibility",
    "/privacy",
    "/verify",
    "/sign-in",
    "/styleguide",
    "/sandbox/messages",
)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Names stay Chinese in English pages, and so does the link back.
NAMES = ("示范区人民法院", "中文")
TARGET_PX, ELDER_TARGET_PX = 44, 60

SMALL_TARGETS = """least => [...document.querySelectorAll("main button, a.button, main input, .tool, select")]
  .filter(each => each.offsetParent !== null && !each.closest(".tick, .card-choice, .upload"))
  .map(each => [each.outerHTML.slice(0, 90), each.getBoundingClientRect().height])
  .filter(([, height]) => height < least)"""
WIDTHS = "[document.documentElement.scrollWidth, window.innerWidth]"


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desk"])
async def test_every_page_is_open_to_everybody(server: Server, visitors: Visitors, phone: bool) -> None:
    page = await visitors.open("anybody", phone=phone)
    for path in PATHS:
        answer = await page.goto(path)
        assert answer is not None
        assert answer.status == 200
        assert await page.locator("h1").count() == 1, path
        await assert_no_barriers(page)
        assert await page.evaluate(SMALL_TARGETS, TARGET_PX) == [], path


@pytest.mark.parametrize("elder", ["0", "1"], ids=["standard", "elder"])
async def test_no_page_is_wider_than_the_smallest_phone(
    server: Server, visitors: Visitors, elder: str
) -> None:
    page = await visitors.open("anybody")
    await page.set_viewport_size({"width": 360, "height": 740})
    await page.goto(f"/?elder={elder}")
    for path in PATHS:
        await page.goto(path)
        content, window = await page.evaluate(WIDTHS)
        assert content <= window, path


async def test_elder_mode_stays_and_makes_everything_larger(server: Server, visitors: Visitors) -> None:
    page = await visitors.open("liu")
    await page.goto("/")
    await page.get_by_role("link", name="长辈版：字更大，按钮更大").click()
    await page.goto("/sign-in")
    size = await page.evaluate("parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)")
    assert size >= 24
    assert await page.evaluate(SMALL_TARGETS, ELDER_TARGET_PX) == []
    await page.get_by_role("link", name="标准版").click()
    assert await page.evaluate("document.documentElement.className") == ""


async def test_english_is_one_switch_away_and_leaves_no_chinese(server: Server, visitors: Visitors) -> None:
    page = await visitors.open("foreigner")
    await page.goto("/")
    await page.get_by_role("link", name="English").click()
    for path in PATHS:
        if path in ("/styleguide", "/sandbox/messages"):  # sample words; messages as they were sent
            continue
        await page.goto(path)
        text = await page.inner_text("body")
        for name in NAMES:
            text = text.replace(name, "")
        assert CHINESE.findall(text) == [], path
    assert await page.get_attribute("html", "lang") == "en"


async def test_an_error_takes_the_focus_and_stands_at_its_field(server: Server, visitors: Visitors) -> None:
    page = await visitors.open("wang")
    await page.goto("/sign-in")
    await page.fill("#field-phone", "1")
    await page.get_by_role("button", name="获取验证码").click()
    assert await page.evaluate("document.activeElement.className") == "error-summary"
    assert await page.get_attribute("#field-phone", "aria-invalid") == "true"
    await assert_no_barriers(page)


async def test_a_page_that_is_not_there_says_so_in_plain_words(server: Server, visitors: Visitors) -> None:
    page = await visitors.open("lost")
    answer = await page.goto("/no-such-page")
    assert answer is not None
    assert answer.status == 404
    assert await page.inner_text("h1") == "没有找到您要的页面或记录。"
    await assert_no_barriers(page)


async def test_a_file_that_is_no_dossier_is_refused_by_name(server: Server, visitors: Visitors) -> None:
    page = await visitors.open("doubter")
    await page.goto("/verify")
    upload = {"name": "卷宗.zip", "mimeType": "application/zip", "buffer": b"PK nothing"}
    await page.set_input_files("#field-file", upload)  # type: ignore[arg-type]  # a TypedDict of Playwright
    assert "卷宗.zip" in await page.inner_text("[data-upload-preview]")
    await page.get_by_role("button", name="开始核验").click()
    assert "核验不通过" in await page.inner_text("[role=alert]")
    await assert_no_barriers(page)


async def test_public_pages_need_no_script(server: Server, visitors: Visitors) -> None:
    page = await visitors.open("plain", script=False)
    await page.goto("/about")
    await page.locator("summary").click()
    assert await page.get_by_text("不用全部看完").is_visible()
