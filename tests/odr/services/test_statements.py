"""The oral complaint: told, written down, read back; it counts only once the person has confirmed it."""

from datetime import timedelta
from pathlib import Path

import pytest

from odr.adapters.objects.filesystem import FilesystemObjects
from odr.db.uow import Database
from odr.domain.accounts import Actor
from odr.domain.papers import check
from odr.domain.steps import Role
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted
from odr.services.drafts import DraftService
from odr.services.statements import StatementService
from tests.support.clock import FixedClock
from tests.support.filings import LOAN_ANSWERS, open_account
from tests.support.mediations import staff

VOICE = b"\x1aE\xdf\xa3" + b"opus"
CLAIMS, FACTS = "一、请求被告归还五万元。", "去年春天借给他五万元，他到现在没有还。"


@pytest.fixture
def statements(database: Database, clock: FixedClock, tmp_path: Path) -> StatementService:
    return StatementService(database, clock, FilesystemObjects(tmp_path, b"k" * 32))


@pytest.fixture
async def liu(database: Database, clock: FixedClock) -> Actor:
    return await open_account(database, "liu", clock.now())


@pytest.fixture
async def clerk(database: Database, clock: FixedClock) -> Actor:
    return await staff(database, "+8613800000004", "诉调对接专员", clock.now(), Role.COORDINATOR)


async def test_what_was_told_becomes_claims_and_facts_once_it_was_confirmed(
    statements: StatementService, liu: Actor, clerk: Actor, database: Database, clock: FixedClock
) -> None:
    drafts = DraftService(database, clock)
    case = await drafts.start(liu, LOAN_ANSWERS)
    await statements.ask(liu, case, "voice", VOICE)
    assert [view.case_id for view in await statements.queue(clerk)] == [case]
    assert (await statements.voice(clerk, case)).body == VOICE
    with pytest.raises(NotAllowed):
        await statements.answer(liu, case, right=True)  # nothing was read back yet
    await statements.write(clerk, case, "一、还钱。", FACTS)
    assert (await drafts.question(liu, case, "claims")).value == ""
    await statements.answer(liu, case, right=False, note="是五万元。")
    assert (await statements.desk(clerk, case)).note == "是五万元。"
    await statements.write(clerk, case, CLAIMS, FACTS)
    await statements.answer(liu, case, right=True)
    assert (await drafts.question(liu, case, "claims")).value == CLAIMS
    assert (await drafts.question(liu, case, "facts")).value == FACTS
    async with database.begin() as tx:
        events = await tx.outbox.take(clock.now(), timedelta(0))
    (paper,) = [e.payload["content"] for e in events if e.payload.get("paper") == "oral_statement"]
    check("oral_statement", dict.fromkeys(("court", "paper_id", "verify_url", "issued_on"), "x") | paper)
    assert paper["recorder"] == "诉调对接专员"


async def test_who_does_not_record_is_called_or_comes_to_the_counter(
    statements: StatementService, liu: Actor, clerk: Actor, database: Database, clock: FixedClock
) -> None:
    case = await DraftService(database, clock).start(liu, LOAN_ANSWERS)
    for way in ("phone", "counter"):
        await statements.ask(liu, case, way)
        (view,) = await statements.queue(clerk)
        assert (view.way, view.has_voice) == (way, False)
        with pytest.raises(NotFound):
            await statements.voice(clerk, case)


async def test_only_the_person_and_who_writes_it_down_hear_it(
    statements: StatementService, liu: Actor, database: Database, clock: FixedClock
) -> None:
    case = await DraftService(database, clock).start(liu, LOAN_ANSWERS)
    await statements.ask(liu, case, "voice", VOICE)
    stranger = await open_account(database, "wu", clock.now())
    for attempt in (statements.voice(stranger, case), statements.show(stranger, case)):
        with pytest.raises(NotFound):
            await attempt
    with pytest.raises(NotPermitted):
        await statements.write(liu, case, CLAIMS, FACTS)


@pytest.mark.parametrize("voice", [b"", b"MZ no sound", b"\x1aE\xdf\xa3" + bytes(20 * 2**20)])
async def test_what_is_no_recording_is_told_in_words(
    statements: StatementService, liu: Actor, database: Database, clock: FixedClock, voice: bytes
) -> None:
    case = await DraftService(database, clock).start(liu, LOAN_ANSWERS)
    with pytest.raises(BadInput):
        await statements.ask(liu, case, "voice", voice)
    assert (await statements.show(liu, case)).state == ""
