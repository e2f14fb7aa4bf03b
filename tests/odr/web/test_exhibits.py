"""Evidence in the room as a page asks for it, and the page for opinions after the sitting."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from odr.domain.steps import Role
from odr.web.middlewares import SESSION_COOKIE
from tests.support.clock import FixedClock
from tests.support.pages import Pages, served
from tests.support.sittings import House, open_house


@pytest.fixture
async def pages(tmp_path: Path) -> AsyncIterator[Pages]:
    async with served(tmp_path) as made:
        yield made


@pytest.fixture
async def house(pages: Pages) -> House:
    """Everybody in the joint room of the served court."""
    house = await open_house(pages.platform.db, FixedClock(pages.platform.clock.now()))
    await house.gather()
    for name, actor in (("wang", house.wang), ("yang", house.yang), ("mo", house.mo)):
        await pages.sign_in(name, replace(actor, since=None))
    return house


async def tell(pages: Pages, who: str, path: str, body: object, status: int = 200) -> str:
    origin = str(pages.client.make_url("/"))[:-1]
    headers = {"Cookie": f"{SESSION_COOKIE}=token-of-{who}", "Origin": origin}
    answer = await pages.client.post(path, json=body, headers=headers)
    text = await answer.text()
    assert answer.status == status, f"{answer.status}: {text[-500:]}"
    return text


async def open_page(pages: Pages, house: House) -> str:
    """wang shows a piece; the address of the room's evidence."""
    item = await house.add_exhibit(house.wang, disclosed=True)
    here = f"/sittings/{house.sitting}/evidence"
    await tell(pages, "wang", f"{here}/{item}/show", {"page": 1})
    return here


async def test_what_lies_beside_the_page_is_refused(pages: Pages, house: House) -> None:
    here = await open_page(pages, house)
    item = json.loads(await pages.get("wang", here))["items"][0]["id"]
    for path, body in (
        ("view", {"zoom": 99, "x": 0, "y": 0}),
        ("view", {"zoom": 100, "x": "0", "y": 0}),
        ("point", {"page": 1, "x": 10_001, "y": 0}),
        (f"{item}/mark", {"page": 1, "points": [[0, 0]]}),
        (f"{item}/mark", {"page": 1, "points": [[0, 0], ["cat", 1]]}),
        (f"{item}/mark", {"page": 1, "points": [[0, 0]] * 201}),
        (f"{item}/time", {"time": "forever"}),
    ):
        await tell(pages, "mo", f"{here}/{path}", body, status=422)


async def test_marks_and_zoom_reach_the_other_pages(pages: Pages, house: House) -> None:
    here = await open_page(pages, house)
    item = json.loads(await pages.get("wang", here))["items"][0]["id"]
    await tell(pages, "wang", f"{here}/view", {"zoom": 200, "x": 1000, "y": 2000})
    await tell(pages, "yang", f"{here}/{item}/mark", {"page": 1, "points": [[0, 0], [5, 5]]})
    showing = json.loads(await pages.get("mo", here))["showing"]
    assert (showing["zoom"], showing["marks"][0]["points"]) == (200, [[0, 0], [5, 5]])


async def test_an_opinion_is_given_on_a_page_of_its_own_until_the_time_is_over(
    pages: Pages, house: House
) -> None:
    here = await open_page(pages, house)
    item = json.loads(await pages.get("mo", here))["items"][0]["id"]
    await tell(pages, "mo", f"{here}/{item}/time", {"time": "1d"})
    sitting, asked = f"/sittings/{house.sitting}", f"/sittings/{house.sitting}/opinions"
    assert "请您发表质证意见" in await pages.get("yang", sitting)
    assert "记录我的意见" not in await pages.get("wang", asked)  # nobody judges their own evidence
    form = {"truth": "deny", "legality": "admit", "relevance": "admit", "reason": ""}
    refused = await pages.post("yang", f"{asked}/{item}", form, status=422)
    assert "请简要说明理由" in refused
    assert 'value="deny" required checked' in refused  # what was chosen stays chosen
    told = await pages.post("yang", f"{asked}/{item}", form | {"reason": "签名不像我的"})
    assert "签名不像我的" in told
    async with house.db.begin() as tx:
        call = await tx.exhibits.call_for(UUID(item))
        assert call
        call.due_at -= timedelta(days=2)
        tx.audit.add(house.mo, "test.later", "evidence", UUID(item), at=house.clock.now())
    await house.rooms.close(house.mo, house.sitting)  # in the joint room it is taken at any time
    over = await pages.post("yang", f"{asked}/{item}", form | {"reason": "再想想"}, status=422)
    assert "时限已过" in over


