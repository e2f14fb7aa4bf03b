"""Traditional forms that the engine takes print for, and what mainland papers print instead.

Kai fonts draw some characters so that the engine reads the old form; papers use that of the table.
Source: 简化字总表 (1986) as the library OpenCC holds it; GB 2312 for what mainland papers print.
Rule 1: what has a code of its own in GB 2312, and what 通用规范汉字表 (2013) keeps for names, stays as it is.
"""

from functools import cache
from typing import Final

from opencc import OpenCC

_CONVERTER: Final = OpenCC("t2s")
_NAMES: Final = frozenset("昇璿陞鉅氾淩湧")


@cache
def simplified(char: str) -> str:
    """The form that mainland papers print; the character itself where it has no other."""
    if len(char) != 1 or char in _NAMES or _common(char):
        return char
    form: str = _CONVERTER.convert(char)
    return form if _common(form) else char


def _common(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
