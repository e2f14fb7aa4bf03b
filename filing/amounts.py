"""Money: fen as figures and as Chinese words, both ways."""

from decimal import Decimal
from fractions import Fraction


def yuan(fen: int | Fraction) -> str:
    """Fen as yuan in figures with separators: 5000000 -> "50,000", 1050 -> "10.50".

    A fraction of a fen, as in an intermediate sum, is shown with up to six decimals of a yuan.
    """
    exact = Fraction(fen) / 100
    if exact.denominator == 1:
        return f"{exact.numerator:,}"
    whole, decimals = f"{Decimal(round(exact * 10**6)).scaleb(-6):,.6f}".split(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"
