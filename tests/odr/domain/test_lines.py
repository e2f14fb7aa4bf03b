"""A line minute by minute, and when it was gone."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odr.domain.lines import Gap, Minute, gaps

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
SILENCE = timedelta(seconds=30)


def later(seconds: int) -> datetime:
    return AT + timedelta(seconds=seconds)


@given(seconds=st.lists(st.tuples(st.floats(0, 1), st.none() | st.floats(0, 5000)), min_size=1, max_size=60))
def test_a_minute_holds_the_mean_the_worst_and_how_long_it_was_weak(
    seconds: list[tuple[float, float | None]],
) -> None:
    minute = Minute(AT)
    for loss, rtt_ms in seconds:
        minute = minute.and_second(loss, rtt_ms)
    losses = [loss for loss, _ in seconds]
    known = [rtt_ms for _, rtt_ms in seconds if rtt_ms is not None]
    assert minute.seconds == len(seconds)
    assert abs(minute.loss_mean - sum(losses) / len(losses)) < 1e-9
    assert minute.loss_worst == max(losses)
    assert minute.rtt_worst == (max(known) if known else None)
    assert minute.poor + minute.bad == sum(loss >= 0.10 for loss in losses)


def test_a_lost_line_was_gone_since_it_fell_silent_and_until_they_are_back() -> None:
    events = [("joined", AT), ("left:lost", later(100)), ("joined", later(160)), ("connected", later(161))]
    assert gaps(events, SILENCE) == (Gap(later(70), later(160)),)


def test_who_closes_the_page_or_is_put_out_was_not_cut_off() -> None:
    for ending in ("gone", "revoked", "replaced", "closed"):
        assert gaps([("joined", AT), (f"left:{ending}", later(10)), ("joined", later(20))], SILENCE) == ()


def test_a_server_that_stops_is_a_gap_too_and_one_without_return_stays_open() -> None:
    assert gaps([("joined", AT), ("left:stopped", later(10))], SILENCE) == (Gap(later(10), None),)


def test_a_change_of_the_media_server_is_a_gap_of_the_platforms_until_sound_flows_again() -> None:
    events = [("connected", AT), ("moved", later(10)), ("joined", later(11)), ("connected", later(12))]
    assert gaps(events, SILENCE) == (Gap(later(10), later(12), moved=True),)


def test_who_leaves_while_the_server_changes_was_not_cut_off_for_longer() -> None:
    events = [("moved", AT), ("left:gone", later(1)), ("joined", later(600)), ("connected", later(601))]
    assert gaps(events, SILENCE) == (Gap(AT, later(1), moved=True),)


def test_who_does_not_come_to_the_other_server_has_lost_the_line() -> None:
    events = [("moved", AT), ("joined", later(1)), ("left:lost", later(31)), ("joined", later(90))]
    assert gaps(events, SILENCE) == (Gap(AT, later(90)),)
