"""Three people file, each in his own way: a lawyer, an old man with a helper beside him, a buyer abroad."""

import re
from datetime import datetime
from io import BytesIO
from pathlib import Path
from uuid import UUID

from PIL import Image, ImageDraw, ImageFont
from playwright.async_api import FilePayload, Page, expect

from odr.adapters.clock import SystemClock
from odr.db.uow import Database
from odr.domain.accounts import Actor
from odr.domain.citizens import Citizen
from odr.web.formats import Formats
from tests.support.axe import assert_no_barriers
from tests.support.citizens import BY_ID, picture, sign_in
from tests.support.filings import verify
from tests.support.line import Line
from tests.support.server import Server
from tests.support.visitors import Visitors

FONT = Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc")
PATIENCE_MS = 60_000  # a power of attorney is read on the way, perhaps beside other work
ABROAD = "+12125550123"
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
# The voice of a telephone: it speaks as long as it is let, and keeps what it was given.
VOICE = """Object.defineProperty(window, "speechSynthesis", {value: {
  speaking: true,
  cancel() { window.said = []; },
  speak(speech) { window.said.push(speech.text); },
}});"""
# Waits by the player's own event: a condition that is asked again and again is refused by the page's policy.
HEARD = """player => player.readyState
    || new Promise(known => player.addEventListener("loadedmetadata", known, {once: true}))"""
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


async def test_a_lawyer_files_a_loan_claim_of_500000_yuan_for_his_client(
    server: Server, visitors: Visitors
) -> None:
    lawyer, client = BY_ID["zhang"], BY_ID["wang"]
    page = await visitors.open("zhang", phone=False)
    page.set_default_timeout(PATIENCE_MS)
    await look_first(page, cause="loan", amount="500000")
    main = page.locator("main")
    await expect(main).to_contain_text("8,800.00")
    await expect(page.locator("table.ways")).to_contain_text("4,400.00")
    await page.screenshot(path=picture("way-lawyer-result"), full_page=True)

    await sign_in(page, lawyer.phone, to="/cases/new?way=trial")
    await proved(server, lawyer.phone, lawyer)
    case = await begin(page)
    await page.goto(f"/cases/{case}/authority")
    await page.get_by_role("button", name="我为他人立案").click()
    await page.set_input_files("#field-files", power_of_attorney(client, lawyer))
    await page.locator("form[action$='/authority/paper'] button").click()
    await expect(page.locator("#powers")).to_be_visible(timeout=60_000)
    for power in ("admit", "waive", "change", "settle"):
        await expect(page.locator(f"[name=powers][value={power}]")).to_be_checked()
    await expect(page.locator("[name=powers][value=appeal]")).not_to_be_checked()
    await page.locator(".card-choice:has(input[value=lawyer])").click()
    await page.screenshot(path=picture("way-lawyer-authority"), full_page=True)
    await page.locator("form[action$='/authority/powers'] button").click()
    await page.wait_for_url("**/draft")

    answers = (
        ANSWERS
        | of_plaintiff(client)
        | of_defendant(BY_ID["yang"])
        | {
            "agent_phone": lawyer.phone,
            "loan_date": "2024-01-10",
            "loan_principal": "500000",
            "loan_way": "bank",
            "claims": "一、请求判令被告归还借款本金500000元。二、诉讼费由被告承担。",
            "facts": "2024年1月10日，原告通过银行转账借给被告500000元，约定一年归还，到期后多次催要未还。",
            "pre_mediation": "no",
        }
    )
    await fill(page, case, answers)
    await upload_card(page, server, case, client)
    await expect(main).to_contain_text("律师执业证和律师事务所公函")  # a lawyer's own papers, JS 88
    await upload(page, case, "agent_papers", firm_letter(client, lawyer))
    await upload(page, case, "agent_papers", practising_certificate(lawyer))
    await page.screenshot(path=picture("way-lawyer-papers"), full_page=True)
    await submit(page, case)
    await expect(main).to_contain_text(re.compile(r"收\d{5}号"))
    await page.screenshot(path=picture("way-lawyer-receipt"), full_page=True)


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
    receipt = page.get_by_role("link", name="下载收件回执")
    await expect(receipt).to_be_visible()  # until it is made the page loads itself anew
    await easy_for_the_old(page, "way-elder-receipt")
    record = await (await page.request.get(f"/cases/{case}/submission.json")).json()
    assert (record["answers"]["pre_mediation"], record["answers"]["helper_name"]) == ("yes", "刘示女，女儿")


