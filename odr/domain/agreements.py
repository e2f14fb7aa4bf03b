"""The mediation agreement: its terms as data, and its way from draft to performance.

Rule 1: it takes effect when the last party has signed; the mediator's signature is of form (OMR 19).
Rule 2: who signs for a party needs the power to settle, item by item (MSF 62, JS 89).
Rule 3: a text that was opened for signing is not edited: a change makes a new draft that nobody has signed.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from filing.amounts import in_words, yuan
from odr.domain.steps import PARTIES, Machine, Reason, Role, Step, Told
from odr.errors import BadInput


class Outcome(StrEnum):
    """What becomes of a claim."""

    GRANTED = "granted"
    PARTLY = "partly"
    REPLACED = "replaced"  # another performance stands in for it
    WAIVED = "waived"
    OPEN = "open"  # not settled: the agreement is partial (OMR 19)


@dataclass(frozen=True, slots=True)
class Instalment:
    amount_fen: int
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Account:
    holder: str = ""
    bank: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """Money: one instalment if paid at once. `words` is the amount in words where somebody wrote it out."""

    payer: str
    payee: str
    amount_fen: int
    instalments: tuple[Instalment, ...] = ()
    account: Account | None = None
    in_cash: bool = False
    currency: str = "CNY"
    words: str = ""


@dataclass(frozen=True, slots=True)
class Duty:
    """Something to do or to leave that is not money."""

    who: str
    what: str
    by: date | None = None


@dataclass(frozen=True, slots=True)
class Default:
    """What follows from not performing: the rest falls due at once, a penalty, or both (MT 8)."""

    accelerates: bool = False
    penalty: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    claim: str
    outcome: Outcome | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything the parties agreed. `parties` and `claimed` come from the case, the rest from the talks."""

    applicant: str = ""
    respondent: str = ""
    facts: str = ""
    payments: tuple[Payment, ...] = ()
    duties: tuple[Duty, ...] = ()
    default: Default = field(default_factory=Default)
    claims: tuple[Claim, ...] = ()
    costs: str = ""  # who bears which costs
    other: tuple[str, ...] = ()


def to_record(terms: Terms) -> dict[str, Any]:
    """Terms as JSON: dates as YYYY-MM-DD, money in fen."""
    return _plain(asdict(terms))  # type: ignore[no-any-return]  # a dict stays a dict


