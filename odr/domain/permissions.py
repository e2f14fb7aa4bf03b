"""Who may do and see what: roles of the platform and parts in a case.

Rule 1: a person without any part in a case may not learn that it exists: NotFound, not NotPermitted.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from odr.domain.accounts import Actor
from odr.domain.steps import Role
from odr.errors import NotFound, NotPermitted, NotSignedIn

STAFF: Final = frozenset(Role) - {Role.APPLICANT, Role.RESPONDENT, Role.AGENT, Role.CLOCK}


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
