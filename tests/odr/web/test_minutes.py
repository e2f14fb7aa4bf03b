"""The minutes through their page: checked, corrected, settled and signed; a judge finds none of it."""

import base64
import re
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from uuid import UUID, uuid4
from zipfile import ZipFile

import pytest

from odr.db.convening import Call, convene
from odr.db.minutes import MinutesFact, MinutesLine
from odr.domain.accounts import Actor
from odr.domain.sittings import Kind
from odr.domain.steps import Role
from odr.web.middlewares import SESSION_COOKIE
from tests.odr.ports.test_typesetter import drawing
from tests.odr.sample_papers import NO_FONTS
from tests.odr.settled_case import WebTable
from tests.odr.web.test_agreements import table as table  # noqa: PLC0414  the fixture, as pytest finds it
from tests.support.scripts import played

pytestmark = pytest.mark.skipif(NO_FONTS, reason="no Chinese font: run `npm ci` first")
DRAWN = "data:image/png;base64," + base64.b64encode(drawing()).decode()
SAID, FACT = "我方同意只要四万元", "借款发生在2025年1月"


async def over(table: WebTable) -> UUID:
    """A sitting of all three with one line and one stated fact, that has just ended."""
    platform, now = table.platform, table.platform.clock.now()
    mediator = table.people["mediator"]
    async with platform.db.begin() as tx:
        sitting = await convene(tx, table.case_id, Call(mediator, Role.MEDIATOR, Kind.MEDIATION, now, now))
        for key in ("wang", "liu", "mediator"):
            account_id = table.people[key].account_id
            assert account_id
            tx.sittings.note(sitting, account_id, "joined", now)
        assert mediator.account_id
        tx.minutes.add(
            MinutesLine(
                id=uuid4(),
                sitting_id=sitting,
                number=1,
                at=now,
                speaker="王示范",
                text=SAID,
                key="joint",
                written_by=mediator.account_id,
            )
        )
        tx.minutes.state_fact(MinutesFact(id=uuid4(), sitting_id=sitting, text=FACT, stated_at=now))
    await platform.rooms.close(mediator, sitting)
    return sitting


def action(page: str, ending: str) -> str:
    """The address of the form whose action matches."""
    found = re.search(rf'action="([^"]*{ending})"', page)
    assert found, f"no form for {ending}"
    return found[1]


async def test_from_the_end_of_the_sitting_to_the_last_signature(table: WebTable) -> None:
    sitting = await over(table)
    here = f"/sittings/{sitting}/minutes"
    await table.turn()
    assert here in await table.get("wang", f"/cases/{table.case_id}")
    page = await table.get("liu", here)
    assert "这一条不对" in page
    (line,) = set(re.findall(r'name="line" value="([^"]+)"', page))
    await table.post("liu", f"{here}/correct", {"line": line, "new": SAID}, status=422)
    await table.post("liu", f"{here}/correct", {"line": "", "new": ""}, status=422)
    kept = await table.post(
        "liu", f"{here}/correct", {"line": line, "new": "", "reason": "没说过"}, status=422
    )
    assert "没说过" in kept
    page = await table.post("liu", f"{here}/correct", {"line": line, "new": "我方同意要四万五千元"})
    assert "更正意见已送达调解员" in page
    answer = action(await table.get("mediator", here), r"/answer/[^\"]+")
    await table.post("mediator", answer, {"verdict": "refuse", "answer": ""}, status=422)
    await table.post("mediator", answer, {"verdict": "accept", "answer": ""})
    for key in ("wang", "liu"):
        page = await table.get(key, here)
        assert "<del>" in page
        await table.post(key, action(page, r"/facts/[^\"]+"), {"agrees": "yes"})
        page = await table.post(key, f"{here}/right", {"x": "1"})
    await table.turn()
    for key in ("wang", "liu", "mediator"):
        page = await table.get(key, here)
        assert f"{here}/page/1.png" in page
        await table.post(key, f"{here}/sign", {"drawing": DRAWN})
        code = await table.code(key)
        await table.post(key, f"{here}/code", {"code": "nothing"}, status=422)
        await table.post(key, f"{here}/code", {"code": code})
        await table.turn()
    assert "各方均已签署" in await table.get("wang", here)
    await table.turn()
    assert "无争议事实记载" in await table.get("wang", f"/cases/{table.case_id}")
    assert "调解笔录" in await table.get("mediator", f"/staff/mediation/{table.case_id}")
    names = await dossier_of(table, "wang")
    assert [name for name in names if "-minutes." in name]
    assert [name for name in names if "-undisputed_facts." in name]


SENDING = """
const answers = JSON.parse(process.argv[1]);
const names = [];
globalThis.document = { querySelectorAll: () => [], addEventListener: () => {} };
const { sendOff } = await import("MODULE");
const field = { value: "", dataset: {}, form: null, focus: () => {} };
for (const [text, comes] of answers) {
  field.value = text;
  const post = async (_text, name) => { names.push(name); if (!comes) throw new Error("lost"); };
  await sendOff(field, post, () => {});
}
console.log(JSON.stringify({ names, left: field.value }));
"""


def test_what_is_sent_once_more_has_the_name_that_it_had() -> None:
    sent = [("a", False), ("a", False), ("a", True), ("a", True), ("b", True)]  # and whether the answer comes
    done = played("room/parts/court.js", SENDING, sent)
    first, second, third, *others = [UUID(name) for name in done["names"]]
    assert first == second == third
    assert len({first, *others}) == 3
    assert done["left"] == ""


