"""One unit of work: everything of an act, or nothing."""

import asyncio
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from odr.db.audit import Discreet
from odr.db.uow import Database, Unaudited, Untold
from odr.domain.accounts import Actor
from odr.domain.steps import Change, Role, Told
from odr.errors import Conflict
from odr.logs import personal

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)


def _change(subject: object, source: str | None, target: str) -> Change:
    step = Change("filing", subject, None, "act", source, target, Role.APPLICANT, NOW)  # type: ignore[arg-type]
    return replace(step, notices=("told",), told=Told.CASE)


async def test_a_change_without_a_trace_is_not_committed(database: Database) -> None:
    with pytest.raises(Unaudited):
        async with database.begin() as tx:
            tx.accounts.add("+8613000000001", NOW)
    async with database.read() as tx:
        assert await tx.accounts.by_phone("+8613000000001") is None


async def test_a_change_is_written_with_history_audit_and_notice(database: Database) -> None:
    subject, actor = uuid4(), Actor(uuid4())
    async with database.begin() as tx:
        await tx.record(actor, _change(subject, None, "draft"))
    async with database.begin() as tx:
        assert await tx.states.get("filing", subject) == "draft"
        events = await tx.outbox.take(NOW, NOW - NOW)
        news = await tx.pushes.after(0)
    assert [event.kind for event in events] == ["notice.send"]
    assert [(one.account_id, one.event) for one in news] == [(subject, "changed")]


async def test_what_does_not_say_who_hears_of_it_is_not_written(database: Database) -> None:
    subject = uuid4()
    quiet = replace(_change(subject, None, "draft"), told=Told.CHOSEN)
    with pytest.raises(Untold):
        async with database.begin() as tx:
            await tx.record(Actor(uuid4()), quiet)
    told = uuid4()
    async with database.begin() as tx:
        await tx.record(Actor(uuid4()), quiet, within=Discreet(frozenset({told}), "talks"))
        assert [one.account_id for one in await tx.pushes.after(0)] == [told]


async def test_of_two_who_move_the_same_thing_one_is_told(database: Database) -> None:
    subject = uuid4()
    async with database.begin() as tx:
        await tx.record(Actor(uuid4()), _change(subject, None, "draft"))
    async with database.begin() as tx:
        await tx.record(Actor(uuid4()), _change(subject, "draft", "submitted"))
    with pytest.raises(Conflict):
        async with database.begin() as tx:
            await tx.record(Actor(uuid4()), _change(subject, "draft", "withdrawn"))
    async with database.read() as tx:
        assert await tx.states.get("filing", subject) == "submitted"


async def test_what_a_reading_transaction_changes_is_not_kept(database: Database) -> None:
    async with database.read() as tx:
        tx.accounts.add("+8613000000002", NOW)
        await tx.flush()
    async with database.read() as tx:
        assert await tx.accounts.by_phone("+8613000000002") is None


async def _twice(database: Database, phone: str) -> None:
    async with database.begin() as tx:
        for _ in range(2):
            tx.accounts.add(phone, NOW)


async def test_an_error_does_not_repeat_what_was_to_be_written(tmp_path: Path) -> None:
    """What PostgreSQL itself adds of a row is not ours to leave out."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'odr.sqlite'}")
    await database.create_all()
    with pytest.raises(IntegrityError) as refused:
        await _twice(database, "+8613800000001")
    assert personal(str(refused.value)) is None
    await database.close()


async def test_a_transaction_that_is_cut_off_holds_no_lock(tmp_path: Path, sqlite_template: Path) -> None:
    """As when a task is cancelled, whose exception still knows a statement of it."""
    shutil.copyfile(sqlite_template, tmp_path / "odr.sqlite")
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'odr.sqlite'}")
    connection = await database.engine.connect()
    await connection.begin()
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None
    unread = await driver.execute("SELECT 1 UNION SELECT 2")
    await connection.invalidate()
    async with asyncio.timeout(10), database.begin() as tx:
        tx.pushes.add(uuid4(), "told", {}, NOW)
    await connection.close()
    await database.close()
    del unread
