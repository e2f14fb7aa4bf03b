"""Evidence: kept as it came, shown without camera data, private until disclosed."""

import io
from uuid import UUID

import pytest
from PIL import Image

from filing.quality import WORDS, Fault
from odr.db.uow import Database
from odr.domain.accounts import Actor
from odr.domain.steps import Role
from odr.errors import BadInput, NotAllowed, NotFound
from odr.services.drafts import DraftService
from odr.services.evidence import EvidenceService
from tests.support.clock import FixedClock
from tests.support.files import MemoryObjects, PlannedReader
from tests.support.filings import LOAN_ANSWERS, open_account
from tests.support.hostile import picture


def screenshot() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 200), "white").save(out, "PNG")
    return out.getvalue()


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


async def test_a_poor_photo_is_told_of_and_a_better_one_takes_its_place(
    evidence: EvidenceService, objects: MemoryObjects, wang: Actor, case: UUID
) -> None:
    await evidence.upload(wang, case, [("借条.jpg", photo("black")), ("聊天.png", screenshot())], "iou")
    poor, shot = (await evidence.show(wang, case)).items
    assert poor.advice == WORDS[Fault.SMALL]
    assert shot.advice == ""  # no camera made it
    await evidence.describe(wang, case, poor.id, title="借条", purpose="证明借款", material="iou")
    sharp = picture(size=(1000, 700))
    await evidence.retake(wang, case, poor.id, "新拍.jpg", sharp)
    better, _ = (await evidence.show(wang, case)).items
    assert (better.id, better.number, better.title, better.purpose) == (poor.id, 1, "借条", "证明借款")
    assert (better.advice, objects.kept[better.sha256]) == ("", sharp)
    assert photo("black") not in objects.kept.values()  # the old one is gone to the last byte
    with pytest.raises(BadInput, match="already"):
        await evidence.retake(wang, case, better.id, "聊天.png", screenshot())
    assert len(objects.kept) == 4
    await evidence.describe(wang, case, better.id, title="委托书", purpose="", material="authority")
    with pytest.raises(NotAllowed, match="power of attorney"):
        await evidence.retake(wang, case, better.id, "a.jpg", photo())


async def test_a_picture_of_goods_or_a_place_is_not_judged_as_a_paper(
    evidence: EvidenceService, wang: Actor, case: UUID
) -> None:
    await evidence.upload(wang, case, [("现场.jpg", photo("black"))], "photos")
    (item,) = (await evidence.show(wang, case)).items
    assert item.advice == ""


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
