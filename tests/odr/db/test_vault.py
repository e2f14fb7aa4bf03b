"""Photos of identity papers: each owner's under a key of his own, gone for good with the key."""

from pathlib import Path
from uuid import UUID

import pytest

from odr.adapters.notes.local import LocalNotes
from odr.adapters.objects.filesystem import FilesystemObjects
from odr.adapters.timestamps.local import LocalTimestamps
from odr.db.outbox import Event
from odr.db.uow import Database
from odr.db.vault import Vault
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.ledger import is_included, leaf_hash
from odr.domain.notes import open_note, parse_checkpoint
from odr.domain.sealing import Damaged
from odr.domain.steps import Role
from odr.errors import NotFound, NotPermitted
from odr.services.ledger import LedgerService
from tests.odr.services.test_identity import Office, office  # noqa: F401  the fixture
from tests.support.clock import FixedClock
from tests.support.filings import open_account

MASTER = bytes(range(32))
PHOTO = b"\xff\xd8 a card " * 40


async def photographed(office: Office, master: bytes, folder: Path) -> None:  # noqa: F811  a parameter
    """The card of the person in a real store."""
    vault = Vault(office.db, FilesystemObjects(folder, master), master)
    office.identity._vault = office.checks._vault = office.vault = vault
    for side in ("front", "back"):
        await office.identity.read_card(office.wu, side, PHOTO + side.encode())


async def opened_case(office: Office) -> UUID:  # noqa: F811
    """A case that the person began, with its judge, which keeps a copy of the photos."""
    assert office.wu.account_id
    async with office.db.begin() as tx:
        case = tx.cases.open(office.wu.account_id, office.clock.now())
        case.judge_id = office.staff.account_id
        event_id = tx.outbox.add(
            "identity.keep_for_case",
            at=office.clock.now(),
            case_id=str(case.id),
            account_id=str(office.wu.account_id),
        )
        tx.audit.add(PLATFORM, "case.open", "case", case.id, at=office.clock.now())
    for event in await office.events("identity.keep_for_case"):
        assert isinstance(event, Event)
        assert event.id == event_id
        await office.identity.keep_for_case(event)
        await office.identity.keep_for_case(event)  # at least once
    return case.id


async def destroy(db: Database, owner: UUID, clock: FixedClock) -> None:
    async with db.begin() as tx:
        assert await tx.sealed.destroy(owner, clock.now())
        tx.audit.add(PLATFORM, "photo.destroy", "data_key", owner, at=clock.now())


async def test_a_destroyed_key_ends_the_photos_and_leaves_the_proofs_of_the_log(
    office: Office,  # noqa: F811
    tmp_path: Path,
) -> None:
    await photographed(office, MASTER, tmp_path / "objects")
    row = await office.row()
    assert office.wu.account_id
    assert row.front_photo
    notes = LocalNotes(tmp_path / "log.key", MASTER, "log")
    stamps = LocalTimestamps(tmp_path / "stamps", MASTER, office.clock.now)
    ledger = LedgerService(office.db, office.clock, notes, stamps)
    async with office.db.begin() as tx:
        seen = tx.audit.add(office.wu, "case.see", "case", office.wu.account_id, at=office.clock.now())
    before = await ledger.receipt(seen.id)
    copy = {path: path.read_bytes() for path in (tmp_path / "objects").rglob("*") if path.is_file()}

    await office.verified()
    await office.identity.forget_photos(office.wu)

    for path, content in copy.items():  # the disk of a backup
        path.write_bytes(content)
    with pytest.raises(NotFound):
        await office.vault.get(office.wu.account_id, row.front_photo)
    assert not (await office.identity.show(office.wu)).photos
    assert await office.state() == "verified"
    after = await ledger.receipt(seen.id)
    for receipt in (before, after):
        head = parse_checkpoint(open_note(receipt.checkpoint, notes.key))
        leaf = leaf_hash(receipt.entry.encode())
        assert is_included(leaf, receipt.index, head.size, receipt.path, head.root)


async def test_the_case_keeps_its_own_copy_for_its_judge_until_its_key_is_destroyed(
    office: Office,  # noqa: F811
    tmp_path: Path,
) -> None:
    await photographed(office, MASTER, tmp_path)
    case = await opened_case(office)
    judge = Actor(office.staff.account_id, frozenset({Role.FILING_JUDGE}))
    await office.verified()
    await office.identity.forget_photos(office.wu)
    assert await office.checks.case_photo(judge, case, "front") == PHOTO + b"front"
    with pytest.raises(NotPermitted):
        await office.checks.case_photo(office.wu, case, "front")
    await destroy(office.db, case, office.clock)
    with pytest.raises(NotFound):
        await office.checks.case_photo(judge, case, "front")


async def test_the_store_and_another_owners_key_open_nothing(
    office: Office,  # noqa: F811
    tmp_path: Path,
) -> None:
    objects = FilesystemObjects(tmp_path, MASTER)
    await photographed(office, MASTER, tmp_path)
    key = (await office.row()).front_photo
    assert key
    assert PHOTO not in await objects.get(key)  # who has the store's key has not the person's
    other = await open_account(office.db, "zhang", office.clock.now())
    assert other.account_id
    await office.vault.put(other, other.account_id, PHOTO, office.clock.now())
    with pytest.raises(Damaged):
        await office.vault.get(other.account_id, key)
    foreign = Vault(office.db, objects, bytes(32))
    assert office.wu.account_id
    with pytest.raises(Damaged):
        await foreign.get(office.wu.account_id, key)
