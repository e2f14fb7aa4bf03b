"""Paying the court fee.

Rule 1: a payment whose result did not come back is UNKNOWN: never shown as paid, never as failed.
Rule 2: only the provider's signed word makes it PAID.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from odr.domain.steps import Machine, Reason, Role, Step


class State(StrEnum):
    NOTICED = "noticed"
    PAYING = "paying"
    UNKNOWN = "unknown"
    PAID = "paid"
    OVERDUE = "overdue"


class Action(StrEnum):
    NOTIFY = "notify"
    START = "start"
    LOSE_SIGHT = "lose_sight"
    SETTLE = "settle"
    FAIL = "fail"
    MISS = "miss"


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """What was asked for and what the provider says it received."""

    due_fen: int = 0
    received_fen: int = 0


def _exact(facts: PaymentFacts) -> Reason | None:
    if facts.received_fen != facts.due_fen:
        return Reason("The amount received is not the amount due; finance staff will look at it.", "FEE 22")
    return None


_PARTY = frozenset({Role.APPLICANT, Role.AGENT})
_CLOCK = frozenset({Role.CLOCK})
_S, _A = State, Action

MACHINE: Final[Machine[PaymentFacts]] = Machine(
    "payment",
    (
        Step(None, _A.NOTIFY, frozenset({Role.FILING_JUDGE, Role.CLOCK}), _S.NOTICED),
        Step(_S.NOTICED, _A.START, _PARTY, _S.PAYING),
        Step(_S.PAYING, _A.START, _PARTY, _S.PAYING),
        Step(_S.PAYING, _A.LOSE_SIGHT, _CLOCK, _S.UNKNOWN),
        Step(_S.PAYING, _A.FAIL, _CLOCK, _S.NOTICED),
        Step(_S.UNKNOWN, _A.FAIL, _CLOCK, _S.NOTICED),
        # the provider's word counts in every state before PAID: a late callback is not lost
        *(
            Step(state, _A.SETTLE, _CLOCK, _S.PAID, _exact, stops=("payment",), notices=("fee_paid",))
            for state in (_S.NOTICED, _S.PAYING, _S.UNKNOWN, _S.OVERDUE)
        ),
        Step(_S.NOTICED, _A.MISS, _CLOCK, _S.OVERDUE, notices=("fee_overdue",)),
        Step(_S.OVERDUE, _A.START, _PARTY, _S.PAYING),
    ),
    final=frozenset({_S.PAID}),
)
