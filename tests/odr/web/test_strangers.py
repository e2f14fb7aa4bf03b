"""Nobody without a part in a case does anything in it (S-042): asked of the router, address by address."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiohttp import web

from odr.db.convening import Call, convene
from odr.domain.sittings import Kind, SeatRole
from odr.domain.steps import Role
from odr.web import routes
from tests.support.clock import FixedClock
from tests.support.filings import citizen, open_account, verify
from tests.support.mediations import Reviewed, reviewed
from tests.support.pages import Pages, served

HELPER = citizen("wang")
TABLES = (
    routes.filing,
    routes.parties,
    routes.settling,
    routes.mediations,
    routes.representation,
    routes.sittings_and_rooms,
    routes.staff,
)
PLACES = {
    "side": "front",
    "number": "1",
    "page": "1",
    "question": "claims",
    "field": "claims",
    "act": "docket",
}

# enough for every form: what is wrong in one is said for any address alike, before the case is looked up
WHOLE = {
    **dict.fromkeys(
        ("answer", "acts", "right", "declared", "scrolled", "confirmed", "granted", "rights", "no_recording"),
        "yes",
    ),
    **dict.fromkeys(("reason", "reasons", "note", "text", "value", "items", "title", "why", "words"), "还钱"),
    **{
        "kind": "lawyer",
        "version": "2026-01",
        "days": "7",
        "index": "0",
        "mediator": "court",
        "code": "123456",
    },
}
_ONE_CASE = re.compile(r"\{(case|sitting)\}")
# the same for what the scripts of a sitting send
TOLD = {
    **dict.fromkeys(("camera", "microphone", "speaker", "media"), "ok"),
    **dict.fromkeys(("truth", "legality", "relevance"), "admit"),
    **{
        "rtt_ms": 20,
        "loss": 0,
        "accepts": True,
        "text": "还钱",
        "reason": "",
        "page": 1,
        "seat": str(UUID(int=1)),
        "zoom": 100,
        "x": 1,
        "y": 1,
        "points": [[1, 1], [2, 2]],
        "time": "1d",
        "agrees": True,
        "way": "post",
        "result": "agrees",
        "present": "王示范",
    },
}
OWN = {
    "/cases/{case}/draft/device",  # a link to the asker's own account, which finds nothing there
    "/sittings/{sitting}/check/ping",  # how fast the asker's own line is
    "/sittings/{sitting}/check/uplink",
}
# what is opened to whoever has a seat of the sitting; in the room `tests/odr/services/test_guests.py` goes on
ROOM = {
    *("", "/apart", "/beside", "/calendar.ics", "/chat", "/check", "/check/ticket", "/hand", "/room"),
    *("/rules", "/state", "/ticket", "/evidence", "/evidence/point", "/evidence/put-away", "/evidence/view"),
    *("/evidence/wipe", "/evidence/{item}/mark", "/evidence/{item}/show", "/recording", "/screen"),
}
FORMS = {"/sittings/{sitting}/rules"}  # of a sitting; the rest is asked by scripts


def doors() -> Iterator[tuple[str, str]]:
    """Method and address of everything that concerns one case."""
    for table in TABLES:
        for row in table():
            if isinstance(row, web.RouteDef) and _ONE_CASE.search(row.path) and row.path not in OWN:
                yield row.method, re.sub(r"\{(\w+):[^}]*\}", r"{\1}", row.path)


@pytest.fixture
async def pages(tmp_path: Path) -> AsyncIterator[Pages]:
    async with served(tmp_path) as opened:
        yield opened


@pytest.fixture
async def case(pages: Pages) -> Reviewed:
    """Liu's filing in review; Wang, named as helper in it, is signed in and verified as everybody else is."""
    now = pages.platform.clock.now()
    filed = await reviewed(pages.platform.db, FixedClock(now), helper="yes", helper_name=HELPER.name)
    helper = await open_account(pages.platform.db, "wang", now)
    await verify(pages.platform.db, helper, "wang", now)
    for name, actor in (("wang", helper), ("judge", filed.judge), ("liu", filed.applicant)):
        await pages.sign_in(name, actor)
    return filed


