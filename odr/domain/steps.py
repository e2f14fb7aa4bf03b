"""A step of a machine, and how it is taken.

Rule 1: a machine is a tuple of `Step`s; nothing else moves a state.
Rule 2: this module knows roles, not people; states, not rows; `now`, not a clock.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

from odr.errors import NotAllowed


class Role(StrEnum):
    """Who acts. CLOCK is the platform itself, acting because a period ended or an outside system answered."""

    APPLICANT = "applicant"  # 申请人 / 原告
    RESPONDENT = "respondent"  # 被申请人 / 被告
    AGENT = "agent"  # 代理人
    FILING_JUDGE = "filing_judge"  # 立案法官
    DIVISION_HEAD = "division_head"  # 立案庭庭长
    COORDINATOR = "coordinator"  # 诉调对接组
    MEDIATOR = "mediator"  # 特邀调解员
    CONFIRMING_JUDGE = "confirming_judge"  # 司法确认法官
    TRIAL_JUDGE = "trial_judge"  # 审判法官
    FINANCE = "finance"  # 财务
    SUPPORT = "support"  # 技术支持
    AUDITOR = "auditor"  # 审计
    GUEST = "guest"  # 受邀人员: of one sitting, without part in the case
    CLOCK = "clock"  # 平台


PARTIES = frozenset({Role.APPLICANT, Role.RESPONDENT})


class Told(StrEnum):
    """Whose open pages hear that something moved, and in whose dossiers it may stand."""

    CASE = "case"  # everybody of the case: that it moved is no secret; a page shows what its reader may see
    PERSON = "person"  # whom the row is: a machine without a case
    CHOSEN = "chosen"  # those alone whom the service names with the act: talks, offers, complaints


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a guard says no: a sentence for the user (gettext id) and the article it rests on."""

    text: str
    article: str | None = None


FactsT = TypeVar("FactsT")
Guard = Callable[[FactsT], Reason | None]


@dataclass(frozen=True, slots=True)
class Step(Generic[FactsT]):
    """One row of a machine's table.

    `source` None opens the machine. `starts` and `stops` name rules of `odr.domain.clocks` whose clocks begin
    or end, `pauses` and `resumes` those that stand meanwhile; `documents` and `notices` name entries of
    `odr.domain.documents` and `odr.domain.messages`.
    """

    source: StrEnum | None
    action: StrEnum
    by: frozenset[Role]
    target: StrEnum
    guard: Guard[FactsT] | None = None
    starts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Machine(Generic[FactsT]):
    """A named table of steps. `name` is the key under which states are stored and diagrams are drawn.

    Whoever lets everybody know says so with `told`.
    """

    name: str
    steps: tuple[Step[FactsT], ...]
    final: frozenset[StrEnum] = frozenset()
    told: Told = Told.CHOSEN


@dataclass(frozen=True, slots=True)
class Change:
    """What `advance` decided; `Tx.record` writes it: state, history, clocks, outbox and audit together."""

    machine: str
    subject_id: UUID
    case_id: UUID | None
    action: str
    source: str | None
    target: str
    role: Role
    at: datetime
    starts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    told: Told = Told.CHOSEN


@dataclass(frozen=True, slots=True)
class Subject(Generic[FactsT]):
    """The thing that moves: which row, of which case, in which state, and the facts its guards ask for."""

    id: UUID
    case_id: UUID | None
    state: str | None
    facts: FactsT


def advance(
    machine: Machine[FactsT], subject: Subject[FactsT], action: StrEnum, by: Role, *, now: datetime
) -> Change:
    """The change that `action` makes, or NotAllowed with the reason in the user's words."""
    step = _step(machine, subject.state, action, by)
    if step is None:
        raise NotAllowed
    if step.guard and (why := step.guard(subject.facts)):
        raise NotAllowed(why.text, article=why.article)
    return taken(machine, step, subject, by, now)


def taken(machine: Machine[Any], step: Step[Any], subject: Subject[Any], by: Role, now: datetime) -> Change:
    """The change that a row of the table makes, its guard not asked."""
    return Change(
        machine.name,
        subject.id,
        subject.case_id,
        str(step.action),
        subject.state,
        str(step.target),
        by,
        now,
        step.starts,
        step.stops,
        step.documents,
        step.notices,
        step.pauses,
        step.resumes,
        machine.told,
    )


def allowed(
    machine: Machine[Any], state: str | None, role: Role, facts: object | None = None
) -> tuple[StrEnum, ...]:
    """The actions `role` may take in `state`, in table order; with `facts`, guards are asked too."""
    return tuple(
        step.action
        for step in machine.steps
        if step.source == state
        and role in step.by
        and not (facts is not None and step.guard and step.guard(facts))
    )


def _step(machine: Machine[FactsT], state: str | None, action: StrEnum, by: Role) -> Step[FactsT] | None:
    candidates: Iterable[Step[FactsT]] = machine.steps
    return next((s for s in candidates if s.source == state and s.action == action and by in s.by), None)
