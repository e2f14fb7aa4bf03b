"""The element-style complaint."""

from filing.catalogue import chinese
from filing.complaint import complaint

ANSWERS = {
    "cause": "loan",
    "plaintiff_kind": "person",
    "plaintiff": "张三",
    "plaintiff_id": "11010519491231002X",
    "plaintiff_sex": "女",
    "plaintiff_birth": "1949-12-31",
    "plaintiff_nation": "汉",
    "plaintiff_address": "甲省乙市丙路1号",
    "has_agent": "yes",
    "agent": "王五",
    "agent_kind": "lawyer",
    "agent_powers": "special",
    "defendant_kind": "person",
    "defendant": "李四",
    "defendant_sex": "不详",
    "defendant_id": "440524188001010014",
    "defendant_address": "甲省乙市丁路2号",
    "loan_date": "2025-01-05",
    "loan_principal": "50000",
    "loan_way": "bank",
    "claims": "1. 归还借款50000元\n\n2. 承担诉讼费",
    "facts": "到期未还。",
    "evidence": "借条",
    "has_witness": "yes",
    "witnesses": "赵六，甲省乙市戊路3号",
}


def test_parties_are_named_with_what_is_known_of_them() -> None:
    assert complaint(ANSWERS, chinese).parties == (
        "原告：张三，女，1949年12月31日出生，汉族，住址：甲省乙市丙路1号。",
        "委托诉讼代理人：王五，律师，代理权限：特别授权。",
        "被告：李四，住所地：甲省乙市丁路2号。",
    )


def test_no_identity_number_gets_into_the_paper_that_the_other_side_reads() -> None:
    printed = str(complaint(ANSWERS, chinese))
    assert "11010519491231002X" not in printed
    assert "440524188001010014" not in printed


def test_elements_are_printed_as_people_read_them() -> None:
    assert complaint(ANSWERS, chinese).elements == (
        ("您是哪一天把钱借出去的？", "2025年1月5日"),
        ("您实际借出多少钱？", "50,000元"),
        ("钱是怎么交付的？", "银行转账"),
    )


def test_claims_stand_a_line_each_and_witnesses_among_the_evidence() -> None:
    paper = complaint(ANSWERS, chinese)
    assert paper.claims == ("1. 归还借款50000元", "2. 承担诉讼费")
    assert paper.evidence == ("借条", "证人：赵六，甲省乙市戊路3号")


def test_a_company_is_named_with_its_representative() -> None:
    company = {
        "plaintiff_kind": "company",
        "plaintiff": "某公司",
        "plaintiff_legal_rep": "钱七",
        "plaintiff_legal_rep_post": "执行董事",
    }
    assert complaint(company, chinese).parties == ("原告：某公司，法定代表人：钱七，职务：执行董事。",)


def test_an_unfinished_draft_makes_an_unfinished_complaint() -> None:
    assert complaint({}, chinese).parties == ()
    assert complaint({}, chinese).cause == "其他民事纠纷"


def test_a_guardian_is_named_as_such_with_the_relation_and_not_with_a_number() -> None:
    guarded = {"plaintiff_kind": "ward", "guardian": "张大", "guardian_relation": "mother"}
    guarded |= {"guardian_id": "11010519491231002X", "guardian_address": "甲省乙市丙路1号"}
    parties = complaint(ANSWERS | guarded, chinese).parties
    assert parties[0].startswith("原告：张三，女，")
    assert parties[1] == "法定代理人：张大，系原告的母亲，住址：甲省乙市丙路1号。"
    assert len(parties) == 4
    assert "法定代理人" not in str(complaint(ANSWERS | guarded | {"plaintiff_kind": "person"}, chinese))
