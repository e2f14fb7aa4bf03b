"""Comparing what one side would pay at most with what the other would take at least, untold to either."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from odr.db.audit import Discreet
from odr.db.comparisons import Comparison
from odr.db.outbox import Event
from odr.db.uow import Database, Tx
from odr.domain import mediation
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.agents import Deed, lacks
from odr.domain.comparisons import (
    LASTS,
    MACHINE,
    MOST_TRIES,
    Action,
    ComparisonFacts,
    State,
    marks,
    meet,
    public_key,
)
from odr.domain.offers import TALKS, audience
from odr.domain.permissions import Part, Permission, part, permit, signed_in
from odr.domain.steps import Reason, Role, Subject, advance
from odr.errors import BadInput, NotFound, NotPermitted
from odr.ports.clock import Clock

_BOTH = frozenset("AB")
_UNDER_WAY = frozenset({State.ASKED, State.AGREED})


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """One comparison. `step`: answer, wait, enter, entered, another (who agreed was another person), or "".

    `own_key`, `other_key`: public keys, while it is under way.
    """

    id: UUID
    state: State
    payer: str
    asked_by: str
    asked_at: datetime
    step: str
    own_key: str
    other_key: str
    met: bool | None


@dataclass(frozen=True, slots=True)
class ComparisonsView:
    """`left`: how many more the case has; `may_ask` now."""

    left: int
    may_ask: bool
    under_way: ComparisonView | None
    past: tuple[ComparisonView, ...]


@dataclass(frozen=True, slots=True)
class _Who:
    actor: Actor
    part: Part
    lacks: Reason | None


class ComparisonService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def show(self, actor: Actor, case_id: UUID) -> ComparisonsView:
        """The comparisons as this person may see them; the mediator reads only how they ended."""
        async with self._db.read() as tx:
            who = await _at_table(tx, actor, case_id)
            rows = await tx.comparisons.of_case(case_id)
            talking = await tx.states.get(mediation.MACHINE.name, case_id) in TALKS
        left = MOST_TRIES - sum(state is State.COMPARED for _, state in rows)
        views = [_view(row, state, who) for row, state in rows]
        now = next((one for one in views if one.state in _UNDER_WAY), None)
        may_ask = bool(who.part.side) and talking and left > 0 and now is None and who.lacks is None
        past = tuple(one for one in views if one.state not in _UNDER_WAY)
        return ComparisonsView(left, may_ask, now, past)

    async def ask(self, actor: Actor, case_id: UUID, payer: str, key: str) -> UUID:
        """Ask the other side to compare; `payer` is the side that would pay, `key` the asker's public key."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            await tx.cases.held(case_id)
            who = await _party(tx, actor, case_id)
            if payer not in _BOTH:
                raise BadInput("Please say who pays.", field="payer")
            side = who.part.side
            row = Comparison(id=uuid4(), case_id=case_id, payer=payer, asked_by=side, asked_at=now)
            row.keys, row.accounts = {side: public_key(key)}, {side: str(signed_in(actor))}
            row.marks = {}
            await self._move(tx, who, row, Action.ASK)
            tx.comparisons.add(row)
            tx.outbox.add("comparison.lapse", at=now, due_at=now + LASTS, comparison_id=str(row.id))
            _notify(tx, row, _for_the_other(side), now)
        return row.id

    async def agree(self, actor: Actor, case_id: UUID, comparison_id: UUID, key: str) -> None:
        """Consent to this one comparison, with the public key of this device."""
        async with self._db.begin() as tx:
            who, row = await _held(tx, actor, case_id, comparison_id)
            await self._move(tx, who, row, Action.AGREE)
            row.keys = {**row.keys, who.part.side: public_key(key)}
            row.accounts = {**row.accounts, who.part.side: str(signed_in(actor))}
            _notify(tx, row, _for_the_other(who.part.side), self._clock.now())

    async def refuse(self, actor: Actor, case_id: UUID, comparison_id: UUID) -> None:
        async with self._db.begin() as tx:
            who, row = await _held(tx, actor, case_id, comparison_id)
            await self._move(tx, who, row, Action.REFUSE)

    async def cancel(self, actor: Actor, case_id: UUID, comparison_id: UUID) -> None:
        """Break it off before there is an answer: it tells nobody anything and counts as no try."""
        async with self._db.begin() as tx:
            who, row = await _held(tx, actor, case_id, comparison_id)
            await self._move(tx, who, row, Action.CANCEL)

    async def enter(self, actor: Actor, case_id: UUID, comparison_id: UUID, said: str) -> bool | None:
        """Put in the marks of a limit; with the second set comes the answer; None before."""
        async with self._db.begin() as tx:
            who, row = await _held(tx, actor, case_id, comparison_id)
            sets = {**row.marks, who.part.side: list(marks(said))}
            await self._move(tx, who, row, Action.COMPARE if row.marks else Action.ENTER)
            if row.ended_at is None:
                row.marks = sets
                _notify(tx, row, _for_the_other(who.part.side), self._clock.now())
                return None
            row.met = meet(sets)
            _notify(tx, row, "compared", self._clock.now())
        return row.met

    async def lapse(self, event: Event) -> None:
        """End a comparison that nobody went on with (`comparison.lapse`: comparison_id)."""
        async with self._db.begin() as tx:
            row = await tx.comparisons.get(UUID(event.payload["comparison_id"]))
            if row is not None and await tx.states.lock(MACHINE.name, row.id) in _UNDER_WAY:
                await self._move(tx, _PLATFORM, row, Action.LAPSE)

    async def close(self, event: Event) -> None:
        """The mediation is over (`comparison.close`: case_id): nothing goes on."""
        case_id = UUID(event.payload["case_id"])
        async with self._db.begin() as tx:
            await tx.cases.held(case_id)
            for row, state in await tx.comparisons.of_case(case_id):
                if state in _UNDER_WAY:
                    await self._move(tx, _PLATFORM, row, Action.LAPSE)

    async def _move(self, tx: Tx, who: _Who, row: Comparison, action: Action) -> None:
        """The step; told to both sides and the mediator, never to a judge. An end forgets keys and marks."""
        now = self._clock.now()
        state = await tx.states.lock(MACHINE.name, row.id)
        facts = await _facts(tx, who, row, now)
        subject = Subject(row.id, row.case_id, State(state) if state else None, facts)
        change = advance(MACHINE, subject, action, who.part.role, now=now)
        people = await tx.cases.belonging(row.case_id)
        seen = {account for account, one in people.participants.items() if one.side in _BOTH}
        seen |= {people.mediator_id} if people.mediator_id else set()
        await tx.record(who.actor, change, within=Discreet(frozenset(seen), audience(_BOTH)))
        if State(change.target) not in _UNDER_WAY:
            row.end(now)


