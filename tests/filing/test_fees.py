"""Court fees against the published schedule (FEE 13, 14) and its laws."""

from decimal import ROUND_DOWN

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing.errors import FeeUnknown
from filing.fees import Court, Half, Kind, Rounding, court_fee

BORDERS_YUAN = (
    10_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000, 20_000_000,
)  # fmt: skip
AMOUNTS = st.integers(0, 10**14)


def fee_yuan(kind: Kind, yuan: float | None, court: Court = Court.NATIONAL, *halves: Half) -> float:
    return court_fee(kind, None if yuan is None else round(yuan * 100), court, halves).fee_fen / 100


@pytest.mark.parametrize(
    ("kind", "amount", "expected"),
    [
        (Kind.PROPERTY, 0, 50),
        (Kind.PROPERTY, 438, 50),
        (Kind.PROPERTY, 10_000, 50),
        (Kind.PROPERTY, 10_001, 50.03),
        (Kind.PROPERTY, 50_000, 1_050),
        (Kind.PROPERTY, 100_000, 2_300),
        (Kind.PROPERTY, 200_000, 4_300),
        (Kind.PROPERTY, 500_000, 8_800),
        (Kind.PROPERTY, 1_000_000, 13_800),
        (Kind.PROPERTY, 2_000_000, 22_800),
        (Kind.PROPERTY, 5_000_000, 46_800),
        (Kind.PROPERTY, 10_000_000, 81_800),
        (Kind.PROPERTY, 20_000_000, 141_800),
        (Kind.PROPERTY, 30_000_000, 191_800),
        (Kind.IP, 50_000, 1_050),
        (Kind.LABOUR, None, 10),
        (Kind.LABOUR, 80_000, 10),
        (Kind.ADMINISTRATIVE, None, 50),
        (Kind.ADMINISTRATIVE_IP, None, 100),
        (Kind.ENFORCEMENT, 10_000, 50),
        (Kind.ENFORCEMENT, 500_000, 7_400),
        (Kind.ENFORCEMENT, 5_000_000, 52_400),
        (Kind.ENFORCEMENT, 10_000_000, 77_400),
        (Kind.ENFORCEMENT, 20_000_000, 87_400),
        (Kind.PRESERVATION, None, 30),
        (Kind.PRESERVATION, 1_000, 30),
        (Kind.PRESERVATION, 100_000, 1_020),
        (Kind.PRESERVATION, 896_000, 5_000),
        (Kind.PRESERVATION, 9_000_000, 5_000),
        (Kind.PAYMENT_ORDER, 50_000, 350),
        (Kind.PAYMENT_ORDER, 5_000, 16.67),
        (Kind.PUBLIC_NOTICE, None, 100),
        (Kind.ARBITRATION, None, 400),
        (Kind.BANKRUPTCY, 500_000, 4_400),
        (Kind.BANKRUPTCY, 10**9, 300_000),
        (Kind.CONFIRMATION, 500_000, 0),
        (Kind.SPECIAL, None, 0),
        (Kind.MEDIATION, 500_000, 0),
    ],
)
def test_the_national_schedule_gives_its_published_figures(
    kind: Kind, amount: float | None, expected: float
) -> None:
    fee = court_fee(kind, None if amount is None else round(amount * 100))
    assert fee.fee_fen == round(expected * 100)
    assert not fee.is_range


@pytest.mark.parametrize(
    ("kind", "amount", "low", "high", "beijing"),
    [
        (Kind.DIVORCE, None, 50, 300, 150),
        (Kind.DIVORCE, 200_000, 50, 300, 150),
        (Kind.DIVORCE, 300_000, 550, 800, 650),
        (Kind.PERSONALITY, None, 100, 500, 300),
        (Kind.PERSONALITY, 50_000, 100, 500, 300),
        (Kind.PERSONALITY, 100_000, 600, 1_000, 800),
        (Kind.PERSONALITY, 200_000, 1_100, 1_500, 1_300),
        (Kind.OTHER, None, 50, 100, 70),
        (Kind.IP, None, 500, 1_000, 750),
        (Kind.OBJECTION, None, 50, 100, 70),
    ],
)
def test_a_range_of_the_norm_stays_a_range_until_the_place_fixes_it(
    kind: Kind, amount: int | None, low: int, high: int, beijing: int
) -> None:
    amount_fen = None if amount is None else amount * 100
    national, local = court_fee(kind, amount_fen), court_fee(kind, amount_fen, Court.BEIJING)
    assert (national.fee_fen, national.up_to_fen) == (low * 100, high * 100)
    assert (local.fee_fen, local.up_to_fen) == (beijing * 100, beijing * 100)
    assert "BJFEE" in local.articles


