"""The soak's slope is the slope."""

import pytest

from bench.soak import slope


def test_the_slope_is_in_megabytes_an_hour_whatever_the_noise_about_it() -> None:
    noise = (0.5, -0.5, -0.5, 0.5)
    assert slope([(n / 60, 100 + n / 20 + noise[n % 4]) for n in range(60)]) == pytest.approx(3, abs=0.2)
    assert slope([(n / 60, 80.0) for n in range(60)]) == pytest.approx(0)