def from_record(record: Mapping[str, Any]) -> Terms:
    """The terms of a record; BadInput when it is none."""
    try:
        return Terms(
            applicant=str(record["applicant"]),
            respondent=str(record["respondent"]),
            facts=str(record["facts"]),
            payments=tuple(_payment(one) for one in record["payments"]),
            duties=tuple(Duty(one["who"], one["what"], _day(one["by"])) for one in record["duties"]),
            default=Default(bool(record["default"]["accelerates"]), str(record["default"]["penalty"])),
            claims=tuple(_claim(one) for one in record["claims"]),
            costs=str(record["costs"]),
            other=tuple(str(one) for one in record["other"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput("These terms cannot be read.") from error


def _plain(value: object) -> Any:
    match value:
        case dict():
            return {key: _plain(one) for key, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case date():
            return value.isoformat()
    return value


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _payment(one: Mapping[str, Any]) -> Payment:
    account = one["account"]
    return Payment(
        payer=str(one["payer"]),
        payee=str(one["payee"]),
        amount_fen=int(one["amount_fen"]),
        instalments=tuple(Instalment(int(i["amount_fen"]), _day(i["due"])) for i in one["instalments"]),
        account=Account(account["holder"], account["bank"], account["number"]) if account else None,
        in_cash=bool(one["in_cash"]),
        currency=str(one["currency"]),
        words=str(one["words"]),
    )


def _claim(one: Mapping[str, Any]) -> Claim:
    return Claim(str(one["claim"]), Outcome(one["outcome"]) if one["outcome"] else None, str(one["note"]))


def sentences(terms: Terms) -> list[str]:
    """The terms as the numbered sentences of the printed agreement, in Chinese."""
    lines = [_money(payment) for payment in terms.payments]
    lines += [f"{duty.who}应于{_zh(duty.by)}前（含当日）{duty.what}。" for duty in terms.duties]
    if terms.default.accelerates:
        lines.append("任何一期未按时足额支付的，收款方可以就全部未付款项一并申请执行。")
    if terms.default.penalty:
        lines.append(f"逾期履行的，{_stopped(terms.default.penalty)}")
    lines += [_claimed(claim) for claim in terms.claims]
    if terms.costs:
        lines.append(f"费用负担：{_stopped(terms.costs)}")
    return lines + [_stopped(line) for line in terms.other]


def _money(payment: Payment) -> str:
    amount = f"人民币{yuan(payment.amount_fen)}元（大写：{in_words(payment.amount_fen)}）"
    parts = payment.instalments
    head = f"{payment.payer}向{payment.payee}支付{amount}，"
    if len(parts) == 1:
        when = f"于{_zh(parts[0].due)}前（含当日）付清"
    else:
        each = "；".join(
            f"第{number}期{yuan(part.amount_fen)}元，于{_zh(part.due)}前（含当日）支付"
            for number, part in enumerate(parts, 1)
        )
        when = f"分{len(parts)}期支付：{each}"
    return f"{head}{when}；{_manner(payment)}。"


def _manner(payment: Payment) -> str:
    if payment.in_cash or payment.account is None:
        return "以现金当面支付，收款方出具收条"
    account = payment.account
    return f"汇入账户：户名{account.holder}，开户行{account.bank}，账号{account.number}"


_OUTCOMES: Final = {
    Outcome.GRANTED: "按本协议履行",
    Outcome.PARTLY: "部分按本协议履行，其余放弃",
    Outcome.REPLACED: "以本协议约定的其他方式履行",
    Outcome.WAIVED: "申请人放弃",
    Outcome.OPEN: "双方未达成一致，另行解决",
}


def _claimed(claim: Claim) -> str:
    outcome = _OUTCOMES[claim.outcome] if claim.outcome else "未约定"
    note = f"（{claim.note}）" if claim.note else ""
    return f"关于“{claim.claim}”的请求：{outcome}{note}。"


def _zh(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else "（未定日期）"


def _stopped(text: str) -> str:
    return text if text.endswith("。") else f"{text}。"


class Said(StrEnum):
    """What a person says of one clause of the text that is offered."""

    AGREED = "agreed"  # understood, and agreed to
    QUESTION = "question"  # the mediator is to explain it, or to change it


@dataclass(frozen=True, slots=True)
class Ticks:
    """What a page says of clauses, by their numbers as printed, from 1.

    `unticked`: from which the tick was taken; None where the page shows every clause, so that what is not
    ticked is open. `asked`: the one to be explained.
    """

    ticked: Collection[int]
    unticked: Collection[int] | None = None
    asked: int | None = None

    def changes(self, before: Mapping[int, Said], numbers: Collection[int]) -> dict[int, Said | None]:
        """What is said anew of a text with these `numbers`; None: nothing any more.

        A question stands until its clause is ticked; a clause that is not named stays as it was.
        """
        now: dict[int, Said | None] = {number: before.get(number) for number in numbers}
        for number in numbers:
            if number == self.asked:
                now[number] = Said.QUESTION
            elif number in self.ticked:
                now[number] = Said.AGREED
            elif (self.unticked is None or number in self.unticked) and now[number] is Said.AGREED:
                now[number] = None
        return {number: said for number, said in now.items() if said != before.get(number)}


class State(StrEnum):
    DRAFT = "draft"
    LINTED = "linted"
    OPEN_FOR_SIGN = "open_for_sign"
    SIGNING = "signing"
    COMPLETE = "complete"
    SERVED = "served"
    PERFORMED = "performed"
    BREACHED = "breached"
    SUPERSEDED = "superseded"
    VOIDED = "voided"


class Action(StrEnum):
    WRITE = "write"
    REVISE = "revise"
    FIND_CLEAR = "find_clear"
    OPEN = "open"
    SIGN = "sign"
    SIGN_LAST = "sign_last"
    REFUSE = "refuse"
    SERVE = "serve"
    CONFIRM_PERFORMANCE = "confirm_performance"
    REPORT_BREACH = "report_breach"
    VOID = "void"
    LAPSE = "lapse"


@dataclass(frozen=True, slots=True)
class AgreementFacts:
    """`errors` of the lint; `unread` sides; `missing` = who has not signed before this act."""

    errors: int = 0
    unread: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()
    signer: str = ""  # "A", "B" or "mediator"
    may_settle: bool = True  # the party in person, or an agent with the power to settle
    approved: bool = False  # a fresh step-up bound to these bytes


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature: "A", "B" or "mediator", and when."""

    by: str
    at: datetime


def effective_at(
    signatures: tuple[Signed, ...], parties: frozenset[str] = frozenset("AB")
) -> datetime | None:
    """When the agreement took effect: the last *party's* signature, or None while one is missing (OMR 19)."""
    of_parties = [one for one in signatures if one.by in parties]
    if {one.by for one in of_parties} != parties:
        return None
    return max(one.at for one in of_parties)


def _clear(facts: AgreementFacts) -> Reason | None:
    if facts.errors:
        return Reason("The agreement still has points that cannot be carried out as written.", "JS 358")
    return None


def _read(facts: AgreementFacts) -> Reason | None:
    return Reason("Both sides must have read the agreement first.", "OMR 19") if facts.unread else None


def _may_sign(facts: AgreementFacts) -> Reason | None:
    if facts.signer not in facts.missing:
        return Reason("You have signed this agreement already.")
    if not facts.may_settle:
        return Reason("To sign, an agent needs the power to settle, named in the authority.", "MSF 62")
    return (
        None if facts.approved else Reason("Please approve the signature with a fresh code first.", "DZ 13")
    )


def _not_last(facts: AgreementFacts) -> Reason | None:
    if why := _may_sign(facts):
        return why
    return None if len(facts.missing) > 1 else Reason("This is the last signature.")


def _last(facts: AgreementFacts) -> Reason | None:
    if why := _may_sign(facts):
        return why
    return Reason("Not everybody has signed yet.", "OMR 19") if len(facts.missing) > 1 else None


_MEDIATOR: Final = frozenset({Role.MEDIATOR})
_SIGNERS: Final = PARTIES | {Role.AGENT, Role.MEDIATOR}
_CLOCK: Final = frozenset({Role.CLOCK})
_PARTY: Final = PARTIES | {Role.AGENT}
_S, _A = State, Action

MACHINE: Final[Machine[AgreementFacts]] = Machine(
    "agreement",
    (
        Step(None, _A.WRITE, _MEDIATOR, _S.DRAFT),
        Step(_S.SUPERSEDED, _A.WRITE, _MEDIATOR, _S.DRAFT),
        *(
            Step(state, _A.LAPSE, _CLOCK, _S.SUPERSEDED)
            for state in (_S.DRAFT, _S.LINTED, _S.OPEN_FOR_SIGN, _S.SIGNING)
        ),
        *(
            Step(state, _A.REVISE, _MEDIATOR, _S.DRAFT)
            for state in (_S.DRAFT, _S.LINTED, _S.OPEN_FOR_SIGN, _S.SIGNING)
        ),
        Step(_S.DRAFT, _A.FIND_CLEAR, _MEDIATOR, _S.LINTED, _clear),
        Step(_S.LINTED, _A.OPEN, _MEDIATOR, _S.OPEN_FOR_SIGN, _read),
        Step(_S.OPEN_FOR_SIGN, _A.SIGN, _SIGNERS, _S.SIGNING, _not_last),
        Step(_S.SIGNING, _A.SIGN, _SIGNERS, _S.SIGNING, _not_last),
        Step(_S.SIGNING, _A.SIGN_LAST, _SIGNERS, _S.COMPLETE, _last),
        *(
            Step(state, _A.REFUSE, _PARTY, _S.SUPERSEDED)
            for state in (_S.LINTED, _S.OPEN_FOR_SIGN, _S.SIGNING)
        ),
        Step(_S.COMPLETE, _A.SERVE, _CLOCK, _S.SERVED, notices=("agreement_served",)),
        Step(_S.SERVED, _A.CONFIRM_PERFORMANCE, _PARTY, _S.PERFORMED, notices=("performed",)),
        Step(_S.SERVED, _A.REPORT_BREACH, _PARTY, _S.BREACHED, notices=("breach_reported",)),
        Step(_S.BREACHED, _A.CONFIRM_PERFORMANCE, _PARTY, _S.PERFORMED, notices=("performed",)),
        *(
            Step(state, _A.VOID, frozenset({Role.CONFIRMING_JUDGE, Role.TRIAL_JUDGE}), _S.VOIDED)
            for state in (_S.COMPLETE, _S.SERVED, _S.BREACHED)
        ),
    ),
    final=frozenset({_S.PERFORMED, _S.VOIDED}),
    told=Told.CASE,
)
