"""Who asks guests of a sitting, and when a seat is theirs."""

from itertools import product
from uuid import uuid4

import pytest

from odr.domain.guests import MACHINE, MOST, Action, GuestFacts, Kind, State, has_seat, may_ask
from odr.domain.sittings import MAY_SEND, SIDES, Channel, SeatRole
from odr.domain.steps import Role, Subject, advance
from odr.errors import NotAllowed
from tests.support.clock import FixedClock

NOW = FixedClock().now()


def taken(state: State | None, action: Action, by: Role, facts: GuestFacts) -> str:
    return advance(MACHINE, Subject(uuid4(), None, state, facts), action, by, now=NOW).target


def test_the_mediator_asks_any_guest_and_a_side_witnesses_and_observers() -> None:
    assert may_ask(SeatRole.MEDIATOR) == tuple(Kind)
    for role in (SeatRole.PARTY_A, SeatRole.AGENT_B):
        assert may_ask(role) == (Kind.WITNESS, Kind.OBSERVER)
    for role in (SeatRole.HELPER_A, SeatRole.WITNESS, SeatRole.OBSERVER, SeatRole.SUPPORT):
        assert may_ask(role) == ()
    facts = GuestFacts(Kind.INTERPRETER, Role.APPLICANT)
    with pytest.raises(NotAllowed, match="interpreter"):
        taken(None, Action.INVITE, Role.APPLICANT, facts)
    with pytest.raises(NotAllowed, match="eight"):
        taken(None, Action.INVITE, Role.MEDIATOR, GuestFacts(Kind.WITNESS, Role.MEDIATOR, others=MOST))


def test_a_witness_comes_only_identified_and_nobody_in_two_parts() -> None:
    with pytest.raises(NotAllowed, match="proves"):
        taken(State.INVITED, Action.ACCEPT, Role.GUEST, GuestFacts(Kind.WITNESS))
    assert taken(State.INVITED, Action.ACCEPT, Role.GUEST, GuestFacts(Kind.WITNESS, verified=True))
    assert taken(State.INVITED, Action.ACCEPT, Role.GUEST, GuestFacts(Kind.OBSERVER)) == State.ACCEPTED
    with pytest.raises(NotAllowed, match="already"):
        taken(State.INVITED, Action.ACCEPT, Role.GUEST, GuestFacts(Kind.OBSERVER, seated=True))
    with pytest.raises(NotAllowed, match="asked this person"):
        taken(State.ACCEPTED, Action.WITHDRAW, Role.RESPONDENT, GuestFacts(Kind.WITNESS))


def test_nobody_observes_without_the_yes_of_both_sides() -> None:
    for kind, state, agreed in product(Kind, State, ([], ["A"], ["B"], ["A", "B"])):
        wanted = state is State.ACCEPTED and (kind is not Kind.OBSERVER or len(agreed) == 2)
        assert has_seat(kind, state, agreed) is wanted


def test_who_sits_beside_or_only_listens_does_not_speak_as_party() -> None:
    beside = {SeatRole.HELPER_A, SeatRole.HELPER_B, SeatRole.WITNESS, SeatRole.OBSERVER, SeatRole.SUPPORT}
    for channel in (Channel.CHAT, Channel.EVIDENCE):
        assert not beside & MAY_SEND[channel]
        assert (SIDES["A"] | SIDES["B"]) - beside <= MAY_SEND[channel]
    assert SeatRole.OBSERVER not in MAY_SEND[Channel.MEDIA]
    assert SeatRole.WITNESS in MAY_SEND[Channel.MEDIA]
