"""The empty complaints: all elements, no trap, room to write (R-02, R-20)."""

import pytest

from filing.blank_forms import blank_form
from filing.causes import CAUSES
from odr.languages import translate


@pytest.mark.parametrize("cause", CAUSES)
def test_the_form_of_a_cause_asks_for_its_elements_and_offers_its_choices(cause: str) -> None:
    found = blank_form(cause, translate)
    assert found is not None
    rows = {row.asked: row.place for part in found.parts for row in part.rows}
    for question in CAUSES[cause].elements:
        place = rows[question.text.say(translate)]
        for choice in question.choices:
            assert f"{choice.label.say(translate)}□" in place


def test_the_other_side_is_asked_for_neither_number_nor_age_nor_ethnicity() -> None:
    form = blank_form("loan", translate)
    assert form is not None
    (other,) = [row.place for part in form.parts for row in part.rows if row.asked == "被告是个人"]
    assert "不要求填写身份证号码、年龄和民族" in other
    asked = other.replace("不要求填写身份证号码、年龄和民族", "")
    assert not any(word in asked for word in ("身份证", "出生", "民族", "年龄"))


def test_of_an_unknown_cause_there_is_no_form() -> None:
    assert blank_form("weather", translate) is None


def test_a_guardian_has_a_row_of_his_own_between_the_plaintiff_and_the_agent() -> None:
    form = blank_form("loan", translate)
    assert form is not None
    asked = [row.asked for part in form.parts for row in part.rows]
    assert asked[asked.index("法定代理人") + 1] == "委托诉讼代理人"
