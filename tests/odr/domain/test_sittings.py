"""Who hears, sees and reads what."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from odr.domain.sittings import (
    CAUCUS,
    MACHINE,
    MAY_ENTER,
    PRIVATE,
    SIDES,
    Action,
    Channel,
    Place,
    Presence,
    Room,
    Seat,
    SeatRole,
    SittingFacts,
    Standing,
    State,
    abandon_move,
    audience,
    begin_move,
    complete_move,
    due,
    into_caucus,
    into_joint,
    join,
    leave,
    readers,
    returns,
    routes,
    side_of,
    standing,
    to_ask,
)
from odr.domain.steps import Role, Subject, advance, allowed
from odr.errors import Conflict, NotAllowed

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
CLOSED_PLACES = {
    Place.CAUCUS_A: SIDES["A"] | {SeatRole.MEDIATOR, SeatRole.INTERPRETER},
    Place.CAUCUS_B: SIDES["B"] | {SeatRole.MEDIATOR, SeatRole.INTERPRETER},
    Place.PRIVATE_A: SIDES["A"],
    Place.PRIVATE_B: SIDES["B"],
}
EVERY_SEAT = [Seat(uuid4(), role, place) for role in SeatRole for place in Place]


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("place", CLOSED_PLACES)
def test_nothing_of_a_caucus_reaches_outside(channel: Channel, place: Place) -> None:
    for seat in EVERY_SEAT:  # every role in every place, on every channel
        inside = seat.place is place and seat.role in CLOSED_PLACES[place]
        assert inside or seat not in audience(channel, place, EVERY_SEAT)
    assert readers(channel, place) <= CLOSED_PLACES[place]


@pytest.mark.parametrize("place", CLOSED_PLACES)
def test_those_inside_a_caucus_hear_and_read_each_other(place: Place) -> None:
    for channel in (Channel.MEDIA, Channel.CHAT, Channel.EVIDENCE):
        assert {seat.role for seat in audience(channel, place, EVERY_SEAT)} == CLOSED_PLACES[place]


@pytest.mark.parametrize("channel", [Channel.MINUTES, Channel.RECORDING])
@pytest.mark.parametrize("place", [place for place in Place if place is not Place.JOINT])
def test_minutes_and_recording_know_the_joint_place_only(channel: Channel, place: Place) -> None:
    assert not audience(channel, place, EVERY_SEAT)
    assert not readers(channel, place)


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("place", [Place.LOBBY, Place.MOVING])
def test_in_the_lobby_and_between_places_nothing_is_carried(channel: Channel, place: Place) -> None:
    assert not audience(channel, place, EVERY_SEAT)


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("place", Place)
def test_technical_support_never_receives_content(channel: Channel, place: Place) -> None:
    support = {seat for seat in EVERY_SEAT if seat.role is SeatRole.SUPPORT}
    assert not support & audience(channel, place, EVERY_SEAT)


def test_the_judge_who_confirms_never_enters_a_caucus() -> None:
    assert all(SeatRole.CONFIRMING_JUDGE not in MAY_ENTER[place] for place in CLOSED_PLACES)


def _everybody(*roles: SeatRole) -> tuple[Room, dict[SeatRole, UUID]]:
    ids = {role: uuid4() for role in roles or SeatRole}
    room = Room()
    for role, seat_id in ids.items():
        room = join(room, seat_id, role)
    return room, ids


def _moved(room: Room, targets: dict[UUID, Place]) -> Room:
    room = begin_move(room, targets, epoch=room.epoch)
    return complete_move(room, epoch=room.epoch)


def test_joint_then_caucus_then_joint() -> None:
    room, ids = _everybody()
    room = _moved(room, into_joint(room.seats.values()))
    heard = routes(room, State.LIVE)
    assert heard[ids[SeatRole.PARTY_A]] >= {ids[SeatRole.PARTY_B], ids[SeatRole.MEDIATOR]}
    assert not heard[ids[SeatRole.WITNESS]]
    room = _moved(room, apart(room, "A"))
    heard = routes(room, State.LIVE)
    in_caucus = {ids[role] for role in CLOSED_PLACES[Place.CAUCUS_A]}
    assert heard[ids[SeatRole.PARTY_A]] == in_caucus - {ids[SeatRole.PARTY_A]}
    assert heard[ids[SeatRole.PARTY_B]] == {ids[SeatRole.AGENT_B], ids[SeatRole.HELPER_B]}
    assert not heard[ids[SeatRole.CONFIRMING_JUDGE]]
    room = _moved(room, into_joint(room.seats.values()))
    assert room.seats[ids[SeatRole.PARTY_B]].place is Place.JOINT


def apart(room: Room, side: str) -> dict[UUID, Place]:
    """The way into a caucus if everybody of the side accepts, a helper whom it wants there too."""
    seats = room.seats.values()
    inside = {seat.id for seat in seats if seat.place is not Place.LOBBY}
    willing = to_ask(seats, inside, side, inside)
    return into_caucus(seats, side, willing | {seat.id for seat in seats if seat.role is SeatRole.MEDIATOR})


@given(willing=st.sets(st.sampled_from(list(SeatRole))), side=st.sampled_from("AB"))
def test_nobody_is_led_into_a_caucus_without_having_accepted(willing: set[SeatRole], side: str) -> None:
    room, ids = _everybody(*SeatRole)
    room = _moved(room, into_joint(room.seats.values()))
    accepted = {ids[role] for role in willing} | {ids[SeatRole.MEDIATOR]}
    room = _moved(room, into_caucus(room.seats.values(), side, accepted))
    inside = {seat.role for seat in room.seats.values() if seat.place is CAUCUS[side]}
    assert inside == (SIDES[side] & willing) | {SeatRole.MEDIATOR, SeatRole.INTERPRETER}
    assert all(seat.place in (Place.LOBBY, CAUCUS[side], *PRIVATE) for seat in room.seats.values())


def test_only_people_of_the_side_who_were_admitted_and_are_not_there_yet_are_asked() -> None:
    room, ids = _everybody(SeatRole.PARTY_A, SeatRole.AGENT_A, SeatRole.HELPER_A, SeatRole.PARTY_B)
    party, agent, helper, other = ids.values()
    admitted = {party, agent, other}
    assert to_ask(room.seats.values(), admitted, "A") == {party, agent}
    room = _moved(room, into_caucus(room.seats.values(), "A", {party}))
    assert to_ask(room.seats.values(), admitted, "A") == {agent}
    assert helper not in to_ask(room.seats.values(), admitted, "A")


@pytest.mark.parametrize(
    ("state", "return_in", "host_away", "over"),
    [
        (State.LIVE, 0, False, True),
        (State.LIVE, 1, False, False),
        (State.LIVE, None, False, False),
        (State.LIVE, 0, True, False),
        (State.PAUSED, 0, False, False),
    ],
)
def test_the_countdown_of_a_caucus_ends_in_time_and_with_the_host(
    state: State, return_in: int | None, host_away: bool, over: bool
) -> None:
    now = datetime(2026, 5, 1, tzinfo=UTC)
    return_at = None if return_in is None else now + timedelta(seconds=return_in)
    assert returns(state, return_at, now if host_away else None, now) is over


def test_a_caucus_leaves_people_who_were_not_admitted_in_the_lobby() -> None:
    room, ids = _everybody(SeatRole.PARTY_A, SeatRole.PARTY_B, SeatRole.MEDIATOR)
    room = _moved(room, {ids[SeatRole.MEDIATOR]: Place.JOINT, ids[SeatRole.PARTY_B]: Place.JOINT})
    room = _moved(room, apart(room, "B"))
    assert room.seats[ids[SeatRole.PARTY_A]].place is Place.LOBBY


def test_between_the_two_acts_of_a_move_nobody_hears_the_mover() -> None:
    room, _ = _everybody(SeatRole.PARTY_A, SeatRole.MEDIATOR, SeatRole.PARTY_B)
    room = _moved(room, into_joint(room.seats.values()))
    room = begin_move(room, apart(room, "A"), epoch=room.epoch)
    assert not any(routes(room, State.LIVE).values())


def test_an_old_epoch_is_refused() -> None:
    room, _ = _everybody(SeatRole.PARTY_A, SeatRole.MEDIATOR)
    targets = into_joint(room.seats.values())
    moving = begin_move(room, targets, epoch=room.epoch)
    with pytest.raises(Conflict):
        complete_move(moving, epoch=room.epoch)
    with pytest.raises(Conflict):
        begin_move(moving, targets, epoch=room.epoch)
    with pytest.raises(Conflict):
        begin_move(moving, targets, epoch=moving.epoch)


def test_who_was_lost_comes_back_to_the_lobby_and_not_into_the_caucus() -> None:
    room, ids = _everybody(SeatRole.PARTY_A, SeatRole.MEDIATOR)
    room = _moved(room, into_joint(room.seats.values()))
    moving = begin_move(room, apart(room, "A"), epoch=room.epoch)
    back = join(leave(moving, ids[SeatRole.PARTY_A]), ids[SeatRole.PARTY_A], SeatRole.PARTY_A)
    done = complete_move(back, epoch=back.epoch)
    assert done.seats[ids[SeatRole.PARTY_A]].place is Place.LOBBY
    assert done.seats[ids[SeatRole.MEDIATOR]].place is Place.CAUCUS_A


def test_an_abandoned_move_leaves_everybody_in_the_lobby() -> None:
    room, _ = _everybody(SeatRole.PARTY_A, SeatRole.MEDIATOR)
    room = abandon_move(begin_move(room, into_joint(room.seats.values()), epoch=room.epoch))
    assert {seat.place for seat in room.seats.values()} == {Place.LOBBY}
    assert not room.targets


@pytest.mark.parametrize(
    ("role", "place"),
    [(role, place) for role, place in itertools.product(SeatRole, Place) if role not in MAY_ENTER[place]],
)
def test_a_person_is_not_moved_where_their_role_may_not_be(role: SeatRole, place: Place) -> None:
    room, ids = _everybody(role)
    with pytest.raises(NotAllowed):
        begin_move(room, {ids[role]: place}, epoch=room.epoch)


def test_a_stranger_is_not_moved() -> None:
    room, _ = _everybody(SeatRole.MEDIATOR)
    with pytest.raises(NotAllowed):
        begin_move(room, {uuid4(): Place.JOINT}, epoch=room.epoch)


@pytest.mark.parametrize("state", [state for state in State if state is not State.LIVE])
def test_unless_the_sitting_is_live_nobody_hears_anybody(state: State) -> None:
    room, _ = _everybody()
    room = _moved(room, into_joint(room.seats.values()))
    assert not any(routes(room, state).values())


class AnyRoom(RuleBasedStateMachine):
    """Joins, moves, drops and crashes in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.room = Room()
        self.ids = {role: UUID(int=number) for number, role in enumerate(SeatRole, 1)}
        self.epochs = [0]

    @rule(role=st.sampled_from(SeatRole))
    def somebody_joins(self, role: SeatRole) -> None:
        self.room = join(self.room, self.ids[role], role)
        assert self.room.seats[self.ids[role]].place is Place.LOBBY

    @rule(role=st.sampled_from(SeatRole))
    def somebody_is_lost(self, role: SeatRole) -> None:
        self.room = leave(self.room, self.ids[role])

    @precondition(lambda self: not self.room.targets)
    @rule(side=st.sampled_from("AB"))
    def a_caucus_begins(self, side: str) -> None:
        self.room = begin_move(self.room, apart(self.room, side), epoch=self.room.epoch)

    @precondition(lambda self: not self.room.targets)
    @rule()
    def everybody_sits_together(self) -> None:
        self.room = begin_move(self.room, into_joint(self.room.seats.values()), epoch=self.room.epoch)

    @rule()
    def a_move_is_completed(self) -> None:
        self.room = complete_move(self.room, epoch=self.room.epoch)

    @rule()
    def the_server_crashes(self) -> None:
        self.room = abandon_move(self.room)

    @invariant()
    def the_sides_hear_each_other_only_where_both_are(self) -> None:
        seats = self.room.seats
        for listener, heard in routes(self.room, State.LIVE).items():
            for speaker in heard:
                one, other = seats[listener], seats[speaker]
                assert one.place is other.place
                assert one.role in MAY_ENTER[other.place]
                if {side_of(one.role), side_of(other.role)} == {"A", "B"}:
                    assert one.place is Place.JOINT

    @invariant()
    def epochs_only_grow(self) -> None:
        assert self.room.epoch >= self.epochs[-1]
        self.epochs.append(self.room.epoch)


