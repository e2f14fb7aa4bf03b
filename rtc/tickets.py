"""Tickets: short-lived, single-use proofs that a person may take a seat in a room.

Rule 1: the ticket is all that the media server knows of a person; it asks no database.
Rule 2: a ticket is spent by the first connection that shows it, also when that connection fails later.
"""

import base64
import binascii
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from rtc.errors import TicketRefused

MIN_KEY_BYTES = 32  # RFC 2104 section 3: a key shorter than the hash weakens it


@dataclass(frozen=True, slots=True)
class Ticket:
    """The right to one seat; `expires` is aware UTC; `server` names the one that has the room, or ""."""

    room: str
    seat: str
    role: str
    expires: datetime
    serial: str
    server: str


class TicketOffice:
    """Issues and takes tickets with one key that the issuer and the media server share (HMAC-SHA-256)."""

    def __init__(self, key: bytes, clock: Callable[[], datetime]) -> None:
        if len(key) < MIN_KEY_BYTES:
            raise ValueError(f"a ticket key has at least {MIN_KEY_BYTES} bytes")
        self._key = key
        self._clock = clock
        self._spent: dict[str, datetime] = {}

    def issue(self, room: str, seat: str, role: str, ttl: timedelta, server: str = "") -> str:
        expires = self._clock() + ttl
        fields = [room, seat, role, expires.isoformat(), secrets.token_urlsafe(12), server]
        body = _encode(json.dumps(fields, separators=(",", ":")).encode())
        return f"{body}.{_encode(self._sign(body))}"

    def take(self, text: str) -> Ticket:
        """The ticket that `text` is, spent from now on; raises TicketRefused."""
        ticket = self._open(text)
        now = self._clock()
        if ticket.expires <= now:
            raise TicketRefused("expired")
        self._spent = {serial: until for serial, until in self._spent.items() if until > now}
        if ticket.serial in self._spent:
            raise TicketRefused("used before")
        self._spent[ticket.serial] = ticket.expires
        return ticket

    def _open(self, text: str) -> Ticket:
        body, _, signature = text.partition(".")
        try:
            genuine = hmac.compare_digest(_decode(signature), self._sign(body))
            fields = json.loads(_decode(body)) if genuine else None
        except (binascii.Error, ValueError) as error:
            raise TicketRefused("unreadable") from error
        if fields is None:
            raise TicketRefused("forged")
        room, seat, role, expires, serial, server = fields
        return Ticket(room, seat, role, datetime.fromisoformat(expires), serial, server)

    def _sign(self, body: str) -> bytes:
        return hmac.digest(self._key, body.encode(), "sha256")


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
