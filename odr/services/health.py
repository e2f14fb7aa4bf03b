"""Whether the platform can serve: what it stands on answers, and nobody has asked it to stop."""

from odr.db.migrate import current
from odr.db.uow import Database


class HealthService:
    def __init__(self, db: Database) -> None:
        self._db = db
        self._tables = False  # once they are current they stay so: a newer program migrates before it starts
        self._stopping = False

    async def check(self) -> dict[str, bool]:
        """A verdict an item; all true means ready."""
        answers = await self._db.answers()
        self._tables = self._tables or (answers and await current(self._db.engine))
        return {"database": answers, "tables": self._tables, "running": not self._stopping}

    def retire(self) -> None:
        """From now on this process is not ready: whoever spreads the work sends it elsewhere."""
        self._stopping = True
