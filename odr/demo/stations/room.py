"""Station 8: the room. Three people with real media: joint, apart, chat, evidence, minutes."""

import asyncio
from typing import Any, Final

from odr.demo.client import Refused
from odr.demo.scene import Scene
from odr.demo.seats import Seat, leave, take_seats
from odr.demo.steps import Step

_FRAMES, _VOICES = 8, 20  # decoded pictures and sound frames each way that count as seen and heard
_OFFER: Final = "我方底线是四万元。"
_MINUTES: Final = (("调解员", "现在核对各方身份，告知权利义务。"), ("申请人", "同意分两期还款。"))
_OPINION: Final = {"truth": "admit", "legality": "admit", "relevance": "admit", "reason": "借条是我写的。"}


async def enter(scene: Scene) -> str:
    """Rules, lobby, the mediator admits everybody; then pictures and sound flow each way."""
    people = (scene.mediator, scene.liu, scene.zhao)
    scene.seats = await take_seats(scene.sitting, people)
    host = scene.seats[0]
    await host.tell("host/start")
    await _everybody_sees_everybody(scene.seats)
    return "；".join(_counted(seat, scene.seats) for seat in scene.seats)


async def talk(scene: Scene) -> str:
    """Chat reaches everybody in the joint room."""
    host, liu, zhao = scene.seats
    await liu.tell("chat", text="大家好，我能听清。")
    for seat in (host, zhao):
        await seat.until_state(lambda state: "能听清" in _chat(state), "聊天")
    return "聊天各方可见"


async def apart(scene: Scene) -> str:
    """Apart with A: nothing of it is seen, heard or read by B, while B is still connected."""
    host, liu, zhao = scene.seats
    await host.tell("host/caucus", side="A")
    await liu.tell("apart", accepts=True)
    await _more(liu, host, 2)
    await _more(host, liu, 2)
    frames, voices = zhao.total
    await liu.tell("chat", text=_OFFER)
    await _more(liu, host, _FRAMES)
    await _more(host, liu, _FRAMES)
    if (frames, voices) != zhao.total:
        raise Refused(f"背对背时对方收到了画面或声音：{(frames, voices)} → {zhao.total}")
    if _OFFER not in _chat(await host.state()) or _OFFER in str(await zhao.state()):
        raise Refused("背对背的聊天没有只到这一侧")
    return f"背对背期间另一方画面停在 {frames} 帧、声音停在 {voices} 帧，看不到聊天"


async def together_again(scene: Scene) -> str:
    host, _, zhao = scene.seats
    await host.tell("host/joint")
    await host.tell("host/back")  # nobody waits for the countdown
    await _more(zhao, host, _FRAMES)
    if _OFFER in str(await zhao.state()):
        raise Refused("背对背的聊天在合并后可见")
    return "恢复共同调解，画面恢复"


async def examine(scene: Scene) -> str:
    """A shows a piece of evidence page by page in step; B says what it thinks of it."""
    _, liu, zhao = scene.seats
    item = next(one for one in (await liu.ask("evidence"))["items"] if one["mine"])
    if not item["disclosed"]:
        await liu.tell(f"evidence/{item['id']}/disclose")
    await liu.tell(f"evidence/{item['id']}/show", page=1)
    for seat in scene.seats:
        await seat.until("evidence", lambda told: (told["showing"] or {}).get("page") == 1, "证据同步展示")
        picture = await seat.download(f"evidence/{item['id']}/1")
        if not picture.startswith((b"\x89PNG", b"\xff\xd8")):
            raise Refused("证据页不是图片")
    await zhao.tell(f"evidence/{item['id']}/opinion", **_OPINION)
    told = await liu.ask("evidence")
    given = next(one for one in told["items"] if one["id"] == item["id"])["opinions"]
    if "B" not in given:
        raise Refused(f"质证意见没有记录：{given}")
    await liu.tell("evidence/put-away")
    return f"{item['label']}《{item['title']}》三方同步展示，质证意见已记录"


async def minute(scene: Scene) -> str:
    host, liu, zhao = scene.seats
    for speaker, text in _MINUTES:
        await host.tell("minutes", speaker=speaker, text=text)
    for seat in (liu, zhao):
        await seat.until_state(lambda state: len(state["minutes"]) >= len(_MINUTES), "笔录")
    return f"笔录 {len(_MINUTES)} 条，各方实时可见"


async def end(scene: Scene) -> str:
    """The mediator closes the room once everybody has signed: all are shown out, the minutes are kept."""
    await scene.seats[0].tell("host/close")
    for seat in scene.seats:
        await seat.shown_out()
    await leave(scene.seats)
    scene.seats = ()
    await scene.zhao.browser.until(lambda page: "笔录" in page.words, scene.b.at(), what="笔录")
    return "各方退出，笔录归入案件文书"


async def _everybody_sees_everybody(seats: tuple[Seat, ...]) -> None:
    async with asyncio.timeout(30):
        for seat in seats:
            for other in seats:
                if other is not seat:
                    await seat.sees(other, _FRAMES, _VOICES)


async def go_on(seats: tuple[Seat, ...]) -> None:
    """Everybody still sees and hears everybody."""
    for seat in seats:
        for other in seats:
            if other is not seat:
                await _more(seat, other, 2)


async def _more(seat: Seat, other: Seat, count: int) -> None:
    frames, voices = seat.from_seat(other)
    async with asyncio.timeout(20):
        await seat.sees(other, frames + count, voices + count)


def _counted(seat: Seat, seats: tuple[Seat, ...]) -> str:
    frames, voices = zip(*(seat.from_seat(other) for other in seats if other is not seat), strict=True)
    return f"{seat.person.name}看到 {sum(frames)} 帧、听到 {sum(voices)} 段"


def _chat(state: dict[str, Any]) -> str:
    return " ".join(line["text"] for line in state["chat"])


STEPS: Final = (
    Step(8, "入室：规则、等候、主持人准入，音视频互通", enter),
    Step(8, "聊天", talk),
    Step(8, "背对背：另一方收不到任何内容", apart),
    Step(8, "恢复共同调解", together_again),
    Step(8, "证据同步展示，质证意见", examine),
    Step(8, "实时笔录", minute),
)
