"""The two cases of the line and their side exits, played through the tables alone."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odr.domain import agreements, confirmation, drafts, mediation, payments, sittings
from odr.domain.agreements import AgreementFacts
from odr.domain.cascades import MACHINES, follow
from odr.domain.confirmation import ConfirmationFacts
from odr.domain.drafts import FilingFacts
from odr.domain.mediation import MediationFacts
from odr.domain.steps import Change, Role, Step, Subject, advance, taken
from odr.errors import NotAllowed

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
JUDGE, OTHER_JUDGE = uuid4(), uuid4()
BOTH = frozenset("AB")
COMPLETE = FilingFacts(verified=True, notice_read=True, declared=True)
REVIEWED = FilingFacts(judge_id=JUDGE, asks=JUDGE)
GOOD = MediationFacts(verified=True, disclosed=True)


class Play:
    """A case that remembers where its machines stand."""

    def __init__(self) -> None:
        self.case_id: UUID = uuid4()
        self.states: dict[str, str] = {}
        self.changes: list[Change] = []

    def act(self, machine: str, action: StrEnum, role: Role, facts: Any) -> None:
        subject = Subject(self.case_id, self.case_id, self.states.get(machine), facts)
        self._take(advance(MACHINES[machine], subject, action, role, now=NOW))

    def force(self, machine: str, step: Step[Any], role: Role) -> None:
        """A row of the table, its guard taken as satisfied."""
        subject = Subject(self.case_id, self.case_id, self.states.get(machine), None)
        self._take(taken(MACHINES[machine], step, subject, role, NOW))

    def _take(self, change: Change) -> None:
        for one in (change, *follow(change, self.states)):
            self.states[one.machine] = one.target
            self.changes.append(one)

    def notices(self) -> list[str]:
        return [name for change in self.changes for name in change.notices]


def _filed() -> Play:
    play, act = Play(), drafts.Action
    play.act("filing", act.START, Role.APPLICANT, FilingFacts())
    play.act("filing", act.SUBMIT, Role.APPLICANT, COMPLETE)
    play.act("filing", act.CLAIM, Role.FILING_JUDGE, COMPLETE)
    play.act("filing", act.ASK_SUPPLEMENT, Role.FILING_JUDGE, REVIEWED)
    play.act("filing", act.RESUBMIT, Role.APPLICANT, FilingFacts(supplements_asked=1))
    return play


def test_case_a_is_docketed_and_paid() -> None:
    play = _filed()
    play.act("filing", drafts.Action.DOCKET, Role.FILING_JUDGE, REVIEWED)
    assert play.states == {"filing": "docketed", "payment": "noticed", "litigation": "docketed"}
    play.act("payment", payments.Action.START, Role.APPLICANT, payments.PaymentFacts())
    play.act("payment", payments.Action.SETTLE, Role.CLOCK, payments.PaymentFacts(105_000, 105_000))
    assert play.states == {"filing": "docketed", "payment": "paid", "litigation": "defence"}


def test_a_payment_whose_result_is_lost_is_neither_paid_nor_failed_until_the_provider_speaks() -> None:
    play = _filed()
    play.act("filing", drafts.Action.DOCKET, Role.FILING_JUDGE, REVIEWED)
    play.act("payment", payments.Action.START, Role.APPLICANT, payments.PaymentFacts())
    play.act("payment", payments.Action.LOSE_SIGHT, Role.CLOCK, payments.PaymentFacts())
    assert play.states["payment"] == "unknown"
    with pytest.raises(NotAllowed):
        play.act("payment", payments.Action.SETTLE, Role.CLOCK, payments.PaymentFacts(105_000, 104_999))
    play.act("payment", payments.Action.SETTLE, Role.CLOCK, payments.PaymentFacts(105_000, 105_000))
    with pytest.raises(NotAllowed):
        play.act("payment", payments.Action.SETTLE, Role.CLOCK, payments.PaymentFacts(105_000, 105_000))


def test_an_unpaid_case_counts_as_withdrawn_only_after_a_reminder() -> None:
    play, act = _filed(), payments.Action
    play.act("filing", drafts.Action.DOCKET, Role.FILING_JUDGE, REVIEWED)
    play.act("payment", act.MISS, Role.CLOCK, payments.PaymentFacts())
    with pytest.raises(NotAllowed):
        play.act("payment", act.DEEM_WITHDRAWN, Role.FILING_JUDGE, payments.PaymentFacts())
    play.act("payment", act.DEEM_WITHDRAWN, Role.FILING_JUDGE, payments.PaymentFacts(reminded=True))
    assert play.states["litigation"] == "deemed_withdrawn"


def _in_mediation() -> Play:
    play = _filed()
    consented = FilingFacts(judge_id=JUDGE, asks=JUDGE, mediation_consent=True)
    play.act("filing", drafts.Action.DIVERT, Role.FILING_JUDGE, consented)
    assert play.states == {"filing": "pre_mediation", "mediation": "inviting"}
    return play


def _in_session() -> Play:
    play, act = _in_mediation(), mediation.Action
    play.act("mediation", act.ACCEPT_INVITATION, Role.RESPONDENT, GOOD)
    play.act("mediation", act.APPOINT, Role.CLOCK, GOOD)
    for action in (act.ACCEPT_MANDATE, act.SCHEDULE, act.BEGIN):
        play.act("mediation", action, Role.MEDIATOR, GOOD)
    return play


def _signing() -> Play:
    play, act = _in_session(), agreements.Action
    for action in (act.WRITE, act.FIND_CLEAR, act.OPEN):
        play.act("agreement", action, Role.MEDIATOR, AgreementFacts())
    assert (play.states["agreement"], play.states["mediation"]) == ("open_for_sign", "signing")
    return play


def test_a_mediation_whose_sitting_has_ended_may_meet_again_or_be_written_down() -> None:
    for ending, role in ((sittings.Action.CLOSE, Role.MEDIATOR), (sittings.Action.ADJOURN, Role.CLOCK)):
        play = _in_session()
        play.states["sitting"] = "paused"
        play.act("sitting", ending, role, sittings.SittingFacts())
        assert play.states["mediation"] == "accepted"
        play.act("mediation", mediation.Action.SCHEDULE, Role.MEDIATOR, GOOD)
        play.act("agreement", agreements.Action.WRITE, Role.MEDIATOR, AgreementFacts())
        assert play.states["mediation"] == "drafting"


def _sign(play: Play, signer: str, role: Role, missing: str) -> None:
    names = frozenset(missing.split())
    action = agreements.Action.SIGN_LAST if len(names) == 1 else agreements.Action.SIGN
    play.act("agreement", action, role, AgreementFacts(missing=names, signer=signer, approved=True))


def _agreed() -> Play:
    play = _signing()
    _sign(play, "A", Role.APPLICANT, "A B mediator")
    _sign(play, "B", Role.RESPONDENT, "B mediator")
    _sign(play, "mediator", Role.MEDIATOR, "mediator")
    return play


def test_case_b_is_mediated_signed_and_confirmed() -> None:
    play, act = _agreed(), confirmation.Action
    assert play.states["confirmation"] == "eligible"
    play.act("agreement", agreements.Action.SERVE, Role.CLOCK, AgreementFacts())
    play.act("confirmation", act.APPLY, Role.APPLICANT, ConfirmationFacts(acts="A"))
    joined = ConfirmationFacts(applied=frozenset("A"), acts="B")
    play.act("confirmation", act.JOIN, Role.RESPONDENT, joined)
    both = ConfirmationFacts(applied=BOTH, heard=BOTH)
    play.act("confirmation", act.ADMIT, Role.CONFIRMING_JUDGE, both)
    with pytest.raises(NotAllowed):
        play.act("confirmation", act.CONFIRM, Role.CONFIRMING_JUDGE, ConfirmationFacts(heard=frozenset("A")))
    play.act("confirmation", act.CONFIRM, Role.CONFIRMING_JUDGE, both)
    assert play.states == {
        "filing": "settled",
        "mediation": "agreed",
        "agreement": "served",
        "confirmation": "confirmed",
    }


def test_the_line_tells_everybody_in_order() -> None:
    told = _agreed().notices()
    wanted = ["received", "supplement_asked", "diverted", "invited", "mandate_offered", "mediator_named"]
    wanted += ["sitting_scheduled", "agreement_to_sign", "agreement_complete", "may_apply"]
    assert [name for name in told if name in wanted] == wanted


def test_the_thirty_days_start_with_the_mediators_acceptance_and_the_window_with_the_last_signature() -> None:
    play = _agreed()
    started = {rule: change.action for change in play.changes for rule in change.starts}
    assert started["M-10"] == "accept_mandate"
    assert started["C-01"] == "complete"


def test_a_second_supplement_needs_the_division_head_and_the_same_judge() -> None:
    play, ask = _filed(), drafts.Action.ASK_SUPPLEMENT
    again = FilingFacts(judge_id=JUDGE, asks=JUDGE, supplements_asked=1)
    stranger = FilingFacts(judge_id=JUDGE, asks=OTHER_JUDGE)
    for facts in (again, stranger):
        with pytest.raises(NotAllowed):
            play.act("filing", ask, Role.FILING_JUDGE, facts)
    approved = FilingFacts(judge_id=JUDGE, asks=JUDGE, supplements_asked=1, second_supplement_approved=True)
    play.act("filing", ask, Role.FILING_JUDGE, approved)
    assert play.states["filing"] == "supplement_required"


def test_after_the_seven_days_only_docketing_is_left_to_the_judge() -> None:
    play = _filed()
    play.act("filing", drafts.Action.MISS, Role.CLOCK, FilingFacts())
    for action in (drafts.Action.REFUSE, drafts.Action.ASK_SUPPLEMENT, drafts.Action.DIVERT):
        with pytest.raises(NotAllowed):
            play.act("filing", action, Role.FILING_JUDGE, REVIEWED)
    play.act("filing", drafts.Action.DOCKET, Role.FILING_JUDGE, REVIEWED)


def test_without_consent_nothing_is_diverted() -> None:
    with pytest.raises(NotAllowed):
        _filed().act("filing", drafts.Action.DIVERT, Role.FILING_JUDGE, REVIEWED)


def _exit(play: Play, machine: str, action: StrEnum, role: Role, facts: Any) -> None:
    play.act(machine, action, role, facts)
    assert play.states["filing"] == "in_review"
    assert play.states["mediation"] == "terminated"
    back = next(change for change in play.changes if change.action == "come_back")
    assert back.resumes == ("R-05", "R-08")  # the days that were left, not seven new ones


ENDS = (
    (mediation.Action.REFUSE_INVITATION, Role.RESPONDENT, MediationFacts()),
    (mediation.Action.GIVE_UP, Role.MEDIATOR, MediationFacts(attempts=2)),
    (mediation.Action.END, Role.APPLICANT, MediationFacts()),
    (mediation.Action.EXPIRE, Role.CLOCK, MediationFacts()),
)


@pytest.mark.parametrize(("action", "role", "facts"), ENDS)
def test_a_mediation_that_fails_brings_the_filing_back_to_its_judge(
    action: mediation.Action, role: Role, facts: MediationFacts
) -> None:
    _exit(_in_mediation(), "mediation", action, role, facts)


def test_a_respondent_is_given_up_only_after_recorded_attempts() -> None:
    with pytest.raises(NotAllowed):
        _in_mediation().act("mediation", mediation.Action.GIVE_UP, Role.MEDIATOR, MediationFacts())


@pytest.mark.parametrize("stage", [_in_mediation, _in_session, _signing])
def test_going_back_to_court_ends_the_mediation_at_once_at_any_stage(stage: Any) -> None:
    _exit(stage(), "filing", drafts.Action.COME_BACK, Role.APPLICANT, FilingFacts())


def test_a_refused_signature_ends_the_mediation_and_lapses_the_text() -> None:
    play = _signing()
    _sign(play, "A", Role.APPLICANT, "A B mediator")
    _exit(play, "agreement", agreements.Action.REFUSE, Role.RESPONDENT, AgreementFacts())
    assert play.states["agreement"] == "superseded"


def test_a_party_who_withdraws_ends_the_mediation() -> None:
    play = _in_session()
    play.act("filing", drafts.Action.WITHDRAW, Role.APPLICANT, FilingFacts())
    assert play.states == {"filing": "withdrawn", "mediation": "terminated"}


def test_a_settled_dispute_comes_back_only_when_its_agreement_failed() -> None:
    play = _agreed()
    with pytest.raises(NotAllowed):
        play.act("filing", drafts.Action.COME_BACK, Role.APPLICANT, FilingFacts())
    play.act("filing", drafts.Action.COME_BACK, Role.APPLICANT, FilingFacts(agreement_failed=True))
    assert play.states["filing"] == "in_review"


MEDIATING = {"inviting", "selecting", "offered", "accepted", "scheduled", "in_session", "drafting", "signing"}
OPEN_TEXT = {"draft", "linted", "open_for_sign", "signing"}
CASCADED = {  # never taken by themselves in a case that has an agreement
    ("filing", "settle"),
    ("mediation", "open"),
    ("agreement", "lapse"),
    *(
        ("mediation", action)
        for action in ("draft", "revise", "offer_signature", "complete", "refuse_signature")
    ),
}
OPENED_BY_OTHERS = {"payment", "litigation", "mediation", "confirmation"}  # only a cascade opens these


@given(st.data())
def test_whatever_people_do_the_machines_of_a_case_agree(data: st.DataObject) -> None:
    play = data.draw(st.sampled_from([_in_mediation, _in_session, _signing]))()
    for _ in range(12):
        choices = [
            (name, step)
            for name, machine in MACHINES.items()
            for step in machine.steps
            if step.source == play.states.get(name)
            and not (step.source is None and name in OPENED_BY_OTHERS)
            # the agreement is written while the mediator works on the case, which its service asks for
            and not (step.action == "write" and play.states["mediation"] not in ("accepted", "in_session"))
            and (name, str(step.action)) not in CASCADED
        ]
        if not choices:
            return
        name, step = data.draw(st.sampled_from(choices))
        play.force(name, step, min(step.by))
        states = play.states
        assert (states["mediation"] in MEDIATING | {"suspended"}) <= (states["filing"] == "pre_mediation")
        assert (states.get("agreement") in OPEN_TEXT) <= (states["mediation"] in ("drafting", "signing"))
        assert ("confirmation" in states) <= (states["mediation"] == "agreed")
        assert ("payment" in states) == (states["filing"] == "docketed") == ("litigation" in states)
