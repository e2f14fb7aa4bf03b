"""What every typesetter promises."""

import io
from datetime import UTC, datetime

import pypdfium2
import pytest
from PIL import Image, ImageDraw

from odr.adapters.typesetter.typst import TypstTypesetter
from odr.domain.papers import PAPERS, IncompletePaper, Rows
from odr.errors import BadInput
from odr.ports.typesetter import NoGlyph, Typesetter
from tests.odr.sample_papers import FONTS, NO_FONTS, TEMPLATES, sample

pytestmark = pytest.mark.skipif(NO_FONTS, reason="no Chinese font: run `npm ci` first")
AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)


@pytest.fixture(scope="module", params=[TypstTypesetter])
def typesetter(request: pytest.FixtureRequest) -> Typesetter:
    made: Typesetter = request.param(TEMPLATES, FONTS)
    return made


def words(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "".join(page.get_textpage().get_text_range() for page in document)


def drawing(*, ink: bool = True) -> bytes:
    picture = Image.new("RGBA", (600, 200), (0, 0, 0, 0))
    if ink:
        ImageDraw.Draw(picture).line([(50, 100), (200, 20), (500, 160)], fill=(0, 0, 0, 255), width=8)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def test_every_kind_of_paper_has_its_template() -> None:
    shared = {"letterhead", "signature_stamp", "seal_stamp"}
    assert {path.stem for path in TEMPLATES.glob("*.typ")} - shared == set(PAPERS)


@pytest.mark.parametrize("kind", sorted(PAPERS))
async def test_a_paper_prints_each_of_its_fields(typesetter: Typesetter, kind: str) -> None:
    content = sample(kind)
    paper = await typesetter.typeset(kind, content, at=AT)
    printed = "".join(words(paper.pdf).split())
    assert paper.pdf.startswith(b"%PDF-2.0")
    rows = {name for name, shape in PAPERS[kind].needs.items() if isinstance(shape, Rows)}
    for name in content.keys() - rows - {"court"}:
        assert name in printed
    assert {place.field for place in paper.places} <= {"applicant", "respondent", "mediator", "seal"}


async def test_the_same_content_gives_the_same_bytes(typesetter: Typesetter) -> None:
    first, second = [await typesetter.typeset("receipt", sample("receipt"), at=AT) for _ in range(2)]
    assert first == second


async def test_what_a_user_wrote_is_never_read_as_markup(typesetter: Typesetter) -> None:
    text = '#strong[x] $a^2$ \\ *b* "; #read("/etc/passwd")'
    paper = await typesetter.typeset("termination_report", sample("termination_report", ground=text), at=AT)
    assert "".join(text.split()) in "".join(words(paper.pdf).split())


async def test_a_character_without_glyph_is_named_and_nothing_is_printed(typesetter: Typesetter) -> None:
    with pytest.raises(NoGlyph) as caught:
        await typesetter.typeset("receipt", sample("receipt", party="张\U0001f600三"), at=AT)
    assert caught.value.values == {"characters": "\U0001f600"}


@pytest.mark.parametrize("change", [{"party": ""}, {"party": 3}, {"materials": [{}]}, {"surplus": "x"}])
async def test_content_that_does_not_fit_is_refused(
    typesetter: Typesetter, change: dict[str, object]
) -> None:
    with pytest.raises(IncompletePaper):
        await typesetter.typeset("receipt", sample("receipt", **change), at=AT)


async def test_signature_places_lie_on_the_page(typesetter: Typesetter) -> None:
    paper = await typesetter.typeset(
        "mediation_agreement", sample("mediation_agreement", seal="示范区人民法院"), at=AT
    )
    assert [place.field for place in paper.places] == ["applicant", "respondent", "mediator", "seal"]
    for place in paper.places:
        assert 0 < place.left < place.right < 595
        assert 0 < place.bottom < place.top < 842


async def test_pages_are_shown_from_the_bytes_that_are_signed(typesetter: Typesetter) -> None:
    paper = await typesetter.typeset("minutes", sample("minutes"), at=AT)
    images = await typesetter.page_images(paper.pdf)
    assert len(images) == len(pypdfium2.PdfDocument(paper.pdf))
    assert all(image.startswith(b"\x89PNG") for image in images)


async def test_a_signature_stamp_shows_name_and_time(typesetter: Typesetter) -> None:
    stamp = await typesetter.signature_stamp("张三", "2026-03-04 13:06", drawing())
    assert "张三" in words(stamp)
    assert "2026-03-04" in words(stamp)


@pytest.mark.parametrize("picture", [drawing(ink=False), b"", b"GIF89a", b"\x89PNG\r\n\x1a\n"])
async def test_an_empty_or_unreadable_signature_is_refused(typesetter: Typesetter, picture: bytes) -> None:
    with pytest.raises(BadInput):
        await typesetter.signature_stamp("张三", "2026-03-04 13:06", picture)


async def test_a_seal_bears_the_name_of_its_body(typesetter: Typesetter) -> None:
    assert "示范" in words(await typesetter.seal_stamp("示范区人民法院", "示范印章"))
