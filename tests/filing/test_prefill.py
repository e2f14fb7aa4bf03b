"""What a field of a paper answers."""

import pytest

from filing.forms import questions
from filing.lines import Kind
from filing.prefill import _CARDS, _PAPERS, Side, prefill
from filing.questions import YES


def test_a_companys_code_is_not_taken_for_an_identity_number() -> None:
    assert dict(prefill("complaint", "defendant_id", "91110108551385082Q")) == {
        "defendant_credit_code": "91110108551385082Q",
        "defendant_kind": "company",
    }


def test_a_misread_identity_number_is_kept_to_be_corrected_and_tells_nothing_else() -> None:
    assert prefill("complaint", "plaintiff_id", "110105194912310021") == (
        ("plaintiff_id", "110105194912310021"),
    )


def test_of_a_defendants_number_the_birthday_is_not_kept() -> None:
    assert set(dict(prefill("complaint", "defendant_id", "11010519491231002X"))) == {
        "defendant_id",
        "defendant_kind",
        "defendant_sex",
    }


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("张三", "person"),
        ("阿依古丽·买买提", "person"),
        ("某某物业服务股份有限公司", "company"),
        ("某某便利店", "company"),
        ("ABC", None),
    ],
)
def test_a_name_tells_person_or_company_where_it_can(name: str, kind: str | None) -> None:
    assert dict(prefill("complaint", "defendant", name)).get("defendant_kind") == kind


def test_a_power_of_attorney_names_the_agent_his_kind_and_powers() -> None:
    fields = {"agent": "王五", "firm": "某某律师事务所", "power": "特别授权"}
    answers = dict(pair for name, value in fields.items() for pair in prefill("poa", name, value))
    assert answers == {"agent": "王五", "has_agent": YES, "agent_kind": "lawyer", "agent_powers": "special"}


def test_full_power_alone_counts_as_general() -> None:
    assert prefill("poa", "power", "全权代理") == (("agent_powers", "general"),)


def test_every_row_is_of_a_known_paper_and_answers_a_question_that_is_asked() -> None:
    asked = set()
    for kind in ("person", "company"):
        answers = {"cause": "loan", "plaintiff_kind": kind, "defendant_kind": kind, "has_agent": YES}
        asked |= {question.id for question in questions(answers | {"plaintiff_paper": "id_card"})}
    for (paper, _), targets in _PAPERS.items():
        assert paper in set(Kind)
        assert {question for question, _ in targets} <= asked
    cards = {f"plaintiff{end}" for targets in _CARDS.values() for end, _ in targets}
    assert cards <= asked


def test_numbered_claims_get_a_line_each() -> None:
    read = "一、归还借款8000.50元;二、支付利息；三、承担诉讼费。"
    assert prefill("complaint", "claims", read) == (
        ("claims", "一、归还借款8000.50元;\n二、支付利息；\n三、承担诉讼费。"),
    )


def test_an_agents_card_gives_his_name_only() -> None:
    assert prefill("id_front", "name", "王五", Side.AGENT) == (("agent", "王五"),)
    assert prefill("id_front", "id_number", "11010519491231002X", Side.AGENT) == ()
