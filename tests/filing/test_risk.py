"""Self-assessment of risk."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing.dates import months_after, parse_day
from filing.norms import cite
from filing.risk import QUESTIONS, Level, assess

TODAY = date(2026, 3, 1)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={q.id: st.sampled_from([c.value for c in q.choices]) for q in QUESTIONS if q.choices},
)


def ids(cause: str, answers: dict[str, str]) -> dict[str, Level]:
    return {risk.id: risk.level for risk in assess(cause, answers, TODAY).risks}


def test_good_proof_and_a_known_solvent_debtor_are_a_low_risk() -> None:
    answers = {
        "proof": "written",
        "originals": "yes",
        "whereabouts": "known",
        "means": "known",
        "disputed": "admits",
    }
    assert assess("loan", answers, TODAY).level is Level.LOW


def test_a_claim_without_proof_is_a_high_risk() -> None:
    assert assess("loan", {"proof": "none"}, TODAY).level is Level.HIGH


@pytest.mark.parametrize(
    ("cause", "since", "level"),
    [
        ("loan", "2023-02-28", Level.HIGH),
        ("loan", "2023-03-01", Level.MEDIUM),  # ends today
        ("loan", "2023-05-01", Level.MEDIUM),
        ("loan", "2024-01-01", None),
        ("labour", "2025-02-01", Level.HIGH),
        ("divorce", "1990-01-01", None),
        ("other", "2020-01-01", Level.HIGH),
    ],
)
def test_the_limitation_period_of_the_cause_is_counted(cause: str, since: str, level: Level | None) -> None:
    assert ids(cause, {"known_since": since}).get("limitation") == level


def test_a_proved_demand_softens_an_expired_period() -> None:
    assert ids("loan", {"known_since": "2020-01-01", "demanded": "yes"})["limitation"] is Level.MEDIUM


@given(ANSWERS)
def test_the_level_is_that_of_the_heaviest_risk_and_no_percentage_is_claimed(answers: dict[str, str]) -> None:
    found = assess("loan", answers, TODAY)
    assert found.level == max((risk.level for risk in found.risks), default=Level.LOW)
    assert list(found.risks) == sorted(found.risks, key=lambda risk: -risk.level)
    assert "%" not in "".join(str(risk.reason) + str(risk.advice) for risk in found.risks)


def test_what_was_not_answered_is_named() -> None:
    assert "proof" in assess("loan", {"means": "known"}, TODAY).unanswered


def test_every_article_is_of_a_known_norm() -> None:
    cited = [a for q in QUESTIONS for a in q.help.article.split("; ") if a]
    assert [article for article in cited if cite(article) == article] == []


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 240))
def test_months_later_is_the_same_day_or_the_last_of_the_month(day: date, months: int) -> None:
    later = months_after(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or months_after(later, 0).day < day.day


@pytest.mark.parametrize("text", ["2026-01-30", "2026年1月30日", "2026/1/30", " 2026.01.30 "])
def test_a_day_is_read_however_people_write_it(text: str) -> None:
    assert parse_day(text) == date(2026, 1, 30)


@pytest.mark.parametrize("text", ["", "2026-02-30", "yesterday", "26-1-1"])
def test_an_impossible_day_is_none(text: str) -> None:
    assert parse_day(text) is None
