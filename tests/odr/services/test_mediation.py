"""From the invitation to the sitting, and every way in which a mediation ends."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest

from filing import draft as drafting
from filing.lines import Kind, Reading
from odr.db.sittings import Sitting
from odr.db.uow import Database
from odr.domain.accounts import ANONYMOUS, PLATFORM, Actor
from odr.domain.papers import FRAME, check
from odr.domain.steps import Role
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted
from odr.services.clocks import ClockService
from odr.services.invitations import InvitationService
from odr.services.mandates import MandateService
from odr.services.mediation import MediationService
from tests.support.clock import FixedClock
from tests.support.files import MemoryObjects, PlannedReader
from tests.support.filings import open_account, verify
from tests.support.mediations import Reviewed, reviewed, staff


@dataclass(frozen=True, slots=True)
class Mediated:
    """A case on its way through mediation, with the services that carry it."""

    case: Reviewed
    respondent: Actor
    invitations: InvitationService
    mandates: MandateService
    mediation: MediationService
    clocks: ClockService
    mediators: dict[str, Actor]

    @property
    def id(self) -> UUID:
        return self.case.case_id

    async def deliver(self, kind: str) -> None:
        """Let the worker deliver what waits of this kind."""
        table = {
            "mediation.invite": self.invitations.invite,
            "mediation.appoint": self.mandates.appoint,
            "mediation.report": self.mediation.report,
            "mediation.remind": self.mediation.remind,
        }
        for event in await self.case.events(kind):
            await table[kind](event)
            async with self.case.db.begin() as tx:
                await tx.outbox.done(event.id, self.case.clock.now())

    async def token(self) -> str:
        """The token in the link that was sent to the other side."""
        [sms] = [one for one in await self.case.events("sms.send") if one.payload["template"] == "invited"]
        assert sms.payload["to"] == "+8613900000004"
        return str(sms.payload["path"]).removeprefix("/invitations/")

    async def sittings(self) -> list[Sitting]:
        """Those not over, the earliest first."""
        async with self.case.db.read() as tx:
            return [row for row in await tx.sittings.of_case(self.id) if row.closed_at is None]

    async def papers(self) -> list[str]:
        """The kinds ordered so far; each must be complete."""
        ordered = await self.case.events("document.issue")
        for event in ordered:
            check(event.payload["paper"], event.payload["content"] | dict.fromkeys(FRAME, "甲"))
        return [event.payload["paper"] for event in ordered]

    async def accepted(self) -> None:
        await verify(self.case.db, self.respondent, "zhao", self.case.clock.now())
        await self.invitations.accept(self.respondent, await self.token(), service=True)

    async def appointed(self) -> Actor:
        """The mediator whom the court named at the applicant's wish."""
        await self.accepted()
        await self.mandates.choose(self.case.applicant, self.id, None)
        return await self.asked()

    async def asked(self) -> Actor:
        async with self.case.db.read() as tx:
            row = await tx.cases.get(self.id)
        assert row
        return next(one for one in self.mediators.values() if one.account_id == row.mediator_id)


@pytest.fixture
async def case(database: Database, clock: FixedClock) -> Mediated:
    """A loan case just sent to mediation: three mediators, one of whom knows finance."""
    filed = await reviewed(database, clock)
    made = Mediated(
        filed,
        await open_account(database, "zhao", clock.now()),
        InvitationService(database, clock, MemoryObjects(), PlannedReader(Reading(Kind.POA, {}))),
        MandateService(database, clock),
        MediationService(database, clock),
        ClockService(database, clock),
        {},
    )
    for order, (name, knows) in enumerate((("甲", "finance"), ("乙", "family"), ("丙", "traffic"))):
        mediator = await staff(database, f"+8613800000{5 + order:03}", name, clock.now(), Role.MEDIATOR)
        assert mediator.account_id
        await made.mandates.register(mediator.account_id, name, "调解委员会", [knows])
        made.mediators[name] = mediator
    await filed.divert()
    await made.deliver("mediation.invite")
    return made


