"""The questions about the parties: plaintiff, agent, defendant (MSF 124, DJ 4)."""

from filing.prompts import AGENT_PANEL, DEFENDANT_PANEL, PLAINTIFF_PANEL
from filing.questions import NO, YES, YES_OR_NO, Answer, Choice, Question, Section, When
from filing.sentences import say

PERSON, WARD, COMPANY = "person", "ward", "company"  # a ward: a guardian acts for the person (MSF 60)
ID_CARD, REGISTER, NETWORK = "id_card", "household_register", "network"
SEXES = (Choice("男", say("Male")), Choice("女", say("Female")))
_KINDS = (Choice(PERSON, say("A person")), Choice(COMPANY, say("A company or other organisation")))
AGENT_KINDS = (  # MSF 61
    Choice("lawyer", say("Lawyer")),
    Choice("legal_worker", say("Grass-roots legal worker")),
    Choice("relative", say("Close relative")),
    Choice("employee", say("Employee")),
    Choice("recommended", say("Recommended by the community, employer or a social body")),
)

_PLAINTIFF_KINDS = (
    _KINDS[0],
    Choice(WARD, say("A person for whom a guardian acts: a child, or an adult without full capacity")),
    _KINDS[1],
)
_IF_PERSON = (When("plaintiff_kind", (PERSON, WARD)),)
_IF_COMPANY = (When("plaintiff_kind", (COMPANY,)),)
_IF_AGENT = (When("has_agent", (YES,)),)
_THEY_PERSON = (When("defendant_kind", (PERSON,)),)
_THEY_COMPANY = (When("defendant_kind", (COMPANY,)),)

PLAINTIFF = Section(
    "plaintiff",
    say("The plaintiff"),
    (
        Question(
            "plaintiff_kind",
            say("Who brings the claim?"),
            say(
                "The person or company whose own right is concerned, not the one who fills in the form.",
                "MSF 122(1)",
            ),
            Answer.CHOICE,
            required=True,
            rule="R-01",
            choices=_PLAINTIFF_KINDS,
        ),
        Question(
            "plaintiff",
            say("Name of the plaintiff"),
            say("As on the ID card or business licence. Photograph it and we fill this in."),
            Answer.NAME,
            required=True,
            rule="R-02",
        ),
        Question(
            "plaintiff_paper",
            say("Which identity paper does the plaintiff have?"),
            say("Mainland residents: the ID card. Others: passport or residence permit."),
            Answer.CHOICE,
            required=True,
            rule="R-03",
            choices=(
                Choice(ID_CARD, say("Resident ID card")),
                Choice(REGISTER, say("Household register (a child without an ID card)")),
                Choice("passport", say("Passport")),
                Choice("permit", say("Travel or residence permit")),
                Choice(NETWORK, say("Network identity (网号, 网证), verified on this platform")),
            ),
            when=_IF_PERSON,
        ),
        Question(
            "plaintiff_id",
            say("ID number of the plaintiff"),
            say("Shown to the court only; the other side does not see it."),
            Answer.ID_NUMBER,
            required=True,
            rule="R-03",
            when=(*_IF_PERSON, When("plaintiff_paper", (ID_CARD, REGISTER))),
        ),
        Question(
            "plaintiff_paper_number",
            say("Number of the passport or permit"),
            say("Shown to the court only; the other side does not see it."),
            Answer.TEXT,
            required=True,
            rule="R-03",
            when=(*_IF_PERSON, When("plaintiff_paper", ("passport", "permit"))),
        ),
        Question(
            "plaintiff_sex",
            say("Sex"),
            say("As on the ID card."),
            Answer.CHOICE,
            True,
            "R-02",
            SEXES,
            _IF_PERSON,
        ),
        Question(
            "plaintiff_birth",
            say("Date of birth"),
            say("As on the ID card; the complaint must state the age."),
            Answer.DATE,
            required=True,
            rule="R-02",
            when=_IF_PERSON,
        ),
        Question(
            "plaintiff_nation",
            say("Ethnicity"),
            say("As on the ID card; foreigners: the nationality."),
            Answer.TEXT,
            required=True,
            rule="R-02",
            when=_IF_PERSON,
        ),
        Question(
            "plaintiff_work",
            say("Occupation and employer"),
            say("For example “teacher, No. 1 School”, “retired”, “none”."),
            Answer.TEXT,
            required=True,
            rule="R-02",
            when=_IF_PERSON,
        ),
        Question(
            "plaintiff_credit_code",
            say("Unified social credit code"),
            say("18 characters on the business licence."),
            Answer.CREDIT_CODE,
            required=True,
            rule="R-03",
            when=_IF_COMPANY,
        ),
        Question(
            "plaintiff_legal_rep",
            say("Name of the legal representative"),
            say("As on the business licence."),
            Answer.NAME,
            required=True,
            rule="R-02",
            when=_IF_COMPANY,
        ),
        Question(
            "plaintiff_legal_rep_post",
            say("Post of the legal representative"),
            say("For example executive director."),
            Answer.TEXT,
            required=True,
            rule="R-02",
            when=_IF_COMPANY,
        ),
        Question(
            "plaintiff_address",
            say("Address of the plaintiff"),
            say("Where you live now or where the company has its seat, also if it is abroad."),
            Answer.ADDRESS,
            required=True,
            rule="R-02",
        ),
        Question(
            "plaintiff_phone",
            say("Phone of the plaintiff"),
            say("A foreign number begins with + and the country code. For a child: the guardian's number."),
            Answer.PHONE,
            required=True,
            rule="R-02",
        ),
    ),
    PLAINTIFF_PANEL,
)

