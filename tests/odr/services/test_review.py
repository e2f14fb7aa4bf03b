"""The review at its service: one judge, one complete list, one decision."""

import asyncio
from datetime import date
from uuid import UUID, uuid4

import pytest

from odr.db.evidence import EvidenceItem
from odr.db.outbox import Event
from odr.db.uow import Database
from odr.domain.accounts import Actor
from odr.domain.drafts import MACHINE
from odr.domain.papers import check
from odr.domain.steps import Change, Role, Told
from odr.errors import BadInput, Conflict, NotAllowed, NotFound, NotPermitted, Unavailable
from odr.services.own_filings import OwnFilingService
from odr.services.review import ReviewService
from tests.support.clock import FixedClock
from tests.support.filings import open_account
from tests.support.mediations import Reviewed, reviewed, staff


@pytest.fixture
async def case(database: Database, clock: FixedClock) -> Reviewed:
    return await reviewed(database, clock)


@pytest.fixture
def own(database: Database, clock: FixedClock) -> OwnFilingService:
    return OwnFilingService(database, clock)


@pytest.fixture
async def head(database: Database, clock: FixedClock) -> Actor:
    return await staff(database, "+8613800000003", "立案庭庭长", clock.now(), Role.DIVISION_HEAD)


async def submitted(db: Database, clock: FixedClock, owner: Actor) -> UUID:
    """A filing that nobody has yet."""
    assert owner.account_id
    async with db.begin() as tx:
        case = tx.cases.open(owner.account_id, clock.now(), cause="loan", amount_fen=50_000_00)
        case.first_submitted_at = clock.now()
        await tx.flush()
        tx.drafts.add(case.id, clock.now())
        change = Change(
            MACHINE.name,
            case.id,
            case.id,
            "submit",
            None,
            "submitted",
            Role.APPLICANT,
            clock.now(),
            told=Told.CASE,
        )
        await tx.record(owner, change)
    return case.id


async def assign(service: ReviewService, db: Database, clock: FixedClock, case_id: UUID) -> UUID | None:
    await service.assign(Event(uuid4(), "review.assign", {"case_id": str(case_id)}, 1, clock.now()))
    async with db.read() as tx:
        found = await tx.cases.get(case_id)
        return found.judge_id if found else None


async def test_filings_go_in_turn_to_the_judge_who_holds_the_fewest(
    database: Database, clock: FixedClock
) -> None:
    review = ReviewService(database, clock, "示0108")
    owner = await open_account(database, "wang", clock.now())
    first = await submitted(database, clock, owner)
    with pytest.raises(Unavailable):  # it waits until the court has a judge
        await assign(review, database, clock, first)
    judges = [
        await staff(database, f"+861380000000{n}", f"法官{n}", clock.now(), Role.FILING_JUDGE) for n in (1, 2)
    ]
    cases = [first, *[await submitted(database, clock, owner) for _ in range(3)]]
    given = [await assign(review, database, clock, one) for one in cases]
    assert sorted(map(str, given)) == sorted(str(judge.account_id) for judge in judges * 2)
    assert given[0] != given[1]
    again = await assign(review, database, clock, first)
    assert again == given[0]


async def test_the_supplement_comes_back_to_the_same_judge_with_seven_new_days(
    case: Reviewed, own: OwnFilingService
) -> None:
    await case.review.ask_supplement(case.judge, case.case_id, ["借条原件照片", "  ", "被告住址"], 14)
    (paper,) = await case.events("document.issue")
    check("supplement_notice", _FRAME | paper.payload["content"])
    assert paper.payload["content"]["items"] == ["借条原件照片", "被告住址"]
    async with case.db.read() as tx:  # the period that the notice names is the one that runs
        assert await tx.clocks.due(case.case_id, ("supplement",)) == date(2026, 3, 16)
    case.clock.advance(days=10)
    await own.save_answer(case.applicant, case.case_id, 0, "见照片")
    await own.save_answer(case.applicant, case.case_id, 1, "示例路1号")
    await own.resubmit(case.applicant, case.case_id)
    view = await case.review.show(case.judge, case.case_id)
    assert (view.state, view.judge) == ("in_review", "立案法官甲")
    assert view.decide_by == date(2026, 3, 19)
    assert [item["answer"] for item in view.supplements[0].items] == ["见照片", "示例路1号"]
    assert [item.case_id for item in await case.review.queue(case.judge)] == [case.case_id]


