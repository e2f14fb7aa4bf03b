"""A payment provider without a bank: its page, its books and its signed callbacks are ours.

Rule 1: it is an outside system: what it decides reaches the court only by a signed callback or a query.
"""

import hmac
import json
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import aiohttp

from odr.errors import Unavailable
from odr.ports.payments import ForgedCallback, PaymentOrder, PaymentOutcome, PaymentResult, PaymentShelf

SIGNATURE_HEADER = "X-Payment-Signature"


class _OrderEvent(Protocol):
    @property
    def payload(self) -> dict[str, Any]: ...


class SandboxPayments:
    """`key` signs callbacks; `callback_url` is where the court listens."""

    def __init__(self, shelf: PaymentShelf, key: bytes, callback_url: str) -> None:
        self._shelf = shelf
        self._key = key
        self._callback_url = callback_url

    async def open(self, order: PaymentOrder) -> str:
        await self._shelf.put_order(order)
        return f"/sandbox/payments/{order.id}"

    def read_callback(self, body: bytes, signature: str) -> PaymentResult:
        if not hmac.compare_digest(self.sign(body).encode(), signature.encode()):
            raise ForgedCallback
        said = json.loads(body)
        return PaymentResult(
            UUID(said["order_id"]),
            PaymentOutcome(said["outcome"]),
            int(said["amount_fen"]),
            str(said["reference"]),
            datetime.fromisoformat(said["at"]),
        )

    async def query(self, order_id: UUID) -> PaymentResult:
        _, result = await self._shelf.order(order_id)
        return result

    async def deliver(self, event: _OrderEvent) -> None:
        """The worker's side of a `sandbox.call_back` event."""
        await self.call_back(UUID(event.payload["order_id"]))

    async def call_back(self, order_id: UUID) -> None:
        """Tell the court what became of an order, signed, as a provider does."""
        _, result = await self._shelf.order(order_id)
        body = json.dumps(
            {
                "order_id": str(result.order_id),
                "outcome": result.outcome.value,
                "amount_fen": result.amount_fen,
                "reference": result.reference,
                "at": result.at.isoformat(),
            }
        ).encode()
        headers = {SIGNATURE_HEADER: self.sign(body), "Content-Type": "application/json"}
        timeout = aiohttp.ClientTimeout(total=10)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as client,
                client.post(self._callback_url, data=body, headers=headers) as answer,
            ):
                if answer.status >= 500:
                    raise Unavailable
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unavailable from error

    def sign(self, body: bytes) -> str:
        """The signature that goes with these bytes."""
        return hmac.digest(self._key, body, "sha256").hex()
