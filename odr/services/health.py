"""Whether what the platform stands on answers."""

from odr.db.uow import Database


class HealthService:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def check(self) -> dict[str, bool]:
        """A verdict an item; all true means ready."""
        return {"database": await self._db.answers()}
