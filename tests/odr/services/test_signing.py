"""The agreement from draft to seal: what is read is what is signed, by the one who approved it."""

import asyncio
import shutil
import subprocess
from pathlib import Path

import pytest

from odr.db.uow import Database
from odr.domain import confirmation, mediation
from odr.domain.accounts import PLATFORM
from odr.domain.stepup import Moved
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted, TooMany
from odr.services.clocks import ClockService
from odr.services.mediation import MediationService
from tests.odr.ports.test_typesetter import drawing
from tests.odr.sample_papers import NO_FONTS
from tests.odr.settled_case import TERMS, Table, waiting, without_days
from tests.support.clock import FixedClock

pytestmark = pytest.mark.skipif(NO_FONTS, reason="no Chinese font: run `npm ci` first")
WRONG = {"000000": "000001"}


@pytest.fixture
async def table(database: Database, clock: FixedClock, tmp_path: Path) -> Table:
    return await Table(database, clock, tmp_path).open()


async def state(table: Table, machine: str) -> str | None:
    async with table.db.read() as tx:
        return await tx.states.get(machine, table.case_id)


async def test_an_agreement_that_cannot_be_carried_out_is_not_offered(table: Table) -> None:
    view = await table.agreements.save(table["mediator"], table.case_id, without_days(TERMS))
    assert [(f.rule, f.article) for f in view.findings if f.severity == "error"] == [("due", "JS 358(5)")]
    with pytest.raises(NotAllowed):
        await table.agreements.offer(table["mediator"], table.case_id)
    assert await state(table, "mediation") == mediation.State.DRAFTING


async def test_only_the_mediator_writes_and_a_stranger_learns_nothing(table: Table) -> None:
    with pytest.raises(NotPermitted):
        await table.agreements.save(table["wang"], table.case_id, TERMS)
    with pytest.raises(NotFound):
        await table.agreements.show(table["other"], table.case_id)


async def test_the_parties_see_nothing_of_a_draft(table: Table) -> None:
    await table.agreements.save(table["mediator"], table.case_id, TERMS)
    assert (await table.agreements.show(table["wang"], table.case_id)).lines == ()
    assert (await table.agreements.show(table["mediator"], table.case_id)).lines


async def test_nobody_signs_what_he_has_not_read(table: Table) -> None:
    await table.agreements.save(table["mediator"], table.case_id, TERMS)
    await table.agreements.offer(table["mediator"], table.case_id)
    with pytest.raises(NotAllowed):
        await table.signing.ask(table["wang"], table.case_id, drawing())


async def test_three_signatures_and_the_seal_make_one_valid_file(table: Table) -> None:
    await (await table.offered()).signed_by("liu", "mediator", "wang")
    report = await table.report()
    assert report.holds, report
    assert [one.signer for one in report.signatures][:3] == ["赵模拟", "调解员甲", "王示范"]
    assert len(report.signatures) == 5  # with the seal and its archive time-stamp
    assert await state(table, "mediation") == mediation.State.AGREED
    assert await state(table, "confirmation") == confirmation.State.ELIGIBLE
    async with table.db.read() as tx:
        filed = await tx.documents.newest(table.case_id, "mediation_agreement")
    assert filed is not None
    assert filed.audience == "case"


async def test_the_thirty_days_run_from_the_last_party_not_from_the_mediator(table: Table) -> None:
    await (await table.offered()).signed_by("wang", "liu")
    signed = table.clock.now()
    table.clock.advance(days=2)
    await table.signed_by("mediator")
    async with table.db.read() as tx:
        clock = next(one for one in await tx.clocks.running(table.case_id) if one.rule == "C-01")
    assert clock.started_at == signed
    assert (await table.agreements.show(table["wang"], table.case_id)).effective_at == signed


async def test_a_code_approves_once(table: Table) -> None:
    await table.offered()
    code = await table.asked("wang")
    for _ in range(2):  # the answer was lost, and the person pressed again
        await table.signing.approve(table["wang"], table.case_id, code)
    async with table.db.read() as tx:
        assert len(await waiting(tx, "agreement.sign")) == 1
    with pytest.raises(BadInput):
        await table.signing.approve(table["wang"], table.case_id, WRONG.get(code, "000000"))
    await table.turn()
    await table.signing.approve(table["wang"], table.case_id, code)
    async with table.db.read() as tx:
        assert await waiting(tx, "agreement.sign") == []


async def test_who_writes_once_more_before_the_code_has_come_needs_no_other(table: Table) -> None:
    await table.offered()
    code = await table.asked("wang")
    assert await table.asked("wang") == code
    with pytest.raises(TooMany):  # a code alone is not sent so soon
        await table.signing.ask(table["wang"], table.case_id, None)
    async with table.db.read() as tx:
        acts = [row.action for row in await tx.audit.of_case(table.case_id)]
        assert len(await waiting(tx, "sms.send")) == 1
    assert acts.count("signature.redraw") == 1
    await table.signing.approve(table["wang"], table.case_id, code)
    await table.turn()
    assert [one.signer for one in (await table.report()).signatures] == ["王示范"]


async def test_a_code_for_an_earlier_revision_is_refused(table: Table) -> None:
    await table.offered()
    code = await table.asked("wang")
    await table.signed_by("liu")
    with pytest.raises(Moved):
        await table.signing.approve(table["wang"], table.case_id, code)
    mine = (await table.agreements.show(table["wang"], table.case_id)).mine
    assert mine
    assert mine.stage == "overtaken"


