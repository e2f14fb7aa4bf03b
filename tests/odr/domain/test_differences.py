"""Versions side by side: nothing is lost, nothing is called the same that is not."""

from hypothesis import given
from hypothesis import strategies as st

from odr.domain.differences import Change, Piece, side_by_side

sentences = st.lists(st.text(alphabet="甲乙丙1，。", max_size=8), max_size=6)


def texts(pieces: list[tuple[Piece, ...]]) -> list[str]:
    return ["".join(piece.text for piece in one) for one in pieces]


@given(sentences, sentences)
def test_each_side_can_be_read_whole(before: list[str], after: list[str]) -> None:
    pairs = side_by_side(before, after)
    assert texts([one.before for one in pairs if one.change is not Change.ADDED]) == before
    assert texts([one.after for one in pairs if one.change is not Change.REMOVED]) == after
    for one in pairs:
        same = texts([one.before]) == texts([one.after])
        assert same or one.change is not Change.SAME


def test_a_changed_sum_is_marked_within_its_sentence() -> None:
    pairs = side_by_side(
        ["甲支付50,000元。", "费用各自承担。"], ["甲支付45,000元。", "费用各自承担。", "道歉。"]
    )
    assert [one.change for one in pairs] == [Change.CHANGED, Change.SAME, Change.ADDED]
    assert [piece.text for piece in pairs[0].before] == ["甲支付", "50,000", "元。"]
    assert [piece.text for piece in pairs[0].after if piece.marked] == ["45,000"]


def test_a_sentence_that_is_another_altogether_went_and_came() -> None:
    pairs = side_by_side(["归还房屋钥匙两把。"], ["被告于五月前付清押金及利息共计三千元整"])
    assert [one.change for one in pairs] == [Change.REMOVED, Change.ADDED]
