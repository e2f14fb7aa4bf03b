"""A line is filled with what it carries: sound first, the speaker's picture next, and back up by itself."""

from hypothesis import given
from hypothesis import strategies as st

from rtc.core.budget import MAX_PATIENCE_S, STILL_BITS, STILL_EVERY_S, STILL_LINE_BITS, Budget, Quality

PICTURES = {"3": (500_000,), "5": (500_000,), "7": (500_000,)}


class Line:
    """A receiver whose line carries so much, and whose estimate is what GCC would make of it."""

    def __init__(self, bits_per_s: int) -> None:
        self.bits_per_s = bits_per_s
        self.budget = Budget()
        self.now = 100.0

    @property
    def sent(self) -> int:
        shown = {key: self.budget.qualities.get(key, Quality.FULL) for key in PICTURES}
        cost = {Quality.FULL: 500_000, Quality.STILLS: STILL_BITS, Quality.SOUND: 0}
        return sum(cost[quality] for quality in shown.values())

    def live(self, seconds: int, first: tuple[str, ...] = ()) -> int:
        """How many seconds of those more was sent than the line carries."""
        over = 0
        for _ in range(seconds):
            self.now += 1.0
            sent = self.sent
            over += sent > self.bits_per_s
            estimate = int(0.85 * self.bits_per_s) if sent > self.bits_per_s else int(1.5 * sent)
            self.budget.estimated(estimate, self.now)
            loss = max(0.0, 1 - self.bits_per_s / sent) if sent else 0.0
            self.budget.decide(PICTURES, first, sent=sent, loss=loss, now=self.now)
        return over


def test_a_line_that_carries_everything_is_left_alone() -> None:
    line = Line(3_000_000)
    line.live(60)
    assert set(line.budget.qualities.values()) == {Quality.FULL}


def test_a_narrow_line_keeps_only_the_sound_within_a_second() -> None:
    line = Line(24_000)
    assert line.live(4) == 1
    assert set(line.budget.qualities.values()) == {Quality.SOUND}


def test_the_speaker_is_seen_longest() -> None:
    line = Line(900_000)
    line.live(3, first=("7",))
    assert line.budget.qualities["7"] is Quality.FULL
    assert set(line.budget.qualities.values()) != {Quality.FULL}


def test_a_line_that_widens_is_filled_again_by_itself() -> None:
    line = Line(24_000)
    line.live(10)
    line.bits_per_s = 3_000_000
    line.live(60)
    assert set(line.budget.qualities.values()) == {Quality.FULL}


def test_a_line_that_stays_narrow_is_tried_less_and_less_often() -> None:
    line = Line(24_000)
    line.live(120)
    later = [line.live(60) for _ in range(3)]
    assert max(later) <= 60 * 4 / MAX_PATIENCE_S + 4


def test_an_estimate_that_lags_behind_a_picture_in_motion_costs_nothing() -> None:
    budget = Budget()
    for second in range(20):
        budget.estimated(50_000 + 4_000 * second, float(second))
        budget.decide(PICTURES, (), sent=1_500_000, loss=0.0, now=float(second))
    assert set(budget.qualities.values()) == {Quality.FULL}


def test_heavy_loss_counts_where_no_estimate_comes() -> None:
    budget = Budget()
    for second in range(3):
        budget.decide(PICTURES, (), sent=1_500_000, loss=0.9, now=float(second))
    assert Quality.FULL not in budget.qualities.values()


def test_what_was_given_up_has_time_to_take_effect() -> None:
    budget, layers = Budget(), {"3": (120_000, 600_000)}
    for second in (0.0, 1.0, 2.0):  # what is known of the line is still of before
        budget.estimated(350_000 if second == 0 else 60_000, second)
        budget.decide(layers, (), sent=1_200_000, loss=0.8, now=second, full=True)
        assert budget.qualities["3"] is Quality.SMALL
    for second in (3.0, 4.0):
        budget.estimated(60_000, second)
        budget.decide(layers, (), sent=120_000, loss=0.8, now=second, full=True)
    assert budget.qualities["3"] is Quality.SOUND


def test_a_low_estimate_of_a_line_without_a_queue_takes_nothing_away() -> None:
    budget = Budget()
    for second in range(6):
        budget.estimated(300_000, float(second))
        budget.decide(PICTURES, (), sent=1_500_000, loss=0.25, now=float(second), full=False)
    assert set(budget.qualities.values()) == {Quality.FULL}


@given(width=st.integers(0, 3_000_000))
def test_what_comes_back_fits_the_burst_that_was_seen(width: int) -> None:
    budget, layers, now = Budget(), dict.fromkeys("357", (120000, 600000)), 0.0
    budget.probing = True
    budget.qualities = dict.fromkeys(layers, Quality.SOUND)
    costs = {Quality.SOUND: 0, Quality.STILLS: STILL_BITS, Quality.SMALL: 120_000, Quality.FULL: 600_000}
    for _ in range(40):
        now += 1.0
        budget.passed(width, now)
        sent = sum(costs[quality] for quality in budget.qualities.values())
        budget.decide(layers, (), sent=sent, loss=0.0, now=now, full=False)
    kept = sum(costs[quality] for quality in budget.qualities.values())
    assert kept <= width
    assert kept > 0 or width < STILL_LINE_BITS


def test_an_old_estimate_says_nothing() -> None:
    budget = Budget()
    budget.estimated(50_000, 0.0)
    for second in range(10, 14):
        budget.decide(PICTURES, (), sent=1_500_000, loss=0.0, now=float(second))
    assert set(budget.qualities.values()) == {Quality.FULL}


def test_stills_are_asked_for_every_ten_seconds() -> None:
    budget = Budget()
    assert not budget.still_due(0.0)
    budget.qualities = {"3": Quality.STILLS}
    assert [budget.still_due(STILL_EVERY_S * t) for t in (1, 1.5, 2)] == [True, False, True]


def test_a_picture_that_went_while_it_was_paused_comes_back_whole_and_that_is_told() -> None:
    budget = Budget()
    told = budget.decide(PICTURES, (), sent=1_500_000, loss=0.9, now=0.0)
    assert told["3"] is not Quality.FULL
    assert budget.decide({}, (), sent=0, loss=0.0, now=2.0)["3"] is Quality.FULL
    assert budget.decide({}, (), sent=0, loss=0.0, now=3.0) == {}


@given(
    line=st.integers(20_000, 3_000_000),
    pictures=st.dictionaries(st.sampled_from("3579"), st.integers(0, 2_000_000), min_size=1),
)
def test_what_is_kept_fits_the_line(line: int, pictures: dict[str, int]) -> None:
    budget, sent = Budget(), sum(pictures.values())
    layers = {key: (bits,) for key, bits in pictures.items()}
    for second in range(2):
        budget.estimated(line, float(second))
        budget.decide(layers, (), sent=sent, loss=0.21, now=float(second))
    kept = sum(bits for key, bits in pictures.items() if budget.qualities[key] is Quality.FULL)
    assert kept == sent or kept <= line
