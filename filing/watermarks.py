"""Marks laid over a copy that are no part of it: 样本, 仅供…使用, 复印件."""

import re
from collections.abc import Iterable

from filing.lines import Line

_MARK = re.compile(
    r"^[\s\"'.,-]*(?:样本?|本|仅供?.{0,12}|[仅供测试演示用使办]{1,6}|测试样本.*|.*非真实证件|样本.{0,2}仅供?.{0,8}|复印件)[\s\"'.,-]*$"
)


def without_marks(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if not _MARK.match(line.text)]
