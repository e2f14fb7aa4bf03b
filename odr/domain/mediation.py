"""Mediation: from the judge's diversion to an agreement or its end.

Rule 1: the 30 days run from the mediator's acceptance (OMR 24).
Rule 2: either side may end it at any moment; the filing then goes back to its judge at once (OMR 21, 25).
Rule 3: once every party has signed, the agreement is in effect (OMR 19): nobody ends the mediation, takes the
        text back or declines it any more, and its period is over; the mediator's signature is of form.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from odr.domain.steps import PARTIES, Machine, Reason, Role, Step, Told


class State(StrEnum):
    APPLIED = "applied"
    RETURNED_TO_PARTY = "returned_to_party"
    INVITING = "inviting"
    SELECTING = "selecting"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"
    IN_SESSION = "in_session"
    DRAFTING = "drafting"
    SIGNING = "signing"
    SUSPENDED = "suspended"
    AGREED = "agreed"
    TERMINATED = "terminated"


class Action(StrEnum):
    APPLY = "apply"
    RETURN = "return"
    INVITE = "invite"
    APPOINT_AT_ONCE = "appoint_at_once"
    OPEN = "open"
    ACCEPT_INVITATION = "accept_invitation"
    REFUSE_INVITATION = "refuse_invitation"
    GIVE_UP = "give_up"
    CHOOSE = "choose"
    APPOINT = "appoint"
    ACCEPT_MANDATE = "accept_mandate"
    DECLINE_MANDATE = "decline_mandate"
    REPLACE = "replace"
    SCHEDULE = "schedule"
    BEGIN = "begin"
    ADJOURN = "adjourn"
    DRAFT = "draft"
    REVISE = "revise"
    OFFER_SIGNATURE = "offer_signature"
    COMPLETE = "complete"
    REFUSE_SIGNATURE = "refuse_signature"
    TAKE_EFFECT = "take_effect"
    EXTEND = "extend"
    SUSPEND = "suspend"
    RESUME = "resume"
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
    in_effect: bool = False  # every party has signed; the mediator perhaps not yet
    suitable: bool = True  # in scope, this court's, fit for online (OMR 9)
    attempts: int = 0  # recorded attempts to reach the other side
    chosen_together: bool = False
    other_side_willing: bool = True  # asked after an appointment on one party's wish (OMR 15)
    extension_agreed: frozenset[str] = frozenset()
    ground: str = ""  # why it is returned, replaced or suspended, in words


def _verified(facts: MediationFacts) -> Reason | None:
    return None if facts.verified else Reason("Please prove your identity first.", "OMR 17")


def _disclosed(facts: MediationFacts) -> Reason | None:
    if not facts.disclosed:
        return Reason("Please fill in the disclosure before you accept.", "OMR 13")
    if facts.conflict and not facts.conflict_accepted:
        return Reason("A relation to a party was disclosed; the parties must agree first.", "OMR 13")
    return None


def _suitable(facts: MediationFacts) -> Reason | None:
    return None if facts.suitable else Reason("This dispute is not one to mediate online here.", "OMR 9")


def _tried(facts: MediationFacts) -> Reason | None:
    return None if facts.attempts else Reason("Record the attempts to reach the other side first.", "OMR 15")


def _chosen(facts: MediationFacts) -> Reason | None:
    return None if facts.chosen_together else Reason("The other side has not chosen this mediator.", "OMR 10")


def _willing(facts: MediationFacts) -> Reason | None:
    return None if facts.other_side_willing else Reason("The other side has not agreed yet.", "OMR 15")


def _extended(facts: MediationFacts) -> Reason | None:
    if not facts.extension_agreed >= {"A", "B"}:
        return Reason("The period is extended only when all parties agree.", "OMR 24")
    return None


def _grounded(facts: MediationFacts) -> Reason | None:
    return None if facts.ground.strip() else Reason("Please write down the reason.", "OMR 9, 12")


def _clear(facts: MediationFacts) -> Reason | None:
    if facts.findings:
        return Reason("The agreement still has points that cannot be carried out as written.", "JS 358")
    return None


def _not_in_effect(facts: MediationFacts) -> Reason | None:
    if facts.in_effect:
        return Reason(
            "Every party has signed: the agreement is in effect and cannot be taken back.", "OMR 19"
        )
    return None


def _all_signed(facts: MediationFacts) -> Reason | None:
    return Reason("Not everybody has signed yet.", "OMR 19") if facts.signatures_missing else None


_MEDIATOR = frozenset({Role.MEDIATOR})
_COURT = frozenset({Role.FILING_JUDGE, Role.COORDINATOR, Role.CLOCK})
_CLOCK = frozenset({Role.CLOCK})
_RESPONDENT = frozenset({Role.RESPONDENT})
_AGENT = frozenset({Role.AGENT})
_ANYBODY = PARTIES | {Role.AGENT, Role.MEDIATOR}
_S, _A = State, Action
_AT_WORK: Final = (_S.ACCEPTED, _S.SCHEDULED, _S.IN_SESSION, _S.DRAFTING)
_OPEN: Final = (
    _S.APPLIED,
    _S.INVITING,
    _S.SELECTING,
    _S.OFFERED,
    *_AT_WORK,
    _S.SIGNING,
    _S.SUSPENDED,
)
_ENDED: Final = ("termination_report",)

MACHINE: Final[Machine[MediationFacts]] = Machine(
    "mediation",
    (
        # a party asks on its own (OMR 8); a judge's diversion opens with the invitation
        Step(None, _A.APPLY, PARTIES | {Role.AGENT}, _S.APPLIED, starts=("M-05",)),
        Step(
            _S.APPLIED,
            _A.RETURN,
            _COURT,
            _S.RETURNED_TO_PARTY,
            _grounded,
            stops=("M-05",),
            notices=("application_returned",),
        ),
        Step(
            _S.APPLIED,
            _A.INVITE,
            _COURT,
            _S.INVITING,
            _suitable,
            starts=("invitation",),
            stops=("M-05",),
            documents=("mediation_invitation",),
            notices=("invited",),
        ),
        Step(
            _S.APPLIED,
            _A.APPOINT_AT_ONCE,
            _COURT,
            _S.OFFERED,
            _suitable,
            starts=("M-07",),
            stops=("M-05",),
            notices=("mandate_offered",),
        ),
        # opened by the judge's diversion; once more, with a new consent, after one that failed
        *(
            Step(
                state,
                _A.OPEN,
                _COURT,
                _S.INVITING,
                starts=("invitation",),
                documents=("mediation_invitation",),
                notices=("invited",),
            )
            for state in (None, _S.TERMINATED)
        ),
        Step(
            _S.INVITING,
            _A.ACCEPT_INVITATION,
            _RESPONDENT | _AGENT,
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
            _S.INVITING,
            _A.GIVE_UP,
            _COURT | _MEDIATOR,
            _S.TERMINATED,
            _tried,
            stops=("invitation",),
            documents=_ENDED,
            notices=("mediation_ended",),
        ),
        Step(
            _S.SELECTING,
            _A.CHOOSE,
            PARTIES | {Role.AGENT},
            _S.OFFERED,
            _chosen,
            starts=("M-07",),
            stops=("M-05",),
            notices=("mandate_offered",),
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
                _willing,
                documents=("mediation_notice",),
                notices=(notice,),
            )
            for state, notice in ((_S.ACCEPTED, "sitting_scheduled"), (_S.SCHEDULED, "sitting_moved"))
        ),
        Step(_S.SCHEDULED, _A.BEGIN, _MEDIATOR, _S.IN_SESSION),
        Step(_S.IN_SESSION, _A.ADJOURN, _MEDIATOR, _S.ACCEPTED, documents=("minutes",)),
        # without a sitting too: talks at separate times or in writing (OMR 16)
        *(
            Step(state, _A.DRAFT, _MEDIATOR, _S.DRAFTING)
            for state in (_S.ACCEPTED, _S.SCHEDULED, _S.IN_SESSION)
        ),
        Step(_S.DRAFTING, _A.OFFER_SIGNATURE, _MEDIATOR, _S.SIGNING, _clear, notices=("agreement_to_sign",)),
        # by the platform where somebody whom the text names acts no more
        Step(_S.SIGNING, _A.REVISE, _MEDIATOR | _CLOCK, _S.DRAFTING, _not_in_effect),
        Step(_S.SIGNING, _A.TAKE_EFFECT, _CLOCK, _S.SIGNING, stops=("M-10",)),
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
            _not_in_effect,
            stops=("M-10",),
            documents=_ENDED,
            notices=("mediation_ended",),
        ),
        *(
            Step(
                state,
                _A.REPLACE,
                _MEDIATOR | {Role.FILING_JUDGE, Role.COORDINATOR},
                _S.SELECTING,
                _grounded,
                starts=("M-05",),
                stops=("M-07", "M-10"),
                notices=("mediator_replaced",),
            )
            for state in (_S.OFFERED, *_AT_WORK, _S.SUSPENDED)
        ),
        *(
            Step(state, _A.EXTEND, _MEDIATOR, state, _extended, notices=("mediation_extended",))
            for state in (*_AT_WORK, _S.SIGNING)
        ),
        *(
            Step(
                state,
                _A.SUSPEND,
                _MEDIATOR | {Role.FILING_JUDGE},
                _S.SUSPENDED,
                _grounded,
                notices=("mediation_suspended",),
                pauses=("M-10",),
            )
            for state in _AT_WORK
        ),
        Step(_S.SUSPENDED, _A.RESUME, _MEDIATOR, _S.ACCEPTED, resumes=("M-10",)),
        *(
            Step(
                state,
                action,
                by,
                _S.TERMINATED,
                guard,
                stops=("invitation", "M-05", "M-07", "M-10"),
                documents=_ENDED,
                notices=("mediation_ended",),
            )
            for action, by, guard in ((_A.END, _ANYBODY, _not_in_effect), (_A.EXPIRE, _CLOCK, None))
            for state in _OPEN
        ),
    ),
    final=frozenset({_S.AGREED, _S.RETURNED_TO_PARTY}),
    told=Told.CASE,
)

HELD_BY_MEDIATOR: Final = frozenset(
    {_S.OFFERED, _S.ACCEPTED, _S.SCHEDULED, _S.IN_SESSION, _S.DRAFTING, _S.SIGNING}
)
