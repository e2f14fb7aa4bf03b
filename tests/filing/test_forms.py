"""The guided filing: what is asked, of whom, with which help."""

import pytest

from filing.causes import CAUSES
from filing.forms import OTHER_CAUSE, pages, questions
from filing.norms import cite
from filing.questions import NO, YES, Answer, Question, Topic

EVERY_CAUSE = pytest.mark.parametrize("cause", [*CAUSES, OTHER_CAUSE])


def everything(cause: str) -> list[Question]:
    """All questions that any answers can bring up, for persons and for companies."""
    found: dict[str, Question] = {}
    for kind in ("person", "ward", "company"):
        answers = {"cause": cause, "plaintiff_kind": kind, "defendant_kind": kind, "has_agent": YES}
        answers |= {"plaintiff_paper": "id_card" if kind == "person" else "passport", "e_service": YES}
        found |= {question.id: question for question in questions(answers)}
    return list(found.values())


@EVERY_CAUSE
def test_of_the_defendant_neither_id_nor_age_nor_ethnicity_is_mandatory(cause: str) -> None:
    needed = {question.id for question in everything(cause) if question.required}
    assert "defendant" in needed
    assert not {"defendant_id", "defendant_birth", "defendant_nation", "defendant_age"} & needed


@EVERY_CAUSE
def test_everything_that_the_complaint_must_state_is_asked(cause: str) -> None:
    asked = {question.id for question in everything(cause) if question.required}
    assert asked >= {
        "plaintiff",
        "plaintiff_sex",
        "plaintiff_birth",
        "plaintiff_nation",
        "plaintiff_work",
        "plaintiff_address",
        "plaintiff_phone",
        "plaintiff_legal_rep",
        "defendant",
        "defendant_address",
        "claims",
        "facts",
        "evidence",
    }


@EVERY_CAUSE
def test_every_page_has_a_help_text_and_a_panel_of_all_six_topics(cause: str) -> None:
    for section, question in pages({"cause": cause, "has_agent": YES, "defendant_kind": "person"}):
        assert str(question.help)
        assert [prompt.topic for prompt in section.panel] == list(Topic)


@EVERY_CAUSE
def test_no_question_is_asked_twice(cause: str) -> None:
    ids = [
        question.id for question in questions({"cause": cause, "plaintiff_kind": "person", "has_agent": YES})
    ]
    assert len(ids) == len(set(ids))


@EVERY_CAUSE
def test_what_is_mandatory_names_the_rule_that_asks_for_it(cause: str) -> None:
    assert [q.id for q in everything(cause) if q.required and not q.rule] == []


@EVERY_CAUSE
def test_every_cited_article_is_of_a_known_norm(cause: str) -> None:
    cited = [a for q in everything(cause) for s in (q.text, q.help) for a in s.article.split("; ") if a]
    assert [article for article in cited if cite(article) == article] == []


def test_a_choice_can_be_chosen() -> None:
    for cause in CAUSES:
        for question in everything(cause):
            assert bool(question.choices) == (question.kind in (Answer.CHOICE, Answer.YES_NO))


def test_a_company_is_not_asked_for_sex_or_birthday() -> None:
    asked = {question.id for question in questions({"cause": "loan", "plaintiff_kind": "company"})}
    assert "plaintiff_credit_code" in asked
    assert not {"plaintiff_sex", "plaintiff_birth", "plaintiff_id"} & asked


def test_mediation_is_asked_with_no_as_an_equal_answer() -> None:
    asked = next(q for q in questions({"cause": "loan"}) if q.id == "pre_mediation")
    assert [choice.value for choice in asked.choices] == [YES, NO]


def test_the_amount_of_a_divorce_is_the_property_to_divide() -> None:
    asked = next(q for q in questions({"cause": "divorce"}) if q.id == "amount")
    assert "property to be divided" in str(asked.text)
