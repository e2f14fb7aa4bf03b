"""Money in figures and words."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing.amounts import from_figures, from_words, in_figures, in_words, read, yuan

FEN = st.integers(0, 10**14)  # 10^12 yuan


@given(FEN)
def test_words_come_back_as_the_same_fen(fen: int) -> None:
    assert from_words(in_words(fen)) == fen


@given(FEN)
def test_figures_come_back_as_the_same_fen(fen: int) -> None:
    assert from_figures(in_figures(fen)) == fen
    assert from_figures(yuan(fen)) == fen


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角"),
        (1_000, "壹拾元整"),
        (5_000_000, "伍万元整"),
        (50_000_000, "伍拾万元整"),
        (5_000_005, "伍万元零伍分"),
        (140_950, "壹仟肆佰零玖元伍角"),
        (600_714, "陆仟零柒元壹角肆分"),
        (1_001_000, "壹万零壹拾元整"),
        (10**13, "壹仟亿元整"),
    ],
)
def test_words_are_those_of_a_bill(fen: int, words: str) -> None:
    assert in_words(fen) == words
    assert from_words(words) == fen


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("人民币(大写):伍万圆正", 5_000_000),
        ("人民币 五十万元", 50_000_000),
        ("两万元整", 2_000_000),
        ("十五元", 1_500),
        ("叁佰贰拾伍元零肆分", 32_504),
        ("¥ 50,000.00", 5_000_000),
        ("￥438元", 43_800),
        ("5万元", 5_000_000),
        ("3.5万", 3_500_000),
        ("五万", 5_000_000),
        ("1百万元", 100_000_000),
        ("1.5亿元", 15_000_000_000),
    ],
)
def test_an_amount_is_read_however_people_write_it(text: str, fen: int) -> None:
    assert read(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        "",
        "元",
        "元整",
        "贰仟伍元",
        "二三元",
        "五五角",
        "1,5元",
        "50,00.00",
        "约5万",
        "5-6万元",
        "1.234元",
        "三万万元",
        "-5元",
        "5万5",
    ],
)
def test_a_doubtful_amount_is_not_guessed(text: str) -> None:
    assert read(text) is None


def test_a_negative_amount_has_no_words() -> None:
    with pytest.raises(ValueError, match="between"):
        in_words(-1)


def test_a_fraction_of_a_fen_is_shown_whole() -> None:
    assert yuan(Fraction(50025, 1000) * 100) == "50.025"
