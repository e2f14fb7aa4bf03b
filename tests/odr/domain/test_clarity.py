"""What a court could not confirm or enforce is found before anybody signs."""

from dataclasses import replace
from datetime import date

import pytest

from filing.norms import cite
from odr.domain.agreements import Account, Claim, Default, Duty, Instalment, Outcome, Payment, Terms
from odr.domain.clarity import RULES, Severity, errors, lint
from odr.languages import catalogue
from tests.odr.domain.test_agreements import TERMS

TODAY = date(2026, 3, 2)
PAY = TERMS.payments[0]
ONCE = (Instalment(300_000, date(2026, 4, 1)),)


def _paying(**changes: object) -> Terms:
    return replace(TERMS, payments=(replace(PAY, **changes),))  # type: ignore[arg-type]


def _other(text: str) -> Terms:
    return replace(TERMS, other=(text,))


def test_clear_terms_have_no_finding() -> None:
    assert lint(TERMS, TODAY) == []


def test_ordinary_wording_is_not_taken_for_a_fault() -> None:
    calm = (
        "双方确认就本纠纷再无其他争议。",
        "一方不履行的，对方可以向人民法院申请强制执行。",
        "赵模拟为上述付款提供连带责任保证。",
        "双方同意对调解内容保密。",
        "离婚后财产纠纷中的车辆折价款按本协议支付。",
    )
    assert [text for text in calm if lint(_other(text), TODAY)] == []


def test_visiting_support_and_money_of_a_family_are_signed_here() -> None:
    calm = (
        "刘示例每月第一个和第三个周六上午九点至下午五点探望孩子。",
        "赵模拟每月十日前支付子女抚养费2,000元，至其年满十八周岁。",
        "孩子由刘示例直接抚养。",
        "赵模拟每月支付母亲赡养费800元。",
        "赵模拟返还彩礼30,000元。",
        "双方离婚后，共同存款按本协议支付。",
        "赵模拟就继承纠纷中的房屋折价款向刘示例支付100,000元。",
        "双方确认婚姻关系存续期间的共同债务为50,000元。",
        "双方已于2025年离婚，抚养费按本协议支付。",
        "双方办理离婚登记后三日内，赵模拟支付补偿款。",
        "收养关系解除后赵模拟支付补偿50,000元。",
        "赵模拟配合刘示例办理房屋过户登记。",
        "房屋内的家具归刘示例所有。",
        "由孩子的监护人代为收款，收款人为孩子的生母刘示例。",
    )
    assert [text for text in calm if lint(_other(text), TODAY)] == []


