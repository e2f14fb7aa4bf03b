"""The agreement through its pages, as the mediator and the parties use them."""

import base64
import re
import socket
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from odr.app import make_app
from odr.db.migrate import upgrade
from odr.domain.accounts import PLATFORM
from odr.domain.agreements import Instalment
from odr.domain.offers import Offered, Validity
from odr.settings import Settings
from odr.wiring import build
from odr.worker import Worker, handlers
from tests.odr.ports.test_typesetter import drawing
from tests.odr.sample_papers import NO_FONTS
from tests.odr.settled_case import TERMS, WebTable
from tests.support.scripts import played
from tests.support.server import free_port

pytestmark = pytest.mark.skipif(NO_FONTS, reason="no Chinese font: run `npm ci` first")
DRAWN = "data:image/png;base64," + base64.b64encode(drawing()).decode()
FORM = {
    "facts": TERMS.facts,
    "payer": "赵模拟",
    "payee": "王示范",
    "amount": "50,000",
    "way": "account",
    "holder": "王示范",
    "bank": "示范银行",
    "account": "6200990000000000001",
    "part_of": "0",
    "part_amount": "50000",
    "part_due": "2099-04-30",
    "accelerates": "yes",
    "claim": "归还借款",
    "outcome": "granted",
    "costs": "各自负担",
}


EVERY = [("clause", str(number)) for number in range(1, 10)]
LOST = 0  # the line broke: no answer at all
# One tick, told to a court that gives these answers; time passes as soon as somebody waits for it.
TICKING = """
const waiting = [];
const pauses = [];
const answers = JSON.parse(process.argv[1]);
const sent = [];
globalThis.document = { querySelectorAll: () => [], addEventListener: () => {} };
globalThis.setTimeout = (act, ms) => waiting.push({ act, ms });
globalThis.fetch = async (_address, { body }) => {
  sent.push(String(body));
  const status = answers.shift();
  if (!status) throw new TypeError("no line");
  return { status, ok: status < 300 };
};
const { PATIENCE_MS, Ticks } = await import("MODULE");
const ticks = new Ticks("/clauses", "one");
ticks.said.set("3", true);
ticks.untold.add("3");
await ticks.tell();
while (waiting.length) {
  const { act, ms } = waiting.shift();
  if (ms === PATIENCE_MS) continue;
  pauses.push(ms);
  await act();
}
console.log(JSON.stringify({ sent, pauses, untold: [...ticks.untold] }));
"""


@pytest.fixture
async def table(tmp_path: Path) -> AsyncIterator[WebTable]:
    port = free_port(socket.SOCK_DGRAM)
    settings = Settings.model_validate({"data_dir": tmp_path, "worker": "separate", "media_port": port})
    platform = build(settings)
    await upgrade(platform.db.engine)
    async with TestClient[Request, Application](TestServer(make_app(platform))) as client:
        worker = Worker(platform.db, platform.clock, handlers(platform))
        yield await WebTable(platform, client, worker).open()


async def test_the_mediator_is_told_beside_the_term_what_cannot_be_carried_out(table: WebTable) -> None:
    page = await table.post("mediator", "agreement/terms", FORM | {"part_due": ""})
    assert "《民诉法解释》第358条第5项" in page
    assert 'action="/cases/' in page
    assert "agreement/offer" not in page


async def test_what_was_typed_stays_when_an_amount_is_none(table: WebTable) -> None:
    page = await table.post("mediator", "agreement/terms", FORM | {"amount": "five"}, status=422)
    assert 'value="five"' in page
    assert "示范银行" in page


async def test_a_payment_without_its_amount_is_named_and_not_thrown_away(table: WebTable) -> None:
    half = {"amount": "", "part_amount": "", "part_due": "", "who": "赵模拟"}
    page = await table.post("mediator", "agreement/terms", FORM | half)
    assert "金额应当大于零" in page
    page = await table.get("mediator", "agreement/terms")
    assert "示范银行" in page
    assert 'id="field-amount" name="amount" type="text" value=""' in page
    assert page.count('<option value="赵模拟" selected>') == 2, "who pays, and who does something"


