"""The Chinese of `filing`'s own sentences, for its command line.

The web has its compiled catalogues; a command reads the same sources, so that there is one truth.
"""

from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

_CATALOGUES = Path(__file__).parent.parent / "locales" / "zh_CN"
_AREAS = tuple(
    f"{area}.po"
    for area in ("filing", "reading", "identity", "drafts", "agreements", "guide", "agents", "verification")
)


def chinese(text: str) -> str:
    """The Chinese of a message id; the id itself where there is none."""
    return _messages().get(text, text)


@cache
def _messages() -> dict[str, str]:
    """Empty where the package was installed without its catalogues."""
    found: dict[str, str] = {}
    for path in (_CATALOGUES / area for area in _AREAS):
        if path.exists():
            with path.open("rb") as source:
                messages = read_po(source, locale="zh_CN")
                found |= {str(m.id): str(m.string) for m in messages if m.id and m.string}
    return found
