"""Opinions on evidence, and what they allow."""

from datetime import UTC, datetime
from itertools import product
from uuid import uuid4

import pytest

from odr.domain.evidence import (
    LONGEST_REASON,
    MACHINE,
    Action,
    Answer,
    EvidenceFacts,
    Opinion,
    Piece,
    State,
    checked,
    open_to_court,
    undisputed,
)
from odr.domain.steps import Role, Subject, advance
from odr.errors import BadInput, NotAllowed

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
ADMITS = Opinion("B", Answer.ADMIT, Answer.ADMIT, Answer.ADMIT)


@pytest.mark.parametrize("answers", list(product(Answer, repeat=3)))
@pytest.mark.parametrize("reason", ["", "金额与我付的不一样"])
def test_a_denial_says_why_and_only_truth_asks_for_the_original(
    answers: tuple[Answer, Answer, Answer], reason: str
) -> None:
    opinion = Opinion("B", *answers, reason)
    misplaced = Answer.ASK_ORIGINAL in answers[1:]
    silent = set(answers) != {Answer.ADMIT} and not reason
    if misplaced or silent:
        with pytest.raises(BadInput):
            checked(opinion)
    else:
        assert checked(opinion) is opinion


def test_a_reason_is_a_few_words() -> None:
    for length, fits in ((LONGEST_REASON, True), (LONGEST_REASON + 1, False)):
        opinion = Opinion("B", Answer.DENY, Answer.ADMIT, Answer.ADMIT, "字" * length)
        if fits:
            assert checked(opinion) is opinion
        else:
            with pytest.raises(BadInput):
                checked(opinion)


def test_evidence_is_undisputed_only_when_both_sides_admit_all_three() -> None:
    own = Opinion("A", Answer.ADMIT, Answer.ADMIT, Answer.ADMIT)
    assert undisputed([own, ADMITS])
    assert not undisputed([own])
    assert not undisputed([own, Opinion("B", Answer.ADMIT, Answer.ADMIT, Answer.DENY, "无关")])


def _act(state: State | None, action: Action, role: Role, facts: EvidenceFacts) -> str:
    return advance(MACHINE, Subject(uuid4(), uuid4(), state, facts), action, role, now=NOW).target


def test_evidence_after_the_time_limit_needs_a_reason() -> None:
    late = EvidenceFacts(owner="A", acts="A", late=True)
    with pytest.raises(NotAllowed):
        _act(None, Action.UPLOAD, Role.APPLICANT, late)
    told = EvidenceFacts(owner="A", acts="A", late=True, late_reason="住院")
    assert _act(None, Action.UPLOAD, Role.APPLICANT, told) == State.UPLOADED


def test_only_its_owner_discloses_a_piece() -> None:
    with pytest.raises(NotAllowed):
        _act(State.RECEIPTED, Action.DISCLOSE, Role.RESPONDENT, EvidenceFacts(owner="A", acts="B"))
    with pytest.raises(NotAllowed):
        _act(State.RECEIPTED, Action.DISCLOSE, Role.MEDIATOR, EvidenceFacts(owner="A", acts="A"))


def test_an_exam_does_not_close_before_the_other_side_was_heard() -> None:
    facts = EvidenceFacts(owner="A", answered=frozenset("A"))
    with pytest.raises(NotAllowed):
        _act(State.UNDER_EXAM, Action.CLOSE_EXAM, Role.MEDIATOR, facts)
    heard = EvidenceFacts(owner="A", answered=frozenset("AB"))
    assert _act(State.UNDER_EXAM, Action.CLOSE_EXAM, Role.MEDIATOR, heard) == State.EXAMINED


@pytest.mark.parametrize(
    ("piece", "opens"),
    [
        (Piece("A"), True),  # what was filed
        (Piece("A", in_room=True), False),
        (Piece("B", in_room=True), False),
        (Piece("B"), False),  # sent to the mediation
        (Piece("B", "authority"), True),  # a power, for whoever checks it
        (Piece("A", in_room=True, disclosed=True), True),
        (Piece("B", disclosed=True), True),
    ],
)
def test_the_court_opens_what_was_filed_and_of_a_talk_only_what_was_disclosed(
    piece: Piece, opens: bool
) -> None:
    assert open_to_court(piece) is opens
