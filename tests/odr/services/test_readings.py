"""A photographed complaint fills the draft, and never over what the person wrote."""

import io
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from filing.draft import Source
from filing.licence import QR_DIFFERS
from filing.lines import Field, Kind, Reading
from filing.reading import read
from odr.db.uow import Database
from odr.domain.accounts import Actor
from odr.errors import BadInput
from odr.services.drafts import DraftService
from odr.services.evidence import EvidenceService
from odr.services.readings import ReadingService
from tests.support.clock import FixedClock
from tests.support.files import MemoryObjects, PlannedReader
from tests.support.filings import LOAN_ANSWERS, open_account
from tests.support.hostile import picture

FONTS = (
    Path("node_modules/@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf"),
    Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"),
)
BOX = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0))
READ = Reading(
    Kind.COMPLAINT,
    {"defendant": Field("杨演元", 0.7, BOX), "claims": Field("归还借款50000元", 0.98, BOX)},
)


@pytest.fixture
def readings(database: Database, clock: FixedClock) -> ReadingService:
    return ReadingService(database, clock, MemoryObjects(), PlannedReader(READ))


@pytest.fixture
def drafts(database: Database, clock: FixedClock) -> DraftService:
    return DraftService(database, clock)


@pytest.fixture
async def wang(database: Database, clock: FixedClock) -> Actor:
    return await open_account(database, "wang", clock.now())


@pytest.fixture
async def case(drafts: DraftService, wang: Actor) -> UUID:
    return await drafts.start(wang, LOAN_ANSWERS)


async def test_a_corrected_field_counts_as_written_by_the_person(
    readings: ReadingService, drafts: DraftService, wang: Actor, case: UUID
) -> None:
    number = await readings.photograph(wang, case, b"photo")
    assert (await drafts.question(wang, case, "defendant")).value == "杨演元"
    assert "defendant" in (await drafts.overview(wang, case)).to_check
    await readings.confirm(wang, case, number, {"defendant": "杨示意", "claims": "归还借款50000元"})
    assert (await drafts.question(wang, case, "defendant")).value == "杨示意"
    assert "defendant" not in (await drafts.overview(wang, case)).to_check
    assert (await readings.show(wang, case, number)).confirmed


async def test_what_was_written_stays_and_the_difference_is_shown(
    readings: ReadingService, drafts: DraftService, wang: Actor, case: UUID
) -> None:
    await drafts.save(wang, case, "defendant", "杨示意")
    await readings.photograph(wang, case, b"photo")
    page = await drafts.question(wang, case, "defendant")
    assert page.value == "杨示意"
    assert {given.value for given in page.given} == {"杨示意", "杨演元"}


async def test_each_field_shows_its_piece_of_the_photo(
    readings: ReadingService, wang: Actor, case: UUID
) -> None:
    number = await readings.photograph(wang, case, b"photo")
    assert await readings.crop(wang, case, number, "claims") == b"crop of photo"
    assert await readings.whole(wang, case, number, "claims") == b"frame in photo"


async def test_what_was_struck_out_is_not_kept_as_an_answer(
    readings: ReadingService, drafts: DraftService, wang: Actor, case: UUID
) -> None:
    number = await readings.photograph(wang, case, b"photo")
    await readings.confirm(wang, case, number, {"defendant": "", "claims": "归还借款50000元"})
    assert (await drafts.question(wang, case, "defendant")).value == ""


class RealReader(PlannedReader):
    """Reads the photo with the product's own engine, in this process."""

    async def read(self, photo: bytes, kind: str = "auto") -> Reading:
        return read(photo, kind)


def _licence(printed: str, coded: str) -> bytes:
    """A licence with one credit code in print and another in its corner."""
    font = next((font for font in FONTS if font.exists()), None)
    if font is None:
        pytest.skip("no Chinese font: run `make test`, which installs one")
    sheet = Image.new("RGB", (1500, 900), "white")
    pen, letters = ImageDraw.Draw(sheet), ImageFont.truetype(font, 36)
    rows = (
        "营业执照",
        f"统一社会信用代码：{printed}",
        "名称：样例商贸有限公司",
        "住所：样例市样例区和平路1号",
    )
    for row, text in enumerate(rows):
        pen.text((120, 120 + 130 * row), text, fill="black", font=letters)
    code = zxingcpp.create_barcode(f"https://register.invalid/?code={coded}", zxingcpp.BarcodeFormat.QRCode)
    square = Image.fromarray(np.asarray(zxingcpp.write_barcode_to_image(code, scale=6)))
    sheet.paste(square.convert("RGB"), (1100, 500))
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=90)
    return out.getvalue()


