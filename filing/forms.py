"""The guided filing as data: which questions are asked, in which order, one a page.

Rule 1: what is asked depends only on the answers given so far; page and check use this one list.
Rule 2: of the defendant only what MSF 124 and DJ 4 ask for is mandatory: never ID number, age or ethnicity.
"""

from collections.abc import Iterator
from dataclasses import replace

from filing.causes import CAUSES, Cause
from filing.form_guardian import GUARDIAN
from filing.form_parties import AGENT, DEFENDANT, PLAINTIFF
from filing.jurisdiction import BODIES, venue
from filing.prompts import DISPUTE_PANEL, EVIDENCE_PANEL, FACTS_PANEL, WAY_PANEL
from filing.questions import (
    NO,
    YES,
    YES_NO_UNSURE,
    YES_OR_NO,
    Answer,
    Answers,
    Choice,
    Question,
    Section,
    When,
)
from filing.sentences import say

OTHER_CAUSE = "other"

CAUSE = Question(
    "cause",
    say("What is the dispute about?"),
    say("Choose what comes nearest. The court may change it later; you lose nothing by it."),
    Answer.CHOICE,
    required=True,
    rule="R-20",
    choices=(
        *(Choice(cause.id, cause.name) for cause in CAUSES.values()),
        Choice(OTHER_CAUSE, say("Something else")),
    ),
)
_AMOUNT_HELP = say(
    "In yuan. The court fee is computed from it; you see it at once. Enter 0 if you claim no money."
)
_AMOUNT_TEXT = say("How much money do you claim?")

_PLACE_HELP = say("As a rule: where the other side lives, or the company has its seat.", "MSF 22; MSF 127(4)")

DISPUTE = Section(
    "dispute",
    say("The dispute"),
    (
        CAUSE,
        Question("amount", _AMOUNT_TEXT, _AMOUNT_HELP, Answer.MONEY, required=True, rule="FEE 13"),
        Question(
            "arbitration_clause",
            say("Does your contract say that disputes go to arbitration?"),
            say(
                "A valid written arbitration clause keeps the court out. No contract: choose No.",
                "MSF 127(2)",
            ),
            Answer.CHOICE,
            required=True,
            rule="R-11",
            choices=YES_NO_UNSURE,
            when=(
                When(
                    "cause",
                    ("loan", "sale", "services", "lease", "property_management", "consumer", "ip", "other"),
                ),
            ),
        ),
        Question(
            "decided_before",
            say("Has a court already decided the same matter between you?"),
            say("Then a new claim is possible only for new facts, or by way of retrial.", "MSF 127(5)"),
            Answer.CHOICE,
            required=True,
            rule="R-11",
            choices=YES_NO_UNSURE,
        ),
        Question(
            "against_authority",
            say("Is your complaint about a decision of a government office?"),
            say("Such a case is an administrative one; there is another form for it.", "MSF 127(1)"),
            Answer.CHOICE,
            required=True,
            rule="R-11",
            choices=YES_NO_UNSURE,
        ),
        Question(
            "other_body",
            say("Is it about one of these matters?"),
            say(
                "The law gives them to another body first; a court can only look at what comes after.",
                "MSF 127(3)",
            ),
            Answer.CHOICE,
            rule="R-11",
            choices=(*(Choice(body.id, body.name) for body in BODIES), Choice(NO, say("None of these"))),
            when=(When("cause", (OTHER_CAUSE, "labour", "inheritance")),),
        ),
        Question(
            "court_place",
            say("Does one of these places lie in the district of this court?"),
            _PLACE_HELP,
            Answer.CHOICE,
            rule="R-11",
            choices=YES_NO_UNSURE,
        ),
    ),
    DISPUTE_PANEL,
)

