"""Self-assessment of the risk of a lawsuit: questions as data, a result with its reasons.

Rule 1: no percentage and no prediction of the judgment; what weighs, why, and what to do about it.
Rule 2: the worst single matter sets the level: a claim without proof is not saved by a rich debtor.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from filing.causes import CAUSES
from filing.dates import months_after, parse_day
from filing.questions import NO, UNSURE, YES, YES_NO_UNSURE, Answer, Answers, Choice, Question
from filing.sentences import Sentence, say


class Level(IntEnum):
    """How much a matter speaks against going to court, or for taking care."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3


@dataclass(frozen=True, slots=True)
class Risk:
    """One matter that weighs: how much, why, and what can be done."""

    id: str
    level: Level
    reason: Sentence
    advice: Sentence


@dataclass(frozen=True, slots=True)
class Assessment:
    """All that weighs, the heaviest first; `unanswered` names the questions it could not count."""

    level: Level
    risks: tuple[Risk, ...]
    unanswered: tuple[str, ...]


QUESTIONS: tuple[Question, ...] = (
    Question(
        "proof",
        say("What can you show the court?"),
        say("Who claims a fact must prove it.", "MSF 67"),
        Answer.CHOICE,
        choices=(
            Choice("written", say("Written proof and payment records")),
            Choice("partial", say("Some messages or records, not everything")),
            Choice("words", say("Only what was said, no paper")),
            Choice("none", say("Nothing yet")),
        ),
    ),
    Question(
        "originals",
        say("Do you still have the originals (paper, phone, account)?"),
        say("The court may ask to see them.", "EV 11"),
        Answer.CHOICE,
        choices=YES_NO_UNSURE,
    ),
    Question(
        "known_since",
        say("Since when do you know of the breach or harm, and who is liable?"),
        say("From this day, or from the day payment was due, the limitation period runs.", "CC 188"),
        Answer.DATE,
    ),
    Question(
        "demanded",
        say("Have you asked the other side to perform since then, so that you can prove it?"),
        say("A letter, message or recorded call; it starts the period anew.", "CC 195"),
        Answer.CHOICE,
        choices=YES_NO_UNSURE,
    ),
    Question(
        "whereabouts",
        say("Do you know where the other side is?"),
        say("The court must be able to reach them.", "MSF 95"),
        Answer.CHOICE,
        choices=(
            Choice("known", say("Yes, address and phone")),
            Choice("old", say("An old address only")),
            Choice("lost", say("No, they cannot be found")),
        ),
    ),
    Question(
        "means",
        say("Can the other side pay or perform?"),
        say("A judgment is worth what can be enforced.", "MSF 268"),
        Answer.CHOICE,
        choices=(
            Choice("known", say("Yes, I know of income or property")),
            Choice("unknown", say("I do not know")),
            Choice("none", say("No, they have debts or nothing at all")),
        ),
    ),
    Question(
        "moving",
        say("Are there signs that property is being hidden or moved away?"),
        say("Then you can ask the court to freeze it, even before filing.", "MSF 104"),
        Answer.CHOICE,
        choices=YES_NO_UNSURE,
    ),
    Question(
        "disputed",
        say("What does the other side say?"),
        say("The less is disputed, the quicker an agreement."),
        Answer.CHOICE,
        choices=(
            Choice("admits", say("Admits it, but does not pay or perform")),
            Choice("partly", say("Disputes a part")),
            Choice("denies", say("Denies everything")),
            Choice("silent", say("Says nothing")),
        ),
    ),
)

Rule = Callable[[str, Answers, date], Risk | None]


def _answered(id_: str, value: str, level: Level, reason: Sentence, advice: Sentence) -> Rule:
    """The risk that one answer to one question means."""
    question = id_
    risk = Risk(id_, level, reason, advice)
    return lambda _cause, answers, _today: risk if answers.get(question) == value else None


_SAVE_PROOF = say(
    "Collect messages, transfers, witnesses; ask the other side in writing to confirm the facts."
)
_NOTICE = say("Ask relatives, the landlord, the household register; give the court every address you know.")
_FREEZE = say(
    "Think about preservation of property; you must name the property and give security.", "MSF 103"
)


