"""Complaints about a mediator: made by a party, answered by the head of the division.

Rule 1: a complaint is the complainant's and the head's alone: it is no act of the case, so that neither its
        log nor its news tell the mediator or the other side.
Rule 2: where every head takes part in the case, those who run the platform are told to appoint a deputy.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from odr.db.grievances import Grievance, discreet
from odr.db.uow import Database, Tx
from odr.domain.accounts import Actor
from odr.domain.grievances import (
    ACKNOWLEDGE,
    ANSWER,
    LONGEST_TEXT,
    MACHINE,
    Action,
    GrievanceFacts,
    Ground,
    Outcome,
    State,
)
from odr.domain.permissions import part, require, signed_in
from odr.domain.sittings import Kind
from odr.domain.steps import Role, Subject, advance
from odr.errors import BadInput, NotAllowed, NotFound
from odr.ports.clock import Clock

_OPEN = (State.RECEIVED, State.ACKNOWLEDGED, State.OVERDUE)


@dataclass(frozen=True, slots=True)
class MediatorChoice:
    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class GrievanceForm:
    """What the page to complain on shows: whom it can be about."""

    case_id: UUID
    number: str
    mediators: tuple[MediatorChoice, ...]


@dataclass(frozen=True, slots=True)
class GrievanceView:
    """`last_day`: of the answer, and `acknowledge_by` of the first word; None once they are given."""

    id: UUID
    case_id: UUID
    number: str
    mediator: str
    by: str
    grounds: tuple[Ground, ...]
    text: str
    state: State
    filed_at: datetime
    acknowledged_at: datetime | None
    acknowledge_by: date | None
    last_day: date | None
    decided_at: datetime | None
    outcome: str
    answer: str
    conflict: bool  # whoever looks cannot decide
    deputy_wanted: bool  # nobody can as yet: a deputy is to be appointed


class GrievanceService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def form(self, actor: Actor, case_id: UUID) -> GrievanceForm:
        """For a party or an agent of the case; NotFound for others, and where nobody mediated."""
        async with self._db.read() as tx:
            await _side(tx, actor, case_id)
            case = await tx.cases.known(case_id)
            found = await _mediators(tx, case_id)
        if not found:
            raise NotFound
        return GrievanceForm(case_id, case.number or "", tuple(found))

    async def complain(
        self, actor: Actor, case_id: UUID, mediator_id: UUID, grounds: Collection[str], text: str
    ) -> UUID:
        """Make a complaint; one at a time about the same mediator in the same case."""
        account_id, now, text = signed_in(actor), self._clock.now(), text.strip()
        chosen = _grounds(grounds)
        if not text:
            raise BadInput("Please write what happened.", field="text")
        if len(text) > LONGEST_TEXT:
            raise BadInput("Please write it shorter.", field="text")
        async with self._db.begin() as tx:
            role = await _side(tx, actor, case_id)
            if mediator_id not in {one.id for one in await _mediators(tx, case_id)}:
                raise NotFound
            for row in await tx.grievances.of_person(account_id):
                same = row.case_id == case_id and row.mediator_id == mediator_id
                if same and await tx.states.get(MACHINE.name, row.id) in _OPEN:
                    raise NotAllowed("Your complaint about this mediator is being dealt with already.")
            row = tx.grievances.add(
                Grievance(
                    id=uuid4(),
                    case_id=case_id,
                    mediator_id=mediator_id,
                    by=account_id,
                    grounds=[one.value for one in chosen],
                    text=text,
                    filed_at=now,
                )
            )
            await tx.flush()
            await self._take(tx, actor, row, Action.FILE, role)
            await _notice(tx, "grievance_received", row, now)
            name = "grievance_filed" if await _deciders(tx, row) else "grievance_without_head"
            tx.outbox.add("notice.send", at=now, name=name, subject_id=str(row.id))
        return row.id

    async def mine(self, actor: Actor) -> list[GrievanceView]:
        """What this person complained of, the newest first."""
        async with self._db.read() as tx:
            return [await _view(tx, row, actor) for row in await tx.grievances.of_person(signed_in(actor))]

    async def withdraw(self, actor: Actor, grievance_id: UUID) -> None:
        async with self._db.begin() as tx:
            row = await tx.grievances.get(grievance_id)
            if row.by != signed_in(actor):
                raise NotFound
            role = await _side(tx, actor, row.case_id)
            await self._take(tx, actor, row, Action.WITHDRAW, role)

    async def queue(self, actor: Actor) -> list[GrievanceView]:
        """What waits for the head, the oldest first; nothing about the person who looks."""
        require(actor, Role.DIVISION_HEAD)
        async with self._db.read() as tx:
            rows = await tx.grievances.in_states([state.value for state in _OPEN])
            return [await _view(tx, row, actor) for row, _ in rows if row.mediator_id != actor.account_id]

    async def open(self, actor: Actor, grievance_id: UUID) -> GrievanceView:
        """One complaint for the head; NotFound for the mediator whom it is about. The opening is recorded."""
        require(actor, Role.DIVISION_HEAD)
        async with self._db.begin() as tx:
            row = await tx.grievances.get(grievance_id)
            if row.mediator_id == actor.account_id:
                raise NotFound
            tx.audit.add(actor, "grievance.open", MACHINE.name, row.id, at=self._clock.now())
            return await _view(tx, row, actor)

    async def acknowledge(self, actor: Actor, grievance_id: UUID) -> None:
        """Tell the person that somebody deals with it."""
        role, now = require(actor, Role.DIVISION_HEAD), self._clock.now()
        async with self._db.begin() as tx:
            row = await tx.grievances.get(grievance_id)
            await self._take(tx, actor, row, Action.ACKNOWLEDGE, role)
            row.acknowledged_at = now
            await _notice(tx, "grievance_acknowledged", row, now)

    async def decide(self, actor: Actor, grievance_id: UUID, outcome: str, answer: str) -> None:
        """Answer with the reason; a mediator who is removed is proposed to nobody any more (TY 28)."""
        role, now, answer = require(actor, Role.DIVISION_HEAD), self._clock.now(), answer.strip()
        try:
            found = Outcome(outcome)
        except ValueError:
            raise BadInput("Please choose what you find.", field="outcome") from None
        if not answer or len(answer) > LONGEST_TEXT:
            raise BadInput("Please write the reason, in words that the party understands.", field="answer")
        async with self._db.begin() as tx:
            row = await tx.grievances.get(grievance_id)
            await self._take(tx, actor, row, Action.DECIDE, role, answered=True)
            tx.audit.add(actor, "grievance.outcome", MACHINE.name, row.id, at=now, outcome=found.value)
            row.decided_at, row.decided_by = now, signed_in(actor)
            row.outcome, row.answer = found.value, answer
            if found is Outcome.REMOVED and (mediator := await tx.mediators.get(row.mediator_id)):
                mediator.active = False
            await _notice(tx, "grievance_decided", row, now)

    async def _take(
        self, tx: Tx, actor: Actor, row: Grievance, action: Action, role: Role, *, answered: bool = False
    ) -> None:
        now, state = self._clock.now(), await tx.states.lock(MACHINE.name, row.id)
        facts = GrievanceFacts(await _conflict(tx, row, actor), answered)
        change = advance(MACHINE, Subject(row.id, None, state, facts), action, role, now=now)
        await tx.record(actor, change, within=discreet(row))


async def _side(tx: Tx, actor: Actor, case_id: UUID) -> Role:
    """The role of a party or an agent of the case; NotFound for everybody else."""
    held = part(actor, await tx.cases.belonging(case_id))
    if not held.side:
        raise NotFound
    return held.role


async def _mediators(tx: Tx, case_id: UUID) -> list[MediatorChoice]:
    """Who mediates the case or led a sitting of it."""
    case = await tx.cases.known(case_id)
    ids = [case.mediator_id] if case.mediator_id else []
    ids += [row.host_id for row in await tx.sittings.of_case(case_id) if row.kind == Kind.MEDIATION]
    found = []
    for account_id in dict.fromkeys(ids):
        found.append(MediatorChoice(account_id, (await tx.accounts.get(account_id)).display_name))
    return found


async def _conflict(tx: Tx, row: Grievance, actor: Actor) -> bool:
    return actor.account_id in await _concerned(tx, row)


async def _concerned(tx: Tx, row: Grievance) -> set[UUID]:
    """Who cannot deal with the complaint."""
    return {row.mediator_id, row.by} | await tx.cases.people(row.case_id)


async def _deciders(tx: Tx, row: Grievance) -> set[UUID]:
    """The heads who can."""
    return {one.id for one in await tx.accounts.staff(Role.DIVISION_HEAD)} - await _concerned(tx, row)


def _grounds(chosen: Collection[str]) -> list[Ground]:
    try:
        found = sorted({Ground(one) for one in chosen})
    except ValueError:
        raise BadInput from None
    if not found:
        raise BadInput("Please tick what it is about.", field="grounds")
    return found


async def _notice(tx: Tx, name: str, row: Grievance, now: datetime) -> None:
    """To the person alone; the case is named, and not attached."""
    values = {"number": (await tx.cases.known(row.case_id)).number or ""}
    tx.outbox.add("notice.send", at=now, name=name, subject_id=str(row.by), values=values)


async def _view(tx: Tx, row: Grievance, actor: Actor) -> GrievanceView:
    case = await tx.cases.known(row.case_id)
    due = {one.rule: one.last_day for one in await tx.clocks.of_subject(row.id)}
    name = await tx.cases.ever(row.case_id, row.by)
    state = State(await tx.states.get(MACHINE.name, row.id) or State.RECEIVED)
    return GrievanceView(
        row.id,
        row.case_id,
        case.number or "",
        (await tx.accounts.get(row.mediator_id)).display_name,
        name.name if name else "",
        tuple(Ground(one) for one in row.grounds),
        row.text,
        state,
        row.filed_at,
        row.acknowledged_at,
        due.get(ACKNOWLEDGE),
        due.get(ANSWER),
        row.decided_at,
        row.outcome,
        row.answer,
        await _conflict(tx, row, actor),
        state in _OPEN and not await _deciders(tx, row),
    )