def test_enforcement_without_an_amount_stays_a_range_in_beijing_too() -> None:
    fee = court_fee(Kind.ENFORCEMENT, None, Court.BEIJING)
    assert (fee.fee_fen, fee.up_to_fen) == (5_000, 50_000)


@given(st.sampled_from([k for k in Kind if k is not Kind.LABOUR]), AMOUNTS, AMOUNTS)
def test_a_larger_claim_never_costs_less(kind: Kind, one: int, other: int) -> None:
    small, large = sorted((one, other))
    assert court_fee(kind, small).fee_fen <= court_fee(kind, large).fee_fen


@pytest.mark.parametrize(
    "kind", [Kind.PROPERTY, Kind.ENFORCEMENT, Kind.PRESERVATION, Kind.DIVORCE, Kind.PERSONALITY]
)
@pytest.mark.parametrize("border", [1_000, 50_000, *BORDERS_YUAN])
def test_one_yuan_over_a_border_costs_at_most_one_rate_more(kind: Kind, border: int) -> None:
    step = court_fee(kind, border * 100 + 100).fee_fen - court_fee(kind, border * 100).fee_fen
    assert 0 <= step <= 3  # 2.5 fen for a yuan is the highest rate, rounded


@given(AMOUNTS)
def test_the_shown_steps_add_up_to_the_fee(amount_fen: int) -> None:
    fee = court_fee(Kind.PROPERTY, amount_fen)
    shown = [str(s.values["fee"]).replace(",", "") for s in fee.steps if "part" in s.values]
    assert abs(50 + sum(map(float, shown)) - fee.fee_fen / 100) < 0.0051 + fee.fee_fen * 1e-15


@given(AMOUNTS, st.sets(st.sampled_from(Half), min_size=1))
def test_several_grounds_halve_only_once(amount_fen: int, halves: set[Half]) -> None:
    whole, half = court_fee(Kind.PROPERTY, amount_fen), court_fee(Kind.PROPERTY, amount_fen, halves=halves)
    assert abs(half.fee_fen * 2 - whole.fee_fen) <= 1
    assert ("JS 206" in half.articles) == (len(halves) > 1)


def test_half_of_half_a_million_is_4400_yuan_by_article_16() -> None:
    fee = court_fee(Kind.PROPERTY, 50_000_000, halves=[Half.SIMPLE])
    assert fee.fee_fen == 440_000
    assert "FEE 16" in fee.articles


def test_an_application_fee_is_not_halved() -> None:
    whole, asked = (
        court_fee(Kind.PRESERVATION, 10_000_000),
        court_fee(Kind.PRESERVATION, 10_000_000, halves=[Half.SIMPLE]),
    )
    assert asked.fee_fen == whole.fee_fen


def test_half_of_a_divorce_range_halves_both_ends() -> None:
    fee = court_fee(Kind.DIVORCE, halves=[Half.MEDIATED])
    assert (fee.fee_fen, fee.up_to_fen) == (2_500, 15_000)


def test_a_property_fee_cites_each_band_it_passes() -> None:
    assert court_fee(Kind.PROPERTY, 15_000_000).articles == ("FEE 13(1)1", "FEE 13(1)2", "FEE 13(1)3")


def test_rounding_is_a_choice() -> None:
    exact = court_fee(Kind.PROPERTY, 1_000_100, rounding=Rounding(1, ROUND_DOWN))
    whole_yuan = court_fee(Kind.PROPERTY, 1_000_100, rounding=Rounding(unit_fen=100))
    assert (exact.fee_fen, whole_yuan.fee_fen) == (5_002, 5_000)


@pytest.mark.parametrize("kind", [Kind.PROPERTY, Kind.PAYMENT_ORDER, Kind.BANKRUPTCY])
def test_a_fee_that_depends_on_an_amount_is_not_guessed(kind: Kind) -> None:
    with pytest.raises(FeeUnknown):
        court_fee(kind)


def test_a_negative_amount_is_refused() -> None:
    with pytest.raises(FeeUnknown):
        court_fee(Kind.LABOUR, -1)
