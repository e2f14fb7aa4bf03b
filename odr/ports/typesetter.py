"""The typesetter: content in, paper out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from odr.domain.signatures import SignaturePlace
from odr.errors import BadInput


class NoGlyph(BadInput):
    """A character that no font can draw; it is said before anything is signed, never a box on paper."""

    public = "A character cannot be printed with our fonts: %(characters)s. Please write it another way."


@dataclass(frozen=True, slots=True)
class TypesetPaper:
    """A PDF/A-4f and the places for its signatures, in reading order."""

    pdf: bytes
    places: tuple[SignaturePlace, ...]


class Typesetter(Protocol):
    async def typeset(self, kind: str, content: Mapping[str, object], *, at: datetime) -> TypesetPaper:
        """The paper; the same kind, content and time give the same bytes. IncompletePaper or NoGlyph."""
        ...

    async def page_images(self, pdf: bytes, *, dpi: int = 110) -> tuple[bytes, ...]:
        """Each page as PNG: what is shown is made from what is signed."""
        ...

    async def signature_stamp(self, name: str, signed_at: str, handwriting_png: bytes) -> bytes:
        """The one-page PDF that fills a signature box; NoGlyph or BadInput for a picture that is none."""
        ...

    async def seal_stamp(self, name: str, note: str) -> bytes:
        """The one-page PDF of a round seal with the name of its body and a note (such as 示范印章)."""
        ...