async def test_the_invitation_is_read_before_signing_in_and_says_only_what_it_must(case: Mediated) -> None:
    view = await case.invitations.show(ANONYMOUS, await case.token())
    assert (view.applicant, view.name, view.amount_fen) == ("刘示例", "赵模拟", 50_000_00)
    assert view.open
    assert not view.mine
    assert str(view.last_day) == "2026-03-05"
    assert "mediation_invitation" in await case.papers()


async def test_an_invited_company_answers_by_its_legal_representative(
    case: Mediated,
) -> None:
    async def filed(legal_rep: str) -> None:
        async with case.case.db.begin() as tx:
            row = await tx.drafts.lock(case.id)
            kept = drafting.load(row.answers).typed("defendant", "示例商贸公司")
            for name, value in {"kind": "company", "legal_rep": legal_rep}.items():
                kept = kept.typed(f"defendant_{name}", value)
            row.answers = drafting.dump(kept)
            tx.audit.add(PLATFORM, "set_up", "case", case.id, at=case.case.clock.now())

    await filed("别示人")
    with pytest.raises(NotAllowed, match="legal representative"):
        await case.accepted()
    await filed("赵模拟")
    await case.invitations.accept(case.respondent, await case.token(), service=True)
    assert case.respondent.account_id
    async with case.case.db.read() as tx:
        row = await tx.cases.participant(case.id, case.respondent.account_id)
    assert row
    assert (row.name, row.party, row.party_name) == ("赵模拟", "示例商贸公司", "示例商贸公司")


async def test_the_link_is_kept_as_a_hash_and_no_other_link_opens_it(case: Mediated) -> None:
    token = await case.token()
    async with case.case.db.read() as tx:
        row = await tx.mediations.invitation(case.id)
    assert row
    assert token.encode() not in row.token_hash
    with pytest.raises(NotFound):
        await case.invitations.show(ANONYMOUS, token[:-1])


async def test_an_invitation_delivered_twice_is_sent_once(case: Mediated) -> None:
    async with case.case.db.begin() as tx:
        tx.outbox.add("mediation.invite", at=case.case.clock.now(), case_id=str(case.id))
    await case.deliver("mediation.invite")
    assert await case.token()


async def test_somebody_else_with_the_link_neither_accepts_nor_refuses(case: Mediated) -> None:
    other = await open_account(case.case.db, "yang", case.case.clock.now())
    await verify(case.case.db, other, "yang", case.case.clock.now())
    for answer in (
        case.invitations.accept(other, await case.token(), service=True),
        case.invitations.refuse(other, await case.token()),
    ):
        with pytest.raises(NotPermitted):
            await answer
    assert await case.case.state("mediation") == "inviting"


async def test_nobody_accepts_without_a_verified_identity(case: Mediated) -> None:
    with pytest.raises(NotAllowed):
        await case.invitations.accept(case.respondent, await case.token(), service=True)


async def test_who_accepts_takes_part_under_the_verified_name_with_a_consent_a_stage(case: Mediated) -> None:
    await case.accepted()
    assert await case.case.state("mediation") == "selecting"
    async with case.case.db.read() as tx:
        assert case.respondent.account_id
        seat = await tx.cases.participant(case.id, case.respondent.account_id)
        given = (
            [await tx.review.consent(case.id, seat.account_id, stage) for stage in ("mediation", "service")]
            if seat
            else []
        )
    assert seat
    assert (seat.name, seat.side) == ("赵模拟", "B")
    assert given == [True, True]


async def test_a_name_other_than_in_the_filing_is_shown(case: Mediated) -> None:
    await verify(case.case.db, case.respondent, "yang", case.case.clock.now())
    await case.invitations.accept(case.respondent, await case.token(), service=False)
    view = await case.mediation.show(case.case.applicant, case.id)
    assert view.invited_as == "赵模拟"
    assert [one.name for one in view.people] == ["刘示例", "杨示意"]


