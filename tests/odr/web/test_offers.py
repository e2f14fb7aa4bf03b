"""The negotiation through its pages: seen before it is sent, large in figures, beside them in words."""

import io
import re
import socket
import zipfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from odr.app import make_app
from odr.db.migrate import upgrade
from odr.domain.accounts import PLATFORM
from odr.domain.steps import Role
from odr.settings import Settings
from odr.web import routes
from odr.web.middlewares import SESSION_COOKIE
from odr.wiring import build
from odr.worker import Worker, handlers
from tests.odr.settled_case import WebTable
from tests.support.server import free_port

FORM = {
    "payer": "B",
    "amount": "45,678.50",
    "number": "3",
    "first": "2030-01-31",
    "every": "month",
    "accelerates": "yes",
    "other": "当面道歉",
    "settles": "yes",
    "validity": "week",
}


@pytest.fixture
async def table(tmp_path: Path) -> AsyncIterator[WebTable]:
    port = free_port(socket.SOCK_DGRAM)
    settings = Settings.model_validate({"data_dir": tmp_path, "worker": "separate", "media_port": port})
    platform = build(settings)
    await upgrade(platform.db.engine)
    async with TestClient[Request, Application](TestServer(make_app(platform))) as client:
        worker = Worker(platform.db, platform.clock, handlers(platform))
        yield await WebTable(platform, client, worker).open()


async def newest(table: WebTable, key: str) -> str:
    view = await table.platform.offers.show(table.people[key], table.case_id)
    return str(view.offers[0].id)


async def test_an_offer_is_seen_whole_sent_countered_and_accepted(table: WebTable) -> None:
    page = await table.post("liu", "negotiation/new", FORM | {"act": "look"})
    assert "¥45,678.50" in page
    assert "肆万伍仟陆佰柒拾捌元伍角" in page
    assert "¥15,226.50" in page  # the last of three takes the rest
    assert "2030年2月28日" in page
    assert "没有等待答复" in await table.get("wang", "negotiation")  # looking at it sends nothing
    await table.post("liu", "negotiation/new", FORM | {"act": "send"})
    page = await table.get("wang", "negotiation")
    assert "¥45,678.50" in page
    assert "赵模拟付给王示范" in page
    first = await newest(table, "wang")
    page = await table.get("wang", f"negotiation/new?counter={first}")
    assert 'value="45678.50"' in page
    await table.post("wang", "negotiation/new", FORM | {"amount": "48000", "act": "send", "counter": first})
    assert "¥48,000.00" in await table.get("liu", "negotiation")
    page = await table.post("liu", f"negotiation/{await newest(table, 'liu')}", {"answer": "yes"})
    assert "接受方案不等于签字" in page
    assert 'value="48000"' in await table.get("mediator", "agreement/terms")
    await table.turn()
    async with table.platform.db.read() as tx:
        told = await tx.messages.of_account(table.people["wang"].account_id or table.case_id)
    assert "offer_accepted" in {one.name for one in told}


async def test_the_page_of_the_mediation_says_what_waits_for_whom(table: WebTable) -> None:
    assert "等待答复：" not in await table.get("wang", "mediation")
    await table.post("liu", "negotiation/new", FORM | {"act": "send"})
    assert "等待答复：1" in await table.get("wang", "mediation")
    assert "等待答复：" not in await table.get("liu", "mediation")
    assert "等待答复：1" in await table.get("mediator", f"/staff/mediation/{table.case_id}")


async def test_what_is_wrong_is_told_and_what_was_typed_stays(table: WebTable) -> None:
    page = await table.post("liu", "negotiation/new", FORM | {"act": "send", "first": ""}, status=422)
    assert 'href="#field-first"' in page
    assert 'value="45,678.50"' in page
    await table.post("liu", "negotiation/new", FORM | {"act": "look", "number": "61"}, status=422)
    await table.post("liu", "negotiation/new", FORM | {"act": "look", "validity": "ever"}, status=422)


async def test_a_short_message_says_nothing_of_what_is_offered(table: WebTable) -> None:
    await table.post("liu", "negotiation/new", FORM | {"act": "send"})
    async with table.platform.db.read() as tx:
        (event,) = await tx.outbox.pending("notice.send")
    await table.platform.messages.send_notice(event)
    async with table.platform.db.read() as tx:
        sent = [str(one.payload) for one in await tx.outbox.pending("sms.send")]
    assert len(sent) == 1
    assert "negotiation" in sent[0]
    assert not any(word in sent[0] for word in (*SECRET, "赵"))


