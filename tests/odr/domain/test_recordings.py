"""Who is recorded when, decided by one table."""

from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odr.domain.permissions import Part, Permission, may
from odr.domain.recordings import (
    CEASES,
    HEARD,
    MACHINE,
    RULES,
    Action,
    Answer,
    Hold,
    Order,
    State,
    hold,
    recorded,
    refuses_as,
    second_of,
    unanswered,
)
from odr.domain.sittings import Kind, Place, Room, Seat, SeatRole
from odr.domain.steps import Role

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
MO, WANG, YANG, GUEST = (UUID(int=number) for number in range(1, 5))
YES = dict.fromkeys((MO, WANG, YANG), Answer.AGREED)


def room(**places: Place) -> Room:
    """`mo`, `wang`, `yang` in the joint place unless said otherwise; `witness` or `observer` as said."""
    roles = {
        "mo": (MO, SeatRole.MEDIATOR),
        "wang": (WANG, SeatRole.PARTY_A),
        "yang": (YANG, SeatRole.PARTY_B),
        "witness": (GUEST, SeatRole.WITNESS),
        "observer": (GUEST, SeatRole.OBSERVER),
    }
    here = dict.fromkeys(("mo", "wang", "yang"), Place.JOINT) | places
    seats = [Seat(*roles[name], place) for name, place in here.items()]
    return Room(MappingProxyType({seat.id: seat for seat in seats}))


def why(order: Order, people: Room, stage: Place = Place.JOINT, *, live: bool = True) -> Hold | None:
    return hold(order, people, live=live, stage=stage)


def test_all_together_and_all_agreed_are_recorded() -> None:
    order = Order(Kind.MEDIATION, False, YES)
    assert why(order, room()) is None
    assert recorded(order, room(), live=True, stage=Place.JOINT) == {MO, WANG, YANG}


@pytest.mark.parametrize("answer", [Answer.OPEN, Answer.REFUSED])
def test_a_mediation_waits_for_the_yes_of_everybody_who_is_heard(answer: Answer) -> None:
    order = Order(Kind.MEDIATION, False, YES | {YANG: answer})
    assert why(order, room()) is Hold.UNANSWERED
    assert why(order, room(yang=Place.LOBBY)) is None  # who waits at the door is heard by nobody


def test_a_late_guest_is_asked_at_the_door_and_holds_it_in_the_room() -> None:
    order = Order(Kind.MEDIATION, False, YES)
    assert unanswered(order, room(witness=Place.LOBBY)) == {GUEST}
    assert why(order, room(witness=Place.LOBBY)) is None
    assert why(order, room(witness=Place.JOINT)) is Hold.UNANSWERED


def test_who_only_listens_is_neither_recorded_nor_asked() -> None:
    order = Order(Kind.MEDIATION, False, YES)
    assert why(order, room(observer=Place.JOINT)) is None
    assert GUEST not in recorded(order, room(observer=Place.JOINT), live=True, stage=Place.JOINT)
    assert refuses_as(SeatRole.OBSERVER) is None


def test_a_hearing_is_recorded_by_law_and_nobody_is_waited_for() -> None:
    order = Order(Kind.CONFIRMATION, False, {})
    assert why(order, room()) is None
    assert unanswered(order, room()) == frozenset()


@pytest.mark.parametrize(
    ("stage", "live", "rests", "said"),
    [
        (Place.CAUCUS_A, True, False, Hold.APART),
        (Place.CAUCUS_B, True, True, Hold.APART),
        (Place.JOINT, False, False, Hold.PAUSED),
        (Place.JOINT, True, True, Hold.RESTS),
    ],
)
def test_nothing_is_recorded_apart_paused_or_before_the_host_goes_on(
    stage: Place, live: bool, rests: bool, said: Hold
) -> None:
    order = Order(Kind.MEDIATION, rests, YES)
    assert why(order, room(), stage, live=live) is said
    assert recorded(order, room(), live=live, stage=stage) == frozenset()


@given(
    st.dictionaries(st.sampled_from(("mo", "wang", "yang", "witness")), st.sampled_from(Place)),
    st.sampled_from(Place),
    st.booleans(),
    st.booleans(),
    st.sampled_from(Kind),
)
def test_nobody_is_ever_recorded_outside_the_joint_place(
    places: dict[str, Place], stage: Place, live: bool, rests: bool, kind: Kind
) -> None:
    people = room(**places)
    order = Order(kind, rests, YES | {GUEST: Answer.AGREED})
    heard = recorded(order, people, live=live, stage=stage)
    assert all(people.seats[one].place is Place.JOINT and people.seats[one].role in HEARD for one in heard)
    assert not heard or (live and stage is Place.JOINT and not rests)


def test_every_way_in_which_it_ceases_has_words_for_the_minutes() -> None:
    ends = {str(step.action) for step in MACHINE.steps if step.target is State.ENDED}
    assert {*map(str, Hold), *ends} == {str(one) for one in CEASES}
    assert Action.ORDER not in CEASES


@pytest.mark.parametrize(
    "role", [Role.FILING_JUDGE, Role.TRIAL_JUDGE, Role.CONFIRMING_JUDGE, Role.DIVISION_HEAD]
)
def test_a_recording_of_a_mediation_reaches_no_judge(role: Role) -> None:
    rule = RULES[Kind.MEDIATION]
    assert not may(Part(role), rule.sees)
    assert not may(Part(role), rule.takes)


def test_a_recording_of_a_mediation_goes_round_as_no_file_and_is_deleted() -> None:
    assert not any(may(Part(role), Permission.TAKE_TALKS_RECORDED) for role in Role)
    assert RULES[Kind.MEDIATION].kept_for is not None
    assert RULES[Kind.CONFIRMATION].kept_for is None


@pytest.mark.parametrize(
    ("seconds", "wanted"),
    [(-4, None), (-2, 0), (0, 0), (7.5, 7), (10, 10), (15, None), (58, 10), (60, 10), (65, 15), (81, None)],
)
def test_a_line_stands_where_it_was_said_and_the_beginning_of_a_part_at_its_beginning(
    seconds: float, wanted: int | None
) -> None:
    spans = [
        {"at": (NOW + timedelta(seconds=begins)).isoformat(), "ms": ms, "length_ms": length}
        for begins, ms, length in ((0, 0, 10_000), (60, 10_000, 20_000))
    ]
    assert second_of(spans, NOW + timedelta(seconds=seconds)) == wanted
