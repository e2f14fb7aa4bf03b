"""The schedule of court fees as tables (诉讼费用交纳办法 art. 8, 13, 14).

Rule 1: figures are in yuan as the norm prints them, turned into fen once, here.
Rule 2: a table of a place fills only the ranges the norm leaves to it (FEE 13, last paragraph).
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from filing.amounts import yuan
from filing.sentences import Sentence, say

_YUAN = 100
_WAN = 10_000 * _YUAN


class Court(StrEnum):
    """Whose figures fill the ranges of the national schedule."""

    NATIONAL = "national"
    BEIJING = "beijing"


class Kind(StrEnum):
    """What is paid for: a case, or an application."""

    PROPERTY = "property"  # 财产案件
    DIVORCE = "divorce"  # 离婚案件
    PERSONALITY = "personality"  # 人格权案件
    OTHER = "other"  # 其他非财产案件
    IP = "ip"  # 知识产权民事案件
    LABOUR = "labour"  # 劳动争议
    ADMINISTRATIVE = "administrative"  # 其他行政案件
    ADMINISTRATIVE_IP = "administrative_ip"  # 商标、专利、海事行政案件
    OBJECTION = "objection"  # 管辖权异议不成立
    ENFORCEMENT = "enforcement"  # 申请执行
    PRESERVATION = "preservation"  # 申请保全
    PAYMENT_ORDER = "payment_order"  # 申请支付令
    PUBLIC_NOTICE = "public_notice"  # 申请公示催告
    ARBITRATION = "arbitration"  # 申请撤销仲裁裁决、认定仲裁协议效力
    BANKRUPTCY = "bankruptcy"  # 破产案件
    CONFIRMATION = "confirmation"  # 司法确认
    SPECIAL = "special"  # 特别程序
    MEDIATION = "mediation"  # 诉前委派调解


@dataclass(frozen=True, slots=True)
class Base:
    """The part due whatever the amount; a range where `low_fen` < `high_fen`."""

    low_fen: int
    high_fen: int
    step: Sentence


@dataclass(frozen=True, slots=True)
class Band:
    """A slice of the amount and its rate; `up_to_fen` None is the open last slice."""

    above_fen: int
    up_to_fen: int | None
    rate: Fraction
    percent: str
    article: str

    def part_of(self, amount_fen: int) -> int:
        top = amount_fen if self.up_to_fen is None else min(amount_fen, self.up_to_fen)
        return max(0, top - self.above_fen)


@dataclass(frozen=True, slots=True)
class Share:
    """A fraction of what was summed, as for a payment order."""

    of: Fraction
    step: Sentence


@dataclass(frozen=True, slots=True)
class Cap:
    """The most that may be asked."""

    fen: int
    step: Sentence


@dataclass(frozen=True, slots=True)
class Tariff:
    """How one kind of fee is computed. Only case fees (案件受理费) may be halved, never application fees."""

    base: Base
    bands: tuple[Band, ...] = ()
    needs_amount: bool = False
    may_halve: bool = False
    share: Share | None = None
    cap: Cap | None = None
    notes: tuple[Sentence, ...] = ()


def _fixed(fee: int, article: str) -> Base:
    return Base(fee * _YUAN, fee * _YUAN, say("Basic fee: %(fee)s yuan.", article, fee=yuan(fee * _YUAN)))


def _range(low: int, high: int, article: str) -> Base:
    step = say(
        "Basic fee: %(low)s to %(high)s yuan; the court of the place tells you the exact figure.",
        article,
        low=yuan(low * _YUAN),
        high=yuan(high * _YUAN),
    )
    return Base(low * _YUAN, high * _YUAN, step)


def _free(step: Sentence) -> Tariff:
    return Tariff(Base(0, 0, step))


def _bands(article: str, *rows: tuple[int, int | None, str], first: int = 1) -> tuple[Band, ...]:
    """Rows (above, up to, percent), borders in yuan; `first` numbers the points of the article."""
    return tuple(
        Band(
            above * _YUAN,
            None if up_to is None else up_to * _YUAN,
            Fraction(percent) / 100,
            percent,
            f"{article}{point}" if first else article,
        )
        for point, (above, up_to, percent) in enumerate(rows, first)
    )


_PROPERTY_BASE = Base(50 * _YUAN, 50 * _YUAN, say("Up to 10,000 yuan: 50 yuan a case.", "FEE 13(1)1"))
_PROPERTY_BANDS = _bands(
    "FEE 13(1)",
    (10_000, 100_000, "2.5"),
    (100_000, 200_000, "2"),
    (200_000, 500_000, "1.5"),
    (500_000, 1_000_000, "1"),
    (1_000_000, 2_000_000, "0.9"),
    (2_000_000, 5_000_000, "0.8"),
    (5_000_000, 10_000_000, "0.7"),
    (10_000_000, 20_000_000, "0.6"),
    (20_000_000, None, "0.5"),
    first=2,
)
_ENFORCEMENT_BANDS = _bands(
    "FEE 14(1)2",
    (10_000, 500_000, "1.5"),
    (500_000, 5_000_000, "1"),
    (5_000_000, 10_000_000, "0.5"),
    (10_000_000, None, "0.1"),
    first=0,
)
_PRESERVATION_BANDS = _bands("FEE 14(2)", (1_000, 100_000, "1"), (100_000, None, "0.5"), first=0)

_PREPAID = say("The plaintiff pays in advance, within 7 days after the day of the payment notice.", "FEE 22")
_LOSER_PAYS = say("In the end the losing side bears the fee.", "FEE 29")
_HELP = say("If paying is hard for you, you may ask the court to exempt, reduce or defer the fee.", "FEE 44")
_CASE_NOTES = (_PREPAID, _LOSER_PAYS, _HELP)
_ENFORCEMENT_NOTES = (
    say("You do not pay this in advance; it is paid after enforcement.", "FEE 20"),
    say("The debtor bears it.", "FEE 38"),
)
_WAGES = say("A claim for wages need not be paid for in advance.", "FEE 20")

TARIFFS: dict[Kind, Tariff] = {
    Kind.PROPERTY: Tariff(
        _PROPERTY_BASE, _PROPERTY_BANDS, needs_amount=True, may_halve=True, notes=_CASE_NOTES
    ),
    Kind.DIVORCE: Tariff(
        _range(50, 300, "FEE 13(2)1"),
        _bands("FEE 13(2)1", (200_000, None, "0.5"), first=0),
        may_halve=True,
        notes=(
            _PREPAID,
            say("In a divorce both sides agree who bears the fee, or the court decides.", "FEE 33"),
            _HELP,
        ),
    ),
    Kind.PERSONALITY: Tariff(
        _range(100, 500, "FEE 13(2)2"),
        _bands("FEE 13(2)2", (50_000, 100_000, "1"), (100_000, None, "0.5"), first=0),
        may_halve=True,
        notes=_CASE_NOTES,
    ),
    Kind.OTHER: Tariff(_range(50, 100, "FEE 13(2)3"), may_halve=True, notes=_CASE_NOTES),
    Kind.IP: Tariff(
        Base(
            50 * _YUAN,
            50 * _YUAN,
            say("With an amount in dispute, as a property case: 50 yuan first.", "FEE 13(3)"),
        ),
        _PROPERTY_BANDS,
        may_halve=True,
        notes=_CASE_NOTES,
    ),
    Kind.LABOUR: Tariff(_fixed(10, "FEE 13(4)"), may_halve=True, notes=(_WAGES, _LOSER_PAYS, _HELP)),
    Kind.ADMINISTRATIVE: Tariff(_fixed(50, "FEE 13(5)2"), may_halve=True, notes=_CASE_NOTES),
    Kind.ADMINISTRATIVE_IP: Tariff(_fixed(100, "FEE 13(5)1"), may_halve=True, notes=_CASE_NOTES),
    Kind.OBJECTION: Tariff(
        _range(50, 100, "FEE 13(6)"), notes=(say("Paid only if the objection fails.", "FEE 13(6)"),)
    ),
    Kind.ENFORCEMENT: Tariff(
        Base(50 * _YUAN, 50 * _YUAN, say("Up to 10,000 yuan: 50 yuan a case.", "FEE 14(1)2")),
        _ENFORCEMENT_BANDS,
        notes=_ENFORCEMENT_NOTES,
    ),
    Kind.PRESERVATION: Tariff(
        Base(30 * _YUAN, 30 * _YUAN, say("Up to 1,000 yuan, or no amount: 30 yuan.", "FEE 14(2)")),
        _PRESERVATION_BANDS,
        cap=Cap(5_000 * _YUAN, say("Never more than 5,000 yuan.", "FEE 14(2)")),
        notes=(say("The applicant pays and may add it to his claims.", "FEE 38"),),
    ),
    Kind.PAYMENT_ORDER: Tariff(
        _PROPERTY_BASE,
        _PROPERTY_BANDS,
        needs_amount=True,
        share=Share(Fraction(1, 3), say("Payment order: one third of the property fee.", "FEE 14(3)")),
        notes=(say("The debtor bears it unless he objects.", "FEE 36"),),
    ),
    Kind.PUBLIC_NOTICE: Tariff(_fixed(100, "FEE 14(4)"), notes=(say("The applicant bears it.", "FEE 37"),)),
    Kind.ARBITRATION: Tariff(_fixed(400, "FEE 14(5)")),
    Kind.BANKRUPTCY: Tariff(
        _PROPERTY_BASE,
        _PROPERTY_BANDS,
        needs_amount=True,
        share=Share(Fraction(1, 2), say("Bankruptcy: half of the property fee.", "FEE 14(6)")),
        cap=Cap(30 * _WAN, say("Never more than 300,000 yuan.", "FEE 14(6)")),
        notes=(say("Not paid in advance; it is paid out of the estate.", "FEE 20"),),
    ),
    Kind.CONFIRMATION: _free(
        say("Confirmation of a mediation agreement is a special procedure: no fee.", "FEE 8(1)")
    ),
    Kind.SPECIAL: _free(say("Special procedure: no fee.", "FEE 8(1)")),
    # FEE 6 lists everything that may be charged, and 3 forbids charging beyond it.
    Kind.MEDIATION: _free(say("Mediation before filing by the court's mediators: no court fee.", "FEE 3")),
}

# Kinds whose tariff is another one when nothing is claimed in money.
WITHOUT_AMOUNT: dict[Kind, Tariff] = {
    Kind.IP: Tariff(_range(500, 1_000, "FEE 13(3)"), may_halve=True, notes=_CASE_NOTES),
    Kind.ENFORCEMENT: Tariff(_range(50, 500, "FEE 14(1)1"), notes=_ENFORCEMENT_NOTES),
}


def _beijing(fee: int, article: str) -> Base:
    step = say("Basic fee, as fixed in Beijing: %(fee)s yuan.", f"{article}; BJFEE", fee=yuan(fee * _YUAN))
    return Base(fee * _YUAN, fee * _YUAN, step)


# (court, kind, without an amount?) -> the figure that fills the range
LOCAL: dict[tuple[Court, Kind, bool], Base] = {
    (Court.BEIJING, Kind.DIVORCE, True): _beijing(150, "FEE 13(2)1"),
    (Court.BEIJING, Kind.DIVORCE, False): _beijing(150, "FEE 13(2)1"),
    (Court.BEIJING, Kind.PERSONALITY, True): _beijing(300, "FEE 13(2)2"),
    (Court.BEIJING, Kind.PERSONALITY, False): _beijing(300, "FEE 13(2)2"),
    (Court.BEIJING, Kind.OTHER, True): _beijing(70, "FEE 13(2)3"),
    (Court.BEIJING, Kind.OTHER, False): _beijing(70, "FEE 13(2)3"),
    (Court.BEIJING, Kind.IP, True): _beijing(750, "FEE 13(3)"),
    (Court.BEIJING, Kind.OBJECTION, True): _beijing(70, "FEE 13(6)"),
    (Court.BEIJING, Kind.OBJECTION, False): _beijing(70, "FEE 13(6)"),
}
