"""Photos of identity papers, each owner's under a key of his own (envelope encryption).

Rule 1: a photo is sealed under its owner's data key, and this key under the platform's master key; the store
        holds ciphertext of ciphertext.
Rule 2: a destroyed key makes every photo under it unreadable, in backups too; the log holds neither photo nor
        key, so that its proofs stay valid.

An owner is a person, or a case: a case keeps the photos by which its people proved who they are.
"""

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base
from odr.domain.sealing import Sealer

PURPOSE = "identity-photo"
_KEY_BYTES = 32


class DataKey(Base):
    """The key of one owner, sealed under the master key; `sealed` is None once it was destroyed."""

    __tablename__ = "data_keys"

    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    sealed: Mapped[bytes | None]
    created_at: Mapped[datetime]
    destroyed_at: Mapped[datetime | None]


class CasePhoto(Base):
    """One side of a card as a case keeps it: the object is sealed under the key of the case."""

    __tablename__ = "case_photos"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    side: Mapped[str] = mapped_column(primary_key=True)
    object_key: Mapped[str]
    sealed_at: Mapped[datetime]


class SealedRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def key(self, owner_id: UUID) -> DataKey | None:
        """The owner's key, held until the transaction ends; None before anything was sealed for him."""
        return await self._session.scalar(
            select(DataKey).where(DataKey.owner_id == owner_id).with_for_update()
        )

    async def sealer(self, owner_id: UUID, master: Sealer, now: datetime) -> Sealer:
        """What seals for this owner from now on; a key that is missing or was destroyed is made anew."""
        row = await self.key(owner_id)
        if row is not None and row.sealed is not None:
            return Sealer(master.open(row.sealed, str(owner_id)), PURPOSE)
        fresh = secrets.token_bytes(_KEY_BYTES)
        if row is None:
            row = DataKey(owner_id=owner_id, created_at=now)
            self._session.add(row)
        row.sealed, row.created_at, row.destroyed_at = master.seal(fresh, str(owner_id)), now, None
        await self._session.flush()
        return Sealer(fresh, PURPOSE)

    async def opener(self, owner_id: UUID, master: Sealer) -> Sealer | None:
        """What opens this owner's photos, or None: the key was destroyed, or never made."""
        row = await self._session.get(DataKey, owner_id)
        if row is None or row.sealed is None:
            return None
        return Sealer(master.open(row.sealed, str(owner_id)), PURPOSE)

    async def destroy(self, owner_id: UUID, now: datetime) -> bool:
        """Destroy the owner's key; whether there was one."""
        row = await self.key(owner_id)
        if row is None or row.sealed is None:
            return False
        row.sealed, row.destroyed_at = None, now
        await self._session.flush()
        return True

    async def photo(self, case_id: UUID, account_id: UUID, side: str) -> CasePhoto | None:
        return await self._session.get(CasePhoto, (case_id, account_id, side))

    def keep(self, row: CasePhoto) -> None:
        self._session.add(row)
