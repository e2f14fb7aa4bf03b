"""What was read as one run of half-width text comes out as Chinese sentences, item by item."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing.prefill import prefill
from filing.prose import items, punctuated


@pytest.mark.parametrize(
    ("read", "written"),
    [
        ("借款50,000元,至今未还;多次催要:无果", "借款50,000元，至今未还；多次催要：无果"),
        ("于12:30到场,见附件A,B", "于12:30到场，见附件A,B"),
        ("是否归还?没有!", "是否归还？没有！"),
    ],
)
def test_half_width_marks_between_chinese_words_become_full_width(read: str, written: str) -> None:
    assert punctuated(read) == written


@given(st.text(alphabet="借款元，；：0123456789.,;:A", max_size=40))
def test_punctuation_is_mended_once_and_nothing_else_changes(text: str) -> None:
    once = punctuated(text)
    assert punctuated(once) == once
    assert len(once) == len(text)


@pytest.mark.parametrize(
    "read",
    [
        "1.判令被告偿还借款50000元;2.判令被告支付利息1.5万元;3.诉讼费由被告承担。",
        "1、判令被告偿还借款50000元。2、判令被告支付利息1.5万元。3、诉讼费由被告承担",
        "一、判令被告偿还借款50000元;二、判令被告支付利息1.5万元;三、诉讼费由被告承担。",
        "1. 判令被告偿还借款50000元\n2. 判令被告支付利息1.5万元\n3. 诉讼费由被告承担",
        "(1)判令被告偿还借款50000元(2)判令被告支付利息1.5万元(3)诉讼费由被告承担",
    ],
)
def test_several_claims_on_one_photo_stand_apart(read: str) -> None:
    assert prefill("complaint", "claims", read) == (
        ("claims", "判令被告偿还借款50000元\n判令被告支付利息1.5万元\n诉讼费由被告承担"),
    )


def test_a_text_that_does_not_count_stays_whole() -> None:
    text = "判令被告偿还借款50000元，其中2.5万元已到期。"
    assert items(text) == (text,)


def test_lines_that_a_person_wrote_stay_lines() -> None:
    told = "偿还借款50000元\n支付利息"
    assert prefill("complaint", "claims", told) == (("claims", told),)