async def test_every_point_must_be_answered_by_words_or_by_own_papers(
    case: Reviewed, own: OwnFilingService
) -> None:
    await case.review.ask_supplement(case.judge, case.case_id, ["转账记录"], 7)
    with pytest.raises(NotAllowed, match="every point"):
        await own.resubmit(case.applicant, case.case_id)
    foreign, mine = await _paper(case, "B"), await _paper(case, "A")
    await own.save_answer(case.applicant, case.case_id, 0, "", [foreign])
    assert (await own.supplement(case.applicant, case.case_id)).missing == 1
    await own.save_answer(case.applicant, case.case_id, 0, "", [mine])
    await own.resubmit(case.applicant, case.case_id)
    for late in (
        own.resubmit(case.applicant, case.case_id),
        own.save_answer(case.applicant, case.case_id, 0, "改"),
    ):
        with pytest.raises(NotAllowed):
            await late


async def test_everything_is_asked_once_and_a_second_list_needs_the_head(
    case: Reviewed, own: OwnFilingService, head: Actor
) -> None:
    with pytest.raises(NotAllowed):
        await case.review.approve_supplement(head, case.case_id, "尚无补正")
    await _supplemented(case, own)
    with pytest.raises(NotAllowed, match="at once"):
        await case.review.ask_supplement(case.judge, case.case_id, ["还要别的"], 7)
    with pytest.raises(NotPermitted):
        await case.review.approve_supplement(case.judge, case.case_id, "我自己批准")
    with pytest.raises(BadInput):
        await case.review.approve_supplement(head, case.case_id, " ")
    assert (await case.review.show(head, case.case_id)).may_approve
    await case.review.approve_supplement(head, case.case_id, "新材料有缺陷")
    await _supplemented(case, own)
    with pytest.raises(NotAllowed, match="at once"):  # the leave was for one list
        await case.review.ask_supplement(case.judge, case.case_id, ["第三次"], 7)


@pytest.mark.parametrize(("items", "days"), [([" "], 7), (["一"], 0), (["一"], 31), (["长" * 301], 7)])
async def test_a_list_says_something_and_leaves_time(case: Reviewed, items: list[str], days: int) -> None:
    with pytest.raises(BadInput):
        await case.review.ask_supplement(case.judge, case.case_id, items, days)


async def test_docketing_gives_one_number_the_fee_and_its_papers_in_order(case: Reviewed) -> None:
    await case.review.docket(case.judge, case.case_id)
    papers = await case.events("document.issue")
    assert [paper.payload["paper"] for paper in papers] == ["docket_notice", "fee_notice"]
    for paper in papers:
        check(paper.payload["paper"], _FRAME | paper.payload["content"])
    assert "壹仟零伍拾元" in papers[1].payload["content"]["amount"]
    async with case.db.read() as tx:
        docketed, payment = await tx.cases.get(case.case_id), await tx.payments.get(case.case_id)
        assert docketed
        assert docketed.number == "(2026)示0108民初1号"
        assert (payment.amount_fen, payment.last_day) == (105_000, date(2026, 3, 9))
    assert await case.state("payment") == "noticed"
    with pytest.raises(NotAllowed):
        await case.review.docket(case.judge, case.case_id)


