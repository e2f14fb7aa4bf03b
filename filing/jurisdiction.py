"""Whether a court may take the case, and which court: gates, redirects, venues.

Rule 1: a program advises here and a judge decides; no redirect stops a filing (DJ 2, R-04), it explains.
Rule 2: an exclusive venue (MSF 34) leaves no choice by agreement.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from filing.causes import CAUSES
from filing.questions import NO, UNSURE, YES, Answers
from filing.sentences import Sentence, say


@dataclass(frozen=True, slots=True)
class Venue:
    """The places that tie a court to such claims. `exclusive`: no other by agreement.

    `addresses` are the questions whose answer is such a place.
    """

    places: tuple[Sentence, ...]
    note: Sentence
    addresses: tuple[str, ...] = ("defendant_address",)
    exclusive: bool = False

    @property
    def as_question(self) -> Sentence:
        """The places in one sentence, as the help of the question where the dispute belongs."""
        text = _PLACES[len(self.places)]
        articles = "; ".join(dict.fromkeys(a for p in self.places for a in p.article.split("; ") if a))
        return replace(text, article=articles, values=dict(zip("abc", self.places, strict=False)))


_PLACES: dict[int, Sentence] = {
    1: say("For such a dispute: %(a)s."),
    2: say("For such a dispute: %(a)s; or %(b)s."),
    3: say("For such a dispute: %(a)s; or %(b)s; or %(c)s."),
}


_DEFENDANT_HOME = say(
    "where the defendant lives (or has lived for over a year), or the company has its seat", "MSF 22"
)
_MAY_AGREE = say(
    "If your contract names another court with a real link to the dispute, that court is competent.", "MSF 35"
)

VENUES: dict[str, Venue] = {
    "money": Venue(
        (
            _DEFENDANT_HOME,
            say("where the one who is to get the money lives, if no other place was agreed", "JS 18"),
        ),
        _MAY_AGREE,
    ),
    "money_or_goods": Venue(
        (
            _DEFENDANT_HOME,
            say(
                "where the contract is performed: the agreed place, else that of who gets the money", "JS 18"
            ),
            say("bought online: where the goods were received", "JS 20"),
        ),
        _MAY_AGREE,
    ),
    "consumer": Venue(
        (
            _DEFENDANT_HOME,
            say("where the product was made or sold, the service given, or the harm done", "JS 26"),
            say("bought online: where the goods were received", "JS 20"),
        ),
        say("A clause about the court in small print that nobody pointed out to you may be void.", "JS 31"),
    ),
    "real_estate": Venue(
        (say("where the rooms are; only this court", "MSF 34(1); JS 28"),),
        say("For a home or shop a contract cannot choose another court."),
        ("premises",),
        exclusive=True,
    ),
    "accident": Venue(
        (_DEFENDANT_HOME, say("where the accident happened, or where the vehicle first arrived", "MSF 30")),
        say("The seat of the insurer who is sued counts too."),
        ("accident_place", "defendant_address"),
    ),
    "tort": Venue(
        (
            _DEFENDANT_HOME,
            say("where the wrong was done or its effect was felt", "MSF 29; JS 24"),
            say("on the internet: also where you yourself live", "JS 25"),
        ),
        say("Patents and a few other rights go to special courts.", "JS 2"),
    ),
    "labour": Venue(
        (say("where you work, or where the employer has its seat"),),
        say("It need not be the place of the arbitration commission."),
        ("employed", "defendant_address"),
    ),
    "divorce": Venue(
        (
            _DEFENDANT_HOME,
            say("your own home, if the other has been away from home for over a year", "JS 12"),
            say("your own home, if the other is abroad, missing, or in prison", "MSF 23"),
        ),
        say("If both have been away for over a year: where the other now lives.", "JS 12"),
    ),
    "inheritance": Venue(
        (say("where the deceased last lived, or where the main estate is; only these courts", "MSF 34(3)"),),
        say("A will cannot choose another court."),
        ("last_home",),
        exclusive=True,
    ),
}
OTHER = Venue((_DEFENDANT_HOME,), _MAY_AGREE)


def venue(cause_id: str) -> Venue:
    """Where a claim of this cause is brought; of an unknown cause, at the defendant's home."""
    cause = CAUSES.get(cause_id)
    return VENUES[cause.venue] if cause else OTHER


@dataclass(frozen=True, slots=True)
class FilingPoint:
    """A court's door: a hall or the online window, and the districts it takes claims from."""

    court: str
    name: str
    address: str
    hours: str
    phone: str
    districts: tuple[str, ...]
    online: bool = True


@dataclass(frozen=True, slots=True)
class Competence:
    """Which of a court's doors the answers lead to.

    `outside`: places are known, and none of them lies in its district.
    """

    points: tuple[FilingPoint, ...]
    outside: bool


