"""Who a person is to the platform: account, staff roles, and the code that opens a session."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import phonenumbers

from odr.domain.steps import Role
from odr.errors import BadInput, NotAllowed, TooMany

CODE_LIFETIME = timedelta(minutes=5)
CODE_TRIES = 5
CODES_PER_HOUR = 10
CODE_PAUSE = timedelta(seconds=30)
LINK_LIFETIME = timedelta(minutes=5)  # time to take the other device into the hand
SESSION_LIFETIME = timedelta(hours=12)  # a filing may take an evening; a court day is shorter
SIGNED_OUT = "signed_out"  # news that ends the sockets of one session, and is told to no page


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an account with its staff roles, or nobody yet (`account_id` None).

    `since`: when this browser's session was opened by a code.
    """

    account_id: UUID | None
    staff_roles: frozenset[Role] = frozenset()
    since: datetime | None = field(default=None, compare=False)

    @property
    def signed_in(self) -> bool:
        return self.account_id is not None


ANONYMOUS = Actor(None)
PLATFORM = Actor(None, frozenset({Role.CLOCK}))


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """A sign-in code as it was sent."""

    sent_at: datetime
    tries: int
    used: bool


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """A link to go on with another device, as it was made."""

    made_at: datetime
    used: bool


def check_link(link: LinkFacts | None, now: datetime) -> None:
    """Raise in the user's words unless the link still opens a session."""
    if link is None or link.used or now - link.made_at > LINK_LIFETIME:
        raise NotAllowed("This code was used already or is over. Please make a new one on the first device.")


def normal_phone(text: str, region: str = "CN") -> str:
    """The number in E.164 (+8613…); a foreign one is written with its country code, + or 00 in front."""
    written = text.strip()
    written = f"+{written[2:]}" if written.startswith("00") else written
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise BadInput("This is not a phone number we can send a message to.", field="phone")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def may_send_code(sent: list[datetime], now: datetime) -> None:
    """Raise TooMany if another code to this number must wait; `sent` = earlier codes of the last hour."""
    recent = [at for at in sent if now - at < timedelta(hours=1)]
    if recent and now - max(recent) < CODE_PAUSE:
        raise TooMany("A code was sent a moment ago. Please wait half a minute before asking for another.")
    if len(recent) >= CODES_PER_HOUR:
        raise TooMany("Too many codes were asked for this number. Please try again in an hour.")


def check_code(code: CodeFacts | None, *, matches: bool, now: datetime) -> None:
    """Raise in the user's words unless the code opens a session."""
    if code is None or code.used or now - code.sent_at > CODE_LIFETIME:
        raise BadInput("This code has expired. Please ask for a new one.", field="code")
    if code.tries >= CODE_TRIES:
        raise TooMany("This code was entered wrongly too often. Please ask for a new one.")
    if not matches:
        raise BadInput("The code is not right. Please look at the message again.", field="code")
