"""Who mediates, and why."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odr.domain.mediators import FULL_LOAD, Candidate, Disclosure, Relation, may_go_on, may_serve_later, rank

ANNE = Candidate(UUID(int=1), "甲调解员", frozenset({"lease"}), open_cases=9)
BEN = Candidate(UUID(int=2), "乙调解员", frozenset({"loan"}), open_cases=1)
CARL = Candidate(UUID(int=3), "丙调解员", frozenset({"contracts"}), open_cases=0)


def _names(*candidates: Candidate) -> list[str]:
    return [one.candidate.name for one in rank(candidates, "lease", "contracts")]


def test_who_knows_the_dispute_comes_first_then_its_field_then_the_lighter_load() -> None:
    assert _names(BEN, CARL, ANNE) == ["甲调解员", "丙调解员", "乙调解员"]


def test_between_equals_the_lighter_load_is_asked() -> None:
    assert _names(replace(ANNE, name="丁调解员", open_cases=3), ANNE)[0] == "丁调解员"


@pytest.mark.parametrize(
    "barred",
    [
        replace(ANNE, conflicts=frozenset({Relation.OTHER})),
        replace(ANNE, refused_by=frozenset("B")),
        replace(ANNE, declined=True),
        replace(ANNE, active=False),
        replace(ANNE, open_cases=FULL_LOAD),
    ],
)
def test_who_has_a_conflict_or_no_room_is_not_offered(barred: Candidate) -> None:
    assert _names(barred, BEN) == ["乙调解员"]


def test_every_rank_says_its_reasons() -> None:
    first = rank([ANNE], "lease")[0]
    assert first.points == sum(reason.points for reason in first.reasons)
    assert first.reasons[0].text == "Knows this kind of dispute"
    assert first.reasons[-1].values == (("count", 9),)


@given(st.permutations([ANNE, BEN, CARL]))
def test_the_order_of_the_register_does_not_matter(candidates: list[Candidate]) -> None:
    assert _names(*candidates) == _names(ANNE, BEN, CARL)


def test_a_disclosed_relation_needs_both_sides() -> None:
    related = Disclosure(frozenset({Relation.FAMILY}), "申请人的表弟")
    assert not may_go_on(related, frozenset("A"))
    assert may_go_on(related, frozenset("AB"))
    assert may_go_on(Disclosure(), frozenset())


def test_who_mediated_takes_no_later_part_in_the_case() -> None:
    assert not may_serve_later("witness")
    assert may_serve_later("public")