@pytest.mark.parametrize("number", ["3", "1"])
async def test_a_day_beyond_every_calendar_is_no_day_of_payment(table: WebTable, number: str) -> None:
    late = {"act": "split-0", "split_number": number, "split_first": "9999-12-31"}
    page = await table.post("mediator", "agreement/terms", FORM | late, status=422)
    assert 'href="#field-split_first"' in page
    offer = {"act": "look", "payer": "B", "amount": "3", "number": number, "first": "9999-12-31"}
    page = await table.post("wang", "negotiation/new", offer | {"validity": "week"}, status=422)
    assert 'href="#field-first"' in page


async def test_a_page_of_a_number_that_no_paper_has_is_not_found(table: WebTable) -> None:
    await table.post("mediator", "agreement/terms", FORM)
    await table.post("mediator", "agreement/offer", {})
    await table.get("wang", f"agreement/page/{'9' * 5000}.png", status=404)
    await table.post("mediator", "agreement/terms", FORM | {"act": f"split-{'9' * 5000}"})


async def test_instalments_are_worked_out_and_add_up(table: WebTable) -> None:
    asked = {"act": "split-0", "split_number": "3", "split_first": "2099-01-31", "split_every": "month"}
    page = await table.post("mediator", "agreement/terms", FORM | asked)
    assert page.count('value="16666"') == 2
    assert 'value="16668"' in page
    assert 'value="2099-02-28"' in page
    assert "第1版" not in page  # worked out, not kept
    page = await table.post("mediator", "agreement/terms", FORM | asked | {"split_first": ""}, status=422)
    assert 'href="#field-split_first"' in page


async def test_an_offer_accepted_meanwhile_is_not_written_over_unseen(table: WebTable) -> None:
    await table.post("mediator", "agreement/terms", FORM | {"version": "0"})
    page = await table.get("mediator", "agreement/terms")
    assert 'name="version" value="1"' in page
    offered = Offered("B", 4_800_000, (Instalment(4_800_000, date(2030, 5, 1)),))
    offers, case = table.platform.offers, table.case_id
    offer = await offers.make(table.people["liu"], case, offered, Validity.WEEK)
    await offers.answer(table.people["wang"], case, offer, yes=True)
    page = await table.post("mediator", "agreement/terms", FORM | {"version": "1"}, status=422)
    assert "已有更新的版本" in page
    assert 'value="50,000"' in page  # what was written stays
    await table.post("mediator", "agreement/terms", FORM | {"version": "2"})


async def test_agreement_is_written_read_and_signed_through_the_pages(table: WebTable) -> None:
    await table.post("mediator", "agreement/terms", FORM)
    await table.post("mediator", "agreement/offer", {})
    assert "我已看完全部内容" in await table.get("wang", "agreement")
    for key in ("wang", "liu"):
        await table.say(key, "read", EVERY)
    for key in ("wang", "mediator", "liu"):
        page = await table.post(key, "agreement/sign", {"drawing": DRAWN})
        assert "短信验证码" in page
        await table.post(key, "agreement/code", {"code": await table.code(key)})
        await table.turn()
    page = await table.get("wang", "agreement")
    assert "各方均已签署" in page
    said = await table.json("liu", "agreement.json")
    assert [one["signed"] for one in said["signers"]] == [True, True, True]


async def test_each_clause_is_confirmed_and_a_break_loses_no_tick(table: WebTable) -> None:
    await table.post("mediator", "agreement/terms", FORM)
    await table.post("mediator", "agreement/offer", {})
    assert 'value="2" checked' not in await table.get("wang", "agreement")
    await table.say("wang", "clauses", {"clause": "2"}, status=204)
    assert 'value="2" checked' in await table.get("wang", "agreement")
    page = await table.say("wang", "read", {"clause": "2"}, status=422)
    assert 'href="#field-clause-1"' in page
    await table.say("wang", "clauses", {"clause": "1"}, status=204)  # one tick says nothing of another
    assert 'value="2" checked' in await table.get("wang", "agreement")
    await table.say("wang", "clauses", {"open": "2"}, status=204)  # taken back
    page = await table.get("wang", "agreement")
    assert 'value="2" checked' not in page
    assert 'value="1" checked' in page
    await table.say("wang", "read", {"clause": "3"}, status=422)  # the form says all of it
    page = await table.get("wang", "agreement")
    assert 'value="3" checked' in page
    assert 'value="1" checked' not in page
    await table.say("other", "clauses", {"clause": "1"}, status=404)
    await table.say("judge", "clauses", {"clause": "1"}, status=404)


