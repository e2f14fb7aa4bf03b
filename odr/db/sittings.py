"""Sittings, the seats in their rooms, and who was there when.

Rule 1: whoever reads places in order to send something, or changes them, holds the sitting's row: what is
        said and a move never overlap.
"""

from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base
from odr.db.cases import Participant
from odr.db.states import State as StateRow
from odr.domain.lines import Grade
from odr.domain.mutes import silenced
from odr.domain.recordings import Answer, Hold, Order, hold, recorded
from odr.domain.screens import shown
from odr.domain.sittings import (
    LOBBY_BEFORE,
    MACHINE,
    VERIFIED_FOR,
    Asked,
    Channel,
    Kind,
    Place,
    Presence,
    Room,
    Seat,
    SeatRole,
    SittingFacts,
    State,
    audience,
    leave,
    newly_verified,
    routes,
    side_of,
    speaks_for,
)
from odr.errors import NotFound
from odr.ports.media import LOST_AFTER, Matrix, SeatEnding, Tape

TOGETHER: Final = "together"  # the event of an attendance: host and both sides in the joint place, with sound

_LOST: Final = frozenset({SeatEnding.LOST.value, SeatEnding.STOPPED.value, SeatEnding.REFUSED.value})


class Sitting(Base):
    """One meeting of the people of a case; its id is that of its media room as well."""

    __tablename__ = "sittings"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str]
    host_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    starts_at: Mapped[datetime]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    stage: Mapped[str] = mapped_column(default=Place.LOBBY.value)  # where the host led people last
    epoch: Mapped[int] = mapped_column(default=0)
    moved_at: Mapped[datetime | None]  # when the move under way began
    apart_since: Mapped[datetime | None]  # when the caucus under way began, whoever joins it later
    return_at: Mapped[datetime | None]  # when a caucus ends and all are brought together
    paused_at: Mapped[datetime | None]  # while the host is away; stays if the sitting was adjourned for it
    recording_id: Mapped[UUID | None]  # the one in force
    recording_on: Mapped[bool] = mapped_column(default=False)  # as everybody was told last
    recording_rests: Mapped[bool] = mapped_column(default=False)  # since a caucus, until the host goes on
    recorded_before: Mapped[bool] = mapped_column(default=False)  # it ran already, and goes on


class SittingSeat(Base):
    """A person of the sitting. `place` counts while `present`; `target` is that of a move under way."""

    __tablename__ = "sitting_seats"

    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    role: Mapped[str]
    name: Mapped[str]
    in_place_of: Mapped[str] = mapped_column(default="")  # a ward or company; by what right, as papers say
    place: Mapped[str] = mapped_column(default=Place.LOBBY.value)
    target: Mapped[str | None]
    present: Mapped[bool] = mapped_column(default=False)
    connected: Mapped[bool] = mapped_column(default=False)  # sound and picture flow
    admitted: Mapped[bool] = mapped_column(default=False)
    removed: Mapped[bool] = mapped_column(default=False)
    put_out: Mapped[bool] = mapped_column(default=False)  # by who leads: for this sitting, whoever agrees
    asked: Mapped[str] = mapped_column(default=Asked.NO.value)  # into a caucus with the host
    along: Mapped[bool] = mapped_column(default=False)  # of a helper: the side wants them in talks apart
    hand_at: Mapped[datetime | None]  # asks to speak since then
    shares_since: Mapped[datetime | None]  # their screen, in the place where they are
    muted_since: Mapped[datetime | None]  # by whoever leads
    because: Mapped[str] = mapped_column(default="")  # they declined; for the host alone, and not kept
    verified_at: Mapped[datetime | None]
    rules_at: Mapped[datetime | None]  # rights heard, no recording promised
    recording_answer: Mapped[str] = mapped_column(default="")  # to the recording in force
    check_at: Mapped[datetime | None]  # the newest device check began
    came_at: Mapped[datetime | None]  # the newest ticket
    left_at: Mapped[datetime | None]
    ending: Mapped[str] = mapped_column(default="")  # why the last connection ended
    device: Mapped[dict[str, Any]] = mapped_column(default=dict)  # the newest device check
    beside: Mapped[list[Any]] = mapped_column(default=list)  # [{"name", "relation"}] at the same device


