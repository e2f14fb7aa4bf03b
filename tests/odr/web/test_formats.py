"""How amounts, times and numbers are written."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odr.languages import catalogue
from odr.web import formats
from odr.web.formats import Formats

CHINESE = Formats("zh_CN", catalogue("zh_CN").gettext)
ENGLISH = Formats("en", catalogue("en").gettext)
# 15:59:59 and 16:00 UTC are the two sides of midnight in the court's zone.
BEFORE_MIDNIGHT = datetime(2026, 3, 5, 15, 59, 59, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 5, 16, 0, tzinfo=UTC)


@given(st.integers(0, 10**15))
def test_an_amount_is_written_to_the_fen(amount_fen: int) -> None:
    written = CHINESE.money(amount_fen)
    assert int(written.removeprefix("¥").replace(",", "").replace(".", "")) == amount_fen


def test_amounts_read_as_people_write_them() -> None:
    assert CHINESE.money(5_000_000) == "¥50,000.00"
    assert CHINESE.money(-105) == "-¥1.05"
    assert CHINESE.yuan(5_000_000) == "50,000.00元"
    assert ENGLISH.yuan(5_000_000) == "50,000.00 yuan"


def test_a_day_is_the_court_s_day() -> None:
    assert CHINESE.day(BEFORE_MIDNIGHT) == "2026年3月5日（周四）"
    assert CHINESE.day(MIDNIGHT) == "2026年3月6日（周五）"
    assert ENGLISH.day(date(2026, 3, 5)) == "5 March 2026 (Thu)"
    assert CHINESE.moment(MIDNIGHT) == "2026年3月6日 00:00"
    assert ENGLISH.clock(BEFORE_MIDNIGHT) == "23:59"


@pytest.mark.parametrize(
    ("due", "words", "colour"),
    [
        (date(2026, 3, 3), "已超期2天", "late"),
        (date(2026, 3, 5), "今天到期", "soon"),
        (date(2026, 3, 6), "明天到期", "soon"),
        (date(2026, 3, 8), "还剩3天", "calm"),
    ],
)
def test_a_deadline_says_how_long_is_left(due: date, words: str, colour: str) -> None:
    assert CHINESE.left(due, BEFORE_MIDNIGHT) == words
    assert formats.urgency(due, BEFORE_MIDNIGHT) == colour


def test_a_mask_keeps_what_recognises_and_hides_what_identifies() -> None:
    assert formats.masked_phone("+8613812345678") == "138****5678"
    assert formats.masked_id("990199198005120018") == "9901**********0018"
    assert formats.masked_name("王示范") == "王**"
    assert formats.masked_phone("123") == "****"


@given(st.from_regex(r"\d{17}[\dX]", fullmatch=True))
def test_a_masked_id_never_shows_the_birthday(number: str) -> None:
    assert formats.masked_id(number)[4:14] == "*" * 10
