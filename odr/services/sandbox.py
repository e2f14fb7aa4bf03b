"""What the sandbox shows of itself: the messages it sent."""

from odr.db.uow import Database
from odr.ports.clock import Clock
from odr.ports.sms import SentSms, Sms


class SandboxService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def put(self, message: Sms) -> bool:
        """The sandbox SMS's shelf (`odr.ports.sms.SmsShelf`)."""
        async with self._db.begin() as tx:
            return await tx.inbox.put(message, self._clock.now())

    async def messages(self, to: str = "") -> list[SentSms]:
        async with self._db.read() as tx:
            return await tx.inbox.latest(to)
