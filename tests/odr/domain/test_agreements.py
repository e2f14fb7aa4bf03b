"""The terms of an agreement, and who signs it when."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odr.domain.agreements import (
    MACHINE,
    Account,
    Action,
    AgreementFacts,
    Claim,
    Default,
    Duty,
    Instalment,
    Outcome,
    Payment,
    Said,
    Signed,
    State,
    Terms,
    Ticks,
    effective_at,
    from_record,
    sentences,
    to_record,
)
from odr.domain.steps import Role, Subject, advance
from odr.errors import BadInput, NotAllowed

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
ALL = frozenset({"A", "B", "mediator"})
TERMS = Terms(
    applicant="刘示例",
    respondent="赵模拟",
    facts="2025年双方因房屋租赁押金发生争议。",
    payments=(
        Payment(
            "赵模拟",
            "刘示例",
            300_000,
            (Instalment(100_000, date(2026, 4, 1)), Instalment(200_000, date(2026, 5, 1))),
            Account("刘示例", "示例银行样本支行", "6200000000000000"),
        ),
    ),
    duties=(Duty("刘示例", "交还房屋钥匙两把", date(2026, 3, 20)),),
    default=Default(accelerates=True, penalty="按未付金额每日万分之二支付违约金"),
    claims=(Claim("返还押金3,000元", Outcome.GRANTED), Claim("支付利息", Outcome.WAIVED)),
    costs="本次调解不收费",
)


def test_terms_survive_being_stored() -> None:
    assert from_record(json.loads(json.dumps(to_record(TERMS)))) == TERMS


@pytest.mark.parametrize("name", ["payments", "default", "claims", "applicant"])
def test_a_record_with_a_hole_is_refused(name: str) -> None:
    record = to_record(TERMS)
    del record[name]
    with pytest.raises(BadInput):
        from_record(record)


def test_the_sentences_tell_every_figure_day_and_account() -> None:
    text = "\n".join(sentences(TERMS))
    told = (
        "3,000元",
        "叁仟元整",
        "2026年4月1日",
        "2026年5月1日",
        "6200000000000000",
        "钥匙",
        "放弃",
        "万分之二",
    )
    assert [word for word in told if word not in text] == []


def test_money_paid_at_once_is_one_sentence() -> None:
    payment = replace(TERMS.payments[0], instalments=(Instalment(300_000, date(2026, 4, 1)),))
    assert "付清" in sentences(replace(TERMS, payments=(payment,)))[0]


def _sign(state: State, action: Action, facts: AgreementFacts, role: Role = Role.APPLICANT) -> str:
    return advance(MACHINE, Subject(uuid4(), uuid4(), state, facts), action, role, now=NOW).target


def test_the_last_signature_completes_and_no_other_does() -> None:
    facts = AgreementFacts(missing=ALL, signer="A", approved=True)
    assert _sign(State.OPEN_FOR_SIGN, Action.SIGN, facts) == State.SIGNING
    last = replace(facts, missing=frozenset({"mediator"}), signer="mediator")
    assert _sign(State.SIGNING, Action.SIGN_LAST, last, Role.MEDIATOR) == State.COMPLETE
    with pytest.raises(NotAllowed):
        _sign(State.SIGNING, Action.SIGN_LAST, facts)
    with pytest.raises(NotAllowed):
        _sign(State.SIGNING, Action.SIGN, last, Role.MEDIATOR)


@pytest.mark.parametrize(
    "facts",
    [
        AgreementFacts(missing=ALL - {"A"}, signer="A", approved=True),  # a second time
        AgreementFacts(missing=ALL, signer="A", approved=True, may_settle=False),  # 全权代理 alone
        AgreementFacts(missing=ALL, signer="A"),  # no fresh code
    ],
)
def test_a_signature_that_does_not_bind_is_refused(facts: AgreementFacts) -> None:
    with pytest.raises(NotAllowed):
        _sign(State.OPEN_FOR_SIGN, Action.SIGN, facts)


def test_an_unclear_text_is_not_opened() -> None:
    with pytest.raises(NotAllowed):
        _sign(State.DRAFT, Action.FIND_CLEAR, AgreementFacts(errors=1), Role.MEDIATOR)
    with pytest.raises(NotAllowed):
        _sign(State.LINTED, Action.OPEN, AgreementFacts(unread=frozenset("B")), Role.MEDIATOR)


def test_a_change_after_a_signature_makes_a_new_draft() -> None:
    assert _sign(State.SIGNING, Action.REVISE, AgreementFacts(), Role.MEDIATOR) == State.DRAFT


@given(st.permutations([("A", 1), ("B", 2), ("mediator", 3)]))
def test_the_agreement_takes_effect_with_the_last_party_whoever_signs_when(
    order: list[tuple[str, int]],
) -> None:
    signed = tuple(Signed(by, NOW + timedelta(minutes=place)) for place, (by, _) in enumerate(order))
    parties = [one.at for one in signed if one.by != "mediator"]
    assert effective_at(signed) == max(parties)
    assert effective_at(tuple(one for one in signed if one.by != "B")) is None


NUMBERS = range(1, 5)
some = st.frozensets(st.sampled_from(NUMBERS))


@given(st.permutations(NUMBERS), some)
def test_ticks_told_one_by_one_are_all_kept_in_whatever_order_they_come(
    order: list[int], agreed: frozenset[int]
) -> None:
    said = dict.fromkeys(agreed, Said.AGREED)
    for number in order:
        said |= {key: one for key, one in Ticks([number], []).changes(said, NUMBERS).items() if one}
    assert said == dict.fromkeys(NUMBERS, Said.AGREED)


@given(some, some)
def test_a_page_that_shows_every_clause_has_the_last_word_but_answers_no_question(
    agreed: frozenset[int], ticked: frozenset[int]
) -> None:
    before = dict.fromkeys(agreed, Said.AGREED) | {4: Said.QUESTION}
    now = before | Ticks(ticked).changes(before, NUMBERS)
    assert {number for number, said in now.items() if said is Said.AGREED} == ticked
    assert now.get(4) is (Said.AGREED if 4 in ticked else Said.QUESTION)
    assert (before | Ticks(ticked, asked=1).changes(before, NUMBERS))[1] is Said.QUESTION


def test_a_tick_is_taken_back_alone_and_no_clause_is_invented() -> None:
    before = {1: Said.AGREED, 2: Said.AGREED, 3: Said.QUESTION}
    assert Ticks([], [2, 3]).changes(before, NUMBERS) == {2: None}
    assert Ticks([9], []).changes(before, NUMBERS) == {}
