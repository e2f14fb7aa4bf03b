"""Negotiating around the sittings: offers, counter-offers, a mediator's proposals, and what comes of them."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from odr.db.audit import Discreet
from odr.db.cases import Case
from odr.db.offers import Offer
from odr.db.outbox import Event
from odr.db.terms import current, keep, names
from odr.db.uow import Database, Tx
from odr.domain import mediation
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.agents import Deed, lacks
from odr.domain.deadlines import CHINA
from odr.domain.offers import (
    MACHINE,
    MOST_A_DAY,
    TALKS,
    Action,
    Offered,
    OfferFacts,
    State,
    Validity,
    asked,
    audience,
    commitment,
    drafted,
    examine,
    from_record,
    may_see,
    place_for,
    to_record,
    valid_until,
)
from odr.domain.permissions import Part, Permission, part, permit, signed_in
from odr.domain.sittings import Place
from odr.domain.steps import Reason, Role, Subject, advance
from odr.errors import NotFound, NotPermitted, TooMany
from odr.ports.clock import Clock

_MOMENT: Final = timedelta(minutes=2)  # whoever makes the same offer later means to renew it


@dataclass(frozen=True, slots=True)
class OfferView:
    """One offer as this person may see it. `side` made it, "" the mediator; `to`: "both", "A" or "B".

    `name`: who made it, the party itself or whoever acts for it.

    `answers`: side → "yes" or "no", as far as the person may know; `actions`: the buttons.
    """

    id: UUID
    side: str
    name: str
    mine: bool
    to: str
    offered: Offered
    state: State
    made_at: datetime
    valid_until: datetime
    ended_at: datetime | None
    counters: UUID | None
    answers: dict[str, str]
    actions: frozenset[str]


@dataclass(frozen=True, slots=True)
class NegotiationView:
    """The table of a case: `names` by side; `talking`: offers can be made; `lacks`: why an agent may not."""

    case_id: UUID
    number: str
    side: str
    names: dict[str, str]
    amount_fen: int | None
    talking: bool
    state: str
    lacks: Reason | None
    offers: tuple[OfferView, ...]

    @property
    def open(self) -> tuple[OfferView, ...]:
        return tuple(one for one in self.offers if one.state is State.OPEN)

    @property
    def asked(self) -> int:
        """How many wait for this person's answer; for the mediator, for anybody's."""
        return sum(bool(one.actions & {"yes", "no"}) or not self.side for one in self.open)

    @property
    def past(self) -> tuple[OfferView, ...]:
        return tuple(one for one in self.offers if one.state is not State.OPEN)


@dataclass(frozen=True, slots=True)
class _Who:
    """Who acts: the part in the case, and why an agent may not settle."""

    actor: Actor
    part: Part
    lacks: Reason | None


class OfferService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def show(self, actor: Actor, case_id: UUID) -> NegotiationView:
        """What this person may see of the negotiation; NotPermitted for everybody who is not at the table."""
        now = self._clock.now()
        async with self._db.read() as tx:
            who = await _at_table(tx, actor, case_id)
            case = await tx.cases.known(case_id)
            state = await tx.states.get(mediation.MACHINE.name, case_id) or ""
            rows = [
                (row, standing)
                for row, standing in await tx.offers.of_case(case_id)
                if may_see(who.part.role, who.part.side, Place(row.key))
            ]
            found = await names(tx, case)
        return NegotiationView(
            case_id,
            case.number or "",
            who.part.side,
            found,
            case.amount_fen,
            state in TALKS,
            state,
            who.lacks,
            tuple(_view(row, standing, who, talking=state in TALKS, now=now) for row, standing in rows),
        )

    async def make(
        self,
        actor: Actor,
        case_id: UUID,
        offered: Offered,
        validity: Validity,
        *,
        to: str = "",
        counters: UUID | None = None,
    ) -> UUID:
        """Put an offer to the other side, or as mediator a proposal to both or to one (`to` "A" or "B").

        An open one in the same place is taken back by it; `counters` is the other's that it answers. The very
        same once more, in a moment, is the one that was made.
        """
        now = self._clock.now()
        examine(offered, now.astimezone(CHINA).date())
        async with self._db.begin() as tx:
            case = await tx.cases.held(case_id)
            who = await _at_table(tx, actor, case_id)
            mediator = who.part.role is Role.MEDIATOR
            if to and not mediator:
                raise NotPermitted
            place = place_for(to)
            mine = [
                row
                for row, state in await tx.offers.of_case(case_id)
                if state is State.OPEN and (row.side, row.key) == (who.part.side, place.value)
            ]
            same = [row for row in mine if row.counters == counters and _again(row, offered, validity, now)]
            if same:
                return same[0].id
            if await tx.offers.made_since(case_id, who.part.side, now - timedelta(days=1)) >= MOST_A_DAY:
                raise TooMany("This is enough for one day. Please talk to the mediator.")
            for row in mine:
                await self._move(tx, who, row, Action.WITHDRAW)
            if counters is not None:
                await self._move(tx, who, await _open(tx, case_id, counters, who), Action.COUNTER)
            row = tx.offers.add(
                Offer(
                    id=uuid4(),
                    case_id=case_id,
                    key=place.value,
                    side=who.part.side,
                    made_by=signed_in(actor),
                    name=(await tx.accounts.get(signed_in(actor))).display_name,
                    terms=to_record(offered),
                    salt=secrets.token_bytes(16),
                    made_at=now,
                    valid_until=valid_until(validity, now),
                    counters=counters,
                    answers={},
                )
            )
            await self._move(tx, who, row, Action.PROPOSE if mediator else Action.MAKE)
            tx.outbox.add("offer.lapse", at=now, due_at=row.valid_until, offer_id=str(row.id))
            for side in sorted(asked(place, row.side)):
                _notify(tx, case, f"offer_for_{side.lower()}", now, row)
        return row.id

    async def answer(self, actor: Actor, case_id: UUID, offer_id: UUID, *, yes: bool) -> State:
        """Say yes or no. The last yes makes the draft's terms of it and ends what else lies on the table.

        The same answer once more changes nothing: the first one was heard.
        """
        now, said = self._clock.now(), "yes" if yes else "no"
        async with self._db.begin() as tx:
            case = await tx.cases.held(case_id)
            who = await _at_table(tx, actor, case_id)
            row = await _open(tx, case_id, offer_id, who)
            if row.answers.get(who.part.side) == said:
                return State(await tx.states.get(MACHINE.name, offer_id) or State.OPEN)
            action = _answer(row, yes=yes)
            await self._move(tx, who, row, action)
            row.answers = {**row.answers, who.part.side: said}
            if action is Action.ACCEPT:
                await self._agree(tx, who, case, row)
            elif action is not Action.ANSWER:
                to = f"offer_answered_{row.side.lower()}" if row.side else "proposal_answered"
                _notify(tx, case, to, now, row)
        return _TARGETS[action]

    async def withdraw(self, actor: Actor, case_id: UUID, offer_id: UUID) -> None:
        """Take back what nobody has accepted yet (CC 476)."""
        async with self._db.begin() as tx:
            await tx.cases.held(case_id)
            who = await _at_table(tx, actor, case_id)
            await self._move(tx, who, await _open(tx, case_id, offer_id, who), Action.WITHDRAW)

    async def lapse(self, event: Event) -> None:
        """End an offer whose time is over (`offer.lapse`: offer_id), if it still stands."""
        offer_id = UUID(event.payload["offer_id"])
        async with self._db.begin() as tx:
            row = await tx.offers.get(offer_id)
            if row is not None and await tx.states.lock(MACHINE.name, offer_id) == State.OPEN:
                await self._move(tx, _PLATFORM, row, Action.LAPSE)

    async def close(self, event: Event) -> None:
        """The mediation is over (`offer.close`: case_id): what still lies on the table lapses."""
        case_id = UUID(event.payload["case_id"])
        async with self._db.begin() as tx:
            await tx.cases.held(case_id)
            await self._clear(tx, case_id)

    async def _agree(self, tx: Tx, who: _Who, case: Case, row: Offer) -> None:
        """The accepted terms go into the draft that the mediator writes on; nobody has signed anything."""
        now, offered = self._clock.now(), from_record(row.terms)
        version = await keep(tx, case, drafted(await current(tx, case), offered), signed_in(who.actor), now)
        tx.audit.add(
            who.actor,
            "agreement.write",
            "agreement",
            version.id,
            at=now,
            case_id=case.id,
            version=version.version,
            offer=str(row.id),
            audience="talks",
        )
        await self._clear(tx, case.id)
        _notify(tx, case, "offer_accepted", now, row)

    async def _clear(self, tx: Tx, case_id: UUID) -> None:
        for row, state in await tx.offers.of_case(case_id):
            if state is State.OPEN:
                await self._move(tx, _PLATFORM, row, Action.LAPSE)

    async def _move(self, tx: Tx, who: _Who, row: Offer, action: Action) -> None:
        """The step; told to those alone who may see the offer, a sealed answer to fewer still."""
        now, place = self._clock.now(), Place(row.key)
        await tx.flush()
        state = await tx.states.lock(MACHINE.name, row.id)
        mediating = await tx.states.get(mediation.MACHINE.name, row.case_id)
        facts = _facts(row, who, talking=mediating in TALKS, now=now)
        subject = Subject(row.id, row.case_id, State(state) if state else None, facts)
        change = advance(MACHINE, subject, action, who.part.role, now=now)
        sides = frozenset({who.part.side}) if action is Action.ANSWER else asked(place, "")
        seen = await _accounts(tx, row.case_id, place, sides)
        mark = {"commitment": commitment(row.terms, row.salt)} if state is None else {}
        await tx.record(who.actor, change, within=Discreet(seen, audience(sides), mark))
        if change.target != State.OPEN:
            row.ended_at = now


def _again(row: Offer, offered: Offered, validity: Validity, now: datetime) -> bool:
    """Whether this very offer was made a moment ago: the answer was lost, and it came once more."""
    same = from_record(row.terms) == offered and row.valid_until == valid_until(validity, row.made_at)
    return same and now - row.made_at < _MOMENT


_PLATFORM = _Who(PLATFORM, Part(Role.CLOCK), None)
_TARGETS = {
    Action.ANSWER: State.OPEN,
    Action.ACCEPT: State.ACCEPTED,
    Action.WELCOME: State.WELCOMED,
    Action.DECLINE: State.DECLINED,
}


def _answer(row: Offer, *, yes: bool) -> Action:
    """Which step an answer is: to a proposal to both the first one is sealed, the second opens both."""
    place = Place(row.key)
    missing = asked(place, row.side) - row.answers.keys()
    if not row.side and place is Place.JOINT and len(missing) > 1:
        return Action.ANSWER
    if not yes or "no" in row.answers.values():
        return Action.DECLINE
    return Action.ACCEPT if place is Place.JOINT else Action.WELCOME


def _facts(row: Offer, who: _Who, *, talking: bool, now: datetime) -> OfferFacts:
    place = Place(row.key)
    return OfferFacts(
        talking=talking,
        by=row.side,
        side=who.part.side,
        missing=asked(place, row.side) - row.answers.keys(),
        refused="no" in row.answers.values(),
        alone=place is not Place.JOINT,
        over=now >= row.valid_until,
        lacks=who.lacks,
    )


def _view(row: Offer, state: State, who: _Who, *, talking: bool, now: datetime) -> OfferView:
    side = who.part.side
    place, over = Place(row.key), now >= row.valid_until
    missing = asked(place, row.side) - row.answers.keys()
    mine = row.side == side
    actions: set[str] = set()
    if state is State.OPEN and talking:
        if mine:
            actions.add("withdraw")
        elif side in missing and not over:
            actions |= {"yes", "no"} | ({"counter"} if row.side else set())
    if who.lacks:  # the sealed answer to a proposal binds like a yes, so it is the party's
        actions &= {"no", "withdraw"} if row.side else set()
    known = row.answers if not side else {key: value for key, value in row.answers.items() if key == side}
    to = "both" if place is Place.JOINT else next(iter(asked(place, "")))
    return OfferView(
        row.id,
        row.side,
        row.name,
        mine,
        to,
        from_record(row.terms),
        state,
        row.made_at,
        row.valid_until,
        row.ended_at,
        row.counters,
        dict(known),
        frozenset(actions),
    )


async def _at_table(tx: Tx, actor: Actor, case_id: UUID) -> _Who:
    """A party, an agent or the mediator; the court's people have no seat at it (JS 107)."""
    held = permit(part(actor, await tx.cases.belonging(case_id)), Permission.SEE_TALKS)
    if held.role is not Role.AGENT:
        return _Who(actor, held, None)
    authority = await tx.agents.authority(case_id, signed_in(actor))
    return _Who(actor, held, lacks(Deed.NEGOTIATE, held.role, authority))


async def _open(tx: Tx, case_id: UUID, offer_id: UUID, who: _Who) -> Offer:
    """An offer of this case that the person may see; NotFound alike for what is none and what is not his."""
    row = await tx.offers.get(offer_id)
    if row is None or row.case_id != case_id or not may_see(who.part.role, who.part.side, Place(row.key)):
        raise NotFound
    return row


async def _accounts(tx: Tx, case_id: UUID, place: Place, sides: Iterable[str]) -> frozenset[UUID]:
    """Whose pages hear of it: the mediator, and of these sides whoever may see what is kept there."""
    people = await tx.cases.belonging(case_id)
    found = {
        account_id
        for account_id, one in people.participants.items()
        if one.side in sides and may_see(one.role, one.side, place)
    }
    return frozenset(found | ({people.mediator_id} if people.mediator_id else set()))


def _notify(tx: Tx, case: Case, name: str, at: datetime, row: Offer) -> None:
    """One message without any fact; it stands in no more dossiers than the offer."""
    within = audience(asked(Place(row.key), ""))
    subject, number = str(row.id), str(case.id)
    tx.outbox.add("notice.send", at=at, name=name, subject_id=subject, case_id=number, audience=within)
