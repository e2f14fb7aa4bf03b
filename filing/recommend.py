"""Which way suits a dispute: negotiate, mediate, fast track, trial; by visible rules.

Rule 1: advice only: every way stays open in one tap, and no way is a condition of filing (MSF 125, M-01).
Rule 2: each rule says its reason to the person; the way with the most points wins, the milder one on a tie.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from filing.causes import CAUSES, claim_fee
from filing.errors import FeeUnknown
from filing.fees import Court, Fee, Half, court_fee
from filing.questions import NO, YES, YES_NO_UNSURE, Answer, Answers, Choice, Question
from filing.schedule import Kind
from filing.sentences import Sentence, say


class Way(StrEnum):
    """The ways to settle a dispute, the mildest first."""

    NEGOTIATE = "negotiate"  # 协商
    MEDIATE = "mediate"  # 诉前调解
    FAST_TRACK = "fast_track"  # 速裁：小额、简易程序
    TRIAL = "trial"  # 普通程序


@dataclass(frozen=True, slots=True)
class Option:
    """One way with its cost and time. `fee` None: it depends on an amount not given yet."""

    way: Way
    name: Sentence
    about: Sentence
    time: Sentence
    fee: Fee | None
    reasons: tuple[Sentence, ...]
    points: int
    open: bool = True


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The way that suits best, why, and all ways beside it."""

    way: Way
    reasons: tuple[Sentence, ...]
    options: tuple[Option, ...]

    def option(self, way: Way) -> Option:
        return next(option for option in self.options if option.way is way)


@dataclass(frozen=True, slots=True)
class Dispute:
    """What the rules look at. `small_claims_fen`: half of the province's yearly wage (MSF 165), if known."""

    cause_id: str
    amount_fen: int | None
    answers: Answers
    court: Court = Court.NATIONAL
    small_claims_fen: int | None = None

    def is_(self, question: str, *values: str) -> bool:
        return self.answers.get(question, "") in values


@dataclass(frozen=True, slots=True)
class Rule:
    """When it applies, it adds `points` to a way and says why."""

    way: Way
    points: int
    reason: Sentence
    applies: Callable[[Dispute], bool]


QUESTIONS: tuple[Question, ...] = (
    Question(
        "relation",
        say("Will you go on having to do with each other?"),
        say("As family, neighbours, at work or in business."),
        Answer.CHOICE,
        choices=YES_NO_UNSURE,
    ),
    Question(
        "talk",
        say("Is the other side willing to talk?"),
        say("If you do not know, a mediator can ask."),
        Answer.CHOICE,
        choices=YES_NO_UNSURE,
    ),
    Question(
        "aim",
        say("What matters most to you?"),
        say("There is no wrong answer."),
        Answer.CHOICE,
        choices=(
            Choice("quick", say("That it is over soon")),
            Choice("cheap", say("That it costs little")),
            Choice("peace", say("That we can still look each other in the eye")),
            Choice("judgment", say("That a judge says who is right")),
        ),
    ),
)


def _suits_mediation(dispute: Dispute) -> bool:
    cause = CAUSES.get(dispute.cause_id)
    return cause is not None and cause.mediation


def _small(dispute: Dispute) -> bool:
    known = dispute.small_claims_fen is not None and dispute.amount_fen is not None
    return known and 0 < (dispute.amount_fen or 0) <= (dispute.small_claims_fen or 0)


_FAMILY = ("divorce", "inheritance")

