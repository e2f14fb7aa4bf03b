"""The bad network that servers are measured on is as bad as it says."""

from random import Random

import pytest

from bench.relay import HEADERS, Line, Weather


def play(
    weather: Weather, count: int = 20_000, octets: int = 100, every_s: float = 0.01
) -> list[float | None]:
    """When packets sent at a steady pace arrive, after each was sent."""
    line = Line(weather, Random(3))
    came = [line.arrives(octets, n * every_s) for n in range(count)]
    return [at - n * every_s if at is not None else None for n, at in enumerate(came)]


@pytest.mark.parametrize("burst", [1.0, 3.0])
@pytest.mark.parametrize("loss", [0.1, 0.2, 0.3])
def test_so_much_is_lost_and_so_many_in_a_row(loss: float, burst: float) -> None:
    came = play(Weather(loss=loss, burst=burst))
    lost = [at is None for at in came]
    begun = sum(here and not before for before, here in zip([False, *lost], lost, strict=False))
    in_a_row = 1 / (1 - loss) if burst == 1 else burst  # losses by chance follow one another too
    assert sum(lost) / len(lost) == pytest.approx(loss, rel=0.1)
    assert sum(lost) / begun == pytest.approx(in_a_row, rel=0.1)


def test_delay_and_jitter_keep_the_order() -> None:
    came = play(Weather(delay_s=0.3, jitter_s=0.05))
    arrivals = [n * 0.01 + (at or 0) for n, at in enumerate(came)]
    assert arrivals == sorted(arrivals)
    assert min(at or 0 for at in came) >= 0.3


def test_a_share_of_the_packets_is_overtaken() -> None:
    came = play(Weather(reorder=0.1), every_s=0.001)
    arrivals = [n * 0.001 + (at or 0) for n, at in enumerate(came)]
    assert arrivals != sorted(arrivals)


def test_a_narrow_line_carries_what_it_is_said_to_and_drops_what_its_queue_does_not_hold() -> None:
    line = Line(Weather(bits_per_s=64_000, queue_s=0.2), Random(3))
    came = [at for n in range(1000) if (at := line.arrives(172, n / 100)) is not None]
    assert line.dropped > 0
    assert len(came) * 8 * (172 + HEADERS) == pytest.approx(64_000 * 10.2, rel=0.02)
    assert max(came) <= 10 + 0.2 + 0.05