async def test_a_buyer_abroad_claims_438_yuan_by_a_foreign_phone(server: Server, visitors: Visitors) -> None:
    page = await visitors.open("wu", phone=True, timezone="America/New_York")
    page.set_default_timeout(PATIENCE_MS)
    await look_first(page, cause="consumer", amount="438", aim="cheap")
    ways = page.locator("table.ways")
    await expect(ways).to_contain_text("50.00")
    await expect(ways).to_contain_text("25.00")
    await expect(page.locator("#way-title")).to_have_text("诉前调解")
    await page.get_by_role("link", name="开始立案").click()

    await page.fill("[name=phone]", ABROAD)
    await page.click("main button[type=submit]")
    await page.wait_for_url("**/sign-in/code**")
    await page.fill("[name=code]", await Line(server).newest(page, ABROAD))
    await page.click("main button[type=submit]")
    await page.wait_for_url("**/cases/new**")
    wu = BY_ID["wu"]
    await proved(server, ABROAD, wu)
    case = await begin(page)
    answers = (
        ANSWERS
        | of_defendant(BY_ID["yang"])
        | {
            "plaintiff_phone": ABROAD,
            "service_phone": ABROAD,
            "plaintiff_address": "美国纽约州示例街1号",
            "has_agent": "no",
            "bought_on": "2026年3月在网店购买",
            "fault": "宣传是全新，收到的是旧货。",
            "price": "438",
            "claims": "请求退还货款438元。",
            "facts": "2026年3月我在网上花438元买了一台收音机，宣传是全新的，收到的是旧货，对方不肯退款。",
        }
    )
    await fill(page, case, answers)
    before = SystemClock().now()
    await submit(page, case)
    record = await (await page.request.get(f"/cases/{case}/submission.json")).json()
    received = datetime.fromisoformat(record["submitted_at"])
    assert before <= received <= SystemClock().now()
    await expect(page.locator("main")).to_contain_text(Formats("zh_CN", str).moment(received))
    await expect(page.locator("footer")).to_contain_text("北京时间")
    told = [record["answers"][name] for name in ("amount", "plaintiff_phone", "pre_mediation")]
    assert told == ["438", ABROAD, "yes"]
    await page.screenshot(path=picture("way-abroad-receipt"), full_page=True)


async def test_who_cannot_write_tells_it_into_the_telephone(server: Server, visitors: Visitors) -> None:
    page = await visitors.open("yang", phone=True)
    await sign_in(page, BY_ID["yang"].phone, to="/cases/new")
    case = await begin(page)
    spoken = f"/cases/{case}/spoken"
    await page.add_init_script(VOICE)
    await page.goto(spoken)
    await page.get_by_role("button", name="朗读本页").click()
    await expect(page.get_by_role("button", name="停止朗读")).to_be_visible()
    said = await page.evaluate("window.said")
    assert said[0] == "口头讲述"
    assert "我们替您记下来" in "".join(said)
    assert not [words for words in said if "开始录音" in words]  # buttons are pressed, not listened to
    await page.get_by_role("button", name="停止朗读").click()
    assert await page.evaluate("window.said") == []
    send = page.get_by_role("button", name="提交录音")
    await expect(send).to_be_hidden()
    await page.get_by_role("button", name="开始录音").click()
    await expect(page.locator("[data-voice-time]")).to_have_text(re.compile("[1-9]"))
    await page.screenshot(path=picture("spoken-recording"), full_page=True)
    await page.get_by_role("button", name="停止录音").click()
    await expect(page.locator("[data-upload-preview]")).to_contain_text("您的录音.webm")
    await page.locator("[data-voice-heard]").evaluate(HEARD)
    await assert_no_barriers(page)
    await page.screenshot(path=picture("spoken-recorded"), full_page=True)
    await send.click()
    await expect(page.locator("main")).to_contain_text("工作人员正在记录")
    await page.locator(f"audio[src='{spoken}/voice']").evaluate("player => player.play()")
    await page.screenshot(path=picture("spoken-asked"), full_page=True)


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


async def upload_card(page: Page, server: Server, case: UUID, citizen: Citizen) -> None:
    body = (server.data / "samples" / citizen.id / "front.jpg").read_bytes()
    await upload(page, case, "id_card", FilePayload(name="身份证.jpg", mimeType="image/jpeg", buffer=body))


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


def of_plaintiff(person: Citizen) -> dict[str, str]:
    return {
        "plaintiff": person.name,
        "plaintiff_id": person.id_number,
        "plaintiff_sex": person.sex,
        "plaintiff_birth": str(person.birth),
        "plaintiff_nation": person.nation,
        "plaintiff_address": person.address,
        "plaintiff_phone": person.phone,
        "service_phone": person.phone,
    }


def of_defendant(person: Citizen) -> dict[str, str]:
    return {"defendant": person.name, "defendant_address": person.address}


def power_of_attorney(client: Citizen, lawyer: Citizen) -> FilePayload:
    return paper(
        "授权委托书",
        f"委托人：{client.name}，{client.sex}，身份证号码：{client.id_number}。",
        f"受委托人：{lawyer.name}，示范律师事务所律师，电话{lawyer.phone.removeprefix('+86')}。",
        "现委托上列受委托人在我与杨示意民间借贷纠纷一案中，作为我的诉讼代理人。",
        "代理权限：代为起诉，代为承认、放弃、变更诉讼请求，进行和解、调解，代为签收法律文书。",
        f"委托人：{client.name}",
        "2026年11月1日",
    )


def firm_letter(client: Citizen, lawyer: Citizen) -> FilePayload:
    return paper(
        "律师事务所公函",
        f"示范律师事务所接受{client.name}的委托，指派{lawyer.name}律师担任其民间借贷纠纷一案的诉讼代理人。",
        "示范律师事务所",
    )


def practising_certificate(lawyer: Citizen) -> FilePayload:
    return paper("律师执业证", f"姓名：{lawyer.name}", "执业机构：示范律师事务所", "执业证号：样本，无效")


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
