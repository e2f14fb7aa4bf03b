"""The texts a person must read or declare before submitting, each in versions that never change.

Rule 1: a change of words is a new version; what was read is proved by version and hash.
Rule 2: the Chinese text binds; the English one explains it.
"""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from filing.notice_texts import DECLARATION_2026_01, FILING_2026_01, Words


class NoticeId(StrEnum):
    """What is read or declared."""

    FILING = "filing"  # 诉讼须知与风险提示
    DECLARATION = "declaration"  # 诚信诉讼承诺书


@dataclass(frozen=True, slots=True)
class Notice:
    """One version of a text, in both languages."""

    id: NoticeId
    version: str
    words: dict[str, Words]

    def text(self, language: str) -> str:
        """Title and paragraphs, blank lines between; in English for every language but Chinese."""
        words = self.words["zh" if language.lower().startswith("zh") else "en"]
        return "\n\n".join((words.title, *words.paragraphs))

    def sha256(self, language: str = "zh") -> str:
        """The hash of exactly that text in UTF-8, as kept with the time of reading."""
        return sha256(self.text(language).encode()).hexdigest()


# The newest of each id last.
NOTICES: tuple[Notice, ...] = (
    Notice(NoticeId.FILING, "2026-01", FILING_2026_01),
    Notice(NoticeId.DECLARATION, "2026-01", DECLARATION_2026_01),
)


def current(notice_id: NoticeId) -> Notice:
    """The version in force."""
    return [notice for notice in NOTICES if notice.id is notice_id][-1]


def find(notice_id: NoticeId, version: str) -> Notice | None:
    """An earlier or present version, None if there never was one."""
    return next((n for n in NOTICES if n.id is notice_id and n.version == version), None)
