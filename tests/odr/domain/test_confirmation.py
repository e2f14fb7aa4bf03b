"""Judicial confirmation: what bars it, what it needs."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from odr.domain.confirmation import GROUNDS, MACHINE, Action, Bar, ConfirmationFacts, Fault, State, bars
from odr.domain.steps import Role, Subject, advance
from odr.errors import NotAllowed
from odr.languages import catalogue

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
BOTH = frozenset("AB")


def _act(state: State, action: Action, facts: ConfirmationFacts, role: Role = Role.CONFIRMING_JUDGE) -> str:
    return advance(MACHINE, Subject(uuid4(), uuid4(), state, facts), action, role, now=NOW).target


def test_every_ground_has_its_article_and_its_chinese() -> None:
    assert set(GROUNDS) == {*Bar, *Fault}
    for reason in GROUNDS.values():
        assert reason.article
        assert catalogue("zh_CN").gettext(reason.text) != reason.text


def test_what_the_lint_finds_about_status_or_title_bars_the_application() -> None:
    assert bars(["vague", "status", "title", "status"]) == (Bar.STATUS, Bar.TITLE)
    barred = ConfirmationFacts(applied=BOTH, heard=BOTH, bars=(Bar.STATUS,))
    for state, action in ((State.APPLIED, Action.ADMIT), (State.ACCEPTED, Action.CONFIRM)):
        with pytest.raises(NotAllowed) as caught:
            _act(state, action, barred)
        assert caught.value.article == "JS 355"


def test_both_sides_apply_in_time_and_each_once() -> None:
    for facts in (ConfirmationFacts(in_time=False), ConfirmationFacts(applied=frozenset("A"), acts="A")):
        with pytest.raises(NotAllowed):
            _act(State.JOINT_APPLYING, Action.JOIN, facts, Role.APPLICANT)


def test_materials_asked_for_must_all_come_before_the_judge_goes_on() -> None:
    with pytest.raises(NotAllowed):
        _act(State.MATERIALS_NEEDED, Action.SUPPLY, ConfirmationFacts(open_items=1), Role.APPLICANT)
    supplied = ConfirmationFacts()
    assert _act(State.SUPPLEMENT_NEEDED, Action.SUPPLY, supplied, Role.RESPONDENT) == State.ACCEPTED


def test_a_dismissal_states_its_reasons() -> None:
    with pytest.raises(NotAllowed):
        _act(State.ACCEPTED, Action.DISMISS, ConfirmationFacts(applied=BOTH, heard=BOTH))
    assert (
        _act(State.ACCEPTED, Action.DISMISS, ConfirmationFacts(reasons=(Fault.UNCLEAR,))) == State.DISMISSED
    )


def test_a_ruling_can_be_objected_to_in_time_only() -> None:
    late = ConfirmationFacts(in_objection_time=False)
    with pytest.raises(NotAllowed):
        _act(State.CONFIRMED, Action.OBJECT, late, Role.RESPONDENT)
    assert _act(State.CONFIRMED, Action.OBJECT, ConfirmationFacts(), Role.RESPONDENT) == State.OBJECTED
