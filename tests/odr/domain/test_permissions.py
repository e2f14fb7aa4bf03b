"""Who may see and do what."""

from uuid import uuid4

import pytest

from odr.domain.accounts import ANONYMOUS, Actor
from odr.domain.permissions import GRANTS, CasePeople, Part, Permission, may, part, permit
from odr.domain.steps import Role
from odr.errors import NotFound, NotPermitted, NotSignedIn

ME = uuid4()


def test_every_permission_has_its_row() -> None:
    assert set(GRANTS) == set(Permission)


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", Role)
def test_a_permission_opens_for_the_roles_of_its_row_and_for_nobody_else(
    role: Role, permission: Permission
) -> None:
    held = Part(role)
    if role in GRANTS[permission]:
        assert permit(held, permission) is held
    else:
        with pytest.raises(NotPermitted):
            permit(held, permission)


@pytest.mark.parametrize("role", [Role.FILING_JUDGE, Role.CONFIRMING_JUDGE, Role.TRIAL_JUDGE, Role.AUDITOR])
def test_nobody_who_decides_later_reads_what_was_said_in_mediation(role: Role) -> None:
    assert not may(Part(role), Permission.SEE_TALKS)
    assert not may(Part(role), Permission.SEE_NOTES)


def test_technical_support_and_finance_see_no_content() -> None:
    content = {p for p in Permission if p.startswith("see_")} - {Permission.SEE_CASE}
    assert not any(may(Part(role), p) for role in (Role.SUPPORT, Role.FINANCE) for p in content)


def test_the_other_side_never_sees_an_identity_card() -> None:
    assert not may(Part(Role.APPLICANT, "A"), Permission.SEE_IDENTITY)
    assert not may(Part(Role.MEDIATOR), Permission.SEE_IDENTITY)


def test_a_stranger_may_not_learn_that_a_case_exists() -> None:
    with pytest.raises(NotFound):
        part(Actor(ME), CasePeople({}))
    with pytest.raises(NotFound):  # a judge, but of another case
        part(Actor(ME, frozenset({Role.FILING_JUDGE})), CasePeople({}, judge_id=uuid4()))
    with pytest.raises(NotSignedIn):
        part(ANONYMOUS, CasePeople({}))


def test_staff_named_on_a_case_act_in_their_role_only_while_they_hold_it() -> None:
    people = CasePeople({}, judge_id=ME)
    assert part(Actor(ME, frozenset({Role.FILING_JUDGE})), people) == Part(Role.FILING_JUDGE)
    with pytest.raises(NotFound):
        part(Actor(ME), people)
