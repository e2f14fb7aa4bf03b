"""What a log may hold of a person."""

import pytest

from odr.__main__ import main
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


def test_a_trace_of_the_program_tells_no_value(capsys: pytest.CaptureFixture[str]) -> None:
    main.main(["clock", "R-05", "--from", "2026-01-30T10:00:00+08:00"], standalone_mode=False)
    token = "".join(("of", "-a-", "session"))  # as a value it stands in no line of code
    try:
        raise LookupError(len(token))
    except LookupError:
        log(__name__).exception("request failed")
    told = capsys.readouterr().err
    assert "LookupError: 12" in told
    assert token not in told
