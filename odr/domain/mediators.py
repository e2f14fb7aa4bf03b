"""Choosing a mediator: who may, who fits best and why, what must be disclosed.

Rule 1: a known conflict bars the choice; it is never weighed against a specialty (OMR 13, TY 15).
Rule 2: the order is explained to the parties: every reason is shown with its weight.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

FULL_LOAD: Final = 20  # open mediations; a setting of the register, not a rule of law


LATER_ROLES_BARRED: Final = frozenset({"juror", "agent", "witness", "appraiser", "interpreter"})


class Relation(StrEnum):
    """What a mediator must disclose (OMR 13)."""

    FAMILY = "family"  # party himself, or close relative of a party or agent
    INTEREST = "interest"
    OTHER = "other"  # anything else that may touch impartiality


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What the mediator states on acceptance; no relation at all is a statement too."""

    relations: frozenset[Relation] = frozenset()
    details: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One line of the register. `conflicts` are the relations already known for this case."""

    id: UUID
    name: str
    specialties: frozenset[str]
    open_cases: int = 0
    conflicts: frozenset[Relation] = frozenset()
    refused_by: frozenset[str] = frozenset()  # sides that asked for another
    declined: bool = False
    active: bool = True


@dataclass(frozen=True, slots=True)
class Fit:
    """One reason for a rank: an English message id with its values."""

    text: str
    points: int
    values: tuple[tuple[str, str | int], ...] = ()


@dataclass(frozen=True, slots=True)
class Ranked:
    candidate: Candidate
    points: int
    reasons: tuple[Fit, ...]


def available(candidate: Candidate) -> bool:
    """Whether the mediator may be named at all."""
    barred = candidate.conflicts or candidate.refused_by or candidate.declined
    return candidate.active and not barred and candidate.open_cases < FULL_LOAD


def rank(candidates: Iterable[Candidate], cause: str, area: str = "") -> list[Ranked]:
    """Who may be named, best first: specialty in the cause, then in its area, then the lighter load.

    `cause` and `area` are ids such as "loan" and "contracts". Equal points are ordered by load, then id.
    """
    ranked = [_ranked(candidate, cause, area) for candidate in candidates if available(candidate)]
    return sorted(ranked, key=lambda one: (-one.points, one.candidate.open_cases, one.candidate.id))


def _ranked(candidate: Candidate, cause: str, area: str) -> Ranked:
    reasons = [_load(candidate)]
    if cause in candidate.specialties:
        reasons.append(Fit("Knows this kind of dispute", 2 * FULL_LOAD))
    elif area and area in candidate.specialties:
        reasons.append(Fit("Knows the wider field of this dispute", FULL_LOAD))
    reasons.sort(key=lambda reason: -reason.points)
    return Ranked(candidate, sum(reason.points for reason in reasons), tuple(reasons))


def _load(candidate: Candidate) -> Fit:
    free = FULL_LOAD - candidate.open_cases
    return Fit("Holds %(count)s open mediations", free, (("count", candidate.open_cases),))


def may_go_on(disclosure: Disclosure, consenting: frozenset[str]) -> bool:
    """Whether this mediator may serve: no relation, or both sides, knowing it, agree (OMR 13, TY 15)."""
    return not disclosure.relations or consenting >= {"A", "B"}


def may_serve_later(role: str) -> bool:
    """Whether who mediated a dispute may take `role` in its later procedure (TY 16)."""
    return role not in LATER_ROLES_BARRED
