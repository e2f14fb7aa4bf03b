"""Mediation: from the judge's diversion to an agreement or its end.

Rule 1: the 30 days run from the mediator's acceptance (OMR 24).
Rule 2: either side may end it at any moment; the filing then goes back to its judge at once (OMR 21, 25).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from odr.domain.steps import PARTIES, Machine, Reason, Role, Step


class State(StrEnum):
    INVITING = "inviting"
    SELECTING = "selecting"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"
    IN_SESSION = "in_session"
    DRAFTING = "drafting"
    SIGNING = "signing"
    AGREED = "agreed"
    TERMINATED = "terminated"


class Action(StrEnum):
    OPEN = "open"
    ACCEPT_INVITATION = "accept_invitation"
    REFUSE_INVITATION = "refuse_invitation"
    APPOINT = "appoint"
    ACCEPT_MANDATE = "accept_mandate"
    DECLINE_MANDATE = "decline_mandate"
    SCHEDULE = "schedule"
    BEGIN = "begin"
    ADJOURN = "adjourn"
    DRAFT = "draft"
    REVISE = "revise"
    OFFER_SIGNATURE = "offer_signature"
    COMPLETE = "complete"
    REFUSE_SIGNATURE = "refuse_signature"
    END = "end"
    EXPIRE = "expire"


class Ground(StrEnum):
    """Why a mediation ended without agreement (OMR 25)."""

    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    UNWILLING = "unwilling"
    GAP = "gap"
    EXPIRED = "expired"
    SIGNATURE_REFUSED = "signature_refused"
    SETTLED = "settled"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class MediationFacts:
    verified: bool = False  # the person who acts
    disclosed: bool = False  # the mediator filled in the disclosure form
    conflict: bool = False  # the disclosure names a relation to a party
    conflict_accepted: bool = False  # the parties, knowing it, agree to go on (OMR 13)
    sitting_told: bool = False  # everybody was told the time
    findings: int = 0  # clarity errors left in the agreement
    read_by_all: bool = False
    signatures_missing: int = 0


def _verified(facts: MediationFacts) -> Reason | None:
    return None if facts.verified else Reason("Please prove your identity first.", "OMR 17")


def _disclosed(facts: MediationFacts) -> Reason | None:
    if not facts.disclosed:
        return Reason("Please fill in the disclosure before you accept.", "OMR 13")
    if facts.conflict and not facts.conflict_accepted:
        return Reason("A relation to a party was disclosed; the parties must agree first.", "OMR 13")
    return None


def _clear(facts: MediationFacts) -> Reason | None:
    if facts.findings:
        return Reason("The agreement still has points that cannot be carried out as written.", "JS 358")
    return None


def _all_signed(facts: MediationFacts) -> Reason | None:
    return Reason("Not everybody has signed yet.", "OMR 19") if facts.signatures_missing else None


_MEDIATOR = frozenset({Role.MEDIATOR})
_COURT = frozenset({Role.FILING_JUDGE, Role.COORDINATOR, Role.CLOCK})
_CLOCK = frozenset({Role.CLOCK})
_RESPONDENT = frozenset({Role.RESPONDENT})
_ANYBODY = PARTIES | {Role.AGENT, Role.MEDIATOR}
_S, _A = State, Action
_OPEN: Final = (_S.INVITING, _S.SELECTING, _S.OFFERED, _S.ACCEPTED, _S.SCHEDULED, _S.IN_SESSION, _S.DRAFTING)
_ENDED: Final = ("termination_report",)

MACHINE: Final[Machine[MediationFacts]] = Machine(
    "mediation",
    (
        Step(
            None,
            _A.OPEN,
            _COURT,
            _S.INVITING,
            starts=("invitation",),
            documents=("mediation_invitation",),
            notices=("invited",),
        ),
        Step(
            _S.INVITING,
            _A.ACCEPT_INVITATION,
            _RESPONDENT,
            _S.SELECTING,
            _verified,
            starts=("M-05",),
            stops=("invitation",),
            notices=("invitation_accepted",),
        ),
        Step(
            _S.INVITING,
            _A.REFUSE_INVITATION,
            _RESPONDENT | _CLOCK,
            _S.TERMINATED,
            stops=("invitation",),
            documents=_ENDED,
            notices=("mediation_ended",),
        ),
        Step(
            _S.SELECTING,
            _A.APPOINT,
            _COURT,
            _S.OFFERED,
            starts=("M-07",),
            stops=("M-05",),
            notices=("mandate_offered",),
        ),
        Step(
            _S.OFFERED,
            _A.ACCEPT_MANDATE,
            _MEDIATOR,
            _S.ACCEPTED,
            _disclosed,
            starts=("M-10",),
            stops=("M-07",),
            documents=("mediator_acceptance",),
            notices=("mediator_named",),
        ),
        Step(_S.OFFERED, _A.DECLINE_MANDATE, _MEDIATOR | _CLOCK, _S.SELECTING, stops=("M-07",)),
        *(
            Step(
                state,
                _A.SCHEDULE,
                _MEDIATOR,
                _S.SCHEDULED,
                documents=("mediation_notice",),
                notices=("sitting_scheduled",),
            )
            for state in (_S.ACCEPTED, _S.SCHEDULED)
        ),
        Step(_S.SCHEDULED, _A.BEGIN, _MEDIATOR, _S.IN_SESSION),
        Step(_S.IN_SESSION, _A.ADJOURN, _MEDIATOR, _S.ACCEPTED, documents=("minutes",)),
        Step(_S.IN_SESSION, _A.DRAFT, _MEDIATOR, _S.DRAFTING),
        Step(_S.DRAFTING, _A.OFFER_SIGNATURE, _MEDIATOR, _S.SIGNING, _clear, notices=("agreement_to_sign",)),
        Step(_S.SIGNING, _A.REVISE, _MEDIATOR, _S.DRAFTING),
        Step(
            _S.SIGNING,
            _A.COMPLETE,
            _ANYBODY | _CLOCK,
            _S.AGREED,
            _all_signed,
            starts=("C-01",),
            stops=("M-10",),
            notices=("agreement_complete",),
        ),
        Step(
            _S.SIGNING,
            _A.REFUSE_SIGNATURE,
            PARTIES | {Role.AGENT},
            _S.TERMINATED,
            stops=("M-10",),
            documents=_ENDED,
            notices=("mediation_ended",),
        ),
        *(
            Step(
                state,
                action,
                by,
                _S.TERMINATED,
                stops=("invitation", "M-05", "M-07", "M-10"),
                documents=_ENDED,
                notices=("mediation_ended",),
            )
            for action, by in ((_A.END, _ANYBODY), (_A.EXPIRE, _CLOCK))
            for state in _OPEN
        ),
    ),
    final=frozenset({_S.AGREED, _S.TERMINATED}),
)

HELD_BY_MEDIATOR: Final = frozenset(
    {_S.OFFERED, _S.ACCEPTED, _S.SCHEDULED, _S.IN_SESSION, _S.DRAFTING, _S.SIGNING}
)
