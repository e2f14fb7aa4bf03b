"""Evidence: kept as it came, shown without camera data, private until disclosed."""

import io
from uuid import UUID

import pytest
from PIL import Image

from odr.db.uow import Database
from odr.domain.accounts import Actor
from odr.domain.steps import Role
from odr.errors import NotFound
from odr.services.drafts import DraftService
from odr.services.evidence import EvidenceService
from tests.support.clock import FixedClock
from tests.support.files import MemoryObjects, PlannedReader
from tests.support.filings import LOAN_ANSWERS, open_account


def photo(colour: str = "teal") -> bytes:
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x010F] = "SecretCamera"
    Image.new("RGB", (320, 200), colour).save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.fixture
def objects() -> MemoryObjects:
    return MemoryObjects()


@pytest.fixture
def evidence(database: Database, clock: FixedClock, objects: MemoryObjects) -> EvidenceService:
    return EvidenceService(database, clock, objects, PlannedReader())


@pytest.fixture
async def wang(database: Database, clock: FixedClock) -> Actor:
    return await open_account(database, "wang", clock.now())


@pytest.fixture
async def case(database: Database, clock: FixedClock, wang: Actor) -> UUID:
    return await DraftService(database, clock).start(wang, LOAN_ANSWERS)


async def test_the_original_keeps_its_hash_and_others_see_a_clean_copy(
    evidence: EvidenceService, objects: MemoryObjects, wang: Actor, case: UUID
) -> None:
    assert await evidence.upload(wang, case, [("借条.jpg", photo())]) == ()
    (item,) = (await evidence.show(wang, case)).items
    assert objects.kept[item.sha256] == photo()
    opened = await evidence.open(wang, case, item.id)
    assert b"SecretCamera" not in opened.body


async def test_one_bad_file_does_not_stop_the_others(
    evidence: EvidenceService, wang: Actor, case: UUID
) -> None:
    files = [("a.jpg", photo()), ("b.jpg", b"MZ"), ("c.jpg", photo("red")), ("again.jpg", photo())]
    refused = await evidence.upload(wang, case, files)
    assert [one.file_name for one in refused] == ["b.jpg", "again.jpg"]
    assert [item.number for item in (await evidence.show(wang, case)).items] == [1, 2]


async def test_what_was_taken_back_is_gone_to_the_last_byte(
    evidence: EvidenceService, objects: MemoryObjects, wang: Actor, case: UUID
) -> None:
    await evidence.upload(wang, case, [("a.jpg", photo())])
    (item,) = (await evidence.show(wang, case)).items
    await evidence.remove(wang, case, item.id)
    assert (await evidence.show(wang, case)).items == ()
    assert objects.kept == {}


async def test_the_other_side_sees_it_only_once_it_is_disclosed(
    evidence: EvidenceService, wang: Actor, case: UUID, database: Database, clock: FixedClock
) -> None:
    await evidence.upload(wang, case, [("a.jpg", photo())])
    (item,) = (await evidence.show(wang, case)).items
    yang = await open_account(database, "yang", clock.now())
    with pytest.raises(NotFound):
        await evidence.open(yang, case, item.id)
    assert yang.account_id
    async with database.begin() as tx:
        tx.cases.join(case, yang.account_id, Role.RESPONDENT, "B")
        tx.audit.add(yang, "case.join", "case", case, at=clock.now(), case_id=case)
    with pytest.raises(NotFound):
        await evidence.open(yang, case, item.id)
    async with database.begin() as tx:
        (await tx.evidence.get(item.id)).disclosed = True
        tx.audit.add(wang, "evidence.disclose", "evidence", item.id, at=clock.now(), case_id=case)
    assert (await evidence.open(yang, case, item.id)).body
