"""Which field of which paper answers which questions.

Rule 1: a field without a row here answers nothing; it is shown, not used.
Rule 2: a valid identity number also tells sex and birthday; of a defendant the birthday is not kept (R-02).
"""

import re
from collections.abc import Callable
from enum import StrEnum

from filing.amounts import read, yuan
from filing.causes import recognise
from filing.dates import parse_day
from filing.form_parties import COMPANY, ID_CARD, PERSON
from filing.identifiers import CODE_LENGTH, id_number, is_credit_code
from filing.questions import YES

_ORGANISATION = re.compile(
    r"(?:公司|厂|店|中心|合作社|事务所|学校|医院|委员会|协会|集团|银行|(?:商|饭|旅)行|部)$"
)
_BEFORE_NUMBER = re.compile(r"(?<=[;；。])\s*(?=(?:[一二三四五六七八九十]+、|\d+[.、．]))")
_PERSON = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff·]{2,20}")


class Side(StrEnum):
    """Whose card or licence was photographed."""

    PLAINTIFF = "plaintiff"
    DEFENDANT = "defendant"
    AGENT = "agent"


def _as_is(value: str) -> str | None:
    return value.strip() or None


def _one_a_line(value: str) -> str | None:
    return _BEFORE_NUMBER.sub("\n", value.strip()) or None


def _amount(value: str) -> str | None:
    fen = read(value)
    return None if fen is None else yuan(fen).replace(",", "")


def _day(value: str) -> str | None:
    day = parse_day(value.split(" ", maxsplit=1)[0].split("T", maxsplit=1)[0])
    return None if day is None else day.isoformat()


def _cause(value: str) -> str | None:
    cause = recognise(value)
    return None if cause is None else cause.id


def _citizen(value: str) -> str | None:
    """An identity number, also a misread one, to be corrected; not a credit code."""
    number = value.strip().upper()
    return number if len(number) == CODE_LENGTH and not is_credit_code(number) else None


def _credit_code(value: str) -> str | None:
    code = value.strip().upper()
    return code if is_credit_code(code) else None


def _kind_of_number(value: str) -> str | None:
    if _credit_code(value):
        return COMPANY
    return PERSON if id_number(value.strip().upper()) else None


def _kind_of_name(value: str) -> str | None:
    if _ORGANISATION.search(value):
        return COMPANY
    return PERSON if _PERSON.fullmatch(value.strip()) else None


def _paper(value: str) -> str | None:
    return ID_CARD if id_number(value.strip().upper()) else None


def _sex(value: str) -> str | None:
    number = id_number(value.strip().upper())
    return number.sex if number else None


def _birth(value: str) -> str | None:
    number = id_number(value.strip().upper())
    return number.birth.isoformat() if number else None


def _agent_of_firm(value: str) -> str | None:
    return "lawyer" if "律师" in value else "legal_worker" if "法律服务所" in value else None


def _there_is(value: str) -> str | None:
    return YES if value.strip() else None


def _powers(value: str) -> str | None:
    if "特别" in value:
        return "special"
    return "general" if "一般" in value or "全权" in value else None


Rewrite = Callable[[str], str | None]
Targets = tuple[tuple[str, Rewrite], ...]


def _name(side: str) -> Targets:
    return ((side, _as_is), (f"{side}_kind", _kind_of_name))


def _number(side: str) -> Targets:
    return (
        (f"{side}_id", _citizen),
        (f"{side}_credit_code", _credit_code),
        (f"{side}_kind", _kind_of_number),
        (f"{side}_sex", _sex),
    )


_PLAINTIFF_NUMBER: Targets = (*_number("plaintiff"), ("plaintiff_paper", _paper), ("plaintiff_birth", _birth))

# (kind, field) -> the questions it answers, and how its value is rewritten for each
_PAPERS: dict[tuple[str, str], Targets] = {
    # the name before the number: where both tell the kind of party, the number is right
    ("complaint", "plaintiff"): _name("plaintiff"),
    ("complaint", "plaintiff_id"): _PLAINTIFF_NUMBER,
    ("complaint", "plaintiff_phone"): (("plaintiff_phone", _as_is),),
    ("complaint", "plaintiff_address"): (("plaintiff_address", _as_is),),
    ("complaint", "defendant"): _name("defendant"),
    ("complaint", "defendant_id"): _number("defendant"),
    ("complaint", "defendant_phone"): (("defendant_phone", _as_is),),
    ("complaint", "defendant_address"): (("defendant_address", _as_is),),
    ("complaint", "cause"): (("cause", _cause),),
    ("complaint", "amount"): (("amount", _amount),),
    ("complaint", "claims"): (("claims", _one_a_line),),
    ("complaint", "facts"): (("facts", _as_is),),
    ("poa", "principal"): _name("plaintiff"),
    ("poa", "principal_id"): _PLAINTIFF_NUMBER,
    ("poa", "principal_phone"): (("plaintiff_phone", _as_is),),
    ("poa", "principal_address"): (("plaintiff_address", _as_is),),
    ("poa", "agent"): (("agent", _as_is), ("has_agent", _there_is)),
    ("poa", "firm"): (("agent_kind", _agent_of_firm),),
    ("poa", "power"): (("agent_powers", _powers),),
    ("iou", "lender"): _name("plaintiff"),
    ("iou", "lender_id"): _PLAINTIFF_NUMBER,
    ("iou", "borrower"): _name("defendant"),
    ("iou", "borrower_id"): _number("defendant"),
    ("iou", "amount"): (("loan_principal", _amount),),
    ("iou", "due"): (("due_date", _day),),
    ("iou", "date"): (("loan_date", _day),),
}
# (kind, field) -> the ends of the questions' ids; the side stands before them
_CARDS: dict[tuple[str, str], Targets] = {
    ("id_front", "name"): (("", _as_is), ("_kind", lambda _: PERSON)),
    ("id_front", "sex"): (("_sex", _as_is),),
    ("id_front", "nation"): (("_nation", _as_is),),
    ("id_front", "birth"): (("_birth", _day),),
    ("id_front", "address"): (("_address", _as_is),),
    ("id_front", "id_number"): (("_id", _as_is), ("_paper", lambda _: ID_CARD)),
    ("licence", "name"): (("", _as_is), ("_kind", lambda _: COMPANY)),
    ("licence", "credit_code"): (("_credit_code", _as_is),),
    ("licence", "legal_rep"): (("_legal_rep", _as_is),),
    ("licence", "address"): (("_address", _as_is),),
}
# What is asked about each side; of an agent only the name, of a defendant neither age nor ethnicity.
_DEFENDANT = frozenset({"", "_kind", "_sex", "_address", "_id", "_credit_code", "_legal_rep"})
_ASKED = {
    Side.PLAINTIFF: _DEFENDANT | {"_nation", "_birth", "_paper"},
    Side.DEFENDANT: _DEFENDANT,
    Side.AGENT: frozenset({""}),
}


def prefill(kind: str, name: str, value: str, side: Side = Side.PLAINTIFF) -> tuple[tuple[str, str], ...]:
    """The (question id, answer) pairs that a field gives; empty where it answers nothing."""
    if (kind, name) in _CARDS:
        targets = tuple((f"{side}{end}", to) for end, to in _CARDS[kind, name] if end in _ASKED[side])
    else:
        targets = _PAPERS.get((kind, name), ())
    found = ((question, rewrite(value)) for question, rewrite in targets)
    return tuple((question, answer) for question, answer in found if answer is not None)