RULES: tuple[Rule, ...] = (
    Rule(
        Way.NEGOTIATE,
        2,
        say("The other side admits it and is willing to talk; perhaps you need no one else."),
        lambda d: d.is_("disputed", "admits") and d.is_("talk", YES),
    ),
    Rule(Way.NEGOTIATE, -3, say("The other side will not talk."), lambda d: d.is_("talk", NO)),
    Rule(
        Way.MEDIATE,
        2,
        say("Disputes of this kind are often settled by mediators who know them well.", "MSF 125; OMR 8"),
        _suits_mediation,
    ),
    Rule(
        Way.MEDIATE,
        2,
        say("You will go on having to do with each other; an agreement keeps the door open."),
        lambda d: d.is_("relation", YES) or d.cause_id in _FAMILY,
    ),
    Rule(Way.MEDIATE, 1, say("The other side is willing to talk."), lambda d: d.is_("talk", YES)),
    Rule(
        Way.MEDIATE,
        1,
        say(
            "It is free of charge, and the court can confirm the agreement so that it is enforceable.",
            "MSF 205",
        ),
        lambda d: d.is_("aim", "cheap", "quick", "peace"),
    ),
    Rule(
        Way.MEDIATE,
        1,
        say("If the other side has little money, instalments can be agreed."),
        lambda d: d.is_("means", "none"),
    ),
    Rule(
        Way.MEDIATE,
        -4,
        say("The other side cannot be found; nobody can mediate with one side alone.", "OMR 15"),
        lambda d: d.is_("whereabouts", "lost"),
    ),
    *(
        Rule(
            way,
            -8,  # more than everything that speaks for it together
            say("After violence or threats you should not have to sit at one table.", "MSF 125"),
            lambda d: d.is_("violence", YES),
        )
        for way in (Way.NEGOTIATE, Way.MEDIATE)
    ),
    Rule(
        Way.FAST_TRACK,
        2,
        say(
            "Clear facts and good proof suit the simple procedure: one judge, half the fee.",
            "MSF 160; FEE 16",
        ),
        lambda d: d.is_("proof", "written") and not d.is_("disputed", "denies"),
    ),
    Rule(
        Way.FAST_TRACK,
        1,
        say("A small claim is decided in one instance, within two months.", "MSF 165; MSF 168"),
        _small,
    ),
    Rule(Way.FAST_TRACK, 2, say("The other side will not talk."), lambda d: d.is_("talk", NO)),
    Rule(
        Way.FAST_TRACK,
        2,
        say(
            "Property may be moved away: file now and ask for preservation; mediation stays possible.",
            "MSF 103",
        ),
        lambda d: d.is_("moving", YES),
    ),
    Rule(
        Way.FAST_TRACK,
        -4,
        say(
            "Who cannot be found must be served by notice, which the simple procedure does not know.",
            "JS 140",
        ),
        lambda d: d.is_("whereabouts", "lost"),
    ),
    Rule(
        Way.TRIAL,
        4,
        say("The other side cannot be found; only an ordinary trial can decide without them.", "MSF 147"),
        lambda d: d.is_("whereabouts", "lost"),
    ),
    Rule(
        Way.TRIAL,
        2,
        say("Everything is disputed; a full taking of evidence is needed."),
        lambda d: d.is_("disputed", "denies"),
    ),
    Rule(
        Way.TRIAL,
        2,
        say("You want a judge to say who is right."),
        lambda d: d.is_("aim", "judgment"),
    ),
)

_ABOUT: dict[Way, tuple[Sentence, Sentence, Sentence]] = {
    Way.NEGOTIATE: (
        say("Talk it over yourselves"),
        say("Write down what you agree on; a mediator can put it into a form the court may confirm."),
        say("As long as you both wish. Mind the limitation period.", "CC 188"),
    ),
    Way.MEDIATE: (
        say("Mediation before filing"),
        say(
            "A neutral mediator helps both of you by video. Nothing said there can be used against you.",
            "OMR 18",
        ),
        say(
            "At most 30 days; confirmation by the court within 30 days more, often at once.",
            "OMR 24; MSF 187",
        ),
    ),
    Way.FAST_TRACK: (
        say("Fast track"),
        say("Small-claims or simple procedure before one judge, by video where both agree.", "MSF 160"),
        say("Two months for small claims, three months in simple procedure.", "MSF 164; MSF 168"),
    ),
    Way.TRIAL: (
        say("Ordinary trial"),
        say("Full procedure, as a rule before several judges, with appeal.", "MSF 40"),
        say(
            "Six months in first instance, three more on appeal; longer with expert opinions.",
            "MSF 152; MSF 183",
        ),
    ),
}


def recommend(dispute: Dispute) -> Recommendation:
    """The way that suits this dispute best, with the reasons for it and against the others."""
    options = tuple(_option(way, dispute) for way in Way)
    # max keeps the first of equals, and Way lists the mildest first.
    best = max(options, key=lambda option: option.points)
    if best.points <= 0:
        best = next(option for option in options if option.way is Way.TRIAL)
    reasons = tuple(
        rule.reason for rule in RULES if rule.way is best.way and rule.points > 0 and rule.applies(dispute)
    )
    return Recommendation(best.way, reasons, options)


def _option(way: Way, dispute: Dispute) -> Option:
    applied = [rule for rule in RULES if rule.way is way and rule.applies(dispute)]
    name, about, time = _ABOUT[way]
    reasons = tuple(rule.reason for rule in applied)
    return Option(way, name, about, time, _fee(way, dispute), reasons, sum(rule.points for rule in applied))


def _fee(way: Way, dispute: Dispute) -> Fee | None:
    if way in (Way.NEGOTIATE, Way.MEDIATE):
        return court_fee(Kind.MEDIATION)
    try:
        halves = (Half.SIMPLE,) if way is Way.FAST_TRACK else ()
        return claim_fee(dispute.cause_id, dispute.amount_fen, dispute.court, halves)
    except FeeUnknown:
        return None
