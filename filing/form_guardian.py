"""The questions about the guardian (法定代理人) of a plaintiff who cannot sue by himself (MSF 60, JS 83)."""

from datetime import date

from filing.form_parties import WARD
from filing.prompts import GUARDIAN_PANEL
from filing.questions import Answer, Choice, Question, Section, When
from filing.sentences import say

MINOR, DECLARED = "minor", "declared"
CAPABLE_AT, OF_AGE_AT = 16, 18  # who lives by his own work from 16 on counts as an adult (CC 18)
RELATIONS = (  # CC 27, 28; how it stands on a paper: filing.complaint
    Choice("father", say("Father")),
    Choice("mother", say("Mother")),
    Choice("grandparent", say("Grandparent")),
    Choice("spouse", say("Husband or wife")),
    Choice("child", say("Son or daughter")),
    Choice("relative", say("Another close relative")),
    Choice(
        "appointed", say("Appointed by a court, a residents' committee, the civil affairs office or a will")
    ),
)
GROUNDS = (
    Choice(MINOR, say("A child under 18")),
    Choice(DECLARED, say("An adult whom a court has declared without, or with limited, capacity")),
)
_IF_WARD = (When("plaintiff_kind", (WARD,)),)

GUARDIAN = Section(
    "guardian",
    say("The guardian"),
    (
        Question(
            "ward_ground",
            say("Why does a guardian act for the plaintiff?"),
            say("An adult acts himself until a court has declared otherwise, however ill he is.", "CC 24"),
            Answer.CHOICE,
            required=True,
            rule="MSF 60",
            choices=GROUNDS,
            when=_IF_WARD,
        ),
        Question(
            "guardian",
            say("Name of the guardian"),
            say("As on the guardian's own ID card; it is the guardian who proves who he or she is.", "JS 83"),
            Answer.NAME,
            required=True,
            rule="MSF 60",
            when=_IF_WARD,
        ),
        Question(
            "guardian_relation",
            say("What is the guardian to the plaintiff?"),
            say(
                "Of a child the parents, else grandparents or grown-up brothers and sisters; of an adult "
                "husband or wife, parents, children, other close relatives.",
                "CC 27; CC 28",
            ),
            Answer.CHOICE,
            required=True,
            rule="MSF 60",
            choices=RELATIONS,
            when=_IF_WARD,
        ),
        Question(
            "guardian_id",
            say("ID number of the guardian"),
            say("Shown to the court only; the other side does not see it."),
            Answer.ID_NUMBER,
            when=_IF_WARD,
        ),
        Question(
            "guardian_address",
            say("Address of the guardian"),
            say("Where the guardian lives now, also if it is the plaintiff's address."),
            Answer.ADDRESS,
            required=True,
            rule="MSF 60",
            when=_IF_WARD,
        ),
    ),
    GUARDIAN_PANEL,
)


def age(born: date, today: date) -> int:
    """Whole years; a birthday on 29 February is kept on 1 March."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