async def test_a_refusal_brings_the_case_back_to_its_judge_with_a_report(case: Mediated) -> None:
    await case.invitations.refuse(case.respondent, await case.token())
    await case.deliver("mediation.report")
    assert await case.case.state("filing") == "in_review"
    assert (await case.papers())[-1] == "termination_report"
    assert not (await case.invitations.show(ANONYMOUS, await case.token())).open


async def test_silence_is_reported_as_not_reached(case: Mediated) -> None:
    case.case.clock.advance(days=4)
    await case.clocks.turn()
    await case.deliver("mediation.report")
    assert (await case.mediation.show(case.case.applicant, case.id)).ground == "unreachable"


async def test_the_court_names_who_knows_the_dispute(case: Mediated) -> None:
    assert await case.appointed() == case.mediators["甲"]
    assert await case.case.state("mediation") == "offered"
    [item] = await case.mediation.queue(case.mediators["甲"])
    assert item.parties == "刘示例 · 赵模拟"
    assert await case.mediation.queue(case.mediators["乙"]) == []


async def test_both_sides_choosing_the_same_mediator_settles_it(case: Mediated) -> None:
    await case.accepted()
    wished = case.mediators["乙"]
    await case.mandates.choose(case.case.applicant, case.id, wished.account_id)
    assert await case.case.state("mediation") == "selecting"
    [first, *_] = await case.mandates.candidates(case.respondent, case.id)
    assert first.name == "甲"
    assert first.reasons
    await case.mandates.choose(case.respondent, case.id, wished.account_id)
    assert await case.asked() == wished


async def test_without_a_common_choice_the_court_appoints_after_two_working_days(case: Mediated) -> None:
    await case.accepted()
    case.case.clock.advance(days=3)
    await case.clocks.turn()
    await case.deliver("mediation.appoint")
    assert await case.asked() == case.mediators["甲"]


async def test_a_mediator_without_relations_accepts_at_once_and_the_thirty_days_start(case: Mediated) -> None:
    mediator = await case.appointed()
    assert await case.mandates.disclose(mediator, case.id, [], "")
    view = await case.mediation.show(case.respondent, case.id)
    assert (view.state, view.rule, str(view.last_day)) == ("accepted", "M-10", "2026-04-01")
    assert "mediator_acceptance" in await case.papers()


async def test_a_relation_needs_the_agreement_of_both_sides(case: Mediated) -> None:
    mediator = await case.appointed()
    with pytest.raises(BadInput):
        await case.mandates.disclose(mediator, case.id, ["interest"], " ")
    assert not await case.mandates.disclose(mediator, case.id, ["interest"], "曾与一方有业务往来")
    with pytest.raises(NotAllowed):
        await case.mandates.accept(mediator, case.id)
    await case.mandates.answer_disclosure(case.case.applicant, case.id, agreed=True)
    with pytest.raises(NotAllowed):
        await case.mandates.accept(mediator, case.id)
    await case.mandates.answer_disclosure(case.respondent, case.id, agreed=True)
    await case.mandates.accept(mediator, case.id)
    assert await case.case.state("mediation") == "accepted"


async def test_an_objection_brings_the_next_mediator(case: Mediated) -> None:
    first = await case.appointed()
    await case.mandates.disclose(first, case.id, ["other"], "同一小区居住")
    await case.mandates.answer_disclosure(case.respondent, case.id, agreed=False)
    await case.deliver("mediation.appoint")
    assert await case.asked() != first
    with pytest.raises(NotFound):
        await case.mediation.show(first, case.id)


async def test_who_declines_or_keeps_silent_is_followed_by_the_next(case: Mediated) -> None:
    first = await case.appointed()
    await case.mandates.decline(first, case.id, "近期排期已满")
    await case.deliver("mediation.appoint")
    second = await case.asked()
    case.case.clock.advance(days=4)
    await case.clocks.turn()
    await case.deliver("mediation.appoint")
    assert len({one.account_id for one in (first, second, await case.asked())}) == 3


