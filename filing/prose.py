"""Chinese sentences as a machine read them, as a person would have written them."""

import re
from typing import Final

_WIDE: Final = str.maketrans({",": "，", ";": "；", ":": "：", "?": "？", "!": "！"})
_HALF: Final = re.compile(r"(?<![0-9A-Za-z])[,;:?!]|[,;:?!](?![0-9A-Za-z])")
_NUMERALS: Final = "零一二三四五六七八九十"
_END: Final = " \t；。，"


def punctuated(text: str) -> str:
    """Full-width marks between Chinese words; those within figures and Latin words stay: 50,000, 12:30."""
    return _HALF.sub(lambda mark: mark[0].translate(_WIDE), text)


def items(text: str) -> tuple[str, ...]:
    """The items of a text that counts 1, 2, 3 … or 一, 二, 三 …, without numbers; else the text itself."""
    first = _marker(1).search(text)
    if first is None or text[: first.start()].strip():
        return (text,)
    found, start, number = [], first.end(), 2
    while after := _marker(number).search(text, start):
        found.append(text[start : after.start()])
        start, number = after.end(), number + 1
    if not found:
        return (text,)  # a number alone may be anything
    return tuple(item for each in (*found, text[start:]) if (item := each.strip().strip(_END)))


def _marker(number: int) -> re.Pattern[str]:
    """Where this number begins an item: 2. or (2) or 二、 before a Chinese word, not within a figure."""
    chinese = f"|{_NUMERALS[number]}" if number < len(_NUMERALS) else ""
    return re.compile(rf"(?<![\d.])[(（]?(?:{number}{chinese})[)）.．、]\s*(?=[\u4e00-\u9fff])")
