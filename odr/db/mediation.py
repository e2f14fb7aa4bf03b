"""Mediations: the invitation, the choice of a mediator, the mandates offered, and how it went on."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base


class Invitation(Base):
    """The other side's way in; of the token in the link only the hash is kept."""

    __tablename__ = "invitations"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    phone: Mapped[str]  # E.164, as the filing gives it; "" if it gives none
    name: Mapped[str]  # as the filing gives it
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    accepted: Mapped[bool | None]
    verified_name: Mapped[str] = mapped_column(default="")  # of who accepted as the invited person itself


class MediatorChoice(Base):
    """A side's wish: a mediator of the list, or (None) that the court appoints."""

    __tablename__ = "mediator_choices"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    side: Mapped[str] = mapped_column(primary_key=True)
    mediator_id: Mapped[UUID | None] = mapped_column(ForeignKey("mediators.account_id"))
    at: Mapped[datetime]


class Mandate(Base):
    """One mediator asked for one case. `answer`: "" while open, "accepted", "declined" or "silent".

    `reasons`: why this one, as [{"text", "values"}]; `relations` and `details`: what was disclosed;
    `agreed`: the sides that, knowing it, agree.
    """

    __tablename__ = "mandates"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    mediator_id: Mapped[UUID] = mapped_column(ForeignKey("mediators.account_id"), index=True)
    reasons: Mapped[list[Any]]
    offered_at: Mapped[datetime]
    disclosed_at: Mapped[datetime | None]
    relations: Mapped[list[Any]] = mapped_column(default=list)
    details: Mapped[str] = mapped_column(default="")
    agreed: Mapped[list[Any]] = mapped_column(default=list)
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    why: Mapped[str] = mapped_column(default="")  # of declining


class Course(Base):
    """What the parties and the mediator fixed: the time of the next sitting, the ground of the end."""

    __tablename__ = "mediations"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    starts_at: Mapped[datetime | None]
    ground: Mapped[str] = mapped_column(default="")
    reported_at: Mapped[datetime | None]


class MediationRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, row: Invitation | MediatorChoice | Mandate) -> None:
        self._session.add(row)

    async def invitation(self, case_id: UUID) -> Invitation | None:
        return await self._session.get(Invitation, case_id)

    async def invitation_by(self, token_hash: bytes) -> Invitation | None:
        return await self._session.scalar(select(Invitation).where(Invitation.token_hash == token_hash))

    async def choices(self, case_id: UUID) -> dict[str, MediatorChoice]:
        """Side → its wish."""
        rows = await self._session.scalars(select(MediatorChoice).where(MediatorChoice.case_id == case_id))
        return {row.side: row for row in rows}

    async def mandates(self, case_id: UUID) -> list[Mandate]:
        """Everybody who was asked, the latest last."""
        rows = await self._session.scalars(
            select(Mandate).where(Mandate.case_id == case_id).order_by(Mandate.offered_at)
        )
        return list(rows)

    async def mandate(self, case_id: UUID) -> Mandate | None:
        """The mandate that is open or accepted; None while nobody is asked."""
        rows = await self.mandates(case_id)
        return rows[-1] if rows and rows[-1].answer in ("", "accepted") else None

    async def course(self, case_id: UUID) -> Course:
        """The row of the mediation, made if it was not there."""
        row = await self._session.get(Course, case_id)
        if row is None:
            row = Course(case_id=case_id)
            self._session.add(row)
            await self._session.flush()
        return row

    async def seen_course(self, case_id: UUID) -> Course | None:
        return await self._session.get(Course, case_id)
