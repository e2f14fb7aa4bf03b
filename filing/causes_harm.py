"""Causes out of harm and work: traffic accident, labour, reputation, infringement of IP."""

from filing.causes_contract import THREE_YEARS
from filing.causes_shape import Cause, Limitation, Specialty
from filing.fees import Kind
from filing.materials import CHAT, PHOTOS, RECEIPTS, TRANSFER, Material, contract
from filing.questions import YES, YES_NO_UNSURE, YES_OR_NO, Answer, Choice, Question, When
from filing.sentences import say

TRAFFIC = Cause(
    "traffic",
    say("Traffic accident"),
    say("Injury or damage in an accident with a motor vehicle."),
    ("机动车交通事故责任纠纷", "道路交通事故人身损害赔偿纠纷", "交通事故责任纠纷", "交通事故"),
    Kind.PROPERTY,
    Specialty.TRAFFIC,
    (
        Material(
            "accident_report",
            say("The police's finding on the accident"),
            say("All pages, with the share of blame of each driver."),
        ),
        Material(
            "medical",
            say("Medical records, diagnoses and bills"),
            say("In order of date; each bill with its record."),
        ),
        Material(
            "insurance",
            say("Insurance policies of the vehicles"),
            say("Compulsory and commercial; insurer, policy number, period."),
        ),
        Material(
            "income",
            say("Proof of lost income and of care"),
            say("Employment contract, pay records, certificate of leave, carer's receipts."),
        ),
        RECEIPTS,
        PHOTOS,
    ),
    THREE_YEARS,
    (
        Question(
            "accident_date",
            say("When did the accident happen?"),
            say("The day in the police's finding."),
            Answer.DATE,
            required=True,
            rule="R-02",
        ),
        Question(
            "accident_place",
            say("Where did it happen?"),
            say("Road, district and city; the court of this place is competent.", "MSF 30"),
            Answer.ADDRESS,
            required=True,
            rule="R-02",
        ),
        Question(
            "blame",
            say("Whom does the police's finding blame?"),
            say("As written in the finding."),
            Answer.CHOICE,
            required=True,
            rule="R-02",
            choices=(
                Choice("full", say("The other side alone")),
                Choice("main", say("Mainly the other side")),
                Choice("equal", say("Both equally")),
                Choice("minor", say("Mainly me")),
                Choice("none", say("There is no finding yet")),
            ),
        ),
        Question(
            "insurer",
            say("Which company insures the other vehicle?"),
            say("The insurer of the compulsory insurance is sued together with the driver.", "CC 1213"),
            Answer.NAME,
        ),
        Question(
            "injury",
            say("Was anyone injured?"),
            say("Also say whether treatment is over; a disability is assessed only after it."),
            Answer.YES_NO,
            required=True,
            rule="R-02",
            choices=YES_OR_NO,
        ),
        Question(
            "losses",
            say("List your losses, each with its sum."),
            say("Treatment, lost income, care, travel, meals in hospital, repair of the vehicle.", "CC 1179"),
            Answer.LONG_TEXT,
            required=True,
            rule="R-02",
        ),
        Question(
            "advanced",
            say("What has the other side or the insurer already paid?"),
            say("In yuan. Enter 0 if nothing."),
            Answer.MONEY,
        ),
    ),
    "accident",
    say("1. The insurer pays … yuan within the policy, the driver the rest. 2. Bear the court fee."),
)

LABOUR = Cause(
    "labour",
    say("Work and wages"),
    say("Wages, overtime, dismissal or insurance between an employee and an employer."),
    ("劳动争议", "劳动合同纠纷", "追索劳动报酬纠纷", "经济补偿金纠纷", "工资纠纷"),
    Kind.LABOUR,
    Specialty.LABOUR,
    (
        Material(
            "award",
            say("Award or notice of the labour arbitration commission"),
            say("All pages, and the day on which you received it."),
            required=True,
            rule="R-11",
        ),
        contract(say("Employment contract")),
        Material(
            "pay",
            say("Pay records and attendance records"),
            say("Bank statements of the wages; rosters, clock-in records, group messages."),
        ),
        Material(
            "dismissal",
            say("Notice of dismissal or resignation"),
            say("With its date and the reason given."),
        ),
        CHAT,
    ),
    Limitation(
        12,
        say(
            "One year to apply for arbitration; for unpaid wages it runs from the end of the employment. "
            "After the award you have 15 days to go to court.",
            "LAM 27",
        ),
    ),
    (
        Question(
            "arbitrated",
            say("Has the labour arbitration commission decided, or refused the case?"),
            say(
                "Arbitration comes first. Wages confirmed in a written note may go to court directly.",
                "LAM 5",
            ),
            Answer.CHOICE,
            required=True,
            rule="R-11",
            choices=(
                Choice("award", say("Yes, there is an award")),
                Choice("refused", say("It refused, or did not decide in time")),
                Choice("wage_note", say("No, but I have a written note of the wages owed")),
                Choice(
                    "no",
                    say("No, not yet"),
                ),
            ),
        ),
        Question(
            "award_received",
            say("On which day did you receive the award?"),
            say("You must go to court within 15 days of it.", "LAM 50"),
            Answer.DATE,
            when=(When("arbitrated", ("award",)),),
        ),
        Question(
            "employed",
            say("From when until when did you work there, as what?"),
            say("Include the place of work; it decides the court."),
            Answer.TEXT,
            required=True,
            rule="R-02",
        ),
        Question(
            "wage",
            say("How much was the wage by the month?"),
            say("Average of the last 12 months."),
            Answer.MONEY,
        ),
        Question(
            "labour_items",
            say("What do you claim? List each item with its months and sum."),
            say("For example wages January to March, overtime, compensation for dismissal."),
            Answer.LONG_TEXT,
            required=True,
            rule="R-02",
        ),
    ),
    "labour",
    say("1. Pay wages of … yuan for …. 2. Pay compensation of … yuan. 3. Bear the court fee."),
    arbitration_first=True,
)

