"""A man of 78 files in elder mode, a helper beside him, and chooses mediation."""

from io import BytesIO
from pathlib import Path
from uuid import UUID

from PIL import Image, ImageDraw, ImageFont
from playwright.async_api import FilePayload, Page, expect

from odr.adapters.clock import SystemClock
from odr.db.uow import Database
from odr.domain.accounts import Actor
from odr.domain.citizens import Citizen
from tests.support.axe import assert_no_barriers
from tests.support.citizens import BY_ID, picture, sign_in
from tests.support.filings import verify
from tests.support.server import Server
from tests.support.visitors import Visitors

FONT = Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc")
PATIENCE_MS = 60_000  # a power of attorney is read on the way, perhaps beside other work
ELDER_TARGET_PX, ELDER_LETTER_PX = 60, 18
# What is too small for an old hand or eye: targets below 60 px, words below 18 px.
SMALL = """([target, letter]) => {
  const skipped = ".unseen, details:not([open]) > :not(summary)";
  const drawn = ".card-choice input, .upload input, .tick input, [type=hidden]";
  const seen = each => each.offsetParent !== null && !each.closest(skipped);
  const all = names => [...document.querySelector("main").querySelectorAll(names)].filter(seen);
  const low = all("button, a.button, input, select, textarea, summary, label.card-choice, .task")
    .filter(each => !each.matches(drawn) && each.getBoundingClientRect().height < target);
  const tiny = all("p, li, dt, dd, td, th, label")
    .filter(each => each.textContent.trim() && parseFloat(getComputedStyle(each).fontSize) < letter);
  return [...low, ...tiny].map(each => each.outerHTML.slice(0, 100));
}"""
ANSWERS = {
    "arbitration_clause": "no",
    "decided_before": "no",
    "against_authority": "no",
    "court_place": "yes",
    "plaintiff_kind": "person",
    "plaintiff_paper": "id_card",
    "plaintiff_work": "无",
    "defendant_kind": "person",
    "defendant_sex": "不详",
    "evidence": "借条原件、转账记录、聊天记录。",
    "pre_mediation": "yes",
    "e_service": "yes",
}


async def test_a_man_of_78_in_elder_mode_with_a_helper_beside_chooses_mediation(
    server: Server, visitors: Visitors
) -> None:
    liu = BY_ID["liu"]
    page = await visitors.open("liu", phone=True)
    page.set_default_timeout(PATIENCE_MS)
    await page.set_viewport_size({"width": 360, "height": 740})
    await page.goto("/?elder=1")
    await look_first(page, cause="inheritance", amount="120000", elder=True, talk="yes", aim="peace")
    await expect(page.locator("#way-title")).to_have_text("诉前调解")
    await easy_for_the_old(page, "way-elder-result")
    await page.get_by_role("link", name="开始立案").click()
    await sign_in(page, liu.phone, to="/cases/new?way=mediate")
    await proved(server, liu.phone, liu)
    case = await begin(page)
    await easy_for_the_old(page, "way-elder-tasks")

    await page.goto(f"/cases/{case}/draft/helper")
    await page.locator(".card-choice:has(input[value=yes])").click()
    await easy_for_the_old(page, "way-elder-helper")
    async with page.expect_navigation():
        await page.locator("main form button.button--main").click()
    await page.fill("#field-value", "刘示女，女儿")
    async with page.expect_navigation():
        await page.locator("main form button.button--main").click()
    await page.goto(f"/cases/{case}/draft/pre_mediation")
    await expect(page.locator("input[value=yes]")).to_be_checked()  # what he chose before is offered
    await easy_for_the_old(page, "way-elder-mediation")
    answers = (
        ANSWERS
        | of_defendant(BY_ID["zhao"])
        | {
            "plaintiff_phone": liu.phone,
            "service_phone": liu.phone,
            "has_agent": "no",
            "deceased": "刘老，2025年3月1日去世，是我的哥哥。",
            "last_home": "示例省样本市西山区平安路8号院",
            "heirs": "刘示例、赵模拟",
            "has_will": "no",
            "estate_list": "存款二十四万元，由赵模拟保管。",
            "claims": "请求依法分割遗产，其中十二万元归我。",
            "facts": "哥哥去世后留下存款二十四万元，由赵模拟保管，我多次要求分割，对方同意商量但没有结果。",
        }
    )
    await fill(page, case, answers)
    await upload(page, case, "death", paper("居民死亡医学证明（推断）书"))
    for address in ("papers", "draft/check", "notice"):
        await page.goto(f"/cases/{case}/{address}")
        await easy_for_the_old(page, f"way-elder-{address.replace('/', '-')}")
    await read_notice(page, case)
    await expect(page.locator("main")).to_contain_text("刘示女")
    await easy_for_the_old(page, "way-elder-submit")
    await declare(page)
    await easy_for_the_old(page, "way-elder-receipt")
    record = await (await page.request.get(f"/cases/{case}/submission.json")).json()
    assert (record["answers"]["pre_mediation"], record["answers"]["helper_name"]) == ("yes", "刘示女，女儿")


