"""What the head and a mediator learn of the answers after sittings."""

from hypothesis import given
from hypothesis import strategies as st

from odr.domain.surveys import Answers, N, averages, shown_to_mediator

GRADES = st.none() | st.integers(1, 5)
SAID = st.builds(Answers, GRADES, GRADES, GRADES)


def test_a_mediator_sees_nothing_of_fewer_than_five() -> None:
    assert shown_to_mediator([Answers(1, 1, 1)] * (N - 1)) == ()
    assert [one.mean for one in shown_to_mediator([Answers(1, 2, None)] * N)] == [1.0, 2.0, None]


@given(said=st.lists(SAID, max_size=30), further=SAID)
def test_one_answer_more_is_never_the_difference_of_two_views(said: list[Answers], further: Answers) -> None:
    before, after = shown_to_mediator(said), shown_to_mediator([*said, further])
    if before != after:  # a whole group came in between
        assert (len(said) + 1) % N == 0
        assert before == shown_to_mediator(said[: len(said) + 1 - N])


@given(st.lists(SAID, max_size=20))
def test_what_was_passed_over_lowers_no_average(said: list[Answers]) -> None:
    understood = averages(said)[0]
    given_ones = [one.understood for one in said if one.understood is not None]
    assert understood.count == len(given_ones)
    assert understood.mean == (round(sum(given_ones) / len(given_ones), 1) if given_ones else None)
