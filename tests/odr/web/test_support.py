"""The pages of the support desk and of the person it helps, and what is closed to it: asked of the router."""

import re
from pathlib import Path
from uuid import uuid4

from aiohttp import web

from odr.domain.steps import Role
from odr.web import routes
from tests.support.clock import FixedClock
from tests.support.mediations import staff
from tests.support.pages import Pages, served
from tests.support.sittings import House, open_house

PHONE = "13900001234"
OWN = {"/sittings/{sitting}/lines"}  # how much came through, which is the desk's
MEASURES = ("/ping", "/uplink")  # answer nobody with anything


async def opened(pages: Pages) -> House:
    """wang, yang and their mediator signed in, and mei of technical support."""
    now, db = pages.platform.clock.now(), pages.platform.db
    house = await open_house(db, FixedClock(now))
    mei = await staff(db, "+8613800000004", "技术员梅", now, Role.SUPPORT)
    for name, actor in (("wang", house.wang), ("yang", house.yang), ("mo", house.mo), ("mei", mei)):
        await pages.sign_in(name, actor)
    return house


def doors() -> list[tuple[str, str]]:
    """Method and address of everything of a sitting: room, chat, evidence, minutes, apart, help, test."""
    tables = (routes.sittings_and_rooms, routes.support_desk, routes.guest_seats)
    rows = [row for table in tables for row in table() if isinstance(row, web.RouteDef)]
    found = [(row.method, row.path) for row in rows if row.path.startswith("/sittings/")]
    return [(method, path) for method, path in found if path not in OWN and not path.endswith(MEASURES)]


async def test_every_door_of_a_sitting_is_closed_to_the_desk(tmp_path: Path) -> None:
    async with served(tmp_path) as pages:
        house = await opened(pages)
        origin = str(pages.client.make_url("/"))[:-1]
        headers = {"Origin": origin, "Cookie": "sid=token-of-mei", "Accept": "application/json"}
        values = {"sitting": str(house.sitting), "act": "admit", "page": "1", "item": str(uuid4())}
        sent = {"text": "您好", "seat": str(house.wang.account_id), "page": 1, "side": "A"}
        form = {"trouble": "sound", "pictures": "off", "rights": "yes"}
        asked = 0
        for method, path in doors():
            address = re.sub(r"\{(\w+)[^}]*\}", lambda name: values.get(name[1], str(uuid4())), path)
            for body in ({"json": sent}, {"data": form}):
                answer = await pages.client.request(
                    method, address, headers=headers, allow_redirects=False, **body
                )
                told = await answer.text()
                nothing = path.endswith(("/test", "/test/state")) and told in (
                    "303: See Other",
                    '{"ended": true}',
                )
                assert answer.status in (400, 403, 404, 422) or nothing, f"{method} {path}: {told[:200]}"
                assert "杨" not in told
                asked += 1
        assert asked > 40


async def test_a_person_asks_is_written_to_and_answers_on_pages_without_script(tmp_path: Path) -> None:
    async with served(tmp_path) as pages:
        house = await opened(pages)
        here = f"/sittings/{house.sitting}"
        desk = f"/staff/support/{house.sitting}/{house.wang.account_id}"
        assert "没有人等待回电" in await pages.get("mei", "/staff/support")
        assert f"{here}/help" in await pages.get("wang", here)
        refused = await pages.post("wang", f"{here}/help", {"trouble": "sound", "phone": "12"}, status=422)
        assert 'value="12"' in refused
        page = await pages.post("wang", f"{here}/help", {"trouble": "sound", "phone": PHONE})
        assert "我们会给您回电" in page
        assert PHONE not in page  # masked: somebody may look on
        board = await pages.get("mei", "/staff/support/board")
        assert f"tel:+86{PHONE}" in board
        done = re.findall(r'action="([^"]+/done)"', board)
        assert "没有人等待回电" in await pages.post("mei", done[0])

        assert "请写点内容" not in await pages.get("mei", desk)
        await pages.post("mei", f"{desk}/message", {"text": " "}, status=422)
        assert "请点一下麦克风" in await pages.post("mei", f"{desk}/message", {"text": "请点一下麦克风"})
        assert "请点一下麦克风" in await pages.get("wang", f"{here}/help")
        assert "麦克风" not in await pages.get("yang", f"{here}/help")

        assert "尚未答复" in await pages.post("mei", f"{desk}/voice")
        assert "要关闭画面吗" in await pages.get("wang", f"{here}/help")
        assert "恢复画面" in await pages.post("wang", f"{here}/help/pictures", {"pictures": "off"})
        assert "只用声音" in await pages.get("mei", f"{desk}/line")
        assert "此人已经只用声音参加" in await pages.post("mei", f"{desk}/voice", status=422)

        assert "data-verdict-error" in await pages.post("mei", f"{desk}/test")
        assert "技术人员正在等您" in await pages.get("wang", f"{here}/test")
        assert '"ended": true' in await pages.get("yang", f"{here}/test/state")
        await pages.post("mei", f"{desk}/test/end")
        assert "data-video" not in await pages.get("wang", f"{here}/test")  # the page of the sitting

        assert "没有进入会场" in await pages.get("mo", f"{here}/lines")
        await pages.get("wang", f"{here}/lines", status=403)
        await pages.get("mo", "/staff/support", status=403)
