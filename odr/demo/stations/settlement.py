"""Stations 9 and 10: terms, signatures, joint application, hearing, ruling."""

import base64
import io
import math
import random
from typing import Final

from PIL import Image, ImageDraw

from odr.demo.client import Page, Photo, Refused
from odr.demo.people import Person
from odr.demo.scene import Scene
from odr.demo.seats import leave, take_seats
from odr.demo.stations.room import end, go_on
from odr.demo.steps import Step

_DUE: Final = ("2027-03-31", "2027-06-30")
_PARTS: Final = ("25000", "25000")
_PAD: Final = (600, 240)
_QUESTIONS: Final = (
    "你们是否自愿签订协议，是否明白每一条内容？",
    "协议是否涉及其他人的权益？",
    "能否按照协议约定履行？",
)
_ANSWERS: Final = ("是自愿签的，每一条都明白。", "没有其他人的权益受影响。", "能够按约定履行。")


async def write_terms(scene: Scene) -> str:
    """The mediator writes structured terms; the check finds nothing unclear; the text is offered."""
    browser = scene.mediator.browser
    await browser.open(f"/staff/mediation/{scene.b.id}")
    await browser.press("起草协议", ending="/draft")
    page = await browser.open(scene.b.at("agreement/terms"))
    claims = [value for name, value in page.form(ending="/terms").filled if name == "claim" and value]
    page = await browser.press("保存并检查", ending="/terms", **_terms(scene, claims))
    if not page.offers(ending="/offer"):
        raise Refused(f"协议条款不能提交签署：{'；'.join(page.texts('finding'))}")
    await browser.press("提交各方签署", ending="/offer")
    return f"两期各 {_PARTS[0]} 元，条款检查通过，提交签署"


def _terms(scene: Scene, claims: list[str]) -> dict[str, str | bool | list[str]]:
    payer, payee = scene.zhao.name, scene.liu.name
    claims = claims or ["判令被告偿还借款本金50000元"]
    return {
        "facts": "双方确认：2024年7月1日借款50000元，至今未还。",
        "payer": [payer],
        "payee": [payee],
        "amount": ["50000"],
        "way": ["account"],
        "holder": [payee],
        "bank": ["样本银行东湖支行"],
        "account": ["6200000000000000018"],
        "part_of": ["0"] * len(_PARTS),
        "part_amount": list(_PARTS),
        "part_due": list(_DUE),
        "accelerates": True,
        "claim": claims,
        "outcome": ["replaced"] + ["waived"] * (len(claims) - 1),
        "note": [""] * len(claims),
        "costs": "本次调解不收取费用。",
    }


async def sign(scene: Scene) -> str:
    """In the room: each reads every page, writes the name, and confirms with a code bound to the text."""
    for person in (scene.liu, scene.zhao, scene.mediator):
        await _sign(scene, person)
        await go_on(scene.seats)
    page = await scene.liu.browser.until(
        lambda page: "各方均已签署" in page.words, scene.b.at("agreement"), what="协议生效"
    )
    pdf = await scene.liu.browser.download(page.link("agreement.pdf"))
    scene.write("agreement.pdf", pdf)
    genuine = await _genuine(scene.zhao, "agreement.pdf", pdf)
    return f"三方在调解室内签署，其间音视频不断；协议 {len(pdf) // 1024} KB；{genuine}"


async def _sign(scene: Scene, person: Person) -> None:
    browser, here = person.browser, scene.b.at("agreement")
    page = await browser.until(_may_read_or_sign, here, what="协议文本")
    if page.offers(ending="/read"):  # the mediator, who wrote it, is not asked
        clauses = len(browser.page.texts("clause__text"))
        await browser.press("我已看完全部内容", clause=[str(one) for one in range(1, clauses + 1)])
    digest = "".join(browser.page.texts("digest")[:1])
    before = len(await person.messages())
    await browser.press("获取验证码", drawing=_handwriting(person.name))
    text = (await person.message(before))[0]
    if not digest or digest not in text:
        raise Refused(f"短信没有写明所签文本的标识 {digest}：{text}")
    await browser.press("确认签署", code=await person.code(before))
    await browser.until(_has_signed, here, what=f"{person.name}的签名")


def _may_read_or_sign(page: Page) -> bool:
    return page.offers(ending="/read") or page.offers(ending="/sign")


def _has_signed(page: Page) -> bool:
    if "请再确认一次" in page.words:
        raise Refused(page.words[:200])
    return "您已完成签署" in page.words or "各方均已签署" in page.words


