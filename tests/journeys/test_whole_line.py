"""Two cases from the first look on, by five people in five browsers, only through their pages.

One is docketed and its fee paid; one is settled in the room, confirmed by a judge, and ends in the dossier.
"""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from odr.demo.court import STAFF
from odr.domain.steps import Role
from odr.settings import ROOT
from tests.odr.sample_papers import NO_FONTS
from tests.support import line as walk
from tests.support.camera import Camera
from tests.support.citizens import BY_ID, sign_in
from tests.support.faces import needs_faces
from tests.support.line import Line
from tests.support.rooms import (
    act,
    come_together,
    enter_room,
    hears_nothing,
    open_panel,
    say,
    sees_and_hears,
    talk_apart,
)
from tests.support.server import Server
from tests.support.visitors import Visitors

LIU, ZHAO = BY_ID["liu"], BY_ID["zhao"]
OFFER = "我方最低接受四万元"


def phone_of(role: Role) -> str:
    return next(one.phone for one in STAFF if role in one.roles)


@needs_faces
@pytest.mark.skipif(NO_FONTS, reason="no Chinese font: run `npm ci` first")
@pytest.mark.timeout(600)
async def test_two_cases_from_the_first_look_to_the_dossier(
    server: Server, visitors: Visitors, make_camera: Callable[..., Camera], tmp_path: Path
) -> None:
    tried, settled = Line(server), Line(server)
    cameras = {name: make_camera(name) for name in ("liu", "zhao")}
    liu = await visitors.open("liu", camera=cameras["liu"])
    await walk.look_first(liu)
    await sign_in(liu, LIU.phone, to="/me/identity")
    await walk.prove(liu, server, cameras["liu"], LIU)
    beside = await liu.context.new_page()
    await asyncio.gather(walk.file(tried, beside, "trial"), walk.file(settled, liu, "mediate"))
    await beside.close()

    judge = await visitors.open("filing judge", phone=False)
    desks = await _desks(judge, tried, settled)
    await judge.context.add_cookies(desks[settled.case])
    await walk.review(settled, judge, liu)
    await judge.goto("about:blank")  # the other judge's page would go on loading in this one's name
    await judge.context.add_cookies(desks[tried.case])
    zhao = await visitors.open("zhao", camera=cameras["zhao"])
    await asyncio.gather(
        walk.docket_and_pay(tried, judge, liu),
        walk.accept_invitation(settled, zhao, cameras["zhao"], ZHAO),
    )

    mediator = await visitors.open("mediator", phone=False)
    await sign_in(mediator, phone_of(Role.MEDIATOR), to="/staff")
    sitting = await walk.name_mediator(settled, mediator, liu, zhao)
    await _mediate(sitting, mediator, liu, zhao)
    await _settle(settled, mediator, liu, zhao)
    await walk.apply(settled, liu, zhao)

    confirming = await visitors.open("confirming judge", phone=False)
    await sign_in(confirming, phone_of(Role.CONFIRMING_JUDGE), to="/staff")
    hearing = await walk.admit(settled, confirming)
    await _hear(hearing, confirming, liu, zhao)
    await walk.rule(settled, confirming)
    await zhao.goto(settled.at("confirmation"))
    await expect(zhao.get_by_text("调解协议已确认有效")).to_be_visible()
    await _check_dossier(settled, zhao, tmp_path)
    await walk.paid_once(liu, LIU.phone)


async def _desks(page: Page, *lines: Line) -> dict[str, Any]:
    """Filings are shared out among the filing judges: of each case the cookies of the one who has it."""
    desks = {}
    for phone in (one.phone for one in STAFF if Role.FILING_JUDGE in one.roles):
        await page.context.clear_cookies()
        await sign_in(page, phone, to="/staff")
        for line in lines:
            if await page.locator(f"a[href='/staff/cases/{line.case}']").count():
                desks[line.case] = await page.context.cookies()
    assert set(desks) == {line.case for line in lines}, "no judge has the filing"
    return desks


