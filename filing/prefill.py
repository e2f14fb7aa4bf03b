"""Which field of which paper answers which question.

Rule 1: a field without a row here answers nothing; it is shown, not used.
"""

from collections.abc import Callable
from enum import StrEnum

from filing.amounts import read, yuan
from filing.causes import recognise
from filing.dates import parse_day
from filing.form_parties import COMPANY, ID_CARD, PERSON
from filing.prose import items, punctuated
from filing.questions import YES


class Side(StrEnum):
    """Whose card or licence was photographed."""

    PLAINTIFF = "plaintiff"
    DEFENDANT = "defendant"
    AGENT = "agent"
    GUARDIAN = "guardian"


def _as_is(value: str) -> str | None:
    return value.strip() or None


def _amount(value: str) -> str | None:
    fen = read(value)
    return None if fen is None else yuan(fen).replace(",", "")


def _day(value: str) -> str | None:
    day = parse_day(value.split(" ", maxsplit=1)[0].split("T", maxsplit=1)[0])
    return None if day is None else day.isoformat()


def _cause(value: str) -> str | None:
    cause = recognise(value)
    return None if cause is None else cause.id


def _powers(value: str) -> str | None:
    if "特别" in value:
        return "special"
    return "general" if "一般" in value or "全权" in value else None


def _prose(value: str) -> str | None:
    return punctuated(value.strip()) or None


def _items(value: str) -> str | None:
    return "\n".join(items(punctuated(value.strip()))) or None


Rewrite = Callable[[str], str | None]

# (kind, field) -> the question it answers, and how the value is rewritten for it
_PAPERS: dict[tuple[str, str], tuple[str, Rewrite]] = {
    ("complaint", "plaintiff"): ("plaintiff", _as_is),
    ("complaint", "plaintiff_id"): ("plaintiff_id", _as_is),
    ("complaint", "plaintiff_phone"): ("plaintiff_phone", _as_is),
    ("complaint", "plaintiff_address"): ("plaintiff_address", _as_is),
    ("complaint", "defendant"): ("defendant", _as_is),
    ("complaint", "defendant_id"): ("defendant_id", _as_is),
    ("complaint", "defendant_phone"): ("defendant_phone", _as_is),
    ("complaint", "defendant_address"): ("defendant_address", _as_is),
    ("complaint", "cause"): ("cause", _cause),
    ("complaint", "amount"): ("amount", _amount),
    ("complaint", "claims"): ("claims", _items),
    ("complaint", "facts"): ("facts", _prose),
    ("poa", "principal"): ("plaintiff", _as_is),
    ("poa", "principal_id"): ("plaintiff_id", _as_is),
    ("poa", "agent"): ("agent", _as_is),
    ("poa", "power"): ("agent_powers", _powers),
    ("iou", "lender"): ("plaintiff", _as_is),
    ("iou", "lender_id"): ("plaintiff_id", _as_is),
    ("iou", "borrower"): ("defendant", _as_is),
    ("iou", "amount"): ("loan_principal", _amount),
    ("iou", "due"): ("due_date", _day),
    ("iou", "date"): ("loan_date", _day),
    ("transfer", "payee"): ("defendant", _as_is),
    ("transfer", "amount"): ("loan_principal", _amount),
    ("transfer", "datetime"): ("loan_date", _day),
}
# (kind, field) -> the end of the question's id; the side stands before it
_CARDS: dict[tuple[str, str], tuple[str, Rewrite]] = {
    ("id_front", "name"): ("", _as_is),
    ("id_front", "sex"): ("_sex", _as_is),
    ("id_front", "nation"): ("_nation", _as_is),
    ("id_front", "birth"): ("_birth", _day),
    ("id_front", "address"): ("_address", _as_is),
    ("id_front", "id_number"): ("_id", _as_is),
    ("licence", "name"): ("", _as_is),
    ("licence", "credit_code"): ("_credit_code", _as_is),
    ("licence", "legal_rep"): ("_legal_rep", _as_is),
    ("licence", "address"): ("_address", _as_is),
}
# what a field answers besides its own question
_IMPLIED: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {("poa", "agent"): (("has_agent", YES),)}
_KIND_SHOWN = {"id_front": PERSON, "licence": COMPANY}
# What is asked of an agent, and what is never asked of a defendant: age and ethnicity.
_ASKED = {
    Side.PLAINTIFF: frozenset(
        {"", "_sex", "_nation", "_birth", "_address", "_id", "_credit_code", "_legal_rep"}
    ),
    Side.DEFENDANT: frozenset({"", "_sex", "_address", "_id", "_credit_code", "_legal_rep"}),
    Side.AGENT: frozenset({""}),
    Side.GUARDIAN: frozenset({"", "_address", "_id"}),
}


def prefill(kind: str, name: str, value: str, side: Side = Side.PLAINTIFF) -> tuple[tuple[str, str], ...]:
    """The (question id, answer) pairs that a field gives, its own question last; or none."""
    if (kind, name) in _CARDS:
        return _from_card(kind, name, value, side)
    question, rewrite = _PAPERS.get((kind, name), ("", _as_is))
    answer = rewrite(value) if question else None
    if answer is None:
        return ()
    return (*_IMPLIED.get((kind, name), ()), (question, answer))


def _from_card(kind: str, name: str, value: str, side: Side) -> tuple[tuple[str, str], ...]:
    suffix, rewrite = _CARDS[kind, name]
    answer = rewrite(value)
    if answer is None or suffix not in _ASKED[side]:
        return ()
    found: tuple[tuple[str, str], ...] = ((f"{side}{suffix}", answer),)
    if name == "name" and side in (Side.PLAINTIFF, Side.DEFENDANT):
        found = ((f"{side}_kind", _KIND_SHOWN[kind]), *found)
    if name == "id_number" and side is Side.PLAINTIFF:
        found = (("plaintiff_paper", ID_CARD), *found)
    return found