async def test_a_helper_or_another_third_person_opens_no_door(pages: Pages, case: Reviewed) -> None:
    places = PLACES | {"case": str(case.case_id), "sitting": str(await _sitting(pages, case))}
    before = await _trace(pages, case)
    asked, opened = 0, []
    for method, path in doors():
        rest = re.findall(r"\{(\w+)\}", path)
        address = path.format(**{name: places.get(name, str(uuid4())) for name in rest})
        sent: dict[str, Any] = {"data": WHOLE}
        if path.startswith("/sittings/") and method == "POST" and path not in FORMS:
            sent = {"json": TOLD}
        answer = await pages.client.request(method, address, headers=_headers(pages), **sent)
        asked += 1
        if answer.status not in (403, 404):
            opened.append(f"{method} {path}: {answer.status}")
    assert opened == [], "\n".join(opened)
    assert asked > 90
    assert await _trace(pages, case) == before


async def test_a_helper_with_a_seat_of_their_own_opens_the_doors_of_the_room_and_no_other(
    pages: Pages, case: Reviewed
) -> None:
    """Wang helps Liu in the sitting; S-042 holds for the case as before."""
    sitting = await _sitting(pages, case)
    now = pages.platform.clock.now()
    async with pages.platform.db.begin() as tx:
        helper = await tx.accounts.by_phone(HELPER.phone)
        assert helper
        tx.sittings.add_seat(sitting, helper.id, SeatRole.HELPER_A, HELPER.name)
        tx.audit.add(case.judge, "guest.seat", "sitting", sitting, at=now)
    places = PLACES | {"case": str(case.case_id), "sitting": str(sitting)}
    opened = set()
    for method, path in doors():
        rest = re.findall(r"\{(\w+)\}", path)
        address = path.format(**{name: places.get(name, str(uuid4())) for name in rest})
        sent: dict[str, Any] = {"data": WHOLE}
        if path.startswith("/sittings/") and method == "POST" and path not in FORMS:
            sent = {"json": TOLD}
        answer = await pages.client.request(method, address, headers=_headers(pages), **sent)
        if answer.status not in (403, 404):
            opened.add(path.removeprefix("/sittings/{sitting}"))
    assert opened == ROOM


async def test_the_helper_is_marked_for_the_party_and_for_the_judge(pages: Pages, case: Reviewed) -> None:
    assert "协助人" in await pages.get("liu", f"/cases/{case.case_id}")
    assert f"有协助人：{HELPER.name}" in await pages.get("judge", f"/staff/cases/{case.case_id}")


async def test_nobody_submits_what_another_has_begun(pages: Pages, case: Reviewed) -> None:
    draft = await pages.platform.drafts.start(case.applicant, {"cause": "loan"})
    for path in ("draft", "papers", "authority", "notice", "submit"):
        await pages.get("wang", f"/cases/{draft}/{path}", status=404)
    for path in ("draft/claims", "draft/urgent", "papers", "authority", "submit"):
        sent = {"declared": "yes", "value": "还钱"}
        await pages.post("wang", f"/cases/{draft}/{path}", sent, status=404)


async def _sitting(pages: Pages, case: Reviewed) -> UUID:
    """A sitting of the case, with a seat for its party and none for the third person."""
    now = pages.platform.clock.now()
    async with pages.platform.db.begin() as tx:
        return await convene(tx, case.case_id, Call(case.judge, Role.MEDIATOR, Kind.MEDIATION, now, now))


def _headers(pages: Pages) -> dict[str, str]:
    origin = str(pages.client.make_url("/"))[:-1]
    return {"Origin": origin, "Cookie": "sid=token-of-wang"}


async def _trace(pages: Pages, case: Reviewed) -> list[str]:
    """What was done in the case so far."""
    async with pages.platform.db.read() as tx:
        return [row.action for row in await tx.audit.of_case(case.case_id)]
