"""Causes out of contracts: loan, sale, services, lease, property management, consumer."""

from filing.causes_shape import Cause, Limitation, Specialty
from filing.fees import Kind
from filing.materials import CHAT, DEMAND, PHOTOS, RECEIPTS, TRANSFER, Material, contract
from filing.questions import YES, YES_NO_UNSURE, YES_OR_NO, Answer, Choice, Question, When
from filing.sentences import say

THREE_YEARS = Limitation(
    36,
    say(
        "As a rule 3 years from the day you knew of the breach and who is liable. "
        "Asking for performance, or a promise to perform, starts the period anew.",
        "CC 188",
    ),
)

IOU = Material(
    "iou",
    say("IOU, receipt or loan contract"),
    say("Names of both, amount in figures and words, date, signature or fingerprint of the borrower."),
    kind="iou",
)

_DUE = Question(
    "due_date",
    say("When was it to be paid or done?"),
    say("The day in the contract or promise. Leave it empty if none was agreed."),
    Answer.DATE,
)
_SIGNED = Question(
    "contract_date",
    say("When was the contract made?"),
    say("The date on the contract; for an agreement by word of mouth, the day as well as you remember."),
    Answer.DATE,
)
_PAID = Question(
    "paid_so_far",
    say("How much has been paid so far?"),
    say("In yuan. Enter 0 if nothing was paid."),
    Answer.MONEY,
)
_DEMANDED = Question(
    "last_demand",
    say("When did you last ask the other side to pay or perform?"),
    say("Such a demand starts the limitation period anew, if it can be proved.", "CC 195"),
    Answer.DATE,
)
_PENALTY = Question(
    "penalty",
    say("Was interest or a penalty for late payment agreed?"),
    say("Write the words of the contract, for example “0.05% a day”."),
    Answer.TEXT,
)

LOAN = Cause(
    "loan",
    say("Private loan"),
    say("You lent money to a person or company and it was not paid back."),
    ("民间借贷纠纷", "民间借贷", "借款合同纠纷", "借款纠纷", "欠款纠纷"),
    Kind.PROPERTY,
    Specialty.FINANCE,
    (IOU, TRANSFER, CHAT, DEMAND),
    THREE_YEARS,
    (
        Question(
            "loan_date",
            say("On which day did you give the money?"),
            say("The day of the transfer or of the cash. Several loans: the first; the rest as facts."),
            Answer.DATE,
            required=True,
            rule="R-02",
        ),
        Question(
            "loan_principal",
            say("How much did you really hand over?"),
            say("In yuan. Interest taken off beforehand does not count as lent.", "CC 670"),
            Answer.MONEY,
            required=True,
            rule="R-02",
        ),
        Question(
            "loan_way",
            say("How was the money handed over?"),
            say("A loan between persons exists from the moment the money is given.", "CC 679"),
            Answer.CHOICE,
            required=True,
            rule="R-02",
            choices=(
                Choice("bank", say("Bank transfer")),
                Choice("wechat", say("WeChat or Alipay")),
                Choice("cash", say("Cash")),
                Choice("mixed", say("Several ways")),
            ),
        ),
        _DUE,
        Question(
            "loan_interest",
            say("What interest was agreed, by the year?"),
            say(
                "In percent, 0 if none was agreed. More than four times the one-year loan prime rate "
                "of the day of the contract is not protected.",
                "LEND 25",
            ),
            Answer.NUMBER,
        ),
        _PAID,
        Question(
            "loan_guarantor",
            say("Did anyone guarantee the loan, or was something pledged?"),
            say("Name the guarantor or the thing. No guarantee: leave it empty."),
            Answer.TEXT,
        ),
        _DEMANDED,
    ),
    "money",
    say("1. Pay back the loan of 50,000 yuan. 2. Pay interest from … until paid. 3. Bear the court fee."),
)

