"""The four conditions of a filing (MSF 122), taught and checked.

Rule 1: MET and DOUBTFUL are advice; only a judge finds a condition missing.
"""

from dataclasses import dataclass
from enum import StrEnum

from filing.jurisdiction import FilingPoint, competence, redirects
from filing.questions import Answers
from filing.sentences import Sentence, say

# Below this many characters a claim or story says nothing a judge could decide on.
_FEWEST_CLAIM, _FEWEST_FACTS = 6, 20


class Standing(StrEnum):
    """How a condition looks from the answers so far."""

    MET = "met"
    OPEN = "open"  # not answered yet
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Gate:
    """One of the four conditions: what it means, how it stands, and why."""

    id: str
    title: Sentence
    meaning: Sentence
    standing: Standing
    reasons: tuple[Sentence, ...] = ()


def four_conditions(answers: Answers, points: tuple[FilingPoint, ...] = ()) -> tuple[Gate, ...]:
    """The four gates, in the order of MSF 122, as the answers stand before the court with these doors."""
    return (_interest(answers), _defendant(answers), _claims(answers), _scope(answers, points))


def _interest(answers: Answers) -> Gate:
    return Gate(
        "interest",
        say("You are directly concerned"),
        say(
            "The claim must be your own. Who only helps files as an agent, with a power of attorney.",
            "MSF 122(1)",
        ),
        Standing.MET if _all(answers, "plaintiff") else Standing.OPEN,
    )


def _defendant(answers: Answers) -> Gate:
    title, meaning = (
        say("There is a definite defendant"),
        say(
            "Name and address that tell the person from others; no ID number is needed.", "MSF 122(2); JS 209"
        ),
    )
    if not _all(answers, "defendant", "defendant_address"):
        return Gate("defendant", title, meaning, Standing.OPEN)
    if answers["defendant"].strip() == answers.get("plaintiff", "").strip():
        why = say("Plaintiff and defendant have the same name. Please check.")
        return Gate("defendant", title, meaning, Standing.DOUBTFUL, (why,))
    return Gate("defendant", title, meaning, Standing.MET)


def _claims(answers: Answers) -> Gate:
    title, meaning = (
        say("There are concrete claims, facts and reasons"),
        say("What the court shall order, what happened, and why that gives you a right.", "MSF 122(3)"),
    )
    if not _all(answers, "claims", "facts"):
        return Gate("claims", title, meaning, Standing.OPEN)
    reasons = tuple(
        say("This is very short. Please write what you want and what happened, in a few sentences.")
        for question, fewest in (("claims", _FEWEST_CLAIM), ("facts", _FEWEST_FACTS))
        if len(answers[question].strip()) < fewest
    )
    return Gate("claims", title, meaning, Standing.DOUBTFUL if reasons else Standing.MET, reasons[:1])


_ELSEWHERE = say(
    "We do not find this court's district in the addresses you gave. Please check them, or file with the "
    "court of that place.",
    "MSF 127(4)",
)


def _scope(answers: Answers, points: tuple[FilingPoint, ...]) -> Gate:
    title, meaning = (
        say("It is a matter for a civil court, and for this one"),
        say("Not for an authority, an arbitrator or another court.", "MSF 122(4)"),
    )
    reasons = tuple(redirect.advice for redirect in redirects(answers))
    if competence(points, answers).outside:
        reasons = (*reasons, _ELSEWHERE)
    if not reasons and not _all(answers, "cause", "against_authority", "decided_before"):
        return Gate("scope", title, meaning, Standing.OPEN)
    return Gate("scope", title, meaning, Standing.DOUBTFUL if reasons else Standing.MET, reasons)


def _all(answers: Answers, *questions: str) -> bool:
    return all(answers.get(question, "").strip() for question in questions)
