"""The estimate finds how much a line carries, and sees no limit where there is none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtc.core.congestion import MAX_GROUPS, LineEstimate
from rtc.core.departures import Flight, Group
from tests.rtc.core.lines import Line


@pytest.mark.parametrize("rtt_s", [0.05, 0.6])
def test_a_wide_line_is_not_known_to_be_limited(rtt_s: float) -> None:
    line = Line(5_000_000, rtt_s=rtt_s)
    line.live(8, 700_000)
    assert line.estimate.bits_per_s is None
    assert line.estimate.loss == 0


@pytest.mark.parametrize("width", [64_000, 300_000, 1_000_000])
def test_a_narrow_line_is_known_within_two_seconds(width: int) -> None:
    line = Line(width)
    line.live(2.5, 2 * width + 100_000)
    known = line.estimate.bits_per_s
    assert known is not None
    assert 0.75 * width <= known <= 1.05 * width


def test_a_queue_is_seen_before_anything_is_lost() -> None:
    line = Line(500_000, queue_s=5.0)
    line.live(3, 800_000)
    assert line.estimate.loss == 0
    assert line.estimate.bits_per_s is not None
    assert line.estimate.full


def test_a_long_way_makes_it_later_not_wrong() -> None:
    line = Line(400_000, rtt_s=0.6)
    line.live(4, 800_000)
    known = line.estimate.bits_per_s
    assert known is not None
    assert 300_000 <= known <= 420_000


def test_the_estimate_follows_a_line_that_widens_and_narrows() -> None:
    line = Line(300_000)
    line.live(3, 700_000)
    line.live(2, 200_000)
    line.bits_per_s = 3_000_000
    line.live(20, 700_000)
    wide = line.estimate.bits_per_s
    assert wide is not None
    assert wide > 700_000
    line.bits_per_s = 300_000
    line.live(3, 700_000)
    narrow = line.estimate.bits_per_s
    assert narrow is not None
    assert narrow < 320_000


def test_jitter_is_not_taken_for_a_narrow_line() -> None:
    line = Line(5_000_000, jitter_s=0.03)
    line.live(15, 700_000)
    known = line.estimate.bits_per_s
    assert known is None or known > 0.75 * 700_000


def test_loss_that_no_queue_explains_takes_nothing_away_that_came_through() -> None:
    line = Line(5_000_000, loss=0.3)
    line.live(8, 700_000)
    known = line.estimate.bits_per_s
    assert line.estimate.loss == pytest.approx(0.3, abs=0.08)
    assert known is not None
    assert 0.55 * 700_000 <= known <= 700_000


@pytest.mark.parametrize("jitter_s", [0.0, 0.1])
def test_a_line_is_full_while_a_queue_stands_and_not_because_of_loss_or_jitter(jitter_s: float) -> None:
    line, full = Line(1_000_000, loss=0.1, jitter_s=jitter_s), list[bool]()
    for seconds, bits_per_s in ((6, 700_000), (3, 1_500_000), (3, 500_000)):
        line.live(seconds, bits_per_s)
        full.append(line.estimate.full)
        if full[-1]:
            assert (line.estimate.bits_per_s or 0) < 1_100_000
    assert full == [False, True, False]


def test_a_way_that_becomes_longer_is_not_a_full_line() -> None:
    line = Line(20_000_000, loss=0.1)
    line.live(5, 1_500_000)
    line.rtt_s = 0.6
    for _ in range(8):
        line.live(1, 1_500_000)
        assert not line.estimate.full or line.now < 107
    assert (line.estimate.bits_per_s or 0) > 1_100_000


def test_a_little_loss_limits_nothing() -> None:
    line = Line(5_000_000, loss=0.05)
    line.live(8, 700_000)
    assert line.estimate.bits_per_s is None


@pytest.mark.parametrize("width", [64_000, 400_000, 2_000_000])
def test_a_burst_shows_how_wide_the_line_is_while_little_is_sent(width: int) -> None:
    line = Line(width)
    line.live(1, 60_000)
    for _ in range(5):
        line.send(174)
    line.live(1, 60_000)
    assert line.estimate.burst_bits_per_s == pytest.approx(width, rel=0.1)


@settings(max_examples=30)
@given(times=st.lists(st.integers(-(1 << 31), 1 << 31), min_size=1, max_size=400))
def test_a_receiver_that_lies_about_times_costs_no_memory_and_breaks_nothing(times: list[int]) -> None:
    estimate, now = LineEstimate(), 100.0
    for came in times * 3:
        now += 0.01
        group = Group(now, now, came, came, 1200, 800, 4)
        estimate.heard(Flight(4, 0, (group,)), 50.0, now)
        assert estimate.bits_per_s is None or estimate.bits_per_s >= 0
        assert estimate.burst_bits_per_s >= 0
    assert len(estimate._came) <= MAX_GROUPS