REPUTATION = Cause(
    "reputation",
    say("Reputation and privacy"),
    say("Insults, false stories, or a picture or private matters made public."),
    ("名誉权纠纷", "肖像权纠纷", "隐私权纠纷", "网络侵权责任纠纷", "一般人格权纠纷", "人格权纠纷"),
    Kind.PERSONALITY,
    Specialty.PERSONALITY,
    (
        Material(
            "publication",
            say("What was said or shown"),
            say("Screenshots with address, account, time and readers; best saved by a notary or time-stamp."),
            CHAT.form,
        ),
        Material(
            "reach",
            say("Proof of how far it spread and of its effect"),
            say("Number of views, comments, witnesses, medical records, lost orders."),
        ),
        RECEIPTS,
    ),
    Limitation(
        36,
        say(
            "To stop the wrong, restore your good name or get an apology there is no limit; "
            "for damages 3 years from the day you knew.",
            "CC 995",
        ),
    ),
    (
        Question(
            "statement",
            say("Which words or pictures hurt you?"),
            say("Quote them exactly."),
            Answer.LONG_TEXT,
            required=True,
            rule="R-02",
        ),
        Question(
            "published",
            say("Where and when were they published?"),
            say("Platform, account or group, address of the page, date."),
            Answer.TEXT,
            required=True,
            rule="R-02",
        ),
        Question(
            "author_known",
            say("Do you know who the author is?"),
            say("If not, the platform can be asked to name him; say in the facts what you know."),
            Answer.CHOICE,
            required=True,
            rule="R-01",
            choices=YES_NO_UNSURE,
        ),
        Question(
            "still_up",
            say("Can it still be seen?"),
            say("If so, save it before you write to the author."),
            Answer.YES_NO,
            choices=YES_OR_NO,
        ),
        Question(
            "apology",
            say("How shall the author make it good?"),
            say("For example delete it, apologise in the same place, for how many days."),
            Answer.TEXT,
        ),
    ),
    "tort",
    say("1. Delete the posts. 2. Apologise in the same place. 3. Pay … yuan for mental harm."),
    amount_asked=say("How much money do you claim in damages? Enter 0 if none."),
)

IP = Cause(
    "ip",
    say("Intellectual property"),
    say("A text, picture, song, program, trade mark or patent is used without permission."),
    ("知识产权权属、侵权纠纷", "著作权侵权纠纷", "侵害商标权纠纷", "著作权", "商标权", "专利权", "知识产权"),
    Kind.IP,
    Specialty.IP,
    (
        Material(
            "right",
            say("Proof that the right is yours"),
            say("Registration, originals with date, publication, licence contract."),
        ),
        Material(
            "infringement",
            say("Proof of the use without permission"),
            say("The goods or the page, when and how you got them; best saved by a notary or time-stamp."),
        ),
        contract(say("Licence contract, if there was one")),
        RECEIPTS,
        TRANSFER,
    ),
    Limitation(
        36,
        say(
            "3 years from the day you knew. If the use goes on, you may still sue, "
            "but damages reach back only three years.",
            "CC 188",
        ),
    ),
    (
        Question(
            "right_kind",
            say("Which right is it?"),
            say("Patents, software and a few others go to special courts."),
            Answer.CHOICE,
            required=True,
            rule="R-02",
            choices=(
                Choice("copyright", say("Copyright")),
                Choice("trademark", say("Trade mark")),
                Choice("patent", say("Patent")),
                Choice("other", say("Another right")),
            ),
        ),
        Question(
            "patent_number",
            say("What is the number of the patent?"),
            say("As on the certificate."),
            Answer.TEXT,
            when=(When("right_kind", ("patent",)),),
        ),
        Question(
            "work",
            say("Which work, mark or invention, since when?"),
            say("Title, registration number if any, date it was made or registered."),
            Answer.TEXT,
            required=True,
            rule="R-02",
        ),
        Question(
            "use",
            say("How is it used without permission?"),
            say("Where, since when, how much was sold or read, as far as you know."),
            Answer.LONG_TEXT,
            required=True,
            rule="R-02",
        ),
        Question(
            "licensed",
            say("Was there ever permission?"),
            say("If so, say for what and until when."),
            Answer.YES_NO,
            choices=YES_OR_NO,
        ),
        Question(
            "licence_scope",
            say("What did the permission cover?"),
            say("Kind of use, place, time, price."),
            Answer.LONG_TEXT,
            when=(When("licensed", (YES,)),),
        ),
    ),
    "tort",
    say("1. Stop the use at once. 2. Pay … yuan for loss and reasonable costs. 3. Bear the court fee."),
)

HARM_CAUSES: tuple[Cause, ...] = (TRAFFIC, LABOUR, REPUTATION, IP)
