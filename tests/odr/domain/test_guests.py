"""Who asks guests of a sitting, and when a seat is theirs."""

from itertools import product
from uuid import uuid4

import pytest

from odr.domain.guests import (
    MACHINE,
    MOST,
    Action,
    GuestFacts,
    Kind,
    State,
    has_seat,
    may_answer_for,
    may_ask,
    seat_of,
)
from odr.domain.sittings import GUESTS, MAY_SEND, SIDES, Channel, SeatRole, side_of, speaks_for
from odr.domain.sittings import Kind as Sitting
from odr.domain.steps import Role, Subject, advance
from odr.errors import NotAllowed
from tests.support.clock import FixedClock

NOW = FixedClock().now()


def taken(state: State | None, action: Action, by: Role, facts: GuestFacts) -> str:
    return advance(MACHINE, Subject(uuid4(), None, state, facts), action, by, now=NOW).target


def test_the_mediator_asks_whom_both_need_and_a_side_witnesses_observers_and_its_helper() -> None:
    of_all = (Kind.WITNESS, Kind.INTERPRETER, Kind.OBSERVER)
    assert may_ask(SeatRole.MEDIATOR, Sitting.MEDIATION) == of_all
    for role in (SeatRole.PARTY_A, SeatRole.AGENT_B):
        assert may_ask(role, Sitting.MEDIATION) == (Kind.WITNESS, Kind.OBSERVER, Kind.HELPER)
    for role in (SeatRole.HELPER_A, SeatRole.WITNESS, SeatRole.OBSERVER, SeatRole.SUPPORT):
        assert may_ask(role, Sitting.MEDIATION) == ()
    facts = GuestFacts(Kind.INTERPRETER, Role.APPLICANT)
    with pytest.raises(NotAllowed, match="interpreter"):
        taken(None, Action.INVITE, Role.APPLICANT, facts)
    with pytest.raises(NotAllowed, match="helped"):
        taken(None, Action.INVITE, Role.MEDIATOR, GuestFacts(Kind.HELPER, Role.MEDIATOR))
    with pytest.raises(NotAllowed, match="eight"):
        taken(None, Action.INVITE, Role.MEDIATOR, GuestFacts(Kind.WITNESS, Role.MEDIATOR, others=MOST))


def test_to_the_judges_hearing_comes_who_helps_to_understand_and_nobody_to_look_on() -> None:
    assert may_ask(SeatRole.CONFIRMING_JUDGE, Sitting.CONFIRMATION) == (Kind.INTERPRETER,)
    for role in (SeatRole.PARTY_B, SeatRole.AGENT_A):
        assert may_ask(role, Sitting.CONFIRMATION) == (Kind.HELPER,)
    for kind in (Kind.OBSERVER, Kind.WITNESS):
        for asks in (Role.CONFIRMING_JUDGE, Role.APPLICANT):
            with pytest.raises(NotAllowed, match=r"hears the parties alone|not open"):
                taken(None, Action.INVITE, asks, GuestFacts(kind, asks, Sitting.CONFIRMATION))
    by = Role.CONFIRMING_JUDGE
    assert taken(None, Action.INVITE, by, GuestFacts(Kind.INTERPRETER, by, Sitting.CONFIRMATION))


def test_a_side_answers_for_any_observer_and_for_its_own_helper() -> None:
    assert may_answer_for(Kind.OBSERVER, "A", "B")
    assert may_answer_for(Kind.HELPER, "A", "A")
    assert not may_answer_for(Kind.HELPER, "A", "B")
    assert not any(may_answer_for(kind, "", "") for kind in Kind)
    assert not may_answer_for(Kind.WITNESS, "A", "A")


def test_a_helper_sits_with_the_side_that_asked_and_speaks_for_nobody() -> None:
    for side, role in (("A", SeatRole.HELPER_A), ("B", SeatRole.HELPER_B)):
        assert seat_of(Kind.HELPER, side) is role
        assert (side_of(role), speaks_for(role)) == (side, "")
        assert role in GUESTS


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
    helpers, outside = (
        {SeatRole.HELPER_A, SeatRole.HELPER_B},
        {SeatRole.WITNESS, SeatRole.OBSERVER, SeatRole.SUPPORT},
    )
    assert not outside & MAY_SEND[Channel.CHAT]
    assert not (outside | helpers) & MAY_SEND[Channel.EVIDENCE]
    for channel in (Channel.CHAT, Channel.EVIDENCE):
        assert (SIDES["A"] | SIDES["B"]) - helpers <= MAY_SEND[channel]
    assert SeatRole.OBSERVER not in MAY_SEND[Channel.MEDIA]
    assert SeatRole.WITNESS in MAY_SEND[Channel.MEDIA]
