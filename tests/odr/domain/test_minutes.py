"""The minutes after the sitting: what is printed, what is undisputed, what differs."""

from hypothesis import given
from hypothesis import strategies as st

from odr.domain.minutes import (
    Checked,
    Correction,
    Line,
    Mark,
    Piece,
    Text,
    Verdict,
    Word,
    differences,
    extract,
    printed,
    standing,
    undisputed,
)

LINE = Line("2026年3月2日9时05分", "申请人", "借款五万元")


def test_an_amount_changes_as_a_whole() -> None:
    assert differences("本金50,000元。", "本金45,000元。") == (
        Piece(Mark.SAME, "本金"),
        Piece(Mark.OUT, "50,000"),
        Piece(Mark.IN, "45,000"),
        Piece(Mark.SAME, "元。"),
    )


def test_an_amount_in_characters_changes_as_a_whole_too() -> None:
    assert [piece.text for piece in differences("五万元", "四万五千元")] == ["五万", "四万五千", "元"]


@given(old=st.text(max_size=60), new=st.text(max_size=60))
def test_differences_lose_nothing_of_either_text(old: str, new: str) -> None:
    pieces = differences(old, new)
    assert "".join(piece.text for piece in pieces if piece.mark is not Mark.IN) == old
    assert "".join(piece.text for piece in pieces if piece.mark is not Mark.OUT) == new
    assert all(piece.text for piece in pieces)


def test_a_fact_is_undisputed_only_when_both_sides_say_so() -> None:
    assert undisputed({"A": True, "B": True})
    for answers in ({}, {"A": True}, {"B": True}, {"A": True, "B": False}, {"A": False, "B": False}):
        assert not undisputed(answers)


def test_silence_is_printed_as_silence_and_never_as_consent() -> None:
    word = standing(right=False, corrected=False, over=True)
    assert word is Word.SILENT
    checks = printed(Text((LINE,), (), (Checked("杨示意", word), Checked("王示范", Word.RIGHT, "9时"))))[
        "checks"
    ]
    assert checks == ["杨示意在核对期限内未作表示（不视为签名或者同意）。", "王示范于9时核对，确认记录无误。"]


def test_only_a_correction_that_was_not_taken_over_is_attached() -> None:
    taken = Correction("王示范", "借款五万元", "借款四万五千元", Verdict.ACCEPTED)
    refused = Correction("杨示意", "", "已还一千元", Verdict.REFUSED, "有收条", "当时没有说过")
    waits = Correction("杨示意", "借款五万元", "", Verdict.OPEN)
    attached = printed(Text((LINE,), (), (), (taken, refused, waits)))["corrections"]
    assert attached == [
        {
            "by": "杨示意",
            "old": "（增加）",
            "new": "已还一千元",
            "reason": "有收条",
            "answer": "未采纳：当时没有说过",
        },
        {
            "by": "杨示意",
            "old": "借款五万元",
            "new": "（删去）",
            "reason": "未说明",
            "answer": "主持人未答复",
        },
    ]


def test_a_court_gets_no_paper_where_nothing_is_undisputed() -> None:
    assert extract({}, (), ("王示范",)) is None
    found = extract({"case_title": "一案"}, ("借款五万元",), ("王示范",))
    assert found
    assert (found.kind, found.audience, found.content["facts"]) == (
        "undisputed_facts",
        "case",
        ["借款五万元"],
    )
