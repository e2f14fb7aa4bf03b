"""From the signed agreement to the served ruling, through the pages."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from odr.app import make_app
from odr.db.migrate import upgrade
from odr.domain.grounds import DISMISSED, NOT_ADMITTED
from odr.settings import Settings
from odr.wiring import build
from odr.worker import Worker, handlers
from tests.odr.sample_papers import NO_FONTS
from tests.odr.settled_case import WebTable

pytestmark = pytest.mark.skipif(NO_FONTS, reason="no Chinese font: run `npm ci` first")


@pytest.fixture
async def table(tmp_path: Path) -> AsyncIterator[WebTable]:
    settings = Settings.model_validate({"data_dir": tmp_path, "worker": "separate", "media_port": 0})
    platform = build(settings)
    await upgrade(platform.db.engine)
    async with TestClient[Request, Application](TestServer(make_app(platform))) as client:
        table = await WebTable(
            platform, client, Worker(platform.db, platform.clock, handlers(platform))
        ).open()
        await table.settle()
        yield table


async def test_the_whole_way_from_application_to_served_ruling(table: WebTable) -> None:
    desk = f"/staff/confirmation/{table.case_id}"
    assert "司法确认" in await table.get("wang", "confirmation")
    await table.post("wang", "service-consent", {"answer": "yes"})
    await table.post("wang", "confirmation", {})
    assert "对方已经提出申请" in await table.get("liu", "confirmation")
    await table.post("liu", "confirmation", {})
    assert desk in await table.get("judge", "/staff")
    await table.post("judge", f"{desk}/admit", [("absent", one.id) for one in NOT_ADMITTED])
    assert "确定询问时间" in await table.get("judge", desk)
    assert "请填写日期和时间" in await table.post("judge", f"{desk}/hearing", {"when": "later"}, status=422)
    await table.post("judge", f"{desk}/hearing", {"when": "now"})
    await table.turn()
    led_to = {
        re.findall(r"/sittings/[0-9a-f-]{36}", await table.get(*page))[0]
        for page in (("judge", desk), ("wang", "confirmation"), ("liu", f"/cases/{table.case_id}"))
    }
    assert len(led_to) == 1
    assert "司法确认" in await table.get("wang", led_to.pop())
    counter = [("heard", "A"), ("heard", "B"), ("speaker", "法官"), ("text", "是否自愿？")]
    assert "原因" in await table.post("judge", f"{desk}/hear", counter, status=422)
    await table.post("judge", f"{desk}/hear", [*counter, ("why", "双方均到庭。")])
    assert "请逐项核对" in await table.post("judge", f"{desk}/confirm", [("absent", "law")], status=422)
    await table.post("judge", f"{desk}/confirm", [("absent", one.id) for one in DISMISSED])
    await table.turn()
    assert "调解协议已确认有效" in await table.get("liu", "confirmation")
    served = await table.get("wang", "deliveries")
    assert "民事裁定书" in served
    assert "到达" in served


async def test_the_desk_is_for_the_judge_of_the_case_alone(table: WebTable) -> None:
    for key, status in (("wang", 403), ("mediator", 403), ("other", 404), ("judge", 404)):
        await table.get(key, f"/staff/confirmation/{table.case_id}", status=status)