async def test_a_licence_whose_code_in_the_corner_differs_shows_both_with_their_places(
    database: Database, clock: FixedClock, wang: Actor, case: UUID
) -> None:
    readings = ReadingService(database, clock, MemoryObjects(), RealReader())
    photo = _licence("91330199P51EYW1M4T", "91440199PAQPLJ910C")
    view = await readings.show(wang, case, await readings.photograph(wang, case, photo, kind="licence"))
    (code,) = (field for field in view.fields if field.name == "credit_code")
    assert (code.value, code.sure) == ("91330199P51EYW1M4T", False)
    assert [rival.value for rival in code.rivals] == ["91440199PAQPLJ910C"]
    assert QR_DIFFERS in view.warnings


def _disputed() -> Reading:
    """A licence whose print and QR code differ."""
    coded = Field("91440199PAQPLJ910C", 1.0, BOX)
    return Reading(
        Kind.LICENCE,
        {
            "name": Field("样例有限公司", 0.99, BOX),
            "credit_code": Field("91330199P51EYW1M4J", 0.6, BOX).against(coded),
        },
    )


async def test_of_two_places_that_differ_the_person_chooses_and_the_trail_tells_which(
    database: Database, clock: FixedClock, drafts: DraftService, wang: Actor, case: UUID
) -> None:
    readings = ReadingService(database, clock, MemoryObjects(), PlannedReader(_disputed()))
    number = await readings.photograph(wang, case, b"photo", kind="licence", side="defendant")
    (code,) = (field for field in (await readings.show(wang, case, number)).fields if field.rivals)
    assert (code.value, code.rivals[0].value, code.sure) == (
        "91330199P51EYW1M4J",
        "91440199PAQPLJ910C",
        False,
    )
    assert await readings.crop(wang, case, number, "credit_code", 1) == b"crop of photo"
    left = {"name": "样例有限公司", "credit_code": code.value}
    with pytest.raises(BadInput):
        await readings.confirm(wang, case, number, left)
    await readings.confirm(wang, case, number, left, {"credit_code": "91440199PAQPLJ910C"})
    assert (await drafts.question(wang, case, "defendant_credit_code")).value == "91440199PAQPLJ910C"
    async with database.read() as tx:
        trail = [entry for entry in await tx.audit.of_case(case) if entry.action == "draft.confirm_reading"]
    assert trail[-1].details["chosen"] == ["credit_code: place 2"]


WRONG = {  # kind -> field, as read, what cannot be right, what can, and the words of the refusal
    Kind.COMPLAINT: ("defendant_id", "330102199001011230", "330102199001011239", "", "number cannot"),
    Kind.LICENCE: ("credit_code", "91330199P51EYW1M4J", "91330199P51EYW1M4X", "", "code cannot"),
    Kind.IOU: ("due", "2025-05-31", "2025-02-30", "2025-06-30", "a date"),
    Kind.TRANSFER: ("amount", "50000", "很多钱", "伍万元整", "amount in yuan"),
}


@pytest.mark.parametrize("kind", WRONG)
async def test_a_correction_that_cannot_be_right_is_told_at_its_field_at_once(
    database: Database, clock: FixedClock, wang: Actor, case: UUID, kind: Kind
) -> None:
    name, seen, wrong, right, words = WRONG[kind]
    reader = PlannedReader(Reading(kind, {name: Field(seen, 0.9, BOX)}))
    readings = ReadingService(database, clock, MemoryObjects(), reader)
    number = await readings.photograph(wang, case, b"photo", kind=kind)
    with pytest.raises(BadInput, match=words) as refused:
        await readings.confirm(wang, case, number, {name: wrong})
    assert refused.value.field == name
    assert not (await readings.show(wang, case, number)).confirmed
    await readings.confirm(wang, case, number, {name: right})
    assert (await readings.show(wang, case, number)).confirmed


