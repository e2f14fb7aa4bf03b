"""Short messages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from odr.errors import OdrError, Unavailable


class SmsRefused(OdrError):
    """The number cannot receive messages, now or later: do not try again."""

    public = "This phone number cannot receive messages. Please check it."


class SmsUnavailable(Unavailable):
    """The gateway did not answer: try again later."""


@dataclass(frozen=True, slots=True)
class Sms:
    """`to` is E.164 (+8613…); `key` makes a repeated send one message; `text` holds no facts of a dispute."""

    key: str
    to: str
    text: str


@dataclass(frozen=True, slots=True)
class SentSms:
    to: str
    text: str
    at: datetime


class SmsSender(Protocol):
    async def send(self, message: Sms) -> None:
        """Hand the message to the network; raises SmsRefused or SmsUnavailable."""
        ...


class SmsShelf(Protocol):
    """Where the sandbox keeps what it sent, so that a page of another process can show it."""

    async def put(self, message: Sms) -> bool:
        """Keep it; False if this key was kept before."""
        ...
