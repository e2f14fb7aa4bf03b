"""Who may file for whom, and what an agent's powers open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing.powers import Power
from odr.domain.agents import NEEDS, Authority, Deed, Filer, lacks, same_name, standing
from odr.domain.steps import Role

POWERS = st.frozensets(st.sampled_from(Power))
WANG = Filer(Role.APPLICANT, "王示范", "110199198001011234", "王示范", "110199198001011234")
AGENT = Filer(Role.AGENT, "张示助", plaintiff="王示范", authority=True)


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
