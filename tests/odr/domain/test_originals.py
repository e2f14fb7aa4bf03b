"""An original: who asks for it, who takes that back, and who compares it when."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from odr.domain.originals import (
    MACHINE,
    Action,
    Comparison,
    OriginalFacts,
    Result,
    State,
    Way,
    compared,
)
from odr.domain.steps import Role, Subject, advance
from odr.errors import BadInput, NotAllowed

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
SAME = Comparison(Way.CAMERA, Result.AGREES)
OTHER = Comparison(Way.POST, Result.DIFFERS, "少一页", "调解员甲")
BOTH = frozenset("AB")


def act(state: State | None, action: Action, role: Role, facts: OriginalFacts) -> str:
    return advance(MACHINE, Subject(uuid4(), uuid4(), state, facts), action, role, now=NOW).target


def refused(state: State | None, action: Action, role: Role, facts: OriginalFacts) -> None:
    with pytest.raises(NotAllowed):
        act(state, action, role, facts)


@pytest.mark.parametrize("state", [None, State.TAKEN_BACK, State.COMPARED])
def test_the_other_side_asks_for_the_original_and_may_ask_once_more(state: State | None) -> None:
    assert act(state, Action.ASK, Role.RESPONDENT, OriginalFacts(acts="B", owner="A")) == State.ASKED
    refused(state, Action.ASK, Role.APPLICANT, OriginalFacts(acts="A", owner="A"))
    refused(state, Action.ASK, Role.RESPONDENT, OriginalFacts(acts="", owner="A"))
    refused(state, Action.ASK, Role.MEDIATOR, OriginalFacts(acts="B", owner="A"))


def test_only_the_side_that_asked_takes_it_back_and_not_from_a_talk_apart() -> None:
    mine = OriginalFacts(acts="B", asker="B", owner="A")
    assert act(State.ASKED, Action.TAKE_BACK, Role.RESPONDENT, mine) == State.TAKEN_BACK
    refused(State.ASKED, Action.TAKE_BACK, Role.APPLICANT, OriginalFacts(acts="A", asker="B", owner="A"))
    refused(State.ASKED, Action.TAKE_BACK, Role.RESPONDENT, OriginalFacts("B", "B", "A", apart=True))
    refused(State.COMPARED, Action.TAKE_BACK, Role.RESPONDENT, mine)


@pytest.mark.parametrize("role", [Role.MEDIATOR, Role.CONFIRMING_JUDGE])
def test_who_leads_compares_what_was_asked_for(role: Role) -> None:
    facts = OriginalFacts(asker="B", owner="A", watching=BOTH, found=SAME)
    assert act(State.ASKED, Action.COMPARE, role, facts) == State.COMPARED
    refused(State.TAKEN_BACK, Action.COMPARE, role, facts)
    refused(State.ASKED, Action.COMPARE, Role.APPLICANT, facts)


def test_by_camera_both_sides_look_and_by_post_nobody_must() -> None:
    refused(State.ASKED, Action.COMPARE, Role.MEDIATOR, OriginalFacts(watching=frozenset("A"), found=SAME))
    assert act(State.ASKED, Action.COMPARE, Role.MEDIATOR, OriginalFacts(found=OTHER)) == State.COMPARED
    refused(State.ASKED, Action.COMPARE, Role.MEDIATOR, OriginalFacts(found=OTHER, apart=True))


def test_another_result_than_before_says_why() -> None:
    again = OriginalFacts(watching=BOTH, found=SAME, last=Result.DIFFERS)
    refused(State.COMPARED, Action.COMPARE, Role.MEDIATOR, again)
    why = Comparison(Way.CAMERA, Result.AGREES, "已找到缺页")
    told = OriginalFacts(watching=BOTH, found=why, last=Result.DIFFERS)
    assert act(State.COMPARED, Action.COMPARE, Role.MEDIATOR, told) == State.COMPARED


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        (("fax", "agrees", "", "王"), "way"),
        (("post", "perhaps", "", "王"), "result"),
        (("post", "differs", " ", "王"), "note"),
        (("counter", "agrees", "", ""), "present"),
        (("post", "agrees", "字" * 301, "王"), "note"),
    ],
)
def test_a_comparison_that_is_not_whole_says_what_is_missing(
    sent: tuple[str, str, str, str], field: str
) -> None:
    with pytest.raises(BadInput) as told:
        compared(*sent)
    assert told.value.field == field


def test_by_camera_the_room_knows_who_was_there() -> None:
    assert compared("camera", "agrees", " ", "") == SAME
