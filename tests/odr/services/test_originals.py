"""The original of a piece: asked for in the room, compared, and written into the record of evidence."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from odr.db.convening import Call, convene
from odr.db.uow import Database
from odr.domain.accounts import Actor
from odr.domain.evidence import Answer, Opinion
from odr.domain.originals import Comparison, Result, Way
from odr.domain.sittings import Kind
from odr.domain.steps import Role
from odr.errors import NotAllowed, NotFound, NotPermitted
from odr.services.exhibits.originals import OriginalView
from tests.support.clock import FixedClock
from tests.support.filings import open_account
from tests.support.sittings import House, open_house

ASKS = Opinion("", Answer.ASK_ORIGINAL, Answer.ADMIT, Answer.ADMIT, "复印件看不清")
ADMITS = Opinion("", Answer.ADMIT, Answer.ADMIT, Answer.ADMIT)
AGREES = Comparison(Way.CAMERA, Result.AGREES)
DIFFERS = Comparison(Way.POST, Result.DIFFERS, "背面另有一行字", "书记员甲")


@pytest.fixture
async def house(database: Database, clock: FixedClock) -> House:
    house = await open_house(database, clock)
    await house.gather()
    return house


async def asked(house: House) -> UUID:
    """A piece of wang, of which yang has asked for the original."""
    item = await house.add_exhibit(house.wang, disclosed=True)
    await house.exhibits.give_opinion(house.yang, house.sitting, item, ASKS)
    return item


async def original(house: House, person: Actor) -> OriginalView:
    (item,) = (await house.exhibits.show(person, house.sitting)).items
    assert item.original
    return item.original


async def notices(house: House) -> list[str]:
    async with house.db.read() as tx:
        events = await tx.outbox.take(house.clock.now(), timedelta(minutes=1))
    names = [one.payload["name"] for one in events if one.kind == "notice.send"]
    return [name for name in names if name.startswith("original_")]


async def acts(house: House) -> list[tuple[str, str]]:
    """What the audit says of originals, and in whose dossiers it stands."""
    async with house.db.read() as tx:
        found = await tx.audit.of_case(house.case_id)
    return [(one.action, one.details["audience"]) for one in found if one.subject == "original"]


async def test_the_owner_is_told_once_and_reads_how_to_show_the_original(house: House) -> None:
    item = await asked(house)
    await house.exhibits.give_opinion(house.yang, house.sitting, item, ASKS)  # again: nothing new
    assert await notices(house) == ["original_asked_a"]
    owner, asker, host = [await original(house, one) for one in (house.wang, house.yang, house.mo)]
    assert (owner.state, owner.side, owner.shows, owner.takes_back, owner.records) == (
        "asked",
        "B",
        True,
        False,
        False,
    )
    assert (asker.shows, asker.takes_back, asker.records) == (False, True, False)
    assert (host.shows, host.takes_back, host.records) == (False, False, True)
    assert await acts(house) == [("original.ask", "talks")]


async def test_a_request_is_taken_back_by_its_side_or_by_another_opinion(house: House) -> None:
    item = await asked(house)
    with pytest.raises(NotAllowed):
        await house.exhibits.take_back_original(house.wang, house.sitting, item)
    with pytest.raises(NotPermitted):
        await house.exhibits.take_back_original(house.mo, house.sitting, item)
    await house.exhibits.take_back_original(house.yang, house.sitting, item)
    assert (await original(house, house.wang)).state == "taken_back"
    with pytest.raises(NotAllowed):
        await house.exhibits.compare_original(house.mo, house.sitting, item, AGREES)
    await house.exhibits.give_opinion(house.yang, house.sitting, item, ASKS)
    await house.exhibits.give_opinion(house.yang, house.sitting, item, ADMITS)
    assert (await original(house, house.wang)).state == "taken_back"
    assert (
        await notices(house)
        == [
            "original_asked_a",
            "original_spared_a",
        ]
        * 2
    )


async def test_two_comparisons_stand_beside_each_other_with_who_was_there(house: House) -> None:
    item = await asked(house)
    with pytest.raises(NotPermitted):
        await house.exhibits.compare_original(house.wang, house.sitting, item, AGREES)
    await house.exhibits.compare_original(house.mo, house.sitting, item, DIFFERS)
    with pytest.raises(NotAllowed):  # another result, and not a word why
        await house.exhibits.compare_original(house.mo, house.sitting, item, AGREES)
    again = Comparison(Way.CAMERA, Result.AGREES, "所指系另一份")
    await house.exhibits.compare_original(house.mo, house.sitting, item, again)
    for person in (house.wang, house.yang, house.mo):
        found = (await original(house, person)).comparisons
        assert [(one.way, one.result, one.note) for one in found] == [
            ("post", "differs", "背面另有一行字"),
            ("camera", "agrees", "所指系另一份"),
        ]
        assert found[0].present == "书记员甲"
        assert {"调解员甲", "杨"} < set(found[1].present.split("、"))
    told = sorted(act for act, _ in await acts(house))  # all of one moment
    assert told == ["original.ask", "original.compare", "original.compare"]
    assert "original_compared" in await notices(house)


async def test_nobody_compares_what_nobody_asked_for(house: House) -> None:
    item = await house.add_exhibit(house.wang, disclosed=True)
    with pytest.raises(NotAllowed):
        await house.exhibits.compare_original(house.mo, house.sitting, item, DIFFERS)
    with pytest.raises(NotFound):
        await house.exhibits.take_back_original(house.yang, house.sitting, item)


async def test_from_a_talk_apart_nothing_is_written_down_and_nobody_hears(house: House) -> None:
    item = await asked(house)
    await house.apart("B")
    before = await house.news(house.wang, "evidence")
    with pytest.raises(NotAllowed):
        await house.exhibits.take_back_original(house.yang, house.sitting, item)
    for found in (AGREES, DIFFERS):
        with pytest.raises(NotAllowed):
            await house.exhibits.compare_original(house.mo, house.sitting, item, found)
    assert await house.news(house.wang, "evidence") == before
    assert [act for act, _ in await acts(house)] == ["original.ask"]


async def test_a_stranger_to_the_sitting_finds_no_original(house: House) -> None:
    item = await asked(house)
    stranger = await open_account(house.db, "sun", house.clock.now())
    with pytest.raises(NotFound):
        await house.exhibits.take_back_original(stranger, house.sitting, item)
    with pytest.raises(NotFound):
        await house.exhibits.compare_original(stranger, house.sitting, item, DIFFERS)


async def test_what_is_compared_after_the_sitting_goes_into_a_record_of_its_own(house: House) -> None:
    item = await asked(house)
    await house.rooms.close(house.mo, house.sitting)
    with pytest.raises(NotAllowed):  # nobody looks any more
        await house.exhibits.compare_original(house.mo, house.sitting, item, AGREES)
    await house.exhibits.compare_original(house.mo, house.sitting, item, DIFFERS)
    async with house.db.read() as tx:
        events = await tx.outbox.take(house.clock.now(), timedelta(minutes=1))
    first, second = [
        one.payload["content"]["items"] for one in events if one.payload.get("paper") == "evidence_record"
    ]
    assert first[0]["originals"] == []
    assert "核对邮寄的原件，原件与复印件不一致（背面另有一行字）" in second[0]["originals"][0]
    (shown,) = (await house.exhibits.asked(house.wang, house.sitting)).items
    assert shown.original
    assert shown.original.comparisons[0].note == "背面另有一行字"


async def test_what_is_compared_in_a_further_sitting_stands_in_its_record(house: House) -> None:
    item = await asked(house)
    await house.rooms.close(house.mo, house.sitting)
    async with house.db.begin() as tx:
        now = house.clock.now()
        call = Call(house.mo, Role.MEDIATOR, Kind.MEDIATION, now + timedelta(minutes=30), now)
        house.sitting = await convene(tx, house.case_id, call)
    await house.gather()
    await house.exhibits.compare_original(house.mo, house.sitting, item, AGREES)
    await house.rooms.close(house.mo, house.sitting)
    async with house.db.read() as tx:
        events = await tx.outbox.take(house.clock.now(), timedelta(minutes=1))
    further = [one for one in events if one.payload.get("paper") == "evidence_record"][-1].payload["content"]
    assert [(one["number"], one["opinions"]) for one in further["items"]] == [("A-1", [])]
    assert "当庭通过视频出示原件，原件与复印件一致" in further["items"][0]["originals"][0]


async def test_a_judge_who_hears_both_sides_reads_nothing_of_an_original_asked_for_in_a_mediation(
    house: House,
) -> None:
    await asked(house)
    now = house.clock.now()
    judge = replace(await open_account(house.db, "zhao", now), since=now)
    async with house.db.begin() as tx:
        call = Call(judge, Role.CONFIRMING_JUDGE, Kind.CONFIRMATION, now + timedelta(minutes=30), now)
        hearing = await convene(tx, house.case_id, call)
    assert not (await house.sittings.invitation(judge, hearing)).original_asked
    assert (await house.exhibits.asked(judge, hearing)).items == ()
    assert (await house.sittings.invitation(house.mo, house.sitting)).original_asked
