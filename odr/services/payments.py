"""Paying the court fee: the order, the provider's word, and asking when no word comes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from odr.db.outbox import Event
from odr.db.uow import Database, Tx
from odr.domain import payments
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.cascades import follow
from odr.domain.payments import MACHINE, Action, PaymentFacts
from odr.domain.permissions import part
from odr.domain.steps import PARTIES, Role, Subject, advance
from odr.errors import NotAllowed, NotPermitted
from odr.ports.clock import Clock
from odr.ports.payments import PaymentOrder, PaymentOutcome, PaymentProvider, PaymentResult

_ASK_AFTER = timedelta(minutes=2)  # a callback is usually there in seconds


@dataclass(frozen=True, slots=True)
class PaymentView:
    """What the payment page shows; `steps` are rows of text, article and values."""

    case_id: UUID
    number: str
    state: str
    amount_fen: int
    steps: list[dict[str, Any]]
    last_day: date
    paid_at: datetime | None
    reference: str


class PaymentService:
    def __init__(self, db: Database, clock: Clock, provider: PaymentProvider) -> None:
        self._db = db
        self._clock = clock
        self._provider = provider

    async def show(self, actor: Actor, case_id: UUID) -> PaymentView:
        async with self._db.read() as tx:
            part(actor, await tx.cases.belonging(case_id))
            row = await tx.payments.get(case_id)
            case = await tx.cases.get(case_id)
            state = await tx.states.get(MACHINE.name, case_id)
        return PaymentView(
            case_id,
            (case.number if case else None) or "",
            state or "",
            row.amount_fen,
            row.steps,
            row.last_day,
            row.paid_at,
            row.reference,
        )

    async def start(self, actor: Actor, case_id: UUID) -> str:
        """Begin to pay: the provider's page. Pressing twice gives the same order."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            await tx.cases.lock(case_id)
            who = part(actor, await tx.cases.belonging(case_id))
            if who.side != "A":
                raise NotPermitted
            row = await tx.payments.get(case_id)
            role = who.role if who.role in PARTIES | {Role.AGENT} else Role.APPLICANT
            subject = await _subject(tx, case_id, PaymentFacts(row.amount_fen))
            await tx.record(actor, advance(MACHINE, subject, Action.START, role, now=now))
            row.started_at = now
            tx.outbox.add("payment.ask", at=now, due_at=now + _ASK_AFTER, order_id=str(row.order_id))
            order = PaymentOrder(row.order_id, row.amount_fen, f"诉讼费 {case_id.hex[:8]}")
        return await self._provider.open(order)

    async def callback(self, body: bytes, signature: str) -> None:
        """The provider's word; ForgedCallback unless it signed these bytes. Said twice, it has one effect."""
        await self._take(self._provider.read_callback(body, signature))

    async def ask(self, event: Event) -> None:
        """No word came: ask the provider; until it answers, the state is UNKNOWN."""
        order_id = UUID(event.payload["order_id"])
        result = await self._provider.query(order_id)
        if result.outcome is not PaymentOutcome.PENDING:
            return await self._take(result)
        async with self._db.begin() as tx:
            row = await tx.payments.lock_order(order_id)
            if row is not None and await tx.states.get(MACHINE.name, row.case_id) == payments.State.PAYING:
                subject = await _subject(tx, row.case_id, PaymentFacts(row.amount_fen))
                now = self._clock.now()
                await tx.record(PLATFORM, advance(MACHINE, subject, Action.LOSE_SIGHT, Role.CLOCK, now=now))
                tx.outbox.add("payment.ask", at=now, due_at=now + 5 * _ASK_AFTER, order_id=str(order_id))
        return None

    async def _take(self, result: PaymentResult) -> None:
        now = self._clock.now()
        async with self._db.begin() as tx:
            row = await tx.payments.lock_order(result.order_id)
            if row is None:
                raise NotAllowed("This payment belongs to no case of ours.")
            if row.paid_at is not None:
                return  # said before
            subject = await _subject(tx, row.case_id, PaymentFacts(row.amount_fen, result.amount_fen))
            if result.outcome is PaymentOutcome.PAID:
                change = advance(MACHINE, subject, Action.SETTLE, Role.CLOCK, now=now)
                row.received_fen, row.reference, row.paid_at = result.amount_fen, result.reference, result.at
            elif subject.state in (payments.State.PAYING, payments.State.UNKNOWN):
                change = advance(MACHINE, subject, Action.FAIL, Role.CLOCK, now=now)
            else:
                return
            await tx.record(PLATFORM, change, *follow(change, await tx.states.of_case(row.case_id)))


async def _subject(tx: Tx, case_id: UUID, facts: PaymentFacts) -> Subject[PaymentFacts]:
    return Subject(case_id, case_id, await tx.states.lock(MACHINE.name, case_id), facts)
