"""Whether a dispute suits mediation before docketing: reasons for and against, never a condition of filing.

Rule 1: some procedures and disputes are barred (JS 143); everything else is only recommended (MSF 125).
Rule 2: the judge decides, the party consents; this says why.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Procedure(StrEnum):
    ORDINARY = "ordinary"
    SPECIAL = "special"
    PAYMENT_ORDER = "payment_order"
    PUBLIC_NOTICE = "public_notice"
    BANKRUPTCY = "bankruptcy"


class Verdict(StrEnum):
    SUITABLE = "suitable"
    DOUBTFUL = "doubtful"
    BARRED = "barred"


@dataclass(frozen=True, slots=True)
class Dispute:
    """What screening asks of a filing."""

    procedure: Procedure = Procedure.ORDINARY
    confirms_status: bool = False  # marriage, parentage, adoption: valid, void or dissolved
    in_scope: bool = True
    has_jurisdiction: bool = True
    respondent_reachable: bool = True
    facts_contested: bool = False
    urgent_preservation: bool = False
    sham_suspected: bool = False
    party_refuses: bool = False
    continuing_relation: bool = False
    amount_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """One reason, an English message id with its article; `weight` is what it adds to suitability."""

    text: str
    article: str
    weight: int


@dataclass(frozen=True, slots=True)
class Screened:
    verdict: Verdict
    reasons: tuple[Why, ...]


SMALL_FEN: Final = 10_000_000  # 100,000 yuan: a setting of the court, not a rule of law
_BARRED_PROCEDURES: Final = frozenset(Procedure) - {Procedure.ORDINARY}


def _barred(dispute: Dispute) -> Iterable[tuple[bool, Why]]:
    return (
        (
            dispute.procedure in _BARRED_PROCEDURES,
            Why("Special, payment-order and public-notice procedures are not mediated.", "JS 143", 0),
        ),
        (
            dispute.confirms_status,
            Why("Confirming marriage or parentage is not open to mediation.", "JS 143", 0),
        ),
        (not dispute.in_scope, Why("The dispute lies outside the court's scope.", "OMR 9(1)", 0)),
        (not dispute.has_jurisdiction, Why("This court has no jurisdiction here.", "OMR 9(2)", 0)),
        (dispute.sham_suspected, Why("A sham dispute is suspected; it is examined first.", "OMR 23", 0)),
        (dispute.party_refuses, Why("The party does not want to mediate.", "MSF 125", 0)),
    )


def _weighed(dispute: Dispute) -> Iterable[tuple[bool, Why]]:
    small = dispute.amount_fen is not None and dispute.amount_fen <= SMALL_FEN
    return (
        (dispute.continuing_relation, Why("The parties will go on dealing with each other.", "MSF 125", 2)),
        (small, Why("The amount is small; mediation is free and quicker.", "MSF 125", 1)),
        (not dispute.facts_contested, Why("The main facts are hardly contested.", "MSF 125", 1)),
        (dispute.facts_contested, Why("The main facts are contested.", "OMR 9(3)", -1)),
        (not dispute.respondent_reachable, Why("The other side cannot be reached so far.", "OMR 15", -2)),
        (
            dispute.urgent_preservation,
            Why("Property must be preserved at once, which needs the court.", "MSF 104", -1),
        ),
    )


def screen(dispute: Dispute) -> Screened:
    """The verdict with every reason that bears on it, the weightiest first."""
    if bars := tuple(why for holds, why in _barred(dispute) if holds):
        return Screened(Verdict.BARRED, bars)
    reasons = tuple(why for holds, why in _weighed(dispute) if holds)
    total = sum(why.weight for why in reasons)
    verdict = Verdict.SUITABLE if total > 0 else Verdict.DOUBTFUL
    return Screened(verdict, tuple(sorted(reasons, key=lambda why: -abs(why.weight))))
