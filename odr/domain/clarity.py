"""The clarity lint: what a court could not confirm or enforce in the terms as written (JS 358, 460).

Rule 1: an error bars signing; a warning is shown to everybody who reads the agreement.
Rule 2: a finding names the place, so that the mediator sees which line to mend.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from filing.amounts import from_words
from odr.domain.agreements import Outcome, Payment, Terms


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """`text` is an English message id with `values`; `place` is such as "payments[0]"."""

    rule: str
    severity: Severity
    text: str
    article: str
    place: str = ""
    values: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    severity: Severity
    text: str
    article: str


_E, _W = Severity.ERROR, Severity.WARNING
RULES: Final[dict[str, Rule]] = {
    "parties": Rule(_E, "Both parties must be named.", "TY 24"),
    "facts": Rule(_E, "The facts and points in dispute must be stated in short.", "TY 24"),
    "nothing": Rule(_E, "The agreement settles nothing yet: no payment, no duty, no claim.", "TY 24"),
    "payer_payee": Rule(_E, "Payer and payee must be the two parties, each named once.", "JS 461"),
    "amount": Rule(_E, "The amount must be more than zero.", "JS 461"),
    "currency": Rule(_E, "The amount must be in yuan (CNY).", "JS 461"),
    "words": Rule(_E, "The amount in words is not the amount in figures.", "JS 358(5)"),
    "sum": Rule(_E, "The instalments do not add up to the whole amount.", "JS 358(5)"),
    "due": Rule(_E, "Every payment needs its last day.", "JS 358(5)"),
    "past": Rule(_E, "A day for performance lies in the past.", "JS 358(5)"),
    "order": Rule(_W, "The instalments are not in the order of their days.", "JS 358(5)"),
    "account": Rule(_E, "Name the account (holder, bank, number), or say: paid in cash.", "JS 358(5)"),
    "holder": Rule(_W, "The account belongs to somebody other than the payee; is this meant?", "JS 358(5)"),
    "duty": Rule(_E, "A duty needs who does what until which day.", "JS 461"),
    "default": Rule(_W, "Nothing is said about late or missing performance.", "MT 8"),
    "accelerate": Rule(_W, "Say whether everything falls due when one instalment is missed.", "MT 8"),
    "judge_again": Rule(_E, "Non-performance cannot be made a reason for the court to decide again.", "MT 8"),
    "claim": Rule(_E, "Every claim needs its outcome.", "TY 24"),
    "partial": Rule(_W, "One claim stays open: this is a partial agreement.", "OMR 19"),
    "costs": Rule(_W, "Nothing is said about who bears the costs.", "MT 11"),
    "status": Rule(
        _E,
        "Marriage, parentage and adoption cannot be settled or signed electronically here; they go on paper "
        "at the court. Visiting, support and money can be written.",
        "JS 355(3); DZ 3",
    ),
    "inheritance": Rule(
        _E,
        "Who is an heir, or gives that up, cannot be signed electronically; it goes on paper at the court. "
        "What is paid for a share can be written.",
        "DZ 3",
    ),
    "title": Rule(_E, "Who owns a thing or a right cannot be confirmed in this agreement.", "JS 355(5)"),
    "vague": Rule(_E, "This wording cannot be enforced: %(word)s. Please be exact.", "JS 358(5)"),
    "twice": Rule(_W, "The same payment is written twice.", "JS 358(5)"),
}  # fmt: skip

_VAGUE: Final = re.compile(
    "尽快|尽早|及时|适当|酌情|左右|大约|大概|若干|视情况|有钱|有能力时|合理期限|合理时间|近期|另行协商|以后再说|等等"
)
# Not what becomes of a marriage, but what is named after it: "after the divorce", "the divorce case".
_NAMED = "(?!后|时|之后|以后|之前|前|之日|案|纠纷|诉讼|判决|协议|调解书|证|损害|(登记|手续)(后|之后|时|之日))"
_TIES = "(婚姻|夫妻|亲子|父子|母子|父女|母女|收养|监护)关系(?!存续|纠纷|期间)"
_STATUS: Final = re.compile(
    f"(确认|解除|建立|恢复|终止|撤销|变更|宣告)[^。；]{{0,8}}{_TIES}|"
    f"{_TIES}[^。；]{{0,10}}(解除|成立|终止|恢复|消灭|无效|不存在){_NAMED}|"
    "(确认|宣告|撤销)[^。；]{0,4}婚姻(?!关系|登记|家庭|期间|存续)|"
    f"(同意|自愿|双方|夫妻|准许|准予|判令|请求|要求|[与和及、][^。；，已]{{1,8}})[^。；，已]{{0,6}}离婚{_NAMED}|"
    f"办理[^。；]{{0,4}}(离婚|结婚|复婚|收养|送养){_NAMED}|离婚自愿|复婚{_NAMED}|断绝[^。；]{{0,6}}关系|"
    f"(由|同意|自愿|将|交)[^。；]{{0,10}}(收养|送养){_NAMED}(?!人|费|关系)|"
    "(是|系|非)[^。；]{0,8}(亲生父亲|亲生母亲|亲生子女|生父|生母)(?=[。；，]|$)|"
    "(变更|指定|撤销|担任|确定|不再是|不再担任)[^。；]{0,8}监护(人|权|资格)"
)
_HEIR: Final = re.compile(
    "继承人(身份|资格)|(放弃|丧失|享有|取得|确认)[^。；]{0,6}继承(?!纠纷)|继承权归|"
    "由[^。；，]{1,10}继承(?!纠纷|人)|(放弃|不参与|不再参与|不要)[^。；]{0,4}遗产(?!纠纷)"
)
_TITLE: Final = re.compile(
    "(所有权|产权|专利权|商标权|著作权|居住权)[^。；]{0,8}(归|属于|确认)|确认[^。；]{0,20}(归|属)[^。；]{0,12}所有|"
    "(房屋|房产|住房|不动产|土地|宅基地|商铺|厂房|车位|商标|专利|著作|版权|股权)[^。；，内里中]{0,12}，?归[^。；，]{1,12}所有"
)
_JUDGE_AGAIN: Final = re.compile(
    "(请求|申请|由|交)[^。；]{0,6}法院[^。；]{0,10}(判决|裁判|裁决|重新审理|审判)"
)

_NOT_HERE: Final = (("status", _STATUS), ("inheritance", _HEIR), ("title", _TITLE))
_PATTERNS: Final = (*_NOT_HERE, ("judge_again", _JUDGE_AGAIN))


def lint(terms: Terms, today: date) -> list[Finding]:
    """Every finding, errors first; `today` is the day in China. An empty list means: clear."""
    found = [
        *_frame(terms),
        *_payments(terms, today),
        *_duties(terms, today),
        *_claims(terms),
        *_texts(terms),
    ]
    return sorted(found, key=lambda finding: finding.severity is Severity.WARNING)


def errors(findings: list[Finding]) -> int:
    """How many of them bar signing."""
    return sum(finding.severity is Severity.ERROR for finding in findings)


def _finding(rule: str, place: str = "", **values: str | int) -> Finding:
    record = RULES[rule]
    return Finding(rule, record.severity, record.text, record.article, place, values)


def _frame(terms: Terms) -> Iterator[Finding]:
    if not (terms.applicant.strip() and terms.respondent.strip()):
        yield _finding("parties")
    if not terms.facts.strip():
        yield _finding("facts")
    settled = any(claim.outcome not in (None, Outcome.OPEN) for claim in terms.claims)
    if not (terms.payments or terms.duties or settled):
        yield _finding("nothing")
    if not terms.costs.strip():
        yield _finding("costs")
    later = terms.duties or any(part.due for payment in terms.payments for part in payment.instalments)
    if later and not (terms.default.accelerates or terms.default.penalty.strip()):
        yield _finding("default")
    if any(len(payment.instalments) > 1 for payment in terms.payments) and not terms.default.accelerates:
        yield _finding("accelerate")


def _payments(terms: Terms, today: date) -> Iterator[Finding]:
    sides = {terms.applicant, terms.respondent}
    for number, payment in enumerate(terms.payments):
        place = f"payments[{number}]"
        if {payment.payer, payment.payee} != sides or payment.payer == payment.payee:
            yield _finding("payer_payee", place)
        yield from _money(payment, place)
        yield from _days(payment, place, today)
        yield from _account(payment, place)
    for payment, times in Counter(terms.payments).items():
        if times > 1:
            yield _finding("twice", f"payments[{terms.payments.index(payment)}]")


def _money(payment: Payment, place: str) -> Iterator[Finding]:
    if payment.amount_fen <= 0 or any(part.amount_fen <= 0 for part in payment.instalments):
        yield _finding("amount", place)
    if payment.currency != "CNY":
        yield _finding("currency", place)
    if payment.words and from_words(payment.words) != payment.amount_fen:
        yield _finding("words", place)
    if payment.instalments and sum(part.amount_fen for part in payment.instalments) != payment.amount_fen:
        yield _finding("sum", place)


def _days(payment: Payment, place: str, today: date) -> Iterator[Finding]:
    days = [part.due for part in payment.instalments if part.due]
    if not payment.instalments or len(days) < len(payment.instalments):
        yield _finding("due", place)
    if any(day < today for day in days):
        yield _finding("past", place)
    if days != sorted(days):
        yield _finding("order", place)


def _account(payment: Payment, place: str) -> Iterator[Finding]:
    account = payment.account
    if account is None:
        if not payment.in_cash:
            yield _finding("account", place)
    elif not (account.holder.strip() and account.bank.strip() and account.number.strip()):
        yield _finding("account", place)
    elif account.holder != payment.payee:
        yield _finding("holder", place)


def _duties(terms: Terms, today: date) -> Iterator[Finding]:
    for number, duty in enumerate(terms.duties):
        place = f"duties[{number}]"
        if not (duty.who.strip() and duty.what.strip() and duty.by):
            yield _finding("duty", place)
        if duty.by and duty.by < today:
            yield _finding("past", place)


def _claims(terms: Terms) -> Iterator[Finding]:
    for number, claim in enumerate(terms.claims):
        if claim.outcome is None:
            yield _finding("claim", f"claims[{number}]")
        elif claim.outcome is Outcome.OPEN:
            yield _finding("partial", f"claims[{number}]")


def _texts(terms: Terms) -> Iterator[Finding]:
    for place, text in _written(terms):
        for rule, pattern in _PATTERNS:
            if pattern.search(text):
                yield _finding(rule, place)
        if word := _VAGUE.search(text):
            yield _finding("vague", place, word=word[0])
    for number, claim in enumerate(terms.claims):
        # A claim that is given up or left open says nothing of what it asked for.
        if claim.outcome not in (None, Outcome.OPEN, Outcome.WAIVED):
            for rule, pattern in _NOT_HERE:
                if pattern.search(claim.claim):
                    yield _finding(rule, f"claims[{number}]")


def _written(terms: Terms) -> Iterator[tuple[str, str]]:
    """Every free text that would be printed as a term, with its place."""
    yield from ((f"duties[{n}]", duty.what) for n, duty in enumerate(terms.duties))
    yield from ((f"claims[{n}]", claim.note) for n, claim in enumerate(terms.claims))
    yield from ((f"other[{n}]", text) for n, text in enumerate(terms.other))
    yield ("default", terms.default.penalty)
    yield ("costs", terms.costs)