async def test_a_code_of_another_person_is_refused(table: Table) -> None:
    await table.offered()
    code, mine = await table.asked("liu"), await table.asked("wang")
    if code == mine:
        pytest.skip("one in a million: the two codes are the same")
    with pytest.raises(BadInput):
        await table.signing.approve(table["wang"], table.case_id, code)


async def test_five_wrong_tries_end_a_code(table: Table) -> None:
    await table.offered()
    code = await table.asked("wang")
    for _ in range(5):
        with pytest.raises(BadInput):
            await table.signing.approve(table["wang"], table.case_id, WRONG.get(code, "000000"))
    with pytest.raises(TooMany):
        await table.signing.approve(table["wang"], table.case_id, code)


async def test_a_code_ends_after_ten_minutes(table: Table) -> None:
    await table.offered()
    code = await table.asked("wang")
    table.clock.advance(minutes=10, seconds=1)
    with pytest.raises(BadInput):
        await table.signing.approve(table["wang"], table.case_id, code)


async def test_of_two_who_sign_at_once_one_is_asked_again_and_both_end_up_signed(table: Table) -> None:
    await table.offered()
    await table.approved("wang")
    await table.approved("liu")
    await table.turn("agreement.sign")
    stages = {
        one.name: one.stage for one in (await table.agreements.show(table["wang"], table.case_id)).signers
    }
    assert sorted([stages["王示范"], stages["赵模拟"]]) == ["overtaken", "signed"]
    table.clock.advance(minutes=1)
    again = "wang" if stages["王示范"] == "overtaken" else "liu"
    await table.signing.ask(table[again], table.case_id, None)  # the picture drawn before is used again
    await table.signing.approve(table[again], table.case_id, await table.code(again))
    await table.turn()
    view = await table.agreements.show(table["wang"], table.case_id)
    assert [one.stage for one in view.signers] == ["signed", "signed", ""]
    report = await table.report()
    assert {one.signer for one in report.signatures} == {"王示范", "赵模拟"}
    assert report.holds


async def test_an_approval_that_waited_too_long_is_asked_again(table: Table) -> None:
    await table.offered()
    await table.approved("wang")
    table.clock.advance(minutes=11)
    await table.turn()
    mine = (await table.agreements.show(table["wang"], table.case_id)).mine
    assert mine
    assert mine.stage == "overtaken"


async def test_an_empty_drawing_is_told_at_once(table: Table) -> None:
    await table.offered()
    with pytest.raises(BadInput) as refused:
        await table.signing.ask(table["wang"], table.case_id, drawing(ink=False))
    assert refused.value.field == "drawing"


async def test_a_new_version_drops_the_signatures_of_the_old_one(table: Table) -> None:
    await (await table.offered()).signed_by("wang")
    await table.agreements.revise(table["mediator"], table.case_id)
    await table.agreements.offer(table["mediator"], table.case_id)
    view = await table.agreements.show(table["wang"], table.case_id)
    assert view.version == 2
    assert all(one.signed_at is None for one in view.signers)
    assert view.mine
    assert view.mine.read_at is None


async def test_what_every_party_has_signed_is_in_effect_and_nobody_takes_it_back(table: Table) -> None:
    async with table.db.begin() as tx:
        tx.clocks.start("M-10", table.case_id, table.case_id, table.clock.now())
        tx.audit.add(PLATFORM, "set_up", "case", table.case_id, at=table.clock.now())
    await (await table.offered()).signed_by("wang")
    with pytest.raises(NotAllowed, match="signed this agreement already"):
        await table.agreements.decline(table["wang"], table.case_id, "不想签了")
    await table.signed_by("liu")
    signed_at = table.clock.now()
    talks = MediationService(table.db, table.clock)
    for key in ("liu", "mediator"):
        assert "end" not in (await talks.show(table[key], table.case_id)).actions
    acts = (
        table.agreements.revise(table["mediator"], table.case_id),
        talks.end(table["mediator"], table.case_id, "gap"),
        talks.end(table["liu"], table.case_id),
    )
    for act in acts:
        with pytest.raises(NotAllowed, match="in effect") as refused:
            await act
        assert refused.value.article == "OMR 19"
    table.clock.advance(days=40)
    await ClockService(table.db, table.clock).turn()
    assert await state(table, "mediation") == mediation.State.SIGNING
    await table.signed_by("mediator")
    view = await table.agreements.show(table["wang"], table.case_id)
    assert (view.state, view.effective_at) == ("agreed", signed_at)


async def test_a_party_who_declines_ends_the_mediation_and_the_judge_goes_on(table: Table) -> None:
    await table.offered()
    await table.agreements.decline(table["liu"], table.case_id, "金额不对")
    assert await state(table, "mediation") == mediation.State.TERMINATED
    assert await state(table, "filing") == "in_review"


@pytest.mark.parametrize("program", [("qpdf", "--check"), ("pdfsig", "-nocert")])
async def test_other_programs_agree(table: Table, tmp_path: Path, program: tuple[str, ...]) -> None:
    if shutil.which(program[0]) is None:
        pytest.skip(f"{program[0]} is not installed")
    await (await table.offered()).signed_by("wang", "liu", "mediator")
    path = tmp_path / "agreement.pdf"
    path.write_bytes(await table.agreements.pdf(table["wang"], table.case_id))
    done = await asyncio.to_thread(
        subprocess.run, [*program, str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("Signature is Valid") == (4 if program[0] == "pdfsig" else 0)
