"""A complaint about a mediator (投诉): received, acknowledged, decided with a reason (OMR 29, TY 28).

Rule 1: the head of the filing division decides, never the mediator, nor anybody who takes part in the case.
Rule 2: the mediator and the other side are not told who complained, nor that somebody did.
Rule 3: TY 28 sets no days; the answer is due as for complaints about the filing desk (DJ 13).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from odr.domain.steps import PARTIES, Machine, Reason, Role, Step

LONGEST_TEXT: Final = 3000
ACKNOWLEDGE, ANSWER = "grievance_ack", "M-27"


class State(StrEnum):
    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    OVERDUE = "overdue"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    FILE = "file"
    ACKNOWLEDGE = "acknowledge"
    DECIDE = "decide"
    WITHDRAW = "withdraw"
    REMIND = "remind"
    MISS = "miss"


class Ground(StrEnum):
    """What a mediator must not do (OMR 29, TY 28)."""

    FORCED = "forced"
    UNLAWFUL = "unlawful"
    FAVOUR = "favour"
    LEAKED = "leaked"
    ABSENT = "absent"
    OTHER = "other"


class Outcome(StrEnum):
    """What the head finds, and what follows for the mediator (TY 28)."""

    UNFOUNDED = "unfounded"
    CORRECTED = "corrected"
    WARNED = "warned"
    REPORTED = "reported"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class GrievanceFacts:
    """`conflict`: whoever decides is the mediator, or takes part in the case."""

    conflict: bool = False
    answered: bool = False


def _impartial(facts: GrievanceFacts) -> Reason | None:
    if facts.conflict:
        return Reason(
            "Whom a complaint concerns, or who takes part in the case, cannot deal with it.", "TY 15"
        )
    return None


def _decided(facts: GrievanceFacts) -> Reason | None:
    if facts.conflict:
        return _impartial(facts)
    return None if facts.answered else Reason("The answer states its reason.", "TY 28")


_BY: Final = PARTIES | {Role.AGENT}
_HEAD, _CLOCK = frozenset({Role.DIVISION_HEAD}), frozenset({Role.CLOCK})
_S, _A = State, Action
_OPEN: Final = (_S.RECEIVED, _S.ACKNOWLEDGED, _S.OVERDUE)

MACHINE: Final[Machine[GrievanceFacts]] = Machine(
    "grievance",
    (
        Step(None, _A.FILE, _BY, _S.RECEIVED, starts=(ACKNOWLEDGE, ANSWER)),
        Step(_S.RECEIVED, _A.ACKNOWLEDGE, _HEAD, _S.ACKNOWLEDGED, _impartial, stops=(ACKNOWLEDGE,)),
        *(
            Step(state, _A.DECIDE, _HEAD, _S.DECIDED, _decided, stops=(ACKNOWLEDGE, ANSWER))
            for state in _OPEN
        ),
        *(Step(state, _A.WITHDRAW, _BY, _S.WITHDRAWN, stops=(ACKNOWLEDGE, ANSWER)) for state in _OPEN),
        Step(_S.RECEIVED, _A.REMIND, _CLOCK, _S.RECEIVED, notices=("grievance_waits",)),
        *(
            Step(state, _A.MISS, _CLOCK, _S.OVERDUE, notices=("grievance_overdue",))
            for state in (_S.RECEIVED, _S.ACKNOWLEDGED)
        ),
    ),
    final=frozenset({_S.DECIDED, _S.WITHDRAWN}),
)
