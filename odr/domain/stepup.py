"""The step-up before a signature: a code that is good for one person, one place and one revision.

Rule 1: what is kept of a code is its HMAC with the challenge, so that it fits no other document or person.
Rule 2: a code approves once; it ends after ten minutes, five tries, or when the document moved on.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from odr.domain.signatures import APPROVAL_LASTS
from odr.errors import BadInput, NotAllowed, TooMany

CODE_LIFETIME = APPROVAL_LASTS
CODE_TRIES = 5
CODE_PAUSE = timedelta(seconds=30)
_SHORT = 8  # hex digits of the document's digest that fit a text message and can be compared by eye


class Stage(StrEnum):
    """How far one approval has come."""

    ASKED = "asked"  # the code was sent
    APPROVED = "approved"  # the code was right; the signature is being made
    SIGNED = "signed"
    OVERTAKEN = "overtaken"  # somebody else signed in between, or it took too long: ask again
    DROPPED = "dropped"  # a newer code took its place, or the text was taken back


class Moved(NotAllowed):
    """The code was sent for another revision than the one that stands now."""

    public = "Somebody else signed a moment ago. Please approve the document as it is now with a new code."


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """A code as it was sent, and what it was sent for."""

    stage: Stage
    challenge: str
    sent_at: datetime
    tries: int


def code_digest(secret: bytes, challenge: str, code: str) -> bytes:
    return hmac.digest(secret, f"{challenge}:{code}".encode(), "sha256")


def may_send(sent: datetime | None, now: datetime) -> None:
    """Raise TooMany while the last code is hardly on its way."""
    if sent is not None and now - sent < CODE_PAUSE:
        raise TooMany("A code was sent a moment ago. Please wait half a minute before asking for another.")


def check_code(code: CodeFacts | None, *, challenge: str, matches: bool, now: datetime) -> None:
    """Raise in the user's words unless the code approves just this `challenge`."""
    if code is None or code.stage is not Stage.ASKED or now - code.sent_at > CODE_LIFETIME:
        raise BadInput("This code has expired. Please ask for a new one.", field="code")
    if not hmac.compare_digest(code.challenge, challenge):
        raise Moved
    if code.tries >= CODE_TRIES:
        raise TooMany("This code was entered wrongly too often. Please ask for a new one.")
    if not matches:
        raise BadInput("The code is not right. Please look at the message again.", field="code")


def short_digest(sha256: str) -> str:
    """What a person compares between the text message and the page: A1B2-C3D4."""
    digits = sha256[:_SHORT].upper()
    return f"{digits[:4]}-{digits[4:]}"
