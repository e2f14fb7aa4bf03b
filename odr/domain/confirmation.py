"""Judicial confirmation (司法确认): a joint application, one judge, a hearing online, a ruling.

Rule 1: both parties apply, within 30 days of the agreement taking effect (MSF 205).
Rule 2: a ruling needs both heard (JS 356) and none of the grounds against it (JS 355, 358).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from odr.domain.steps import PARTIES, Machine, Reason, Role, Step


class State(StrEnum):
    ELIGIBLE = "eligible"
    JOINT_APPLYING = "joint_applying"
    APPLIED = "applied"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    NOT_ADMITTED = "not_admitted"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Action(StrEnum):
    OPEN = "open"
    APPLY = "apply"
    JOIN = "join"
    ADMIT = "admit"
    NOT_ADMIT = "not_admit"
    CONFIRM = "confirm"
    DISMISS = "dismiss"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


@dataclass(frozen=True, slots=True)
class ConfirmationFacts:
    """`applied` names the sides that have applied; `acts` is the side that acts now."""

    in_time: bool = True
    applied: frozenset[str] = frozenset()
    acts: str = ""
    bars: tuple[str, ...] = ()  # grounds of JS 355 found in the agreement
    heard: frozenset[str] = frozenset()
    reasons: tuple[str, ...] = ()  # of a dismissal


def _in_time(facts: ConfirmationFacts) -> Reason | None:
    if not facts.in_time:
        return Reason(
            "The 30 days for the joint application are over; the agreement stays a contract.", "MSF 205"
        )
    return None


def _other_side(facts: ConfirmationFacts) -> Reason | None:
    if why := _in_time(facts):
        return why
    if facts.acts in facts.applied:
        return Reason("You have applied already; the other side has not yet.", "MSF 205")
    return None


def _admissible(facts: ConfirmationFacts) -> Reason | None:
    if facts.applied < {"A", "B"}:
        return Reason("Both parties must apply.", "MSF 205")
    return Reason("The agreement holds a matter that cannot be confirmed.", "JS 355") if facts.bars else None


def _heard(facts: ConfirmationFacts) -> Reason | None:
    if not facts.heard >= {"A", "B"}:
        return Reason("Both parties must be heard together before the ruling.", "JS 356")
    return None


def _reasoned(facts: ConfirmationFacts) -> Reason | None:
    return None if facts.reasons else Reason("A dismissal must state its reasons.", "JS 358")


_JUDGE = frozenset({Role.CONFIRMING_JUDGE})
_CLOCK = frozenset({Role.CLOCK})
_S, _A = State, Action

MACHINE: Final[Machine[ConfirmationFacts]] = Machine(
    "confirmation",
    (
        Step(None, _A.OPEN, PARTIES | {Role.MEDIATOR, Role.CLOCK}, _S.ELIGIBLE, notices=("may_apply",)),
        Step(_S.ELIGIBLE, _A.APPLY, PARTIES, _S.JOINT_APPLYING, _in_time, notices=("other_applied",)),
        Step(
            _S.JOINT_APPLYING,
            _A.JOIN,
            PARTIES,
            _S.APPLIED,
            _other_side,
            stops=("C-01",),
            documents=("confirmation_application",),
            notices=("applied",),
        ),
        Step(
            _S.APPLIED,
            _A.ADMIT,
            _JUDGE,
            _S.ACCEPTED,
            _admissible,
            starts=("C-11",),
            documents=("confirmation_acceptance",),
            notices=("confirmation_admitted",),
        ),
        Step(_S.APPLIED, _A.NOT_ADMIT, _JUDGE, _S.NOT_ADMITTED, _reasoned, notices=("not_admitted",)),
        Step(
            _S.ACCEPTED,
            _A.CONFIRM,
            _JUDGE,
            _S.CONFIRMED,
            _heard,
            starts=("C-12",),
            stops=("C-11",),
            documents=("confirmation_ruling",),
            notices=("ruling_served",),
        ),
        Step(
            _S.ACCEPTED,
            _A.DISMISS,
            _JUDGE,
            _S.DISMISSED,
            _reasoned,
            stops=("C-11",),
            documents=("dismissal_ruling",),
            notices=("ruling_served",),
        ),
        *(
            Step(state, _A.WITHDRAW, PARTIES, _S.WITHDRAWN, stops=("C-01", "C-11"))
            for state in (_S.JOINT_APPLYING, _S.APPLIED, _S.ACCEPTED)
        ),
        *(
            Step(state, _A.EXPIRE, _CLOCK, _S.EXPIRED, notices=("window_closed",))
            for state in (_S.ELIGIBLE, _S.JOINT_APPLYING)
        ),
    ),
    final=frozenset({_S.CONFIRMED, _S.DISMISSED, _S.NOT_ADMITTED, _S.WITHDRAWN, _S.EXPIRED}),
)
