"""Confirmation and service: both apply, both are heard, the sealed ruling reaches both with proof."""

import asyncio
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from odr.db.uow import Database
from odr.domain.accounts import Actor
from odr.domain.grounds import DISMISSED, NOT_ADMITTED
from odr.domain.signed_pdfs import check_pdf
from odr.domain.sittings import SeatRole
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted
from odr.services.cases import CaseService
from odr.services.hearings import CounterHearing
from tests.odr.sample_papers import NO_FONTS
from tests.odr.settled_case import Table, waiting
from tests.support.careless import careless
from tests.support.clock import FixedClock
from tests.support.databases import Databases

pytestmark = pytest.mark.skipif(NO_FONTS, reason="no Chinese font: run `npm ci` first")
ABSENT_355 = [ground.id for ground in NOT_ADMITTED]
ABSENT_358 = [ground.id for ground in DISMISSED]
CHILD = "王小样"
TALK = (("法官", "协议是否自愿？"), ("王示范", "自愿。"), ("赵模拟", "自愿。"))


@dataclass(frozen=True, slots=True)
class Signed:
    """A table whose agreement all have signed: its database, its files, who sits there, and since when."""

    url: str
    files: Path
    case_id: UUID
    people: dict[str, Actor]
    at: datetime


@pytest.fixture(scope="module")
def signed(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Signed]:
    folder = tmp_path_factory.mktemp("signed")
    with databases.fresh(folder) as url:
        yield asyncio.run(_sign(url, folder / "files"))


async def _sign(url: str, files: Path) -> Signed:
    db, clock = careless(Database(url)), FixedClock()
    try:
        table = await Table(db, clock, files).open()
        await (await table.offered()).signed_by("wang", "liu", "mediator")
    finally:
        await db.close()
    return Signed(url, files, table.case_id, table.people, clock.now())


@pytest.fixture
def database_url(databases: Databases, signed: Signed, tmp_path: Path) -> Iterator[str]:
    with databases.fresh(tmp_path, of=signed.url) as url:
        yield url


@pytest.fixture
def table(signed: Signed, database: Database, tmp_path: Path) -> Table:
    """An agreement signed by all, with rows and files of its own."""
    files = shutil.copytree(signed.files, tmp_path / "files")
    return Table(database, FixedClock(signed.at), files, signed.case_id, dict(signed.people))


async def applied(table: Table) -> Table:
    for key in ("wang", "liu"):
        await table.confirmations.apply(table[key], table.case_id)
    return table


async def admitted(table: Table) -> Table:
    await (await applied(table)).confirmations.admit(table["judge"], table.case_id, ABSENT_355)
    return table


async def opened(table: Table) -> UUID:
    """The hearing begun with everybody, whose sound is still to come."""
    sitting = await (await admitted(table)).hearing()
    await table.come(sitting, "judge", "wang", "liu")
    await table.rooms.start(table["judge"], sitting)
    return sitting


async def heard(table: Table) -> UUID:
    """Both in the room with the judge, and what they said written down."""
    sitting = await opened(table)
    await table.connect(sitting, "judge", "wang", "liu")
    await write(table, sitting)
    return sitting


async def write(table: Table, sitting: UUID) -> None:
    for speaker, text in TALK:
        table.clock.advance(seconds=1)
        await table.minutes.write(table["judge"], sitting, speaker, text)


async def minutes_ordered(table: Table) -> list[dict[str, Any]]:
    """What the papers of inquiry say, as ordered."""
    async with table.db.read() as tx:
        orders = [event.payload for event in await waiting(tx, "document.issue")]
    return [one["content"] for one in orders if one.get("paper") == "inquiry_minutes"]


async def confirm(table: Table) -> None:
    await table.confirmations.confirm(table["judge"], table.case_id, ABSENT_358)


def account(table: Table, key: str) -> UUID:
    found = table[key].account_id
    assert found
    return found


async def kinds(table: Table) -> list[str]:
    await table.turn()
    async with table.db.read() as tx:
        return [row.kind for row in await tx.documents.of_case(table.case_id)]


async def test_one_side_alone_does_not_bring_it_to_a_judge(table: Table) -> None:
    await table.confirmations.apply(table["wang"], table.case_id)
    with pytest.raises(NotAllowed):
        await table.confirmations.apply(table["wang"], table.case_id)
    assert not await table.confirmations.queue(table["judge"])


async def test_both_sides_bring_it_to_a_judge(table: Table) -> None:
    await applied(table)
    assert [one.state for one in await table.confirmations.queue(table["judge"])] == ["applied"]
    assert "confirmation_application" in await kinds(table)


async def test_after_thirty_days_nobody_may_apply(table: Table) -> None:
    view = await table.confirmations.show(table["wang"], table.case_id)
    assert str(view.last_day) == "2026-04-01"
    table.clock.advance(days=31)
    with pytest.raises(NotAllowed):
        await table.confirmations.apply(table["wang"], table.case_id)


