"""What the people of the line do on their pages, station by station: five browsers, two cases."""

import re
from dataclasses import dataclass, field
from urllib.parse import quote

from playwright.async_api import Locator, Page, expect

from odr.domain.citizens import Citizen
from tests.support.camera import Camera
from tests.support.citizens import face_the_camera, photograph_card
from tests.support.forms import submit
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
    "e_service": "yes",
    "service_phone": "13900000002",
}
_SIGNED = re.compile("您已完成签署|各方均已签署$")
_CODE = re.compile(r"验证码\D{0,4}(\d{6})(?!\d)")


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
        for _ in range(200):
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
    await submit(page, page.get_by_role("button", name=name).first)


async def answer(page: Page, known: dict[str, str], question: str) -> None:
    """Fill in the one question of the page, or skip it, and go on."""
    wanted = known.get(question)
    button = page.locator("button[name=skip]" if wanted is None else "main form button.button--main")
    if wanted is not None:
        card = page.locator(f".card-choice:has(input[value='{wanted}'])")
        await (card.click() if await card.count() else page.fill("#field-value", wanted))
    await submit(page, button)


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


async def file(line: Line, page: Page, way: str) -> None:
    """Station 4, from the carried answers to the receipt; `way`: trial or mediate."""
    await page.goto(f"/cases/new?way={way}")
    await page.locator("main form button").first.click()
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
    await _complete(
        line, page, {**FIRST_LOOK, **ANSWERS, "pre_mediation": "yes" if way == "mediate" else "no"}
    )
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


async def _complete(line: Line, page: Page, answers: dict[str, str]) -> None:
    for _ in range(30):
        await page.goto(line.at("draft/check"))
        lacking = page.locator(".notice--warn a[href*='/draft/']")
        if not await lacking.count():
            return
        question = (await lacking.first.get_attribute("href") or "").rsplit("/", 1)[-1]
        await page.goto(line.at(f"draft/{question}"))
        await answer(page, answers, question)
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


async def docket_and_pay(line: Line, judge: Page, party: Page) -> None:
    """Station 5, the other way: docketed, the fee told and paid; the payment is reported twice."""
    await judge.goto(f"/staff/cases/{line.case}")
    await press(judge, "登记立案")
    await party.goto(line.at("payment"))
    await expect(party.get_by_role("link", name="交纳诉讼费用通知书")).to_be_visible(timeout=60_000)
    await expect(party.locator(".figure")).to_have_text("¥1,050.00")
    await party.locator("form[action$='/payment'] button").click()
    await party.wait_for_url("**/sandbox/payments/*")
    await press(party, "并重复通知法院")
    await party.goto(line.at("payment"))
    await expect(party.locator(".notice--good")).to_contain_text("已缴纳", timeout=30_000)


async def paid_once(page: Page, phone: str) -> None:
    """Of two reports of one payment the second changed nothing: one message, one entry."""
    told = await (await page.request.get(f"/sandbox/messages?to={quote(phone)}")).text()
    assert told.count("案件受理费已交纳") == 1


async def write_terms(page: Page, payer: str, payee: str, *, facts: str = "") -> None:
    """Station 9, the mediator's part, in the room. `facts`: where no filing told them."""
    await page.get_by_role("button", name="调解协议", exact=True).click()
    sheet = page.locator("[data-agreement-body]")
    await sheet.get_by_role("link", name="起草协议").click()
    await sheet.locator("#payer-0").select_option(payer)
    await sheet.locator("#payee-0").select_option(payee)
    typed = {"#field-amount": "50000", "#part-due-0-1": "2027-03-31", "#part-amount-0-1": "50000"}
    typed |= {"#holder-0": payee, "#bank-0": "样本银行", "#account-0": "6200000000000000018"}
    typed |= {"#field-facts": facts} if facts else {}
    for place, value in typed.items():
        await sheet.locator(place).fill(value)
    if not await sheet.locator("#claim-0").input_value():
        await sheet.locator("#claim-0").fill("偿还借款本金50000元")
    for number in range(await sheet.locator("[name=claim]").count()):
        if await sheet.locator(f"#claim-{number}").input_value():
            outcome = "replaced" if number == 0 else "waived"
            await sheet.locator(f"#outcome-{number}").select_option(outcome)
    await sheet.locator("[name=costs]").fill("本次调解不收取费用。")
    await sheet.get_by_role("button", name="保存并检查").click()
    await sheet.get_by_role("button", name="提交各方签署").click()


async def confirm_clauses(root: Page | Locator) -> None:
    """Tick every clause of the text that is offered."""
    for tick in await root.locator("[name=clause]").all():
        await tick.check()


async def to_the_pad(page: Page) -> None:
    """Station 9, in the room: the text comes by itself, and is read to where the name is to be written."""
    sheet = page.locator("[data-agreement-body]")
    pad = sheet.locator("[data-pad] canvas")
    read = sheet.get_by_role("button", name="我已看完全部内容")
    await expect(read.or_(pad)).to_be_visible(timeout=30_000)
    if await read.is_visible():
        await confirm_clauses(sheet)
        await read.click()
    await expect(pad).to_be_visible()


async def ask_for_code(page: Page) -> None:
    await page.locator("[data-agreement-body]").get_by_role("button", name="下一步：获取验证码").click()


async def enter_code(line: Line, page: Page, phone: str) -> None:
    """The code that came to the phone; back when the signature stands in the paper."""
    sheet = page.locator("[data-agreement-body]")
    await sheet.get_by_label("短信验证码").fill(await line.newest(page, phone))
    await sheet.get_by_role("button", name="确认签署").click()
    await expect(sheet.get_by_text(_SIGNED)).to_be_visible(timeout=60_000)


async def sign(line: Line, page: Page, phone: str) -> None:
    """Station 9, in the room: read, write the name, confirm with the code."""
    await to_the_pad(page)
    await line.heard_of(page, phone)
    await draw(page)
    await ask_for_code(page)
    await enter_code(line, page, phone)


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
    await submit(judge, judge.get_by_role("button", name="受理", exact=True))
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