_PLATFORM = _Who(PLATFORM, Part(Role.CLOCK), None)


async def _facts(tx: Tx, who: _Who, row: Comparison, now: datetime) -> ComparisonFacts:
    rows = [one for one in await tx.comparisons.of_case(row.case_id) if one[0].id != row.id]
    side, since = who.part.side, now - timedelta(days=1)
    return ComparisonFacts(
        talking=await tx.states.get(mediation.MACHINE.name, row.case_id) in TALKS,
        side=side,
        asked_by=row.asked_by,
        entered=frozenset(row.marks),
        tries=sum(state is State.COMPARED for _, state in rows),
        asked_today=sum(one.asked_by == side and one.asked_at >= since for one, _ in rows),
        another=any(state in _UNDER_WAY for _, state in rows),
        mine=row.accounts.get(side) == str(who.actor.account_id),
        lacks=who.lacks,
    )


def _view(row: Comparison, state: State, who: _Who) -> ComparisonView:
    side = who.part.side
    other = next(iter(_BOTH - {side})) if side else ""
    return ComparisonView(
        row.id,
        state,
        row.payer,
        row.asked_by,
        row.asked_at,
        _step(row, state, who) if side else "",
        row.keys.get(side, ""),
        row.keys.get(other, ""),
        row.met,
    )


def _step(row: Comparison, state: State, who: _Who) -> str:
    side = who.part.side
    if state is State.ASKED:
        return "wait" if row.asked_by == side else "answer"
    if state is not State.AGREED:
        return ""
    if side in row.marks:
        return "entered"
    return "enter" if row.accounts.get(side) == str(who.actor.account_id) else "another"


async def _at_table(tx: Tx, actor: Actor, case_id: UUID) -> _Who:
    held = permit(part(actor, await tx.cases.belonging(case_id)), Permission.SEE_TALKS)
    if held.role is not Role.AGENT:
        return _Who(actor, held, None)
    authority = await tx.agents.authority(case_id, signed_in(actor))
    return _Who(actor, held, lacks(Deed.NEGOTIATE, held.role, authority))


async def _party(tx: Tx, actor: Actor, case_id: UUID) -> _Who:
    who = await _at_table(tx, actor, case_id)
    if not who.part.side:
        raise NotPermitted
    return who


async def _held(tx: Tx, actor: Actor, case_id: UUID, comparison_id: UUID) -> tuple[_Who, Comparison]:
    await tx.cases.held(case_id)
    who = await _party(tx, actor, case_id)
    row = await tx.comparisons.get(comparison_id)
    if row is None or row.case_id != case_id:
        raise NotFound
    return who, row


def _for_the_other(side: str) -> str:
    return "comparison_for_b" if side == "A" else "comparison_for_a"


def _notify(tx: Tx, row: Comparison, name: str, at: datetime) -> None:
    ids = (str(row.id), str(row.case_id))
    tx.outbox.add(
        "notice.send", at=at, name=name, subject_id=ids[0], case_id=ids[1], audience=audience(_BOTH)
    )
