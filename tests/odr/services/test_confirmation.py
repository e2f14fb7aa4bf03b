"""Confirmation and service: both apply, both are heard, the sealed ruling reaches both with proof."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from odr.db.uow import Database
from odr.domain.grounds import DISMISSED, NOT_ADMITTED
from odr.domain.signed_pdfs import check_pdf
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted
from tests.odr.sample_papers import NO_FONTS
from tests.odr.settled_case import Table
from tests.support.clock import FixedClock

pytestmark = pytest.mark.skipif(NO_FONTS, reason="no Chinese font: run `npm ci` first")
ABSENT_355 = [ground.id for ground in NOT_ADMITTED]
ABSENT_358 = [ground.id for ground in DISMISSED]
TALK = [("法官", "协议是否自愿？"), ("王示范", "自愿。"), ("赵模拟", "自愿。")]


@pytest.fixture
async def table(database: Database, clock: FixedClock, tmp_path: Path) -> Table:
    """An agreement signed by all."""
    table = await Table(database, clock, tmp_path).open()
    await (await table.offered()).signed_by("wang", "liu", "mediator")
    return table


async def applied(table: Table) -> Table:
    for key in ("wang", "liu"):
        await table.confirmations.apply(table[key], table.case_id)
    return table


async def admitted(table: Table, *heard: str) -> Table:
    await (await applied(table)).confirmations.admit(table["judge"], table.case_id, ABSENT_355)
    if heard:
        await table.confirmations.hear(table["judge"], table.case_id, heard, TALK)
    return table


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


async def test_no_ruling_before_both_were_heard_together(table: Table) -> None:
    await admitted(table, "A")
    with pytest.raises(NotAllowed):
        await table.confirmations.confirm(table["judge"], table.case_id, ABSENT_358)


async def test_the_ruling_is_sealed_and_reaches_both(table: Table) -> None:
    await admitted(table, "A", "B")
    await table.confirmations.confirm(table["judge"], table.case_id, ABSENT_358)
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


async def test_a_hearing_is_fixed_for_both_sides_and_told_to_them(table: Table) -> None:
    await admitted(table)
    await table.confirmations.fix_hearing(table["judge"], table.case_id, None)
    async with table.db.read() as tx:
        sittings = await tx.outbox.pending("sitting.schedule")
        told = [event.payload["name"] for event in await tx.outbox.pending("notice.send")]
    assert [one.payload["kind"] for one in sittings] == ["confirmation"]
    assert "hearing_fixed" in told


async def test_no_hearing_is_fixed_in_the_past_or_after_the_ruling_is_due(table: Table) -> None:
    await admitted(table)
    for days in (-1, 31):
        at = table.clock.now() + timedelta(days=days)
        with pytest.raises(BadInput):
            await table.confirmations.fix_hearing(table["judge"], table.case_id, at)


async def test_a_party_fixes_no_hearing(table: Table) -> None:
    await admitted(table)
    with pytest.raises(NotPermitted):
        await table.confirmations.fix_hearing(table["wang"], table.case_id, None)
