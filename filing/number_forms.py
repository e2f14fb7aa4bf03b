"""The forms of numbers and dates, check digits included, as automata to read blurred ones by."""

from datetime import date
from functools import cache

from filing.decoding import Form, form, in_turn
from filing.identifiers import CODE_ALPHABET, CODE_WEIGHTS, ID_LENGTH, ID_WEIGHTS

_DIGITS = "0123456789"
_BIRTH = range(6, 14)  # where a citizen's number holds the date of birth
_AT = {6: "12", 10: "01", 12: "0123"}  # digits that a birth may have there
_MONTHS = frozenset(f"{month}月" for month in range(1, 13)) | {f"{month:02}月" for month in range(1, 10)}
_DAYS = frozenset(f"{day}日" for day in range(1, 32)) | {f"{day:02}日" for day in range(1, 10)}


@cache
def citizen_numbers(birth: date | None = None) -> Form:
    """Numbers of GB 11643 with the right check character, of this date of birth if it is known."""
    printed = f"{birth:%Y%m%d}" if birth else ""
    weights = (*ID_WEIGHTS, 1)
    arcs = []
    for at in range(ID_LENGTH):
        digits = printed[at - _BIRTH.start] if printed and at in _BIRTH else _AT.get(at, _DIGITS)
        for sum_before in range(11) if at else (0,):
            for char in digits + ("X" if at == ID_LENGTH - 1 else ""):
                value = 10 if char == "X" else int(char)
                arcs.append(((at, sum_before), char, (at + 1, (sum_before + weights[at] * value) % 11)))
    return form(arcs, (0, 0), {(ID_LENGTH, 1)})


@cache
def credit_codes() -> Form:
    """Codes of GB 32100 with the right check character."""
    weights = (*CODE_WEIGHTS, 1)
    arcs = [
        ((at, sum_before), char, (at + 1, (sum_before + weights[at] * value) % 31))
        for at in range(ID_LENGTH)
        for sum_before in (range(31) if at else (0,))
        for value, char in enumerate(CODE_ALPHABET)
        if not 2 <= at < 8 or char in _DIGITS  # the place, GB/T 2260
    ]
    return form(arcs, (0, 0), {(ID_LENGTH, 0)})


@cache
def mobile_numbers() -> Form:
    return in_turn({"1"}, set("3456789"), *([set(_DIGITS)] * 9))


@cache
def days_of(century: str = "20") -> Form:
    """Days as papers print them: 2025年8月7日, 2014年02月16日."""
    return in_turn({century}, set(_DIGITS), set(_DIGITS), {"年"}, _MONTHS, _DAYS)