async def test_what_was_brought_to_a_mediation_is_the_judges_only_once_it_is_handed_in(
    case: Reviewed, own: OwnFilingService
) -> None:
    filed, brought = await _paper(case, "A"), await _paper(case, "A", number=2, in_room=True)
    await _paper(case, "B")
    await case.review.ask_supplement(case.judge, case.case_id, ["付款凭证"], 7)

    async def listed() -> list[UUID]:
        return [one.id for one in (await case.review.show(case.judge, case.case_id)).evidence]

    assert await listed() == [filed]
    await own.save_answer(case.applicant, case.case_id, 0, "见照片", [brought])
    assert await listed() == [filed, brought]


async def test_of_two_clicks_at_once_one_dockets_and_the_other_is_told(case: Reviewed) -> None:
    clicks = (case.review.docket(case.judge, case.case_id) for _ in range(2))
    ends = await asyncio.gather(*clicks, return_exceptions=True)
    assert ends.count(None) == 1
    assert next(type(end) for end in ends if end is not None) in (NotAllowed, Conflict)
    assert len(await case.events("document.issue")) == 2


async def test_only_the_judge_of_the_filing_decides_on_it(case: Reviewed) -> None:
    now = case.clock.now()
    other = await staff(case.db, "+8613800000002", "立案法官乙", now, Role.FILING_JUDGE)
    stranger = await open_account(case.db, "wu", now)
    for actor, error in ((other, NotFound), (stranger, NotFound), (case.applicant, NotPermitted)):
        with pytest.raises(error):
            await case.review.docket(actor, case.case_id)
        with pytest.raises(error):
            await case.review.show(actor, case.case_id)
    assert await case.review.queue(other) == []
    with pytest.raises(NotPermitted):
        await case.review.queue(case.applicant)


async def test_the_head_gives_a_filing_to_another_judge_with_a_reason(case: Reviewed, head: Actor) -> None:
    now = case.clock.now()
    other = await staff(case.db, "+8613800000002", "立案法官乙", now, Role.FILING_JUDGE)
    assert other.account_id
    assert [one.name for one in (await case.review.show(head, case.case_id)).judges] == ["立案法官乙"]
    with pytest.raises(NotPermitted):
        await case.review.reassign(case.judge, case.case_id, other.account_id, "忙")
    with pytest.raises(BadInput):
        await case.review.reassign(head, case.case_id, other.account_id, "")
    assert head.account_id
    with pytest.raises(BadInput):  # not a filing judge
        await case.review.reassign(head, case.case_id, head.account_id, "理由")
    await case.review.reassign(head, case.case_id, other.account_id, "原承办法官休假")
    assert await case.review.queue(case.judge) == []
    await case.review.docket(other, case.case_id)


async def test_mediation_needs_consent_and_consent_can_be_taken_back(
    case: Reviewed, own: OwnFilingService
) -> None:
    with pytest.raises(NotAllowed, match="consent"):
        await case.review.divert(case.judge, case.case_id)
    await case.review.ask_mediation(case.judge, case.case_id)
    question = await own.consent_question(case.applicant, case.case_id)
    assert (question.answer, question.fee_fen) == (None, 105_000)
    await own.consent(case.applicant, case.case_id, granted=True)
    await case.review.divert(case.judge, case.case_id)
    assert (await case.state("filing"), await case.state("mediation")) == ("pre_mediation", "inviting")
    case.clock.advance(hours=1)
    await own.consent(case.applicant, case.case_id, granted=False)
    assert (await case.state("filing"), await case.state("mediation")) == ("in_review", "terminated")
    with pytest.raises(NotAllowed, match="consent"):
        await case.review.divert(case.judge, case.case_id)