async def test_a_sitting_lies_ahead_and_within_the_period(case: Mediated) -> None:
    mediator, now = await case.appointed(), case.case.clock.now()
    await case.mandates.disclose(mediator, case.id, [], "")
    for wrong in (now - timedelta(minutes=1), now + timedelta(days=40)):
        with pytest.raises(BadInput):
            await case.mediation.schedule(mediator, case.id, wrong)
    with pytest.raises(NotPermitted):
        await case.mediation.schedule(case.case.applicant, case.id, None)


async def test_a_sitting_is_told_planned_and_reminded_of(case: Mediated) -> None:
    mediator, clock = await case.appointed(), case.case.clock
    await case.mandates.disclose(mediator, case.id, [], "")
    at = clock.now() + timedelta(days=4)
    await case.mediation.schedule(mediator, case.id, at)
    [sitting] = await case.sittings()
    assert (sitting.kind, sitting.host_id, sitting.starts_at) == ("mediation", mediator.account_id, at)
    assert "mediation_notice" in await case.papers()
    assert not await case.case.events("mediation.remind")
    for hours in (24, 48, 23):  # three days, a day and an hour before
        clock.advance(hours=hours)
        await case.deliver("mediation.remind")
    names = [event.payload["name"] for event in await case.case.events("notice.send")]
    assert names.count("sitting_soon") == 3
    assert names.count("sitting_scheduled") == 1


async def test_a_sitting_whose_time_is_moved_is_one_sitting(case: Mediated) -> None:
    mediator, clock = await case.appointed(), case.case.clock
    await case.mandates.disclose(mediator, case.id, [], "")
    for days in (2, 1):
        await case.mediation.schedule(mediator, case.id, clock.now() + timedelta(days=days))
    [sitting] = await case.sittings()
    assert sitting.starts_at == clock.now() + timedelta(days=1)
    told = [event.payload["name"] for event in await case.case.events("notice.send")]
    assert [name for name in told if name.startswith("sitting_")] == ["sitting_scheduled", "sitting_moved"]


async def test_nobody_is_reminded_of_a_time_that_was_moved(case: Mediated) -> None:
    mediator, clock = await case.appointed(), case.case.clock
    await case.mandates.disclose(mediator, case.id, [], "")
    await case.mediation.schedule(mediator, case.id, clock.now() + timedelta(days=2))
    await case.mediation.schedule(mediator, case.id, clock.now() + timedelta(days=10))
    clock.advance(days=2)
    await case.deliver("mediation.remind")
    assert "sitting_soon" not in [one.payload["name"] for one in await case.case.events("notice.send")]


@pytest.mark.parametrize("side", ["A", "B"])
async def test_either_side_ends_it_in_one_step_and_the_judge_goes_on(case: Mediated, side: str) -> None:
    await case.appointed()
    await case.mediation.end(case.case.applicant if side == "A" else case.respondent, case.id)
    await case.deliver("mediation.report")
    assert await case.case.state("filing") == "in_review"
    assert (await case.papers())[-1] == "termination_report"
    assert (await case.mediation.show(case.case.applicant, case.id)).ground == "unwilling"


async def test_a_sitting_held_and_ended_by_the_mediator_is_in_the_report(case: Mediated) -> None:
    mediator = await case.appointed()
    await case.mandates.disclose(mediator, case.id, [], "")
    await case.mediation.schedule(mediator, case.id, None)
    await case.mediation.begin(mediator, case.id)
    await case.mediation.adjourn(mediator, case.id)
    with pytest.raises(BadInput):
        await case.mediation.end(mediator, case.id, "because")
    await case.mediation.end(mediator, case.id, "gap")
    await case.deliver("mediation.report")
    ordered = await case.case.events("document.issue")
    report = next(one.payload["content"] for one in ordered if one.payload["paper"] == "termination_report")
    assert report["conduct"] == ["共进行在线调解1次。"]
    assert "分歧" in report["ground"]


async def test_a_stranger_learns_nothing(case: Mediated) -> None:
    stranger = await open_account(case.case.db, "yang", case.case.clock.now())
    with pytest.raises(NotFound):
        await case.mediation.show(stranger, case.id)
    with pytest.raises(NotFound):
        await case.mediation.end(stranger, case.id)
