"""The powers that a power of attorney names one by one (特别授权).

Sources: Civil Procedure Law art. 62(2); 法释〔2022〕11号 art. 89: 全权代理 alone gives none..
Rule 1: a power is read only where its own words stand; what a clause takes away is not given.
"""

import re
from enum import StrEnum
from typing import Final


class Power(StrEnum):
    """What needs special authority. The sixth of the six, to sue, is part of any authority."""

    ADMIT = "admit"  # 代为承认诉讼请求
    WAIVE = "waive"  # 放弃诉讼请求
    CHANGE = "change"  # 变更诉讼请求
    SETTLE = "settle"  # 进行和解
    COUNTERCLAIM = "counterclaim"  # 提起反诉
    APPEAL = "appeal"  # 提起上诉


_WORDS: Final = {
    Power.ADMIT: r"承认.{0,24}?请求",
    Power.WAIVE: r"放弃.{0,24}?请求",
    Power.CHANGE: r"变更.{0,24}?请求",
    Power.SETTLE: r"和解|(?:达成|签订|签署)调解协议",
    Power.COUNTERCLAIM: r"反诉",
    Power.APPEAL: r"上诉",
}
_EXCEPT: Final = re.compile(r"除[^。;；]{1,60}?外")
_TAKEN_AWAY: Final = re.compile(r"不得|无权|不包括|不包含|不含|不能|不可|不予|未授权|不授权|没有(?:权|授权)")
_IF_AGREED: Final = re.compile(r"(?:须|需|应当?)(?:另行|经|由|征得)")  # only with the party's further consent
_CLAUSES: Final = re.compile(r"[。;；\n]")
_FULL: Final = re.compile(r"全权(?:代理|授权|委托|办理|处理)")


def named_powers(text: str) -> frozenset[Power]:
    """The powers that the text names outright: of a clause what stands before a "not", and no "if agreed"."""
    clauses = _CLAUSES.split(_EXCEPT.sub("", re.sub(r"[ \t\u3000]", "", text)))
    given = [_TAKEN_AWAY.split(clause, maxsplit=1)[0] for clause in clauses if not _IF_AGREED.search(clause)]
    return frozenset(
        power for power, words in _WORDS.items() if any(re.search(words, part) for part in given)
    )


def full_power_only(text: str) -> bool:
    """Whether the text says 全权代理 and names no power: a general authority."""
    return bool(_FULL.search(text)) and not named_powers(text)
