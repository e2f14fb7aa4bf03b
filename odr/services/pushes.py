"""News on its way to open pages."""

from datetime import timedelta
from uuid import UUID

from odr.db.pushes import News
from odr.db.uow import Database
from odr.ports.clock import Clock

CHANGED = "changed"  # the news that makes a page out of date
_KEEP = timedelta(minutes=10)  # longer than any page stays offline and still wants old news


class PushService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def version(self, account_id: UUID) -> str:
        """What a page carries that is made from now on: it is up to date while this stays the same."""
        async with self._db.read() as tx:
            return await tx.pushes.version(account_id, CHANGED)

    async def newest(self) -> int:
        """Where a web process that starts now begins to read."""
        async with self._db.read() as tx:
            return await tx.pushes.newest()

    async def after(self, last_id: int) -> list[News]:
        async with self._db.read() as tx:
            return await tx.pushes.after(last_id)

    async def forget(self) -> None:
        """Drop what every process has sent by now."""
        async with self._db.begin() as tx:
            await tx.pushes.forget(self._clock.now() - _KEEP)
