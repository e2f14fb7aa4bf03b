"""Paying the court fee through a provider."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from odr.errors import NotPermitted


class PaymentOutcome(StrEnum):
    PAID = "paid"
    FAILED = "failed"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """What is to be paid: `id` is ours and makes a repeated order one order."""

    id: UUID
    amount_fen: int
    title: str


@dataclass(frozen=True, slots=True)
class PaymentResult:
    """What the provider says of an order; `reference` is its own number of the payment."""

    order_id: UUID
    outcome: PaymentOutcome
    amount_fen: int
    reference: str
    at: datetime


class ForgedCallback(NotPermitted):
    public = "This payment message does not carry the provider's signature."


class PaymentProvider(Protocol):
    async def open(self, order: PaymentOrder) -> str:
        """The address of the page where the person pays; the same for the same order."""
        ...

    def read_callback(self, body: bytes, signature: str) -> PaymentResult:
        """What a callback says; raises ForgedCallback unless the provider signed exactly these bytes."""
        ...

    async def query(self, order_id: UUID) -> PaymentResult:
        """What became of an order whose callback did not come; PENDING if nothing yet."""
        ...


class PaymentShelf(Protocol):
    """Where the sandbox provider keeps its side of each order."""

    async def put_order(self, order: PaymentOrder) -> None: ...

    async def order(self, order_id: UUID) -> tuple[PaymentOrder, PaymentResult]:
        """The order and what became of it; raises NotFound."""
        ...
