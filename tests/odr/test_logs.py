"""What a log may hold of a person."""

import pytest

from odr.logs import log, mask, personal
from tests.support.logbook import Logbook


@pytest.mark.parametrize(
    ("written", "masked"),
    [
        ("phone=13800000001", "phone=138****0001"),
        ("phone=+8613800000001", "phone=+86138****0001"),
        ("phone=008613800000001", "phone=0086138****0001"),
        ("card 11010519491231002X", "card 110*************2X"),
    ],
)
def test_numbers_of_persons_are_found_and_starred_out(written: str, masked: str) -> None:
    assert personal(written)
    assert mask(written) == masked
    assert personal(masked) is None


@pytest.mark.parametrize(
    "written", ["case=0b9c1380-0000-4001-8000-13800000001a", "fen=5000000", "at=1772413200000"]
)
def test_ids_and_amounts_are_not_taken_for_persons(written: str) -> None:
    assert personal(written) is None


def test_the_logbook_would_notice(logbook: Logbook) -> None:
    log(__name__).info("code sent", to="+8613800000001")
    assert len(logbook.personal()) == 1
    logbook.lines.clear()
