"""Two moves at one time: what a person asks for waits for what the platform does."""

import asyncio
from uuid import uuid4

import pytest

from odr.db.outbox import Event
from odr.domain.cascades import LATER
from odr.domain.sittings import Place, State
from odr.errors import NotAllowed
from odr.ports.media import SeatConnected, SeatEnding, SeatJoined, SeatLeft
from odr.tasks import spawn
from tests.odr.services.test_guests import call_anew
from tests.odr.services.test_rooms import house, one, place
from tests.support.sittings import House

__all__ = ["house"]  # the fixture


async def test_what_the_host_does_while_somebody_is_led_back_is_done_after_it(house: House) -> None:
    await house.gather()
    await house.rooms.heard(SeatLeft(house.sitting, one(house.yang), SeatEnding.LOST, house.clock.now()))
    await house.rooms.ticket(house.yang, house.sitting)
    acts: list[asyncio.Task[None]] = []

    async def host_acts() -> None:
        acts.append(spawn(house.rooms.dismiss(house.mo, house.sitting, one(house.wang)), name="host"))
        done, _ = await asyncio.wait(acts, timeout=0.2)  # it would be refused at once
        assert not done

    async def once_in_the_lobby() -> None:
        house.media.meanwhile = host_acts

    house.media.meanwhile = once_in_the_lobby
    await house.rooms.heard(SeatJoined(house.sitting, one(house.yang), "party_b", house.clock.now()))
    await asyncio.gather(*acts)
    assert await place(house, house.yang) is Place.JOINT
    assert await place(house, house.wang) is Place.LOBBY


async def test_a_sitting_that_ends_before_its_beginning_is_written_down_was_held_all_the_same(
    house: House,
) -> None:
    await house.gather()

    async def behind() -> None:
        for person in (house.wang, house.yang, house.mo):
            await house.rooms.heard(SeatConnected(house.sitting, one(person), house.clock.now()))

    house.media.behind = behind
    await house.rooms.close(house.mo, house.sitting)
    async with house.db.read() as tx:
        events = {row.event for row in await tx.sittings.attendance(house.sitting)}
    assert "together" in events


async def cancelled(house: House) -> State:
    """The mediation has ended; how the sitting stands then."""
    assert "sitting.cancel" in LATER["mediation", "end"]
    payload = {"case_id": str(house.case_id)}
    await house.rooms.cancel(Event(uuid4(), "sitting.cancel", payload, 1, house.clock.now()))
    async with house.db.read() as tx:
        return (await tx.sittings.meeting(house.sitting, None)).state


async def test_what_was_set_is_not_held_once_the_mediation_has_ended(house: House) -> None:
    assert await cancelled(house) is State.CLOSED
    assert await cancelled(house) is State.CLOSED  # delivered twice
    async with house.db.read() as tx:
        told = [one.payload["name"] for one in await tx.outbox.pending("notice.send")]
    assert told.count("sitting_cancelled") == 1
    with pytest.raises(NotAllowed, match="ended"):
        await house.rooms.ticket(house.mo, house.sitting)


async def test_who_waits_already_is_not_kept_waiting(house: House) -> None:
    await house.come(house.wang, house.mo)
    assert await cancelled(house) is State.CLOSED
    assert house.sitting not in house.media.rooms


async def test_a_sitting_that_goes_on_is_ended_by_who_leads_it(house: House) -> None:
    await house.gather()
    assert await cancelled(house) is State.LIVE


async def test_a_new_sitting_is_not_taken_for_the_one_before(house: House) -> None:
    event = Event(uuid4(), "sitting.cancel", {"case_id": str(house.case_id)}, 1, house.clock.now())
    house.clock.advance(minutes=1)
    await call_anew(house)
    await house.rooms.cancel(event)
    async with house.db.read() as tx:
        assert (await tx.sittings.meeting(house.sitting, None)).state is State.CREATED
