"""What happens when a period ends: the clock's step, taken as the platform's own act.

Rule 1: a clock ends once; where its machine has moved on, nothing is left to do.
Rule 2: no step of a clock has a guard: the end of the day decides, nothing else.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from odr.db.audit import Discreet
from odr.db.clocks import RunningClock
from odr.db.grievances import discreet
from odr.db.minuted import minuted
from odr.db.uow import Database, Tx
from odr.domain import grievances, minutes
from odr.domain.accounts import PLATFORM
from odr.domain.calendars import Calendar
from odr.domain.cascades import MACHINES, follow
from odr.domain.steps import Change, Role, Subject, advance, allowed
from odr.errors import OdrError
from odr.logs import log
from odr.ports.clock import Clock

# Rules whose end asks for work of a service instead of a step: rule → event.
_WORK = {"M-05": "mediation.appoint"}

_log = log(__name__)


class ClockService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def settle(self, calendar: Calendar) -> int:
        """Reckon provisional clocks anew, now that the holidays of their year may be known; how many are."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            rows = await tx.clocks.provisional()
            for row in rows:
                before = row.last_day
                row.reckon(calendar)
                if not row.provisional:
                    day = {"before": before.isoformat(), "last_day": row.last_day.isoformat()}
                    tx.audit.add(
                        PLATFORM,
                        "clock.settle",
                        "clock",
                        row.id,
                        at=now,
                        case_id=row.case_id,
                        rule=row.rule,
                        **day,
                    )
        return sum(not row.provisional for row in rows)

    async def turn(self) -> int:
        """End every clock whose day is over; how many ended. One that fails waits for the next turn."""
        now = self._clock.now()
        async with self._db.read() as tx:
            ids = [row.id for row in await tx.clocks.over(now)]
        ended = 0
        for clock_id in ids:
            try:
                ended += await self._end(clock_id, now)
            except OdrError as error:
                _log.warning("clock did not end", clock_id=str(clock_id), error=type(error).__name__)
        return ended

    async def _end(self, clock_id: UUID, now: datetime) -> bool:
        async with self._db.begin() as tx:
            row = await tx.clocks.lock_over(clock_id, now)
            if row is None:
                return False
            if row.case_id is not None:
                await tx.cases.lock(row.case_id)
            row.expired_at = now
            change = await _change(tx, row, now)
            tx.audit.add(PLATFORM, "clock.end", "clock", row.id, at=now, case_id=row.case_id, rule=row.rule)
            if change is not None:
                states = await tx.states.of_case(change.case_id) if change.case_id else {}
                whom = _TELLS.get(change.machine)
                within = await whom(tx, row.subject_id) if whom else None
                await tx.record(PLATFORM, change, *follow(change, states), within=within)
            if event := _WORK.get(row.rule):
                tx.outbox.add(event, at=now, case_id=str(row.case_id))
        return True


async def _of_minutes(tx: Tx, sitting_id: UUID) -> Discreet:
    return (await minuted(tx, await tx.sittings.meeting(sitting_id, None))).discreet


async def _of_grievance(tx: Tx, grievance_id: UUID) -> Discreet:
    return discreet(await tx.grievances.get(grievance_id))


# Who hears of the end of a clock whose machine not everybody of the case may know of.
_TELLS: Final[Mapping[str, Callable[[Tx, UUID], Awaitable[Discreet]]]] = {
    minutes.MACHINE.name: _of_minutes,
    grievances.MACHINE.name: _of_grievance,
}


async def _change(tx: Tx, row: RunningClock, now: datetime) -> Change | None:
    """The step that the end of the clock means, if its machine still stands where it can be taken."""
    if row.clock.then is None:
        return None
    name, action = row.clock.then
    machine, state = MACHINES[name], await tx.states.lock(name, row.subject_id)
    may = next((one for one in allowed(machine, state, Role.CLOCK) if one == action), None)
    if may is None:
        return None
    return advance(machine, Subject(row.subject_id, row.case_id, state, None), may, Role.CLOCK, now=now)
