"""The two cases of the line, played through the tables alone."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from odr.domain import confirmation, drafts, mediation, payments
from odr.domain.cascades import MACHINES, follow
from odr.domain.steps import Change, Role, Subject, advance

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
JUDGE = uuid4()


class Play:
    """A case that remembers where its machines stand."""

    def __init__(self) -> None:
        self.case_id: UUID = uuid4()
        self.states: dict[str, str] = {}
        self.changes: list[Change] = []

    def act(self, machine: str, action: Any, role: Role, facts: Any) -> None:
        subject = Subject(self.case_id, self.case_id, self.states.get(machine), facts)
        change = advance(MACHINES[machine], subject, action, role, now=NOW)
        for one in (change, *follow(change, self.states)):
            self.states[one.machine] = one.target
            self.changes.append(one)


def _filed() -> Play:
    play = Play()
    complete = drafts.FilingFacts(verified=True, notice_read=True, declared=True)
    play.act("filing", drafts.Action.START, Role.APPLICANT, drafts.FilingFacts())
    play.act("filing", drafts.Action.SUBMIT, Role.APPLICANT, complete)
    play.act("filing", drafts.Action.CLAIM, Role.FILING_JUDGE, complete)
    play.act(
        "filing",
        drafts.Action.ASK_SUPPLEMENT,
        Role.FILING_JUDGE,
        drafts.FilingFacts(judge_id=JUDGE, asks=JUDGE),
    )
    play.act("filing", drafts.Action.RESUBMIT, Role.APPLICANT, drafts.FilingFacts(supplements_asked=1))
    return play


def test_case_a_is_docketed_and_paid() -> None:
    play = _filed()
    play.act(
        "filing", drafts.Action.DOCKET, Role.FILING_JUDGE, drafts.FilingFacts(judge_id=JUDGE, asks=JUDGE)
    )
    assert play.states == {"filing": "docketed", "payment": "noticed"}
    play.act("payment", payments.Action.START, Role.APPLICANT, payments.PaymentFacts())
    play.act("payment", payments.Action.SETTLE, Role.CLOCK, payments.PaymentFacts(105_000, 105_000))
    assert play.states["payment"] == "paid"


def _in_mediation() -> Play:
    play = _filed()
    consented = drafts.FilingFacts(judge_id=JUDGE, asks=JUDGE, mediation_consent=True)
    play.act("filing", drafts.Action.DIVERT, Role.FILING_JUDGE, consented)
    assert play.states == {"filing": "pre_mediation", "mediation": "inviting"}
    return play


def test_case_b_is_mediated_and_confirmed() -> None:
    play, good = _in_mediation(), mediation.MediationFacts(verified=True, disclosed=True)
    play.act("mediation", mediation.Action.ACCEPT_INVITATION, Role.RESPONDENT, good)
    play.act("mediation", mediation.Action.APPOINT, Role.CLOCK, good)
    for action in ("accept_mandate", "schedule", "begin", "draft", "offer_signature"):
        play.act("mediation", mediation.Action(action), Role.MEDIATOR, good)
    play.act("mediation", mediation.Action.COMPLETE, Role.CLOCK, good)
    assert play.states["confirmation"] == "eligible"
    first = confirmation.ConfirmationFacts(acts="A")
    play.act("confirmation", confirmation.Action.APPLY, Role.APPLICANT, first)
    second = confirmation.ConfirmationFacts(applied=frozenset("A"), acts="B")
    play.act("confirmation", confirmation.Action.JOIN, Role.RESPONDENT, second)
    both = confirmation.ConfirmationFacts(applied=frozenset("AB"), heard=frozenset("AB"))
    play.act("confirmation", confirmation.Action.ADMIT, Role.CONFIRMING_JUDGE, both)
    play.act("confirmation", confirmation.Action.CONFIRM, Role.CONFIRMING_JUDGE, both)
    assert play.states == {"filing": "pre_mediation", "mediation": "agreed", "confirmation": "confirmed"}


def test_a_refused_invitation_brings_the_filing_back_to_its_judge() -> None:
    play = _in_mediation()
    play.act("mediation", mediation.Action.REFUSE_INVITATION, Role.RESPONDENT, mediation.MediationFacts())
    assert play.states == {"filing": "in_review", "mediation": "terminated"}
    assert "R-05" in play.changes[-1].starts


def test_going_back_to_court_ends_the_mediation_at_once() -> None:
    play = _in_mediation()
    play.act("filing", drafts.Action.COME_BACK, Role.APPLICANT, drafts.FilingFacts())
    assert play.states == {"filing": "in_review", "mediation": "terminated"}
