"""What a party should do now, for every state of the line, and what has happened, in words.

Rule 1: one next step a case: the machine that stands furthest along the line speaks.
Rule 2: every state of a case-level machine has a row for each side that can see it; a test counts them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from filing.sentences import Sentence, say


@dataclass(frozen=True, slots=True)
class NextStep:
    """`text` says what is next, `action` names the button, if there is one.

    `link` holds the place `{case}`. `tone` is that of a chip: now, calm, good, warn, bad.
    """

    state: Sentence
    text: Sentence
    action: Sentence | None = None
    link: str = ""
    tone: str = "calm"

    def address(self, case: str) -> str:
        return self.link.replace("{case}", case)

    @property
    def mine(self) -> bool:
        """Whether the person has something to do."""
        return self.action is not None and self.tone in ("now", "warn")


Row = tuple[str, str, str]  # machine, state, side
_BOTH: Final = "AB"

# The furthest machine of the line speaks; one that has no row here leaves the word to the next.
ORDER: Final = ("confirmation", "mediation", "payment", "filing")


def _table(machine: str, sides: str, rows: Mapping[str, NextStep]) -> dict[Row, NextStep]:
    return {(machine, state, side): step for state, step in rows.items() for side in sides}


_MEDIATION: Final = "/cases/{case}/mediation"
_CONFIRMATION: Final = "/cases/{case}/confirmation"
_SUPPLEMENT: Final = "/cases/{case}/supplement"
_DECISION: Final = "/cases/{case}/decision"
_READ_DECISION: Final = say("Read the decision")
_PAYMENT: Final = "/cases/{case}/payment"
_GO_ON: Final = say("Go on filling in")
_RECEIPT: Final = say("See the receipt")
_ANSWER_LIST: Final = say("Answer the list")
_ANSWER: Final = say("Answer")
_PAY: Final = say("Pay the fee")
_TO_MEDIATION: Final = say("To the mediation")
_READ_SIGN: Final = say("Read and sign")
_COMPLETE: Final = say("Complete my filing")
_APPLY: Final = say("Apply for confirmation")
_JOIN: Final = say("Join the application")
_TO_CONFIRMATION: Final = say("To the confirmation")

_FILING: Final = {
    "draft": NextStep(
        say("Draft"), say("Your filing is not submitted yet."), _GO_ON, "/cases/{case}/draft", "now"
    ),
    "received": NextStep(
        say("Received, to be completed"),
        say("The court has kept the day of your urgent filing. Please complete it in time."),
        _COMPLETE,
        "/cases/{case}/draft",
        "warn",
    ),
    "submitted": NextStep(
        say("Received"),
        say("The court has received your filing. Nothing to do now."),
        _RECEIPT,
        "/cases/{case}/receipt",
    ),
    "in_review": NextStep(
        say("Under review"),
        say("A judge looks at your filing. You get a message. Nothing to do now."),
        _RECEIPT,
        "/cases/{case}/receipt",
    ),
    "mediation_asked": NextStep(
        say("Under review"),
        say("The judge asks whether you would like to try mediation first. You may say no."),
        _ANSWER,
        "/cases/{case}/consent",
        "now",
    ),
    "supplement_required": NextStep(
        say("Supplement needed"),
        say("The judge needs something more. The list names everything at once."),
        _ANSWER_LIST,
        _SUPPLEMENT,
        "warn",
    ),
    "returned": NextStep(
        say("Returned"),
        say("Your papers were returned because the supplement did not come in time. You may still send it."),
        _ANSWER_LIST,
        _SUPPLEMENT,
        "warn",
    ),
    "redirected": NextStep(
        say("Other way advised"),
        say("The judge advises another court or office. You may insist that it be looked at here."),
        _READ_DECISION,
        _DECISION,
        "warn",
    ),
    "overdue": NextStep(
        say("Under review"), say("The period for review is over; the court must docket the case now.")
    ),
    "pre_mediation": NextStep(
        say("Mediation"), say("Mediation before docketing is being prepared."), _TO_MEDIATION, _MEDIATION
    ),
    "settled": NextStep(
        say("Agreed"), say("This dispute was settled in mediation."), _TO_MEDIATION, _MEDIATION, "good"
    ),
    "docketed": NextStep(
        say("Docketed"),
        say("The court has docketed your case. It goes on to the trial division."),
        tone="good",
    ),
    "refused": NextStep(
        say("Not admitted"),
        say("The court does not admit the case. The ruling says why and how to appeal."),
        _READ_DECISION,
        _DECISION,
        "bad",
    ),
    "withdrawn": NextStep(say("Withdrawn"), say("You withdrew this filing.")),
}
_FEE: Final = {
    "noticed": NextStep(
        say("Fee to pay"),
        say("Your case is docketed. Please pay the court fee in time."),
        _PAY,
        _PAYMENT,
        "now",
    ),
    "paying": NextStep(
        say("Fee to pay"),
        say("A payment was begun. You may look at it or begin it again."),
        _PAY,
        _PAYMENT,
        "now",
    ),
    "unknown": NextStep(
        say("Payment unclear"),
        say("The bank has not answered yet. Please do not pay twice; we ask the bank."),
        say("See the payment"),
        _PAYMENT,
    ),
    "overdue": NextStep(
        say("Fee overdue"),
        say("The period for the fee is over. Pay now, or the case counts as withdrawn."),
        _PAY,
        _PAYMENT,
        "warn",
    ),
    "paid": NextStep(
        say("Docketed"), say("The fee is paid. The case goes on to the trial division."), tone="good"
    ),
}
_FEE_ENDS: Final = {
    "aid_asked": NextStep(
        say("Fee to pay"), say("The court looks at your request about the fee. You get a message.")
    ),
    "exempt": NextStep(
        say("Docketed"), say("You need not pay the fee. The case goes on to the trial division."), tone="good"
    ),
    "deemed_withdrawn": NextStep(
        say("Withdrawn"), say("The fee was not paid, so the case counts as withdrawn."), tone="bad"
    ),
    "refund_due": NextStep(say("Refund"), say("The court will pay the fee back to you.")),
    "refunded": NextStep(say("Refund"), say("The court has paid the fee back to you."), tone="good"),
}
_MEDIATING: Final = {
    "applied": NextStep(
        say("Mediation"),
        say("The application has arrived. The court looks at it."),
        _TO_MEDIATION,
        _MEDIATION,
    ),
    "returned_to_party": NextStep(
        say("Returned"), say("The application was returned. The notice says why, and what else you can do.")
    ),
    "suspended": NextStep(
        say("Mediation"), say("The mediation stands still. The notice says why."), _TO_MEDIATION, _MEDIATION
    ),
    "inviting": NextStep(
        say("Mediation"),
        say("The other side has been invited. We wait for the answer."),
        _TO_MEDIATION,
        _MEDIATION,
    ),
    "selecting": NextStep(say("Mediation"), say("A mediator is being chosen."), _TO_MEDIATION, _MEDIATION),
    "offered": NextStep(
        say("Mediation"), say("A mediator has been asked. We wait for the answer."), _TO_MEDIATION, _MEDIATION
    ),
    "accepted": NextStep(
        say("Mediation"),
        say("Your mediator fixes the time of a sitting, or writes down what you agreed. You get a message."),
        _TO_MEDIATION,
        _MEDIATION,
    ),
    "scheduled": NextStep(
        say("Sitting fixed"),
        say("The sitting is fixed. Try camera and microphone before it begins."),
        _TO_MEDIATION,
        _MEDIATION,
        "now",
    ),
    "in_session": NextStep(
        say("Sitting under way"),
        say("The sitting is under way. Please come in."),
        _TO_MEDIATION,
        _MEDIATION,
        "now",
    ),
    "drafting": NextStep(
        say("Agreement"), say("The mediator writes the agreement."), _TO_MEDIATION, _MEDIATION
    ),
    "signing": NextStep(
        say("To sign"),
        say("The agreement is ready. Read it calmly, then sign or refuse."),
        _READ_SIGN,
        "/cases/{case}/agreement",
        "now",
    ),
    "agreed": NextStep(say("Agreed"), say("The agreement is complete."), tone="good"),
}
_INVITED: Final = {
    "inviting": NextStep(
        say("Invitation"),
        say("You are invited to mediation. It is free and voluntary; please say yes or no."),
        _ANSWER,
        _MEDIATION,
        "now",
    ),
    "terminated": NextStep(
        say("Mediation ended"),
        say("The mediation has ended without agreement. The case goes back to the judge."),
    ),
}
_CONFIRMING: Final = {
    **dict.fromkeys(
        ("materials_needed", "supplement_needed"),
        NextStep(
            say("Supplement needed"),
            say("The judge needs something more before the ruling. Please answer in time."),
            _TO_CONFIRMATION,
            _CONFIRMATION,
            "warn",
        ),
    ),
    "deemed_withdrawn": NextStep(
        say("Agreed"), say("The application counts as withdrawn. The agreement stays a contract.")
    ),
    "objected": NextStep(
        say("Confirmation"),
        say("Somebody objected to the ruling. The court looks at it again."),
        _TO_CONFIRMATION,
        _CONFIRMATION,
    ),
    "revoked": NextStep(
        say("Not confirmed"),
        say("The court has revoked its ruling. The new ruling says why."),
        _TO_CONFIRMATION,
        _CONFIRMATION,
        "bad",
    ),
    "eligible": NextStep(
        say("Agreed"),
        say("The agreement binds both. Apply together to the court within 30 days, and it can be enforced."),
        _APPLY,
        _CONFIRMATION,
        "now",
    ),
    "joint_applying": NextStep(
        say("Agreed"),
        say("One side has applied for confirmation; both are needed."),
        _JOIN,
        _CONFIRMATION,
        "now",
    ),
    "applied": NextStep(
        say("Confirmation"), say("Both have applied. A judge looks at it."), _TO_CONFIRMATION, _CONFIRMATION
    ),
    "accepted": NextStep(
        say("Confirmation"),
        say("The court hears you together by video. You are told the time."),
        _TO_CONFIRMATION,
        _CONFIRMATION,
    ),
    "hearing_fixed": NextStep(
        say("Hearing fixed"),
        say("The judge hears both of you by video. Try camera and microphone before it begins."),
        say("To the hearing"),
        _CONFIRMATION,
        "now",
    ),
    "confirmed": NextStep(
        say("Confirmed"),
        say("The court has confirmed the agreement. It can be enforced."),
        _TO_CONFIRMATION,
        _CONFIRMATION,
        "good",
    ),
    "dismissed": NextStep(
        say("Not confirmed"),
        say("The court has not confirmed the agreement. The ruling says why."),
        _TO_CONFIRMATION,
        _CONFIRMATION,
        "bad",
    ),
    "not_admitted": NextStep(
        say("Not confirmed"),
        say("The court cannot take the application. The reasons stand in the notice."),
        _TO_CONFIRMATION,
        _CONFIRMATION,
        "bad",
    ),
    "withdrawn": NextStep(
        say("Agreed"), say("The application was withdrawn. The agreement stays a contract.")
    ),
    "expired": NextStep(
        say("Agreed"), say("The 30 days for the application are over. The agreement stays a contract.")
    ),
}

NEXT: Final[dict[Row, NextStep]] = {
    **_table("filing", "A", _FILING),
    **_table("payment", "A", _FEE | _FEE_ENDS),
    **_table("mediation", _BOTH, _MEDIATING),
    **_table("mediation", "B", _INVITED),
    **_table("confirmation", _BOTH, _CONFIRMING),
}
NOTHING: Final = NextStep(say("Under way"), say("Nothing to do now."))


def next_step(states: Mapping[str, str], side: str) -> NextStep:
    """The one next step of a case; `states`: machine name → state, as stored."""
    rows = ((machine, states.get(machine, ""), side) for machine in ORDER)
    return next((NEXT[row] for row in rows if row in NEXT), NOTHING)


# What stands in the timeline: (machine, action) → words; what has no row is not shown.
HAPPENED: Final[dict[tuple[str, str], str]] = {  # messages
    ("filing", "start"): "Draft begun",
    ("filing", "submit"): "Filing submitted and received",
    ("filing", "submit_urgent"): "Urgent filing received",
    ("filing", "hand_over"): "Passed on to a judge as it stood",
    ("filing", "claim"): "A judge took up the filing",
    ("filing", "ask_supplement"): "The judge asked for a supplement",
    ("filing", "resubmit"): "Supplement sent",
    ("filing", "lapse"): "Papers returned",
    ("filing", "insist"): "You insisted on a decision",
    ("filing", "redirect"): "The judge advised another way",
    ("filing", "ask_mediation"): "The judge asked about mediation",
    ("filing", "divert"): "Passed on to mediation",
    ("filing", "come_back"): "Back with the judge",
    ("filing", "settle"): "Settled in mediation",
    ("filing", "docket"): "Case docketed",
    ("filing", "refuse"): "Case not admitted",
    ("filing", "withdraw"): "Filing withdrawn",
    ("payment", "settle"): "Court fee paid",
    ("mediation", "accept_invitation"): "The other side agreed to mediate",
    ("mediation", "refuse_invitation"): "The other side declined mediation",
    ("mediation", "accept_mandate"): "A mediator accepted",
    ("mediation", "schedule"): "Sitting fixed",
    ("mediation", "begin"): "Sitting began",
    ("mediation", "offer_signature"): "Agreement ready to sign",
    ("mediation", "take_effect"): "Every party has signed; the agreement is in effect",
    ("mediation", "complete"): "Agreement signed by all",
    ("mediation", "end"): "Mediation ended",
    ("mediation", "expire"): "The 30 days of mediation ended",
    ("confirmation", "apply"): "One side applied for confirmation",
    ("confirmation", "join"): "Both sides applied for confirmation",
    ("confirmation", "admit"): "The court took the application",
    ("confirmation", "confirm"): "The court confirmed the agreement",
    ("confirmation", "dismiss"): "The court did not confirm the agreement",
}
