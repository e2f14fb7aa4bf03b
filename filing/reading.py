"""The walk of one paper: open, straighten, turn upright, recognise, understand."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache

import cv2

from filing import idcard, licence, papers, pleadings
from filing.card_sides import sides_on
from filing.errors import UnknownPaper, Unreadable
from filing.images import Page, corners, pages
from filing.kinds import kind_of
from filing.lines import DOUBTFUL, SURE, Field, Kind, Line, Reading
from filing.ocr import OcrEngine, RapidEngine
from filing.quality import WORDS, faults_of
from filing.recognise import Look, cut_off, legible, look_at, texts
from filing.second_look import look_again, look_anew, look_below_marks
from filing.sheets import straighten
from filing.stamps import bare, doubted, stamped, uncovered
from filing.values import HARD_TO_READ, PROVED
from filing.watermarks import level, without_marks

NOTHING_READ = "We could not read anything on this picture. Please take it again in better light."
BOTH_SIDES = "This photo shows both sides of the card. Each was read on its own."
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
_EXPECTED: dict[Kind, tuple[str, ...]] = {  # what a second, closer look is worth its half second for
    Kind.ID_FRONT: ("name", "sex", "nation", "birth", "address", "id_number"),
    Kind.ID_BACK: ("authority", "valid_from", "valid_to"),
    Kind.LICENCE: ("credit_code", "name", "type", "legal_rep", "capital", "established", "address"),
    Kind.COMPLAINT: ("plaintiff", "plaintiff_id", "plaintiff_phone", "defendant", "cause", "amount", "date"),
    Kind.POA: ("principal", "principal_id", "agent", "firm", "power", "date"),
    Kind.IOU: ("lender", "lender_id", "borrower", "amount", "due", "date"),
}
_NOTES: dict[Kind, Callable[[Mapping[str, Field]], tuple[str, ...]]] = {
    Kind.ID_FRONT: idcard.notes,
    Kind.ID_BACK: idcard.notes_of_back,
    Kind.LICENCE: licence.notes,
}
_ON_NUMBERS = frozenset({idcard.BAD_CHECK, idcard.UNKNOWN_AREA, HARD_TO_READ})
_ALWAYS_WHOLE = frozenset({Kind.ID_FRONT, Kind.ID_BACK, Kind.LICENCE, Kind.IOU})
_FORMS = frozenset({Kind.ID_FRONT, Kind.ID_BACK, Kind.LICENCE})  # nobody signs them aslant
_SCREENSHOTS = frozenset({Kind.CHAT, Kind.TRANSFER})  # judged by eye: nothing lies on a desk
_CARDS = frozenset({Kind.ID_FRONT, Kind.ID_BACK})
_MAY_BE_CARD = frozenset({_AUTO, *_CARDS})
_LARGEST_OF_TWO = 0.5  # of a photo: half of what two cards side by side can fill
_LEAST_AROUND = 4  # lines of text; the back of a card has six
_CLEAR = 0.9
_FEW_UNCLEAR = 0.1
_MANY_UNCLEAR = 0.25
_WEAK = 0.5  # a field below is more often wrong than right


class PaperReader:
    """Reads papers with one engine, loaded once."""

    def __init__(self, engine: OcrEngine | None = None) -> None:
        self.engine = engine or RapidEngine()

    def read(self, photo: bytes, kind: str = _AUTO) -> Reading:
        """What the paper says. `kind` is a Kind or "auto"; raises FilingError."""
        opened = list(pages(photo))
        seen = [self._seen(page) for page in opened]
        sheets, looks = [sheet for sheet, _ in seen], [look for _, look in seen]
        lines = _lines(looks)
        if kind in _MAY_BE_CARD and _told(lines) in _CARDS:
            for page, (sheet, look) in zip(opened, seen, strict=True):
                if both := self._both_sides(page, sheet, look):
                    return self._of_both(photo, both, kind)
        told = Kind(kind) if kind != _AUTO else _told(lines)
        if told is None:
            looks = [look_anew(look, self.engine) for look in looks]
            lines = _lines(looks)
            told = kind_of(texts(lines))
        if not lines:
            raise Unreadable(NOTHING_READ)
        return self._of(told, photo, sheets, looks)

    def _of(self, told: Kind, photo: bytes, sheets: Sequence[Page], looks: Sequence[Look]) -> Reading:
        """What a paper of this kind says, looked at more closely where it is worth it."""
        if told in _FORMS:
            looks = [look_below_marks(look, self.engine) for look in looks]
        lines = _lines(looks)
        codes = _codes(photo, sheets) if told is Kind.LICENCE else []
        reading = _understood(told, lines, codes)
        if told in _FORMS and any(stamped(look, reading) for look in looks):
            looks = [look_at(bare(look.page), self.engine) for look in looks]
            looks = [look_below_marks(look, self.engine) for look in looks]
            lines = _lines(looks)
            reading = uncovered(reading, _understood(told, lines, codes))
            reading = replace(reading, warnings=_NOTES[told](reading.fields))
        wary = _blurred(lines)
        if told in _EXPECTED and _weak(reading, lines) and not sheets[0].printed:
            closer = _lines([look_again(look, self.engine) for look in looks])
            reading = _better(reading, _understood(told, closer, codes))
        reading = doubted(reading, looks)
        return _doubted(reading) if wary else reading

    def _both_sides(self, page: Page, sheet: Page, look: Look) -> dict[Kind, Page]:
        """Front and back of a card where the sheet shows both, or the photo does and one was taken for it."""
        found = sides_on(look)
        if found or sheet is page or not self._more_around(page, sheet):
            return found
        return sides_on(look_at(page, self.engine))

    def _more_around(self, page: Page, sheet: Page) -> bool:
        """Is there as much text around the sheet as another side of a card has?"""
        height, width = sheet.pixels.shape[:2]
        outline = corners([(0, 0), (width, 0), (width, height), (0, height)])
        quad = page.quad_here(sheet.box_in_photo(outline))
        if cv2.contourArea(quad) > _LARGEST_OF_TWO * page.pixels.shape[0] * page.pixels.shape[1]:
            return False
        middles = self.engine.find(page.pixels, coarse=True).quads.mean(axis=1)
        around = [cv2.pointPolygonTest(quad, (float(x), float(y)), measureDist=False) < 0 for x, y in middles]
        return sum(around) >= _LEAST_AROUND

    def _of_both(self, photo: bytes, parts: Mapping[Kind, Page], kind: str) -> Reading:
        """The side that was asked for, or the front, with the other one beside it."""
        read = {
            side: self._of(side, photo, [part], [look_at(part, self.engine)]) for side, part in parts.items()
        }
        mine = Kind.ID_BACK if kind == Kind.ID_BACK else Kind.ID_FRONT
        (other,) = parts.keys() - {mine}
        return replace(read[mine], warnings=(BOTH_SIDES, *read[mine].warnings), beside=read[other])

    def _seen(self, page: Page) -> tuple[Page, Look]:
        """The sheet straightened and read; the whole picture where the sheet was found too small."""
        sheet = page if page.printed else straighten(page)
        look = look_at(sheet, self.engine)
        if sheet is page or not cut_off(look):
            return sheet, look
        whole = look_at(page, self.engine)
        return (page, whole) if legible(whole) > legible(look) else (sheet, look)


def read(photo: bytes, kind: str = _AUTO) -> Reading:
    """`PaperReader.read` with the default engine, loaded at the first call of this process.

    Where something was not read surely, what is wrong with the photo is told in the same words as before it
    was sent.
    """
    try:
        reading = _default().read(photo, kind)
    except Unreadable as error:
        faults = faults_of(photo) if error.message in (NOTHING_READ, UnknownPaper.public) else ()
        raise (Unreadable(WORDS[faults[0]]) if faults else error) from error
    unsure = any(field.confidence < SURE for field in reading.fields.values()) or not reading.fields
    if reading.kind in _SCREENSHOTS or not unsure:
        return reading
    told = tuple(WORDS[fault] for fault in faults_of(photo))
    return replace(reading, warnings=(*told, *reading.warnings))


def warm_up() -> None:
    """Load the default engine now, so that the first person does not wait for it."""
    _default()


@cache
def _default() -> PaperReader:
    return PaperReader()


def _lines(looks: Sequence[Look]) -> list[Line]:
    return [line for look in looks for line in look.lines]


def _codes(photo: bytes, sheets: Sequence[Page]) -> list[Field]:
    """QR codes on the straightened sheets, or failing that on the photo as it came."""
    found = [code for sheet in sheets for code in licence.codes_on(sheet)]
    return found or [code for page in pages(photo) for code in licence.codes_on(page)]


def _told(lines: Sequence[Line]) -> Kind | None:
    """The kind, or None where a closer look may still tell it."""
    try:
        return kind_of(texts(lines))
    except UnknownPaper:
        return None


def _understood(kind: Kind, lines: Sequence[Line], codes: Sequence[Field]) -> Reading:
    kept = without_marks(level(lines) if kind in _FORMS else lines)
    return licence.licence(kept, codes) if kind is Kind.LICENCE else _PARSERS[kind](kept)


def _weak(reading: Reading, lines: Sequence[Line]) -> bool:
    """Is a field lost or blurred that such papers have, on a page whose light or sharpness may be why?"""
    unclear = sum(line.confidence < _CLEAR for line in lines) > _FEW_UNCLEAR * len(lines)
    found = [reading.fields.get(name) for name in _EXPECTED[reading.kind]]
    lost = None in found and (unclear or reading.kind in _ALWAYS_WHOLE)
    return lost or any(field is not None and field.confidence < _WEAK for field in found)


def _blurred(lines: Sequence[Line]) -> bool:
    """Are so many lines unclear that the engine is too sure of the others? 郊 reads as 部 at 0.95 there."""
    return sum(line.confidence < _CLEAR for line in lines) > _MANY_UNCLEAR * len(lines)


def _doubted(reading: Reading) -> Reading:
    """The reading of a blurred page: what nothing proves is not sure."""
    fields = {
        name: field if field.confidence >= PROVED else field.at_most(DOUBTFUL)
        for name, field in reading.fields.items()
    }
    return replace(reading, fields=fields)


def _better(first: Reading, second: Reading) -> Reading:
    """Each field from the look that read it more surely; where the looks differ, neither is sure."""
    fields = dict(first.fields)
    for name, other in second.fields.items():
        mine = fields.get(name)
        if mine is None:
            fields[name] = other
        elif mine.value != other.value:
            fields[name] = max(mine, other, key=lambda field: field.confidence).at_most(DOUBTFUL)
    said = second.warnings if len(second.fields) > len(first.fields) else first.warnings
    return Reading(first.kind, fields, _noted(first.kind, fields, said))


def _noted(kind: Kind, fields: Mapping[str, Field], said: Sequence[str]) -> tuple[str, ...]:
    """What is to be told of these fields, whichever look they come from; `said` is what one look told."""
    if kind in _NOTES:
        return _NOTES[kind](fields)
    numbers = [field for name, field in fields.items() if name.endswith("_id")]
    of_numbers = [note for number in numbers for note in idcard.number_notes(number)]
    others = [note for note in said if note not in _ON_NUMBERS]
    return tuple(dict.fromkeys([*others, *of_numbers]))
