"""Submitting: what it needs, what it leaves behind, and that it happens once."""

from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import pytest

from odr.db.uow import Database
from odr.domain.accounts import Actor
from odr.domain.canonical import canonical
from odr.domain.dossier import Receipt
from odr.domain.papers import check
from odr.errors import BadInput, Conflict, NotAllowed, NotFound
from odr.services.clocks import ClockService
from odr.services.drafts import DraftService
from odr.services.submission import SubmissionService
from tests.support.clock import FixedClock
from tests.support.filings import LOAN_ANSWERS, answer_all, open_account, verify

VERSION = "2026-01"


async def _prove(audit_id: UUID) -> Receipt:
    return Receipt(str(audit_id), b"", "", 7, (), "", b"")


@pytest.fixture
def drafts(database: Database, clock: FixedClock) -> DraftService:
    return DraftService(database, clock)


@pytest.fixture
def submission(database: Database, clock: FixedClock) -> SubmissionService:
    return SubmissionService(database, clock, _prove, "示0108")


@pytest.fixture
async def wang(database: Database, clock: FixedClock) -> Actor:
    actor = await open_account(database, "wang", clock.now())
    await verify(database, actor, "wang", clock.now())
    return actor


@pytest.fixture
async def case(drafts: DraftService, wang: Actor) -> UUID:
    """A complete draft; only the notice has not been read."""
    opened = await drafts.start(wang, LOAN_ANSWERS)
    await answer_all(drafts, wang, opened, has_agent="no")
    return opened


async def test_a_submission_gives_a_number_a_hash_papers_a_clock_and_a_judge(
    submission: SubmissionService, wang: Actor, case: UUID, database: Database, clock: FixedClock
) -> None:
    await submission.read_notice(wang, case, VERSION)
    await submission.submit(wang, case, declared=True)
    async with database.begin() as tx:
        row, opened = await tx.drafts.get(case), await tx.cases.get(case)
        events = await tx.outbox.take(clock.now(), timedelta(0))
        assert opened
        assert opened.number == "(2026)示0108收00001号"
        assert (opened.cause, opened.amount_fen) == ("loan", 5_000_000)
        assert opened.first_submitted_at == clock.now()
        assert row.submission_sha256 == sha256(canonical(row.submission)).hexdigest()
        assert (await tx.cases.participants(case))[0].name == "王示范"
    papers = {event.payload["paper"]: event.payload for event in events if event.kind == "document.issue"}
    assert set(papers) == {"receipt", "truth_declaration", "complaint"}
    frame = dict.fromkeys(("court", "paper_id", "verify_url", "issued_on"), "x")
    for kind, payload in papers.items():
        check(kind, frame | payload["content"])
    assert papers["receipt"]["content"]["decide_by"] == "2026年3月9日"
    assert [event.payload for event in events if event.kind == "review.assign"] == [{"case_id": str(case)}]
    view = await submission.receipt(wang, case)
    assert (view.submission_sha256, view.proof.index) == (row.submission_sha256, 7)


async def test_nothing_is_submitted_before_the_notice_was_read_and_the_truth_declared(
    submission: SubmissionService, wang: Actor, case: UUID
) -> None:
    with pytest.raises(NotAllowed, match="notice"):
        await submission.submit(wang, case, declared=True)
    await submission.read_notice(wang, case, VERSION)
    with pytest.raises(BadInput):
        await submission.submit(wang, case, declared=False)
    with pytest.raises(NotFound):
        await submission.receipt(wang, case)


async def test_a_person_who_is_not_verified_cannot_submit(
    drafts: DraftService, submission: SubmissionService, database: Database, clock: FixedClock
) -> None:
    liu = await open_account(database, "liu", clock.now())
    case = await drafts.start(liu, LOAN_ANSWERS)
    await submission.read_notice(liu, case, VERSION)
    with pytest.raises(NotAllowed, match="identity"):
        await submission.submit(liu, case, declared=True)


async def test_it_is_submitted_once_and_then_stands(
    drafts: DraftService, submission: SubmissionService, wang: Actor, case: UUID
) -> None:
    await submission.read_notice(wang, case, VERSION)
    await submission.submit(wang, case, declared=True)
    for attempt in (submission.submit(wang, case, declared=True), drafts.save(wang, case, "claims", "更多")):
        with pytest.raises(NotAllowed):
            await attempt