TestAnyRoom = AnyRoom.TestCase

READY = SittingFacts(present=frozenset("AB"), rights_read=True)


def _start(facts: SittingFacts) -> str:
    subject = Subject(uuid4(), uuid4(), State.LOBBY_OPEN, facts)
    return advance(MACHINE, subject, Action.START, Role.MEDIATOR, now=NOW).target


def test_a_sitting_starts_when_both_are_there_verified_and_told_their_rights() -> None:
    assert _start(READY) == State.LIVE


@pytest.mark.parametrize(
    "facts",
    [
        SittingFacts(present=frozenset("A"), rights_read=True),
        SittingFacts(separate_times_agreed=True, rights_read=True),
        SittingFacts(present=frozenset("AB"), rights_read=True, unverified=1),
        SittingFacts(present=frozenset("AB")),
    ],
)
def test_a_sitting_does_not_start_before_everything_is_ready(facts: SittingFacts) -> None:
    with pytest.raises(NotAllowed):
        _start(facts)


def test_separate_times_need_only_one_side() -> None:
    facts = SittingFacts(present=frozenset("B"), separate_times_agreed=True, rights_read=True)
    assert _start(facts) == State.LIVE


def test_a_closed_sitting_is_never_opened_again() -> None:
    assert not any(allowed(MACHINE, State.CLOSED, role) for role in Role)