SPEAKING = """
const [chosen, ...rooms] = JSON.parse(process.argv[1]);
globalThis.HTMLSelectElement = class {
  options = [];
  get value() { return (this.options.find((one) => one.selected) ?? this.options[0])?.value ?? ""; }
  set value(wanted) { for (const one of this.options) one.selected = one.value === wanted; }
  replaceChildren(...options) { this.options = options; }
};
globalThis.Option = class {
  constructor(_text, value, _default, selected = false) { Object.assign(this, { value, selected }); }
};
const select = new HTMLSelectElement();
globalThis.document = { querySelectorAll: () => [], querySelector: () => select, addEventListener: () => {} };
const { Talk } = await import("MODULE");
const told = [];
for (const names of rooms) {
  Talk.prototype.showSpeakers.call({}, { seats: names.map((name) => ({ name })) });
  if (!told.length) select.value = chosen;
  told.push([select.value, select.options.map((one) => one.value)]);
}
console.log(JSON.stringify(told));
"""


def test_whose_words_are_written_down_stays_chosen_when_somebody_comes() -> None:
    rooms = [["甲", "乙"], ["丙", "甲", "乙"], ["丙", "甲", "丁"]]
    told = played("room/parts/talk.js", SPEAKING, ["乙", *rooms])
    assert told == [["乙", rooms[0]], ["乙", rooms[1]], ["丙", rooms[2]]]


async def test_the_answer_that_was_typed_stays_where_a_correction_cannot_be_taken_over(
    table: WebTable,
) -> None:
    here = f"/sittings/{await over(table)}/minutes"
    await table.turn()
    (line,) = set(re.findall(r'name="line" value="([^"]+)"', await table.get("liu", here)))
    for key, new in (("wang", "要四万五千元"), ("liu", "要四万六千元")):
        await table.post(key, f"{here}/correct", {"line": line, "new": new})
    page = await table.get("mediator", here)
    first, second = re.findall(rf'action="({here}/answer/[^"]+)"', page)
    await table.post("mediator", first, {"verdict": "accept", "answer": ""})
    kept = await table.post("mediator", second, {"verdict": "accept", "answer": "录音里听得出"}, status=422)
    assert "录音里听得出" in kept


async def dossier_of(table: WebTable, key: str) -> list[str]:
    """The files in the dossier that this person may have."""
    assert table.client
    headers = {"Cookie": f"{SESSION_COOKIE}={table.tokens[key]}"}
    answer = await table.client.get(f"/cases/{table.case_id}/dossier", headers=headers)
    with ZipFile(BytesIO(await answer.read())) as dossier:
        return dossier.namelist()


async def test_no_judge_reads_what_was_offered(table: WebTable) -> None:
    sitting = await over(table)
    judge = table.people["judge"]
    async with table.platform.db.begin() as tx:
        case = await tx.cases.held(table.case_id)
        case.confirming_judge_id = case.judge_id = judge.account_id
        tx.audit.add(judge, "set_up", "case", case.id, at=table.platform.clock.now())
    for key in ("judge", "other"):
        for path in ("", ".pdf", "/page/1.png"):
            await table.get(key, f"/sittings/{sitting}/minutes{path}", status=404)
        await table.get(key, f"/sittings/{sitting}/facts", status=404)
        for act in ("right", "correct", "facts", "sign", "code"):
            await table.post(key, f"/sittings/{sitting}/minutes/{act}", {"text": "x", "new": "x"}, status=404)
    papers = await table.platform.documents.of_case(judge, table.case_id)
    assert not {one.kind for one in papers} & {"minutes", "evidence_record"}


async def test_no_address_gives_a_judge_what_was_said_in_mediation(table: WebTable) -> None:
    sitting, platform = await over(table), table.platform
    roles = (Role.FILING_JUDGE, Role.CONFIRMING_JUDGE, Role.TRIAL_JUDGE, Role.DIVISION_HEAD)
    now = platform.clock.now()
    async with platform.db.begin() as tx:
        case = await tx.cases.held(table.case_id)
        for number, role in enumerate(roles):
            account = tx.accounts.add(f"+86136000000{number:02}", now, role.value)
            await tx.flush()
            tx.accounts.give_role(account.id, role)
            table.people[role.value] = Actor(account.id, frozenset({role}))
            table.tokens[role.value] = f"token-of-{role.value}"
            digest = sha256(table.tokens[role.value].encode()).digest()
            tx.accounts.add_session(digest, account.id, now, now + timedelta(hours=1))
        case.judge_id = table.people[Role.FILING_JUDGE.value].account_id
        case.confirming_judge_id = table.people[Role.CONFIRMING_JUDGE.value].account_id
        tx.audit.add(table.people["mediator"], "set_up", "case", case.id, at=now)
    assert SAID in await table.get("wang", f"/sittings/{sitting}/minutes")
    assert table.client
    named = {"case": table.case_id, "case_id": table.case_id, "sitting": sitting}
    asked = 0
    for route in table.client.app.router.routes():
        path = route.resource.canonical if route.resource else ""
        if route.method != "GET" or not set(re.findall(r"{(\w+)}", path)) & named.keys():
            continue
        path = re.sub(r"{(\w+)}", lambda found: str(named.get(found[1], sitting)), path)
        for role in roles:
            headers = {"Cookie": f"{SESSION_COOKIE}={table.tokens[role.value]}"}
            answer = await table.client.get(path, headers=headers, allow_redirects=False)
            body = await answer.read()
            if body.startswith(b"PK"):
                with ZipFile(BytesIO(body)) as dossier:
                    assert not [
                        name for name in dossier.namelist() if "minutes" in name or "evidence_rec" in name
                    ]
                    body = b"".join(dossier.read(name) for name in dossier.namelist())
            assert SAID not in body.decode(errors="replace"), f"{role} reads it at {path}"
            asked += 1
    assert asked > 100
