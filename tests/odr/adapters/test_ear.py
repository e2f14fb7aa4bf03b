"""What engines saw reaches a slow observer in order, and the newest of a line at once."""

import asyncio
from uuid import uuid4

from odr.adapters.media.ear import Ear
from odr.ports.media import MediaEvent, SeatHealth, SeatJoined, SeatLeft
from odr.tasks import spawn
from rtc.core import events
from tests.support.clock import FixedClock

ROOM, SEAT = str(uuid4()), str(uuid4())


class SlowObserver:
    """Hears the first event only when it is let go on."""

    def __init__(self) -> None:
        self.heard_so_far: list[MediaEvent] = []
        self.listens, self.goes_on = asyncio.Event(), asyncio.Event()

    async def heard(self, event: MediaEvent) -> None:
        self.listens.set()
        await self.goes_on.wait()
        self.heard_so_far.append(event)


def second(loss: float) -> events.SeatHealth:
    return events.SeatHealth(ROOM, SEAT, loss, 0.0, 20.0, 1.0, 300, 300, 0.0)


async def test_the_newest_second_of_a_line_takes_the_place_of_those_that_wait(clock: FixedClock) -> None:
    ear, observer = Ear(clock), SlowObserver()
    ear.start(observer)
    ear.tell(events.SeatJoined(ROOM, SEAT, "party_a"))
    await observer.listens.wait()
    for loss in range(60):
        ear.tell(second(loss / 100))
    ear.tell(events.SeatLeft(ROOM, SEAT, events.Ending.GONE))
    observer.goes_on.set()
    await ear.stop()
    joined, health, left = observer.heard_so_far
    assert isinstance(joined, SeatJoined)
    assert isinstance(health, SeatHealth)
    assert health.loss_up == 0.59
    assert isinstance(left, SeatLeft)


async def test_seconds_that_are_heard_in_time_are_all_heard(clock: FixedClock) -> None:
    ear, observer = Ear(clock), SlowObserver()
    observer.goes_on.set()
    ear.start(observer)
    for loss in (0.1, 0.2):
        observer.listens.clear()
        ear.tell(second(loss))
        await observer.listens.wait()
    await ear.stop()
    assert [one.loss_up for one in observer.heard_so_far if isinstance(one, SeatHealth)] == [0.1, 0.2]


async def test_who_waits_is_told_when_all_that_came_before_was_heard(clock: FixedClock) -> None:
    ear, observer = Ear(clock), SlowObserver()
    ear.start(observer)
    ear.tell(events.SeatJoined(ROOM, SEAT, "party_a"))
    caught_up = spawn(ear.caught_up(), name="waits")
    await observer.listens.wait()
    assert not caught_up.done()
    observer.goes_on.set()
    await caught_up
    assert len(observer.heard_so_far) == 1
    await ear.stop()