async def test_a_ground_that_was_not_looked_at_stops_admission(table: Table) -> None:
    await applied(table)
    with pytest.raises(BadInput):
        await table.confirmations.admit(table["judge"], table.case_id, ABSENT_355[1:])


async def test_no_ruling_before_both_were_in_the_room_together(table: Table) -> None:
    sitting = await opened(table)
    await table.connect(sitting, "judge", "wang")
    await write(table, sitting)
    with pytest.raises(NotAllowed):
        await confirm(table)
    await table.connect(sitting, "liu")
    with pytest.raises(NotAllowed):  # what was written before liu came is no hearing of both
        await confirm(table)
    await write(table, sitting)
    await confirm(table)


async def test_who_was_admitted_after_the_other_had_gone_was_not_heard_together(table: Table) -> None:
    sitting = await opened(table)
    await table.connect(sitting, "judge", "wang")
    await table.rooms.dismiss(table["judge"], sitting, account(table, "wang"))
    await table.connect(sitting, "liu")
    await write(table, sitting)
    with pytest.raises(NotAllowed):
        await confirm(table)


async def test_a_hearing_without_minutes_is_no_ground_for_a_ruling(table: Table) -> None:
    sitting = await opened(table)
    await table.connect(sitting, "judge", "wang", "liu")
    with pytest.raises(NotAllowed, match="minutes"):
        await confirm(table)
    await table.rooms.close(table["judge"], sitting)
    await table.turn("confirmation.minutes")
    with pytest.raises(NotAllowed):
        await confirm(table)


async def test_the_lines_of_the_room_become_the_paper_once_when_it_closes(table: Table) -> None:
    sitting = await heard(table)
    await table.rooms.close(table["judge"], sitting)
    await table.turn("confirmation.minutes")
    (paper,) = await minutes_ordered(table)
    assert [(one["speaker"], one["text"]) for one in paper["entries"]] == list(TALK)
    assert paper["attendees"] == ["申请人王示范", "被申请人赵模拟"]
    await confirm(table)
    assert len(await minutes_ordered(table)) == 1
    assert (await table.confirmations.show(table["wang"], table.case_id)).both_heard


async def test_a_guardian_is_heard_in_the_place_of_the_ward(table: Table) -> None:
    async with table.db.begin() as tx:
        mother = await tx.cases.participant(table.case_id, account(table, "wang"))
        assert mother
        mother.party, mother.guardian = CHILD, True
        tx.audit.add(table["wang"], "set_up", "case", table.case_id, at=table.clock.now())
    sitting = await heard(table)
    for people in (
        (await table.sittings.invitation(table["judge"], sitting)).people,
        (await table.rooms.show(table["judge"], sitting)).seats,
    ):
        named = {one.name: (one.role, one.in_place_of) for one in people}
        assert named["王示范"] == (SeatRole.PARTY_A, f"{CHILD}的法定代理人")
        assert named["赵模拟"] == (SeatRole.PARTY_B, "")
    await table.rooms.close(table["judge"], sitting)
    await table.turn("confirmation.minutes")
    (paper,) = await minutes_ordered(table)
    assert paper["case_title"] == f"{CHILD}、赵模拟申请司法确认调解协议"
    assert paper["attendees"] == ["申请人的法定代理人王示范", "被申请人赵模拟"]
    await confirm(table)
    async with table.db.read() as tx:
        orders = [event.payload for event in await waiting(tx, "document.issue")]
    (ruling,) = [one["content"] for one in orders if one.get("paper") == "confirmation_ruling"]
    assert f"申请人：{CHILD}，法定代理人：王示范。" in ruling["applicants"]


async def test_a_ruling_takes_the_minutes_of_the_open_room_once(table: Table) -> None:
    sitting = await heard(table)
    await confirm(table)
    await table.rooms.close(table["judge"], sitting)
    await table.turn("confirmation.minutes")
    assert len(await minutes_ordered(table)) == 1


async def test_both_are_told_of_the_hearing_and_led_to_it(table: Table) -> None:
    sitting = await (await admitted(table)).hearing()
    async with table.db.read() as tx:
        told = [event.payload for event in await waiting(tx, "notice.send")]
    assert [one["subject_id"] for one in told if one["name"] == "hearing_fixed"] == [str(sitting)]
    for key in ("wang", "liu", "judge"):
        hearing = (await table.confirmations.show(table[key], table.case_id)).hearing
        assert hearing
        assert hearing.sitting_id == sitting
    card = (await CaseService(table.db, table.clock).show(table["liu"], table.case_id)).card
    assert card.step.address(str(table.case_id)) == f"/sittings/{sitting}"


async def test_another_time_takes_the_place_of_the_one_before_unless_its_room_is_open(table: Table) -> None:
    first = await (await admitted(table)).hearing()
    second = await table.hearing()
    hearing = (await table.confirmations.show(table["wang"], table.case_id)).hearing
    assert hearing
    assert hearing.sitting_id == second != first
    async with table.db.read() as tx:
        told = [event.payload for event in await waiting(tx, "notice.send")]
    about = {one["subject_id"]: one["name"] for one in told}
    assert [about.get(str(one)) for one in (first, second)] == ["hearing_fixed", "hearing_moved"]
    assert "sitting_cancelled" not in about.values()
    await table.come(second, "judge")
    with pytest.raises(NotAllowed):
        await table.hearing()


