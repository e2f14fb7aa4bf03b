"""What states, ways and sources are called on pages: English message ids."""

from collections.abc import Mapping
from typing import Final

STATES: Final[Mapping[str, str]] = {  # messages
    "draft": "Draft",
    "submitted": "Submitted",
    "in_review": "In review",
    "supplement_required": "Supplement asked",
    "returned": "Returned",
    "redirected": "Pointed to another body",
    "overdue": "Overdue",
    "pre_mediation": "In mediation before docketing",
    "settled": "Settled in mediation",
    "docketed": "Docketed",
    "refused": "Refused",
    "withdrawn": "Withdrawn",
}
WAYS: Final[Mapping[str, str]] = {  # messages
    "negotiate": "Prefers to negotiate",
    "mediate": "Prefers mediation",
    "fast_track": "Prefers the fast track",
    "trial": "Prefers a trial",
}
MEDIATION_STATES: Final[Mapping[str, str]] = {  # messages
    "applied": "Asked for",
    "returned_to_party": "Returned",
    "inviting": "Other side invited",
    "selecting": "Choosing a mediator",
    "offered": "Mediator asked",
    "accepted": "Mediator has accepted",
    "scheduled": "Sitting fixed",
    "in_session": "Sitting under way",
    "drafting": "Agreement being written",
    "signing": "Agreement being signed",
    "suspended": "Standing still",
    "agreed": "Agreed",
    "terminated": "Ended",
}