async def look_first(page: Page, *, elder: bool = False, **known: str) -> None:
    """The first look, question by question; what is not known is skipped, where that is allowed."""
    await page.goto("/triage")
    while "/triage/result" not in page.url:
        question = await page.locator("[name=question]").get_attribute("value") or ""
        value, skip = known.get(question), page.locator("button[name=skip]")
        if elder and question in ("cause", "amount"):
            await easy_for_the_old(page, f"way-elder-{question}")
        button = page.locator("main button.button--main")
        if value is None and await skip.count():
            button = skip
        elif await page.locator(".card-choice").count():
            await page.locator(f".card-choice:has(input[value={value or 'no'}])").click()
        else:
            await page.fill("#field-value", value or "")
        async with page.expect_navigation():
            await button.click()


async def begin(page: Page) -> UUID:
    await page.click("main form button.button--main")
    await page.wait_for_url("**/draft")
    return UUID(page.url.split("/")[-2])


async def fill(page: Page, case: UUID, answers: dict[str, str]) -> None:
    """Answer through the form of each question that is still open, until nothing is missing."""
    for _ in range(45):
        await page.goto(f"/cases/{case}/draft/check")
        lacking = page.locator(f".notice--warn a[href*='/cases/{case}/draft/']")
        if not await lacking.count():
            return
        for address in [await one.get_attribute("href") or "" for one in await lacking.all()]:
            question = address.rsplit("/", 1)[-1]
            assert question in answers, f"nothing to say about {question}"
            await page.request.post(address, form={"value": answers[question]})
    raise AssertionError("the filing does not get complete")


async def upload(page: Page, case: UUID, material: str, file: FilePayload) -> None:
    await page.goto(f"/cases/{case}/papers")
    await page.set_input_files("#field-files", [file])
    await page.select_option("#field-material", material)
    async with page.expect_navigation():
        await page.click("main form button.button--main")
    await expect(page.locator("section.panel").last).to_be_visible()


async def submit(page: Page, case: UUID) -> None:
    await read_notice(page, case)
    await declare(page)


async def read_notice(page: Page, case: UUID) -> None:
    await page.goto(f"/cases/{case}/notice")
    await page.locator("[data-notice-end]").scroll_into_view_if_needed()
    await page.locator("[data-notice-form] button").click()
    await page.wait_for_url("**/submit")


async def declare(page: Page) -> None:
    await page.check("#field-declared")
    await page.get_by_role("button", name="提交法院").click()
    await page.wait_for_url("**/receipt")


async def easy_for_the_old(page: Page, name: str) -> None:
    """Large targets, large letters, nothing wider than the phone, no barrier; and a picture to look at."""
    await page.screenshot(path=picture(name), full_page=True)
    assert await page.evaluate(SMALL, [ELDER_TARGET_PX, ELDER_LETTER_PX]) == [], name
    width, window = await page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width <= window, name
    await assert_no_barriers(page)


async def proved(server: Server, phone: str, person: Citizen) -> None:
    """The identity as it stands after card, face and register; that way has its own journey."""
    db = Database(f"sqlite+aiosqlite:///{server.data / 'odr.sqlite'}")
    async with db.read() as tx:
        account = await tx.accounts.by_phone(phone)
        assert account
        actor = Actor(account.id)
    await verify(db, actor, person.id, SystemClock().now())
    await db.close()


def of_defendant(person: Citizen) -> dict[str, str]:
    return {"defendant": person.name, "defendant_address": person.address}


def paper(title: str, *lines: str) -> FilePayload:
    """A drawn sheet of A4 at 150 dpi."""
    sheet = Image.new("RGB", (1240, 1754), "white")
    pen = ImageDraw.Draw(sheet)
    pen.text((620, 160), title, font=ImageFont.truetype(str(FONT), 52), fill="black", anchor="mm")
    letters, y = ImageFont.truetype(str(FONT), 30), 300
    for line in lines:
        for start in range(0, len(line), 34):
            pen.text((110, y), line[start : start + 34], font=letters, fill="black")
            y += 64
    out = BytesIO()
    sheet.save(out, "JPEG", quality=90)
    return FilePayload(name=f"{title}.jpg", mimeType="image/jpeg", buffer=out.getvalue())
