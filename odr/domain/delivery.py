"""Electronic service (电子送达): a paper on its way to a person, and when it took effect.

Rule 1: with consent and a confirmed address, service takes effect on arrival in its system (OLR 31).
Rule 2: without, only what the receiver says, does or is shown to have read counts (OLR 31).
Rule 3: of several channels the earliest effect counts; an SMS is a hint, not service (OLR 32).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from odr.domain.steps import PARTIES, Machine, Reason, Role, Step, Told


class Channel(StrEnum):
    """The ladder: the next rung is tried when one fails. A hint tells of a paper and serves nothing."""

    PLATFORM = "platform"
    MAIL = "mail"
    SMS = "sms"
    VOICE = "voice"
    POST = "post"
    PUBLIC_NOTICE = "public_notice"


LADDER: Final = tuple(Channel)
HINTS: Final = frozenset({Channel.SMS, Channel.VOICE})
# Why a paper counts as served, on the page and on the certificate.
GROUNDS: Final = {  # messages
    "arrived": "arrival at the confirmed address",
    "acknowledged": "the receiver confirmed it",
    "acted": "the receiver acted upon it",
    "read": "the system shows that it was read",
}


def next_channel(failed: Iterable[Channel], *, simple_procedure: bool = False) -> Channel | None:
    """The first rung not tried; None at the end. No public notice in the simple procedure (JS 140)."""
    tried = set(failed) | ({Channel.PUBLIC_NOTICE} if simple_procedure else set())
    return next((channel for channel in LADDER if channel not in tried), None)


class State(StrEnum):
    PLANNED = "planned"
    SENT = "sent"
    ARRIVED = "arrived"
    READ = "read"
    ACKNOWLEDGED = "acknowledged"
    FAILED = "failed"


class Action(StrEnum):
    PLAN = "plan"
    SEND = "send"
    ARRIVE = "arrive"
    READ = "read"
    ACKNOWLEDGE = "acknowledge"
    FAIL = "fail"
    TRY_NEXT = "try_next"


@dataclass(frozen=True, slots=True)
class Moments:
    """When what happened on one channel; None if it did not. `rebutted`: shown not to be his, or not read."""

    consented: datetime | None = None
    arrived: datetime | None = None
    read: datetime | None = None
    acknowledged: datetime | None = None
    acted: datetime | None = None  # did what the paper asks for
    rebutted: bool = False
    channel: Channel = Channel.PLATFORM
    channels_left: bool = True


@dataclass(frozen=True, slots=True)
class Effect:
    """When service took effect, on which ground (English message id) and article."""

    at: datetime
    ground: str
    article: str


def _rung_left(moments: Moments) -> Reason | None:
    return None if moments.channels_left else Reason("Every way of delivery has been tried.", "MSF 95")


# Papers that must reach their receivers with proof; all others only stand in the case.
SERVED: Final = frozenset(
    {
        "supplement_notice",
        "docket_notice",
        "fee_notice",
        "mediation_notice",
        "mediation_agreement",
        "confirmation_acceptance",
        "confirmation_ruling",
        "dismissal_ruling",
    }
)

_CLOCK = frozenset({Role.CLOCK})
_RECEIVER = PARTIES | {Role.AGENT}
_S, _A = State, Action

MACHINE: Final[Machine[Moments]] = Machine(
    "delivery",
    (
        Step(None, _A.PLAN, _CLOCK, _S.PLANNED),
        Step(_S.PLANNED, _A.SEND, _CLOCK, _S.SENT),
        # on the platform itself sending and arriving are one act
        Step(_S.PLANNED, _A.ARRIVE, _CLOCK, _S.ARRIVED),
        Step(_S.SENT, _A.ARRIVE, _CLOCK, _S.ARRIVED),
        *(Step(state, _A.FAIL, _CLOCK, _S.FAILED) for state in (_S.PLANNED, _S.SENT)),
        Step(_S.FAILED, _A.TRY_NEXT, _CLOCK, _S.PLANNED, _rung_left),
        *(Step(state, _A.READ, _RECEIVER, _S.READ) for state in (_S.SENT, _S.ARRIVED, _S.FAILED)),
        *(
            Step(state, _A.ACKNOWLEDGE, _RECEIVER, _S.ACKNOWLEDGED)
            for state in (_S.SENT, _S.ARRIVED, _S.READ, _S.FAILED)
        ),
    ),
    final=frozenset({_S.ACKNOWLEDGED}),
    told=Told.CASE,
)


def effect(moments: Moments) -> Effect | None:
    """The earliest ground that holds, or None while nothing counts as service (OLR 31, JS 135)."""
    candidates = []
    if moments.consented and moments.arrived and moments.channel not in HINTS:
        candidates.append(Effect(moments.arrived, GROUNDS["arrived"], "OLR 31(1)"))
    if moments.acknowledged:
        candidates.append(Effect(moments.acknowledged, GROUNDS["acknowledged"], "OLR 31(2)"))
    if moments.acted:
        candidates.append(Effect(moments.acted, GROUNDS["acted"], "OLR 31(2)"))
    if moments.read and not moments.rebutted:
        candidates.append(Effect(moments.read, GROUNDS["read"], "OLR 31(2)"))
    return min(candidates, key=lambda one: one.at) if candidates else None


def effective_at(channels: Iterable[Moments]) -> Effect | None:
    """The earliest effect over all channels that carried the paper (OLR 32), or None."""
    found = [one for one in map(effect, channels) if one]
    return min(found, key=lambda one: one.at) if found else None
