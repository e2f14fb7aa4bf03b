"""What the people of the line do on their pages, station by station: five browsers, one case."""

import re
from dataclasses import dataclass, field
from urllib.parse import quote

from playwright.async_api import Page, expect

from odr.domain.citizens import Citizen
from tests.support.camera import Camera
from tests.support.citizens import face_the_camera, photograph_card
from tests.support.pads import draw
from tests.support.server import Server

FIRST_LOOK = {
    "cause": "loan",
    "amount": "50000",
    "arbitration_clause": "no",
    "decided_before": "no",
    "against_authority": "no",
    "relation": "yes",
    "talk": "yes",
}
ANSWERS = {
    "plaintiff_work": "退休",
    "has_agent": "no",
    "defendant_kind": "person",
    "defendant_sex": "不详",
    "loan_date": "2024-07-01",
    "loan_principal": "50000",
    "due_date": "2025-06-30",
    "loan_way": "bank",
    "evidence": "借条原件、转账记录。",
    "pre_mediation": "yes",
    "e_service": "yes",
    "service_phone": "13900000002",
}
_CODE = re.compile(r"(?<!\d)(\d{6})(?!\d)")


@dataclass(slots=True)
class Line:
    """One case; `told` counts the messages that each number had when last looked at."""

    server: Server
    case: str = ""
    told: dict[str, int] = field(default_factory=dict)

    def at(self, rest: str = "") -> str:
        return f"/cases/{self.case}/{rest}".rstrip("/")

    async def newest(self, page: Page, phone: str, pattern: re.Pattern[str] = _CODE) -> str:
        """What the newest message to this number says, once it is newer than the last one looked at."""
        for _ in range(100):
            answer = await page.request.get(f"/sandbox/messages?to={quote(phone)}")
            texts = re.findall(r'class="panel sms">(.*?)</article>', await answer.text(), re.DOTALL)
            new = [
                text for text in texts[: len(texts) - self.told.get(phone, 0)] if pattern.search(_said(text))
            ]
            if new:
                self.told[phone] = len(texts)
                found = pattern.search(_said(new[0]))
                assert found
                return found[1]
            await page.wait_for_timeout(200)
        raise AssertionError("no message came")

    async def heard_of(self, page: Page, phone: str) -> None:
        """Take note of the messages so far: only later ones count as new."""
        answer = await page.request.get(f"/sandbox/messages?to={quote(phone)}")
        self.told[phone] = (await answer.text()).count('class="panel sms"')


def _said(article: str) -> str:
    """The words of a message, without the number that it went to."""
    return re.sub(r"<[^>]+>", " ", article.split("</p>", 1)[-1])


async def press(page: Page, name: str) -> None:
    """Press a button that sends a form; back when the page that answers is there."""
    async with page.expect_navigation(wait_until="load"):
        await page.get_by_role("button", name=name).first.click()


async def answer(page: Page, known: dict[str, str], question: str) -> None:
    """Fill in the one question of the page, or skip it, and go on."""
    wanted = known.get(question)
    button = page.locator("button[name=skip]" if wanted is None else "main form button.button--main")
    if wanted is not None:
        card = page.locator(f".card-choice:has(input[value='{wanted}'])")
        await (card.click() if await card.count() else page.fill("#field-value", wanted))
    async with page.expect_navigation(wait_until="load"):
        await button.click()


async def look_first(page: Page) -> None:
    """Station 1."""
    await page.goto("/triage")
    while "/triage/result" not in page.url:
        await answer(page, FIRST_LOOK, await page.input_value("[name=question]"))
    for text in ("1,050.00元", "《诉讼费用交纳办法》第13条", "诉前调解"):
        await expect(page.locator("main")).to_contain_text(text)


async def prove(page: Page, server: Server, camera: Camera, citizen: Citizen) -> None:
    """Station 3, signed in."""
    await photograph_card(page, server, citizen)
    await page.locator("main form button[type=submit]").click()
    await page.wait_for_url("**/me/identity/face")
    await face_the_camera(page, camera, citizen)
    await page.wait_for_url("**/me/identity", timeout=60_000)
    await expect(page.get_by_text("身份核验已通过")).to_be_visible(timeout=30_000)


