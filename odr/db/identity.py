"""What is known of a person: the card as read and confirmed, and the two checks, stored apart."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base


class Identity(Base):
    __tablename__ = "identities"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    # the photos (keys of the object store) and what was read from them: field → value, confidence, box
    front_photo: Mapped[str | None]
    front_reading: Mapped[dict[str, Any]] = mapped_column(default=dict)
    back_photo: Mapped[str | None]
    back_reading: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # as the person confirmed them
    name: Mapped[str] = mapped_column(default="")
    sex: Mapped[str] = mapped_column(default="")
    nation: Mapped[str] = mapped_column(default="")
    birth: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    id_number: Mapped[str] = mapped_column(default="", index=True)
    authority: Mapped[str] = mapped_column(default="")
    valid_from: Mapped[str] = mapped_column(default="")
    valid_to: Mapped[str] = mapped_column(default="")
    confirmed_at: Mapped[datetime | None]
    # where there is no card: what will be shown to our staff instead
    document: Mapped[str] = mapped_column(default="")
    document_number: Mapped[str] = mapped_column(default="")
    # first check: the face
    consent_at: Mapped[datetime | None]  # separate consent to the use of face data (PIPL 29)
    consent_version: Mapped[str] = mapped_column(default="")  # of the words that were agreed to
    consent_withdrawn_at: Mapped[datetime | None]
    challenge: Mapped[dict[str, Any]] = mapped_column(default=dict)
    challenges: Mapped[int] = mapped_column(default=0)  # how many were drawn since the time below
    challenges_since: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    face_same: Mapped[bool | None]
    face_distance: Mapped[float | None]
    face_threshold: Mapped[float | None]
    face_model: Mapped[str] = mapped_column(default="")
    face_at: Mapped[datetime | None]
    # first check, the way of equal rank: a member of staff
    staff_way: Mapped[str] = mapped_column(default="")
    staff_asked_at: Mapped[datetime | None]
    staff_seen: Mapped[str] = mapped_column(default="")  # how it was done: by video, at the counter
    staff_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    staff_same: Mapped[bool | None]
    staff_note: Mapped[str] = mapped_column(default="")
    staff_at: Mapped[datetime | None]
    # the way of the national network identity service, instead of both checks
    network_number: Mapped[str] = mapped_column(default="")
    network_reference: Mapped[str | None] = mapped_column(unique=True)  # a certificate serves one person
    network_at: Mapped[datetime | None]
    # second check: the register
    register_asked_at: Mapped[datetime | None]
    register_outcome: Mapped[str] = mapped_column(default="")
    register_reference: Mapped[str] = mapped_column(default="")
    register_at: Mapped[datetime | None]


class IdentityRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, account_id: UUID) -> Identity | None:
        return await self._session.get(Identity, account_id)

    async def lock(self, account_id: UUID) -> Identity:
        """The person's row, made if it was not there, held until the transaction ends."""
        row = await self._session.scalar(
            select(Identity).where(Identity.account_id == account_id).with_for_update()
        )
        if row is None:
            row = Identity(account_id=account_id)
            self._session.add(row)
            await self._session.flush()
        return row

    async def by_certificate(self, reference: str) -> Identity | None:
        """Who used this network certificate already."""
        return await self._session.scalar(select(Identity).where(Identity.network_reference == reference))

    async def waiting_for_staff(self) -> list[Identity]:
        """Who asked for a staff check and has no answer yet, the longest waiting first."""
        rows = await self._session.scalars(
            select(Identity)
            .where(Identity.staff_asked_at.is_not(None), Identity.staff_at.is_(None))
            .order_by(Identity.staff_asked_at)
        )
        return list(rows)
