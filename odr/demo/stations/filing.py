"""Stations 1 to 5: the first look, sign-in, identity, filing, and the judge's review."""

import re
from typing import Final

from odr.demo.client import Page, Photo, Refused
from odr.demo.people import Party
from odr.demo.scene import Case, Scene
from odr.demo.steps import Step, together

# What the two applicants answer in the first look; what is not here is skipped.
_FIRST_LOOK: Final = {
    "cause": "loan",
    "amount": "50000",
    "arbitration_clause": "no",
    "decided_before": "no",
    "against_authority": "no",
    "proof": "written",
    "originals": "yes",
    "whereabouts": "known",
    "means": "known",
    "disputed": "admits",
}
_WISHES: Final = {"A": {"aim": "judgment"}, "B": {"aim": "peace", "relation": "yes", "talk": "yes"}}
# What the papers do not say.
_ANSWERS: Final = {
    "plaintiff_work": "退休",
    "has_agent": "no",
    "defendant_kind": "person",
    "defendant_sex": "不详",
    "loan_date": "2024-07-01",
    "loan_principal": "50000",
    "due_date": "2025-06-30",
    "loan_way": "bank",
    "evidence": "借条原件、转账记录，均为本人保存。",
    "e_service": "yes",
}
_MEDIATE: Final = {"A": "no", "B": "yes"}
_PAPERS: Final = (
    ("iou.jpg", "借条", "证明借款金额和还款期限。"),
    ("transfer.png", "转账记录", "证明借款已经交付。"),
)
_FEE: Final = "1,050.00元"
_PAID: Final = "案件受理费已交纳"
_SUPPLIED: Final = "2025年9月口头答应年底前还清，有证人在场。"
_SUPPLEMENT: Final = "请说明被告最近一次承诺还款的时间和方式。"


async def look_first(scene: Scene) -> str:
    """A signs nothing yet: the fee with its arithmetic, the risks, the suggestion."""
    seen = await together(_look_first(scene.a), _look_first(scene.b))
    return f"受理费 {_FEE}（第13条分段计算）；{seen}"


async def _look_first(case: Case) -> str:
    browser, answers = case.applicant.browser, _FIRST_LOOK | _WISHES[case.letter]
    page = await browser.open("/triage")
    while page.path != "/triage/result":
        answer = answers.get(dict(page.form(ending="/triage").filled)["question"])
        page = await (browser.press("下一步", value=answer) if answer else browser.press("跳过"))
    _needs(page, _FEE, "《诉讼费用交纳办法》第13条")
    return f"案件{case.letter}的建议：{page.heading_of(2)}"


async def sign_in(scene: Scene) -> str:
    await together(*(_sign_in(case) for case in (scene.a, scene.b)))
    return "验证码取自沙箱短信页"


async def _sign_in(case: Case) -> str:
    way = {"A": "trial", "B": "mediate"}[case.letter]
    page = await case.applicant.sign_in(f"/cases/new?way={way}")
    _needs(page, "民间借贷纠纷")
    page = await case.applicant.browser.press("开始", ending="/cases/new")
    case.id = page.path.split("/")[2]
    return case.id


async def prove_identity(scene: Scene) -> str:
    """The two applicants and the later respondent, each with card, face and register."""
    return await together(prove(scene.wang), prove(scene.liu))


async def prove(party: Party) -> str:
    """Card, face, register."""
    corrected = await party.read_card()
    await party.show_face()
    return f"{party.name}：识别后改正 {corrected} 处，人脸、公安登记均一致"


async def draft(scene: Scene) -> str:
    return await together(_draft(scene.a), _draft(scene.b))


async def _draft(case: Case) -> str:
    """Photograph the complaint, confirm what was read, answer what is still missing."""
    browser = case.applicant.browser
    await browser.open(case.at("draft/complaint"))
    page = await browser.press("开始识别", photo=await case.applicant.paper("complaint.jpg"))
    read = dict(page.form(ending=page.path).filled)
    if "50000" not in read.get("amount", "") or not read.get("claims"):
        raise Refused(f"起诉状没有读出请求和金额：{read}")
    await browser.press("已核对")
    page = await browser.open(case.at("draft/check"))
    while lacking := [link for link in page.links_under("notice--warn") if "/draft/" in link]:
        for link in lacking:
            await _answer(case, link)
        page = await browser.open(case.at("draft/check"))  # an answer may bring further questions
    return f"起诉状识别出 {len(read)} 栏"


async def _answer(case: Case, link: str) -> None:
    question = link.rsplit("/", 1)[1]
    told = {"pre_mediation": _MEDIATE[case.letter], "service_phone": case.applicant.phone}
    answer = (_ANSWERS | told).get(question)
    page = await case.applicant.browser.open(link)
    if answer is None:
        raise Refused(f"没有准备这一问的回答：{question}《{page.heading}》{page.choices('value')}")
    await case.applicant.browser.press("保存", ending=question, value=answer)


async def add_evidence(scene: Scene) -> str:
    return await together(_add_evidence(scene.a), _add_evidence(scene.b))