async def apply(scene: Scene) -> str:
    """Both sides, jointly."""
    here = scene.b.at("confirmation")
    await scene.liu.browser.until(lambda page: page.offers(button="申请司法确认"), here, what="司法确认申请")
    await scene.liu.browser.press("申请司法确认")
    await scene.zhao.browser.open(here)
    page = await scene.zhao.browser.press("共同申请")
    if "双方均已申请" not in page.words:
        raise Refused(page.words[:200])
    return "双方共同申请，免收费用"


async def admit(scene: Scene) -> str:
    judge = scene.confirming_judge
    await judge.sign_in("/staff")
    page = await judge.browser.until(lambda page: page.has_link(scene.b.id), "/staff", what="司法确认案件")
    page = await judge.browser.open(page.link(scene.b.id))
    page = await judge.browser.press("受理", ending="/admit", absent=page.choices("absent"))
    return f"逐项核对后受理，{page.caption}"


async def hear(scene: Scene) -> str:
    """The judge hears both in a room, and keeps the record."""
    judge, desk = scene.confirming_judge, f"/staff/confirmation/{scene.b.id}"
    await judge.browser.open(desk)
    await judge.browser.press("现在开始", ending="/hearing")
    page = await judge.browser.until(lambda page: page.has_link("/sittings/"), desk, what="询问室")
    sitting = page.link("/sittings/").split("/")[-1]
    scene.seats = seats = await take_seats(sitting, (judge, scene.liu, scene.zhao))
    await seats[0].tell("host/start")
    for seat in seats:
        for other in seats:
            if other is not seat:
                await seat.sees(other, 5, 10)
    for question, answer in zip(_QUESTIONS, _ANSWERS, strict=True):
        await seats[0].tell("minutes", speaker="法官", text=question)
        for person in (scene.liu, scene.zhao):
            await seats[0].tell("minutes", speaker=person.name, text=answer)
    await seats[0].tell("host/close")
    await leave(seats)
    scene.seats = ()
    await judge.browser.until(lambda page: "已经一并询问双方" in page.words, desk, what="询问笔录")
    return "法官在线询问双方，音视频互通，询问笔录已记录"


async def rule(scene: Scene) -> str:
    """The ruling is sealed and served on both sides at once."""
    judge, desk = scene.confirming_judge.browser, f"/staff/confirmation/{scene.b.id}"
    page = await judge.open(desk)
    form = page.form(ending="/confirm")
    await judge.send(form, "裁定协议有效", {"absent": page.choices_in("/confirm", "absent")})
    page = await scene.liu.browser.until(_served, scene.b.at("deliveries"), what="裁定书送达")
    served = page.link_named("裁定书")
    await scene.liu.browser.open(served)
    pdf = await scene.liu.browser.download(served.removesuffix("/view"))
    scene.write("ruling.pdf", pdf)
    return f"裁定书加盖电子印章并送达；{await _genuine(scene.liu, 'ruling.pdf', pdf)}"


def _served(page: Page) -> bool:
    return "裁定书" in page.words


async def _genuine(person: Person, name: str, pdf: bytes) -> str:
    """What the public verifier's page says of a paper."""
    await person.browser.open("/verify")
    page = await person.browser.press("开始核验", file=Photo(name, pdf, "application/pdf"))
    if "核验通过" not in page.words:
        raise Refused(f"{name}：{page.words[:300]}")
    return "公开核验通过"


def _handwriting(name: str) -> str:
    """A signature as the pad gives it: a PNG in a data URL, its strokes drawn from the name."""
    chance = random.Random(name)  # noqa: S311 - a drawing, not a secret
    image = Image.new("RGBA", _PAD, (255, 255, 255, 0))
    pen = ImageDraw.Draw(image)
    for number in range(3 * len(name)):
        left, top = 60 + 160 * (number // 3) + chance.randint(0, 40), 50 + chance.randint(0, 60)
        bend, long = chance.uniform(-1.5, 1.5), chance.randint(50, 110)
        stroke = [(left + t * long / 20, top + 70 * math.sin(bend * t / 20) + t) for t in range(21)]
        pen.line(stroke, fill=(20, 20, 60, 255), width=6, joint="curve")
    out = io.BytesIO()
    image.save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


STEPS: Final = (
    Step(9, "起草协议，条款检查", write_terms),
    Step(9, "阅读、手写签名、验证码，三方签署", sign),
    Step(9, "关闭调解室，笔录归档", end),
    Step(10, "双方共同申请司法确认", apply),
    Step(10, "法官审查受理", admit),
    Step(10, "在线询问双方", hear),
    Step(10, "裁定、盖章、送达", rule),
)
