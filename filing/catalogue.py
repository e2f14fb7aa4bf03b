"""The Chinese of `filing`'s own sentences, for its command line.

The web has its compiled catalogues; a command reads the one source file, so that there is one truth.
"""

from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

_PO = Path(__file__).parent.parent / "locales" / "zh_CN" / "filing.po"


def chinese(text: str) -> str:
    """The Chinese of a message id; the id itself where there is none."""
    return _messages().get(text, text)


@cache
def _messages() -> dict[str, str]:
    if not _PO.exists():
        return {}
    with _PO.open("rb") as source:
        return {str(m.id): str(m.string) for m in read_po(source, locale="zh_CN") if m.id and m.string}
