"""The worker delivers each event until it is done, and no broken one stops the others."""

import asyncio
from dataclasses import dataclass, field

import pytest

from odr.db.outbox import Event
from odr.db.uow import Database
from odr.errors import BadInput, Unavailable
from odr.tasks import spawn
from odr.worker import GIVE_UP_AFTER, LEASE, Worker
from tests.support.clock import FixedClock
from tests.support.logbook import Logbook


@dataclass
class Recorder:
    """A handler that fails as told, then remembers what it got."""

    failures: list[Exception] = field(default_factory=list)
    got: list[Event] = field(default_factory=list)

    async def __call__(self, event: Event) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.got.append(event)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def worker(database: Database, clock: FixedClock, recorder: Recorder) -> Worker:
    return Worker(database, clock, {"told": recorder})


async def _queue(database: Database, clock: FixedClock, kind: str = "told") -> None:
    async with database.begin() as tx:
        tx.outbox.add(kind, at=clock.now(), code="123456")


async def test_an_event_is_delivered_once(
    worker: Worker, recorder: Recorder, database: Database, clock: FixedClock
) -> None:
    await _queue(database, clock)
    assert await worker.turn() == 1
    assert await worker.turn() == 0
    assert [event.payload for event in recorder.got] == [{"code": "123456"}]


async def test_a_system_that_is_away_is_asked_again_later(
    worker: Worker, recorder: Recorder, database: Database, clock: FixedClock
) -> None:
    recorder.failures = [Unavailable()]
    await _queue(database, clock)
    await worker.turn()
    assert await worker.turn() == 0
    clock.advance(seconds=3)
    await worker.turn()
    assert [event.attempts for event in recorder.got] == [2]


async def test_the_register_is_asked_until_it_answers_and_nothing_else_for_ever(
    database: Database, clock: FixedClock
) -> None:
    away = [Unavailable() for _ in range(GIVE_UP_AFTER + 1)]
    register, other = Recorder(list(away)), Recorder(list(away))
    worker = Worker(database, clock, {"identity.ask_register": register, "told": other})
    for kind in ("identity.ask_register", "told"):
        await _queue(database, clock, kind)
    for _ in range(GIVE_UP_AFTER + 2):
        await worker.turn()
        clock.advance(hours=2)
    assert [event.attempts for event in register.got] == [GIVE_UP_AFTER + 2]
    assert other.got == []


async def test_what_can_never_succeed_is_closed(
    worker: Worker, recorder: Recorder, database: Database, clock: FixedClock
) -> None:
    recorder.failures = [BadInput()]
    await _queue(database, clock)
    await worker.turn()
    clock.advance(days=3)
    assert await worker.turn() == 0


async def test_a_broken_event_does_not_stop_the_next(
    worker: Worker, recorder: Recorder, database: Database, clock: FixedClock
) -> None:
    recorder.failures = [ValueError("a defect")]
    await _queue(database, clock)
    await _queue(database, clock)
    await _queue(database, clock, kind="nobody handles this")
    await worker.turn()
    assert len(recorder.got) == 1


async def test_an_event_of_a_dead_worker_comes_back(
    worker: Worker, recorder: Recorder, database: Database, clock: FixedClock
) -> None:
    await _queue(database, clock)
    async with database.begin() as tx:
        assert len(await tx.outbox.take(clock.now(), LEASE)) == 1  # and then the process dies
    assert await worker.turn() == 0
    clock.advance(seconds=LEASE.total_seconds() + 1)
    assert await worker.turn() == 1


async def test_what_a_stopping_worker_had_not_begun_is_due_at_once(
    database: Database, clock: FixedClock
) -> None:
    got: list[Event] = []

    async def stop_meanwhile(event: Event) -> None:
        got.append(event)
        stopping.stop()

    stopping = Worker(database, clock, {"told": stop_meanwhile})
    for _ in range(3):
        await _queue(database, clock)
    await stopping.turn()
    assert len(got) == 1
    async with database.read() as tx:
        assert await tx.outbox.waiting(clock.now()) == 2


async def test_what_was_delivered_leaves_no_code_behind(
    worker: Worker, database: Database, clock: FixedClock
) -> None:
    await _queue(database, clock)
    await worker.turn()
    async with database.read() as tx:
        assert await tx.outbox.waiting(clock.now()) == 0


async def test_a_turn_that_fails_does_not_end_the_worker(
    database: Database, clock: FixedClock, recorder: Recorder, logbook: Logbook
) -> None:
    delivered = asyncio.Event()

    class Busy(Worker):
        """The database does not answer the first time."""

        refusals = 1

        async def turn(self) -> int:
            if self.refusals:
                self.refusals -= 1
                raise OSError("the database is busy")
            taken = await super().turn()
            delivered.set()
            return taken

    await _queue(database, clock)
    worker = Busy(database, clock, {"told": recorder})
    task = spawn(worker.run(), name="worker")
    async with asyncio.timeout(20):
        await delivered.wait()
    assert len(recorder.got) == 1
    assert any("events were not delivered" in line for line in logbook.lines)
    await worker.finish(task)