async def file(line: Line, page: Page) -> None:
    """Station 4, from the carried answers to the receipt."""
    await page.goto("/cases/new?way=mediate")
    await page.locator("main form button").click()
    await page.wait_for_url("**/draft")
    line.case = page.url.split("/")[-2]
    papers = line.server.data / "samples" / "liu"
    await page.goto(line.at("draft/complaint"))
    await page.set_input_files("#field-photo", papers / "complaint.jpg")
    await press(page, "开始识别")
    await page.wait_for_url("**/readings/1", timeout=90_000)
    assert "50000" in await page.input_value("#field-claims")
    await press(page, "已核对")
    await page.wait_for_url("**/draft")
    await _complete(line, page)
    await page.goto(line.at("papers"))
    await page.set_input_files("#field-files", [papers / "iou.jpg", papers / "transfer.png"])
    await press(page, "上传")
    await expect(page.locator("section.panel")).to_have_count(2)
    await page.goto(line.at("notice"))
    await page.locator("[data-notice-end]").scroll_into_view_if_needed()
    await page.locator("[data-notice-form] button").click()
    await page.wait_for_url("**/submit")
    await page.check("#field-declared")
    await press(page, "提交法院")
    await page.wait_for_url("**/receipt")
    await expect(page.get_by_role("link", name="下载收件回执")).to_be_visible(timeout=30_000)


async def _complete(line: Line, page: Page) -> None:
    for _ in range(30):
        await page.goto(line.at("draft/check"))
        lacking = page.locator(".notice--warn a[href*='/draft/']")
        if not await lacking.count():
            return
        question = (await lacking.first.get_attribute("href") or "").rsplit("/", 1)[-1]
        await page.goto(line.at(f"draft/{question}"))
        await answer(page, ANSWERS, question)
    raise AssertionError("something is still missing")


async def review(line: Line, judge: Page, party: Page) -> None:
    """Station 5: one supplement, answered, back to the same judge; then, with consent, to mediation."""
    await judge.goto(f"/staff/cases/{line.case}")
    await judge.locator("details:has([name=items]) summary").click()
    await judge.locator("[name=items]").first.fill("请补充最近一次催要的时间。")
    await press(judge, "发送补正通知")
    await party.goto(line.at("supplement"))
    await party.locator("textarea[name=answer]").fill("2026年1月电话催要。")
    await press(party, "保存本项答复")
    await press(party, "把全部答复提交给法官")
    await judge.goto(f"/staff/cases/{line.case}")
    await expect(judge.locator("main")).to_contain_text("2026年1月电话催要")
    await press(judge, "征询当事人")
    await party.goto(line.at("consent"))
    await press(party, "同意先行调解")
    await judge.goto(f"/staff/cases/{line.case}")
    await press(judge, "转入诉前调解")


async def accept_invitation(line: Line, page: Page, camera: Camera, citizen: Citizen) -> None:
    """Station 6: from the link in the message, with the code to the invited number, to the acceptance."""
    await page.goto("/")
    link = await line.newest(page, citizen.phone, re.compile(r"(/invitations/[\w-]+)"))
    await page.goto(link)
    await expect(page.locator("main")).to_contain_text("刘示例")
    await press(page, "获取验证码")
    await page.fill("[name=code]", await line.newest(page, citizen.phone))
    await press(page, "继续")
    await page.wait_for_url(f"**{link}")
    await prove(page, line.server, camera, citizen)
    await page.goto(link)
    await page.get_by_role("button", name="参加调解", exact=True).click()
    await page.wait_for_url(f"**{line.at('mediation')}")


