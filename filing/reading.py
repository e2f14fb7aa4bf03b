"""The walk of one paper: open, straighten, turn upright, recognise, understand."""

from collections.abc import Callable, Sequence
from functools import cache

from filing import idcard, licence, papers, pleadings
from filing.errors import Unreadable
from filing.images import Page, pages
from filing.kinds import kind_of
from filing.lines import Kind, Line, Reading
from filing.ocr import OcrEngine, RapidEngine
from filing.recognise import lines_of, texts
from filing.sheets import straighten
from filing.watermarks import without_marks

NOTHING_READ = "We could not read anything on this picture. Please take it again in better light."
_AUTO = "auto"
_PARSERS: dict[Kind, Callable[[Sequence[Line]], Reading]] = {
    Kind.ID_FRONT: idcard.front,
    Kind.ID_BACK: idcard.back,
    Kind.COMPLAINT: pleadings.complaint,
    Kind.POA: pleadings.power_of_attorney,
    Kind.IOU: papers.iou,
    Kind.CHAT: papers.chat,
    Kind.TRANSFER: papers.transfer,
}


class PaperReader:
    """Reads papers with one engine, loaded once."""

    def __init__(self, engine: OcrEngine | None = None) -> None:
        self.engine = engine or RapidEngine()

    def read(self, photo: bytes, kind: str = _AUTO) -> Reading:
        """What the paper says. `kind` is a Kind or "auto"; raises FilingError."""
        sheets: list[Page] = []
        lines: list[Line] = []
        for page in pages(photo):
            upright, found = lines_of(page if page.printed else straighten(page), self.engine)
            sheets.append(upright)
            lines += found
        if not lines:
            raise Unreadable(NOTHING_READ)
        told = kind_of(texts(lines)) if kind == _AUTO else Kind(kind)
        kept = without_marks(lines)
        if told is Kind.LICENCE:
            return licence.licence(kept, _codes(photo, sheets))
        return _PARSERS[told](kept)


def read(photo: bytes, kind: str = _AUTO) -> Reading:
    """`PaperReader.read` with the default engine, loaded at the first call of this process."""
    return _default().read(photo, kind)


def warm_up() -> None:
    """Load the default engine now, so that the first person does not wait for it."""
    _default()


@cache
def _default() -> PaperReader:
    return PaperReader()


def _codes(photo: bytes, sheets: Sequence[Page]) -> list[str]:
    """QR codes on the straightened sheets, or failing that on the photo as it came."""
    found = [text for sheet in sheets for text in licence.qr_codes(sheet.pixels)]
    return found or [text for page in pages(photo) for text in licence.qr_codes(page.pixels)]
