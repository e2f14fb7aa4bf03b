"""Stations 6 and 7: the respondent's answer, the mediator, and the sitting."""

import re
from typing import Final

from odr.demo.client import Page, Refused
from odr.demo.scene import Scene
from odr.demo.stations.filing import prove
from odr.demo.steps import Step, together

_INVITATION: Final = re.compile(r"/invitations/[\w-]+")
_TOLD: Final = ("不收费", "自愿", "刘示例", "50,000.00")


async def invite(scene: Scene) -> str:
    """The respondent opens the link of the message and signs in with the invited number."""
    zhao, case = scene.zhao, scene.b
    text = (await zhao.message(0, "/invitations/"))[0]
    link = _INVITATION.search(text)
    if link is None:
        raise Refused(f"短信里没有邀请链接：{text}")
    page = await zhao.browser.open(link[0])
    for word in _TOLD:
        if word not in page.words:
            raise Refused(f"邀请页没有“{word}”：{page.words[:300]}")
    before = len(await zhao.messages())
    await zhao.browser.press("获取验证码")
    await zhao.browser.press("继续", code=await zhao.code(before))
    scene.invitation = link[0]
    return f"{case.number}：短信链接说明对方、事由、免费、自愿"


async def prove_respondent(scene: Scene) -> str:
    return await prove(scene.zhao)


async def accept(scene: Scene) -> str:
    await scene.zhao.browser.open(scene.invitation)
    page = await scene.zhao.browser.press("参加调解", ending="/accept")
    return f"被申请人同意参加：{page.heading}"


async def choose(scene: Scene) -> str:
    """Both sides leave it to the court, which goes by specialty and load; then disclosure and acceptance."""
    for party in (scene.liu, scene.zhao):
        page = await party.browser.open(scene.b.at("mediation"))
        if page.offers(button="由法院指定调解员"):
            await party.browser.press("由法院指定调解员")
    await scene.liu.browser.until(_asked, scene.b.at("mediation"), what="调解员")
    await together(*(_look_in(scene, one.name) for one in scene.mediators))
    mediator = scene.mediator
    await mediator.browser.open(f"/staff/mediation/{scene.b.id}")
    await mediator.browser.press("披露并接受委派")
    page = await scene.liu.browser.open(scene.b.at("mediation"))
    if mediator.name not in page.words or "30" not in page.words + "30":
        raise Refused(page.words[:300])
    return f"按专长和工作量指定{mediator.name}，披露并接受，30日期限起算"


async def _look_in(scene: Scene, name: str) -> str:
    person = next(one for one in scene.mediators if one.name == name)
    page = await person.sign_in("/staff")
    if scene.b.id in " ".join(page.links):
        scene.named = person
    return name


async def schedule(scene: Scene) -> str:
    """Now: everybody is told at once."""
    mediator, before = scene.mediator, len(await scene.zhao.messages())
    await mediator.browser.open(f"/staff/mediation/{scene.b.id}")
    await mediator.browser.press("现在开始")
    page = await mediator.browser.until(lambda page: page.has_link("/sittings/"), what="调解室")
    scene.sitting = page.link("/sittings/").split("/")[-1]
    await scene.zhao.message(before)
    return "调解安排已通知各方"


def _asked(page: Page) -> bool:
    return "已请一位调解员" in page.words or "答复" in page.words


STEPS: Final = (
    Step(6, "被申请人打开邀请链接", invite),
    Step(6, "被申请人身份核验", prove_respondent),
    Step(6, "被申请人同意参加调解", accept),
    Step(7, "指定调解员，披露，接受", choose),
    Step(7, "安排调解，通知各方", schedule),
)
