"""The clocks of the law, as records: rule, article, length, what starts them, what their end means.

Rule 1: a rule's first clock is its main statutory one.
Rule 2: a new version of a norm is a new record, never an edit in code elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Unit(StrEnum):
    HOUR = "hour"
    DAY = "day"  # calendar days 日
    WORKING_DAY = "working_day"  # 工作日
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Clock:
    """One period. `start` and `effect` are English message ids; `then` is the platform's step at the end.

    `statutory` False: an internal target. `fixed`: 不变期间, cannot be paused.
    """

    rule: str
    name: str
    length: int
    unit: Unit
    article: str
    start: str
    effect: str
    then: tuple[str, str] | None = None
    statutory: bool = True
    fixed: bool = False


_D, _W, _M, _Y, _H = Unit.DAY, Unit.WORKING_DAY, Unit.MONTH, Unit.YEAR, Unit.HOUR

_TABLE: Final = (  # messages
    # filing
    Clock(
        "R-05", "decide", 7, _D, "MSF 126", "the complaint is received",
        "the case must be docketed; nothing else is allowed any more", ("filing", "miss"),
    ),
    Clock(
        "R-08", "decide_again", 7, _D, "OLR 9(2); JS 126", "the supplement is received",
        "the case must be docketed; nothing else is allowed any more", ("filing", "miss"),
    ),
    Clock(
        "supplement", "supplement", 7, _D, "DJ 7", "the supplement notice is served",
        "the papers are returned and the return is recorded", ("filing", "lapse"),
    ),
    Clock(
        "completion", "complete", 15, _D, "DJ 7", "an urgent filing is received",
        "the judge looks at the filing as it stands", ("filing", "hand_over"),
    ),
    Clock(
        "R-10", "appeal", 10, _D, "MSF 171", "the ruling is served", "the ruling takes effect",
    ),
    Clock(
        "R-16", "serve_complaint", 5, _D, "MSF 128", "the case is docketed",
        "the complaint should have been sent to the respondent",
    ),
    Clock(
        "R-16", "defence", 15, _D, "MSF 128", "the respondent receives the complaint",
        "the trial goes on without a defence",
    ),
    Clock(
        "R-16", "serve_defence", 5, _D, "MSF 128", "the defence is received",
        "the defence should have been sent to the applicant",
    ),
    Clock(
        "R-17", "join_online", 3, _D, "OLR 10", "the notice to take part online is received",
        "the respondent takes part offline",
    ),
    Clock(
        "R-18", "complaint", 15, _D, "DJ 13", "the complaint about the filing desk is accepted",
        "the answer is overdue",
    ),
    Clock(
        "obstacle", "ask_extension", 10, _D, "MSF 86", "the obstacle ends",
        "an extension can no longer be asked for",
    ),
    # court fees
    Clock(
        "payment", "pay", 7, _D, "FEE 22", "the fee notice is received",
        "the party is reminded; unpaid, the case counts as withdrawn", ("payment", "miss"),
    ),
    Clock("refund", "refund", 15, _D, "FEE 53", "the decision takes effect", "the refund is overdue"),
    Clock("fee_review", "fee_review", 15, _D, "FEE 43", "the request is received", "the review is overdue"),
    # mediation
    Clock(
        "M-05", "joint_choice", 2, _W, "OMR 10", "both parties have agreed to mediate online",
        "the court appoints the mediator",
    ),
    Clock(
        "M-05", "appoint", 3, _W, "OMR 10", "the application is received",
        "the appointment is overdue",
    ),
    Clock(
        "M-07", "accept_mandate", 3, _W, "OMR 12", "the mediator is asked",
        "silence counts as declining; another mediator is named", ("mediation", "decline_mandate"),
    ),
    Clock(
        "M-09", "contact", 3, _W, "OMR 15", "the mediator has accepted",
        "the attempts to reach the other side are recorded",
    ),
    Clock(
        "invitation", "answer", 3, _W, "OMR 15", "the other side is invited",
        "the other side counts as not reached; the papers go back to the court",
        ("mediation", "refuse_invitation"),
    ),
    Clock(
        "M-10", "mediate_before_docketing", 30, _D, "OMR 24", "the mediator has accepted",
        "the mediation ends unless all parties extend it", ("mediation", "expire"),
    ),
    Clock(
        "M-10", "mediate_ordinary", 15, _D, "OMR 24", "the mediator has accepted",
        "the mediation ends unless all parties extend it; the trial goes on",
    ),
    Clock(
        "M-10", "mediate_simple", 7, _D, "OMR 24", "the mediator has accepted",
        "the mediation ends unless all parties extend it; the trial goes on",
    ),
    Clock(
        "minutes", "check_minutes", 24, _H, "lifecycle 4.4", "the minutes are shown",
        "the minutes stand as written; silence is recorded as silence", ("minutes", "lapse"), statutory=False,
    ),
    Clock(
        "minutes_answer", "answer_corrections", 24, _H, "lifecycle 4.4", "the time to check the minutes ends",
        "corrections without an answer are attached to the minutes", ("minutes", "lapse_answers"),
        statutory=False,
    ),
    Clock(
        "minutes_sign", "sign_minutes", 24, _H, "lifecycle 4.4", "the settled minutes are open for signing",
        "who has not signed is recorded as silent", ("minutes", "lapse_signatures"), statutory=False,
    ),
    Clock(
        "M-27", "answer_grievance", 15, _D, "TY 28; DJ 13", "the complaint about the mediator is received",
        "the answer is overdue", ("grievance", "miss"), statutory=False,
    ),
    Clock(
        "grievance_ack", "acknowledge_grievance", 3, _W, "TY 28",
        "the complaint about the mediator is received", "the head of the division is reminded",
        ("grievance", "remind"), statutory=False,
    ),
    # judicial confirmation
    Clock(
        "C-01", "apply", 30, _D, "MSF 205", "the agreement takes effect",
        "no confirmation any more; the agreement stays a contract", ("confirmation", "expire"),
    ),
    Clock(
        "C-11", "decide", 30, _D, "MSF 187", "the application is docketed",
        "the ruling is overdue unless the president has extended the period",
    ),
    Clock(
        "C-11", "admit_target", 3, _D, "SQ 4", "the application is received",
        "the internal target is missed", statutory=False,
    ),
    Clock(
        "C-11", "decide_target", 15, _D, "SQ 5", "the application is docketed",
        "the internal target is missed; the president may add 10 days", statutory=False,
    ),
    Clock(
        "C-12", "objection", 15, _D, "JS 372", "the party receives the ruling",
        "the party can no longer object",
    ),
    Clock(
        "C-12", "third_person_objection", 6, _M, "JS 372, 127",
        "a third person knew or should have known", "the third person can no longer object", fixed=True,
    ),
    Clock(
        "C-15", "enforce", 2, _Y, "MSF 250", "the last day for performance",
        "the other side may object to enforcement",
    ),
    # evidence, hearing, judgment, service
    Clock(
        "evidence_ordinary", "present_evidence", 15, _D, "JS 99", "the notice of evidence is received",
        "later evidence needs a reason",
    ),
    Clock(
        "evidence_small", "present_evidence", 7, _D, "JS 275", "the notice of evidence is received",
        "later evidence needs a reason",
    ),
    Clock(
        "trial_ordinary", "try", 6, _M, "MSF 152", "the case is docketed", "the trial period is over",
    ),
    Clock("trial_simple", "try", 3, _M, "MSF 164", "the case is docketed", "the trial period is over"),
    Clock("trial_small", "try", 2, _M, "MSF 168", "the case is docketed", "the trial period is over"),
    Clock("appeal", "appeal", 15, _D, "MSF 171", "the judgment is served", "the judgment takes effect"),
    Clock(
        "public_notice", "public_notice", 30, _D, "MSF 95", "the notice is published",
        "the paper counts as served",
    ),
)  # fmt: skip


def _by_rule() -> dict[str, tuple[Clock, ...]]:
    found: dict[str, tuple[Clock, ...]] = {}
    for clock in _TABLE:
        found[clock.rule] = (*found.get(clock.rule, ()), clock)
    return found


RULES: Final[Mapping[str, tuple[Clock, ...]]] = _by_rule()
