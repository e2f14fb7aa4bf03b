"""Files as people have them: from an iPhone, of two pages, too large, of the wrong kind, on a slow line."""

import re
from datetime import date
from io import BytesIO
from pathlib import Path

import pillow_heif
import typst
from PIL import Image, ImageFilter
from playwright.async_api import FilePayload, Page, expect

from odr.demo.papers import Draughtsman, Loan
from tests.journeys.test_filing import FONT, complaint
from tests.support.axe import assert_no_barriers
from tests.support.citizens import picture, sign_in
from tests.support.filings import citizen
from tests.support.hostile import picture as noise
from tests.support.server import Server
from tests.support.visitors import Visitors

SLOW_BYTES_S = 400_000


async def _draft(page: Page, name: str) -> str:
    """The address of a new draft."""
    await sign_in(page, citizen(name).phone, to="/cases/new")
    await page.click("main form button.button--main")
    await page.wait_for_url(re.compile("/draft$"))
    return page.url.removesuffix("/draft")


async def _choose(page: Page, field: str, name: str, body: bytes, kind: str) -> None:
    await page.set_input_files(field, [FilePayload(name=name, mimeType=kind, buffer=body)])


def _photo(name: str, png: bytes, *, blur: float = 0) -> FilePayload:
    out = BytesIO()
    Image.open(BytesIO(png)).convert("RGB").filter(ImageFilter.GaussianBlur(blur)).save(out, "JPEG")
    return FilePayload(name=name, mimeType="image/jpeg", buffer=out.getvalue())


def _heic(png: bytes) -> bytes:
    out = BytesIO()
    pillow_heif.from_pillow(Image.open(BytesIO(png)).convert("RGB")).save(
        out, quality=70, enc_params={"preset": "ultrafast"}
    )
    return out.getvalue()


def _pdf(folder: Path) -> bytes:
    """A complaint of two pages with a text layer."""
    first = "民事起诉状|原告：王示范，男，汉族，电话：13900000001。|被告：杨示意，女。|案由：民间借贷纠纷"
    second = "诉讼请求：|判令被告返还借款50000元。|事实与理由：|被告借款50000元未还。|此致|示范区人民法院"
    pages = (first.split("|"), second.split("|"))
    text = "\n#pagebreak()\n".join("\n\n".join(page) for page in pages)
    source = folder / "complaint.typ"
    source.write_text(f'#set text(font: "Noto Serif CJK SC")\n{text}', "utf-8")
    compiled = typst.Compiler(input=str(source), font_paths=[str(FONT.parent)]).compile(format="pdf")
    assert isinstance(compiled, bytes)
    return compiled


async def test_a_photo_of_an_apple_phone_and_a_pdf_of_two_pages_are_read(
    visitors: Visitors, server: Server, tmp_path: Path
) -> None:
    page = await visitors.open("wang")
    case, wang, yang = await _draft(page, "wang"), citizen("wang"), citizen("yang")
    await page.goto(f"{case}/draft/complaint")
    await _choose(
        page, "#field-photo", "起诉状.heic", _heic(complaint(Draughtsman(FONT), wang, yang)), "image/heic"
    )
    await page.click("main form button.button--main")
    await page.wait_for_url(re.compile(r"/readings/1$"), timeout=60_000)
    await expect(page.locator("#field-defendant")).to_have_value(yang.name)
    await page.goto(f"{case}/draft/complaint")
    await _choose(page, "#field-photo", "起诉状.pdf", _pdf(tmp_path), "application/pdf")
    await page.click("main form button.button--main")
    await page.wait_for_url(re.compile(r"/readings/2$"), timeout=60_000)
    await expect(page.locator("#field-amount")).to_have_value("50000")


async def test_words_and_figures_that_differ_are_both_shown_and_the_person_chooses(
    visitors: Visitors, server: Server
) -> None:
    page = await visitors.open("liu")
    case, wang, yang = await _draft(page, "liu"), citizen("wang"), citizen("yang")
    loan = Loan(wang.name, wang.id_number, yang.name, 80_000, "伍万", date(2025, 7, 10), date(2025, 1, 10))
    await page.goto(f"{case}/draft/complaint?kind=iou")
    await _choose(page, "#field-photo", "借条.png", Draughtsman(FONT).iou(loan), "image/png")
    await page.click("main form button.button--main")
    await page.wait_for_url(re.compile(r"/readings/1$"), timeout=60_000)
    amount = page.locator(".read-field", has=page.locator("#field-amount"))
    await expect(amount.locator(".rivals")).to_contain_text("50000")
    await amount.locator("summary").first.click()
    await expect(amount.locator(".photo-part__whole").first).to_be_visible()
    await assert_no_barriers(page)
    await page.screenshot(path=picture("reading-differs"), full_page=True)
    await page.click("main form button.button--main")
    await expect(page.get_by_role("alert")).to_contain_text("请选择哪一个是正确的")
    await amount.get_by_label("50000").check()
    await page.click("main form button.button--main")
    await page.wait_for_url(re.compile("/draft$"))


async def test_too_large_and_wrong_are_told_and_a_slow_line_shows_how_far_it_is(
    visitors: Visitors, server: Server
) -> None:
    visitors.forgive.append("422 from .*/papers")  # the answer that takes the page's place
    page = await visitors.open("zhang")
    case = await _draft(page, "zhang")
    await page.goto(f"{case}/papers")
    await _choose(page, "#field-files", "录像.jpg", bytes(21 * 2**20), "image/jpeg")
    await expect(page.locator("[data-sending-words]")).to_contain_text("不超过 20 MB")
    drawn = complaint(Draughtsman(FONT), citizen("wang"), citizen("yang"))
    await page.set_input_files("#field-files", [_photo("清楚.jpg", drawn), _photo("模糊.jpg", drawn, blur=9)])
    await expect(page.locator("[data-judge-words] li")).to_have_text([re.compile("模糊.jpg：.*重拍")])
    await page.screenshot(path=picture("papers-judged"), full_page=True)
    await _choose(page, "#field-files", "合同.docx", b"PK\x03\x04" + bytes(400_000), "image/jpeg")
    await page.click("main form button.button--main")
    await expect(page.get_by_role("alert")).to_contain_text("压缩包")
    network = await page.context.new_cdp_session(page)
    limits = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": SLOW_BYTES_S}
    await network.send("Network.emulateNetworkConditions", limits)
    await _choose(page, "#field-files", "照片.png", noise("PNG", (900, 500)), "image/png")
    await page.click("main form button.button--main")
    await expect(page.locator("[data-sending]")).to_contain_text("正在上传")
    await expect(page.locator("#paper-title-1")).to_contain_text("照片", timeout=30_000)
