"""The sandbox's outside world, as its own people see it: the messages sent, the payments asked for.

Rule 1: nothing here tells the court anything; a payment becomes known by a signed callback or a query.
"""

import secrets
from uuid import UUID

from odr.db.sandbox import ShelvedOrder
from odr.db.uow import Database
from odr.domain.citizens import CITIZENS, Citizen
from odr.ports.clock import Clock
from odr.ports.payments import PaymentOrder, PaymentOutcome, PaymentResult
from odr.ports.sms import SentSms, Sms


class SandboxService:
    """Fits `SmsShelf` and `PaymentShelf`."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def citizens(self) -> tuple[Citizen, ...]:
        return CITIZENS

    async def put(self, message: Sms) -> bool:
        async with self._db.begin() as tx:
            return await tx.sandbox.put_sms(message, self._clock.now())

    async def messages(self, to: str = "") -> list[SentSms]:
        """What was sent, newest first; to one number if given."""
        async with self._db.read() as tx:
            return await tx.sandbox.latest_sms(to)

    async def put_order(self, order: PaymentOrder) -> None:
        async with self._db.begin() as tx:
            await tx.sandbox.put_order(order, self._clock.now())

    async def order(self, order_id: UUID) -> tuple[PaymentOrder, PaymentResult]:
        async with self._db.read() as tx:
            row = await tx.sandbox.order(order_id)
        return _order(row), _result(row)

    async def decide(self, order_id: UUID, outcome: PaymentOutcome, *, callbacks: int = 1) -> None:
        """The payer pays or fails; then the provider calls back `callbacks` times (0: it is lost)."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            row = await tx.sandbox.order(order_id)
            if row.outcome != PaymentOutcome.PAID.value:  # money that has moved does not move back here
                row.outcome, row.reference, row.at = outcome.value, secrets.token_hex(8), now
            for _ in range(callbacks):
                tx.outbox.add("sandbox.call_back", at=now, order_id=str(order_id))


def _order(row: ShelvedOrder) -> PaymentOrder:
    return PaymentOrder(row.id, row.amount_fen, row.title)


def _result(row: ShelvedOrder) -> PaymentResult:
    return PaymentResult(row.id, PaymentOutcome(row.outcome), row.amount_fen, row.reference, row.at)