CLAIM = Section(
    "claim",
    say("Claims and facts"),
    (
        Question(
            "claims",
            say("What shall the court order?"),
            say("One claim a line, numbered, each with its sum."),
            Answer.LONG_TEXT,
            required=True,
            rule="R-02",
        ),
        Question(
            "facts",
            say("What happened, and why is the other side liable?"),
            say("In order of time: when, where, who, what was agreed, what went wrong. Use your own words."),
            Answer.LONG_TEXT,
            required=True,
            rule="R-02",
        ),
    ),
    FACTS_PANEL,
)

EVIDENCE = Section(
    "evidence",
    say("Evidence"),
    (
        Question(
            "evidence",
            say("Which evidence do you have, and where is it from?"),
            say("One piece a line: name, source, what it shows. Then photograph or upload it."),
            Answer.LONG_TEXT,
            required=True,
            rule="R-02",
        ),
        Question(
            "has_witness",
            say("Is there a witness?"),
            say("Somebody who saw or heard it and is willing to tell the court."),
            Answer.YES_NO,
            choices=YES_OR_NO,
        ),
        Question(
            "witnesses",
            say("Name and address of each witness"),
            say("One witness a line."),
            Answer.LONG_TEXT,
            required=True,
            rule="R-02",
            when=(When("has_witness", (YES,)),),
        ),
    ),
    EVIDENCE_PANEL,
)

WAY = Section(
    "way",
    say("How to go on"),
    (
        Question(
            "pre_mediation",
            say("Would you like to try mediation before the case is docketed?"),
            say(
                "Free of charge, up to 30 days, by a mediator who knows such disputes. You may return to "
                "court at any time. If you say no, your filing goes straight to the judge.",
                "MSF 125",
            ),
            Answer.CHOICE,
            required=True,
            rule="M-01",
            choices=(Choice(YES, say("Yes, try mediation first")), Choice("no", say("No, go to court"))),
        ),
        Question(
            "e_service",
            say("May the court send you documents electronically?"),
            say("You get a message for each document. Paper remains possible at any time.", "OLR 29"),
            Answer.YES_NO,
            required=True,
            rule="OLR 29",
            choices=YES_OR_NO,
        ),
        Question(
            "service_phone",
            say("To which mobile phone shall the messages go?"),
            say("It becomes your address for service; tell the court when it changes.", "OLR 30"),
            Answer.PHONE,
            required=True,
            rule="OLR 30",
            when=(When("e_service", (YES,)),),
        ),
    ),
    WAY_PANEL,
)


def sections(answers: Answers) -> tuple[Section, ...]:
    """The sections of the filing for these answers, the elements of the chosen cause among them."""
    cause = CAUSES.get(answers.get("cause", ""))
    elements = () if cause is None else (_elements(cause),)
    return (dispute(answers), PLAINTIFF, GUARDIAN, AGENT, DEFENDANT, *elements, CLAIM, EVIDENCE, WAY)


def dispute(answers: Answers) -> Section:
    """What the first look and the filing both ask, in the words of the chosen cause."""
    cause = CAUSES.get(answers.get("cause", ""))
    return DISPUTE if cause is None else _worded(DISPUTE, cause)


def questions(answers: Answers) -> tuple[Question, ...]:
    """The questions that are asked, given these answers, in order."""
    return tuple(question for _, question in pages(answers))


def pages(answers: Answers) -> Iterator[tuple[Section, Question]]:
    """Each page of the filing: its question, and the section whose heading and panel it stands under."""
    for section in sections(answers):
        for question in section.questions:
            if question.visible(answers):
                yield section, question


def _elements(cause: Cause) -> Section:
    return Section("elements", cause.name, cause.elements, FACTS_PANEL)


def _worded(section: Section, cause: Cause) -> Section:
    """The section with the amount and the places asked for as this cause needs it."""
    return replace(section, questions=tuple(_of_cause(question, cause) for question in section.questions))


def _of_cause(question: Question, cause: Cause) -> Question:
    if question.id == "amount" and cause.amount_asked:
        return replace(question, text=cause.amount_asked)
    if question.id == "court_place":
        return replace(question, help=venue(cause.id).as_question)
    return question
