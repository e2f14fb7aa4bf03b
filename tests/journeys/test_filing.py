"""A person with a phone: from the first look to the receipt, through the pages."""

import re
from datetime import date
from io import BytesIO
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

from PIL import Image
from playwright.async_api import FilePayload, Page, expect

from odr.adapters.clock import SystemClock
from odr.db.uow import Database
from odr.demo.papers import ComplaintText, Draughtsman, Loan
from odr.domain.accounts import Actor
from odr.domain.citizens import Citizen
from tests.support.axe import assert_no_barriers
from tests.support.filings import citizen, verify
from tests.support.server import Server
from tests.support.visitors import Visitors

FONT = Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc")
CLAIM = "判令被告归还借款本金50000元。"


def complaint(draughtsman: Draughtsman, wang: Citizen, yang: Citizen) -> bytes:
    text = ComplaintText(
        plaintiff=f"{wang.name}，{wang.sex}，{wang.nation}族，住{wang.address}，电话13900000001。",
        defendant=f"{yang.name}，{yang.sex}，住{yang.address}，电话13900000003。",
        cause="民间借贷纠纷",
        claims=(f"一、{CLAIM}", "二、本案诉讼费用由被告承担。"),
        facts=("2025年1月10日，被告因生意周转向原告借款50000元，约定2025年7月10日归还，到期未还。",),
        court="示范区人民法院",
        signed=wang.name,
        day=date(2026, 3, 1),
    )
    return draughtsman.complaint(text)


def iou(draughtsman: Draughtsman, wang: Citizen, yang: Citizen) -> bytes:
    return draughtsman.iou(
        Loan(wang.name, wang.id_number, yang.name, 50_000, "伍万", date(2025, 7, 10), date(2025, 1, 10))
    )


def photo(png: bytes, **exif: str) -> bytes:
    """The drawn paper as a camera would send it."""
    out, written = BytesIO(), Image.Exif()
    written[0x010F] = exif.get("maker", "Camera")
    Image.open(BytesIO(png)).convert("RGB").save(out, "JPEG", quality=90, exif=written)
    return out.getvalue()


async def sign_in(page: Page, phone: str) -> None:
    """By the code that the sandbox shows."""
    await page.fill("#field-phone", phone)
    await page.click("main button[type=submit]")
    inbox = await page.context.new_page()
    await inbox.goto(f"/sandbox/messages?to={quote(phone)}")
    message = inbox.locator(".sms").first
    for _ in range(40):
        if await message.count():
            break
        await inbox.reload()
    code = re.search(r"验证码\D{0,4}(\d{6})(?!\d)", await message.inner_text())
    assert code
    await inbox.close()
    await page.fill("#field-code", code.group(1))
    await page.click("main button[type=submit]")


async def answer(page: Page, known: dict[str, str]) -> None:
    """Fill the page of one question and go on."""
    question = page.url.rsplit("/", 1)[-1]
    wanted = known.get(question, "")
    cards = page.locator(".card-choice")
    if await cards.count():
        chosen = page.locator(f".card-choice:has(input[value='{wanted}'])") if wanted else cards.first
        await chosen.click()
    elif not await page.input_value("#field-value"):
        kind = await page.get_attribute("#field-value", "type")
        mode = await page.get_attribute("#field-value", "inputmode")
        typed = "2025-07-10" if kind == "date" else "50000" if mode in ("decimal", "numeric") else "如实陈述"
        await page.fill("#field-value", wanted or typed)
    await page.click("main form button.button--main")
    await page.wait_for_load_state()


async def shoot(page: Page, folder: Path, name: str) -> None:
    await assert_no_barriers(page)
    await page.screenshot(path=folder / f"{name}.png", full_page=True)


