"""Papers drawn for the demonstration are read back, photographed or not, in every file format."""

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pikepdf
import pillow_heif
import pytest
import typst
from PIL import Image

from filing.errors import Locked, TooLarge, Unreadable
from filing.identifiers import id_check
from filing.images import crop, open_upright, pages
from filing.lines import SURE, Kind
from filing.reading import PaperReader
from odr.demo.papers import Card, ComplaintText, Draughtsman, Loan, Transfer
from odr.demo.photos import Shot, photograph

FONTS = (
    Path("node_modules/@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf"),
    Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"),
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
)


def _number(first_seventeen: str) -> str:
    return first_seventeen + id_check(first_seventeen)


CARD = Card(
    name="王小明",
    sex="男",
    nation="汉",
    birth=date(1990, 3, 7),
    address="云海省青禾市松溪县和平西街155号紫竹新村4号楼3单元1503室",
    id_number=_number("44019919900307641"),
)
COMPLAINT = ComplaintText(
    plaintiff=f"王小明，男，汉族，1990年3月7日出生，住云海省青禾市和平西街155号。公民身份号码：{CARD.id_number}，"
    "联系电话：13800000001。",
    defendant="李大海，男，汉族，1985年11月2日出生，住云海省青禾市书香街8号。"
    f"公民身份号码：{_number('44019919851102331')}，联系电话：13800000002。",
    cause="民间借贷纠纷",
    claims=("一、判令被告返还借款本金50000元；", "二、判令被告承担本案诉讼费用。"),
    facts=("2024年5月1日，被告向原告借款50000元，约定2025年5月1日前归还。到期后被告一直没有归还。",),
    court="样例市样例区人民法院",
    signed="王小明",
    day=date(2025, 8, 27),
)
LOAN = Loan("王小明", CARD.id_number, "李大海", 50000, "伍万", date(2025, 5, 1), date(2024, 5, 1))
TRANSFER = Transfer("李大海", 50000, "2024-05-01 10:20:30", "6312410381683190806214878868")


@pytest.fixture(scope="module")
def draughtsman() -> Draughtsman:
    font = next((font for font in FONTS if font.exists()), None)
    if font is None:
        pytest.skip("no Chinese font: run `make test`, which installs one")
    return Draughtsman(font)


@pytest.fixture(scope="module")
def reader() -> PaperReader:
    return PaperReader()


@pytest.fixture(scope="module")
def front(draughtsman: Draughtsman) -> bytes:
    portrait = io.BytesIO()
    Image.fromarray(np.full((420, 330, 3), 140, np.uint8)).save(portrait, "PNG")
    return draughtsman.id_front(CARD, portrait.getvalue())


def _values(reader: PaperReader, photo: bytes, kind: str = "auto") -> dict[str, object]:
    return {name: field.value for name, field in reader.read(photo, kind).fields.items()}


FRONT = {
    "name": "王小明",
    "sex": "男",
    "nation": "汉",
    "birth": "1990-03-07",
    "address": CARD.address,
    "id_number": CARD.id_number,
}


def test_a_card_is_read(reader: PaperReader, front: bytes) -> None:
    reading = reader.read(front)
    assert reading.kind is Kind.ID_FRONT
    assert {name: field.value for name, field in reading.fields.items()} == FRONT
    assert all(field.confidence >= SURE for field in reading.fields.values())


@pytest.mark.parametrize("turn", [0, 1, 2, 3])
def test_a_photographed_card_is_read_whichever_way_it_lies(
    reader: PaperReader, front: bytes, turn: int
) -> None:
    assert _values(reader, photograph(front, Shot(lean=12, roll=8, turn=turn), seed=turn)) == FRONT


def test_the_back_is_read(reader: PaperReader, draughtsman: Draughtsman) -> None:
    assert _values(reader, photograph(draughtsman.id_back(CARD), Shot(), seed=1)) == {
        "authority": "样例县公安局",
        "valid_from": "2019-05-16",
        "valid_to": "2039-05-16",
    }


def test_a_complaint_fills_a_draft(reader: PaperReader, draughtsman: Draughtsman) -> None:
    values = _values(reader, photograph(draughtsman.complaint(COMPLAINT), Shot(), seed=2))
    assert values["plaintiff"] == "王小明"
    assert values["plaintiff_id"] == CARD.id_number
    assert values["plaintiff_phone"] == "13800000001"
    assert values["plaintiff_address"] == "云海省青禾市和平西街155号"
    assert values["defendant"] == "李大海"
    assert values["cause"] == "民间借贷纠纷"
    assert values["amount"] == 50000
    assert values["date"] == "2025-08-27"
    assert str(values["claims"]).startswith("一、判令被告返还借款本金50000元;二、")
    assert "约定2025年5月1日前归还" in str(values["facts"])


def test_a_page_that_bulges_in_half_shadow_is_read(reader: PaperReader, draughtsman: Draughtsman) -> None:
    shot = Shot(lean=8, roll=4, turn=3, bend=0.02, shade=0.4, glare=0.5, desk=(226, 224, 218))
    photo = photograph(draughtsman.complaint(COMPLAINT), shot, seed=4)
    values = _values(reader, photo)
    assert (values["plaintiff_id"], values["plaintiff_phone"]) == (CARD.id_number, "13800000001")
    assert (values["cause"], values["amount"], values["date"]) == ("民间借贷纠纷", 50000, "2025-08-27")
    box = reader.read(photo).fields["plaintiff_id"].box
    assert box is not None
    (again,) = reader.engine.recognise([open_upright(crop(photo, box))])
    assert CARD.id_number[:6] in "".join(glyph.char for glyph in again)


