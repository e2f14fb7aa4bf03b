"""What states, ways and sources are called on pages: English message ids."""

from collections.abc import Mapping
from typing import Final

STATES: Final[Mapping[str, str]] = {  # messages
    "draft": "Draft",
    "received": "Received, to be completed",
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
SEAT_ROLES: Final[Mapping[str, str]] = {  # messages
    "party_a": "Applicant",
    "agent_a": "Agent of the applicant",
    "helper_a": "Helper of the applicant",
    "party_b": "Respondent",
    "agent_b": "Agent of the respondent",
    "helper_b": "Helper of the respondent",
    "mediator": "Mediator",
    "confirming_judge": "Judge",
    "witness": "Witness",
    "interpreter": "Interpreter",
    "observer": "Observer",
    "support": "Technical support",
}
STANDINGS: Final[Mapping[str, str]] = {  # messages
    "not_signed_in": "Not signed in yet",
    "checking": "Getting ready: tries the device, reads the rules",
    "joining": "Coming in",
    "in_lobby": "In the waiting room",
    "in_room": "In the room",
    "poor": "Weak connection",
    "disconnected": "Connection lost, coming back",
    "left": "Has left",
}
SITTING_STATES: Final[Mapping[str, str]] = {  # messages
    "created": "Not open yet",
    "lobby_open": "Waiting room open",
    "live": "In progress",
    "paused": "Paused",
    "suspended": "Interrupted by a fault",
    "closed": "Ended",
}
RELATIONS: Final[Mapping[str, str]] = {  # messages
    "family": "family",
    "helper": "helper",
    "colleague": "colleague",
    "other": "other",
}
GUEST_KINDS: Final[Mapping[str, str]] = {  # messages
    "witness": "Witness",
    "interpreter": "Interpreter",
    "observer": "Observer",
    "helper": "Helper",
}
GUEST_STATES: Final[Mapping[str, str]] = {  # messages
    "invited": "Asked, no answer yet",
    "accepted": "Comes",
    "declined": "Does not come",
    "withdrawn": "Taken back",
}
TROUBLES: Final[Mapping[str, str]] = {  # messages
    "sound": "I hear nothing, or nobody hears me",
    "picture": "The picture does not come",
    "connection": "I do not get into the room",
    "other": "Something else",
}
VERDICTS: Final[Mapping[str, str]] = {  # messages
    "good": "Your device is ready.",
    "voice": "You can take part by voice; the camera does not work.",
    "picture": "You are seen, hear the others and can write; nobody hears you, your microphone is off.",
    "deaf": "You do not hear the others yet: turn the volume up, switch silent mode off, or take earphones. "
    "Then test again.",
    "poor": "It works, but others may find it hard to hear or see you.",
    "failed": "Sound does not reach the court from here yet.",
}
VERDICTS_SHORT: Final[Mapping[str, str]] = {  # messages
    "good": "ready",
    "voice": "voice alone",
    "picture": "picture alone",
    "deaf": "hears nothing",
    "poor": "weak",
    "failed": "does not work yet",
}
DEVICE_PARTS: Final[Mapping[str, str]] = {  # messages
    "camera": "Camera",
    "microphone": "Microphone",
    "speaker": "Loudspeaker",
    "path": "Way to the court",
}
DEVICE_FAULTS: Final[Mapping[str, str]] = {  # messages
    "denied": "permission refused",
    "missing": "none on this device",
    "busy": "in use by another app",
    "timeout": "does not answer",
    "insecure": "address without https",
    "blocked": "this browser cannot do it",
    "muted": "silenced by the phone",
    "quiet": "very quiet",
    "echo": "echo",
    "slow": "slow way",
    "lossy": "losses on the way",
    "narrow": "little gets out",
}
DOCUMENTS: Final[Mapping[str, str]] = {  # messages
    "household_register": "Household register",
    "temporary_card": "Temporary ID card",
    "passport": "Passport",
    "permit": "Travel or residence permit",
}
POWERS: Final[Mapping[str, str]] = {  # messages
    "admit": "Admit claims of the other side",
    "waive": "Waive claims",
    "change": "Change claims",
    "settle": "Settle with the other side",
    "counterclaim": "Bring a counterclaim",
    "appeal": "Appeal",
}
AGENT_KINDS: Final[Mapping[str, str]] = {  # messages
    "lawyer": "Lawyer",
    "legal_worker": "Grass-roots legal worker",
    "relative": "Close relative",
    "employee": "Employee",
    "recommended": "Recommended by the community, employer or a social body",
}
