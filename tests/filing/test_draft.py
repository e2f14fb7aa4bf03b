"""The draft: sources, disagreements, what is missing, what is next."""

import json
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from filing.draft import (
    Disagreement,
    Draft,
    Source,
    disagreements,
    dump,
    load,
    merge,
    missing,
    next_question,
    previous_question,
    progress,
    to_check,
)
from filing.forms import questions
from filing.lines import Field, Kind, Reading
from filing.prefill import Side
from filing.questions import NO

COMPLAINT = Reading(
    Kind.COMPLAINT,
    {
        "plaintiff": Field("张三", 0.99, None),
        "plaintiff_id": Field("11010519491231002X", 0.99, None),
        "defendant": Field("李四", 0.80, None),
        "cause": Field("民间借贷纠纷", 0.99, None),
        "amount": Field(50000.0, 0.99, None),
        "claims": Field("一、判令被告归还借款50000元", 0.97, None),
        "date": Field("2026-03-01", 0.97, None),
    },
)
CARD = Reading(
    Kind.ID_FRONT,
    {
        "name": Field("张叁", 0.98, None),
        "sex": Field("女", 0.99, None),
        "nation": Field("汉", 0.99, None),
        "birth": Field("1949-12-31", 0.99, None),
        "address": Field("甲省乙市丙路1号", 0.99, None),
        "id_number": Field("11010519491231002X", 0.99, None),
    },
)
LOAN = {
    "cause": "loan",
    "amount": "50000",
    "arbitration_clause": NO,
    "decided_before": NO,
    "against_authority": NO,
    "plaintiff_kind": "person",
    "plaintiff": "张三",
    "plaintiff_paper": "id_card",
    "plaintiff_id": "11010519491231002X",
    "plaintiff_sex": "女",
    "plaintiff_birth": "1949-12-31",
    "plaintiff_nation": "汉",
    "plaintiff_work": "退休",
    "plaintiff_address": "甲省乙市丙路1号",
    "plaintiff_phone": "13800000000",
    "has_agent": NO,
    "defendant_kind": "person",
    "defendant": "李四",
    "defendant_sex": "男",
    "defendant_address": "甲省乙市丁路2号",
    "loan_date": "2025-01-01",
    "loan_principal": "50000",
    "loan_way": "bank",
    "claims": "归还借款50000元",
    "facts": "2025年1月1日转账借款，到期未还。",
    "evidence": "借条，被告书写",
    "pre_mediation": NO,
    "e_service": NO,
}
VALUES = st.text(alphabet="甲乙丙 12", min_size=1, max_size=4).filter(str.strip)


def test_a_complaint_fills_parties_cause_amount_and_claims() -> None:
    assert merge(Draft(), COMPLAINT).answers == {
        "plaintiff": "张三",
        "plaintiff_id": "11010519491231002X",
        "defendant": "李四",
        "cause": "loan",
        "amount": "50000",
        "claims": "一、判令被告归还借款50000元",
    }


@given(typed=VALUES, read=VALUES)
def test_what_was_typed_is_never_overwritten_by_a_photo(typed: str, read: str) -> None:
    photo = Reading(Kind.COMPLAINT, {"defendant": Field(read, 1.0, None)})
    before = merge(Draft().typed("defendant", typed), photo)
    after = merge(Draft(), photo).typed("defendant", typed)
    assert before.answers["defendant"] == after.answers["defendant"] == typed.strip()


def test_taking_back_what_was_typed_brings_the_photo_back() -> None:
    draft = merge(Draft().typed("defendant", "王五"), COMPLAINT).typed("defendant", "")
    assert draft.answers["defendant"] == "李四"


def test_card_and_complaint_that_differ_are_both_shown() -> None:
    draft = merge(merge(Draft(), COMPLAINT), CARD)
    (found,) = disagreements(draft)
    assert (found.question, found.settled) == ("plaintiff", False)
    assert {(g.source, g.value) for g in found.given} == {(Source.CARD, "张叁"), (Source.COMPLAINT, "张三")}
    assert draft.answers["plaintiff"] == "张叁"