async def test_whoever_signs_reads_what_is_to_be_weighed_and_until_when(table: WebTable) -> None:
    await table.post("mediator", "agreement/terms", FORM | {"holder": "赵模拟", "costs": ""})
    async with table.platform.db.begin() as tx:
        tx.clocks.start("M-10", table.case_id, table.case_id, table.platform.clock.now())
        (clock,) = await tx.clocks.running(table.case_id)
        tx.audit.add(PLATFORM, "set_up", "case", table.case_id, at=table.platform.clock.now())
        last = clock.last_day
        until = f"{last.year}年{last.month}月{last.day}日"
    await table.post("mediator", "agreement/offer", {})
    page = await table.get("wang", "agreement")
    assert "data-live-notice" in page
    assert f"调解期限至{until}" in page
    for words in ("签署前请斟酌", "账户户名不是收款人本人", "没有写明费用由谁负担"):
        assert words in page
    page = await table.post("wang", "agreement/decline", {"reason": "太" * 2001}, status=422)
    assert "太" * 2001 in page, "what was typed stays"


async def test_a_tick_that_comes_after_the_form_changes_nothing(table: WebTable) -> None:
    await table.post("mediator", "agreement/terms", FORM)
    await table.post("mediator", "agreement/offer", {})
    await table.say("wang", "read", EVERY)
    await table.say("wang", "clauses", {"open": "2", "clause": "1"}, status=204)
    async with table.platform.db.read() as tx:
        row = await tx.agreements.newest(table.case_id)
        assert row
        said = [one.said for one in await tx.agreements.clauses(row.id)]
    assert said
    assert set(said) == {"agreed"}


@pytest.mark.parametrize(
    ("answers", "times"), [([204], 1), ([503, LOST, 500, 204], 4), ([403], 1), ([409], 1)]
)
def test_a_tick_is_said_again_until_the_court_has_answered_it(answers: list[int], times: int) -> None:
    done = played("agreements/parts/clauses.js", TICKING, answers)
    assert done["sent"] == ["clause=3&text=one"] * times
    assert done["untold"] == ([] if answers[-1] == 204 else ["3"])
    assert done["pauses"] == [2000, 4000, 8000][: times - 1]


async def test_what_was_ticked_on_a_former_text_does_not_count_for_the_new_one(table: WebTable) -> None:
    await table.post("mediator", "agreement/terms", FORM)
    await table.post("mediator", "agreement/offer", {})
    former = [
        *EVERY,
        ("text", (await table.platform.agreements.show(table.people["wang"], table.case_id)).text),
    ]
    await table.post("mediator", "agreement/revise", {})
    page = await table.post("wang", "agreement/read", former, status=409)
    assert "协议文本已被收回修改" in page
    await table.post("mediator", "agreement/terms", FORM | {"amount": "30,000", "part_amount": "30000"})
    await table.post("mediator", "agreement/offer", {})
    for path in ("read", "clauses/2/ask"):
        page = await table.post("wang", f"agreement/{path}", former, status=409)
        assert "协议文本在您打开之后有改动" in page
        assert "<del>50,000</del>" in page  # what changed stands there
        assert "<ins>30,000</ins>" in page
        assert 'value="1" checked' not in page
    told = await table.post("wang", "agreement/clauses", former, status=409)
    assert "协议文本在您打开之后有改动" in told
    assert "我已看完全部内容" in await table.get("wang", "agreement")  # nobody has read it yet
    await table.post("wang", "agreement/read", EVERY, status=409)  # a form that names no text
    await table.say("wang", "read", EVERY)
    assert "我已看完全部内容" not in await table.get("wang", "agreement")