async def test_the_mediator_proposes_to_one_side_alone_and_then_to_both(table: WebTable) -> None:
    page = await table.post("mediator", "negotiation/new", FORM | {"act": "look", "to": "A"})
    assert "只给王示范看" in page
    await table.post("mediator", "negotiation/new", FORM | {"act": "send", "to": "A"})
    assert "没有等待答复" in await table.get("liu", "negotiation")
    alone = await newest(table, "wang")
    await table.post("wang", f"negotiation/{alone}", {"answer": "yes"})
    assert f"new?like={alone}" in await table.get("mediator", "negotiation")
    await table.get("liu", f"negotiation/new?like={alone}")
    await table.post("mediator", "negotiation/new", FORM | {"act": "send"})
    both = await newest(table, "liu")
    assert "密封保存" in await table.get("liu", "negotiation")
    await table.post("wang", f"negotiation/{both}", {"answer": "yes"})
    assert "同意" not in (await table.get("liu", "negotiation")).partition("密封保存")[0]
    await table.post("liu", f"negotiation/{both}", {"answer": "yes"})
    assert "已接受" in await table.get("wang", "negotiation")


SECRET = ("45,678", "45678", "4567850", "当面道歉")  # of the offers of this file
COURT = (
    Role.FILING_JUDGE,
    Role.TRIAL_JUDGE,
    Role.DIVISION_HEAD,
    Role.COORDINATOR,
    Role.SUPPORT,
    Role.AUDITOR,
)


@pytest.mark.parametrize("named", [True, False], ids=["the judge of the case", "everybody else of the court"])
async def test_at_no_address_does_the_court_learn_of_a_concession(table: WebTable, named: bool) -> None:
    for key, form in (("mediator", FORM | {"to": "A"}), ("liu", FORM), ("mediator", FORM)):
        await table.post(key, "negotiation/new", form | {"act": "send"})
    for key in ("wang", "liu"):
        await table.post(key, f"negotiation/{await newest(table, key)}", {"answer": "yes"})
    await table.turn()
    who = table.people["judge" if named else "other"].account_id
    assert who
    async with table.platform.db.begin() as tx:
        for role in COURT:
            tx.accounts.give_role(who, role)
        case = await tx.cases.held(table.case_id)
        case.judge_id = case.confirming_judge_id = who if named else None
        tx.audit.add(PLATFORM, "case.set_up", "case", case.id, at=table.platform.clock.now())
    key, asked = "judge" if named else "other", 0
    for path in addresses(str(table.case_id)):
        body = await told(table, key, path)
        assert not [word for word in SECRET if word in body], path
        asked += bool(body)
    assert asked > (5 if named else 1)
    assert [word for word in SECRET if word in await told(table, "wang", f"/cases/{table.case_id}/dossier")]


def addresses(case: str) -> Iterator[str]:
    """Everything of a case that can be opened, and what is not of one case."""
    for rows in (
        routes.filing,
        routes.parties,
        routes.settling,
        routes.mediations,
        routes.staff,
        routes.public,
    ):
        for row in rows():
            if isinstance(row, web.RouteDef) and row.method == "GET":
                path = re.sub(r"\{(\w+):[^}]*\}", r"{\1}", row.path).replace("{case}", case)
                path = path.replace("{case_id}", case).replace("{number}", "1")
                if "{" not in path:
                    yield path


async def told(table: WebTable, key: str, path: str) -> str:
    """What the person reads there; a dossier opened, "" where there is nothing for this person."""
    assert table.client
    headers = {"Cookie": f"{SESSION_COOKIE}={table.tokens[key]}"}
    answer = await table.client.get(path, headers=headers)
    body = await answer.read()
    if answer.status != 200:
        return ""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            return "".join(packed.read(name).decode(errors="replace") for name in packed.namelist())
    return body.decode(errors="replace")


@pytest.mark.parametrize(("key", "status"), [("other", 404), ("judge", 404)])
async def test_who_has_no_seat_at_the_table_opens_no_door(table: WebTable, key: str, status: int) -> None:
    await table.get(key, "negotiation", status=status)
    await table.post(key, "negotiation/new", FORM | {"act": "send"}, status=status)
