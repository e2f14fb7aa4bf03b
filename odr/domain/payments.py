"""Paying the court fee.

Rule 1: a payment whose result did not come back is UNKNOWN: never shown as paid, never as failed.
Rule 2: only the provider's signed word makes it PAID.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from odr.domain.steps import Machine, Reason, Role, Step, Told


class State(StrEnum):
    NOTICED = "noticed"
    PAYING = "paying"
    UNKNOWN = "unknown"
    PAID = "paid"
    OVERDUE = "overdue"
    AID_ASKED = "aid_asked"
    EXEMPT = "exempt"
    DEEMED_WITHDRAWN = "deemed_withdrawn"
    REFUND_DUE = "refund_due"
    REFUNDED = "refunded"


class Action(StrEnum):
    NOTIFY = "notify"
    START = "start"
    LOSE_SIGHT = "lose_sight"
    SETTLE = "settle"
    FAIL = "fail"
    MISS = "miss"
    ASK_AID = "ask_aid"
    GRANT_AID = "grant_aid"
    REFUSE_AID = "refuse_aid"
    DEEM_WITHDRAWN = "deem_withdrawn"
    OWE_REFUND = "owe_refund"
    REFUND = "refund"


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """What was asked for and what the provider says it received."""

    due_fen: int = 0
    received_fen: int = 0
    reminded: bool = False


def _exact(facts: PaymentFacts) -> Reason | None:
    if facts.received_fen != facts.due_fen:
        return Reason("The amount received is not the amount due; finance staff will look at it.", "FEE 22")
    return None


def _reminded(facts: PaymentFacts) -> Reason | None:
    return None if facts.reminded else Reason("The party must be reminded once before this.", "JS 213")


_PARTY = frozenset({Role.APPLICANT, Role.AGENT})
_COURT = frozenset({Role.FILING_JUDGE, Role.DIVISION_HEAD})
_FINANCE = frozenset({Role.FINANCE})
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
        # the same order again: the provider takes it once, however often its page is opened
        Step(_S.UNKNOWN, _A.START, _PARTY, _S.PAYING),
        Step(_S.UNKNOWN, _A.FAIL, _CLOCK, _S.NOTICED),
        # the provider's word counts in every state before PAID: a late callback is not lost
        *(
            Step(state, _A.SETTLE, _CLOCK, _S.PAID, _exact, stops=("payment",), notices=("fee_paid",))
            for state in (_S.NOTICED, _S.PAYING, _S.UNKNOWN, _S.OVERDUE)
        ),
        Step(_S.NOTICED, _A.MISS, _CLOCK, _S.OVERDUE, notices=("fee_overdue",)),
        Step(_S.OVERDUE, _A.START, _PARTY, _S.PAYING),
        *(
            Step(state, _A.ASK_AID, _PARTY, _S.AID_ASKED, notices=("aid_asked",))
            for state in (_S.NOTICED, _S.OVERDUE)
        ),
        Step(_S.AID_ASKED, _A.GRANT_AID, _COURT, _S.EXEMPT, stops=("payment",), notices=("aid_granted",)),
        # refused, or only reduced: the seven days begin anew for what is due
        Step(
            _S.AID_ASKED,
            _A.REFUSE_AID,
            _COURT,
            _S.NOTICED,
            stops=("payment",),
            starts=("payment",),
            notices=("aid_refused",),
        ),
        Step(
            _S.OVERDUE,
            _A.DEEM_WITHDRAWN,
            frozenset({Role.FILING_JUDGE, Role.TRIAL_JUDGE}),
            _S.DEEMED_WITHDRAWN,
            _reminded,
            notices=("deemed_withdrawn",),
        ),
        Step(_S.PAID, _A.OWE_REFUND, _FINANCE | _CLOCK, _S.REFUND_DUE, starts=("refund",)),
        Step(_S.REFUND_DUE, _A.REFUND, _FINANCE, _S.REFUNDED, stops=("refund",), notices=("refunded",)),
    ),
    final=frozenset({_S.EXEMPT, _S.DEEMED_WITHDRAWN, _S.REFUNDED}),
    told=Told.CASE,
)
