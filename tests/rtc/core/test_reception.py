"""Loss is counted, gaps are asked for, pauses are not loss."""

from rtc.core.packets import Kind, parse_rtp
from rtc.core.reception import MAX_ASKS, MAX_GAP, MAX_MISSING, Counts, Gaps, Reception
from rtc.core.track import Track
from tests.rtc.core.streams import VOICE, rtp


def test_loss_since_the_last_report_is_stated() -> None:
    counts = Counts(90_000)
    reception = Reception(7, 90_000, counts)
    for number in [n for n in range(100) if n % 4]:
        counts.count(number, number * 3000, 1000, number / 30)
    block = reception.block(4.0)
    assert block is not None
    assert (block.lost, block.highest) == (24, 99)
    assert 55 <= block.fraction_lost <= 65


def test_what_a_repair_brought_was_lost_by_the_line_all_the_same() -> None:
    track = Track("anna", Kind.AUDIO, 7)
    losses = []
    for second in range(3):
        for number in range(50 * second, 50 * second + 50):
            if number % 10 != 5:
                track.receive(parse_rtp(rtp(111, number, 960 * number, 7, VOICE)), number / 50)
            for lost in track.gaps.due(number / 50):
                track.receive(parse_rtp(rtp(111, lost, 960 * lost, 7, VOICE)), number / 50)
        assert track.reception.block(second + 1.0) is not None
        losses.append(track.reception.loss_before_repair)
    assert losses == [0.1] * 3
    assert track.reception.fraction_lost == 0


def test_a_stream_that_has_not_begun_is_not_reported() -> None:
    assert Reception(7, 90_000, Counts(90_000)).block(1.0) is None


def test_steady_arrival_has_no_jitter() -> None:
    counts = Counts(48_000)
    reception = Reception(7, 48_000, counts)
    for number in range(200):
        counts.count(number, number * 960, 100, number * 0.02)
    assert reception.jitter_ms < 0.01


def test_the_delay_since_the_senders_report_is_stated() -> None:
    counts = Counts(48_000)
    reception = Reception(7, 48_000, counts)
    counts.count(1, 0, 100, 0.0)
    reception.sender_reported(0x1111222233334444, now=10.0)
    block = reception.block(10.5)
    assert block is not None
    assert (block.last_report, block.delay) == (0x22223333, 32768)


def test_a_gap_is_asked_for_after_a_moment_and_again() -> None:
    gaps = Gaps()
    gaps.saw(10, 0.0)
    gaps.saw(13, 0.0)
    assert gaps.due(0.0) == []
    assert gaps.due(0.02) == [11, 12]
    assert gaps.due(0.03) == []
    assert gaps.due(0.07) == [11, 12]


def test_what_came_late_is_not_asked_for() -> None:
    gaps = Gaps()
    gaps.saw(10, 0.0)
    gaps.saw(12, 0.0)
    gaps.saw(11, 0.005)
    assert gaps.due(0.02) == []


def test_asking_ends() -> None:
    gaps = Gaps()
    gaps.saw(1, 0.0)
    gaps.saw(3, 0.0)
    asks = sum(len(gaps.due(ms / 1000)) for ms in range(0, 3000, 20))
    assert 1 <= asks <= MAX_ASKS


def test_a_pause_is_not_asked_for() -> None:
    gaps = Gaps()
    gaps.saw(1, 0.0)
    gaps.saw(3 + MAX_GAP, 0.0)
    assert gaps.due(0.1) == []


def test_a_hostile_numbering_fills_no_memory() -> None:
    gaps = Gaps()
    for jump in range(1000):
        gaps.saw(jump * MAX_GAP, 0.0)
    assert len(gaps.due(0.1)) < MAX_MISSING + MAX_GAP
