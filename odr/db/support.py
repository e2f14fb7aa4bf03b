"""What passes between a person before or in a sitting and the support desk."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base
from odr.domain.support import Pictures, Wish


class SupportSeat(Base):
    """What the desk knows of a person of a sitting: what they use, and whether they do without pictures."""

    __tablename__ = "support_seats"

    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    runs_on: Mapped[str] = mapped_column(default="")
    pictures: Mapped[str] = mapped_column(default=Pictures.ON.value)


class SupportMessage(Base):
    """A line from the desk to one person."""

    __tablename__ = "support_messages"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    text: Mapped[str]
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class SupportCall(Base):
    """A wish to be called back. The number is kept for that alone, and goes when it is done."""

    __tablename__ = "support_calls"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    trouble: Mapped[str]
    phone: Mapped[str]
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))


class LineTest(Base):
    """A test call of the desk with one person; its id is that of its media room, which is no sitting's."""

    __tablename__ = "line_tests"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    prompt: Mapped[str] = mapped_column(default="")
    opened_at: Mapped[datetime]
    met_at: Mapped[datetime | None]  # both were connected at one time
    ended_at: Mapped[datetime | None]


class SupportRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def seat(self, sitting_id: UUID, account_id: UUID) -> SupportSeat:
        """The row of this person, made if there is none yet."""
        row = await self._session.get(SupportSeat, (sitting_id, account_id))
        if row is None:
            row = SupportSeat(sitting_id=sitting_id, account_id=account_id, pictures=Pictures.ON.value)
            self._session.add(row)
        return row

    async def seats(self, sittings: Collection[UUID]) -> dict[tuple[UUID, UUID], SupportSeat]:
        rows = await self._session.scalars(
            select(SupportSeat).where(SupportSeat.sitting_id.in_(list(sittings)))
        )
        return {(row.sitting_id, row.account_id): row for row in rows}

    async def uses(self, sitting_id: UUID, account_id: UUID, runs_on: str) -> None:
        """What the person came with last; "" changes nothing."""
        if runs_on:
            (await self.seat(sitting_id, account_id)).runs_on = runs_on

    def add_message(
        self, sitting_id: UUID, account_id: UUID, staff_id: UUID, text: str, at: datetime
    ) -> SupportMessage:
        row = SupportMessage(
            id=uuid4(), sitting_id=sitting_id, account_id=account_id, staff_id=staff_id, text=text, at=at
        )
        self._session.add(row)
        return row

    async def messages(self, sitting_id: UUID, account_id: UUID) -> list[SupportMessage]:
        """To this person, the newest last."""
        rows = await self._session.scalars(
            select(SupportMessage)
            .where(SupportMessage.sitting_id == sitting_id, SupportMessage.account_id == account_id)
            .order_by(SupportMessage.at)
        )
        return list(rows)

    def add_call(self, sitting_id: UUID, account_id: UUID, wish: Wish, at: datetime) -> SupportCall:
        row = SupportCall(
            id=uuid4(),
            sitting_id=sitting_id,
            account_id=account_id,
            trouble=wish.trouble.value,
            phone=wish.phone,
            at=at,
        )
        self._session.add(row)
        return row

    async def call_of(self, sitting_id: UUID, account_id: UUID) -> SupportCall | None:
        """The open wish of this person, if there is one."""
        return await self._session.scalar(
            select(SupportCall).where(
                SupportCall.sitting_id == sitting_id,
                SupportCall.account_id == account_id,
                SupportCall.ended_at.is_(None),
            )
        )

    async def lock_call(self, call_id: UUID) -> SupportCall | None:
        return await self._session.get(SupportCall, call_id, with_for_update=True)

    async def open_calls(self) -> list[SupportCall]:
        """Everybody who waits to be called back, the longest first."""
        rows = await self._session.scalars(
            select(SupportCall).where(SupportCall.ended_at.is_(None)).order_by(SupportCall.at)
        )
        return list(rows)

    async def open_test(self, sitting_id: UUID, account_id: UUID, staff_id: UUID, at: datetime) -> LineTest:
        row = LineTest(
            id=uuid4(), sitting_id=sitting_id, account_id=account_id, staff_id=staff_id, opened_at=at
        )
        self._session.add(row)
        await self._session.flush()
        return row

    async def test_of(self, sitting_id: UUID, account_id: UUID, *, lock: bool = False) -> LineTest | None:
        """The test call that is open with this person, if one is."""
        wanted = select(LineTest).where(
            LineTest.sitting_id == sitting_id, LineTest.account_id == account_id, LineTest.ended_at.is_(None)
        )
        return await self._session.scalar(wanted.with_for_update() if lock else wanted)

    async def lock_test(self, room_id: UUID) -> LineTest | None:
        return await self._session.get(LineTest, room_id, with_for_update=True)

    async def tests_open(self) -> list[LineTest]:
        rows = await self._session.scalars(select(LineTest).where(LineTest.ended_at.is_(None)))
        return list(rows)