@pytest.mark.parametrize(
    ("state", "away_s", "paused_s", "action"),
    [
        (State.LIVE, None, None, None),
        (State.LIVE, 29, None, None),
        (State.LIVE, 30, None, Action.PAUSE),
        (State.PAUSED, 930, 899, None),
        (State.PAUSED, 930, 900, Action.ADJOURN),
        (State.PAUSED, None, 900, Action.RESUME),
        (State.LOBBY_OPEN, 9999, None, None),
        (State.SUSPENDED, 9999, None, None),
        (State.CLOSED, 9999, 9999, None),
    ],
)
def test_a_host_who_is_away_pauses_and_later_adjourns_the_sitting(
    state: State, away_s: int | None, paused_s: int | None, action: Action | None
) -> None:
    away, paused = (None if one is None else NOW - timedelta(seconds=one) for one in (away_s, paused_s))
    assert due(state, away, paused, NOW) is action


HERE = Presence(began=True, came=True, present=True, connected=True)


@pytest.mark.parametrize(
    ("presence", "found"),
    [
        (Presence(), Standing.NOT_SIGNED_IN),
        (Presence(began=True), Standing.CHECKING),
        (replace(HERE, connected=False), Standing.JOINING),
        (replace(HERE, place=Place.MOVING), Standing.JOINING),
        (HERE, Standing.IN_LOBBY),
        (replace(HERE, place=Place.JOINT), Standing.IN_ROOM),
        (replace(HERE, place=Place.JOINT, poor=True), Standing.POOR),
        (replace(HERE, place=Place.JOINT, silent=True), Standing.DISCONNECTED),
        (replace(HERE, place=Place.CAUCUS_A), Standing.IN_CAUCUS),
        (replace(HERE, place=Place.PRIVATE_B), Standing.IN_CAUCUS),
        (replace(HERE, present=False), Standing.LEFT),
        (replace(HERE, present=False, lost=True), Standing.DISCONNECTED),
    ],
)
def test_everybody_stands_somewhere(presence: Presence, found: Standing) -> None:
    assert standing(presence) is found
