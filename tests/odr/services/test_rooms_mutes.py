"""A mute-lock: laid and lifted by whoever leads, kept through moves and losses, never among a side itself."""

from uuid import UUID

import pytest

from odr.db.uow import Database
from odr.domain.accounts import Actor
from odr.errors import NotAllowed, NotPermitted
from odr.ports.media import SeatEnding, SeatLeft
from tests.odr.services.test_rooms import one
from tests.support.clock import FixedClock
from tests.support.sittings import House, open_house


@pytest.fixture
async def house(database: Database, clock: FixedClock) -> House:
    house = await open_house(database, clock)
    await house.gather()
    return house


def muted(house: House) -> frozenset[UUID]:
    """Whose sound media keeps back."""
    return house.media.rooms[house.sitting].muted


async def shown(house: House, person: Actor) -> set[UUID]:
    """Who is muted, as the page of the person has it."""
    view = await house.rooms.show(person, house.sitting)
    return {seat.id for seat in view.seats if seat.muted}


async def test_whoever_leads_mutes_and_lifts_it_and_both_stand_in_the_log_once(house: House) -> None:
    before = house.media.rooms[house.sitting].epoch
    for _ in range(2):
        await house.rooms.mute(house.mo, house.sitting, one(house.wang))
    assert muted(house) == {one(house.wang)}
    for person in (house.wang, house.yang, house.mo):
        assert await shown(house, person) == {one(house.wang)}
    for _ in range(2):
        await house.rooms.unmute(house.mo, house.sitting, one(house.wang))
    assert muted(house) == await shown(house, house.yang) == set()
    assert house.media.rooms[house.sitting].epoch == before + 2
    async with house.db.read() as tx:
        entries = [row for row in await tx.audit.of_case(house.case_id) if "mute" in row.action]
    assert sorted(row.action for row in entries) == ["sitting.mute", "sitting.unmute"]
    assert {(row.actor_id, row.details["seat"]) for row in entries} == {(one(house.mo), str(one(house.wang)))}


async def test_nobody_else_mutes_and_nobody_mutes_the_host(house: House) -> None:
    for deed in (house.rooms.mute, house.rooms.unmute):
        with pytest.raises(NotPermitted):
            await deed(house.yang, house.sitting, one(house.wang))
    with pytest.raises(NotAllowed):
        await house.rooms.mute(house.mo, house.sitting, one(house.mo))
    assert muted(house) == set()


async def test_a_mute_holds_over_a_lost_line_and_a_restart(house: House) -> None:
    await house.rooms.mute(house.mo, house.sitting, one(house.wang))
    left = SeatLeft(house.sitting, one(house.wang), SeatEnding.LOST, house.clock.now())
    await house.rooms.heard(left)
    await house.rooms.ticket(house.wang, house.sitting)
    assert muted(house) == {one(house.wang)}
    house.media.rooms.clear()
    await house.rooms.recover()
    await house.rooms.ticket(house.wang, house.sitting)
    assert muted(house) == {one(house.wang)}


async def test_a_side_among_itself_is_heard_and_the_others_learn_nothing_of_it(house: House) -> None:
    await house.rooms.mute(house.mo, house.sitting, one(house.yang))
    await house.apart("A")
    assert muted(house) == await shown(house, house.yang) == await shown(house, house.mo) == set()
    with pytest.raises(NotAllowed):
        await house.rooms.mute(house.mo, house.sitting, one(house.yang))
    await house.rooms.mute(house.mo, house.sitting, one(house.wang))
    assert await shown(house, house.yang) == set()
    await house.together()
    assert muted(house) == {one(house.wang), one(house.yang)}


async def test_a_mute_can_be_lifted_while_the_person_is_away(house: House) -> None:
    await house.rooms.mute(house.mo, house.sitting, one(house.wang))
    left = SeatLeft(house.sitting, one(house.wang), SeatEnding.GONE, house.clock.now())
    await house.rooms.heard(left)
    await house.rooms.unmute(house.mo, house.sitting, one(house.wang))
    await house.rooms.ticket(house.wang, house.sitting)
    assert muted(house) == set()
