"""Two runs of tests at once: neither is forgotten, and both are read."""

import sys
from typing import Final

import pytest

from tools.tests import NOTHING_COLLECTED, beside


def _program(says: str, status: int) -> list[str]:
    return [sys.executable, "-c", f"import sys; print({says!r}, flush=True); sys.exit({status})"]


FINE: Final = 0


@pytest.mark.parametrize(
    ("first", "polite", "failed"),
    [
        (FINE, FINE, False),
        (1, FINE, True),
        (FINE, 1, True),
        (NOTHING_COLLECTED, FINE, False),  # TESTS=tests/odr/domain holds no journey
        (FINE, NOTHING_COLLECTED, False),
        (FINE, 3, True),
    ],
)
def test_whichever_fails_is_told(first: int, polite: int, failed: bool) -> None:
    assert bool(beside(_program("a", first), _program("b", polite))) is failed


def test_what_the_polite_one_says_follows_the_first(capfd: pytest.CaptureFixture[str]) -> None:
    beside(_program("of the journeys", 0), _program("of the others", 0))
    assert capfd.readouterr().out.split("\n")[:2] == ["of the journeys", "of the others"]