async def _add_evidence(case: Case) -> str:
    browser = case.applicant.browser
    photos: list[Photo] = [await case.applicant.paper(name) for name, _, _ in _PAPERS]
    await browser.open(case.at("papers"))
    page = await browser.press("上传", ending="/papers", files=photos)
    described = [form for form in page.forms if "purpose" in form.offers]
    for form, (_, title, purpose) in zip(described, _PAPERS, strict=True):
        await browser.send(form, values={"title": title, "purpose": purpose})
    _needs(browser.page, *(purpose for _, _, purpose in _PAPERS))
    return f"证据 {len(described)} 件，各有证明目的和哈希值"


async def submit(scene: Scene) -> str:
    return await together(_submit(scene.a), _submit(scene.b))


async def _submit(case: Case) -> str:
    """Notice, declaration, receipt with its proof from the log."""
    browser = case.applicant.browser
    await browser.open(case.at("notice"))
    await browser.press("我已读完")
    await browser.press("是的，我已读完")
    await browser.press("提交法院", declared=True)
    page = await browser.until(lambda page: page.has_link("/documents/"), case.at("receipt"), what="回执")
    _needs(page, "SHA-256")
    case.number = page.caption
    pdf = await browser.download(page.link("/documents/"))
    if not pdf.startswith(b"%PDF"):
        raise Refused("回执不是 PDF")
    return f"案件{case.letter} {case.number}：回执含时间、哈希值和日志证明"


async def take_up(scene: Scene) -> str:
    """Each filing lies in the queue of one judge."""
    for judge in scene.filing_judges:
        page = await judge.sign_in("/staff")
        for case in (scene.a, scene.b):
            if case.number in page.words:
                case.judge = judge
    judges = {case.letter: case.judge.name for case in (scene.a, scene.b) if case.judge}
    if len(judges) < 2:
        raise Refused(f"有立案申请没有分给法官：{judges}")
    return "；".join(f"案件{letter}由{name}审查，七日期限已起算" for letter, name in judges.items())


async def ask_supplement(scene: Scene) -> str:
    """The judge asks once for everything; the party answers; the same judge reads it."""
    judge, party, case = scene.a.reviewer, scene.wang.browser, scene.a
    await judge.open(f"/staff/cases/{case.id}")
    await judge.press("发送补正通知", items=[_SUPPLEMENT], days="7")
    page = await party.open(case.at("supplement"))
    _needs(page, _SUPPLEMENT)
    await party.press("保存本项答复", answer=_SUPPLIED)
    await party.press("提交给法官")
    _needs(await judge.open(f"/staff/cases/{case.id}"), _SUPPLIED)
    return "一次性补正 1 项，当事人答复后回到同一位法官"


async def docket(scene: Scene) -> str:
    await scene.a.reviewer.open(f"/staff/cases/{scene.a.id}")
    await scene.a.reviewer.press("登记立案", ending="/docket")
    page = await scene.wang.browser.open(scene.a.at("payment"))
    _needs(page, "1,050.00")
    return f"案件A登记立案，交费通知 {_FEE}"


async def pay(scene: Scene) -> str:
    """Through the sandbox's payment page, which tells the court twice; the fee is paid once."""
    browser, case = scene.wang.browser, scene.a
    await browser.open(case.at("payment"))
    await browser.press("支付", ending="/payment")
    await browser.press("并重复通知法院")
    page = await browser.until(lambda page: "流水号" in page.words, case.at("payment"), what="缴费结果")
    reference = re.search(r"流水号(\w+)", page.words)
    await scene.wang.message(0, _PAID)
    if (times := sum(_PAID in text for text in await scene.wang.messages())) != 1:
        raise Refused(f"缴费通知发了 {times} 次")
    return f"签名回调两次，入账一次，流水号 {reference[1] if reference else '？'}"


async def divert(scene: Scene) -> str:
    judge, party, case = scene.b.reviewer, scene.liu.browser, scene.b
    page = await judge.open(f"/staff/cases/{case.id}")
    if page.offers(button="征询当事人"):
        await judge.press("征询当事人")
        await party.open(case.at("consent"))
        await party.press("同意先行调解")
    await judge.open(f"/staff/cases/{case.id}")
    await judge.press("转入诉前调解", ending="/divert")
    return "案件B经当事人同意，转入诉前调解"


def _needs(page: Page, *texts: str) -> None:
    for text in texts:
        if text not in page.words:
            raise Refused(f"《{page.heading}》没有“{text}”：{page.words[:300]}")


STEPS: Final = (
    Step(1, "匿名评估：费用、风险、建议", look_first),
    Step(2, "短信登录，带入评估内容", sign_in),
    Step(3, "身份核验：证件、人脸、公安登记", prove_identity),
    Step(4, "拍照识别起诉状，补齐问题", draft),
    Step(4, "上传证据", add_evidence),
    Step(4, "须知、承诺、提交、回执", submit),
    Step(5, "分案给立案法官", take_up),
    Step(5, "法官一次性补正，当事人答复", ask_supplement),
    Step(5, "案件A登记立案", docket),
    Step(5, "缴费：签名回调，重复不重记", pay),
    Step(5, "案件B同意调解，转入诉前调解", divert),
)