def test_papers_of_different_kinds_never_replace_each_other() -> None:
    iou = Reading(Kind.IOU, {"lender": Field("张珊", 0.9, None)})
    poa = Reading(Kind.POA, {"principal": Field("张三", 0.9, None)})
    (found,) = disagreements(merge(merge(Draft(), iou), poa))
    assert len(found.given) == 2


def test_a_disagreement_stays_visible_after_the_person_settled_it() -> None:
    draft = merge(merge(Draft(), COMPLAINT), CARD).typed("plaintiff", "张三")
    (found,) = disagreements(draft)
    assert isinstance(found, Disagreement)
    assert found.settled
    assert draft.answers["plaintiff"] == "张三"


def test_a_doubtful_value_is_to_be_checked_until_it_is_confirmed() -> None:
    assert to_check(merge(Draft(), COMPLAINT)) == ("defendant",)
    assert to_check(merge(Draft(), COMPLAINT, {"defendant": "李四"})) == ()


def test_a_corrected_value_counts_as_typed() -> None:
    draft = merge(Draft(), COMPLAINT, {"defendant": "李肆"})
    assert (chosen := draft.chosen("defendant")) is not None
    assert (chosen.value, chosen.source) == ("李肆", Source.TYPED)


def test_of_the_defendants_card_neither_birth_nor_ethnicity_is_kept() -> None:
    answers = merge(Draft(), CARD, side=Side.DEFENDANT).answers
    assert answers["defendant_kind"] == "person"
    assert not [question for question in answers if question.endswith(("_birth", "_nation"))]


def test_a_card_says_that_the_plaintiff_is_a_person_with_an_id_card() -> None:
    answers = merge(Draft(), CARD).answers
    assert (answers["plaintiff_kind"], answers["plaintiff_paper"]) == ("person", "id_card")


def test_a_draft_survives_storage() -> None:
    draft = merge(merge(Draft(), COMPLAINT), CARD).typed("facts", "……")
    assert load(json.loads(json.dumps(dump(draft)))) == draft


def test_a_complete_loan_claim_misses_nothing() -> None:
    assert missing(LOAN) == ()
    done = progress(LOAN)
    assert done.answered == done.needed


def test_each_mandatory_answer_is_missed_when_it_is_taken_away() -> None:
    for question in questions(LOAN):
        if question.required and question.id not in (
            "cause",
            "plaintiff_kind",
            "plaintiff_paper",
            "defendant_kind",
        ):
            less = {key: value for key, value in LOAN.items() if key != question.id}
            assert [lack.question.id for lack in missing(less)] == [question.id]


def test_a_wrong_number_date_or_amount_is_named() -> None:
    wrong = LOAN | {"plaintiff_id": "110105194912310020", "loan_date": "2025-02-30", "amount": "lots"}
    assert [lack.question.id for lack in missing(wrong)] == ["amount", "plaintiff_id", "loan_date"]


def test_an_urgent_filing_needs_four_answers_only() -> None:
    urgent = {
        "cause": "loan",
        "plaintiff": "张三",
        "plaintiff_phone": "1",
        "defendant": "李四",
        "claims": "还钱",
    }
    assert missing(urgent, urgent=True) == ()
    assert missing(urgent)


def test_pages_follow_each_other_and_lead_back() -> None:
    ids = [question.id for question in questions(LOAN)]
    for here, there in pairwise(ids):
        assert (following := next_question(LOAN, here)) is not None
        assert following.id == there
        assert (before := previous_question(LOAN, there)) is not None
        assert before.id == here
    assert next_question(LOAN, ids[-1]) is None
    assert previous_question(LOAN, ids[0]) is None


def test_an_empty_draft_begins_with_the_cause() -> None:
    first = next_question({})
    assert first is not None
    assert first.id == "cause"
