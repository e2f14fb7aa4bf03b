"""The itemised powers of a power of attorney."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing.lines import Line, Place
from filing.pleadings import GENERAL_ONLY, power_of_attorney
from filing.powers import Power, full_power_only, named_powers

PHRASES = {
    Power.ADMIT: "代为承认诉讼请求",
    Power.WAIVE: "放弃诉讼请求",
    Power.CHANGE: "变更诉讼请求",
    Power.SETTLE: "进行和解",
    Power.COUNTERCLAIM: "提起反诉",
    Power.APPEAL: "提起上诉",
}


def test_the_words_of_the_law_name_all_six() -> None:
    text = "特别授权，代为承认、放弃、变更诉讼请求，进行和解，提起反诉或者上诉，代为签收法律文书"
    assert named_powers(text) == frozenset(Power)


@given(st.sets(st.sampled_from(Power)), st.randoms())
def test_exactly_what_is_named_is_read_in_any_order(powers: set[Power], random: object) -> None:
    said = [PHRASES[power] for power in powers]
    random.shuffle(said)  # type: ignore[attr-defined]  # hypothesis' Random
    assert named_powers(f"特别授权：代为起诉，{'，'.join(said)}，签收法律文书。") == frozenset(powers)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("全权代理", set()),
        ("一般授权，代为起诉、应诉、提供证据、参加调解和庭审、签收法律文书", set()),
        ("特别授权：代为承认、放弃、变更诉讼请求，但不得进行和解", {Power.ADMIT, Power.WAIVE, Power.CHANGE}),
        ("代为承认、变更诉讼请求。无权提起上诉。", {Power.ADMIT, Power.CHANGE}),
        ("除提起反诉外，代为和解、提起上诉", {Power.SETTLE, Power.APPEAL}),
        ("承认对方的部分诉讼请求", {Power.ADMIT}),
        ("提起上诉；和解须经委托人书面同意", {Power.APPEAL}),
    ],
)
def test_what_a_clause_takes_away_is_not_given(text: str, left: set[Power]) -> None:
    assert named_powers(text) == left


def test_full_power_alone_is_a_general_authority() -> None:
    assert full_power_only("全权代理")
    assert not full_power_only("全权代理，包括进行和解")
    assert not full_power_only("一般授权")


def test_a_paper_that_says_full_power_is_read_with_a_warning() -> None:
    text = "授权委托书。委托人：王示范，男。受托人：张示助。代理权限：全权代理。委托期限：至一审终结。"
    reading = power_of_attorney([Line.printed(text, Place(0, 0, 900, 30))])
    assert reading.fields["power"].value == "全权代理"
    assert GENERAL_ONLY in reading.warnings


def test_a_list_of_powers_is_read_where_no_kind_of_authority_stands_before_it() -> None:
    """As on the empty form that the platform itself hands out."""
    asked = "代理权限（逐项写明）：代为起诉；代为承认、放弃、变更诉讼请求；进行和解、调解；提起反诉、上诉。"
    text = f"授权委托书。委托人：王示范，男。受托人：张示助。{asked}委托人：王示范"
    reading = power_of_attorney([Line.printed(text, Place(0, 0, 900, 30))])
    assert named_powers(str(reading.fields["powers"].value)) == frozenset(Power)
    assert GENERAL_ONLY not in reading.warnings


def test_a_list_that_names_none_of_the_six_is_read_with_a_warning() -> None:
    text = "授权委托书。委托人：王示范。受托人：张示助。代理权限：代为起诉，代收文书。委托人：王示范"
    reading = power_of_attorney([Line.printed(text, Place(0, 0, 900, 30))])
    assert GENERAL_ONLY in reading.warnings


def test_words_about_a_lack_of_powers_are_no_list_of_them() -> None:
    text = "授权委托书。委托人：王示范。受托人：张示助。受托人无权限承认诉讼请求和进行和解。委托人：王示范"
    assert "powers" not in power_of_attorney([Line.printed(text, Place(0, 0, 900, 30))]).fields
