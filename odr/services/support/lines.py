"""The lines of people in rooms: each second in memory, each minute on disk, and the report of a sitting.

Rule 1: what a room tells never waits for a row: minutes are written once they are over.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from odr.db.sittings import SittingSeat
from odr.db.uow import Database, Tx
from odr.domain.accounts import Actor
from odr.domain.lines import FRESH, Gap, Grade, Minute, gaps, grade, minute_of
from odr.domain.permissions import signed_in
from odr.domain.sittings import SeatRole
from odr.domain.steps import Role
from odr.errors import NotPermitted
from odr.ports.media import LOST_AFTER, RoomEvent, SeatHealth, SeatLeft

_Key = tuple[UUID, UUID]  # room and person


@dataclass(frozen=True, slots=True)
class LineView:
    """A line now. Losses 0 to 1, up = from the person; `rtt_ms` None = not known yet."""

    grade: Grade
    loss_up: float
    loss_down: float
    rtt_ms: float | None
    kbps_up: int
    kbps_down: int


@dataclass(frozen=True, slots=True)
class LineReport:
    """How a person's line was. `weak`: the minutes in which more than a tenth was lost at some second."""

    name: str
    role: SeatRole
    came: bool
    minutes: int
    gaps: tuple[Gap, ...]
    weak: tuple[Minute, ...]


@dataclass(frozen=True, slots=True)
class SittingLines:
    """The report of a sitting for its host, and the desk."""

    id: UUID
    number: str
    starts_at: datetime
    hosts: bool
    people: tuple[LineReport, ...]


class LineService:
    def __init__(self, db: Database) -> None:
        self._db = db
        self._seconds: dict[_Key, SeatHealth] = {}
        self._minutes: dict[_Key, Minute] = {}
        self._over: list[tuple[_Key, Minute]] = []

    def now(self, room_id: UUID, account_id: UUID, at: datetime) -> LineView | None:
        """The line in this second; None without a connection."""
        last = self._seconds.get((room_id, account_id))
        if last is None or at - last.at > FRESH:
            return None
        graded = grade(max(last.loss_up, last.loss_down), last.silent_s)
        return LineView(graded, last.loss_up, last.loss_down, last.rtt_ms, last.kbps_up, last.kbps_down)

    async def heard(self, event: RoomEvent) -> None:
        """What the media server saw."""
        key = event.room_id, event.seat_id
        if isinstance(event, SeatLeft):
            self._seconds.pop(key, None)
        if not isinstance(event, SeatHealth):
            return
        self._seconds[key] = event
        begins_at, minute = minute_of(event.at), self._minutes.get(key)
        if minute is not None and minute.begins_at != begins_at:
            self._over.append((key, minute))
            minute = None
        loss = max(event.loss_up, event.loss_down)
        self._minutes[key] = (minute or Minute(begins_at)).and_second(loss, event.rtt_ms)

    async def turn(self, now: datetime) -> None:
        """Write down the minutes that are over: called each second."""
        this = minute_of(now)
        for key in [key for key, minute in self._minutes.items() if minute.begins_at < this]:
            self._over.append((key, self._minutes.pop(key)))
        await self._write()

    async def finish(self) -> None:
        """Write down everything, the minute under way too: the process ends."""
        self._over += self._minutes.items()
        self._minutes.clear()
        await self._write()

    async def report(self, actor: Actor, sitting_id: UUID) -> SittingLines:
        """For the host of the sitting and the desk."""
        account_id, desk = signed_in(actor), Role.SUPPORT in actor.staff_roles
        async with self._db.read() as tx:
            meeting = await tx.sittings.meeting(sitting_id, None if desk else account_id)
            hosts = meeting.sitting.host_id == account_id
            if not (desk or hosts):
                raise NotPermitted
            case = await tx.cases.get(meeting.sitting.case_id)
            number = (case.number if case else "") or ""
            people = await _people(tx, sitting_id, meeting.seats)
        return SittingLines(sitting_id, number, meeting.sitting.starts_at, hosts, people)

    async def _write(self) -> None:
        """Another try at the next turn if the database is away."""
        if not self._over:
            return
        over, by_key = list(self._over), dict[_Key, list[Minute]]()
        for key, minute in over:
            by_key.setdefault(key, []).append(minute)
        async with self._db.begin() as tx:
            for (room_id, account_id), minutes in by_key.items():
                await tx.lines.keep(room_id, account_id, minutes)
        del self._over[: len(over)]


async def _people(tx: Tx, sitting_id: UUID, seats: dict[UUID, SittingSeat]) -> tuple[LineReport, ...]:
    attended, minutes = await tx.sittings.attendance(sitting_id), await tx.lines.of(sitting_id)
    reports = []
    for account_id, seat in seats.items():
        mine = [row.facts() for row in minutes if row.account_id == account_id]
        events = [(row.event, row.at) for row in attended if row.account_id == account_id]
        reports.append(
            LineReport(
                seat.name,
                SeatRole(seat.role),
                bool(events),
                len(mine),
                gaps(events, LOST_AFTER),
                tuple(one for one in mine if one.poor or one.bad),
            )
        )
    return tuple(reports)