async def test_an_urgent_filing_is_received_with_four_answers(
    drafts: DraftService, submission: SubmissionService, wang: Actor, database: Database
) -> None:
    case = await drafts.start(wang, {})
    await drafts.set_urgent(wang, case, urgent=True)
    for question, value in URGENT.items():
        await drafts.save(wang, case, question, value)
    await submission.read_notice(wang, case, VERSION)
    await submission.submit(wang, case, declared=True)
    async with database.read() as tx:
        assert (await tx.drafts.get(case)).submission["urgent"] is True


URGENT = {
    "plaintiff": "王示范",
    "plaintiff_phone": "13800000000",
    "defendant": "杨示意",
    "claims": "还款五万元",
}


async def urgent_filing(drafts: DraftService, submission: SubmissionService, actor: Actor) -> UUID:
    """Received with four answers, whoever the person may be."""
    case = await drafts.start(actor, {})
    await drafts.set_urgent(actor, case, urgent=True)
    for question, value in URGENT.items():
        await drafts.save(actor, case, question, value)
    await submission.read_notice(actor, case, VERSION)
    await submission.submit(actor, case, declared=True)
    return case


async def test_an_urgent_filing_is_received_before_the_identity_is_proved_and_completed_later(
    drafts: DraftService, submission: SubmissionService, database: Database, clock: FixedClock
) -> None:
    wang = await open_account(database, "wang", clock.now())
    case, received_at = await urgent_filing(drafts, submission, wang), clock.now()
    view = await submission.receipt(wang, case)
    assert (view.received_at, view.decide_by) == (received_at, None)
    assert view.complete_by == (received_at + timedelta(days=15)).date()
    async with database.read() as tx:
        events = await tx.outbox.take(clock.now(), timedelta(0))
        assert not [event for event in events if event.kind == "review.assign"]
        first = (await tx.drafts.get(case)).submission
    (paper,) = [event.payload["content"] for event in events if event.payload.get("paper") == "receipt"]
    assert paper["pending"][0] == "身份核验"
    assert len(paper["pending"]) > 5

    clock.advance(days=3)
    await verify(database, wang, "wang", clock.now())
    with pytest.raises(NotAllowed):
        await submission.submit(wang, case, declared=True)
    await answer_all(drafts, wang, case, has_agent="no", cause="loan")
    await submission.submit(wang, case, declared=True)
    view = await submission.receipt(wang, case)
    assert view.received_at == received_at
    assert view.complete_by is None
    async with database.read() as tx:
        events = await tx.outbox.take(clock.now(), timedelta(0))
        opened, row = await tx.cases.get(case), await tx.drafts.get(case)
    assert opened
    assert opened.first_submitted_at == received_at
    assert row.submission["completes"] == first
    assert "review.assign" in {event.kind for event in events}
    newest = [event.payload["content"] for event in events if event.payload.get("paper") == "receipt"][-1]
    frame = dict.fromkeys(("court", "paper_id", "verify_url", "issued_on"), "x")
    check("receipt", frame | newest)
    assert newest["received_at"] == paper["received_at"]
    assert "completed_at" in newest


async def test_an_urgent_filing_that_is_not_completed_goes_to_a_judge_as_it_stands(
    drafts: DraftService, submission: SubmissionService, database: Database, clock: FixedClock
) -> None:
    liu = await open_account(database, "liu", clock.now())
    case = await urgent_filing(drafts, submission, liu)
    with pytest.raises(NotAllowed):
        await drafts.set_urgent(liu, case, urgent=True)
    clock.advance(days=18)
    assert await ClockService(database, clock).turn() == 1
    async with database.read() as tx:
        assert await tx.states.get("filing", case) == "submitted"
        assert "review.assign" in {event.kind for event in await tx.outbox.take(clock.now(), timedelta(0))}
        assert await tx.clocks.due(case, ("R-05",)) is not None


async def test_an_urgent_filing_that_lacks_nothing_is_an_ordinary_one(
    drafts: DraftService, submission: SubmissionService, wang: Actor, case: UUID, database: Database
) -> None:
    await drafts.set_urgent(wang, case, urgent=True)
    await submission.read_notice(wang, case, VERSION)
    await submission.submit(wang, case, declared=True)
    async with database.read() as tx:
        assert await tx.states.get("filing", case) == "submitted"


async def test_an_old_version_of_the_notice_does_not_count(
    submission: SubmissionService, wang: Actor, case: UUID
) -> None:
    with pytest.raises(Conflict):
        await submission.read_notice(wang, case, "2025-01")
