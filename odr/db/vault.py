"""Where photos of identity papers are kept: under their owner's key, in the object store."""

from datetime import datetime
from uuid import UUID

from odr.db.uow import Database
from odr.domain.accounts import Actor
from odr.domain.sealing import Sealer
from odr.errors import NotFound
from odr.ports.objects import ObjectStore


class Vault:
    """`master` seals the keys of the owners; an owner is a person or a case."""

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