@pytest.mark.parametrize(
    ("rule", "terms"),
    [
        ("parties", replace(TERMS, respondent=" ")),
        ("facts", replace(TERMS, facts="")),
        ("nothing", replace(TERMS, payments=(), duties=(), claims=(Claim("付款", Outcome.OPEN),))),
        ("payer_payee", _paying(payee="赵模拟")),
        ("payer_payee", _paying(payer="王示范")),
        ("amount", _paying(amount_fen=0, instalments=(Instalment(0, date(2026, 4, 1)),))),
        (
            "amount",
            _paying(instalments=(Instalment(-1, date(2026, 4, 1)), Instalment(300_001, date(2026, 5, 1)))),
        ),
        ("currency", _paying(currency="USD")),
        ("words", _paying(words="叁仟零壹元整")),
        ("words", _paying(words="三千多")),
        ("sum", _paying(instalments=(Instalment(299_999, date(2026, 4, 1)),))),
        ("due", _paying(instalments=(Instalment(300_000),))),
        ("due", _paying(instalments=())),
        ("past", _paying(instalments=(Instalment(300_000, date(2026, 3, 1)),))),
        ("order", _paying(instalments=PAY.instalments[::-1])),
        ("account", _paying(account=None)),
        ("account", _paying(account=Account("刘示例", "", "6200"))),
        ("holder", _paying(account=Account("王示范", "示例银行", "6200"))),
        ("duty", replace(TERMS, duties=(Duty("刘示例", "交还钥匙"),))),
        ("duty", replace(TERMS, duties=(Duty("", "交还钥匙", date(2026, 4, 1)),))),
        ("past", replace(TERMS, duties=(Duty("刘示例", "交还钥匙", date(2026, 2, 1)),))),
        ("default", replace(TERMS, default=Default())),
        ("accelerate", replace(TERMS, default=Default(penalty="每日万分之二"))),
        ("judge_again", _other("一方不履行的，另一方可以请求人民法院依法判决。")),
        ("claim", replace(TERMS, claims=(Claim("返还押金"),))),
        ("partial", replace(TERMS, claims=(Claim("支付利息", Outcome.OPEN),))),
        ("costs", replace(TERMS, costs="")),
        ("status", _other("双方自愿离婚。")),
        ("status", _other("双方同意解除收养关系。")),
        ("status", _other("确认双方父子关系不存在。")),
        *(
            ("status", _other(text))
            for text in (
                "原、被告离婚。",
                "准许原告与被告离婚。",
                "双方于2026年5月1日前办理离婚登记。",
                "双方的夫妻关系自签字之日起终止。",
                "确认婚姻无效。",
                "双方复婚。",
                "收养关系解除。",
                "孩子由王示范收养。",
                "变更孩子的监护人为赵模拟。",
                "赵模拟系孩子的亲生父亲。",
            )
        ),
        ("status", replace(TERMS, duties=(Duty("刘示例", "与赵模拟离婚", date(2026, 4, 1)),))),
        ("status", replace(TERMS, claims=(Claim("判令原告与被告离婚", Outcome.GRANTED),))),
        ("title", replace(TERMS, claims=(Claim("请求确认房屋归原告所有", Outcome.PARTLY),))),
        ("inheritance", _other("父亲的遗产由刘示例继承。")),
        ("inheritance", _other("刘示例不参与遗产分割。")),
        ("title", _other("位于样本市的房屋归刘示例所有。")),
        ("inheritance", _other("刘示例自愿放弃继承父亲遗产的权利。")),
        ("inheritance", _other("确认赵模拟的继承人身份。")),
        ("title", _other("确认位于样本市的房屋归刘示例所有。")),
        ("title", _other("房屋所有权归刘示例。")),
        ("vague", _other("赵模拟尽快清理房屋。")),
        ("vague", replace(TERMS, duties=(Duty("刘示例", "赔偿若干元", date(2026, 4, 1)),))),
        ("twice", replace(TERMS, payments=(PAY, PAY))),
    ],
)
def test_a_fault_in_the_terms_is_found_by_its_rule(rule: str, terms: Terms) -> None:
    assert rule in {finding.rule for finding in lint(terms, TODAY)}


@pytest.mark.parametrize("outcome", [Outcome.WAIVED, Outcome.OPEN])
def test_a_claim_that_is_given_up_or_left_open_settles_no_status(outcome: Outcome) -> None:
    found = lint(replace(TERMS, claims=(*TERMS.claims, Claim("判令原告与被告离婚", outcome))), TODAY)
    assert {finding.rule for finding in found} <= {"partial"}


def test_words_that_agree_with_the_figures_are_no_finding() -> None:
    assert lint(_paying(words="人民币叁仟元整"), TODAY) == []


def test_money_paid_today_in_cash_needs_no_account() -> None:
    terms = _paying(account=None, in_cash=True, instalments=(Instalment(300_000, TODAY),))
    assert lint(terms, TODAY) == []


def test_errors_come_first_and_are_counted() -> None:
    findings = lint(Terms(), TODAY)
    order = [finding.severity for finding in findings]
    assert order == sorted(order, key=lambda one: one is Severity.WARNING)
    assert errors(findings) == order.count(Severity.ERROR) > 0


def test_a_finding_names_its_line() -> None:
    bad = Payment("赵模拟", "刘示例", 300_000, ONCE)
    found = lint(replace(TERMS, payments=(PAY, bad)), TODAY)
    assert {finding.place for finding in found} == {"payments[1]"}


def test_every_rule_has_an_article_and_its_chinese() -> None:
    chinese = catalogue("zh_CN")
    assert len(RULES) >= 20
    assert all(cite(one) != one for rule in RULES.values() for one in rule.article.split("; "))
    assert all(rule.article and chinese.gettext(rule.text) != rule.text for rule in RULES.values())
