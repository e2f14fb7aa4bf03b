"""Numbers unrolled, and mapped without a hole of our making."""

from hypothesis import given
from hypothesis import strategies as st

from rtc.core.sequence import SequenceMap, Unroller


@given(start=st.integers(0, 0xFFFF), steps=st.lists(st.integers(-200, 2000), max_size=200))
def test_unrolled_numbers_keep_every_distance(start: int, steps: list[int]) -> None:
    unroller, true = Unroller(), start + 0x10000
    newest = true
    assert unroller.unroll(start) == true
    for step in steps:
        true = max(newest + step, 0x10000)
        newest = max(newest, true)
        assert unroller.unroll(true & 0xFFFF) == true


Plan = list[tuple[bool, int]]  # leave out?, how many places late


def delivery(plan: Plan) -> list[int]:
    """Source indexes in the order in which a network that delays would bring them."""
    return sorted(range(len(plan)), key=lambda index: (index + plan[index][1], index))


@given(
    first=st.integers(0, 1 << 14),
    source=st.integers(0x10000, 0x1FFFF),
    plan=st.lists(st.tuples(st.booleans(), st.integers(0, 12)), min_size=1, max_size=120),
)
def test_a_listener_never_sees_a_hole(first: int, source: int, plan: Plan) -> None:
    numbers = SequenceMap(first)
    numbers.restart(source)
    given_out: list[int] = []
    for index in delivery(plan):
        if plan[index][0] and numbers.leave_out(source + index):
            continue
        number = numbers.number(source + index)
        assert number is not None
        given_out.append(number)
    assert sorted(given_out) == list(range(first, first + len(given_out)))


@given(plan=st.lists(st.tuples(st.booleans(), st.integers(0, 12)), min_size=2, max_size=120))
def test_the_source_order_is_kept(plan: Plan) -> None:
    numbers = SequenceMap(0)
    numbers.restart(0x10000)
    out: dict[int, int] = {}
    for index in delivery(plan):
        if not (plan[index][0] and numbers.leave_out(0x10000 + index)):
            number = numbers.number(0x10000 + index)
            assert number is not None
            out[index] = number
    in_order = [out[index] for index in sorted(out)]
    assert in_order == sorted(in_order)


def test_a_late_packet_gets_the_number_it_would_have_had() -> None:
    numbers = SequenceMap(100)
    numbers.restart(500)
    assert [numbers.number(source) for source in (500, 502)] == [100, 102]
    assert numbers.leave_out(503)
    assert [numbers.number(source) for source in (504, 501, 504)] == [103, 101, 103]


def test_what_was_sent_before_a_change_of_source_is_refused() -> None:
    numbers = SequenceMap(7)
    numbers.restart(500)
    numbers.number(500)
    numbers.restart(90)
    assert numbers.number(89) is None
    assert numbers.number(90) == 8