class Attendance(Base):
    """What the room saw of a person: joined, connected, together, left and why."""

    __tablename__ = "attendance"
    audited: ClassVar[bool] = False

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    event: Mapped[str]
    at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Meeting:
    """A sitting with its people and its state, as one transaction sees them."""

    sitting: Sitting
    seats: dict[UUID, SittingSeat]
    state: State
    unshared: list[UUID] = field(default_factory=list)  # whose shared screen a change of places ended

    @property
    def kind(self) -> Kind:
        return Kind(self.sitting.kind)

    @property
    def room(self) -> Room:
        """The room as the rows say: who is in it, and where."""
        here = {key: row for key, row in self.seats.items() if row.present}
        places = {key: Seat(key, SeatRole(row.role), Place(row.place)) for key, row in here.items()}
        targets = {key: Place(row.target) for key, row in here.items() if row.target}
        return Room(MappingProxyType(places), self.sitting.epoch, MappingProxyType(targets))

    def keep(self, room: Room) -> None:
        """Write the room back into its rows."""
        self.sitting.epoch = room.epoch
        for key, row in self.seats.items():
            seat, target, before = room.seats.get(key), room.targets.get(key), row.place
            row.present = seat is not None
            row.place = (seat.place if seat else Place.LOBBY).value
            row.target = target.value if target else None
            row.connected = row.connected and row.present
            if seat is None:
                self.unask(key)
            if seat is None or target:
                row.hand_at = None
            if row.shares_since and row.place != before:
                row.shares_since = None
                self.unshared.append(key)

    @property
    def sharing(self) -> frozenset[UUID]:
        return frozenset(key for key, row in self.seats.items() if row.shares_since)

    @property
    def screens(self) -> frozenset[UUID]:
        """Whose screen is to be seen where they are."""
        return shown(self.room, self.sharing, live=self.state is State.LIVE)

    @property
    def muted(self) -> frozenset[UUID]:
        """Whose sound goes nowhere now."""
        return silenced(self.room, [key for key, row in self.seats.items() if row.muted_since])

    @property
    def admitted(self) -> frozenset[UUID]:
        return frozenset(key for key, row in self.seats.items() if row.admitted)

    @property
    def along(self) -> frozenset[UUID]:
        """The helpers whom their side wants in talks apart."""
        return frozenset(key for key, row in self.seats.items() if row.along)

    @property
    def asked(self) -> frozenset[UUID]:
        """Those who were asked into a caucus; some of them may have declined."""
        return frozenset(key for key, row in self.seats.items() if row.asked)

    def ask(self, people: frozenset[UUID]) -> None:
        """Ask these, and nobody else any more."""
        self.unask(*self.seats)
        for account_id in people:
            self.seats[account_id].asked = Asked.OPEN.value

    def unask(self, *people: UUID) -> None:
        for account_id in people:
            self.seats[account_id].asked, self.seats[account_id].because = Asked.NO.value, ""

    def empty(self, now: datetime, ending: SeatEnding) -> frozenset[UUID]:
        """Everybody is out; who was in."""
        room, gone = self.room, frozenset(self.room.seats)
        for account_id in gone:
            room = leave(room, account_id)
            self.seats[account_id].left_at, self.seats[account_id].ending = now, ending.value
        self.keep(room)
        return gone

    @property
    def facts(self) -> SittingFacts:
        """What the machine's guards ask for."""
        present = [row for row in self.seats.values() if row.present]
        parties = [row for row in present if speaks_for(SeatRole(row.role))]
        return SittingFacts(
            present=frozenset(speaks_for(SeatRole(row.role)) for row in parties),
            unverified=sum(row.verified_at is None for row in present),
            rights_read=all(row.rules_at is not None for row in parties),
        )

    @property
    def host_away_since(self) -> datetime | None:
        """None while the host is in the room; a lost line was silent for a while before it was given up."""
        host = self.seats[self.sitting.host_id]
        if host.present:
            return None
        left = host.left_at or self.sitting.started_at or self.sitting.starts_at
        return left - LOST_AFTER if host.ending == SeatEnding.LOST.value else left

    @property
    def waits_for(self) -> tuple[str, ...]:
        """The parties of the sides of which nobody is there."""
        missing = {"A", "B"} - self.facts.present
        parties = {SeatRole.PARTY_A, SeatRole.PARTY_B}
        return tuple(
            row.name
            for row in self.seats.values()
            if SeatRole(row.role) in parties and side_of(SeatRole(row.role)) in missing
        )

    @property
    def together(self) -> frozenset[UUID]:
        """Those with sound in the joint place, if the host and both sides are among them; else nobody."""
        if self.state is not State.LIVE:
            return frozenset()
        here = {key: row for key, row in self.seats.items() if row.present and row.connected}
        here = {key: row for key, row in here.items() if row.place == Place.JOINT.value}
        sides = {speaks_for(SeatRole(row.role)) for row in here.values()}
        return frozenset(here) if sides >= {"A", "B"} and self.sitting.host_id in here else frozenset()

    @property
    def strayed(self) -> frozenset[UUID]:
        """Those back in the lobby who were admitted, while the sitting is at the joint place.

        The host needs nobody to admit them, also if their line was gone at the moment the sitting began.
        """
        if self.state is not State.LIVE or self.sitting.stage != Place.JOINT.value:
            return frozenset()
        host = self.sitting.host_id
        back = {key: row for key, row in self.seats.items() if row.present and (row.admitted or key == host)}
        return frozenset(key for key, row in back.items() if row.place == Place.LOBBY.value)

    @property
    def order(self) -> Order | None:
        """The recording in force."""
        if self.sitting.recording_id is None:
            return None
        answers = {key: Answer(row.recording_answer) for key, row in self.seats.items()}
        return Order(Kind(self.sitting.kind), self.sitting.recording_rests, answers)

    @property
    def recording_hold(self) -> Hold | None:
        """Why the recording in force, if there is one, records nothing now."""
        live, stage, order = self.state is State.LIVE, Place(self.sitting.stage), self.order
        return hold(order, self.room, live=live, stage=stage) if order else None

    @property
    def tape(self) -> Tape | None:
        """What media is to record in this room as it is."""
        live, stage, order = self.state is State.LIVE, Place(self.sitting.stage), self.order
        if order is None or self.sitting.recording_id is None:
            return None
        return Tape(self.sitting.recording_id, recorded(order, self.room, live=live, stage=stage))

    @property
    def matrix(self) -> Matrix:
        """All that media is to keep to in this room as it is."""
        allowed = routes(self.room, self.state)
        return Matrix(self.sitting.epoch, allowed, self.tape, self.screens, self.muted)

    def opens_at(self, account_id: UUID, now: datetime) -> datetime | None:
        """When the lobby opens to the person; None: it is open to them, as to the host at any time."""
        at = self.sitting.starts_at - LOBBY_BEFORE
        early = self.state is State.CREATED and account_id != self.sitting.host_id and now < at
        return at if early else None

    def verified(self, account_id: UUID, signed_in_at: datetime | None, now: datetime) -> datetime | None:
        """When the person proved who they are, if that is new enough for the door."""
        row = self.seats[account_id]
        return newly_verified(signed_in_at, row.verified_at, now if row.present else row.left_at, now)

    def presence(self, account_id: UUID, now: datetime, grade: str = "") -> Presence:
        """`grade`: of the person's line, where the one who asks may know it.

        What was begun or lost longer ago than the door takes a proof is over: a new code comes first.
        """
        row = self.seats[account_id]
        return Presence(
            Place(row.place),
            began=any(_of_late(at, now) for at in (row.check_at, row.rules_at, row.verified_at)),
            came=row.came_at is not None,
            present=row.present,
            connected=row.connected,
            lost=row.ending in _LOST and _of_late(row.left_at, now),
            poor=grade in (Grade.POOR, Grade.BAD),
            silent=grade == Grade.SILENT,
        )

    def receivers(self, channel: Channel, place: Place) -> frozenset[UUID]:
        """Who receives now what is sent there; nobody unless the sitting is live."""
        if self.state is not State.LIVE:
            return frozenset()
        return frozenset(seat.id for seat in audience(channel, place, self.room.seats.values()))

    def place_of(self, account_id: UUID, channel: Channel) -> Place | None:
        """Where the person takes part in this channel now; None if nowhere."""
        row = self.seats[account_id]
        place = Place(row.place)
        return place if account_id in self.receivers(channel, place) else None


