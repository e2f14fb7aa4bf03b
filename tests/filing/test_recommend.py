"""The recommended way, and the first look as a whole."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing.causes import CAUSES
from filing.fees import Court
from filing.norms import cite
from filing.recommend import QUESTIONS, RULES, Dispute, Way, recommend
from filing.risk import QUESTIONS as RISK_QUESTIONS
from filing.triage import questions, triage

CHOICES = {
    q.id: st.sampled_from([c.value for c in q.choices]) for q in (*QUESTIONS, *RISK_QUESTIONS) if q.choices
}
DISPUTES = st.builds(
    Dispute,
    cause_id=st.sampled_from([*CAUSES, "other"]),
    amount_fen=st.none() | st.integers(0, 10**10),
    answers=st.fixed_dictionaries({}, optional=CHOICES),
    small_claims_fen=st.none() | st.just(5_000_000),
)


def way(cause: str, **answers: str) -> Way:
    return recommend(Dispute(cause, 5_000_000, answers)).way


def test_a_loan_among_friends_who_talk_is_for_mediation() -> None:
    assert way("loan", relation="yes", talk="yes", disputed="partly") is Way.MEDIATE


def test_a_debtor_who_cannot_be_found_is_for_trial() -> None:
    assert way("loan", whereabouts="lost") is Way.TRIAL


def test_clear_proof_and_a_silent_debtor_are_for_the_fast_track() -> None:
    assert way("loan", proof="written", talk="no", disputed="silent") is Way.FAST_TRACK


@given(DISPUTES)
def test_after_violence_nobody_is_sent_to_talk_whatever_else_was_answered(dispute: Dispute) -> None:
    hurt = replace(dispute, answers={**dispute.answers, "violence": "yes"})
    assert recommend(hurt).way not in (Way.NEGOTIATE, Way.MEDIATE)


def test_the_first_look_at_a_divorce_asks_about_violence() -> None:
    assert "violence" in [question.id for question in questions({"cause": "divorce"})]


@given(DISPUTES)
def test_every_way_stays_open_and_says_its_time(dispute: Dispute) -> None:
    found = recommend(dispute)
    assert [option.way for option in found.options] == list(Way)
    assert all(option.open and str(option.time) for option in found.options)


@given(DISPUTES)
def test_a_recommendation_has_a_reason_or_is_the_court(dispute: Dispute) -> None:
    found = recommend(dispute)
    assert found.reasons or found.way is Way.TRIAL


@given(DISPUTES)
def test_mediation_before_filing_costs_nothing_and_the_fast_track_half(dispute: Dispute) -> None:
    found = recommend(dispute)
    mediation, fast, trial = (found.option(w).fee for w in (Way.MEDIATE, Way.FAST_TRACK, Way.TRIAL))
    assert mediation is not None
    assert mediation.fee_fen == 0
    assert (fast is None) == (trial is None)
    assert fast is None or trial is None or abs(fast.fee_fen * 2 - trial.fee_fen) <= 1


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.reason)[:30])
def test_every_rule_can_apply(rule: object) -> None:
    cases = [
        Dispute(cause, 100_000, {question: value}, small_claims_fen=5_000_000)
        for cause in ("loan", "other")
        for question, value in (
            ("talk", "yes"), ("talk", "no"), ("relation", "yes"), ("aim", "cheap"), ("aim", "judgment"),
            ("means", "none"), ("whereabouts", "lost"), ("violence", "yes"), ("proof", "written"),
            ("moving", "yes"), ("disputed", "denies"),
        )
    ]  # fmt: skip
    cases.append(Dispute("loan", 1, {"disputed": "admits", "talk": "yes"}))
    assert rule in RULES
    applies = next(r.applies for r in RULES if r is rule)
    assert any(applies(dispute) for dispute in cases)


def test_every_article_is_of_a_known_norm() -> None:
    cited = [a for rule in RULES for a in rule.reason.article.split("; ") if a]
    assert [article for article in cited if cite(article) == article] == []


@given(DISPUTES)
def test_the_first_look_works_with_whatever_was_answered(dispute: Dispute) -> None:
    found = triage(dispute, date(2026, 3, 1))
    assert found.materials
    assert found.venue.places
    assert (found.fee is None) == (found.fee_if_mediated_in_court is None)


def test_the_first_look_at_a_loan_shows_fee_way_and_court() -> None:
    found = triage(Dispute("loan", 50_000_000, {"talk": "yes"}, Court.BEIJING), date(2026, 3, 1))
    assert found.fee is not None
    assert found.fee.fee_fen == 880_000
    assert found.recommendation.way is Way.MEDIATE
    assert "MSF 22" in {place.article for place in found.venue.places}


def test_the_first_look_asks_of_labour_whether_it_was_arbitrated_and_no_name() -> None:
    asked = [question.id for question in questions({"cause": "labour"})]
    assert "arbitrated" in asked
    assert not {"plaintiff", "defendant", "plaintiff_phone"} & set(asked)