async def test_an_original_is_asked_for_and_compared_on_the_pages_of_those_it_concerns(
    pages: Pages, house: House
) -> None:
    here = await open_page(pages, house)
    item = json.loads(await pages.get("mo", here))["items"][0]["id"]
    sitting, page = f"/sittings/{house.sitting}", f"/sittings/{house.sitting}/opinions"
    doubt = {"truth": "ask_original", "legality": "admit", "relevance": "admit", "reason": "看不清"}
    await tell(pages, "yang", f"{here}/{item}/opinion", doubt)
    assert "有人要求核对证据原件" in await pages.get("wang", sitting)
    assert "用挂号信寄给主持人" in await pages.get("wang", page)
    asker, host = await pages.get("yang", page), await pages.get("mo", page)
    assert "我不再要求核对原件" in asker
    assert "用挂号信寄给主持人" not in asker + host
    assert "记录核对结果" not in asker
    assert "记录核对结果" in host
    form = {"way": "counter", "result": "differs", "note": "", "present": "王示范"}
    refused = await pages.post("mo", f"{page}/{item}/original", form, status=422)
    assert "请写明哪里不一致" in refused
    assert 'value="counter" required checked' in refused  # what was chosen stays chosen
    await tell(pages, "mo", f"{here}/{item}/original", form, status=422)
    await pages.post("yang", f"{page}/{item}/original", form | {"note": "缺一页"}, status=403)
    told = await pages.post("mo", f"{page}/{item}/original", form | {"note": "缺一页"})
    assert "缺一页" in told
    assert "原件与复印件不一致" in await pages.get("wang", page)
    shown = json.loads(await pages.get("yang", here))["items"][0]["original"]
    assert (shown["state"], shown["comparisons"][0]["present"]) == ("compared", "王示范")
    await pages.post("yang", f"{page}/{item}/original/take-back", {}, status=422)
    await tell(pages, "yang", f"{here}/{item}/opinion", doubt)
    await pages.post("yang", f"{page}/{item}/original/take-back", {})
    assert "后已撤回" in await pages.get("wang", page)
    assert "有人要求核对证据原件" not in await pages.get("wang", sitting)


async def test_what_the_other_side_disclosed_stands_on_the_page_of_the_papers(
    pages: Pages, house: House
) -> None:
    shown, kept = [await house.add_exhibit(house.wang, disclosed=disclosed) for disclosed in (True, False)]
    page = await pages.get("yang", f"/cases/{house.case_id}/papers")
    assert "对方的证据" in page
    assert f"/papers/{shown}" in page
    assert str(kept) not in page


async def test_a_stranger_finds_no_opinions_and_brings_nothing(pages: Pages, house: House) -> None:
    async with house.db.begin() as tx:
        clerk = tx.accounts.add("+8613800000077", house.clock.now(), "书记员")
        await tx.flush()
        tx.accounts.give_role(clerk.id, Role.SUPPORT)
        tx.audit.add(house.mo, "account.open", "account", clerk.id, at=house.clock.now())
    await pages.sign_in(
        "clerk", replace(house.mo, account_id=clerk.id, staff_roles=frozenset({Role.SUPPORT}))
    )
    await pages.get("clerk", f"/sittings/{house.sitting}/opinions", status=404)
    await pages.post("clerk", f"/sittings/{house.sitting}/evidence", {"title": "x"}, status=404)