def test_an_iou_is_read(reader: PaperReader, draughtsman: Draughtsman) -> None:
    assert _values(reader, photograph(draughtsman.iou(LOAN), Shot(turn=1), seed=3)) == {
        "lender": "王小明",
        "lender_id": CARD.id_number,
        "amount": 50000,
        "borrower": "李大海",
        "due": "2025-05-01",
        "date": "2024-05-01",
    }


def test_a_transfer_is_read(reader: PaperReader, draughtsman: Draughtsman) -> None:
    assert _values(reader, draughtsman.transfer(TRANSFER)) == {
        "payee": "李大海",
        "amount": 50000,
        "datetime": TRANSFER.moment,
        "serial": TRANSFER.serial,
    }


def _jpeg_lying(image: Image.Image, out: io.BytesIO) -> None:
    """Pixels on their side, and the EXIF entry that says so."""
    exif = Image.Exif()
    exif[0x0112] = 6
    image.rotate(90, expand=True).save(out, "JPEG", quality=92, exif=exif)


def _sixteen_bits(image: Image.Image, out: io.BytesIO) -> None:
    """Grey as a scanner stores it."""
    Image.fromarray(np.asarray(image.convert("L"), np.uint16) * 257).save(out, "PNG")


FORMATS: dict[str, Callable[[Image.Image, io.BytesIO], None]] = {
    "jpeg with orientation": _jpeg_lying,
    "webp": lambda image, out: image.save(out, "WEBP", quality=90),
    "16 bits of grey": _sixteen_bits,
    "heic": lambda image, out: pillow_heif.from_pillow(image).save(out, quality=80),
    "pdf of a scan": lambda image, out: image.save(out, "PDF", resolution=200),
}


@pytest.mark.parametrize("form", FORMATS)
def test_every_file_that_telephones_make_is_read(reader: PaperReader, front: bytes, form: str) -> None:
    out = io.BytesIO()
    FORMATS[form](Image.open(io.BytesIO(front)).convert("RGB"), out)
    assert _values(reader, out.getvalue()) == FRONT


def test_boxes_lead_back_to_the_original_photo(reader: PaperReader, front: bytes) -> None:
    photo = photograph(front, Shot(lean=10, turn=1), seed=5)
    box = reader.read(photo).fields["id_number"].box
    assert box is not None
    cut = crop(photo, box)
    picture = open_upright(cut)
    assert picture.shape[1] > 5 * picture.shape[0]
    again = reader.engine.recognise([picture])[0]
    assert CARD.id_number in "".join(glyph.char for glyph in again)


def test_the_pixels_are_bounded_before_they_are_decoded() -> None:
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    with pytest.raises(TooLarge):
        open_upright(out.getvalue())


HOSTILE = {
    "empty": b"",
    "text": b"hello " * 50,
    "truncated png": b"\x89PNG\r\n\x1a\n" + b"\0" * 40,
    "script in a jpeg's clothes": b"\xff\xd8\xff\xe0" + b"<script>" * 20,
    "broken pdf": b"%PDF-1.7\n" + b"garbage" * 30,
    "zip": b"PK\x03\x04" + b"\0" * 100,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_picture_is_refused_with_a_sentence(name: str) -> None:
    with pytest.raises(Unreadable):
        list(pages(HOSTILE[name]))


def test_a_picture_without_text_is_refused(reader: PaperReader) -> None:
    out = io.BytesIO()
    Image.new("RGB", (800, 600), "white").save(out, "PNG")
    with pytest.raises(Unreadable):
        reader.read(out.getvalue())


def test_an_encrypted_pdf_is_refused_by_name() -> None:
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(Locked):
        list(pages(out.getvalue()))


def test_the_text_layer_of_a_pdf_is_taken_as_it_stands(
    reader: PaperReader, draughtsman: Draughtsman, tmp_path: Path
) -> None:
    font = next(font for font in FONTS if font.exists())
    paragraphs = [
        "民事起诉状",
        f"原告：{COMPLAINT.plaintiff}",
        f"被告：{COMPLAINT.defendant}",
        "案由：民间借贷纠纷",
    ]
    paragraphs += ["诉讼请求：", *COMPLAINT.claims, "事实与理由：", *COMPLAINT.facts, "此致", COMPLAINT.court]
    source = '#set text(font: ("Noto Serif SC", "Noto Serif CJK SC", "Noto Sans CJK SC"))\n' + "\n\n".join(
        paragraphs
    )
    paper = tmp_path / "complaint.typ"
    paper.write_text(source, "utf-8")
    pdf = typst.Compiler(input=str(paper), font_paths=[str(font.parent)]).compile(format="pdf")
    assert isinstance(pdf, bytes)
    reading = reader.read(pdf)
    assert reading.kind is Kind.COMPLAINT
    assert reading.fields["plaintiff_id"].value == CARD.id_number
    assert reading.fields["amount"].value == 50000
    assert reading.fields["cause"].confidence >= SURE
