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
    for question, value in (("plaintiff_phone", "13800000000"), ("defendant", "杨示意"), ("claims", "还款")):
        await drafts.save(wang, case, question, value)
    await submission.read_notice(wang, case, VERSION)
    await submission.submit(wang, case, declared=True)
    async with database.read() as tx:
        assert (await tx.drafts.get(case)).submission["urgent"] is True


async def test_an_old_version_of_the_notice_does_not_count(
    submission: SubmissionService, wang: Actor, case: UUID
) -> None:
    with pytest.raises(Conflict):
        await submission.read_notice(wang, case, "2025-01")
