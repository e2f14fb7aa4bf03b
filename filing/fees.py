"""Court fees: the national schedule as tables, and the arithmetic as sentences.

Rule 1: every figure stands in a table beside its article (诉讼费用交纳办法, FEE).
Rule 2: sums are exact fractions of a fen; rounding happens once, at the end.
Rule 3: where the norm gives a range and the place no figure, the fee is a range, never a guess.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum
from fractions import Fraction

from filing.amounts import yuan
from filing.errors import FeeUnknown
from filing.schedule import LOCAL, TARIFFS, WITHOUT_AMOUNT, Band, Base, Court, Kind, Tariff
from filing.sentences import Sentence, articles, say

__all__ = ["FEN_HALF_UP", "Court", "Fee", "Half", "Kind", "Rounding", "court_fee"]


class Half(StrEnum):
    """Why a case fee is halved. Several grounds still halve once (JS 206)."""

    MEDIATED = "mediated"  # 调解结案
    WITHDRAWN = "withdrawn"  # 撤诉
    SIMPLE = "simple"  # 简易程序
    JOINED = "joined"  # 反诉、第三人请求合并审理


HALVES: dict[Half, Sentence] = {
    Half.SIMPLE: say("Simple procedure: the fee is halved.", "FEE 16"),
    Half.MEDIATED: say("The case ends by mediation: the fee is halved.", "FEE 15"),
    Half.WITHDRAWN: say("The claim is withdrawn: the fee is halved.", "FEE 15"),
    Half.JOINED: say("Counterclaim or third-party claim heard together: the fee is halved.", "FEE 18"),
}


@dataclass(frozen=True, slots=True)
class Rounding:
    """How the last figure is rounded: to a multiple of `unit_fen`, by a mode of `decimal`."""

    unit_fen: int = 1
    mode: str = ROUND_HALF_UP

    def __call__(self, fen: Fraction) -> int:
        units = fen / self.unit_fen
        with localcontext() as context:
            context.prec = 60
            exact = Decimal(units.numerator) / Decimal(units.denominator)
            return int(exact.quantize(Decimal(1), rounding=self.mode)) * self.unit_fen


# The norm does not say how to round; whole fen, half up, is the common reading.
FEN_HALF_UP = Rounding()


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee in fen with its arithmetic. `up_to_fen` exceeds `fee_fen` only where the norm leaves a range."""

    fee_fen: int
    up_to_fen: int
    steps: tuple[Sentence, ...]
    notes: tuple[Sentence, ...] = ()

    @property
    def articles(self) -> tuple[str, ...]:
        """What the arithmetic rests on; the notes carry their own."""
        return articles(self.steps)

    @property
    def is_range(self) -> bool:
        return self.up_to_fen != self.fee_fen


@dataclass(slots=True)
class _Sum:
    """The running sum, both ends of it, and what was said on the way."""

    low: Fraction = Fraction(0)
    high: Fraction = Fraction(0)
    steps: list[Sentence] = field(default_factory=list)

    def add(self, low: Fraction | int, high: Fraction | int, step: Sentence) -> None:
        self.low, self.high = self.low + low, self.high + high
        self.steps.append(step)

    def set(self, low: Fraction | int, high: Fraction | int, step: Sentence) -> None:
        self.low, self.high = Fraction(low), Fraction(high)
        self.steps.append(step)

    def shown(self) -> str:
        return yuan(self.low) if self.low == self.high else f"{yuan(self.low)}–{yuan(self.high)}"


def court_fee(
    kind: Kind,
    amount_fen: int | None = None,
    court: Court = Court.NATIONAL,
    halves: Collection[Half] = (),
    rounding: Rounding = FEN_HALF_UP,
) -> Fee:
    """The fee of a case or an application.

    `amount_fen` is what is claimed (property), awarded (enforcement), preserved, or divided (divorce).
    Raises FeeUnknown when the kind needs an amount and has none, or the amount is negative.
    """
    if amount_fen is not None and amount_fen < 0:
        raise FeeUnknown("negative amount")
    tariff = _tariff(kind, amount_fen)
    total = _Sum()
    _add_base(total, LOCAL.get((court, kind, amount_fen is None), tariff.base))
    _add_bands(total, tariff, amount_fen or 0)
    _take_share(total, tariff)
    _cap(total, tariff)
    _halve(total, tariff, halves)
    return _rounded(total, tariff, rounding)


def _tariff(kind: Kind, amount_fen: int | None) -> Tariff:
    if amount_fen is None and kind in WITHOUT_AMOUNT:
        return WITHOUT_AMOUNT[kind]
    tariff = TARIFFS[kind]
    if amount_fen is None and tariff.needs_amount:
        raise FeeUnknown(f"the fee of {kind} depends on an amount")
    return tariff


def _add_base(total: _Sum, base: Base) -> None:
    total.add(base.low_fen, base.high_fen, base.step)


def _add_bands(total: _Sum, tariff: Tariff, amount_fen: int) -> None:
    before = len(total.steps)
    for band in tariff.bands:
        part_fen = band.part_of(amount_fen)
        if part_fen:
            fee = part_fen * band.rate
            total.add(fee, fee, _band_step(band, part_fen, fee))
    if len(total.steps) > before:
        total.steps.append(say("Together: %(sum)s yuan.", sum=total.shown()))


def _band_step(band: Band, part_fen: int, fee: Fraction) -> Sentence:
    values = {"above": yuan(band.above_fen), "part": yuan(part_fen), "rate": band.percent, "fee": yuan(fee)}
    if band.up_to_fen is None:
        return say("Above %(above)s yuan: %(part)s × %(rate)s%% = %(fee)s yuan.", band.article, **values)
    return say(
        "From %(above)s to %(upto)s yuan: %(part)s × %(rate)s%% = %(fee)s yuan.",
        band.article,
        upto=yuan(band.up_to_fen),
        **values,
    )


def _take_share(total: _Sum, tariff: Tariff) -> None:
    if tariff.share is not None:
        low, high = total.low * tariff.share.of, total.high * tariff.share.of
        total.set(low, high, tariff.share.step)


def _cap(total: _Sum, tariff: Tariff) -> None:
    if tariff.cap is not None and total.high > tariff.cap.fen:
        total.set(min(total.low, Fraction(tariff.cap.fen)), tariff.cap.fen, tariff.cap.step)


def _halve(total: _Sum, tariff: Tariff, halves: Collection[Half]) -> None:
    grounds = [half for half in HALVES if half in halves]
    if not grounds:
        return
    if not tariff.may_halve:
        total.steps.append(say("Only case fees are halved; this fee stays as it is.", "FEE 15"))
        return
    total.steps.extend(HALVES[half] for half in grounds)
    if len(grounds) > 1:
        total.steps.append(say("Several reasons to halve: the fee is halved only once.", "JS 206"))
    before = total.shown()
    total.low, total.high = total.low / 2, total.high / 2
    total.steps.append(
        say("%(fee)s ÷ 2 = %(half)s yuan.", HALVES[grounds[0]].article, fee=before, half=total.shown())
    )


def _rounded(total: _Sum, tariff: Tariff, rounding: Rounding) -> Fee:
    low, high = rounding(total.low), rounding(total.high)
    if low != total.low or high != total.high:
        rounded = yuan(low) if low == high else f"{yuan(low)}–{yuan(high)}"
        total.steps.append(say("Rounded: %(fee)s yuan.", fee=rounded))
    return Fee(low, high, tuple(total.steps), tariff.notes)
