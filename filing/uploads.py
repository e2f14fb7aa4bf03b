"""Files that people upload: told by content, bounded, and made fit to be shown.

Rule 1: the original is never changed; what is shown is a copy without what the camera wrote into it.
Rule 2: a PDF that can act (script, launch, embedded file) or that is locked is refused, not repaired.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pikepdf
from PIL import Image

from filing.errors import Active, Locked, TooManyPages, Unreadable
from filing.images import MOST_PAGES, open_upright

PDF: Final = "application/pdf"
JPEG: Final = "image/jpeg"
_TYPES: Final = {"JPEG": JPEG, "PNG": "image/png", "WEBP": "image/webp", "HEIF": "image/heic"}
_SHOWN_SIDE: Final = 2400  # pixels; small print of a photographed page stays legible
_SHOWN_QUALITY: Final = 86
# ISO 32000-2: actions that start something (12.6.4), and files inside the file (7.11.4, 13.6)
_ACTIONS: Final = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition"})
_CARRIERS: Final = frozenset({"/EmbeddedFile", "/RichMedia"})


@dataclass(frozen=True, slots=True)
class Examined:
    """What a file is, and the copy that people see; for a PDF the file itself."""

    content_type: str
    pages: int
    shown: bytes
    shown_type: str


def examine(file: bytes) -> Examined:
    """Raises Unreadable, TooLarge, TooManyPages, Locked or Active."""
    if file[:1024].lstrip().startswith(b"%PDF-"):
        return Examined(PDF, _harmless_pages(file), file, PDF)
    pixels = open_upright(file)
    with Image.open(io.BytesIO(file)) as image:
        content_type = _TYPES.get(image.format or "")
    if content_type is None:
        raise Unreadable
    picture = Image.fromarray(pixels)
    picture.thumbnail((_SHOWN_SIDE, _SHOWN_SIDE))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_SHOWN_QUALITY)
    return Examined(content_type, 1, out.getvalue(), JPEG)


def _harmless_pages(file: bytes) -> int:
    try:
        with pikepdf.open(io.BytesIO(file)) as document:
            if document.is_encrypted:
                raise Locked
            if any(_acts(one) for one in _dictionaries(document)):
                raise Active
            if len(document.pages) > MOST_PAGES:
                raise TooManyPages
            if not len(document.pages):
                raise Unreadable
            return len(document.pages)
    except pikepdf.PasswordError as error:
        raise Locked from error
    except pikepdf.PdfError as error:
        raise Unreadable from error


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
    )
