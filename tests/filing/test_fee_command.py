"""`python -m filing fee` as scripts call it."""

import json

import pytest
from click.testing import CliRunner

from filing.__main__ import main


def run(*arguments: str) -> dict[str, object]:
    result = CliRunner().invoke(main, ["fee", *arguments])
    assert result.exit_code == 0, result.output
    printed: dict[str, object] = json.loads(result.output)
    return printed


@pytest.mark.parametrize("amount", ["1e400", "-5", "NaN", "abc", "1.234", ""])
def test_an_impossible_amount_is_refused_in_words(amount: str) -> None:
    result = CliRunner().invoke(main, ["fee", "--kind", "property", "--amount", amount])
    assert result.exit_code == 2
    assert "no amount in yuan" in result.output


def test_a_claim_of_half_a_million_prints_fee_steps_and_articles() -> None:
    printed = run("--kind", "property", "--amount", "500000")
    assert printed["fee_fen"] == 880_000
    assert "超过10,000元至100,000元的部分：90,000元 × 2.5% = 2,250元。" in printed["steps"]  # type: ignore[operator]
    assert printed["articles"][1] == "《诉讼费用交纳办法》第13条第1项第2目"  # type: ignore[index]


def test_half_is_half() -> None:
    assert run("--kind", "property", "--amount", "500,000.00", "--half")["fee_fen"] == 440_000


def test_a_range_names_its_upper_end_and_beijing_has_one_figure() -> None:
    assert run("--kind", "divorce")["fee_fen_max"] == 30_000
    beijing = run("--kind", "divorce", "--court", "beijing")
    assert beijing["fee_fen"] == 15_000
    assert "fee_fen_max" not in beijing


@pytest.mark.parametrize("spelling", ["payment-order", "payment_order", "PAYMENT-ORDER"])
def test_a_kind_may_be_spelled_with_dash_or_underscore(spelling: str) -> None:
    assert run("--kind", spelling, "--amount", "50000")["fee_fen"] == 35_000


def test_english_is_one_option_away() -> None:
    assert run("--kind", "labour", "--lang", "en")["steps"] == ["Basic fee: 10 yuan."]


@pytest.mark.parametrize("amount", ["-1", "1.234", "many", "NaN", "Infinity"])
def test_an_impossible_amount_is_refused(amount: str) -> None:
    assert CliRunner().invoke(main, ["fee", "--kind", "property", f"--amount={amount}"]).exit_code == 2


def test_a_missing_amount_is_explained() -> None:
    result = CliRunner().invoke(main, ["fee", "--kind", "property"])
    assert result.exit_code == 2
    assert "请填写您请求的金额" in result.output
