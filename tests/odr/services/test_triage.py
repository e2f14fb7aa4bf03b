"""The first look, without a name."""

import pytest

from filing.causes import CAUSES
from filing.recommend import Way
from odr.errors import BadInput, NotFound
from odr.services.triage import TriageService
from tests.support.clock import FixedClock

LOAN = {"cause": "loan", "amount": "50000", "talk": "yes", "aim": "quick"}


@pytest.fixture
def triage(clock: FixedClock) -> TriageService:
    return TriageService(clock)


def test_one_question_follows_the_other_to_the_result(triage: TriageService) -> None:
    answers: dict[str, str] = {}
    question: str | None = triage.page(answers).question.id
    seen = []
    while question is not None:
        seen.append(question)
        asked = triage.page(answers, question).question
        value = asked.choices[0].value if asked.choices else {"money": "50000"}.get(asked.kind, "2025-01-30")
        answers, question = triage.answer(answers, question, value)
    assert seen[:2] == ["cause", "amount"]
    assert triage.result(answers).triage.fee is not None


@pytest.mark.parametrize("cause", [*CAUSES, "other"])
def test_every_cause_can_be_asked_through_to_its_result(triage: TriageService, cause: str) -> None:
    answers, question = triage.answer({}, "cause", cause)
    while question is not None:
        asked = triage.page(answers, question).question
        value = asked.choices[-1].value if asked.choices else {"money": "438"}.get(asked.kind, "2025-01-30")
        answers, question = triage.answer(answers, question, value)
    result = triage.result(answers).triage
    assert len(result.conditions) == 4
    assert str(result.limitation)
    assert result.materials


def test_the_fee_of_a_loan_of_50000_yuan_is_1050_yuan(triage: TriageService) -> None:
    result = triage.result(LOAN)
    assert result.triage.fee is not None
    assert result.triage.fee.fee_fen == 105_000
    assert "FEE 13" in " ".join(step.article for step in result.triage.fee.steps)


def test_the_suggested_way_gives_its_reasons_and_leaves_every_other_open(triage: TriageService) -> None:
    advice = triage.result(LOAN).triage.recommendation
    assert advice.reasons
    assert {option.way for option in advice.options if option.open} == set(Way)


def test_what_a_browser_brings_is_only_believed_as_answers(triage: TriageService) -> None:
    assert triage.kept({**LOAN, "amount": "much", "role": "judge"}) == {
        name: value for name, value in LOAN.items() if name != "amount"
    }


def test_an_answer_that_cannot_be_one_is_refused_and_a_needed_one_not_skipped(triage: TriageService) -> None:
    with pytest.raises(BadInput):
        triage.answer({}, "cause", "weather")
    with pytest.raises(BadInput):
        triage.answer({}, "cause", "")


def test_there_is_no_result_before_the_dispute_is_known(triage: TriageService) -> None:
    with pytest.raises(NotFound):
        triage.result({})
