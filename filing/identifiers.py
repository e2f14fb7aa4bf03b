"""Numbers that prove themselves: citizen identity numbers and unified social credit codes.

Sources: GB 11643-1999 (18 characters, ISO 7064 MOD 11-2), GB 32100-2015 (18 characters, MOD 31).
Rule 1: an area code that nobody has assigned is a warning, never an error.
"""

from dataclasses import dataclass
from datetime import date

ID_LENGTH = CODE_LENGTH = 18
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_OLDEST_BIRTH = 1880
_ID_CHECKS = "10X98765432"
CODE_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
# GB/T 2260: the first two digits of provinces, municipalities, autonomous regions; 81-83 are residence
# permits of Hong Kong, Macao and Taiwan residents, 91 the permanent residence card of foreigners (2023 form)
_PROVINCES_LIST = """
11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82
83 91
"""
_PROVINCES = frozenset(_PROVINCES_LIST.split())

MALE, FEMALE = "男", "女"


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A number whose form, birth date and check digit are right."""

    text: str
    birth: date
    sex: str

    @property
    def area_known(self) -> bool:
        """May the area code be an assigned one? Only the province and the unused 99 are looked at."""
        return self.text[:2] in _PROVINCES and self.text[4:6] != "99"


def id_number(text: str) -> IdNumber | None:
    """The number, or None when its form, date or check digit is wrong."""
    if len(text) != ID_LENGTH or not text[:17].isascii() or not text[:17].isdigit():
        return None
    if text[17] != id_check(text[:17]):
        return None
    try:
        birth = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return None
    if birth.year < _OLDEST_BIRTH:
        return None
    return IdNumber(text, birth, MALE if int(text[16]) % 2 else FEMALE)


def id_check(first_seventeen: str) -> str:
    """The check character of GB 11643."""
    total = sum(int(digit) * weight for digit, weight in zip(first_seventeen, ID_WEIGHTS, strict=True))
    return _ID_CHECKS[total % 11]


def is_credit_code(text: str) -> bool:
    """Is this a unified social credit code with the right check character?"""
    if len(text) != CODE_LENGTH or any(char not in CODE_ALPHABET for char in text):
        return False
    return text[17] == credit_check(text[:17])


def credit_check(first_seventeen: str) -> str:
    """The check character of GB 32100."""
    total = sum(
        CODE_ALPHABET.index(char) * weight for char, weight in zip(first_seventeen, CODE_WEIGHTS, strict=True)
    )
    return CODE_ALPHABET[(31 - total % 31) % 31]
