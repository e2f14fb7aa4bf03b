"""The filing (立案): from the first saved answer to docketing, mediation or refusal.

Rule 1: after the seven days the only way left is to docket (DJ 8).
Rule 2: exactly one supplement asks for everything; a second needs the division head (OLR 9, DJ 7).
Rule 3: mediation pauses nothing without the party's consent, which can be taken back at any moment.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from odr.domain.steps import Machine, Reason, Role, Step, Told


class State(StrEnum):
    DRAFT = "draft"
    RECEIVED = "received"  # an urgent filing: the day is kept, the rest follows (S-068)
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    SUPPLEMENT_REQUIRED = "supplement_required"
    RETURNED = "returned"
    REDIRECTED = "redirected"
    OVERDUE = "overdue"
    PRE_MEDIATION = "pre_mediation"
    DOCKETED = "docketed"
    SETTLED = "settled"  # an agreement was reached before docketing
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    START = "start"
    SUBMIT = "submit"
    SUBMIT_URGENT = "submit_urgent"
    HAND_OVER = "hand_over"
    CLAIM = "claim"
    ASK_SUPPLEMENT = "ask_supplement"
    RESUBMIT = "resubmit"
    LAPSE = "lapse"
    INSIST = "insist"
    REDIRECT = "redirect"
    ASK_MEDIATION = "ask_mediation"
    DIVERT = "divert"
    COME_BACK = "come_back"
    SETTLE = "settle"
    DOCKET = "docket"
    REFUSE = "refuse"
    MISS = "miss"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class FilingFacts:
    """`judge_id` reviews; `asks` is who acts now, for the rules that tie a step to one judge."""

    verified: bool = False
    standing: Reason | None = None  # why the person who files may not file for this plaintiff
    missing: int = 0
    notice_read: bool = False
    declared: bool = False
    judge_id: UUID | None = None
    asks: UUID | None = None
    supplements_asked: int = 0
    second_supplement_approved: bool = False
    open_items: int = 0
    mediation_consent: bool = False
    agreement_failed: bool = False  # its confirmation was dismissed, or it was declared void


def _complete(facts: FilingFacts) -> Reason | None:
    if not facts.verified:
        return Reason("Please prove your identity before you submit.", "S-030")
    return _enough(facts)


def _enough(facts: FilingFacts) -> Reason | None:
    """What an urgent filing needs: who proves his identity first may lose the last day (S-068 over S-030)."""
    checks = (
        (not facts.missing, "Some required answers or papers are still missing.", "MSF 124"),
        (facts.notice_read, "Please read the litigation notice to its end first.", "S-063"),
        (facts.declared, "Please sign the declaration of truth first.", "S-064"),
    )
    return facts.standing or next((Reason(text, article) for good, text, article in checks if not good), None)


def _same_judge(facts: FilingFacts) -> Reason | None:
    if facts.judge_id is not None and facts.judge_id != facts.asks:
        return Reason("This filing is reviewed by another judge.", "S-084")
    return None


def _one_supplement(facts: FilingFacts) -> Reason | None:
    if why := _same_judge(facts):
        return why
    if facts.supplements_asked and not facts.second_supplement_approved:
        return Reason("Everything must be asked at once; a second request needs the division head.", "OLR 9")
    return None


def _all_answered(facts: FilingFacts) -> Reason | None:
    return Reason("Please answer every point of the list.", "DJ 7") if facts.open_items else None


def _consented(facts: FilingFacts) -> Reason | None:
    if why := _same_judge(facts):
        return why
    if facts.agreement_failed:
        return Reason("This dispute was settled once; now the judge decides on the filing.", "DJ 8")
    if not facts.mediation_consent:
        return Reason("Mediation before docketing needs the party's consent.", "MSF 125")
    return None


def _agreement_failed(facts: FilingFacts) -> Reason | None:
    if not facts.agreement_failed:
        return Reason("The agreement settles this dispute; it can be confirmed or enforced.", "TY 25")
    return None


# While a filing is in these states, its answers may still be written.
WRITABLE: Final = frozenset({State.DRAFT, State.RECEIVED})
FILERS: Final = frozenset({Role.APPLICANT, Role.AGENT})
_PARTY = FILERS
_JUDGE = frozenset({Role.FILING_JUDGE})
_CLOCK = frozenset({Role.CLOCK})
_S, _A = State, Action
_DOCKETING: Final = {
    "stops": ("R-05", "R-08"),
    "starts": ("payment",),
    "documents": ("docket_notice", "fee_notice"),
    "notices": ("docketed",),
}

MACHINE: Final[Machine[FilingFacts]] = Machine(
    "filing",
    (
        Step(None, _A.START, _PARTY, _S.DRAFT),
        Step(
            _S.DRAFT,
            _A.SUBMIT,
            _PARTY,
            _S.SUBMITTED,
            _complete,
            starts=("R-05",),
            documents=("receipt", "truth_declaration"),
            notices=("received",),
        ),
        Step(
            _S.DRAFT,
            _A.SUBMIT_URGENT,
            _PARTY,
            _S.RECEIVED,
            _enough,
            starts=("completion",),
            documents=("receipt", "truth_declaration"),
            notices=("received_urgent",),
        ),
        Step(
            _S.RECEIVED,
            _A.SUBMIT,
            _PARTY,
            _S.SUBMITTED,
            _complete,
            starts=("R-05",),
            stops=("completion",),
            documents=("receipt", "truth_declaration"),
            notices=("received",),
        ),
        Step(
            _S.RECEIVED,
            _A.HAND_OVER,
            _CLOCK,
            _S.SUBMITTED,
            starts=("R-05",),
            stops=("completion",),
            notices=("handed_over",),
        ),
        Step(_S.SUBMITTED, _A.CLAIM, _JUDGE | _CLOCK, _S.IN_REVIEW, notices=("judge_took",)),
        Step(
            _S.IN_REVIEW,
            _A.ASK_SUPPLEMENT,
            _JUDGE,
            _S.SUPPLEMENT_REQUIRED,
            _one_supplement,
            starts=("supplement",),
            stops=("R-05", "R-08"),
            documents=("supplement_notice",),
            notices=("supplement_asked",),
        ),
        Step(
            _S.SUPPLEMENT_REQUIRED,
            _A.RESUBMIT,
            _PARTY,
            _S.IN_REVIEW,
            _all_answered,
            starts=("R-08",),
            stops=("supplement",),
            notices=("supplement_received",),
        ),
        Step(
            _S.SUPPLEMENT_REQUIRED,
            _A.LAPSE,
            _CLOCK,
            _S.RETURNED,
            stops=("supplement",),
            notices=("returned",),
        ),
        Step(_S.RETURNED, _A.INSIST, _PARTY, _S.IN_REVIEW, starts=("R-08",)),
        Step(
            _S.IN_REVIEW,
            _A.REDIRECT,
            _JUDGE,
            _S.REDIRECTED,
            _same_judge,
            stops=("R-05", "R-08"),
            notices=("redirected",),
        ),
        Step(_S.REDIRECTED, _A.INSIST, _PARTY, _S.IN_REVIEW, starts=("R-08",)),
        Step(_S.IN_REVIEW, _A.ASK_MEDIATION, _JUDGE, _S.IN_REVIEW, _same_judge, notices=("mediation_asked",)),
        Step(
            _S.IN_REVIEW,
            _A.DIVERT,
            _JUDGE,
            _S.PRE_MEDIATION,
            _consented,
            pauses=("R-05", "R-08"),
            notices=("diverted",),
        ),
        Step(
            _S.PRE_MEDIATION,
            _A.COME_BACK,
            _PARTY | _CLOCK,
            _S.IN_REVIEW,
            resumes=("R-05", "R-08"),
            notices=("came_back",),
        ),
        Step(_S.PRE_MEDIATION, _A.SETTLE, _CLOCK, _S.SETTLED, stops=("R-05", "R-08")),
        Step(
            _S.SETTLED,
            _A.COME_BACK,
            _PARTY,
            _S.IN_REVIEW,
            _agreement_failed,
            starts=("R-05",),
            notices=("came_back",),
        ),
        Step(_S.IN_REVIEW, _A.DOCKET, _JUDGE, _S.DOCKETED, _same_judge, **_DOCKETING),
        Step(_S.OVERDUE, _A.DOCKET, _JUDGE, _S.DOCKETED, _same_judge, **_DOCKETING),
        Step(
            _S.IN_REVIEW,
            _A.REFUSE,
            _JUDGE,
            _S.REFUSED,
            _same_judge,
            starts=("R-10",),
            stops=("R-05", "R-08"),
            notices=("refused",),
        ),
        Step(_S.IN_REVIEW, _A.MISS, _CLOCK, _S.OVERDUE, notices=("overdue",)),
        Step(_S.SUBMITTED, _A.MISS, _CLOCK, _S.OVERDUE, notices=("overdue",)),
        *(
            Step(state, _A.WITHDRAW, _PARTY, _S.WITHDRAWN, stops=("R-05", "R-08", "supplement", "completion"))
            for state in (
                _S.DRAFT,
                _S.RECEIVED,
                _S.SUBMITTED,
                _S.IN_REVIEW,
                _S.SUPPLEMENT_REQUIRED,
                _S.RETURNED,
                _S.REDIRECTED,
                _S.OVERDUE,
                _S.PRE_MEDIATION,
            )
        ),
    ),
    final=frozenset({_S.DOCKETED, _S.REFUSED, _S.WITHDRAWN}),
    told=Told.CASE,
)