SALE = Cause(
    "sale",
    say("Sale of goods"),
    say("Goods were not paid for, not delivered, or not as agreed."),
    ("买卖合同纠纷", "网络购物合同纠纷", "货款纠纷", "买卖纠纷"),
    Kind.PROPERTY,
    Specialty.CONTRACT,
    (
        contract(say("Sales contract or order")),
        Material(
            "delivery_note",
            say("Delivery notes and statements of account"),
            say("Signed or sealed by the receiver, with date, goods and quantity."),
        ),
        TRANSFER,
        CHAT,
        DEMAND,
    ),
    THREE_YEARS,
    (
        _SIGNED,
        Question(
            "goods",
            say("Which goods, how many, at what price?"),
            say("As in the contract or order."),
            Answer.LONG_TEXT,
            required=True,
            rule="R-02",
        ),
        Question(
            "delivered",
            say("Were the goods delivered?"),
            say("If only a part was delivered, say so in the facts."),
            Answer.CHOICE,
            required=True,
            rule="R-02",
            choices=YES_NO_UNSURE,
        ),
        Question(
            "defects_notice",
            say("If something is wrong with the goods: when did you tell the seller?"),
            say(
                "A buyer must report defects within the agreed or a reasonable time, at most two years.",
                "CC 621",
            ),
            Answer.DATE,
        ),
        _DUE,
        _PAID,
        _PENALTY,
        _DEMANDED,
    ),
    "money_or_goods",
    say("1. Pay the price of … yuan. 2. Pay the agreed penalty from … until paid. 3. Bear the court fee."),
)

SERVICES = Cause(
    "services",
    say("Service contract"),
    say("Training, renovation, repair, care or another service was not given, not paid for, or given badly."),
    ("服务合同纠纷", "教育培训合同纠纷", "装饰装修合同纠纷", "家政服务合同纠纷"),
    Kind.PROPERTY,
    Specialty.CONTRACT,
    (contract(say("Service contract, membership card or order")), TRANSFER, CHAT, PHOTOS, DEMAND),
    THREE_YEARS,
    (
        _SIGNED,
        Question(
            "service",
            say("Which service was agreed, for what price?"),
            say("What, how often or until when, and the whole price."),
            Answer.LONG_TEXT,
            required=True,
            rule="R-02",
        ),
        Question(
            "service_done",
            say("What was done, and what was not?"),
            say("For a prepaid card: how often used and what is left on it."),
            Answer.LONG_TEXT,
            required=True,
            rule="R-02",
        ),
        _PAID,
        _DUE,
        _PENALTY,
        _DEMANDED,
    ),
    "money",
    say("1. End the contract. 2. Pay back … yuan for what was not provided. 3. Bear the court fee."),
)

LEASE = Cause(
    "lease",
    say("Lease of a home or shop"),
    say("Rent, deposit, repairs, or giving back the rooms."),
    ("房屋租赁合同纠纷", "租赁合同纠纷", "租房纠纷"),
    Kind.PROPERTY,
    Specialty.HOUSING,
    (contract(say("Lease contract")), TRANSFER, CHAT, PHOTOS, DEMAND),
    THREE_YEARS,
    (
        Question(
            "premises",
            say("Where are the rooms?"),
            say("The full address; it decides which court is competent.", "MSF 34(1)"),
            Answer.ADDRESS,
            required=True,
            rule="R-02",
        ),
        _SIGNED,
        Question(
            "rent",
            say("How much is the rent, and how is it paid?"),
            say("For example 3,000 yuan a month, three months in advance."),
            Answer.TEXT,
            required=True,
            rule="R-02",
        ),
        Question("deposit", say("How much deposit was paid?"), say("In yuan; 0 if none."), Answer.MONEY),
        Question(
            "rooms_returned",
            say("Have the rooms been given back?"),
            say("If so, on which day and with a record or photos, say it in the facts."),
            Answer.YES_NO,
            choices=YES_OR_NO,
        ),
        _PAID,
        _DEMANDED,
    ),
    "real_estate",
    say("1. Give back the deposit of … yuan. 2. Bear the court fee."),
)

