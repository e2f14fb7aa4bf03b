"""Money: fen as figures and as Chinese words, both ways.

Rule 1: what cannot be read for certain is None; a person is asked, nothing is guessed.
"""

import re
from decimal import Decimal
from fractions import Fraction

import cn2an

MOST_FEN = 10**18 - 1  # cn2an counts to 10^16 yuan

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_DIGIT_OF = {d: i for i, d in enumerate(_DIGITS)} | {d: i for i, d in enumerate("〇一二三四五六七八九")}
_SAME = str.maketrans(
    {
        "圆": "元",
        "块": "元",
        "正": "整",
        "两": "二",
        "〇": "零",
        "，": ",",
        "貳": "贰",
        "萬": "万",
        "億": "亿",
    }
)
_NOISE = re.compile(r"\s|人民币|[((]?大写[))]?[::]?|RMB|CNY|[¥￥]", re.IGNORECASE)
_WORDS = re.compile(
    rf"(?:(?P<yuan>[{_DIGITS}一二三四五六七八九十拾百佰千仟万亿]+)(?:元|(?=整?$)))?零?"
    rf"(?:(?P<jiao>[{_DIGITS}一二三四五六七八九])[角毛])?零?"
    rf"(?:(?P<fen>[{_DIGITS}一二三四五六七八九])分)?整?"
)
MOST_FEN = 10**17  # more than all the money there is; keeps the arithmetic of fees exact
_FIGURES = re.compile(
    r"(?P<number>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(?P<unit>[十百千]?[万亿]|[百千])?元?整?"
)
_UNITS = {"十": 10, "百": 100, "千": 1_000, "万": 10**4, "亿": 10**8}


def yuan(fen: int | Fraction) -> str:
    """Fen as yuan in figures with separators: 5000000 -> "50,000", 1050 -> "10.50".

    A fraction of a fen, as in an intermediate sum, is shown with up to six decimals of a yuan.
    """
    exact = Fraction(fen) / 100
    if exact.denominator == 1:
        return f"{exact.numerator:,}"
    whole, decimals = f"{Decimal(round(exact * 10**6)).scaleb(-6):,.6f}".split(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


def in_figures(fen: int) -> str:
    """Fen as on a bill: 5000000 -> "¥50,000.00"."""
    return f"¥{fen // 100:,}.{fen % 100:02d}"


def in_words(fen: int) -> str:
    """Fen in capital Chinese words: 5000000 -> 伍万元整, 600714 -> 陆仟零柒元壹角肆分.

    Raises ValueError outside 0..MOST_FEN.
    """
    if not 0 <= fen <= MOST_FEN:
        raise ValueError("an amount in words is between 0 and 10^16 yuan")
    whole, (jiao, cent) = fen // 100, divmod(fen % 100, 10)
    head = f"{cn2an.an2cn(whole, 'up')}元" if whole or not fen else ""
    if not jiao and not cent:
        return f"{head}整"
    middle = f"{_DIGITS[jiao]}角" if jiao else "零" if whole else ""
    return f"{head}{middle}{_DIGITS[cent]}分" if cent else f"{head}{middle}"


def from_words(text: str) -> int | None:
    """The fen of an amount in Chinese words ("人民币伍拾万元整"), or None if it is not one for certain."""
    match = _WORDS.fullmatch(_plain(text))
    if match is None or not any(match.groups()):
        return None
    whole = _whole(match["yuan"]) if match["yuan"] else 0
    if whole is None:
        return None
    return whole * 100 + _digit(match["jiao"]) * 10 + _digit(match["fen"])


def from_figures(text: str) -> int | None:
    """The fen of an amount in figures ("¥50,000.00", "3.5万元"), or None if not one for certain."""
    match = _FIGURES.fullmatch(_plain(text))
    if match is None:
        return None
    exact = Decimal(match["number"].replace(",", "")) * 100
    for unit in match["unit"] or "":
        exact *= _UNITS[unit]
    return int(exact) if exact <= MOST_FEN and exact == exact.to_integral_value() else None


def read(text: str) -> int | None:
    """The fen of an amount in figures or in words; None where it is neither for certain."""
    figures = from_figures(text)
    return figures if figures is not None else from_words(text)


def _plain(text: str) -> str:
    return _NOISE.sub("", text).translate(_SAME)


def _digit(char: str | None) -> int:
    return _DIGIT_OF[char] if char else 0


def _whole(words: str) -> int | None:
    try:
        # strict: 贰仟伍 is refused, because it may mean 2,500 or, badly written, 2,005.
        return int(cn2an.cn2an(words, "strict"))
    except ValueError:
        return None
