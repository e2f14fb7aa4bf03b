"""Offers: money in parts, who answers what, and who may ever see it."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from odr.domain.agreements import Account, Claim, Default, Instalment, Payment, Terms
from odr.domain.offers import (
    MACHINE,
    MOST_PARTS,
    SETTLED,
    Action,
    Every,
    Offered,
    OfferFacts,
    Plan,
    State,
    Validity,
    asked,
    audience,
    commitment,
    drafted,
    examine,
    from_record,
    instalments,
    may_see,
    place_for,
    to_record,
    valid_until,
)
from odr.domain.sittings import Place
from odr.domain.steps import Reason, Role, Subject, advance
from odr.errors import BadInput, NotAllowed

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
TODAY = date(2026, 3, 2)
OFFERED = Offered(
    "B",
    4_500_000,
    instalments(Plan(4_500_000, 3, date(2026, 4, 30))),
    Default(accelerates=True, penalty="每日万分之二"),
    ("当面道歉",),
)
plans = st.builds(
    Plan,
    st.integers(1, 10**12),
    st.integers(1, MOST_PARTS),
    st.dates(date(2026, 1, 1), date(2030, 12, 31)),
    st.sampled_from(Every),
    st.one_of(st.just(0), st.integers(1, 10**9)),
)


@given(plans)
def test_the_parts_add_up_to_the_fen_and_the_last_takes_the_rest(plan: Plan) -> None:
    try:
        parts = instalments(plan)
    except BadInput:
        left = plan.amount_fen - plan.down_fen
        assert plan.number > 1
        assert left < plan.number
        return
    assert sum(part.amount_fen for part in parts) == plan.amount_fen
    assert len(parts) == plan.number
    assert all(part.amount_fen > 0 for part in parts)
    equal = [part.amount_fen for part in parts[1 if plan.down_fen else 0 : -1]]
    assert len(set(equal)) <= 1
    assert all(parts[-1].amount_fen >= each for each in equal)


@given(plans)
def test_each_part_falls_on_the_day_of_the_first_or_the_months_last(plan: Plan) -> None:
    assume(plan.number > 1 and plan.amount_fen > plan.down_fen + 10**4)
    days = [part.due for part in instalments(plan) if part.due]
    assert days[0] == plan.first
    assert all(later > earlier for earlier, later in pairwise(days))
    if plan.every in (Every.MONTH, Every.QUARTER):
        for day in days:
            assert day.day == plan.first.day or (day + timedelta(days=1)).day == 1


def test_the_end_of_january_is_followed_by_the_end_of_february_and_of_march() -> None:
    parts = instalments(Plan(300_00, 3, date(2028, 1, 31)))
    assert [part.due for part in parts] == [date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31)]


def test_whole_yuan_are_split_and_a_larger_first_payment_stands_apart() -> None:
    parts = instalments(Plan(1_000_050, 4, TODAY, down_fen=100_000))
    assert [part.amount_fen for part in parts] == [100_000, 300_000, 300_000, 300_050]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (Offered("C", 100, (Instalment(100, TODAY),)), "payer"),
        (Offered("B"), "amount"),
        (Offered("B", 100, (Instalment(99, TODAY),)), "amount"),
        (Offered("B", 10**13, (Instalment(10**13, TODAY),)), "amount"),
        (Offered("B", 100, (Instalment(100, None),)), "first"),
        (Offered("B", 100, (Instalment(100, TODAY - timedelta(days=1)),)), "first"),
        (Offered("B", 100, (Instalment(100, date(2099, 1, 1)),)), "first"),
        (Offered("B", 2, (Instalment(1, TODAY), Instalment(1, TODAY))), "first"),
        (Offered("B", 0, (), other=("长" * 1001,)), "other"),
    ],
)
def test_what_cannot_be_carried_out_is_told_at_its_field(wrong: Offered, field: str) -> None:
    with pytest.raises(BadInput) as told:
        examine(wrong, TODAY)
    assert told.value.field == field


def test_an_offer_of_words_alone_is_an_offer() -> None:
    examine(Offered("B", other=("当面道歉",)), TODAY)


def test_an_offer_survives_being_stored() -> None:
    assert from_record(json.loads(json.dumps(to_record(OFFERED)))) == OFFERED


def test_the_same_amount_has_another_commitment_under_another_salt() -> None:
    record = to_record(OFFERED)
    assert commitment(record, b"a" * 16) == commitment(dict(reversed(record.items())), b"a" * 16)
    assert commitment(record, b"a" * 16) != commitment(record, b"b" * 16)


def test_it_stands_until_the_end_of_a_day_in_china() -> None:
    late = datetime(2026, 3, 2, 15, 59, tzinfo=UTC)  # a minute before midnight there
    assert valid_until(Validity.TODAY, late) == datetime(2026, 3, 2, 15, 59, 59, tzinfo=UTC)
    assert valid_until(Validity.THREE_DAYS, late) == datetime(2026, 3, 5, 15, 59, 59, tzinfo=UTC)
    assert valid_until(Validity.HOUR, late) == late + timedelta(hours=1)


def test_what_is_accepted_replaces_the_money_of_the_draft_and_keeps_the_rest() -> None:
    account = Account("王示范", "示范银行", "62")
    before = Terms(
        applicant="王示范",
        respondent="赵模拟",
        facts="借款",
        payments=(Payment("赵模拟", "王示范", 5_000_000, account=account),),
        claims=(Claim("还款"),),
        costs="各自承担",
        other=("当面道歉",),
    )
    after = drafted(before, OFFERED)
    assert [(one.amount_fen, one.account) for one in after.payments] == [(4_500_000, account)]
    assert after.payments[0].instalments == OFFERED.instalments
    assert after.default == OFFERED.default
    assert after.other == ("当面道歉", SETTLED)
    assert (after.facts, after.claims, after.costs) == (before.facts, before.claims, before.costs)
    assert drafted(after, OFFERED) == after  # accepted twice says nothing twice


@pytest.mark.parametrize("place", [Place.JOINT, Place.CAUCUS_A, Place.CAUCUS_B])
def test_no_judge_and_no_other_of_the_court_sees_an_offer(place: Place) -> None:
    table = {Role.APPLICANT, Role.RESPONDENT, Role.AGENT, Role.MEDIATOR}
    for role in Role:
        for side in ("", "A", "B"):
            assert role in table or not may_see(role, side, place)


def test_a_proposal_to_one_side_is_seen_by_it_and_the_mediator() -> None:
    place = place_for("A")
    assert may_see(Role.APPLICANT, "A", place)
    assert may_see(Role.AGENT, "A", place)
    assert may_see(Role.MEDIATOR, "", place)
    assert not may_see(Role.RESPONDENT, "B", place)
    assert not may_see(Role.AGENT, "B", place)
    assert audience(asked(place, "")) == "talks:A"
    assert asked(Place.JOINT, "A") == {"B"}
    assert asked(Place.JOINT, "") == {"A", "B"}
    assert audience(asked(Place.JOINT, "")) == "talks"


ASKED = OfferFacts(by="A", side="B", missing=frozenset("B"))
PROPOSED = OfferFacts(by="", side="B", missing=frozenset("AB"))


def take(facts: OfferFacts, action: Action, role: Role = Role.RESPONDENT) -> str:
    subject = Subject(uuid4(), uuid4(), None if action is Action.MAKE else State.OPEN, facts)
    return advance(MACHINE, subject, action, role, now=NOW).target


@pytest.mark.parametrize(
    ("facts", "action", "target"),
    [
        (ASKED, Action.ACCEPT, State.ACCEPTED),
        (ASKED, Action.COUNTER, State.COUNTERED),
        (ASKED, Action.DECLINE, State.DECLINED),
        (PROPOSED, Action.ANSWER, State.OPEN),
        (replace(PROPOSED, missing=frozenset("B")), Action.ACCEPT, State.ACCEPTED),
        (replace(PROPOSED, missing=frozenset("B"), alone=True), Action.WELCOME, State.WELCOMED),
        (replace(ASKED, side="A", missing=frozenset("B")), Action.WITHDRAW, State.WITHDRAWN),
    ],
)
def test_an_answer_moves_an_offer(facts: OfferFacts, action: Action, target: State) -> None:
    assert take(facts, action) == target


@pytest.mark.parametrize(
    ("facts", "action"),
    [
        (replace(ASKED, side="A"), Action.ACCEPT),  # one's own
        (replace(ASKED, over=True), Action.ACCEPT),  # too late, though no clock has rung
        (replace(ASKED, talking=False), Action.ACCEPT),
        (replace(ASKED, talking=False), Action.MAKE),
        (replace(ASKED, lacks=Reason("no power")), Action.ACCEPT),
        (replace(ASKED, lacks=Reason("no power")), Action.MAKE),
        (replace(PROPOSED, lacks=Reason("no power")), Action.ANSWER),
        (PROPOSED, Action.ACCEPT),  # the other side has not answered
        (replace(PROPOSED, missing=frozenset("B"), refused=True), Action.ACCEPT),
        (replace(PROPOSED, missing=frozenset("B"), alone=True), Action.ACCEPT),  # never an agreement of one
        (replace(PROPOSED, missing=frozenset("A")), Action.ANSWER),  # answered before
        (replace(PROPOSED, missing=frozenset("B")), Action.COUNTER),
        (ASKED, Action.WITHDRAW),
        (PROPOSED, Action.WITHDRAW),
    ],
)
def test_what_nobody_may_do_to_an_offer(facts: OfferFacts, action: Action) -> None:
    with pytest.raises(NotAllowed):
        take(facts, action)
