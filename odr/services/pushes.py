"""News on its way to open pages."""

from datetime import timedelta

from odr.db.pushes import News
from odr.db.uow import Database
from odr.ports.clock import Clock

_KEEP = timedelta(minutes=10)  # longer than any page stays offline and still wants old news


class PushService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

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
