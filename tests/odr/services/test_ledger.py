import json
from collections.abc import Awaitable, Callable
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from odr.adapters.notes.local import LocalNotes
from odr.adapters.timestamps.local import LocalTimestamps
from odr.db.audit import canonical
from odr.db.uow import Database
from odr.domain.accounts import ANONYMOUS
from odr.domain.ledger import entry, is_consistent, is_included, leaf_hash
from odr.domain.notes import open_note, parse_checkpoint
from odr.domain.timestamps import stamped_at
from odr.errors import Unavailable
from odr.services.ledger import LedgerService
from tests.support.clock import FixedClock

MASTER = bytes(32)


class Stamps(LocalTimestamps):
    """An authority that can fall silent."""

    silent = False

    async def stamp(self, digest: bytes) -> bytes:
        if self.silent:
            raise Unavailable
        return await super().stamp(digest)


@pytest.fixture
def stamps(tmp_path: Path, clock: FixedClock) -> Stamps:
    return Stamps(tmp_path / "stamps", MASTER, clock.now)


@pytest.fixture
def notes(tmp_path: Path) -> LocalNotes:
    return LocalNotes(tmp_path / "log.key", MASTER, "log")


@pytest.fixture
def ledger(database: Database, clock: FixedClock, notes: LocalNotes, stamps: Stamps) -> LedgerService:
    return LedgerService(database, clock, notes, stamps)


Act = Callable[..., Awaitable[UUID]]


@pytest.fixture
def act(database: Database, clock: FixedClock) -> Act:
    async def add(**details: int) -> UUID:
        async with database.begin() as tx:
            row = tx.audit.add(ANONYMOUS, "case.open", "case", uuid4(), at=clock.now(), details=details)
        return row.id

    return add


async def test_every_act_gets_a_receipt_that_proves_it(
    ledger: LedgerService, act: Act, notes: LocalNotes, stamps: Stamps, clock: FixedClock
) -> None:
    ids = [await act(number=i) for i in range(11)]
    for number, audit_id in enumerate(ids):
        receipt = await ledger.receipt(audit_id)
        head = parse_checkpoint(open_note(receipt.checkpoint, notes.key))
        leaf = leaf_hash(receipt.entry.encode())
        assert is_included(leaf, receipt.index, head.size, receipt.path, head.root)
        assert json.loads(receipt.act)["details"] == {"details": {"number": number}}
        committed = sha256(receipt.salt + receipt.act.encode()).hexdigest()
        assert json.loads(receipt.entry)["commitment"] == committed
        digest = sha256(receipt.checkpoint.encode()).digest()
        assert stamped_at(receipt.timestamp, digest, [stamps.certificate_der]) == clock.now()


async def test_the_log_only_grows(
    database: Database, ledger: LedgerService, act: Act, notes: LocalNotes
) -> None:
    heads = []
    for number in range(7):
        receipt = await ledger.receipt(await act(number=number))
        heads.append(parse_checkpoint(open_note(receipt.checkpoint, notes.key)))
    for old, new in pairwise(heads):
        async with database.read() as tx:
            path = await tx.log.consistency(old.size, new.size)
        assert is_consistent(old.size, new.size, path, old.root, new.root)


async def newest(database: Database) -> tuple[int, str, bytes | None]:
    async with database.read() as tx:
        row = await tx.log.newest()
        assert row is not None
        return row.size, row.note, row.token


async def test_nothing_new_signs_nothing_new(database: Database, ledger: LedgerService, act: Act) -> None:
    await act()
    await ledger.turn()
    first = await newest(database)
    await ledger.turn()
    assert await newest(database) == first


async def test_without_a_time_stamp_there_is_no_receipt_until_it_comes(
    ledger: LedgerService, act: Act, stamps: Stamps
) -> None:
    audit_id = await act()
    stamps.silent = True
    with pytest.raises(Unavailable):
        await ledger.receipt(audit_id)
    stamps.silent = False
    assert (await ledger.receipt(audit_id)).timestamp


@pytest.mark.parametrize(
    ("deed", "what"),
    [
        ("UPDATE audit SET role = 'other' WHERE log_index = 3", "the act was edited"),
        ("UPDATE audit SET salt = commitment WHERE log_index = 3", "the act was edited"),
        ("UPDATE log_leaves SET entry = entry || ' ' WHERE \"index\" = 3", "the act was edited"),
        ('DELETE FROM log_leaves WHERE "index" >= 3', "entries that were signed are missing at the end"),
        ('DELETE FROM log_leaves WHERE "index" = 2', "an entry before this one is missing"),
    ],
)
async def test_an_administrator_who_edits_is_named_by_the_row(
    database: Database, ledger: LedgerService, act: Act, deed: str, what: str
) -> None:
    for number in range(6):
        await act(number=number)
        await ledger.turn()
    assert await ledger.discrepancies() == []
    async with database.engine.begin() as connection:
        await connection.execute(text(deed))
    found = await ledger.discrepancies()
    assert (found[0].index, found[0].what) == (3, what)


async def test_a_rewritten_act_with_a_fitting_commitment_is_still_told(
    database: Database, ledger: LedgerService, act: Act
) -> None:
    """Who can rewrite row, commitment and entry still cannot rewrite what was signed."""
    audit_id = await act(number=1)
    await ledger.turn()
    async with database.read() as tx:
        row = await tx.audit.get(audit_id)
        row.role = "judge"
        forged = sha256(row.salt + canonical(row)).digest()
        line = entry("audit", forged, row.at).decode()
    async with database.engine.begin() as connection:
        changed = {"forged": forged, "line": line}
        await connection.execute(text("UPDATE audit SET role = 'judge', commitment = :forged"), changed)
        await connection.execute(text("UPDATE log_leaves SET entry = :line"), changed)
    (found,) = await ledger.discrepancies()
    assert found.what == "an entry up to here is not the one that was signed"