GENERAL_LIMITATION = say("As a rule 3 years from the day you knew.", "CC 188")


def _limitation(cause_id: str, answers: Answers, today: date) -> Risk | None:
    cause, since = CAUSES.get(cause_id), parse_day(answers.get("known_since", ""))
    months = cause.limitation.months if cause else 36
    if since is None or months is None:
        return None
    hint = cause.limitation.hint if cause else GENERAL_LIMITATION
    last = months_after(since, months)
    if today > last:
        return _expired(last, hint, renewed=answers.get("demanded") == YES)
    if today > months_after(since, max(0, months - 3)):
        reason = say("The limitation period may end on %(day)s.", hint.article, day=last.isoformat())
        return Risk(
            "limitation", Level.MEDIUM, reason, say("Submit soon. The day of submission counts.", "SX 10")
        )
    return None


def _expired(last: date, hint: Sentence, *, renewed: bool) -> Risk:
    reason = say(
        "Counted from that day, the limitation period ended on %(day)s.", hint.article, day=last.isoformat()
    )
    if renewed:
        advice = say(
            "Your proof of asking for performance becomes decisive; put it first among your evidence.",
            "CC 195",
        )
        return Risk("limitation", Level.MEDIUM, reason, advice)
    advice = say(
        "The court still takes the case, but if the other side pleads the period, the claim is dismissed. "
        "Look for a demand, a part payment or a promise since then.",
        "JS 219; CC 195",
    )
    return Risk("limitation", Level.HIGH, reason, advice)


RULES: tuple[Rule, ...] = (
    _limitation,
    _answered("proof", "none", Level.HIGH, say("Nothing proves your claim yet.", "MSF 67"), _SAVE_PROOF),
    _answered(
        "proof",
        "words",
        Level.HIGH,
        say("Words alone are hard to prove if they are denied.", "MSF 67; EV 90"),
        _SAVE_PROOF,
    ),
    _answered(
        "proof",
        "partial",
        Level.MEDIUM,
        say("A part of your claim is not proved yet.", "MSF 67"),
        _SAVE_PROOF,
    ),
    _answered(
        "originals",
        NO,
        Level.MEDIUM,
        say("Copies that cannot be checked against an original do not prove a fact alone.", "EV 90"),
        say("Look for the original device or account; ask the bank or platform for certified records."),
    ),
    _answered(
        "whereabouts",
        "lost",
        Level.HIGH,
        say(
            "The court must serve by public notice: 30 days more each time, and no simple procedure.",
            "MSF 95; JS 140",
        ),
        _NOTICE,
    ),
    _answered("whereabouts", "old", Level.MEDIUM, say("Service may fail at an old address."), _NOTICE),
    _answered(
        "means",
        "none",
        Level.HIGH,
        say("Even a judgment in your favour may bring no money."),
        say("An agreement on instalments or with a guarantor can be worth more."),
    ),
    _answered(
        "means",
        "unknown",
        Level.MEDIUM,
        say("You do not know whether a judgment could be enforced."),
        say(
            "Note accounts, employer, homes, vehicles that you know of; the court can search further.",
            "MSF 253",
        ),
    ),
    _answered("moving", YES, Level.HIGH, say("Property may be gone before the judgment."), _FREEZE),
    _answered("moving", UNSURE, Level.LOW, say("Property might be moved away."), _FREEZE),
    _answered(
        "disputed",
        "denies",
        Level.MEDIUM,
        say("Everything is disputed; expect a longer case."),
        say("Sort your evidence by the facts that are denied."),
    ),
)


def assess(cause_id: str, answers: Answers, today: date) -> Assessment:
    """What weighs in a lawsuit of this cause, by the answers to QUESTIONS; nothing unknown is guessed."""
    found = [risk for rule in RULES if (risk := rule(cause_id, answers, today)) is not None]
    risks = tuple(sorted(found, key=lambda risk: -risk.level))
    unanswered = tuple(question.id for question in QUESTIONS if not question.answered(answers))
    return Assessment(max((risk.level for risk in risks), default=Level.LOW), risks, unanswered)
