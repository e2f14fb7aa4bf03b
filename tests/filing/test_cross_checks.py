"""What two places on a paper say is compared, and never silently resolved."""

from collections.abc import Sequence

import pytest

from filing import idcard, licence, papers
from filing.identifiers import credit_check, id_check
from filing.lines import SURE, Glyph, Line, Place

NUMBER = "44019919900307641"
NUMBER += id_check(NUMBER)
CODE = "91330199P51EYW1M4"
CODE += credit_check(CODE)


def _lines(texts: Sequence[str], probability: float = 0.999) -> list[Line]:
    """Rows one under the other, every character equally sure."""
    return [
        Line(
            tuple(Glyph(char, probability, (i + 0.5) / len(text)) for i, char in enumerate(text)),
            ((0, 60 * row), (400, 60 * row), (400, 60 * row + 40), (0, 60 * row + 40)),
            Place(0, 60 * row, 400, 60 * row + 40),
        )
        for row, text in enumerate(texts)
    ]


def _card(birth: str = "1990年3月7日", sex: str = "男", number: str = NUMBER) -> list[Line]:
    return _lines(
        [
            "姓名王小明",
            f"性别{sex}民族汉",
            f"出生{birth}",
            "住址云海省青禾市书香街8号",
            f"公民身份号码{number}",
        ]
    )


def test_a_card_in_agreement_with_itself_is_sure() -> None:
    reading = idcard.front(_card())
    assert all(field.confidence >= SURE for field in reading.fields.values())
    assert reading.warnings == (idcard.UNKNOWN_AREA,)


@pytest.mark.parametrize(
    ("card", "field", "warning"),
    [
        (_card(birth="1990年8月7日"), "birth", idcard.BIRTH_DIFFERS),
        (_card(sex="女"), "sex", idcard.SEX_DIFFERS),
        (_card(number=NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")), "id_number", idcard.BAD_CHECK),
    ],
)
def test_a_card_at_odds_with_itself_is_shown(card: list[Line], field: str, warning: str) -> None:
    reading = idcard.front(card)
    assert warning in reading.warnings
    assert reading.fields[field].confidence < SURE
    assert reading.fields["id_number"].confidence < SURE


def test_an_unreadable_birth_is_taken_from_the_number_and_not_sure() -> None:
    lines = [line for line in _card() if "出生" not in line.text]
    birth = idcard.front(lines).fields["birth"]
    assert (birth.value, birth.confidence < SURE) == ("1990-03-07", True)


def test_the_code_of_another_company_in_the_corner_is_told() -> None:
    other = "91440199PAQPLJ910C"
    reading = licence.licence(
        _lines(["营业执照", f"统一社会信用代码{CODE}"]), [f"https://x.invalid/?c={other}"]
    )
    assert reading.warnings == (licence.QR_DIFFERS,)
    assert reading.fields["credit_code"].confidence < SURE


@pytest.mark.parametrize(("figures", "warned"), [("50000", False), ("80000", True)])
def test_words_and_figures_of_an_iou_are_compared(figures: str, warned: bool) -> None:
    said = f"今借到王小明（身份证号：{NUMBER}）人民币伍万元整（¥{figures}），于2025年6月5日前归还。"
    reading = papers.iou(_lines(["借条", said, "借款人：李大海", "2024年1月2日"]))
    assert (papers.WORDS_DIFFER in reading.warnings) is warned
    assert (reading.fields["amount"].confidence >= SURE) is not warned
