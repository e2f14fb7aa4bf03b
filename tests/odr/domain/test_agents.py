"""Who may file for whom, and what an agent's powers open."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing.powers import Power
from odr.domain.agents import (
    NEEDS,
    Arrival,
    Authority,
    Comer,
    Deed,
    Filer,
    Ward,
    lacks,
    may_come,
    same_name,
    standing,
)
from odr.domain.steps import Role

POWERS = st.frozensets(st.sampled_from(Power))
WANG = Filer(Role.APPLICANT, "王示范", "110199198001011234", "王示范", "110199198001011234")
AGENT = Filer(Role.AGENT, "张示助", plaintiff="王示范", authority=True)
MOTHER = Ward("王示范", "minor")
CHILD = Filer(Role.APPLICANT, "王示范", plaintiff="王小样", defendant="赵模拟", age=9, ward=MOTHER)


def test_every_deed_names_its_power_and_its_article() -> None:
    assert set(NEEDS) == set(Deed)
    assert all(need.otherwise.article == "MSF 62" for need in NEEDS.values())


@given(read=POWERS, claimed=POWERS)
def test_a_power_counts_only_where_the_paper_names_it(read: set[Power], claimed: set[Power]) -> None:
    assert Authority(frozenset(read), frozenset(claimed)).powers <= read


@given(read=POWERS, claimed=POWERS, checked=POWERS)
def test_what_the_judge_saw_on_the_paper_is_what_counts(
    read: set[Power], claimed: set[Power], checked: set[Power]
) -> None:
    assert Authority(frozenset(read), frozenset(claimed), frozenset(checked)).powers == checked


@pytest.mark.parametrize("deed", Deed)
def test_an_agent_without_the_power_may_not_and_the_party_in_person_may(deed: Deed) -> None:
    assert lacks(deed, Role.AGENT, Authority()) == NEEDS[deed].otherwise
    assert lacks(deed, Role.APPLICANT, Authority()) is None
    held = frozenset({NEEDS[deed].power})
    assert lacks(deed, Role.AGENT, Authority(held, held)) is None
    assert lacks(deed, Role.AGENT, Authority(frozenset(Power) - held, frozenset(Power))) is not None


@pytest.mark.parametrize(
    ("filer", "why"),
    [
        (WANG, None),
        (Filer(Role.APPLICANT, "王示范", plaintiff="李示例"), "MSF 61"),
        (Filer(Role.APPLICANT, "王示范", "110199198001011234", "王示范", "440199198001011234"), "MSF 61"),
        (Filer(Role.APPLICANT, "王示范", plaintiff="示范公司", legal_rep="王示范", company=True), None),
        (Filer(Role.APPLICANT, "王示范", plaintiff="示范公司", legal_rep="李示例", company=True), "MSF 51"),
        (Filer(Role.APPLICANT, "王示范", plaintiff="示范公司", company=True), "MSF 51"),
        (AGENT, None),
        (Filer(Role.AGENT, "张示助", plaintiff="王示范"), "MSF 62"),
        (Filer(Role.AGENT, "张示助", plaintiff="王示范", authority=True, agent_read="赵示意"), "MSF 61"),
        (Filer(Role.AGENT, "张示助", plaintiff="王示范", authority=True, agent_read="张 示助"), None),
    ],
)
def test_a_third_person_without_authority_cannot_file(filer: Filer, why: str | None) -> None:
    found = standing(filer)
    assert (found.article if found else None) == why


def test_spaces_and_kinds_of_dot_do_not_make_another_person() -> None:
    assert same_name("古丽娜尔·艾合买提", "古丽娜尔•艾合 买提")
    assert not same_name("古丽娜尔·艾合买提", "古丽娜·尔艾合买提")


@pytest.mark.parametrize(
    ("filer", "why"),
    [
        (CHILD, None),
        (replace(CHILD, name="李示例"), "MSF 60"),
        (replace(CHILD, name=""), None),  # not verified yet: asked for by itself
        (replace(CHILD, age=17), None),
        (replace(CHILD, age=18), "CC 18; CC 24"),
        (replace(CHILD, age=30, ward=Ward("王示范", "declared")), None),
        (replace(CHILD, defendant="王示范"), "JS 83"),
        (replace(CHILD, plaintiff="王示范"), "MSF 60"),  # one name and no number tells them apart
        (replace(CHILD, plaintiff="王示范", plaintiff_id="1", ward=Ward("王示范", "minor", "2")), None),
        (replace(AGENT, age=9, ward=MOTHER, plaintiff="王小样", principal_read="王示范"), None),
        (replace(AGENT, age=9, ward=MOTHER, plaintiff="王小样", principal_read="王小样"), None),
        (replace(AGENT, age=9, ward=MOTHER, plaintiff="王小样", principal_read="李示例"), "MSF 62"),
    ],
)
def test_only_the_guardian_files_for_a_ward_or_whom_the_guardian_authorised(
    filer: Filer, why: str | None
) -> None:
    found = standing(filer)
    assert (found.article if found else None) == why


@pytest.mark.parametrize(
    ("age", "why"), [(9, "MSF 60"), (15, "MSF 60"), (16, None), (78, None), (None, None)]
)
def test_a_child_does_not_sue_alone_before_it_could_live_by_its_own_work(
    age: int | None, why: str | None
) -> None:
    for filer in (replace(WANG, age=age), replace(AGENT, age=age)):
        found = standing(filer)
        assert (found.article if found else None) == why


COMES = Arrival(Comer(verified=True, name="张示助"), "示例公司", True, "示例公司", "张示助")


@pytest.mark.parametrize(
    ("arrival", "why"),
    [
        (COMES, ""),
        (replace(COMES, open=False), "answered it already"),
        (replace(COMES, comer=replace(COMES.comer, verified=False)), "prove who you are"),
        (replace(COMES, comer=replace(COMES.comer, other_side=True)), "other side"),
        (replace(COMES, comer=replace(COMES.comer, of_the_court=True)), "judges or mediates"),
        (replace(COMES, paper_party=""), "could not read both names"),
        (replace(COMES, paper_agent=""), "could not read both names"),
        (replace(COMES, paper_party="别家公司"), "somebody else"),
        (replace(COMES, paper_agent="赵示意"), "another agent"),
        (replace(COMES, invited="", paper_party="示例公司"), "somebody else"),
    ],
)
def test_a_link_opens_the_case_to_an_agent_only_with_a_paper_that_surely_names_both(
    arrival: Arrival, why: str
) -> None:
    found = may_come(arrival)
    assert (why in found.text) if why and found else (not why and found is None)