async def _settle(line: Line, mediator: Page, liu: Page, zhao: Page) -> None:
    """Station 9: the agreement is written, read and signed in the room; everybody goes on being heard."""
    people = (mediator, liu, zhao)
    await walk.write_terms(mediator, ZHAO.name, LIU.name)
    for page, phone in ((liu, LIU.phone), (zhao, ZHAO.phone), (mediator, phone_of(Role.MEDIATOR))):
        await walk.sign(line, page, phone)
        await asyncio.gather(*(sees_and_hears(page) for page in people))
    for page in people:
        await expect(page.locator("[data-agreement-body]")).to_contain_text("各方均已签署", timeout=30_000)
    await act(mediator, "close").click()
    await mediator.get_by_role("button", name="是", exact=True).click()
    for page in (liu, zhao):
        await expect(page.locator(".court")).to_have_attribute("data-phase", "closed")


async def _mediate(sitting: str, mediator: Page, liu: Page, zhao: Page) -> None:
    """Station 8: both ways; of the caucus with A nothing reaches B; paper, opinion, minutes."""
    people = (mediator, liu, zhao)
    await asyncio.gather(*(enter_room(page, sitting) for page in people))
    await expect(mediator.locator("[data-lobby-people] li")).to_have_count(2, timeout=30_000)
    await act(mediator, "start").click()
    await asyncio.gather(*(sees_and_hears(page) for page in people))
    await talk_apart(mediator, "A", liu)
    await expect(liu.locator("[data-caucus]")).to_contain_text("单独谈话")
    await asyncio.gather(sees_and_hears(liu), sees_and_hears(mediator), hears_nothing(zhao))
    await say(liu, OFFER)
    await open_panel(mediator, "chat")
    await expect(mediator.locator("[data-chat-lines]")).to_contain_text(OFFER)
    await come_together(mediator)
    await sees_and_hears(zhao)
    assert OFFER not in await zhao.content()
    await open_panel(liu, "evidence")
    mine = liu.locator("[data-exhibit='A-1']")
    await mine.get_by_role("button", name="向对方出示").click()
    await liu.locator("[data-ask]").get_by_role("button", name="是", exact=True).click()
    await expect(mine.get_by_role("button", name="向对方出示")).to_be_hidden()
    await mine.get_by_role("button", name="向在场的人展示").click()
    for page in people:
        await expect(page.locator("[data-paper-image]")).to_be_visible()
    await open_panel(zhao, "evidence")
    card = zhao.locator("[data-exhibit='A-1']")
    await card.locator("summary").click()
    for name in ("truth", "legality", "relevance"):
        await card.locator(f"input[name={name}][value=admit]").check()
    await card.get_by_role("button", name="记录我的意见").click()
    await expect(card.locator(".exhibit__opinion")).to_contain_text("认可")
    await _write_down(mediator, "双方确认借款本金五万元")
    await expect(zhao.locator("[data-minutes-lines]")).to_contain_text("双方确认借款本金五万元")


async def _write_down(host: Page, text: str) -> None:
    await open_panel(host, "minutes")
    await host.locator("#minutes-text").fill(text)
    await host.get_by_role("button", name="记入笔录").click()
    await expect(host.locator("[data-minutes-lines]")).to_contain_text(text)


async def _hear(hearing: str, judge: Page, *parties: Page) -> None:
    """Station 10: the judge asks both in a room, and writes down what they say."""
    people = (judge, *parties)
    await asyncio.gather(*(enter_room(page, hearing) for page in people))
    await expect(judge.locator("[data-lobby-people] li")).to_have_count(2, timeout=30_000)
    await act(judge, "start").click()
    await asyncio.gather(*(sees_and_hears(page) for page in people))
    await _write_down(judge, "双方均称自愿签订协议，能够按约定履行。")
    await act(judge, "close").click()
    await judge.get_by_role("button", name="是", exact=True).click()
    await expect(parties[0].locator("[data-lobby-words]")).to_contain_text("会议已经结束")


async def _check_dossier(line: Line, page: Page, folder: Path) -> None:
    """Station 11: taken by a party, checked offline; one changed byte is found."""
    dossier = await (await page.request.get(line.at("dossier"))).body()
    keys = folder / "trust.json"
    keys.write_bytes(await (await page.request.get("/verify/trust.json")).body())
    changed = bytearray(dossier)
    changed[len(changed) // 2] ^= 1
    for name, body, status in (("whole.zip", dossier, 0), ("changed.zip", bytes(changed), 1)):
        (folder / name).write_bytes(body)
        program = [sys.executable, "-m", "odr", "verify", str(folder / name), "--trust", str(keys)]
        told = await asyncio.to_thread(subprocess.run, program, cwd=ROOT, capture_output=True, check=False)
        assert told.returncode == status, told.stdout.decode() + told.stderr.decode()
