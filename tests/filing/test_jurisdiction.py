"""Which court, and whether a court at all."""

import pytest

from filing.conditions import Standing, four_conditions
from filing.forms import questions
from filing.jurisdiction import (
    BODIES,
    REDIRECTS,
    VENUES,
    FilingPoint,
    competence,
    filing_points,
    redirects,
    venue,
)
from filing.norms import cite

CLEAR = {"cause": "loan", "arbitration_clause": "no", "decided_before": "no", "against_authority": "no"}


@pytest.mark.parametrize(
    ("answers", "redirect", "article"),
    [
        ({"against_authority": "yes"}, "administrative", "MSF 127(1)"),
        ({"arbitration_clause": "yes"}, "arbitration", "MSF 127(2)"),
        ({"arbitration_clause": "unsure"}, "arbitration_unsure", "MSF 127(2)"),
        ({"cause": "labour", "arbitrated": "no"}, "labour_arbitration", "MSF 127(3)"),
        ({"decided_before": "yes"}, "decided", "MSF 127(5)"),
        ({"cause": "divorce", "divorce_refused": "yes"}, "divorce_six_months", "MSF 127(7)"),
        ({"cause": "divorce", "wife_protected": "defendant"}, "wife_protected", "CC 1082"),
    ],
)
def test_each_redirect_has_its_own_advice(answers: dict[str, str], redirect: str, article: str) -> None:
    (found,) = redirects(CLEAR | answers)
    assert found.id == redirect
    assert article in found.advice.article


@pytest.mark.parametrize("answer", ["award", "refused", "wage_note"])
def test_labour_after_arbitration_or_with_a_wage_note_goes_to_court(answer: str) -> None:
    assert redirects(CLEAR | {"cause": "labour", "arbitrated": answer}) == ()


def test_the_wife_may_sue_for_divorce_at_any_time() -> None:
    assert redirects(CLEAR | {"cause": "divorce", "wife_protected": "plaintiff"}) == ()


def test_a_plain_loan_is_not_redirected() -> None:
    assert redirects(CLEAR) == ()


@pytest.mark.parametrize(("cause", "exclusive"), [("lease", True), ("inheritance", True), ("loan", False)])
def test_homes_and_estates_have_one_court(cause: str, exclusive: bool) -> None:
    assert venue(cause).exclusive is exclusive


def test_an_unknown_cause_goes_to_the_defendants_home() -> None:
    assert [place.article for place in venue("other").places] == ["MSF 22"]


def test_every_article_is_of_a_known_norm() -> None:
    sentences = [s for v in VENUES.values() for s in (*v.places, v.note)] + [r.advice for r in REDIRECTS]
    cited = [a for s in sentences for a in s.article.split("; ") if a]
    assert [article for article in cited if cite(article) == article] == []


def test_the_filing_point_is_that_of_the_district_in_the_address() -> None:
    points = (
        FilingPoint("甲法院", "立案大厅", "甲路1号", "9:00-17:00", "12368", ("甲区",)),
        FilingPoint("乙法院", "立案大厅", "乙路1号", "9:00-17:00", "12368", ("乙区", "丙县")),
    )
    assert filing_points(points, "某市丙县丁镇", "某市甲区戊路") == (points[1], points[0])
    assert filing_points(points, "某市己区") == ()


def test_the_four_conditions_are_open_until_answered() -> None:
    assert [gate.standing for gate in four_conditions({})] == [Standing.OPEN] * 4


def test_a_complete_claim_meets_the_four_conditions() -> None:
    answers = CLEAR | {
        "plaintiff": "张三",
        "defendant": "李四",
        "defendant_address": "某市甲区",
        "claims": "归还借款50000元",
        "facts": "被告于2025年1月1日向原告借款50000元，到期没有归还。",
    }
    assert [gate.standing for gate in four_conditions(answers)] == [Standing.MET] * 4


@pytest.mark.parametrize(
    ("change", "gate"),
    [
        ({"defendant": "张三"}, "defendant"),
        ({"facts": "他欠我钱"}, "claims"),
        ({"arbitration_clause": "yes"}, "scope"),
    ],
)
def test_a_doubtful_condition_says_why(change: dict[str, str], gate: str) -> None:
    answers = CLEAR | {
        "plaintiff": "张三",
        "defendant": "李四",
        "defendant_address": "x",
        "claims": "归还借款五万元",
    }
    answers |= {"facts": "被告于2025年1月1日向原告借款50000元，到期没有归还。"} | change
    doubtful = [found for found in four_conditions(answers) if found.standing is Standing.DOUBTFUL]
    assert [found.id for found in doubtful] == [gate]
    assert doubtful[0].reasons


HERE = (FilingPoint("甲法院", "立案大厅", "甲路1号", "9:00-17:00", "12368", ("甲区",)),)


def test_every_ground_of_article_127_has_its_own_advice() -> None:
    answers = {
        "MSF 127(1)": {"against_authority": "yes"},
        "MSF 127(2)": {"arbitration_clause": "yes"},
        "MSF 127(3)": {"other_body": "land"},
        "MSF 127(4)": {"court_place": "no"},
        "MSF 127(5)": {"decided_before": "yes"},
        "MSF 127(6)": {"cause": "divorce", "wife_protected": "defendant"},
        "MSF 127(7)": {"cause": "divorce", "divorce_refused": "yes"},
    }
    advice = {article: redirects(given) for article, given in answers.items()}
    assert all(len(found) == 1 and article in found[0].advice.article for article, found in advice.items())
    assert len({found[0].advice.text for found in advice.values()}) == len(answers)


def test_every_matter_of_another_body_says_whom_to_turn_to() -> None:
    assert [redirects({"other_body": body.id})[0].advice for body in BODIES] == [b.advice for b in BODIES]


def test_an_address_outside_the_district_makes_the_last_condition_doubtful() -> None:
    answers = {"cause": "lease", "premises": "乙区某路1号"}
    assert competence(HERE, answers).outside
    assert four_conditions(answers, HERE)[3].standing is Standing.DOUBTFUL
    assert not competence(HERE, answers | {"premises": "甲区某路1号"}).outside


def test_without_an_address_or_a_list_of_doors_nothing_is_held_against_the_person() -> None:
    assert not competence(HERE, {"cause": "lease"}).outside
    assert not competence((), {"cause": "lease", "premises": "乙区某路1号"}).outside


def test_the_places_stand_in_the_question_of_the_court() -> None:
    asked = next(q for q in questions({"cause": "traffic"}) if q.id == "court_place")
    assert "where the accident happened" in str(asked.help)
    assert not asked.required
