"""Messages to people: templates by name, English ids with %(name)s places.

Rule 1: no fact of a dispute in a short message; the case by its number only (lifecycle 4.4).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

SMS: Final[dict[str, str]] = {  # messages
    "sign_in": "Your code is %(code)s. It is valid for 5 minutes. Court staff will never ask you for it.",
    "sign_agreement": "Your signing code is %(code)s. It signs only the document with the mark %(digest)s "
    "and is valid for 10 minutes. Never pass it on.",
    "filed_for_you": "An agent filed %(number)s in your name. Sign in with this number to see or stop it.",
    "answered_for_you": "An agent answered invitation %(number)s in your name. Open it to join or to object.",
    "guest_witness": "You are asked to speak as a witness, by video, in case %(number)s on %(at)s.",
    "guest_interpreter": "You are asked to interpret, by video, in case %(number)s on %(at)s.",
    "guest_observer": "You are asked to observe a sitting by video, in case %(number)s on %(at)s.",
    "guest_helper": "A party of case %(number)s asks you to help them, by video, on %(at)s.",
    "guest_agreed": "Both sides of case %(number)s agree that you observe the sitting on %(at)s.",
    "guest_moved": "The sitting in case %(number)s is moved to %(at)s. The link we sent you still holds.",
    "agent_asked": "A party of case %(number)s names you as its agent. Sign in with this number to answer.",
}


class To(StrEnum):
    """Whom a notice of a step goes to."""

    A = "A"  # everybody on the side that began the case
    B = "B"
    MEDIATOR = "mediator"
    JUDGE = "judge"  # who reviews the filing
    HEAD = "head"
    COORDINATOR = "coordinator"
    CONFIRMING_JUDGE = "confirming_judge"
    STAFF = "staff"  # whoever does identity checks
    SELF = "self"  # the person or side whose own thing it is
    GUESTS = "guests"  # who has a seat as a guest of the sitting


# Staff look at their queues; a short message at every step would be noise.
BY_SMS: Final = frozenset({To.A, To.B, To.SELF, To.GUESTS})
_ROOM: Final = (To.A, To.B, To.GUESTS)


@dataclass(frozen=True, slots=True)
class Notice:
    """Who is told, and the words: for the page and, to parties, for the short message alike."""

    to: tuple[To, ...]
    text: str


# Every `notices` of every machine. The one place is %(number)s: case number or filing number.
NOTICES: Final[dict[str, Notice]] = {  # messages
    # filing
    "received": Notice(
        (To.A,), "We have received your filing %(number)s. The court decides within seven days."
    ),
    "received_urgent": Notice(
        (To.A,),
        "We have received your urgent filing %(number)s; the day of receipt is kept. Please complete it "
        "in time.",
    ),
    "handed_over": Notice(
        (To.A,),
        "The time to complete filing %(number)s is over. The judge looks at it as it stands and tells you "
        "once what is missing; the day of receipt stays.",
    ),
    "statement_written": Notice(
        (To.A,), "What you told us for filing %(number)s is written down. Please hear it and confirm it."
    ),
    "judge_took": Notice((To.A,), "A judge has begun to review your filing %(number)s."),
    "supplement_asked": Notice(
        (To.A,), "Filing %(number)s needs more from you. Please open the list and answer every point in time."
    ),
    "supplement_received": Notice(
        (To.A, To.JUDGE),
        "The supplement to filing %(number)s has arrived. A new period of seven days begins.",
    ),
    "returned": Notice(
        (To.A,),
        "Filing %(number)s was returned: the supplement did not come in time. You may insist.",
    ),
    "redirected": Notice(
        (To.A,),
        "Filing %(number)s belongs to another place. Please open it to see where, and what you can do.",
    ),
    "mediation_asked": Notice(
        (To.A,),
        "The court asks whether you want mediation first in case %(number)s. It is free and you may say no.",
    ),
    "diverted": Notice((To.A,), "Case %(number)s is in mediation. You can return to court at any time."),
    "came_back": Notice(
        (To.A, To.B, To.JUDGE),
        "Case %(number)s is back with the filing judge.",
    ),
    "docketed": Notice((To.A,), "Case %(number)s is docketed. Please pay the court fee within seven days."),
    "refused": Notice(
        (To.A,), "The court has ruled not to docket filing %(number)s. You may appeal within ten days."
    ),
    "overdue": Notice(
        (To.JUDGE, To.HEAD),
        "The seven days of filing %(number)s are over. It must be docketed now.",
    ),
    # payment
    "fee_paid": Notice(
        (To.A, To.JUDGE),
        "The court fee of case %(number)s is paid. Thank you.",
    ),
    "fee_overdue": Notice(
        (To.A,), "The court fee of case %(number)s is not paid yet. Unpaid, the case counts as withdrawn."
    ),
    "aid_asked": Notice((To.JUDGE,), "In case %(number)s the party asks to pay less, later, or nothing."),
    "aid_granted": Notice((To.A,), "Your request about the court fee of case %(number)s is granted."),
    "aid_refused": Notice(
        (To.A,),
        "Your request about the fee of case %(number)s was not granted in full. Please see why.",
    ),
    "deemed_withdrawn": Notice(
        (To.A, To.B),
        "Case %(number)s counts as withdrawn, because the fee was not paid.",
    ),
    "refunded": Notice((To.A,), "The court fee of case %(number)s has been paid back."),
    # litigation
    "defence_called": Notice(
        (To.B,),
        "Case %(number)s: you may hand in your answer within fifteen days of receiving the complaint.",
    ),
    "withdrawn": Notice(
        (To.A, To.B),
        "The withdrawal of case %(number)s is allowed.",
    ),
    # mediation
    "application_returned": Notice(
        (To.A,),
        "Your application %(number)s for mediation was returned. Please see the reason and the advice.",
    ),
    "invited": Notice(
        (To.B,),
        "The court invites you to mediation %(number)s. It is free and voluntary: you may say no.",
    ),
    "invitation_accepted": Notice(
        (To.A, To.COORDINATOR),
        "The other side of case %(number)s has agreed to mediate.",
    ),
    "mandate_offered": Notice(
        (To.MEDIATOR,), "You are asked to mediate case %(number)s. Please answer within three working days."
    ),
    "mediator_named": Notice(
        (To.A, To.B),
        "Case %(number)s has its mediator. Please read the disclosure; you may ask for another mediator.",
    ),
    "mediator_replaced": Notice(
        (To.A, To.B, To.COORDINATOR),
        "Case %(number)s gets another mediator.",
    ),
    "sitting_scheduled": Notice(
        (To.A, To.B, To.MEDIATOR),
        "The time of the sitting in case %(number)s is set. Please try your device before.",
    ),
    "sitting_moved": Notice(
        (To.A, To.B, To.MEDIATOR),
        "The sitting in case %(number)s has a new time; the one before no longer holds. Please look it up.",
    ),
    "mediation_extended": Notice(
        (To.A, To.B),
        "All agreed: the mediation of case %(number)s goes on longer.",
    ),
    "mediation_suspended": Notice(
        (To.A, To.B, To.JUDGE),
        "The mediation of case %(number)s is suspended. Please see the reason.",
    ),
    "agreement_to_sign": Notice(
        (To.A, To.B),
        "The agreement in case %(number)s is ready. Please read every line before you sign.",
    ),
    "agreement_complete": Notice(
        (To.A, To.B, To.MEDIATOR),
        "All have signed the agreement in case %(number)s. It is in effect.",
    ),
    "mediation_ended": Notice(
        (To.A, To.B, To.JUDGE, To.MEDIATOR),
        "The mediation of case %(number)s has ended without agreement.",
    ),
    # agreement
    "agreement_served": Notice(
        (To.A, To.B),
        "The agreement in case %(number)s has been delivered to you.",
    ),
    "performed": Notice(
        (To.A, To.B),
        "The agreement in case %(number)s is recorded as performed.",
    ),
    "breach_reported": Notice(
        (To.A, To.B),
        "The agreement in case %(number)s is reported as not performed. Please see what you can do.",
    ),
    # confirmation
    "may_apply": Notice(
        (To.A, To.B),
        "Case %(number)s: both of you can apply for judicial confirmation together, within thirty days.",
    ),
    "other_applied": Notice(
        (To.A, To.B),
        "One side of case %(number)s has applied for confirmation. The other side must join in time.",
    ),
    "applied": Notice(
        (To.A, To.B, To.CONFIRMING_JUDGE),
        "Both sides of case %(number)s have applied for confirmation.",
    ),
    "materials_asked": Notice(
        (To.A, To.B),
        "The judge asks for more in the confirmation of case %(number)s. Please answer in time.",
    ),
    "confirmation_admitted": Notice(
        (To.A, To.B),
        "The application to confirm case %(number)s is admitted. The judge will hear both of you online.",
    ),
    "not_admitted": Notice(
        (To.A, To.B),
        "The application to confirm case %(number)s is not admitted. Please read the ruling.",
    ),
    "application_deemed_withdrawn": Notice(
        (To.A, To.B),
        "The application to confirm case %(number)s counts as withdrawn.",
    ),
    "ruling_served": Notice(
        (To.A, To.B),
        "The ruling in case %(number)s has been delivered. You may object within fifteen days.",
    ),
    "objection_made": Notice(
        (To.A, To.B, To.CONFIRMING_JUDGE),
        "An objection to the ruling of case %(number)s was made.",
    ),
    "objection_decided": Notice(
        (To.A, To.B),
        "The objection in case %(number)s is decided. Please read the ruling.",
    ),
    "window_closed": Notice(
        (To.A, To.B),
        "The thirty days to confirm case %(number)s are over. The agreement still binds you both.",
    ),
    # identity
    "staff_check_asked": Notice((To.STAFF,), "Somebody waits for an identity check by staff."),
    "identity_verified": Notice((To.SELF,), "Your identity is verified. You can file and take part."),
    "identity_mismatch": Notice(
        (To.SELF,), "Your identity could not be confirmed. Please see what you can do; staff can help you."
    ),
    "identity_locked": Notice(
        (To.SELF,), "The face comparison is closed after three tries. Staff can check your identity instead."
    ),
    "video_check_open": Notice(
        (To.SELF,),
        "Our staff waits for you now to check your identity by video. Have your ID card at hand and open "
        "this page.",
    ),
    "video_check_ended": Notice(
        (To.SELF,),
        "The video check ended without a result. You keep your place; our staff calls you again.",
    ),
    # sitting
    "lobby_open": Notice(_ROOM, "The waiting room of case %(number)s is open. You can come in now."),
    "sitting_adjourned": Notice(
        (*_ROOM, To.MEDIATOR, To.CONFIRMING_JUDGE),
        "The sitting in case %(number)s was adjourned: the one who leads it lost the connection. A new time "
        "will be set.",
    ),
    "sitting_cancelled": Notice((*_ROOM, To.MEDIATOR), "The sitting in case %(number)s is cancelled."),
    # minutes
    "minutes_to_check": Notice(
        (To.A, To.B),
        "The minutes of the sitting in case %(number)s are ready. Please check them within 24 hours.",
    ),
    "minutes_to_sign": Notice(
        (To.A, To.B, To.MEDIATOR),
        "The minutes of the sitting in case %(number)s are settled. Please read and sign them.",
    ),
    "minutes_signed": Notice(
        (To.MEDIATOR,), "All have signed the minutes of the sitting in case %(number)s."
    ),
    "minutes_unsigned": Notice(
        (To.A, To.B, To.MEDIATOR),
        "Not everybody has signed the minutes in case %(number)s in time. Silence is no signature; you may "
        "still sign.",
    ),
    # complaints about mediators
    "grievance_waits": Notice(
        (To.HEAD,), "A complaint about a mediator has not been acknowledged in time. Please look at it today."
    ),
    "grievance_overdue": Notice((To.HEAD,), "The answer to a complaint about a mediator is overdue."),
    # evidence
    "evidence_unusable": Notice((To.SELF,), "A file you sent cannot be used. Please send it again."),
}
_OBSERVER: Final = "In case %(number)s an observer waits for your yes; without it nobody observes."
_COMPARE: Final = "In case %(number)s a private comparison waits for you. Please open the negotiation page."
_ORIGINAL: Final = (
    "In case %(number)s the original of your evidence is asked for. Please read how to show it."
)
_SPARED: Final = "In case %(number)s the original of your evidence need not be shown any more."
_OPINION: Final = "In case %(number)s you are asked for your opinion on evidence. Please read until when."
_DISCLOSED: Final = "In case %(number)s the other side lets you see a further piece of evidence."
_OFFER: Final = "In case %(number)s a proposal waits for your answer. Please open the negotiation page."
_ANSWERED: Final = "In case %(number)s your offer has been answered. Please open the negotiation page."
# What services tell besides the steps; %(at)s is a day and time.
ASIDE: Final[dict[str, Notice]] = {  # messages
    "opinion_asked_a": Notice((To.A,), _OPINION),
    "opinion_asked_b": Notice((To.B,), _OPINION),
    "evidence_disclosed_a": Notice((To.A,), _DISCLOSED),
    "evidence_disclosed_b": Notice((To.B,), _DISCLOSED),
    "observer_asked_a": Notice((To.A,), _OBSERVER),
    "observer_asked_b": Notice((To.B,), _OBSERVER),
    "original_asked_a": Notice((To.A,), _ORIGINAL),
    "original_asked_b": Notice((To.B,), _ORIGINAL),
    "original_spared_a": Notice((To.A,), _SPARED),
    "original_spared_b": Notice((To.B,), _SPARED),
    "original_compared": Notice(
        (To.A, To.B), "In case %(number)s an original was compared with its copy. Please read the result."
    ),
    "sitting_soon": Notice(
        (*_ROOM, To.MEDIATOR), "The sitting in case %(number)s begins at %(at)s. Please try your device."
    ),
    "hearing_fixed": Notice(
        (To.A, To.B),
        "The judge hears both sides of case %(number)s by video at %(at)s. Please try your device before.",
    ),
    "hearing_moved": Notice(
        (To.A, To.B),
        "The hearing in case %(number)s has a new time: by video at %(at)s. The one before no longer holds.",
    ),
    "relation_disclosed": Notice(
        (To.A, To.B), "The mediator of case %(number)s has disclosed something. Please read it and answer."
    ),
    "agent_acts": Notice(
        (To.A, To.B, To.MEDIATOR, To.JUDGE), "In case %(number)s an agent acts for one side from now on."
    ),
    "agent_declined": Notice(
        (To.SELF,), "In case %(number)s the person whom you named as your agent has said no."
    ),
    "party_joined": Notice(
        (To.A, To.MEDIATOR, To.JUDGE),
        "In case %(number)s the represented party takes part itself.",
    ),
    "authority_ended": Notice(
        (To.A, To.B, To.MEDIATOR, To.JUDGE),
        "In case %(number)s the authority of an agent has ended; what he did before stands.",
    ),
    "authority_over": Notice(
        (To.SELF,), "Your authority as agent in case %(number)s has ended; the case is closed to you."
    ),
    "offer_for_a": Notice((To.A,), _OFFER),
    "offer_for_b": Notice((To.B,), _OFFER),
    "offer_answered_a": Notice((To.A,), _ANSWERED),
    "offer_answered_b": Notice((To.B,), _ANSWERED),
    "proposal_answered": Notice((To.MEDIATOR,), "Your proposal in case %(number)s has been answered."),
    "comparison_for_a": Notice((To.A,), _COMPARE),
    "comparison_for_b": Notice((To.B,), _COMPARE),
    "compared": Notice(
        (To.A, To.B, To.MEDIATOR),
        "The private comparison in case %(number)s has its answer. Please open the negotiation page.",
    ),
    "offer_accepted": Notice(
        (To.A, To.B, To.MEDIATOR),
        "In case %(number)s both sides accept one offer. The mediator writes the agreement; nobody is bound "
        "before signing it.",
    ),
    "minutes_correction": Notice(
        (To.MEDIATOR,), "In case %(number)s a party wants the minutes corrected. Please answer."
    ),
    "minutes_answered": Notice(
        (To.A, To.B),
        "A correction of the minutes in case %(number)s was answered. Please look at them again in time.",
    ),
    "grievance_filed": Notice(
        (To.HEAD,),
        "A complaint about a mediator has come in. Please acknowledge it within three working days.",
    ),
    "grievance_without_head": Notice(
        (To.STAFF,),
        "A complaint about a mediator waits, and every head of the division takes part in its case. Please "
        "have a deputy appointed today: see “When nobody can decide a complaint” in the operations manual.",
    ),
    "grievance_received": Notice(
        (To.SELF,),
        "Your complaint in case %(number)s has been received. You get an answer within fifteen days.",
    ),
    "grievance_acknowledged": Notice(
        (To.SELF,), "The head of the division looks into your complaint in case %(number)s."
    ),
    "grievance_decided": Notice(
        (To.SELF,), "Your complaint in case %(number)s has its answer, with the reason. Please open it."
    ),
    "relation_accepted": Notice(
        (To.MEDIATOR,), "Both sides of case %(number)s, knowing your disclosure, agree. You may accept now."
    ),
}
SMS.update(
    {name: notice.text for name, notice in {**NOTICES, **ASIDE}.items() if BY_SMS.intersection(notice.to)}
)

# Where a notice leads; a party's own page of the case if it is not named.
PATHS: Final[dict[str, str]] = {
    "supplement_asked": "/cases/{case}/supplement",
    "mediation_asked": "/cases/{case}/consent",
    **dict.fromkeys(
        ("docketed", "fee_paid", "fee_overdue", "aid_granted", "aid_refused"), "/cases/{case}/payment"
    ),
    **dict.fromkeys(
        (
            "diverted",
            "invited",
            "invitation_accepted",
            "mediator_named",
            "mediator_replaced",
            "mediation_extended",
            "mediation_suspended",
            "mediation_ended",
            "sitting_scheduled",
            "sitting_moved",
            "sitting_soon",
            "relation_disclosed",
        ),
        "/cases/{case}/mediation",
    ),
    **dict.fromkeys(
        ("agreement_to_sign", "agreement_complete", "agreement_served", "performed", "breach_reported"),
        "/cases/{case}/agreement",
    ),
    **dict.fromkeys(
        (
            "may_apply",
            "other_applied",
            "applied",
            "materials_asked",
            "confirmation_admitted",
            "not_admitted",
            "application_deemed_withdrawn",
            "ruling_served",
            "objection_made",
            "objection_decided",
            "window_closed",
        ),
        "/cases/{case}/confirmation",
    ),
    **dict.fromkeys(
        (
            "offer_for_a",
            "offer_for_b",
            "offer_answered_a",
            "offer_answered_b",
            "offer_accepted",
            "comparison_for_a",
            "comparison_for_b",
            "compared",
        ),
        "/cases/{case}/negotiation",
    ),
    **dict.fromkeys(
        ("identity_verified", "identity_mismatch", "identity_locked", "video_check_ended"), "/me/identity"
    ),
    "video_check_open": "/me/identity/video",
    **dict.fromkeys(("agent_acts", "authority_ended"), "/cases/{case}/agents"),
    **dict.fromkeys(
        ("evidence_unusable", "evidence_disclosed_a", "evidence_disclosed_b"), "/cases/{case}/papers"
    ),
    **dict.fromkeys(
        (
            "opinion_asked_a",
            "opinion_asked_b",
            "original_asked_a",
            "original_asked_b",
            "original_spared_a",
            "original_spared_b",
            "original_compared",
        ),
        "/sittings/{subject}/opinions",
    ),
    **dict.fromkeys(("observer_asked_a", "observer_asked_b"), "/sittings/{subject}/guests"),
    **dict.fromkeys(
        ("lobby_open", "sitting_adjourned", "sitting_cancelled", "hearing_fixed", "hearing_moved"),
        "/sittings/{subject}",
    ),
    **dict.fromkeys(("grievance_received", "grievance_acknowledged", "grievance_decided"), "/me/grievances"),
    **dict.fromkeys(
        ("minutes_to_check", "minutes_to_sign", "minutes_unsigned", "minutes_answered"),
        "/sittings/{subject}/minutes",
    ),
}
STAFF_PATHS: Final[dict[To, str]] = {
    To.JUDGE: "/staff/cases/{case}",
    To.MEDIATOR: "/staff/mediation/{case}",
    To.CONFIRMING_JUDGE: "/staff/confirmation/{case}",
    To.HEAD: "/staff",
    To.COORDINATOR: "/staff",
    To.STAFF: "/staff",
}
