"""A shared screen: begun, seen where the person is, and over when they stop, move, leave or are stopped."""

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
    return await open_house(database, clock)


def screens(house: House) -> frozenset[UUID]:
    """Whose media lets through."""
    return house.media.rooms[house.sitting].screens


async def seen(house: House, person: Actor) -> set[UUID]:
    """Whose the page of the person shows."""
    view = await house.rooms.show(person, house.sitting)
    return {seat.id for seat in view.seats if seat.shares}


async def entries(house: House) -> list[tuple[str, UUID | None, str | None]]:
    """Of the log: what, by whom, whose; all of one moment, so beginnings first."""
    async with house.db.read() as tx:
        found = await tx.audit.of_case(house.case_id)
    return sorted(
        (
            (one.action.removeprefix("sitting."), one.actor_id, one.details.get("seat"))
            for one in found
            if one.action.startswith("sitting.screen_")
        ),
        key=lambda entry: entry[0],
    )


async def test_a_screen_is_begun_and_ended_by_the_person_and_both_stand_in_the_log(house: House) -> None:
    await house.gather()
    epoch = await house.rooms.share(house.wang, house.sitting)
    assert house.media.rooms[house.sitting].epoch == epoch
    assert screens(house) == {one(house.wang)}
    for person in (house.wang, house.yang, house.mo):
        assert await seen(house, person) == {one(house.wang)}
    await house.rooms.unshare(house.wang, house.sitting)
    await house.rooms.unshare(house.wang, house.sitting)
    assert screens(house) == await seen(house, house.yang) == set()
    wang = one(house.wang)
    assert await entries(house) == [("screen_begin", wang, None), ("screen_end", wang, str(wang))]


async def test_one_shares_at_a_time_and_the_next_when_that_has_ended(house: House) -> None:
    await house.gather()
    await house.rooms.share(house.wang, house.sitting)
    with pytest.raises(NotAllowed):
        await house.rooms.share(house.yang, house.sitting)
    await house.rooms.unshare(house.wang, house.sitting)
    await house.rooms.share(house.yang, house.sitting)
    assert screens(house) == {one(house.yang)}


async def test_nobody_shares_before_the_sitting_begins(house: House) -> None:
    await house.come(house.wang, house.yang, house.mo)
    with pytest.raises(NotAllowed):
        await house.rooms.share(house.wang, house.sitting)


async def test_the_host_ends_a_screen_and_nobody_else_does(house: House) -> None:
    await house.gather()
    await house.rooms.share(house.wang, house.sitting)
    with pytest.raises(NotPermitted):
        await house.rooms.stop_screen(house.yang, house.sitting, one(house.wang))
    with pytest.raises(NotAllowed):
        await house.rooms.stop_screen(house.mo, house.sitting, one(house.yang))
    await house.rooms.stop_screen(house.mo, house.sitting, one(house.wang))
    assert screens(house) == set()
    assert (await entries(house))[-1] == ("screen_end", one(house.mo), str(one(house.wang)))


async def test_a_move_into_a_talk_apart_and_out_of_it_ends_every_screen(house: House) -> None:
    await house.gather()
    await house.rooms.share(house.mo, house.sitting)
    await house.apart("A")
    assert screens(house) == set()
    await house.rooms.share(house.wang, house.sitting)
    assert (await seen(house, house.mo), await seen(house, house.yang)) == ({one(house.wang)}, set())
    await house.together()
    assert screens(house) == await seen(house, house.mo) == set()
    assert [what for what, _, _ in await entries(house)] == ["screen_begin"] * 2 + ["screen_end"] * 2


async def test_who_is_left_outside_shares_apart_unseen(house: House) -> None:
    await house.gather()
    await house.apart("A")
    told = len(await house.news(house.mo, "state"))
    await house.rooms.share(house.yang, house.sitting)
    assert await seen(house, house.mo) == await seen(house, house.wang) == set()
    assert len(await house.news(house.mo, "state")) == told
    with pytest.raises(NotAllowed):
        await house.rooms.stop_screen(house.mo, house.sitting, one(house.yang))
    await house.rooms.share(house.wang, house.sitting)  # nobody learns that another talk has one
    assert screens(house) == {one(house.wang), one(house.yang)}


async def test_a_lost_line_a_new_page_and_a_removal_end_the_screen(house: House) -> None:
    await house.gather()
    await house.rooms.share(house.wang, house.sitting)
    house.clock.advance(seconds=1)
    left = SeatLeft(house.sitting, one(house.wang), SeatEnding.LOST, house.clock.now())
    await house.rooms.heard(left)
    assert screens(house) == set()
    await house.rooms.share(house.yang, house.sitting)
    await house.rooms.ticket(house.yang, house.sitting)
    assert screens(house) == set()
    await house.rooms.share(house.mo, house.sitting)
    await house.rooms.dismiss(house.mo, house.sitting, one(house.mo))
    assert screens(house) == set()
    assert [what for what, _, _ in await entries(house)] == ["screen_begin"] * 3 + ["screen_end"] * 3


async def test_a_restart_of_the_court_leaves_nobody_sharing(house: House) -> None:
    await house.gather()
    await house.rooms.share(house.wang, house.sitting)
    await house.rooms.recover()
    assert await seen(house, house.wang) == set()
    assert [what for what, _, _ in await entries(house)] == ["screen_begin", "screen_end"]


async def test_a_recording_sees_what_the_recorded_share(house: House) -> None:
    await house.gather()
    await house.rooms.record(house.mo, house.sitting)
    for person in (house.wang, house.yang):
        await house.rooms.answer_recording(person, house.sitting, agrees=True)
    await house.rooms.share(house.wang, house.sitting)
    room = house.media.rooms[house.sitting]
    assert room.tape
    assert room.screens <= room.tape.seats
