"""Judicial confirmation (司法确认): a joint application, one judge, a hearing online, a ruling.

Rule 1: both parties apply, within 30 days of the agreement taking effect (MSF 205).
Rule 2: a ruling needs both heard (JS 356) and none of the grounds against it (JS 355, 358).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from odr.domain.steps import PARTIES, Machine, Reason, Role, Step, Told


class State(StrEnum):
    ELIGIBLE = "eligible"
    JOINT_APPLYING = "joint_applying"
    APPLIED = "applied"
    MATERIALS_NEEDED = "materials_needed"
    ACCEPTED = "accepted"
    SUPPLEMENT_NEEDED = "supplement_needed"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    NOT_ADMITTED = "not_admitted"
    WITHDRAWN = "withdrawn"
    DEEMED_WITHDRAWN = "deemed_withdrawn"
    OBJECTED = "objected"
    REVOKED = "revoked"
    EXPIRED = "expired"


class Action(StrEnum):
    OPEN = "open"
    APPLY = "apply"
    JOIN = "join"
    ASK_MATERIALS = "ask_materials"
    SUPPLY = "supply"
    ADMIT = "admit"
    NOT_ADMIT = "not_admit"
    CONFIRM = "confirm"
    DISMISS = "dismiss"
    DEEM_WITHDRAWN = "deem_withdrawn"
    OBJECT = "object"
    UPHOLD = "uphold"
    REVOKE = "revoke"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


class Bar(StrEnum):
    """Why an application is not admitted (JS 355), or is dismissed when found later."""

    SCOPE = "scope"
    JURISDICTION = "jurisdiction"
    STATUS = "status"
    OTHER_PROCEDURE = "other_procedure"
    TITLE = "title"


class Fault(StrEnum):
    """Why an agreement is not confirmed (JS 358)."""

    MANDATORY_LAW = "mandatory_law"
    HARMS_OTHERS = "harms_others"
    PUBLIC_ORDER = "public_order"
    NOT_VOLUNTARY = "not_voluntary"
    UNCLEAR = "unclear"
    OTHER = "other"


# English message ids, as the ruling and the page give them.
GROUNDS: Final[Mapping[Bar | Fault, Reason]] = MappingProxyType(
    {
        Bar.SCOPE: Reason("The matter lies outside the court's scope.", "JS 355(1)"),
        Bar.JURISDICTION: Reason("Another court has jurisdiction.", "JS 355(2)"),
        Bar.STATUS: Reason("It is about marriage, parentage, adoption or another status.", "JS 355(3)"),
        Bar.OTHER_PROCEDURE: Reason("It belongs to another special procedure.", "JS 355(4)"),
        Bar.TITLE: Reason("It would confirm title to a thing or to intellectual property.", "JS 355(5)"),
        Fault.MANDATORY_LAW: Reason("It breaks a mandatory rule of law.", "JS 358(1)"),
        Fault.HARMS_OTHERS: Reason("It harms the state, the public or another person.", "JS 358(2)"),
        Fault.PUBLIC_ORDER: Reason("It offends public order and good morals.", "JS 358(3)"),
        Fault.NOT_VOLUNTARY: Reason("It was not made of free will.", "JS 358(4)"),
        Fault.UNCLEAR: Reason("Its content is not clear.", "JS 358(5)"),
        Fault.OTHER: Reason("It cannot be confirmed for another reason.", "JS 358(6)"),
    }
)
# Findings of `odr.domain.clarity` that would bar an application.
_BARRING: Final = MappingProxyType({"status": Bar.STATUS, "title": Bar.TITLE})


def bars(findings: Iterable[str]) -> tuple[Bar, ...]:
    """The bars that rules of the clarity lint have found in an agreement."""
    return tuple(dict.fromkeys(_BARRING[rule] for rule in findings if rule in _BARRING))


@dataclass(frozen=True, slots=True)
class ConfirmationFacts:
    """`applied` names the sides that have applied; `acts` is the side that acts now."""

    in_time: bool = True
    applied: frozenset[str] = frozenset()
    acts: str = ""
    bars: tuple[str, ...] = ()  # grounds of JS 355 found in the agreement
    heard: frozenset[str] = frozenset()
    reasons: tuple[str, ...] = ()  # of a dismissal
    open_items: int = 0  # statements or papers asked for and not supplied
    in_objection_time: bool = True
    no_power: Reason | None = None  # why an agent may not apply for the side


def _in_time(facts: ConfirmationFacts) -> Reason | None:
    if facts.no_power:
        return facts.no_power
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
    if facts.bars:
        return Reason("The agreement holds a matter that cannot be confirmed.", "JS 355")
    if not facts.heard >= {"A", "B"}:
        return Reason("Both parties must be heard together before the ruling.", "JS 356")
    return None


def _reasoned(facts: ConfirmationFacts) -> Reason | None:
    return None if facts.reasons else Reason("A dismissal must state its reasons.", "JS 358")


def _supplied(facts: ConfirmationFacts) -> Reason | None:
    return Reason("Please answer every point of the list.", "JS 354") if facts.open_items else None


def _may_withdraw(facts: ConfirmationFacts) -> Reason | None:
    return facts.no_power


def _may_object(facts: ConfirmationFacts) -> Reason | None:
    if not facts.in_objection_time:
        return Reason("The time to object to this ruling is over.", "JS 372")
    return None


_JUDGE = frozenset({Role.CONFIRMING_JUDGE})
_PARTY = PARTIES | {Role.AGENT}
_CLOCK = frozenset({Role.CLOCK})
_S, _A = State, Action

MACHINE: Final[Machine[ConfirmationFacts]] = Machine(
    "confirmation",
    (
        Step(None, _A.OPEN, PARTIES | {Role.MEDIATOR, Role.CLOCK}, _S.ELIGIBLE, notices=("may_apply",)),
        Step(_S.ELIGIBLE, _A.APPLY, _PARTY, _S.JOINT_APPLYING, _in_time, notices=("other_applied",)),
        Step(
            _S.JOINT_APPLYING,
            _A.JOIN,
            _PARTY,
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
        *(
            step
            for asked, waits, clock in (
                (_S.APPLIED, _S.MATERIALS_NEEDED, ()),
                (_S.ACCEPTED, _S.SUPPLEMENT_NEEDED, ("C-11",)),
            )
            for step in (
                Step(asked, _A.ASK_MATERIALS, _JUDGE, waits, notices=("materials_asked",), pauses=clock),
                Step(waits, _A.SUPPLY, _PARTY, asked, _supplied, resumes=clock),
                Step(
                    waits,
                    _A.DEEM_WITHDRAWN,
                    _JUDGE,
                    _S.DEEMED_WITHDRAWN,
                    _reasoned,
                    stops=clock,
                    notices=("application_deemed_withdrawn",),
                ),
                Step(waits, _A.WITHDRAW, _PARTY, _S.WITHDRAWN, _may_withdraw, stops=clock),
            )
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
            Step(state, _A.WITHDRAW, _PARTY, _S.WITHDRAWN, _may_withdraw, stops=("C-01", "C-11"))
            for state in (_S.JOINT_APPLYING, _S.APPLIED, _S.ACCEPTED)
        ),
        *(
            Step(state, _A.EXPIRE, _CLOCK, _S.EXPIRED, notices=("window_closed",))
            for state in (_S.ELIGIBLE, _S.JOINT_APPLYING)
        ),
        Step(_S.CONFIRMED, _A.OBJECT, _PARTY, _S.OBJECTED, _may_object, notices=("objection_made",)),
        Step(_S.OBJECTED, _A.UPHOLD, _JUDGE, _S.CONFIRMED, _reasoned, notices=("objection_decided",)),
        Step(_S.OBJECTED, _A.REVOKE, _JUDGE, _S.REVOKED, _reasoned, notices=("objection_decided",)),
    ),
    final=frozenset(
        {_S.DISMISSED, _S.NOT_ADMITTED, _S.WITHDRAWN, _S.DEEMED_WITHDRAWN, _S.REVOKED, _S.EXPIRED}
    ),
    told=Told.CASE,
)
