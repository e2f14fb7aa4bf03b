"""What a verified identity answers of a filing: the fields of the plaintiff, guardian or agent."""

from collections.abc import Mapping
from typing import Final

from filing.draft import Draft, Given, Source, merge
from filing.form_parties import COMPANY, NETWORK, WARD
from filing.lines import Field, Kind, Reading
from filing.prefill import Side
from filing.questions import YES
from odr.domain.agents import Acts

CARD_FIELDS: Final = ("name", "sex", "nation", "birth", "address", "id_number")
KNOWN_FIELDS: Final = (*CARD_FIELDS, "network_number")
# question of the filing -> field of the person's own card that answers it
CARD_ANSWERS: Final = {
    "plaintiff": "name",
    "plaintiff_sex": "sex",
    "plaintiff_nation": "nation",
    "plaintiff_birth": "birth",
    "plaintiff_address": "address",
    "plaintiff_id": "id_number",
    "guardian": "name",
    "guardian_address": "address",
    "guardian_id": "id_number",
}
_PAPER: Final = "plaintiff_paper"
ACTS: Final = {Side.PLAINTIFF: Acts.SELF, Side.GUARDIAN: Acts.GUARDIAN, Side.AGENT: Acts.AGENT}


def acting(draft: Draft, acts: Acts) -> Draft:
    """The draft after the person has said for whom he files; an agent's client may have a guardian too."""
    draft = draft.typed("has_agent", YES if acts is Acts.AGENT else "")
    if acts is Acts.GUARDIAN:
        return draft.typed("plaintiff_kind", WARD)
    guarded = draft.answers.get("plaintiff_kind") == WARD
    return draft.typed("plaintiff_kind", "") if guarded and acts is Acts.SELF else draft


def network_unproved(draft: Draft, card: Mapping[str, str], side: Side) -> bool:
    """Whether the network identity was chosen as the plaintiff's paper, but not used here by the plaintiff.

    `card`: what is verified of the person who files, empty before that; an agent's own says nothing of a
    client.
    """
    used = side is Side.PLAINTIFF and bool(card.get("network_number"))
    chosen = draft.chosen(_PAPER)
    return not used and chosen is not None and chosen.value == NETWORK


def proved(draft: Draft, card: Mapping[str, str], side: Side) -> Draft:
    """The draft in which a network identity that was only chosen, and not used, answers nothing."""
    if not network_unproved(draft, card, side):
        return draft
    return draft.withdrawn(_PAPER, Source.TYPED).withdrawn(_PAPER, Source.CARD)


def with_identity(draft: Draft, card: Mapping[str, str], side: Side = Side.PLAINTIFF) -> Draft:
    """The draft with the person's own card among the answers about `side`; a company has no card.

    `card`: the fields of CARD_FIELDS as confirmed; what the person typed stays before it.
    """
    if side is Side.PLAINTIFF and draft.answers.get("plaintiff_kind") == COMPANY:
        return draft
    if side is Side.PLAINTIFF and card.get("network_number"):
        draft = draft.put(_PAPER, Given(NETWORK, Source.CARD, confirmed=True))
    known = {name: card[name] for name in CARD_FIELDS if card.get(name)}
    fields = {name: Field(value, 1.0, None) for name, value in known.items()}
    return merge(draft, Reading(Kind.ID_FRONT, fields), known, side)
