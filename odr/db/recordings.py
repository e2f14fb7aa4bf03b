"""Recordings: what was ordered, when it ran, its sealed files with their hashes, and who opened them."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base

CLAIM: Final = timedelta(minutes=2)  # whoever works on a recording says so more often


class Recording(Base):
    """One order to record. The composed file lies in `pieces`; they, like its tracks, are sealed."""

    __tablename__ = "recordings"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), index=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str]
    ordered_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    ordered_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ending: Mapped[str] = mapped_column(default="")  # the action that ended it
    file_name: Mapped[str] = mapped_column(default="")
    pieces: Mapped[list[Any]] = mapped_column(default=list)
    sha256: Mapped[str] = mapped_column(default="")
    size_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    duration_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    spans: Mapped[list[Any]] = mapped_column(default=list)  # [{"at", "ms", "length_ms"}]: moments in the file
    delete_at: Mapped[datetime | None] = mapped_column(index=True)


class RecordingWork(Base):
    """What is still to be done for a recording, and who is at it; gone when nothing is."""

    __tablename__ = "recording_work"
    audited: ClassVar[bool] = False

    recording_id: Mapped[UUID] = mapped_column(ForeignKey("recordings.id"), primary_key=True)
    look_at: Mapped[datetime | None] = mapped_column(index=True)
    claimed_until: Mapped[datetime | None]
    progress: Mapped[int] = mapped_column(default=0)  # of the composition, in hundredths


class RecordingMark(Base):
    """That recording began or ceased, and why."""

    __tablename__ = "recording_marks"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    recording_id: Mapped[UUID] = mapped_column(ForeignKey("recordings.id"), index=True)
    at: Mapped[datetime]
    on: Mapped[bool]
    why: Mapped[str]


class RecordingPart(Base):
    """A stretch in the life of one server; `kept_at` None: closed, and not sealed yet."""

    __tablename__ = "recording_parts"

    recording_id: Mapped[UUID] = mapped_column(ForeignKey("recordings.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    interrupted: Mapped[bool] = mapped_column(default=False)
    kept_at: Mapped[datetime | None]


class RecordedTrack(Base):
    """The microphone or camera of one seat in one part."""

    __tablename__ = "recorded_tracks"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    recording_id: Mapped[UUID] = mapped_column(ForeignKey("recordings.id"), index=True)
    part: Mapped[int]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str]
    name: Mapped[str]  # of the file, which its pieces are sealed for
    sha256: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    pieces: Mapped[list[Any]]


class RecordingOpening(Base):
    """That a person opened the composed file; `took`: as a file."""

    __tablename__ = "recording_openings"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    recording_id: Mapped[UUID] = mapped_column(ForeignKey("recordings.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    took: Mapped[bool]
    at: Mapped[datetime]


class RecordingRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, row: Recording | RecordingMark | RecordingPart | RecordedTrack | RecordingOpening) -> None:
        self._session.add(row)

    async def get(self, recording_id: UUID) -> Recording:
        return await self._session.get_one(Recording, recording_id)

    async def lock(self, recording_id: UUID) -> Recording:
        rows = await self._session.scalars(
            select(Recording).where(Recording.id == recording_id).with_for_update()
        )
        return rows.one()

    async def of_sitting(self, sitting_id: UUID) -> list[Recording]:
        rows = await self._session.scalars(
            select(Recording).where(Recording.sitting_id == sitting_id).order_by(Recording.ordered_at)
        )
        return list(rows)

    async def unfinished(self) -> list[Recording]:
        """Those of which files may lie where they were written."""
        return list(await self._session.scalars(select(Recording).where(Recording.sha256 == "")))

    async def marks(self, recording_id: UUID) -> list[RecordingMark]:
        rows = await self._session.scalars(
            select(RecordingMark)
            .where(RecordingMark.recording_id == recording_id)
            .order_by(RecordingMark.at, RecordingMark.id)
        )
        return list(rows)

    async def parts(self, recording_id: UUID) -> dict[int, RecordingPart]:
        rows = await self._session.scalars(
            select(RecordingPart)
            .where(RecordingPart.recording_id == recording_id)
            .order_by(RecordingPart.number)
        )
        return {row.number: row for row in rows}

    async def closed(self, recording_id: UUID, number: int) -> None:
        """That the files of the part are on the disk; again: no effect."""
        if await self._session.get(RecordingPart, (recording_id, number)) is None:
            self._session.add(RecordingPart(recording_id=recording_id, number=number))

    async def tracks(self, recording_id: UUID) -> list[RecordedTrack]:
        rows = await self._session.scalars(
            select(RecordedTrack)
            .where(RecordedTrack.recording_id == recording_id)
            .order_by(RecordedTrack.part, RecordedTrack.account_id, RecordedTrack.kind)
        )
        return list(rows)

    async def opened_since(
        self, recording_id: UUID, account_id: UUID, since: datetime, *, took: bool
    ) -> bool:
        found = await self._session.scalar(
            select(RecordingOpening.id)
            .where(RecordingOpening.recording_id == recording_id, RecordingOpening.account_id == account_id)
            .where(RecordingOpening.at > since, RecordingOpening.took == took)
            .limit(1)
        )
        return found is not None

    async def openings(self, recording_id: UUID) -> list[RecordingOpening]:
        rows = await self._session.scalars(
            select(RecordingOpening)
            .where(RecordingOpening.recording_id == recording_id)
            .order_by(RecordingOpening.at)
        )
        return list(rows)

    async def work(self, recording_id: UUID) -> RecordingWork:
        """Its work, held until the transaction ends."""
        row = await self._session.scalar(
            select(RecordingWork).where(RecordingWork.recording_id == recording_id).with_for_update()
        )
        if row is None:
            row = RecordingWork(recording_id=recording_id, progress=0)
            self._session.add(row)
        return row

    async def due(self, now: datetime) -> list[UUID]:
        """Those that something is to be done for, and that nobody works on."""
        work = RecordingWork
        free = or_(work.claimed_until.is_(None), work.claimed_until <= now)
        rows = await self._session.scalars(
            select(work.recording_id).where(work.look_at <= now, free).order_by(work.look_at)
        )
        over = await self._session.scalars(select(Recording.id).where(Recording.delete_at <= now))
        return [*rows, *over]