AGENT = Section(
    "agent",
    say("Someone who acts for you"),
    (
        Question(
            "has_agent",
            say("Does someone act for the plaintiff in this case?"),
            say("A lawyer, a relative, an employee. You may have one or two, or none.", "MSF 61"),
            Answer.YES_NO,
            required=True,
            rule="R-21",
            choices=YES_OR_NO,
        ),
        Question(
            "agent",
            say("Name of the agent"),
            say("As on the ID card."),
            Answer.NAME,
            True,
            "R-21",
            when=_IF_AGENT,
        ),
        Question(
            "agent_kind",
            say("What is the agent to the plaintiff?"),
            say("Each kind shows its own papers.", "JS 88"),
            Answer.CHOICE,
            required=True,
            rule="R-21",
            choices=AGENT_KINDS,
            when=_IF_AGENT,
        ),
        Question(
            "agent_phone",
            say("Phone of the agent"),
            say("For messages about the case."),
            Answer.PHONE,
            True,
            "R-21",
            when=_IF_AGENT,
        ),
        Question(
            "agent_powers",
            say("Which powers does the power of attorney name?"),
            say(
                "To admit, waive or change claims, settle, counterclaim or appeal, each must be named; "
                "“full power” alone gives none of them.",
                "MSF 62",
            ),
            Answer.CHOICE,
            required=True,
            rule="R-22",
            choices=(
                Choice("general", say("General authority only")),
                Choice("special", say("Special authority, named one by one")),
            ),
            when=_IF_AGENT,
        ),
        Question(
            "helper",
            say("Is somebody beside you who helps you with this device?"),
            say(
                "A child, a neighbour, our staff: they may read to you and type for you. They cannot "
                "declare, "
                "submit or sign for you; the court is told that they helped.",
                "WZA 41",
            ),
            Answer.YES_NO,
            choices=YES_OR_NO,
        ),
        Question(
            "helper_name",
            say("Who helps you?"),
            say("Name, and what he or she is to you, for example “Liu Fang, daughter”."),
            Answer.TEXT,
            when=(When("helper", (YES,)),),
        ),
    ),
    AGENT_PANEL,
)

DEFENDANT = Section(
    "defendant",
    say("The other side"),
    (
        Question(
            "defendant_kind",
            say("Whom do you sue?"),
            say("More defendants can be added later."),
            Answer.CHOICE,
            True,
            "R-01",
            _KINDS,
        ),
        Question(
            "defendant",
            say("Name of the other side"),
            say("The real name of the person, or the full name of the company as on its seal or licence."),
            Answer.NAME,
            required=True,
            rule="R-02",
        ),
        Question(
            "defendant_sex",
            say("Sex of the other side"),
            say("It helps to tell people of the same name apart."),
            Answer.CHOICE,
            required=True,
            rule="R-02",
            choices=(*SEXES, Choice("不详", say("I do not know"))),
            when=_THEY_PERSON,
        ),
        Question(
            "defendant_work",
            say("Employer of the other side, if you know it"),
            say("You may leave it empty."),
            Answer.TEXT,
            rule="R-02",
            when=_THEY_PERSON,
        ),
        Question(
            "defendant_id",
            say("ID number of the other side, if you have it"),
            say("You need not know it. An IOU or contract often shows it.", "DJ 4"),
            Answer.ID_NUMBER,
            when=_THEY_PERSON,
        ),
        Question(
            "defendant_credit_code",
            say("Credit code of the other side, if you know it"),
            say("You find it in the public register of companies (gsxt.gov.cn)."),
            Answer.CREDIT_CODE,
            when=_THEY_COMPANY,
        ),
        Question(
            "defendant_legal_rep",
            say("Legal representative of the other side, if you know"),
            say("You find the name in the public register of companies (gsxt.gov.cn)."),
            Answer.NAME,
            when=_THEY_COMPANY,
        ),
        Question(
            "defendant_address",
            say("Address of the other side"),
            say(
                "Where the person lives or last lived, or the company's seat. The court must find them there."
            ),
            Answer.ADDRESS,
            required=True,
            rule="R-02",
        ),
        Question(
            "defendant_phone",
            say("Phone of the other side, if you have it"),
            say("It makes mediation and service much faster."),
            Answer.PHONE,
        ),
        Question(
            "defendant_reachable",
            say("Can the other side be reached?"),
            say(
                "If nobody knows where they are, the court must publish a notice; that takes longer.",
                "MSF 95",
            ),
            Answer.CHOICE,
            choices=(
                Choice(YES, say("Yes, at the phone or address given")),
                Choice("address", say("Only by post, perhaps")),
                Choice(NO, say("No, I cannot find them")),
            ),
        ),
    ),
    DEFENDANT_PANEL,
)
