"""Who may do and see what: roles of the platform and parts in a case.

Rule 1: a person without any part in a case may not learn that it exists: NotFound, not NotPermitted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from odr.domain.accounts import Actor
from odr.domain.steps import Role
from odr.errors import NotFound, NotPermitted, NotSignedIn

STAFF: Final = frozenset(Role) - {Role.APPLICANT, Role.RESPONDENT, Role.AGENT, Role.GUEST, Role.CLOCK}


@dataclass(frozen=True, slots=True)
class Part:
    """A person's part in one case; `side` is "A", "B" or "" for staff."""

    role: Role
    side: str = ""


@dataclass(frozen=True, slots=True)
class CasePeople:
    """Who belongs to a case: participants by account, and the staff named on it."""

    participants: dict[UUID, Part]
    judge_id: UUID | None = None
    mediator_id: UUID | None = None
    confirming_judge_id: UUID | None = None


def part(actor: Actor, people: CasePeople) -> Part:
    """The actor's part in the case: as participant, as the staff named on it, or as the division's head."""
    if actor.account_id is None:
        raise NotSignedIn
    named = (
        (people.judge_id, Role.FILING_JUDGE),
        (people.mediator_id, Role.MEDIATOR),
        (people.confirming_judge_id, Role.CONFIRMING_JUDGE),
    )
    for account_id, role in named:
        if account_id == actor.account_id and role in actor.staff_roles:
            return Part(role)
    if found := people.participants.get(actor.account_id):
        return found
    for role in (Role.DIVISION_HEAD, Role.COORDINATOR):
        if role in actor.staff_roles:
            return Part(role)
    raise NotFound


def require(actor: Actor, *roles: Role) -> Role:
    """The first of `roles` that the actor holds as staff; NotPermitted if none."""
    if actor.account_id is None:
        raise NotSignedIn
    held = next((role for role in roles if role in actor.staff_roles), None)
    if held is None:
        raise NotPermitted
    return held


def signed_in(actor: Actor) -> UUID:
    """The account that acts; NotSignedIn if there is none."""
    if actor.account_id is None:
        raise NotSignedIn
    return actor.account_id


class Permission(StrEnum):
    """What a part in a case opens. Steps of the machines are guarded by their own tables."""

    SEE_CASE = "see_case"  # that it exists, its states and clocks
    SEE_FILING = "see_filing"  # the answers and papers of the filing
    SEE_EVIDENCE = "see_evidence"  # what was disclosed
    SEE_TALKS = "see_talks"  # joint chat and minutes of the mediation
    SEE_TALKS_RECORDED = "see_talks_recorded"  # the recording of a mediation, on the page alone
    TAKE_TALKS_RECORDED = "take_talks_recorded"  # its file
    SEE_HEARING_RECORDED = "see_hearing_recorded"
    TAKE_HEARING_RECORDED = "take_hearing_recorded"
    SEE_AGREEMENT = "see_agreement"
    SEE_IDENTITY = "see_identity"  # the card as read; everybody else sees "verified"
    SEE_NOTES = "see_notes"  # a mediator's own notes
    SEE_LOG = "see_log"
    ASK_MORE_TIME = "ask_more_time"
    BRING_EVIDENCE = "bring_evidence"
    GIVE_OPINION = "give_opinion"
    HOST_SITTING = "host_sitting"
    SIGN = "sign"
    DOWNLOAD_DOSSIER = "download_dossier"
    ASSIGN = "assign"  # name or change judge or mediator
    REFUND = "refund"
    WATCH_HEALTH = "watch_health"  # of room and network, never content


_R, _P = Role, Permission
_SIDES: Final = frozenset({_R.APPLICANT, _R.RESPONDENT, _R.AGENT})
# What was said in mediation does not reach those who decide afterwards (OMR 18, JS 107).
GRANTS: Final[Mapping[Permission, frozenset[Role]]] = MappingProxyType(
    {
        _P.SEE_CASE: frozenset(Role) - {_R.GUEST, _R.CLOCK},
        _P.SEE_FILING: _SIDES | {_R.FILING_JUDGE, _R.DIVISION_HEAD, _R.MEDIATOR, _R.TRIAL_JUDGE},
        _P.SEE_EVIDENCE: _SIDES | {_R.FILING_JUDGE, _R.MEDIATOR, _R.CONFIRMING_JUDGE, _R.TRIAL_JUDGE},
        _P.SEE_TALKS: _SIDES | {_R.MEDIATOR},
        _P.SEE_TALKS_RECORDED: _SIDES | {_R.MEDIATOR},
        _P.TAKE_TALKS_RECORDED: frozenset(),  # no file of it goes round (TY 2)
        _P.SEE_HEARING_RECORDED: _SIDES | {_R.CONFIRMING_JUDGE},
        _P.TAKE_HEARING_RECORDED: _SIDES | {_R.CONFIRMING_JUDGE},  # LL 11
        _P.SEE_AGREEMENT: _SIDES | {_R.MEDIATOR, _R.CONFIRMING_JUDGE},
        _P.SEE_IDENTITY: frozenset({_R.FILING_JUDGE, _R.CONFIRMING_JUDGE}),
        _P.SEE_NOTES: frozenset({_R.MEDIATOR}),
        _P.SEE_LOG: _SIDES | {_R.AUDITOR},
        _P.ASK_MORE_TIME: _SIDES,
        _P.BRING_EVIDENCE: _SIDES,
        _P.GIVE_OPINION: _SIDES,
        _P.HOST_SITTING: frozenset({_R.MEDIATOR, _R.CONFIRMING_JUDGE, _R.TRIAL_JUDGE}),
        _P.SIGN: _SIDES | {_R.MEDIATOR},
        _P.DOWNLOAD_DOSSIER: _SIDES,
        _P.ASSIGN: frozenset({_R.DIVISION_HEAD, _R.COORDINATOR}),
        _P.REFUND: frozenset({_R.FINANCE}),
        _P.WATCH_HEALTH: frozenset({_R.SUPPORT, _R.MEDIATOR, _R.CONFIRMING_JUDGE}),
    }
)


def may(held: Part, permission: Permission) -> bool:
    return held.role in GRANTS[permission]


def permit(held: Part, permission: Permission) -> Part:
    """The part itself, if it opens `permission`; NotPermitted otherwise."""
    if not may(held, permission):
        raise NotPermitted
    return held
