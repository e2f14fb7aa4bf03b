"""The twelve causes as data."""

from itertools import pairwise

import pytest

from filing.causes import CAUSES, Cause, claim_fee, recognise
from filing.errors import FeeUnknown
from filing.fees import Court, Half
from filing.jurisdiction import VENUES

EVERY = pytest.mark.parametrize("cause", CAUSES.values(), ids=lambda cause: cause.id)


def test_there_are_the_twelve_commonest() -> None:
    assert set(CAUSES) == {
        "loan", "sale", "services", "lease", "property_management", "traffic",
        "labour", "consumer", "divorce", "inheritance", "reputation", "ip",
    }  # fmt: skip


@EVERY
def test_a_cause_is_recognised_by_each_of_its_names(cause: Cause) -> None:
    assert {recognise(f"原告诉被告{name}一案") for name in cause.chinese} == {cause}


@EVERY
def test_a_cause_tells_papers_time_limit_and_court(cause: Cause) -> None:
    assert cause.evidence
    assert cause.limitation.hint.article
    assert cause.venue in VENUES


@EVERY
def test_an_element_is_asked_once_and_after_what_it_depends_on(cause: Cause) -> None:
    ids = [question.id for question in cause.elements]
    assert len(ids) == len(set(ids))
    for place, question in enumerate(cause.elements):
        assert all(condition.question in ids[:place] for condition in question.when)


def test_papers_of_one_cause_are_distinct() -> None:
    for cause in CAUSES.values():
        ids = sorted(material.id for material in cause.evidence)
        assert all(one != other for one, other in pairwise(ids)), cause.id


def test_an_unknown_cause_is_not_guessed() -> None:
    assert recognise("海上货物运输合同纠纷") is None


@pytest.mark.parametrize(
    ("cause", "amount_yuan", "fee_yuan"),
    [
        ("loan", 50_000, 1_050),
        ("labour", 80_000, 10),
        ("divorce", 0, 150),
        ("ip", 0, 750),
        ("ip", 50_000, 1_050),
        ("other", 0, 70),
        ("other", 50_000, 1_050),
        ("reputation", 100_000, 800),
    ],
)
def test_the_fee_follows_the_cause(cause: str, amount_yuan: int, fee_yuan: int) -> None:
    assert claim_fee(cause, amount_yuan * 100, Court.BEIJING).fee_fen == fee_yuan * 100


def test_a_loan_without_amount_has_no_fee_yet() -> None:
    with pytest.raises(FeeUnknown):
        claim_fee("loan", None)


def test_a_loan_claim_settled_in_court_costs_half() -> None:
    assert claim_fee("loan", 50_000_000, halves=[Half.MEDIATED]).fee_fen == 440_000
