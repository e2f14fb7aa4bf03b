"""Where photos and recordings of people are kept: under their owner's key, in the object store."""

import asyncio
from datetime import datetime
from uuid import UUID

from odr.db.uow import Database
from odr.domain.accounts import Actor
from odr.domain.sealing import Sealer
from odr.errors import NotFound
from odr.ports.objects import ObjectStore


class Vault:
    """`master` seals the keys of the owners; an owner is a person, a case or a recording."""

    def __init__(self, db: Database, objects: ObjectStore, master: bytes) -> None:
        self._db = db
        self._objects = objects
        self._master = Sealer(master, "data-keys")

    async def put(self, actor: Actor, owner_id: UUID, photo: bytes, now: datetime) -> str:
        """Seal and store; the object's key."""
        async with self._db.begin() as tx:
            sealer = await tx.sealed.sealer(owner_id, self._master, now)
            tx.audit.add(actor, "photo.seal", "data_key", owner_id, at=now)
        return await self._objects.put(sealer.seal(photo, str(owner_id)))

    async def get(self, owner_id: UUID, key: str) -> bytes:
        """The photo; NotFound once the owner's key was destroyed."""
        async with self._db.read() as tx:
            opener = await tx.sealed.opener(owner_id, self._master)
        if opener is None:
            raise NotFound
        return opener.open(await self._objects.get(key), str(owner_id))

    async def delete(self, key: str | None) -> None:
        """Take the sealed object away too; each is its owner's alone, so that nobody else refers to it."""
        if key:
            await self._objects.delete(key)

    async def sealer(self, actor: Actor, owner_id: UUID, now: datetime) -> Sealer:
        """What seals for this owner: for something so long that it is put piece by piece."""
        async with self._db.begin() as tx:
            sealer = await tx.sealed.sealer(owner_id, self._master, now)
            tx.audit.add(actor, "vault.open", "data_key", owner_id, at=now)
        return sealer

    async def put_piece(self, sealer: Sealer, piece: bytes, place: str) -> str:
        """Seal and store one piece; `place` says of what and which, so that none takes another's place."""
        return await self._objects.put(await asyncio.to_thread(sealer.seal, piece, place))

    async def piece(self, owner_id: UUID, key: str, place: str) -> bytes:
        """The piece; NotFound once the owner's key was destroyed."""
        async with self._db.read() as tx:
            opener = await tx.sealed.opener(owner_id, self._master)
        if opener is None:
            raise NotFound
        return await asyncio.to_thread(opener.open, await self._objects.get(key), place)