async def test_enter_in_a_box_presses_neither_ask_nor_read(table: WebTable) -> None:
    await table.post("mediator", "agreement/terms", FORM)
    await table.post("mediator", "agreement/offer", {})
    form = (await table.get("wang", "agreement")).partition("data-clauses")[2]
    assert re.search("<button[^>]*>", form)[0] == '<button type="submit" disabled hidden>'  # type: ignore[index]


async def test_a_question_about_a_clause_reaches_the_mediator_alone(table: WebTable) -> None:
    await table.post("mediator", "agreement/terms", FORM)
    await table.post("mediator", "agreement/offer", {})
    await table.say("wang", "clauses/2/ask", {"clause": "1"})
    assert "对第2条有疑问" in await table.get("mediator", "agreement")
    assert "对第2条有疑问" not in (await table.get("liu", "agreement")).replace("我对第2条有疑问", "")
    page = await table.get("wang", "agreement")
    assert "弄清楚以后请打勾" in page
    assert 'value="1" checked' in page
    await table.say("wang", "read", [one for one in EVERY if one[1] != "2"], status=422)
    await table.say("wang", "read", EVERY)
    assert "对第2条有疑问" not in await table.get("mediator", "agreement")


async def test_versions_stand_side_by_side_and_a_party_sees_those_that_were_offered(table: WebTable) -> None:
    await table.get("wang", "agreement/versions", status=404)
    await table.post("mediator", "agreement/terms", FORM)
    await table.get("wang", "agreement/versions", status=404)
    await table.post("mediator", "agreement/terms", FORM | {"amount": "45000", "part_amount": "45000"})
    await table.post("mediator", "agreement/offer", {})
    page = await table.get("mediator", "agreement/versions")
    assert "<del>" in page
    assert "<ins>" in page
    assert "<del>" not in await table.get("wang", "agreement/versions")  # one offered so far
    await table.get("wang", "agreement/versions?first=1&second=2", status=404)
    await table.post("mediator", "agreement/revise", {})
    await table.post("mediator", "agreement/terms", FORM | {"costs": "被申请人负担"})
    await table.post("mediator", "agreement/offer", {})
    assert "<del>" in await table.get("wang", "agreement/versions")
    assert "agreement/versions" in await table.get("wang", "agreement")
    await table.get("other", "agreement/versions", status=404)


async def test_the_confirming_judge_reads_what_all_have_signed_and_no_text_before_it(
    table: WebTable,
) -> None:
    await table.post("mediator", "agreement/terms", FORM)
    await table.post("mediator", "agreement/offer", {})
    async with table.platform.db.begin() as tx:
        case = await tx.cases.held(table.case_id)
        case.confirming_judge_id = table.people["judge"].account_id
        tx.audit.add(PLATFORM, "case.set_up", "case", case.id, at=table.platform.clock.now())
    for path in ("agreement/versions", "agreement.pdf", "agreement/page/1.png"):
        await table.get("judge", path, status=404)
    assert "50,000" not in await table.get("judge", "agreement")
    await table.post("mediator", "agreement/revise", {})
    await table.settle()
    assert "版本" in await table.get("wang", "agreement/versions")
    page = await table.get("judge", "agreement/versions")
    assert "50,000" in page
    assert page.count('<option value="') == 0, "one version alone"
    await table.get("judge", "agreement/versions?first=1&second=2", status=404)


async def test_the_mediator_calls_everybody_to_the_text_once_it_is_offered(table: WebTable) -> None:
    await table.post("mediator", "agreement/terms", FORM)
    await table.post("mediator", "agreement/call", {}, status=422)
    await table.post("mediator", "agreement/offer", {})
    await table.post("wang", "agreement/call", {}, status=403)
    await table.post("mediator", "agreement/call", {})
    async with table.platform.db.read() as tx:
        called = {news.account_id for news in await tx.pushes.after(0) if news.payload.get("call")}
    assert called == {table.people[key].account_id for key in ("wang", "liu", "mediator")}


async def test_a_stranger_finds_nothing(table: WebTable) -> None:
    await table.get("other", "agreement", status=404)
    await table.get("other", "agreement/page/1.png", status=404)


async def test_a_party_may_not_write_terms(table: WebTable) -> None:
    await table.get("wang", "agreement/terms", status=403)
