from datetime import UTC, datetime

import pytest

from odr.domain.papers import IncompletePaper, check, chinese_amount, chinese_date, chinese_moment


def test_a_time_is_written_as_it_was_in_china() -> None:
    late = datetime(2026, 1, 30, 16, 5, tzinfo=UTC)
    assert chinese_date(late) == "2026年1月31日"
    assert chinese_moment(late) == "2026年1月31日0时05分"


@pytest.mark.parametrize(
    ("amount_fen", "text"),
    [
        (5_000_000, "人民币50,000.00元（大写：伍万元整）"),
        (105_005, "人民币1,050.05元（大写：壹仟零伍拾元零伍分）"),
    ],
)
def test_money_is_written_in_figures_and_words(amount_fen: int, text: str) -> None:
    assert chinese_amount(amount_fen) == text


def test_an_unknown_kind_of_paper_is_refused() -> None:
    with pytest.raises(IncompletePaper):
        check("love_letter", {})