def _of_late(at: datetime | None, now: datetime) -> bool:
    return at is not None and now - at <= VERIFIED_FOR


class SittingRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, row: Sitting) -> Sitting:
        self._session.add(row)
        return row

    def add_seat(self, sitting_id: UUID, account_id: UUID, role: SeatRole, name: str) -> SittingSeat:
        row = SittingSeat(sitting_id=sitting_id, account_id=account_id, role=role.value, name=name)
        self._session.add(row)
        return row

    async def get(self, sitting_id: UUID) -> Sitting:
        return await self._session.get_one(Sitting, sitting_id)

    async def lock(self, sitting_id: UUID) -> Sitting:
        """The sitting, held until the transaction ends; NotFound if there is none."""
        row = await self._session.scalar(select(Sitting).where(Sitting.id == sitting_id).with_for_update())
        if row is None:
            raise NotFound
        return row

    async def of_case(self, case_id: UUID) -> list[Sitting]:
        rows = await self._session.scalars(
            select(Sitting).where(Sitting.case_id == case_id).order_by(Sitting.starts_at)
        )
        return list(rows)

    async def of_account(self, account_id: UUID) -> list[Sitting]:
        """Those in which the person has a seat, the newest first."""
        rows = await self._session.scalars(
            select(Sitting)
            .join(SittingSeat, SittingSeat.sitting_id == Sitting.id)
            .where(SittingSeat.account_id == account_id)
            .order_by(Sitting.starts_at.desc())
        )
        return list(rows)

    async def unsettled(self) -> list[UUID]:
        """Begun sittings that time may change: the host is away, or was."""
        host = and_(SittingSeat.sitting_id == Sitting.id, SittingSeat.account_id == Sitting.host_id)
        rows = await self._session.scalars(
            select(Sitting.id)
            .join(SittingSeat, host)
            .where(Sitting.started_at.is_not(None), Sitting.closed_at.is_(None))
            .where(or_(SittingSeat.present.is_(False), Sitting.paused_at.is_not(None)))
        )
        return list(rows)

    async def returning(self, now: datetime) -> list[UUID]:
        """Sittings whose countdown back to the joint place is over."""
        rows = await self._session.scalars(
            select(Sitting.id).where(Sitting.return_at <= now, Sitting.closed_at.is_(None))
        )
        return list(rows)

    async def occupied(self) -> list[UUID]:
        """Sittings in which somebody is present."""
        rows = await self._session.scalars(
            select(SittingSeat.sitting_id).where(SittingSeat.present).distinct()
        )
        return list(rows)

    async def unseen(self, before: datetime) -> list[tuple[UUID, UUID]]:
        """Sitting and account of whoever got a ticket before then, and was not seen by media with it."""
        seen = (
            select(Attendance.id)
            .where(Attendance.sitting_id == SittingSeat.sitting_id)
            .where(Attendance.account_id == SittingSeat.account_id, Attendance.at >= SittingSeat.came_at)
        )
        rows = await self._session.execute(
            select(SittingSeat.sitting_id, SittingSeat.account_id)
            .where(SittingSeat.present, SittingSeat.came_at < before)
            .where(~seen.exists())
        )
        return [(sitting_id, account_id) for sitting_id, account_id in rows]

    async def begun_or_near(self, since: datetime, until: datetime) -> list[Sitting]:
        """Those not over that are set for that time or have somebody in their room; the earliest first."""
        somebody = select(SittingSeat.sitting_id).where(SittingSeat.present)
        rows = await self._session.scalars(
            select(Sitting)
            .where(Sitting.closed_at.is_(None))
            .where(or_(Sitting.starts_at.between(since, until), Sitting.id.in_(somebody)))
            .order_by(Sitting.starts_at)
        )
        return list(rows)

    async def seats(self, sitting_id: UUID) -> dict[UUID, SittingSeat]:
        """Every seat by its account, the host's side first and then by side."""
        rows = await self._session.scalars(
            select(SittingSeat).where(SittingSeat.sitting_id == sitting_id).order_by(SittingSeat.role)
        )
        return {row.account_id: row for row in rows}

    async def meeting(self, sitting_id: UUID, account_id: UUID | None, *, lock: bool = False) -> Meeting:
        """The sitting as whole; NotFound for a person without a seat in it (None: the platform itself)."""
        sitting = await (self.lock(sitting_id) if lock else self.get(sitting_id))
        seats = await self.seats(sitting_id)
        if account_id is not None and (account_id not in seats or seats[account_id].removed):
            raise NotFound
        state = await self._session.scalar(
            select(StateRow.state).where(StateRow.machine == MACHINE.name, StateRow.subject_id == sitting_id)
        )
        return Meeting(sitting, seats, State(state or State.CREATED))

    async def concerning(self, sitting_id: UUID, account_id: UUID, *, lock: bool = False) -> Meeting:
        """As `meeting`, also for a party or its agent whom the host has put out: it concerns them still."""
        meeting = await self.meeting(sitting_id, None, lock=lock)
        seat = meeting.seats.get(account_id)
        if seat is not None and seat.put_out:
            part = await self._session.get(Participant, (meeting.sitting.case_id, account_id))
            if part is not None and part.ended_at is None:
                return meeting
        if seat is None or seat.removed:
            raise NotFound
        return meeting

    def note(self, sitting_id: UUID, account_id: UUID, event: str, at: datetime) -> None:
        self._session.add(Attendance(sitting_id=sitting_id, account_id=account_id, event=event, at=at))

    def note_together(self, meeting: Meeting, at: datetime) -> None:
        """That host and both sides share the joint place now, for each who is in it; nothing otherwise."""
        for account_id in meeting.together:
            self.note(meeting.sitting.id, account_id, TOGETHER, at)

    async def attendance(self, sitting_id: UUID) -> list[Attendance]:
        rows = await self._session.scalars(
            select(Attendance).where(Attendance.sitting_id == sitting_id).order_by(Attendance.at)
        )
        return list(rows)
