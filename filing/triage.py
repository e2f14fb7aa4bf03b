"""The first look at a dispute, before any name is given: cost, time, risk, way, court, papers.

Rule 1: anonymous: it takes no name and keeps nothing.
"""

from dataclasses import dataclass
from datetime import date

from filing.causes import CAUSES, Cause, claim_fee
from filing.conditions import Gate, four_conditions
from filing.errors import FeeUnknown
from filing.fees import Fee, Half
from filing.forms import dispute as dispute_section
from filing.jurisdiction import FilingPoint, Redirect, Venue, competence, redirects, venue
from filing.materials import ALWAYS, Material
from filing.questions import Answers, Question
from filing.recommend import QUESTIONS as WAY_QUESTIONS
from filing.recommend import Dispute, Recommendation, recommend
from filing.risk import GENERAL_LIMITATION, Assessment, assess
from filing.risk import QUESTIONS as RISK_QUESTIONS
from filing.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Triage:
    """Everything the page shows. The fees are None while they depend on an amount not given."""

    cause: Cause | None
    fee: Fee | None
    fee_if_mediated_in_court: Fee | None
    assessment: Assessment
    recommendation: Recommendation
    redirects: tuple[Redirect, ...]
    conditions: tuple[Gate, ...]
    limitation: Sentence
    venue: Venue
    points: tuple[FilingPoint, ...]
    materials: tuple[Material, ...]


# Elements of a cause that the first look asks already because a rule of the recommendation weighs them.
_WEIGHED = frozenset({"violence"})


def questions(answers: Answers) -> tuple[Question, ...]:
    """What the triage asks, in order: the dispute, what tells whether a court may help, risks, wishes."""
    cause = CAUSES.get(answers.get("cause", ""))
    early = tuple(q for q in cause.elements if q.rule == "R-11" or q.id in _WEIGHED) if cause else ()
    asked = (*dispute_section(answers).questions, *early, *RISK_QUESTIONS, *WAY_QUESTIONS)
    return tuple(question for question in asked if question.visible(answers))


def triage(dispute: Dispute, today: date, points: tuple[FilingPoint, ...] = ()) -> Triage:
    """The first look; every part of it works with whatever has been answered so far."""
    cause = CAUSES.get(dispute.cause_id)
    answers = {**dispute.answers, "cause": dispute.cause_id}
    return Triage(
        cause=cause,
        fee=_fee(dispute),
        fee_if_mediated_in_court=_fee(dispute, Half.MEDIATED),
        assessment=assess(dispute.cause_id, answers, today),
        recommendation=recommend(dispute),
        redirects=redirects(answers),
        conditions=four_conditions(answers, points),
        limitation=cause.limitation.hint if cause else GENERAL_LIMITATION,
        venue=venue(dispute.cause_id),
        points=competence(points, answers).points,
        materials=(*ALWAYS, *(cause.evidence if cause else ())),
    )


def _fee(dispute: Dispute, *halves: Half) -> Fee | None:
    try:
        return claim_fee(dispute.cause_id, dispute.amount_fen, dispute.court, halves)
    except FeeUnknown:
        return None