async def test_a_filing_from_the_first_look_to_the_receipt(
    visitors: Visitors, server: Server, tmp_path: Path
) -> None:
    wang, yang, draughtsman = citizen("wang"), citizen("yang"), Draughtsman(FONT)
    page = await visitors.open("wang")

    # the first look, without a name
    await page.goto("/triage")
    await shoot(page, tmp_path, "01-triage")
    await page.locator(".card-choice:has(input[value=loan])").click()
    await page.click("main button.button--main")
    await page.fill("#field-value", "50000")
    await page.click("main button.button--main")
    while "/triage/result" not in page.url:
        chosen = page.locator(".card-choice:has(input[value=no])")
        skip = page.locator("button[name=skip]")
        if await skip.count():
            await skip.click()
        else:
            await chosen.click()
            await page.click("main button.button--main")
        await page.wait_for_load_state()
    await expect(page.locator("main")).to_contain_text("1,050.00")
    await shoot(page, tmp_path, "02-result")
    await page.locator("a", has_text="普通程序").click()
    await expect(page.locator("main")).to_contain_text("您的选择")
    await page.locator("a.button", has_text="开始立案").click()

    # signing in carries the answers over
    await sign_in(page, wang.phone)
    await page.wait_for_url("**/cases/new**")
    await shoot(page, tmp_path, "03-new")
    await page.click("main form button")
    await page.wait_for_url("**/draft")
    case = UUID(page.url.split("/")[-2])
    await shoot(page, tmp_path, "04-tasks")
    await _verify(server, wang)

    # the complaint is photographed and read
    await page.goto(f"/cases/{case}/draft/complaint")
    drawn = photo(complaint(draughtsman, wang, yang))
    await page.set_input_files("#field-photo", {"name": "qsz.jpg", "mimeType": "image/jpeg", "buffer": drawn})
    await page.click("main form button.button--main")
    await page.wait_for_url("**/readings/1", timeout=90_000)
    assert "50000" in await page.input_value("#field-claims")
    assert await page.input_value("#field-defendant") == yang.name
    crop = page.locator("img.read-field__crop").first
    await crop.scroll_into_view_if_needed()
    await expect(crop).to_have_js_property("complete", value=True)
    await shoot(page, tmp_path, "05-reading")
    await page.locator("button", has_text="已核对").click()
    await page.wait_for_url("**/draft")

    # what is still missing, question by question
    known = {
        "has_agent": "no",
        "pre_mediation": "yes",
        "defendant_kind": "person",
        "arbitration_clause": "no",
    }
    for _ in range(60):
        await page.goto(f"/cases/{case}/draft/check")
        lacking = page.locator(f".notice--warn a[href*='/cases/{case}/draft/']")
        if not await lacking.count():
            break
        await lacking.first.click()
        await page.wait_for_load_state()
        await answer(page, known)
    await shoot(page, tmp_path, "06-answers")
    await expect(page.locator("main")).to_contain_text("需要的内容都已填齐")

    # evidence: two files at once, one of them no photo at all
    await page.goto(f"/cases/{case}/papers")
    loan = photo(iou(draughtsman, wang, yang), maker="SecretCamera")
    await page.set_input_files(
        "#field-files",
        [
            FilePayload(name="借条.jpg", mimeType="image/jpeg", buffer=loan),
            FilePayload(name="x.jpg", mimeType="image/jpeg", buffer=b"MZ not a photo"),
        ],
    )
    await page.click("main form button.button--main")
    await expect(page.locator(".notice--bad")).to_contain_text("x.jpg")
    await expect(page.locator("section.panel")).to_have_count(1)
    await page.fill("#purpose-1", "证明借款五万元")
    await page.locator("section.panel button", has_text="保存").click()
    await page.wait_for_load_state()
    await shoot(page, tmp_path, "07-papers")
    shown = await page.request.get(await page.locator("section.panel a").first.get_attribute("href") or "")
    assert b"SecretCamera" not in await shown.body()

    # the notice opens its button at the end; then the declaration, then the receipt
    await page.goto(f"/cases/{case}/notice")
    button = page.locator("[data-notice-form] button")
    await expect(button).to_be_disabled()
    await page.locator("[data-notice-end]").scroll_into_view_if_needed()
    await expect(button).to_be_enabled()
    await shoot(page, tmp_path, "08-notice")
    await button.click()
    await page.wait_for_url("**/submit")
    await page.check("#field-declared")
    await shoot(page, tmp_path, "09-submit")
    await page.locator("button", has_text="提交法院").click()
    await page.wait_for_url("**/receipt")
    await expect(page.locator("main")).to_contain_text(re.compile(r"\(\d{4}\)示0108收00001号"))
    download = page.locator("a", has_text="下载收件回执")
    await expect(download).to_be_visible(timeout=60_000)  # the page hears that the paper is printed
    await shoot(page, tmp_path, "10-receipt")
    paper = await page.request.get(await download.get_attribute("href") or "")
    assert (await paper.body()).startswith(b"%PDF-")

    # my case and my cases
    await page.goto(f"/cases/{case}")
    await expect(page.locator("main")).to_contain_text("收件回执")
    await shoot(page, tmp_path, "11-case")
    await page.locator("a", has_text="收件回执").click()
    await expect(page.locator("img.paper-page").first).to_have_js_property("complete", value=True)
    await page.goto("/me")
    await shoot(page, tmp_path, "12-desk")


async def _verify(server: Server, person: Citizen) -> None:
    """The identity as it stands after card, face and register; that way has its own journey."""
    db = Database(f"sqlite+aiosqlite:///{server.data / 'odr.sqlite'}")
    async with db.read() as tx:
        account = await tx.accounts.by_phone(person.phone)
        assert account
        actor = Actor(account.id)
    await verify(db, actor, person.id, SystemClock().now())
    await db.close()
