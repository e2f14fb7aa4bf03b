"""Guests of sittings: whom somebody asked to come, and what both sides say to an observer."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base


class Guest(Base):
    """One person asked into one sitting; of the token in the link only the hash is kept.

    `side` is that of whoever asked, "" for the host; `agreed`: the sides that agree to an observer, or that
    want their helper with them in talks apart.
    """

    __tablename__ = "guests"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), index=True)
    kind: Mapped[str]
    name: Mapped[str]
    phone: Mapped[str]  # E.164
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    invited_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    side: Mapped[str] = mapped_column(default="")
    agreed: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))


class GuestRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, row: Guest) -> Guest:
        self._session.add(row)
        return row

    async def get(self, guest_id: UUID) -> Guest:
        return await self._session.get_one(Guest, guest_id, with_for_update=True)

    async def by_token(self, token_hash: bytes) -> Guest | None:
        return await self._session.scalar(select(Guest).where(Guest.token_hash == token_hash))

    async def of_sitting(self, sitting_id: UUID) -> list[Guest]:
        """In the order they were asked."""
        rows = await self._session.scalars(
            select(Guest).where(Guest.sitting_id == sitting_id).order_by(Guest.created_at, Guest.id)
        )
        return list(rows)