async def name_mediator(line: Line, mediator: Page, *parties: Page) -> str:
    """Station 7; the address of the sitting."""
    for page in parties:
        await page.goto(line.at("mediation"))
        leave_it = page.get_by_role("button", name="由法院指定调解员")
        if await leave_it.count():
            await leave_it.click()
    await _once_there(mediator, f"/staff/mediation/{line.case}")
    await press(mediator, "披露并接受委派")
    await press(mediator, "现在开始")
    return await _sitting(mediator, "进入调解室")


async def _once_there(page: Page, address: str) -> None:
    """The platform names people by itself: the page is theirs a moment later."""
    for _ in range(60):
        answered = await page.goto(address)
        if answered and answered.ok:
            return
        await page.wait_for_timeout(250)
    raise AssertionError(f"{address} did not open")


async def _sitting(page: Page, name: str) -> str:
    link = page.get_by_role("link", name=name)
    await expect(link).to_be_visible(timeout=20_000)
    return await link.get_attribute("href") or ""


async def write_terms(line: Line, page: Page, payer: str, payee: str) -> None:
    """Station 9, the mediator's part."""
    await page.goto(f"/staff/mediation/{line.case}")
    await press(page, "起草协议")
    await page.goto(line.at("agreement/terms"))
    await page.select_option("#payer-0", payer)
    await page.select_option("#payee-0", payee)
    typed = {"#field-amount": "50000", "#part-due-0-1": "2027-03-31", "#part-amount-0-1": "50000"}
    typed |= {"#holder-0": payee, "#bank-0": "样本银行", "#account-0": "6200000000000000018"}
    for place, value in typed.items():
        await page.fill(place, value)
    if not await page.input_value("#claim-0"):
        await page.fill("#claim-0", "偿还借款本金50000元")
    for number in range(await page.locator("[name=claim]").count()):
        if await page.input_value(f"#claim-{number}"):
            await page.select_option(f"#outcome-{number}", "replaced" if number == 0 else "waived")
    await page.fill("[name=costs]", "本次调解不收取费用。")
    await press(page, "保存并检查")
    await press(page, "提交各方签署")


async def sign(line: Line, page: Page, phone: str) -> None:
    """Station 9: read, write the name, confirm with the code of the message."""
    await page.goto(line.at("agreement"))
    pad = page.locator("[data-pad] canvas")
    read = page.get_by_role("button", name="我已看完全部内容")
    await expect(read.or_(pad)).to_be_visible(timeout=30_000)
    if await read.is_visible():
        await read.click()
    await expect(pad).to_be_visible()
    await line.heard_of(page, phone)
    await draw(page)
    await press(page, "下一步：获取验证码")
    await page.get_by_label("短信验证码").fill(await line.newest(page, phone))
    await press(page, "确认签署")
    done = page.get_by_text("您已完成签署").or_(page.get_by_text("各方均已签署"))
    await expect(done).to_be_visible(timeout=30_000)


async def apply(line: Line, first: Page, second: Page) -> None:
    """Station 10: jointly."""
    for page, words in ((first, "申请司法确认"), (second, "共同申请")):
        await page.goto(line.at("confirmation"))
        await press(page, words)
    await expect(second.locator("main")).to_contain_text("双方均已申请")


async def admit(line: Line, judge: Page) -> str:
    """Station 10: every ground looked at; the address of the hearing."""
    await _once_there(judge, f"/staff/confirmation/{line.case}")
    await _tick(judge, "/admit")
    async with judge.expect_navigation(wait_until="load"):
        await judge.get_by_role("button", name="受理", exact=True).click()
    await press(judge, "现在开始")
    return await _sitting(judge, "进入询问室")


async def rule(line: Line, judge: Page) -> None:
    """Station 10: every ground for a dismissal looked at, then the ruling."""
    await judge.goto(f"/staff/confirmation/{line.case}")
    await _tick(judge, "/confirm")
    await press(judge, "裁定协议有效")


async def _tick(page: Page, ending: str) -> None:
    form = page.locator(f"form[action$='{ending}']")
    await expect(form).to_be_visible()
    for box in await form.locator("[name=absent]").all():
        await box.check()