async def test_an_overdue_filing_stands_on_top_and_keeps_its_last_day(
    case: Reviewed, database: Database, clock: FixedClock
) -> None:
    late = await _second(case)
    subject = Change(
        MACHINE.name, late, late, "miss", "in_review", "overdue", Role.CLOCK, clock.now(), told=Told.CASE
    )
    async with database.begin() as tx:
        await tx.record(case.judge, subject)
    queue = await case.review.queue(case.judge)
    assert [(item.case_id, item.overdue) for item in queue] == [(late, True), (case.case_id, False)]
    assert queue[0].decide_by == date(2026, 3, 9)
    assert (await case.review.show(case.judge, late)).actions == ("docket",)


async def test_who_is_sent_elsewhere_reads_why_and_may_insist(case: Reviewed, own: OwnFilingService) -> None:
    with pytest.raises(BadInput):
        await case.review.redirect(case.judge, case.case_id, " ")
    await case.review.redirect(case.judge, case.case_id, "请向仲裁委员会申请仲裁。")
    view = await own.decision(case.applicant, case.case_id)
    assert (view.reason, view.may_insist) == ("请向仲裁委员会申请仲裁。", True)
    await own.insist(case.applicant, case.case_id)
    assert await case.state("filing") == "in_review"
    await case.review.refuse(case.judge, case.case_id, "双方有仲裁协议。")
    view = await own.decision(case.applicant, case.case_id)
    assert (view.state, view.may_insist, view.appeal_by) == ("refused", False, date(2026, 3, 12))
    with pytest.raises(NotAllowed):
        await own.insist(case.applicant, case.case_id)


async def test_a_filing_is_withdrawn_by_its_owner_and_by_nobody_else(
    case: Reviewed, own: OwnFilingService
) -> None:
    stranger = await open_account(case.db, "wu", case.clock.now())
    with pytest.raises(NotFound):
        await own.withdraw(stranger, case.case_id)
    with pytest.raises(NotPermitted):
        await own.withdraw(case.judge, case.case_id)
    await case.divert()
    await own.withdraw(case.applicant, case.case_id)
    assert (await case.state("filing"), await case.state("mediation")) == ("withdrawn", "terminated")
    async with case.db.read() as tx:
        assert await tx.clocks.running(case.case_id) == []
    assert not (await own.withdrawal(case.applicant, case.case_id)).possible


_FRAME = dict.fromkeys(("court", "paper_id", "verify_url", "issued_on"), "x")


async def _supplemented(case: Reviewed, own: OwnFilingService) -> None:
    case.clock.advance(seconds=1)
    await case.review.ask_supplement(case.judge, case.case_id, ["补充一点"], 7)
    await own.save_answer(case.applicant, case.case_id, 0, "已补充")
    await own.resubmit(case.applicant, case.case_id)


async def _second(case: Reviewed) -> UUID:
    """Another filing of the same judge, in review."""
    assert case.applicant.account_id
    now = case.clock.now()
    async with case.db.begin() as tx:
        one = tx.cases.open(case.applicant.account_id, now, cause="loan", amount_fen=1_000_00)
        one.judge_id = case.judge.account_id
        await tx.flush()
        tx.drafts.add(one.id, now)
        change = Change(
            MACHINE.name,
            one.id,
            one.id,
            "submit",
            None,
            "in_review",
            Role.APPLICANT,
            now,
            ("R-05",),
            told=Told.CASE,
        )
        await tx.record(case.applicant, change)
    return one.id


async def _paper(case: Reviewed, side: str, *, number: int = 1, in_room: bool = False) -> UUID:
    assert case.applicant.account_id
    async with case.db.begin() as tx:
        row = EvidenceItem(
            case_id=case.case_id,
            side=side,
            number=number,
            title="转账记录",
            object_key="k",
            shown_key="k",
            content_type="image/jpeg",
            shown_type="image/jpeg",
            sha256="00",
            size_bytes=1,
            uploaded_at=case.clock.now(),
            uploaded_by=case.applicant.account_id,
            in_room=in_room,
        )
        tx.evidence.add(row)
        await tx.flush()
        tx.audit.add(case.applicant, "evidence.upload", "evidence", row.id, at=case.clock.now())
    return row.id
