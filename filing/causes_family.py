"""Causes in the family: divorce with property and support, inheritance."""

from filing.causes_shape import Cause, Limitation, Specialty
from filing.fees import Kind
from filing.materials import CHAT, RECEIPTS, Material
from filing.questions import YES, YES_OR_NO, Answer, Choice, Question, When
from filing.sentences import say

DIVORCE = Cause(
    "divorce",
    say("Divorce, property and support"),
    say("Ending a marriage, care and support of children, dividing the property."),
    ("离婚纠纷", "离婚后财产纠纷", "抚养费纠纷", "变更抚养关系纠纷", "抚养纠纷", "离婚"),
    Kind.DIVORCE,
    Specialty.FAMILY,
    (
        Material(
            "marriage",
            say("Marriage certificate"),
            say("The pages with both names, number and date. If it is lost: a record from the registry."),
            required=True,
            rule="R-03",
        ),
        Material(
            "household",
            say("Household register and the children's birth certificates"),
            say("The pages of both spouses and of each child."),
        ),
        Material(
            "assets",
            say("Papers on the property of both"),
            say("Property certificates, vehicle papers, statements of accounts, loans and shares."),
        ),
        Material(
            "breakdown",
            say("What shows that the marriage has broken down"),
            say("Lease while living apart, police or hospital records, earlier judgments."),
        ),
        RECEIPTS,
        CHAT,
    ),
    Limitation(
        None,
        say(
            "There is no limit for the divorce itself. Not within six months of a refusal or withdrawal, "
            "unless there is a new reason.",
            "MSF 127(7)",
        ),
    ),
    (
        Question(
            "married_on",
            say("When did you marry?"),
            say("The date on the certificate."),
            Answer.DATE,
            required=True,
            rule="R-02",
        ),
        Question(
            "divorce_refused",
            say("Was a divorce refused, settled by staying together, or withdrawn in the last six months?"),
            say("Then a new claim needs a new fact or reason.", "MSF 127(7)"),
            Answer.YES_NO,
            required=True,
            rule="R-11",
            choices=YES_OR_NO,
        ),
        Question(
            "wife_protected",
            say("Is the wife pregnant, gave birth within a year, or ended a pregnancy within six months?"),
            say("In that time the husband may not sue for divorce, as a rule; the wife may.", "CC 1082"),
            Answer.CHOICE,
            required=True,
            rule="R-11",
            choices=(
                Choice("no", say("No")),
                Choice("plaintiff", say("Yes, and I am the wife")),
                Choice("defendant", say("Yes, and I am the husband")),
            ),
        ),
        Question(
            "separated_since",
            say("Since when do you live apart?"),
            say(
                "Leave it empty if you live together. Two years apart because of discord is a ground.",
                "CC 1079",
            ),
            Answer.DATE,
        ),
        Question(
            "children",
            say("Are there children under 18?"),
            say("From the age of eight their own wish is heard.", "CC 1084"),
            Answer.YES_NO,
            required=True,
            rule="R-02",
            choices=YES_OR_NO,
        ),
        Question(
            "children_wish",
            say("For each child: name, birthday, with whom it shall live, how much support a month?"),
            say("Also say how the other parent shall see the child."),
            Answer.LONG_TEXT,
            required=True,
            rule="R-02",
            when=(When("children", (YES,)),),
        ),
        Question(
            "property_list",
            say("Which property and debts are there, and how shall they be divided?"),
            say("Homes, vehicles, savings, shares, loans; with their value. None: write “none”."),
            Answer.LONG_TEXT,
            required=True,
            rule="R-02",
        ),
        Question(
            "violence",
            say("Has there been violence or threats?"),
            say("Help at once: call 110. A protection order is free of charge, also without a divorce."),
            Answer.YES_NO,
            choices=YES_OR_NO,
        ),
    ),
    "divorce",
    say("1. Divorce. 2. The child lives with me; … yuan support a month. 3. Divide the property: …"),
    amount_asked=say("How much is all the property to be divided worth? Enter 0 if none."),
)

INHERITANCE = Cause(
    "inheritance",
    say("Inheritance"),
    say("Dividing what a deceased person left, by law or by will."),
    ("法定继承纠纷", "遗嘱继承纠纷", "继承纠纷", "遗产纠纷", "继承"),
    Kind.PROPERTY,
    Specialty.FAMILY,
    (
        Material(
            "death",
            say("Death certificate"),
            say("From hospital, police or community, with the date."),
            required=True,
            rule="R-03",
        ),
        Material(
            "kinship",
            say("Proof of kinship of all heirs"),
            say("Household register, birth or marriage certificates, personnel file."),
        ),
        Material(
            "will", say("Will, if there is one"), say("All pages with signatures, dates and witnesses.")
        ),
        Material(
            "estate",
            say("Papers on what was left"),
            say("Property certificates, accounts, vehicles, shares, debts."),
        ),
    ),
    Limitation(
        36,
        say(
            "Asking for division of an estate still held in common has no limit in practice; "
            "for a violated right of inheritance reckon with 3 years.",
            "CC 188",
        ),
    ),
    (
        Question(
            "deceased",
            say("Who died, and when?"),
            say("Name and date of death, and your relation to him or her."),
            Answer.TEXT,
            required=True,
            rule="R-02",
        ),
        Question(
            "last_home",
            say("Where did the deceased last live?"),
            say("This place, or that of the main estate, decides the court.", "MSF 34(3)"),
            Answer.ADDRESS,
            required=True,
            rule="R-02",
        ),
        Question(
            "heirs",
            say("Who are all the heirs?"),
            say("Spouse, children, parents first; name and address of each. All must take part.", "CC 1127"),
            Answer.LONG_TEXT,
            required=True,
            rule="R-02",
        ),
        Question(
            "has_will",
            say("Is there a will?"),
            say("A will goes before the law. The last valid one counts.", "CC 1142"),
            Answer.YES_NO,
            required=True,
            rule="R-02",
            choices=YES_OR_NO,
        ),
        Question(
            "will_form",
            say("In which form was the will made?"),
            say("For example handwritten, before a notary, printed with two witnesses."),
            Answer.TEXT,
            when=(When("has_will", (YES,)),),
        ),
        Question(
            "estate_list",
            say("What is in the estate, and who holds it now?"),
            say("Each thing with its value; also debts."),
            Answer.LONG_TEXT,
            required=True,
            rule="R-02",
        ),
    ),
    "inheritance",
    say("1. Divide the estate of …: … to the plaintiff. 2. Bear the court fee by shares."),
    amount_asked=say("How much is the share that you claim worth?"),
)

FAMILY_CAUSES: tuple[Cause, ...] = (DIVORCE, INHERITANCE)
