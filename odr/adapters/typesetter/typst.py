"""Papers set by typst.

Rule 1: content travels as JSON and is printed as text; nothing a user wrote is read as markup.
Rule 2: only fonts that were named are used, so that a paper looks the same on every machine.
Rule 3: the PDF/A-4f profile refuses a glyph that no font has; that refusal is the check.
"""

import asyncio
import io
import json
import re
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal

import pypdfium2
import segno
import typst
from PIL import Image, UnidentifiedImageError

from odr.domain.papers import check
from odr.domain.signatures import SignaturePlace
from odr.errors import BadInput
from odr.ports.typesetter import NoGlyph, TypesetPaper

# PDF/A-3 does not survive a signature: the signer rewrites the catalogue to PDF 2.0.
_PROFILE: Literal["a-4f"] = "a-4f"
_MISSING = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)
_A4_HEIGHT_PT = 841.89
_HANDWRITING_PX = (720, 260)


class TypstTypesetter:
    """`fonts`: folders with TTF, OTF or TTC files, the first choice first; absent ones are passed over."""

    def __init__(self, templates: Path, fonts: Sequence[Path]) -> None:
        self._templates = templates
        here = tuple(folder for folder in fonts if folder.is_dir())
        if not here:
            raise FileNotFoundError(f"no font folder among {[str(folder) for folder in fonts]}")
        self._fonts, self._families = _fonts(here), _families(here)
        self._typst = threading.Lock()
        self._pdfium = threading.Lock()  # PDFium is not thread-safe

    async def typeset(self, kind: str, content: Mapping[str, object], *, at: datetime) -> TypesetPaper:
        check(kind, content)
        qr = segno.make(str(content["verify_url"]), error="m").svg_inline(border=1)
        return await asyncio.to_thread(self._set, kind, content, {"qr": qr}, at)

    async def page_images(self, pdf: bytes, *, dpi: int = 110) -> tuple[bytes, ...]:
        return await asyncio.to_thread(self._draw, pdf, dpi)

    async def signature_stamp(self, name: str, signed_at: str, handwriting_png: bytes) -> bytes:
        frame = {"image": list(await asyncio.to_thread(_tidy, handwriting_png))}
        content = {"name": name, "signed_at": signed_at}
        return (await asyncio.to_thread(self._set, "signature_stamp", content, frame, None)).pdf

    async def seal_stamp(self, name: str, note: str) -> bytes:
        content = {"name": name, "note": note}
        return (await asyncio.to_thread(self._set, "seal_stamp", content, {}, None)).pdf

    def _set(
        self, kind: str, content: Mapping[str, object], frame: Mapping[str, object], at: datetime | None
    ) -> TypesetPaper:
        inputs = {
            "paper": json.dumps(content, ensure_ascii=False),
            "frame": json.dumps({"fonts": self._families, **frame}, ensure_ascii=False),
        }
        with self._typst:
            compiler = typst.Compiler(
                input=str(self._templates / f"{kind}.typ"),
                root=str(self._templates),
                font_paths=self._fonts,
                ignore_system_fonts=True,
                sys_inputs=inputs,
            )
            try:
                pdf = compiler.compile(
                    format="pdf", pdf_standards=_PROFILE, timestamp=at.replace(microsecond=0) if at else 0
                )
                found = json.loads(compiler.query("<signature>", field="value"))
            except typst.TypstError as error:
                raise _explained(error) from error
        if not isinstance(pdf, bytes):
            raise TypeError("the compiler made no PDF")
        return TypesetPaper(pdf, tuple(_place(item) for item in found))

    def _draw(self, pdf: bytes, dpi: int) -> tuple[bytes, ...]:
        with self._pdfium:
            document = pypdfium2.PdfDocument(pdf)
            try:
                document.init_forms()  # signature appearances are form widgets
                return tuple(_png(page, dpi) for page in document)
            finally:
                document.close()


@cache
def _fonts(folders: tuple[Path, ...]) -> typst.Fonts:
    """The fonts of these folders; looked through once in a process, which takes a fifth of a second."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in folders],
    )


def _families(folders: Sequence[Path]) -> list[str]:
    """The families to fall back on, in the order of their folders."""
    names: dict[str, None] = {}
    for folder in folders:
        names |= dict.fromkeys(sorted(_fonts((folder,)).families(), key=_preference))
    return list(names)


def _preference(family: str) -> tuple[bool, bool, str]:
    """Within a folder serif before sans, and the mainland's letter shapes first."""
    return "Serif" not in family, not family.endswith("SC"), family


def _explained(error: typst.TypstError) -> Exception:
    """A glyph that is missing is the writer's to change; anything else is a defect of a template."""
    missing = _MISSING.findall(str(error.diagnostic))
    return NoGlyph(characters="".join(dict.fromkeys("".join(missing)))) if missing else error


def _place(item: Mapping[str, float | str]) -> SignaturePlace:
    left, top = float(item["x"]), _A4_HEIGHT_PT - float(item["y"])
    width, height = float(item["width"]), float(item["height"])
    return SignaturePlace(str(item["field"]), int(item["page"]) - 1, left, top - height, left + width, top)


def _png(page: pypdfium2.PdfPage, dpi: int) -> bytes:
    out = io.BytesIO()
    page.render(scale=dpi / 72, may_draw_forms=True).to_pil().save(out, "PNG", optimize=False)
    return out.getvalue()


def _tidy(handwriting_png: bytes) -> bytes:
    """The drawing in black on nothing, no larger than a box needs, without anything else the file held."""
    try:
        with Image.open(io.BytesIO(handwriting_png), formats=["PNG"]) as opened:
            if opened.width * opened.height > 8_000_000:
                raise BadInput("The signature picture is too large.")
            picture = opened.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError) as error:
        raise BadInput("The signature picture cannot be read. Please sign again.") from error
    ink = _ink(picture)
    box = ink.getbbox()
    if box is None:
        raise BadInput("The signature is empty. Please sign again.")
    ink = ink.crop(box)
    ink.thumbnail(_HANDWRITING_PX)
    out = io.BytesIO()
    Image.merge("LA", (Image.new("L", ink.size, 0), ink)).save(out, "PNG", optimize=True)
    return out.getvalue()


def _ink(picture: Image.Image) -> Image.Image:
    """How much ink each pixel has: dark and opaque is much."""
    white = Image.new("RGBA", picture.size, (255, 255, 255, 255))
    grey = Image.alpha_composite(white, picture).convert("L")
    return grey.point([255 - level if level < 250 else 0 for level in range(256)])
