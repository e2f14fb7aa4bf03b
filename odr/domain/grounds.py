"""What a confirming judge looks for: grounds not to admit (JS 355) and grounds to dismiss (JS 358).

Rule 1: each ground is looked at by itself and said to be absent; nothing is ticked beforehand.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from odr.errors import BadInput


@dataclass(frozen=True, slots=True)
class Ground:
    """`text` states the ground itself (a message id)."""

    id: str
    text: str
    article: str


NOT_ADMITTED: Final = (  # messages
    Ground("scope", "The matter is not one that courts deal with.", "JS 355(1)"),
    Ground("court", "The application does not belong to this court.", "JS 355(2)"),
    Ground("status", "It asks to confirm or dissolve a marriage, parentage or adoption.", "JS 355(3)"),
    Ground("procedure", "It belongs to another special procedure or to bankruptcy.", "JS 355(4)"),
    Ground("title", "It asks to confirm who owns a thing or an intellectual right.", "JS 355(5)"),
)
DISMISSED: Final = (  # messages
    Ground("law", "The agreement breaks mandatory provisions of law.", "JS 358(1)"),
    Ground("harm", "It harms the state, the public or the rights of others.", "JS 358(2)"),
    Ground("order", "It offends public order or good morals.", "JS 358(3)"),
    Ground("will", "A party did not agree of its own free will.", "JS 358(4)"),
    Ground("unclear", "What it says is unclear and cannot be carried out.", "JS 358(5)"),
    Ground("other", "There is another reason why it cannot be confirmed.", "JS 358(6)"),
)


def all_absent(grounds: Collection[Ground], absent: Collection[str], field: str) -> None:
    """Raise BadInput unless every ground was looked at and found absent."""
    if not {ground.id for ground in grounds} <= set(absent):
        raise BadInput("Please go through every point; tick those that do not apply here.", field=field)
