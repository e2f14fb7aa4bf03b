"""What a verified identity answers of a filing: the plaintiff's fields, as the card and the register say."""

from collections.abc import Mapping
from typing import Final

from filing.draft import Draft, merge
from filing.form_parties import COMPANY
from filing.lines import Field, Kind, Reading

CARD_FIELDS: Final = ("name", "sex", "nation", "birth", "address", "id_number")


def with_identity(draft: Draft, card: Mapping[str, str]) -> Draft:
    """The draft with the person's own card among the plaintiff's answers, unless a company is the plaintiff.

    `card`: the fields of CARD_FIELDS as confirmed; what the person typed stays before it.
    """
    if draft.answers.get("plaintiff_kind") == COMPANY:
        return draft
    known = {name: card[name] for name in CARD_FIELDS if card.get(name)}
    fields = {name: Field(value, 1.0, None) for name, value in known.items()}
    return merge(draft, Reading(Kind.ID_FRONT, fields), known)
