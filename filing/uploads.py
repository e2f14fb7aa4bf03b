"""Files that people upload: told by content, bounded, and made fit to be shown.

Rule 1: the original is never changed; what is shown is a copy without what the camera wrote into it.
Rule 2: a PDF that can act (script, launch, embedded file) or that is locked is refused, not repaired.
"""

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pikepdf
from PIL import Image

from filing.errors import Active, Bloated, Locked, TooLarge, TooManyPages, Unreadable
from filing.filetypes import FileType, file_type
from filing.images import MOST_PAGES, MOST_PIXELS, PDF_DPI, pages
from filing.quality import WORDS, faults

PDF: Final = "application/pdf"
JPEG: Final = "image/jpeg"
_MOST_OBJECTS: Final = 100_000  # of a PDF; a scanned page has about ten
_MOST_UNPACKED: Final = 64 * 2**20  # bytes of text and fonts in a PDF; pixels bound its pictures
_SHOWN_SIDE: Final = 2400  # pixels; small print of a photographed page stays legible
_SHOWN_QUALITY: Final = 86
# ISO 32000-2: actions that start something (12.6.4), and files inside the file (7.11.4, 13.6)
_ACTIONS: Final = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition"})
_CARRIERS: Final = frozenset({"/EmbeddedFile", "/RichMedia"})


@dataclass(frozen=True, slots=True)
class Examined:
    """What a file is, and the copy that people see; for a PDF the file itself.

    `advice` (a message id): what is wrong with a photo of a paper, or "". Screenshots and PDFs are not
    judged.
    """

    content_type: str
    pages: int
    shown: bytes
    shown_type: str
    advice: str = ""


def examine(file: bytes) -> Examined:
    """Raises Unreadable or one of its kinds, each with a sentence of its own."""
    told = file_type(file)
    if told is FileType.PDF:
        return Examined(PDF, _harmless_pages(file), file, PDF)
    pixels = next(pages(file)).pixels
    found = () if told is FileType.PNG else faults(pixels)
    picture = Image.fromarray(pixels)
    picture.thumbnail((_SHOWN_SIDE, _SHOWN_SIDE))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_SHOWN_QUALITY)
    return Examined(told, 1, out.getvalue(), JPEG, WORDS[found[0]] if found else "")


def page_picture(file: bytes, number: int, dpi: int) -> bytes:
    """One page of a PDF, from 0, as PNG; raises Unreadable where there is none."""
    for page in pages(file, only=number):
        picture = Image.fromarray(page.pixels)
        picture.thumbnail((round(picture.width * dpi / PDF_DPI), round(picture.height * dpi / PDF_DPI)))
        out = io.BytesIO()
        picture.save(out, "PNG")
        return out.getvalue()
    raise Unreadable


def _harmless_pages(file: bytes) -> int:
    try:
        with pikepdf.open(io.BytesIO(file)) as document:
            if document.is_encrypted:
                raise Locked
            if len(document.pages) > MOST_PAGES:
                raise TooManyPages
            if not len(document.pages):
                raise Unreadable
            if len(document.objects) > _MOST_OBJECTS:
                raise Bloated
            if any(_area_pt(page) * (PDF_DPI / 72) ** 2 > MOST_PIXELS for page in document.pages):
                raise TooLarge
            room = _MOST_UNPACKED
            for one in _dictionaries(document):
                if _acts(one):
                    raise Active
                room -= _unpacked(one, room)
            return len(document.pages)
    except pikepdf.PasswordError as error:
        raise Locked from error
    except pikepdf.PdfError as error:
        raise Unreadable from error


def _area_pt(page: pikepdf.Page) -> float:
    left, bottom, right, top = (float(edge) for edge in page.mediabox.as_list())
    return abs((right - left) * (top - bottom)) * float(page.obj.get("/UserUnit", 1)) ** 2


def _unpacked(one: pikepdf.Object, room: int) -> int:
    """How many bytes a stream unpacks to; Bloated above `room`. A picture is judged by its size."""
    if not isinstance(one, pikepdf.Stream):
        return 0
    if one.get("/Subtype") == "/Image":
        if int(one.get("/Width", 0)) * int(one.get("/Height", 0)) > MOST_PIXELS:
            raise TooLarge
        return 0
    packed = one.get("/Filter", pikepdf.Array())
    filters = [str(name) for name in packed] if isinstance(packed, pikepdf.Array) else [str(packed)]
    content = one.read_raw_bytes()
    for name in filters:
        if name not in ("/FlateDecode", "/Fl"):
            break
        content = _inflated(content, room)
    return len(content)


def _inflated(packed: bytes, room: int) -> bytes:
    """At most `room` bytes; Bloated where there are more. What is broken ends where it breaks."""
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(packed, room + 1)
    except zlib.error:
        return b""
    if len(content) > room:
        raise Bloated
    return content


def _dictionaries(document: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every dictionary of the document, those inside others and in arrays too."""
    waiting: list[pikepdf.Object] = [*document.objects, document.trailer]
    while waiting:
        one = waiting.pop()
        if isinstance(one, pikepdf.Array):
            inner = list(one)
        elif isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
            yield one
            inner = [value for _, value in one.items()]
        else:
            continue
        waiting += [part for part in inner if isinstance(part, pikepdf.Object) and not part.is_indirect]


def _acts(one: pikepdf.Object) -> bool:
    kind, action = str(one.get("/Type", "")), str(one.get("/S", ""))
    subtype = str(one.get("/Subtype", ""))
    return (
        action in _ACTIONS
        or kind in _CARRIERS
        or subtype in _CARRIERS
        or "/JS" in one
        or "/EmbeddedFiles" in one
        or "/XFA" in one
    )
