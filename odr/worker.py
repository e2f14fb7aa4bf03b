"""The worker: delivers the outbox, one event to one service action, until each is done.

Rule 1: a handler may run twice; it is idempotent by the event's id.
Rule 2: an event that cannot succeed is closed with its error; one that may is tried again, later and later.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from odr.db.migrate import upgrade
from odr.db.outbox import Event
from odr.db.uow import Database
from odr.domain.calendars import CHINA_CALENDAR
from odr.domain.steps import Role
from odr.errors import OdrError, Unavailable
from odr.logs import log
from odr.ports.clock import Clock
from odr.services.clocks import ClockService
from odr.services.ledger import LedgerService
from odr.settings import Settings
from odr.tasks import spawn, stop
from odr.wiring import Platform, build

Handler = Callable[[Event], Awaitable[None]]

_log = log(__name__)

LEASE = timedelta(minutes=2)  # longer than any handler may take
POLL_S = 0.5  # how long an event of another process waits at most
PAUSES = (
    timedelta(seconds=2),
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
)
FINISH_S = 10.0
LOG_PAUSE_S = 1.0
CLOCK_PAUSE_S = 5.0
ROOM_PAUSE_S = 1.0
GIVE_UP_AFTER = 48  # tries: about two days
PATIENT = frozenset({"identity.ask_register"})  # asked until it answers: a person waits for it


def handlers(platform: Platform) -> dict[str, Handler]:
    """Event kind → service action: the whole of what happens later."""
    return {
        "agreement.seal": platform.signing.seal,
        "agreement.sign": platform.signing.sign,
        "agreement.take_back": platform.agreements.take_back,
        "comparison.close": platform.comparisons.close,
        "comparison.lapse": platform.comparisons.lapse,
        "confirmation.minutes": platform.hearings.keep_minutes,
        "delivery.plan": platform.deliveries.plan,
        "delivery.read": platform.deliveries.read,
        "document.issue": platform.documents.issue,
        "identity.ask_register": platform.identity.ask_register,
        "identity.keep_for_case": platform.identity.keep_for_case,
        "mediation.appoint": platform.mandates.appoint,
        "mediation.invite": platform.invitations.invite,
        "mediation.remind": platform.mediation.remind,
        "mediation.report": platform.mediation.report,
        "minutes.settle": platform.minutes_papers.settle,
        "minutes.sign": platform.minutes_signing.sign,
        "notice.send": platform.messages.send_notice,
        "offer.close": platform.offers.close,
        "offer.lapse": platform.offers.lapse,
        "payment.ask": platform.fees.ask,
        "review.assign": platform.review.assign,
        "sandbox.call_back": platform.sandbox_payments.deliver,
        "sitting.cancel": platform.rooms.cancel,
        "sms.send": platform.messages.send_sms,
    }


async def run(settings: Settings) -> None:
    """Deliver the outbox in this process until told to stop; what is under way is finished first."""
    platform = build(settings)
    stopped = asyncio.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signal_number, stopped.set)
    worker = Worker(platform.db, platform.clock, handlers(platform))
    task = spawn(worker.run(), name="worker")
    keeping = spawn(keep_log(platform.ledger), name="ledger")
    ending = spawn(end_clocks(platform.clocks), name="clocks")
    composing = spawn(keep_rooms(platform.recordings, platform.clock), name="recordings")
    _log.info("worker started")
    await stopped.wait()
    await worker.finish(task)
    await stop(keeping)
    await stop(ending)
    await stop(composing)
    await platform.close()


async def migrate(settings: Settings) -> None:
    """Bring the database to the tables of this version."""
    platform = build(settings)
    await upgrade(platform.db.engine)
    await platform.close()


async def appoint(settings: Settings, phone: str, name: str, roles: Iterable[Role]) -> None:
    """Give a person a role at the court."""
    platform = build(settings)
    await upgrade(platform.db.engine)
    await platform.accounts.ensure_staff(phone, name, roles)
    await platform.close()


async def end_clocks(clocks: ClockService) -> None:
    """Do what the end of a period means, at the start and every few seconds, until cancelled.

    A new table of holidays comes with a new version, so provisional days are settled at the start.
    """
    settled = False
    while True:
        try:
            if not settled:
                await clocks.settle(CHINA_CALENDAR)
                settled = True
            await clocks.turn()
        except Exception:  # noqa: BLE001  a database that restarts must not end the clocks
            _log.exception("clocks were not ended")
        await asyncio.sleep(CLOCK_PAUSE_S)


class Kept(Protocol):
    """Rooms that time changes, or recordings that something is to be done for."""

    async def turn(self, now: datetime) -> None: ...


async def keep_rooms(rooms: Kept, clock: Clock) -> None:
    """Do what time does to rooms, in the process that has their media, each second until cancelled."""
    while True:
        try:
            await rooms.turn(clock.now())
        except Exception:  # noqa: BLE001  a database that restarts must not end the rooms
            _log.exception("rooms were not kept")
        await asyncio.sleep(ROOM_PAUSE_S)


async def keep_log(ledger: LedgerService) -> None:
    """Sequence, sign and time-stamp the log each second, until cancelled."""
    while True:
        try:
            await ledger.turn()
        except Unavailable:
            _log.warning("log waits for its time-stamp")
        except Exception:  # noqa: BLE001  a database that restarts must not end the log
            _log.exception("log was not kept")
        await asyncio.sleep(LOG_PAUSE_S)


class Worker:
    """One consumer of the outbox. `wake()` ends its pause at once."""

    def __init__(self, db: Database, clock: Clock, table: Mapping[str, Handler]) -> None:
        self._db = db
        self._clock = clock
        self._table = table
        self._woken = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        """Deliver until `finish`."""
        while not self._stopping:
            self._woken.clear()
            try:
                taken = await self.turn()
            except Exception:  # noqa: BLE001  a database that is busy or restarts must not end the worker
                _log.exception("events were not delivered")
                taken = 0
            if not taken:
                try:
                    async with asyncio.timeout(POLL_S):
                        await self._woken.wait()
                except TimeoutError:
                    continue

    def stop(self) -> None:
        """Begin no further event."""
        self._stopping = True
        self.wake()

    async def finish(self, task: asyncio.Task[None]) -> None:
        """Let the event in hand end, then stop; a handler that hangs is cancelled and comes back later."""
        self.stop()
        await asyncio.wait([task], timeout=FINISH_S)
        await stop(task)

    async def turn(self) -> int:
        """Deliver what is due now; how many events were taken."""
        async with self._db.begin() as tx:
            events = await tx.outbox.take(self._clock.now(), LEASE)
        for number, event in enumerate(events):
            if self._stopping:
                await self._give_back(events[number:])
                break
            await self._deliver(event)
        return len(events)

    async def _give_back(self, events: Sequence[Event]) -> None:
        """Not begun: whoever comes next need not wait for the end of the lease."""
        async with self._db.begin() as tx:
            for event in events:
                await tx.outbox.again(event.id, self._clock.now(), "")

    async def _deliver(self, event: Event) -> None:
        handler = self._table.get(event.kind)
        if handler is None:
            _log.error("event has no handler", kind=event.kind, event_id=str(event.id))
            return await self._close(event, "no handler")
        try:
            await handler(event)
        except Unavailable as error:
            await self._retry(event, error)
        except OdrError as error:
            _log.warning("event refused", kind=event.kind, event_id=str(event.id), error=type(error).__name__)
            await self._close(event, type(error).__name__)
        except Exception as error:  # noqa: BLE001  one broken event must not stop the others
            _log.exception("event failed", kind=event.kind, event_id=str(event.id), attempts=event.attempts)
            await self._retry(event, error)
        else:
            await self._close(event, "")
        return None

    async def _close(self, event: Event, error: str) -> None:
        async with self._db.begin() as tx:
            await tx.outbox.done(event.id, self._clock.now(), error=error)

    async def _retry(self, event: Event, error: Exception) -> None:
        waits = event.kind in PATIENT and isinstance(error, Unavailable)
        if event.attempts >= GIVE_UP_AFTER and not waits:
            return await self._close(event, type(error).__name__)
        pause = PAUSES[min(event.attempts, len(PAUSES)) - 1]
        async with self._db.begin() as tx:
            await tx.outbox.again(event.id, self._clock.now() + pause, type(error).__name__)
        return None