def competence(points: tuple[FilingPoint, ...], answers: Answers) -> Competence:
    """The doors for the places that these answers name; all of them while no place is known."""
    asked = venue(answers.get("cause", "")).addresses
    addresses = [answers[question] for question in asked if answers.get(question, "").strip()]
    if not addresses:
        return Competence(points, outside=False)
    found = filing_points(points, *addresses)
    return Competence(found or points, outside=bool(points) and not found)


def filing_points(points: tuple[FilingPoint, ...], *addresses: str) -> tuple[FilingPoint, ...]:
    """The points whose district one of the addresses (of a place that ties the case) names, in that order."""
    found = [p for address in addresses for p in points if any(d and d in address for d in p.districts)]
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Redirect:
    """Another way than this court. `stops` says whether the court must refuse if the answer is as given."""

    id: str
    advice: Sentence
    applies: Callable[[Answers], bool]
    stops: bool = True


def _is(question: str, *values: str) -> Callable[[Answers], bool]:
    return lambda answers: answers.get(question, "") in values


@dataclass(frozen=True, slots=True)
class Body:
    """A matter that the law gives to another body first (MSF 127(3)), and whom to turn to."""

    id: str
    name: Sentence
    advice: Sentence


BODIES: tuple[Body, ...] = (
    Body(
        "land",
        say("Whose land, forest or grassland it is, not yet decided by the government"),
        say(
            "The township or county government decides first whose land it is; ask it in writing. "
            "Against its decision you may go to court within 30 days.",
            "MSF 127(3)",
        ),
    ),
    Body(
        "work_injury",
        say("Whether an accident at work counts as a work injury"),
        say(
            "The social insurance department finds whether it is a work injury; apply within a year of the "
            "accident. With its finding you can claim what is due.",
            "MSF 127(3)",
        ),
    ),
    Body(
        "social_insurance",
        say("Social insurance that the employer did not register or pay in full"),
        say(
            "Complain to the social insurance department or the collecting tax office; they can order "
            "payment. "
            "A loss that can no longer be repaired may be claimed by labour arbitration, then in court.",
            "MSF 127(3)",
        ),
    ),
    Body(
        "internal",
        say("Discipline or an internal decision of an organisation you belong to"),
        say("Use the complaint procedure of the organisation, or the body above it.", "MSF 127(3)"),
    ),
)

REDIRECTS: tuple[Redirect, ...] = (
    Redirect(
        "administrative",
        say(
            "This is an administrative case. Please use the form for claims against an authority.",
            "MSF 127(1)",
        ),
        _is("against_authority", YES),
    ),
    Redirect(
        "arbitration",
        say(
            "You agreed on arbitration: apply to the arbitration body named in the contract. "
            "If the clause is void, unclear or given up, tell us why.",
            "MSF 127(2); JS 215",
        ),
        _is("arbitration_clause", YES),
    ),
    Redirect(
        "arbitration_unsure",
        say(
            "Please look for an arbitration clause in your contract; if there is one, a court cannot decide.",
            "MSF 127(2)",
        ),
        _is("arbitration_clause", UNSURE),
        stops=False,
    ),
    Redirect(
        "labour_arbitration",
        say(
            "For disputes about work the labour arbitration commission comes first. It is free of charge; "
            "apply within one year.",
            "MSF 127(3); LAM 5",
        ),
        lambda answers: answers.get("cause") == "labour" and answers.get("arbitrated") == NO,
    ),
    *(Redirect(body.id, body.advice, _is("other_body", body.id)) for body in BODIES),
    Redirect(
        "other_court",
        say(
            "Another court is competent. File there; every court takes filings online, and its number "
            "is 12368 "
            "with the code of the place. If you file here all the same, the judge tells you, and passes the "
            "case on if it was already docketed.",
            "MSF 127(4); JS 211; MSF 37",
        ),
        _is("court_place", NO),
    ),
    Redirect(
        "decided",
        say(
            "The matter has been decided. Against a final judgment you may apply for retrial; "
            "a new claim needs facts that arose after it.",
            "MSF 127(5); JS 248",
        ),
        _is("decided_before", YES),
    ),
    Redirect(
        "divorce_six_months",
        say(
            "Within six months a new divorce claim needs a new fact or reason; please tell it in the facts.",
            "MSF 127(7)",
        ),
        lambda answers: answers.get("cause") == "divorce" and answers.get("divorce_refused") == YES,
    ),
    Redirect(
        "wife_protected",
        say(
            "In this time the husband may not sue for divorce unless the court finds it necessary; "
            "you may agree on a divorce at the registry.",
            "CC 1082; MSF 127(6)",
        ),
        lambda answers: answers.get("cause") == "divorce" and answers.get("wife_protected") == "defendant",
    ),
)


def redirects(answers: Answers) -> tuple[Redirect, ...]:
    """The redirects that these answers call for (R-11), each with its own advice."""
    return tuple(redirect for redirect in REDIRECTS if redirect.applies(answers))