PROPERTY_MANAGEMENT = Cause(
    "property_management",
    say("Property management"),
    say("Management fees, repairs or services in a residential compound."),
    ("物业服务合同纠纷", "物业费纠纷", "物业纠纷"),
    Kind.PROPERTY,
    Specialty.HOUSING,
    (
        contract(say("Property management contract")),
        Material(
            "owner",
            say("Proof who owns or uses the home"),
            say("Property certificate, purchase contract or the record of moving in."),
        ),
        Material(
            "fee_bills",
            say("Bills, notices of payment and proof of delivery"),
            say("Shows the period, the area, the price per square metre and the sum."),
        ),
        PHOTOS,
        DEMAND,
    ),
    THREE_YEARS,
    (
        Question(
            "premises",
            say("Which home is it about?"),
            say("Compound, building, unit and number."),
            Answer.ADDRESS,
            required=True,
            rule="R-02",
        ),
        Question(
            "fee_period",
            say("Which months are in dispute?"),
            say("For example January 2024 to December 2025."),
            Answer.TEXT,
            required=True,
            rule="R-02",
        ),
        Question(
            "fee_standard",
            say("What does the contract say about the fee?"),
            say("Price per square metre a month, and the area."),
            Answer.TEXT,
        ),
        Question(
            "service_faults",
            say("Is there a complaint about the service?"),
            say("What, since when, and whom it was reported to. Not needed if there is none.", "CC 942"),
            Answer.LONG_TEXT,
        ),
        _DEMANDED,
    ),
    "money",
    say("1. Pay management fees of … yuan for the time from … to …. 2. Bear the court fee."),
)

CONSUMER = Cause(
    "consumer",
    say("Consumer rights"),
    say("Faulty or fake goods, fraud, unfair refusal to refund."),
    ("消费者权益保护纠纷", "产品责任纠纷", "产品质量纠纷", "消费纠纷"),
    Kind.PROPERTY,
    Specialty.CONTRACT,
    (
        Material(
            "order",
            say("Order, invoice or till receipt"),
            say("Shows the seller, the goods, the price and the date."),
        ),
        Material(
            "advert",
            say("Advertisement or description of the goods"),
            say("The page as it was when you bought, with its date."),
            CHAT.form,
        ),
        PHOTOS,
        CHAT,
        RECEIPTS,
    ),
    THREE_YEARS,
    (
        Question(
            "bought_on",
            say("When and where did you buy?"),
            say("Shop or platform, date and order number."),
            Answer.TEXT,
            required=True,
            rule="R-02",
        ),
        Question(
            "fault",
            say("What is wrong?"),
            say("What was promised, and what you got."),
            Answer.LONG_TEXT,
            required=True,
            rule="R-02",
        ),
        Question(
            "price", say("How much did you pay?"), say("In yuan."), Answer.MONEY, required=True, rule="R-02"
        ),
        Question(
            "fraud",
            say("Do you say that the seller deceived you?"),
            say("For fraud you may ask for three times the price, at least 500 yuan.", "CONS 55"),
            Answer.CHOICE,
            choices=YES_NO_UNSURE,
        ),
        Question(
            "fraud_how",
            say("How were you deceived?"),
            say("Which words were false, and how you know."),
            Answer.LONG_TEXT,
            when=(When("fraud", (YES,)),),
        ),
        Question(
            "complained_to",
            say("Whom did you complain to before?"),
            say("Seller, platform, 12315 or consumers' association, with the result. None: leave it empty."),
            Answer.TEXT,
        ),
    ),
    "consumer",
    say("1. Take back the goods and refund … yuan. 2. Pay damages of … yuan. 3. Bear the court fee."),
)

CONTRACT_CAUSES: tuple[Cause, ...] = (LOAN, SALE, SERVICES, LEASE, PROPERTY_MANAGEMENT, CONSUMER)