async def test_the_time_of_a_hearing_lies_ahead_and_within_the_period(table: Table) -> None:
    judge, now = table["judge"], table.clock.now()
    await applied(table)
    with pytest.raises(NotPermitted):  # before admission
        await table.hearings.schedule(judge, table.case_id, None)
    await table.confirmations.admit(judge, table.case_id, ABSENT_355)
    for at in (now - timedelta(minutes=1), now + timedelta(days=32)):
        with pytest.raises(BadInput):
            await table.hearings.schedule(judge, table.case_id, at)
    with pytest.raises(NotPermitted):
        await table.hearings.schedule(table["wang"], table.case_id, None)


async def test_a_hearing_at_the_counter_needs_its_reason(table: Table) -> None:
    await admitted(table)
    for why in (" ", "双方均到庭，且不会使用智能手机。"):
        held = CounterHearing(("A", "B"), TALK, why)
        if not why.strip():
            with pytest.raises(BadInput):
                await table.hearings.record_at_counter(table["judge"], table.case_id, held)
            continue
        await table.hearings.record_at_counter(table["judge"], table.case_id, held)
        (paper,) = await minutes_ordered(table)
        assert why in paper["entries"][-1]["text"]
        assert "当面" in paper["place"]
    await confirm(table)


async def test_the_ruling_is_sealed_and_reaches_both(table: Table) -> None:
    await heard(table)
    await confirm(table)
    assert {"confirmation_acceptance", "inquiry_minutes", "confirmation_ruling"} <= set(await kinds(table))
    async with table.db.read() as tx:
        ruling = await tx.documents.newest(table.case_id, "confirmation_ruling")
    assert ruling
    report = await asyncio.to_thread(check_pdf, await table.objects.get(ruling.object_key), table.trust)
    assert report.holds
    assert report.signatures[0].signer == "示范区人民法院"
    for key in ("wang", "liu"):
        served = (await table.deliveries.of_case(table[key], table.case_id)).items
        assert [one.state for one in served if one.document_id == ruling.id] == ["arrived"]


async def test_a_dismissal_needs_a_ground_and_reasons(table: Table) -> None:
    await admitted(table)
    with pytest.raises(BadInput):
        await table.confirmations.dismiss(table["judge"], table.case_id, ["unclear"], " ")
    with pytest.raises(BadInput):
        await table.confirmations.dismiss(table["judge"], table.case_id, [], "内容不明确。")
    await table.confirmations.dismiss(table["judge"], table.case_id, ["unclear"], "内容不明确。")
    assert "dismissal_ruling" in await kinds(table)


async def test_only_the_judge_of_the_case_decides(table: Table) -> None:
    await applied(table)
    with pytest.raises(NotPermitted):
        await table.confirmations.admit(table["mediator"], table.case_id, ABSENT_355)
    with pytest.raises(NotFound):
        await table.confirmations.show(table["other"], table.case_id)
    with pytest.raises(NotPermitted):
        await table.confirmations.show(table["mediator"], table.case_id)


async def test_without_consent_service_takes_effect_when_it_is_read(table: Table) -> None:
    await table.turn()
    (served,) = (await table.deliveries.of_case(table["wang"], table.case_id)).items
    assert served.effect is None
    table.clock.advance(hours=2)
    await table.documents.open(table["wang"], table.case_id, served.document_id)
    await table.turn()
    (served,) = (await table.deliveries.of_case(table["wang"], table.case_id)).items
    assert served.effect
    assert served.effect.at == table.clock.now()
    assert "delivery_certificate" in await kinds(table)


async def test_with_consent_arrival_is_enough_and_is_certified(table: Table) -> None:
    await table.deliveries.consent(table["liu"], table.case_id, granted=True)
    table.clock.advance(minutes=1)
    await admitted(table)
    await table.turn()
    served = (await table.deliveries.of_case(table["liu"], table.case_id)).items[-1]
    assert served.effect
    assert served.effect.article == "OLR 31(1)"
    papers = await table.documents.of_case(table["liu"], table.case_id)
    assert "delivery_certificate" in [one.kind for one in papers]
    others = await table.documents.of_case(table["wang"], table.case_id)
    assert "delivery_certificate" not in [one.kind for one in others]


async def test_a_confirmation_of_receipt_is_given_by_the_receiver_once(table: Table) -> None:
    await table.turn()
    (served,) = (await table.deliveries.of_case(table["wang"], table.case_id)).items
    with pytest.raises(NotPermitted):
        await table.deliveries.acknowledge(table["liu"], table.case_id, served.id)
    await table.deliveries.acknowledge(table["wang"], table.case_id, served.id)
    with pytest.raises(NotAllowed):
        await table.deliveries.acknowledge(table["wang"], table.case_id, served.id)
