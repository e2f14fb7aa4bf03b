"""Checks by video: who saw whom, when, and who is in the room now."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, and_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base
from odr.domain.video_checks import Part, Presence
from odr.ports.media import SeatEnding


class VideoCheck(Base):
    """One opening of a check; its id is that of its media room as well. Nothing that was said is kept."""

    __tablename__ = "video_checks"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    opened_at: Mapped[datetime]
    prompt: Mapped[str] = mapped_column(default="")
    met_at: Mapped[datetime | None]  # both were connected at one time
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(default="")  # the action


class VideoSeat(Base):
    """One of the two, and their newest connection: comings and goings are attendance, not decisions."""

    __tablename__ = "video_seats"
    audited: ClassVar[bool] = False

    check_id: Mapped[UUID] = mapped_column(ForeignKey("video_checks.id"), primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    present: Mapped[bool] = mapped_column(default=False)
    connected: Mapped[bool] = mapped_column(default=False)
    came_at: Mapped[datetime | None]  # the newest ticket
    left_at: Mapped[datetime | None]
    ending: Mapped[str] = mapped_column(default="")  # why the last connection ended

    @property
    def presence(self) -> Presence:
        broken = (SeatEnding.LOST.value, SeatEnding.STOPPED.value, SeatEnding.REFUSED.value)
        return Presence(self.came_at is not None, self.present, self.connected, self.ending in broken)


class VideoCheckRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def open(self, account_id: UUID, staff_id: UUID, at: datetime) -> VideoCheck:
        check = VideoCheck(account_id=account_id, staff_id=staff_id, opened_at=at)
        self._session.add(check)
        await self._session.flush()
        for part, seat_id in ((Part.PERSON, account_id), (Part.STAFF, staff_id)):
            self._session.add(VideoSeat(check_id=check.id, part=part.value, account_id=seat_id))
        return check

    async def of(self, account_id: UUID, *, lock: bool = False) -> VideoCheck | None:
        """The one that is open with this person, if one is."""
        wanted = select(VideoCheck).where(VideoCheck.account_id == account_id, VideoCheck.ended_at.is_(None))
        return await self._session.scalar(wanted.with_for_update() if lock else wanted)

    async def lock(self, check_id: UUID) -> VideoCheck | None:
        """The check of this room, held until the transaction ends; None for a room of another kind."""
        return await self._session.scalar(
            select(VideoCheck).where(VideoCheck.id == check_id).with_for_update()
        )

    async def seats(self, check_id: UUID) -> dict[Part, VideoSeat]:
        rows = await self._session.scalars(select(VideoSeat).where(VideoSeat.check_id == check_id))
        return {Part(row.part): row for row in rows}

    async def without_staff(self) -> list[tuple[VideoCheck, VideoSeat]]:
        """Those that are open while the member of staff is away."""
        seat = and_(VideoSeat.check_id == VideoCheck.id, VideoSeat.part == Part.STAFF.value)
        rows = await self._session.execute(
            select(VideoCheck, VideoSeat)
            .join(VideoSeat, seat)
            .where(VideoCheck.ended_at.is_(None), VideoSeat.present.is_(False))
        )
        return [(row[0], row[1]) for row in rows]

    async def empty(self, at: datetime) -> None:
        """Nobody is connected any more: the server had stopped."""
        await self._session.execute(
            update(VideoSeat)
            .where(VideoSeat.present)
            .values(present=False, connected=False, left_at=at, ending=SeatEnding.STOPPED.value)
        )