PAPERS: dict[Kind, tuple[dict[str, str | int], dict[str, str]]] = {
    Kind.POA: (
        {"principal": "王示范", "agent": "李代理", "power": "特别授权"},
        {"agent": "李代理", "agent_powers": "special", "has_agent": "yes"},
    ),
    Kind.IOU: (
        {
            "lender": "王示范",
            "borrower": "杨示意",
            "amount": 50000,
            "due": "2025-07-10",
            "date": "2025-01-10",
        },
        {
            "defendant": "杨示意",
            "loan_principal": "50000",
            "due_date": "2025-07-10",
            "loan_date": "2025-01-10",
        },
    ),
    Kind.TRANSFER: (
        {"payee": "杨示意", "amount": 50000, "datetime": "2025-01-10 10:20:30"},
        {"defendant": "杨示意", "loan_principal": "50000", "loan_date": "2025-01-10"},
    ),
}


@pytest.mark.parametrize("kind", PAPERS)
async def test_every_paper_fills_in_what_it_can(
    database: Database, clock: FixedClock, drafts: DraftService, wang: Actor, *, case: UUID, kind: Kind
) -> None:
    seen, answers = PAPERS[kind]
    reading = Reading(kind, {name: Field(value, 0.9, BOX) for name, value in seen.items()})
    readings = ReadingService(database, clock, MemoryObjects(), PlannedReader(reading))
    number = await readings.photograph(wang, case, b"photo", kind="auto")
    assert {field.name for field in (await readings.show(wang, case, number)).fields} == set(seen)
    rows = (row for section in (await drafts.overview(wang, case)).sections for row in section.rows)
    filled = {question.id: given.value for question, given in rows if given}
    assert {name: filled.get(name) for name in answers} == answers


async def test_a_chat_fills_in_nothing_and_is_shown(
    database: Database, clock: FixedClock, wang: Actor, case: UUID
) -> None:
    reading = Reading(Kind.CHAT, {"peer": Field("小杨", 0.9, BOX), "amount": Field(50000, 0.9, BOX)})
    readings = ReadingService(database, clock, MemoryObjects(), PlannedReader(reading))
    view = await readings.show(wang, case, await readings.photograph(wang, case, b"photo", kind="chat"))
    assert [(field.name, field.answers) for field in view.fields] == [("peer", False), ("amount", False)]


async def test_a_paper_among_the_evidence_is_read_where_it_lies(
    database: Database, clock: FixedClock, drafts: DraftService, wang: Actor, case: UUID
) -> None:
    objects, reader = MemoryObjects(), PlannedReader(READ)
    evidence = EvidenceService(database, clock, objects, reader)
    await evidence.upload(wang, case, [("起诉状.jpg", picture())], "complaint")
    (item,) = (await evidence.show(wang, case)).items
    readings = ReadingService(database, clock, objects, reader)
    number = await readings.read_paper(wang, case, item.id)
    assert (await drafts.question(wang, case, "defendant")).value == "杨演元"
    assert await readings.crop(wang, case, number, "claims") == b"crop of " + picture()


async def test_papers_that_differ_are_shown_with_their_places_until_the_person_says_which_is_right(
    database: Database, clock: FixedClock, drafts: DraftService, wang: Actor, case: UUID
) -> None:
    for kind, name, value in ((Kind.IOU, "borrower", "杨示意"), (Kind.COMPLAINT, "defendant", "杨演元")):
        reader = PlannedReader(Reading(kind, {name: Field(value, 0.99, BOX)}))
        readings = ReadingService(database, clock, MemoryObjects(), reader)
        number = await readings.photograph(wang, case, b"photo", kind=kind)
        await readings.confirm(wang, case, number, {name: value})
    page = await drafts.question(wang, case, "defendant")
    assert page.differs
    assert page.places == {Source.IOU: (1, "borrower"), Source.COMPLAINT: (2, "defendant")}
    await drafts.save(wang, case, "defendant", "", picked=Source.IOU)
    page = await drafts.question(wang, case, "defendant")
    assert (page.value, page.differs) == ("杨示意", False)
    async with database.read() as tx:
        (answer,) = (entry for entry in await tx.audit.of_case(case) if entry.action == "draft.answer")
    assert (answer.details["sources"], answer.details["taken_from"]) == (["complaint", "iou"], "iou")
