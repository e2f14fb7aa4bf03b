"""Electronic service (电子送达): a paper on its way to a person, and when it took effect.

Rule 1: with consent and a confirmed address, service takes effect on arrival in its system (OLR 31).
Rule 2: an SMS is a hint, not service (OLR 32).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from odr.domain.steps import PARTIES, Machine, Role, Step


class State(StrEnum):
    PLANNED = "planned"
    ARRIVED = "arrived"
    READ = "read"
    ACKNOWLEDGED = "acknowledged"


class Action(StrEnum):
    PLAN = "plan"
    ARRIVE = "arrive"
    READ = "read"
    ACKNOWLEDGE = "acknowledge"


@dataclass(frozen=True, slots=True)
class Moments:
    """When what happened; None if it did not."""

    consented: datetime | None = None
    arrived: datetime | None = None
    read: datetime | None = None
    acknowledged: datetime | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """When service took effect, on which ground (English message id) and article."""

    at: datetime
    ground: str
    article: str


_CLOCK = frozenset({Role.CLOCK})
_RECEIVER = PARTIES | {Role.AGENT}
_S, _A = State, Action

MACHINE: Final[Machine[Moments]] = Machine(
    "delivery",
    (
        Step(None, _A.PLAN, _CLOCK, _S.PLANNED),
        Step(_S.PLANNED, _A.ARRIVE, _CLOCK, _S.ARRIVED),
        Step(_S.ARRIVED, _A.READ, _RECEIVER, _S.READ),
        Step(_S.ARRIVED, _A.ACKNOWLEDGE, _RECEIVER, _S.ACKNOWLEDGED),
        Step(_S.READ, _A.ACKNOWLEDGE, _RECEIVER, _S.ACKNOWLEDGED),
    ),
    final=frozenset({_S.ACKNOWLEDGED}),
)


def effect(moments: Moments) -> Effect | None:
    """The earliest ground that holds, or None while nothing counts as service (OLR 31, JS 135)."""
    candidates = []
    if moments.consented and moments.arrived:
        candidates.append(Effect(moments.arrived, "arrival at the confirmed address", "OLR 31(1)"))
    if moments.acknowledged:
        candidates.append(Effect(moments.acknowledged, "the receiver confirmed it", "OLR 31(2)"))
    if moments.read:
        candidates.append(Effect(moments.read, "the system shows that it was read", "OLR 31(2)"))
    return min(candidates, key=lambda one: one.at) if candidates else None
