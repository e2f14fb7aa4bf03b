"""The commonest causes of action: what each needs, costs, and where it is best settled.

Rule 1: a cause is a row; pages, fees, jurisdiction and mediators' specialties read it, none names a cause.
Rule 2: `chinese` are names of the 民事案件案由规定 and of everyday speech, to recognise a complaint by.
"""

from collections.abc import Collection

from filing.causes_contract import CONTRACT_CAUSES
from filing.causes_family import FAMILY_CAUSES
from filing.causes_harm import HARM_CAUSES
from filing.causes_shape import Cause, Limitation, Specialty
from filing.fees import Court, Fee, Half, Kind, court_fee

__all__ = ["CAUSES", "Cause", "Limitation", "Specialty", "claim_fee", "recognise"]

CAUSES: dict[str, Cause] = {cause.id: cause for cause in (*CONTRACT_CAUSES, *HARM_CAUSES, *FAMILY_CAUSES)}


def recognise(text: str) -> Cause | None:
    """The cause that words name ("民间借贷纠纷一案"); the longest name wins, None if none fits."""
    found = [(len(name), cause) for cause in CAUSES.values() for name in cause.chinese if name in text]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def claim_fee(
    cause_id: str, amount_fen: int | None, court: Court = Court.NATIONAL, halves: Collection[Half] = ()
) -> Fee:
    """The court fee of a claim of this cause; `amount_fen` 0 or None: nothing is claimed in money.

    Raises FeeUnknown where the fee depends on an amount and none is given.
    """
    cause = CAUSES.get(cause_id)
    kind = cause.fee if cause else Kind.PROPERTY if amount_fen else Kind.OTHER
    asked = None if kind is Kind.IP and not amount_fen else amount_fen
    return court_fee(kind, asked, court, halves)
