"""Paying the court fee: the order, the provider's word, and asking when no word comes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from odr.db.outbox import Event
from odr.db.payments import Payment
from odr.db.uow import Database, Tx
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.cascades import follow
from odr.domain.payments import MACHINE, Action, PaymentFacts, State
from odr.domain.permissions import part
from odr.domain.steps import PARTIES, Role, Subject, advance
from odr.errors import NotFound, NotPermitted, Unavailable
from odr.logs import log
from odr.ports.clock import Clock
from odr.ports.payments import PaymentOrder, PaymentOutcome, PaymentProvider, PaymentResult

_log = log(__name__)

_ASK_AFTER = timedelta(minutes=2)  # a callback is usually there in seconds
_ASK_AT_LEAST = timedelta(hours=1)
_WAITING = frozenset({State.PAYING, State.UNKNOWN})


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
            if part(actor, await tx.cases.belonging(case_id)).side == "B":
                raise NotFound  # what one side owes the court is not the other's affair
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
            if row.started_at is None:  # from now on the provider is asked until it has an answer
                tx.outbox.add("payment.ask", at=now, due_at=now + _ASK_AFTER, order_id=str(row.order_id))
            row.started_at = now
            case = await tx.cases.get(case_id)
            order = PaymentOrder(
                row.order_id, row.amount_fen, f"诉讼费 {(case and case.number) or ''}".strip()
            )
        return await self._provider.open(order)

    async def callback(self, body: bytes, signature: str) -> None:
        """The provider's word; ForgedCallback unless it signed these bytes. Said twice, it has one effect."""
        await self._take(self._provider.read_callback(body, signature))

    async def ask(self, event: Event) -> None:
        """No word came: ask the provider, again and again; until it answers, the state is UNKNOWN."""
        order_id = UUID(event.payload["order_id"])
        if await self._known(order_id):
            return
        try:
            result = await self._provider.query(order_id)
        except Unavailable:
            await self._lose_sight(order_id)
        else:
            if result.outcome is PaymentOutcome.PENDING:
                await self._lose_sight(order_id)
            else:
                await self._take(result)

    async def _known(self, order_id: UUID) -> bool:
        """Whether nobody waits for a word on the order any more."""
        async with self._db.read() as tx:
            row = await tx.payments.lock_order(order_id)
            return row is None or await tx.states.get(MACHINE.name, row.case_id) not in _WAITING

    async def _lose_sight(self, order_id: UUID) -> None:
        now = self._clock.now()
        async with self._db.begin() as tx:
            row = await tx.payments.lock_order(order_id)
            if row is None:
                return
            subject = await _subject(tx, row.case_id, PaymentFacts(row.amount_fen))
            if subject.state == State.PAYING:
                await tx.record(PLATFORM, advance(MACHINE, subject, Action.LOSE_SIGHT, Role.CLOCK, now=now))
            waited = now - (row.started_at or now)
            pause = min(max(_ASK_AFTER, waited), _ASK_AT_LEAST)
            tx.outbox.add("payment.ask", at=now, due_at=now + pause, order_id=str(order_id))
            tx.audit.add(PLATFORM, "payment.ask", "case", row.case_id, at=now, case_id=row.case_id)

    async def _take(self, result: PaymentResult) -> None:
        now = self._clock.now()
        async with self._db.begin() as tx:
            row = await tx.payments.lock_order(result.order_id)
            if row is None:
                raise NotFound("This payment belongs to no case of ours.")
            if row.paid_at is not None:
                return  # said before
            if result.outcome is PaymentOutcome.PAID and result.amount_fen != row.amount_fen:
                self._keep_mismatch(tx, row, result)
                return
            subject = await _subject(tx, row.case_id, PaymentFacts(row.amount_fen, result.amount_fen))
            if result.outcome is PaymentOutcome.PAID:
                change = advance(MACHINE, subject, Action.SETTLE, Role.CLOCK, now=now)
                row.received_fen, row.reference, row.paid_at = result.amount_fen, result.reference, result.at
            elif result.outcome is PaymentOutcome.FAILED and subject.state in _WAITING:
                change = advance(MACHINE, subject, Action.FAIL, Role.CLOCK, now=now)
                row.started_at = None
            else:
                return
            await tx.record(PLATFORM, change, *follow(change, await tx.states.of_case(row.case_id)))

    def _keep_mismatch(self, tx: Tx, row: Payment, result: PaymentResult) -> None:
        """Money came, but not what is due: kept for finance staff, and nothing counts as paid (FEE 22)."""
        if row.received_fen == result.amount_fen and row.reference == result.reference:
            return  # said before
        row.received_fen, row.reference = result.amount_fen, result.reference
        sums = {"due_fen": str(row.amount_fen), "received_fen": str(result.amount_fen)}
        now = self._clock.now()
        tx.audit.add(PLATFORM, "payment.mismatch", "case", row.case_id, at=now, case_id=row.case_id, **sums)
        _log.error("payment does not match", case_id=str(row.case_id), **sums)


async def _subject(tx: Tx, case_id: UUID, facts: PaymentFacts) -> Subject[PaymentFacts]:
    return Subject(case_id, case_id, await tx.states.lock(MACHINE.name, case_id), facts)
