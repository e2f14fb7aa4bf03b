"""The pages before a sitting, asked for as browsers would: invitation, calendar, device check, door."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from odr.db.convening import Call, convene
from odr.domain.sittings import Kind
from odr.domain.steps import Role
from odr.web.formats import Formats
from odr.web.middlewares import SESSION_COOKIE
from tests.support.clock import FixedClock
from tests.support.pages import Pages, served
from tests.support.sittings import House, open_house

CHECK = {"camera": "failed", "microphone": "ok", "speaker": "ok", "media": "ok", "rtt_ms": 40, "loss": 0}


@pytest.fixture
async def pages(tmp_path: Path) -> AsyncIterator[Pages]:
    async with served(tmp_path) as made:
        yield made


@pytest.fixture
async def house(pages: Pages) -> House:
    """The house in the served court, with everybody signed in now."""
    house = await open_house(pages.platform.db, FixedClock(pages.platform.clock.now()))
    for name, actor in (("wang", house.wang), ("yang", house.yang), ("mo", house.mo)):
        await pages.sign_in(name, replace(actor, since=None))
    return house


async def send(pages: Pages, who: str, path: str, body: bytes, status: int = 200) -> str:
    headers = {
        "Cookie": f"{SESSION_COOKIE}=token-of-{who}",
        "Origin": str(pages.client.make_url("/"))[:-1],
        "Content-Type": "application/json",
    }
    answer = await pages.client.post(path, data=body, headers=headers)
    text = await answer.text()
    assert answer.status == status, f"{answer.status}: {text[-500:]}"
    return text


async def test_the_calendar_file_leads_to_the_device_test_and_to_the_sitting(
    pages: Pages, house: House
) -> None:
    here = f"/sittings/{house.sitting}"
    async with pages.platform.db.begin() as tx:
        case = await tx.cases.lock(house.case_id)
        assert case
        case.number = "(2026)示0108诉前调7号"
        tx.audit.add(house.mo, "test.number", "case", house.case_id, at=house.clock.now())
    told = Calendar.from_ical(await pages.get("wang", f"{here}/calendar.ics"))
    (entry,) = told.walk("VEVENT")
    base = pages.platform.settings.base_url
    assert f"{base}{here}/check" in str(entry["description"])
    assert str(entry["summary"]) == "在线调解 (2026)示0108诉前调7号", "whoever has several tells them apart"
    assert entry["url"] == entry["location"] == f"{base}{here}"
    starts_at = house.clock.now().replace(microsecond=0) + timedelta(minutes=30)
    assert entry.decoded("dtstart") == starts_at


async def test_the_mediator_reads_whose_device_fails_and_why_before_the_sitting(
    pages: Pages, house: House
) -> None:
    here = f"/sittings/{house.sitting}"
    assert "还没有测试设备" in await pages.get("mo", here)
    sent = json.dumps(CHECK | {"why": {"camera": "denied"}, "up_kbps": 900}).encode()
    assert json.loads(await send(pages, "wang", f"{here}/check", sent))["verdict"] == "voice"
    told, today = await pages.get("mo", here), Formats("zh_CN", str).moment(house.clock.now())[:-6]
    assert "摄像头 没有允许使用" in told
    assert f"设备测试（{today}" in told, "a test of last week says little of today"
    assert f"测试时间：{today}" in await pages.get("wang", here)
    assert "没有允许使用" not in await pages.get("yang", here)
    sent = json.dumps(CHECK | {"camera": "ok", "speaker": "failed"}).encode()
    assert json.loads(await send(pages, "wang", f"{here}/check", sent))["verdict"] == "deaf"
    assert "听不到声音" in await pages.get("mo", here)
    assert "您现在还听不到别人说话" in await pages.get("wang", here)


async def test_the_tap_that_a_browser_wants_before_it_plays_is_asked_for_in_the_room_too(
    pages: Pages, house: House
) -> None:
    await house.come(house.wang)
    page = await pages.get("wang", f"/sittings/{house.sitting}/room")
    assert page.count('data-do="sound"') == 1
    assert f"/sittings/{house.sitting}#beside-0" in page, "somebody may sit down beside them meanwhile"
    assert page.index('data-do="sound"') < page.index("data-lobby "), "its card is hidden among people"


async def test_who_comes_hours_too_early_reads_when_the_waiting_room_opens(
    pages: Pages, house: House
) -> None:
    here, at = f"/sittings/{house.sitting}", house.clock.now() + timedelta(hours=3)
    async with pages.platform.db.begin() as tx:
        (await tx.sittings.get(house.sitting)).starts_at = at
        tx.audit.add(house.mo, "test.later", "sitting", house.sitting, at=house.clock.now())
    opens = Formats("zh_CN", str).moment(at - timedelta(hours=1))
    told = await pages.get("wang", here)
    assert f"等候室于{opens}开放" in told
    assert "进入等候室" not in told
    assert "等候室于" in await pages.get("wang", f"{here}/room"), "and is led back to these words"
    ticks = {"rights": "yes", "no_recording": "yes"}
    assert "等候室在开始前一小时开放" in await pages.post("wang", f"{here}/rules", ticks, 422)
    assert "进入等候室" in await pages.get("mo", here), "who leads may come at any time"


async def test_a_screen_is_shared_in_the_room_alone_and_the_refusal_says_why(
    pages: Pages, house: House
) -> None:
    there = f"/sittings/{house.sitting}/screen"
    assert "进入调解室后才能" in await send(pages, "wang", there, b'{"on": true}', status=409)
    await send(pages, "wang", there, b'{"on": "yes"}', status=422)
    await house.gather()
    assert json.loads(await send(pages, "wang", there, b'{"on": true}'))["epoch"] > 0
    assert json.loads(await pages.get("yang", f"/sittings/{house.sitting}/state"))["may_share"] is True
    await send(pages, "yang", f"/sittings/{house.sitting}/host/stop-screen", b"{}", status=422)
    await send(pages, "wang", there, b'{"on": false}')


async def test_who_was_put_out_reads_so_instead_of_the_door_and_the_room(pages: Pages, house: House) -> None:
    here = f"/sittings/{house.sitting}"
    await house.gather()
    assert house.yang.account_id
    await house.rooms.remove(house.mo, house.sitting, house.yang.account_id)
    for path in (here, f"{here}/room"):
        page = await pages.get("yang", path)
        assert "您的席位已关闭" in page
        assert f"/cases/{house.case_id}" in page
        assert f"{here}/rules" not in page
        assert "data-court" not in page


async def test_a_sitting_that_was_moved_says_so_and_leads_on(pages: Pages, house: House) -> None:
    before, now = house.sitting, house.clock.now()
    async with house.db.begin() as tx:
        call = Call(house.mo, Role.MEDIATOR, Kind.MEDIATION, now + timedelta(days=1), now)
        after = await convene(tx, house.case_id, call)
    page = await pages.get("wang", f"/sittings/{before}")
    assert "本次会议不再举行" in page
    assert f'href="/sittings/{after}"' in page


@pytest.mark.parametrize(
    "sent", [b"", b"[]", b'{"camera": "ok"}', json.dumps(CHECK | {"why": {"camera": "cat"}}).encode()]
)
async def test_a_check_that_says_nothing_sensible_is_refused(pages: Pages, house: House, sent: bytes) -> None:
    await send(pages, "wang", f"/sittings/{house.sitting}/check", sent, status=422)


async def test_what_is_sent_to_measure_the_way_up_has_a_bound(pages: Pages, house: House) -> None:
    there = f"/sittings/{house.sitting}/check/uplink"
    assert json.loads(await send(pages, "wang", there, bytes(2**16))) == {"bytes": 2**16}
    await send(pages, "wang", there, bytes(2**18 + 1), status=422)
