"""A photographed complaint: kept, read, confirmed field by field; it pre-fills the draft.

Rule 1: what the person typed is never overwritten by what a machine read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from filing import draft as drafting
from filing.causes import CAUSES
from filing.errors import FilingError
from filing.form_parties import DEFENDANT, PLAINTIFF
from filing.forms import CLAIM, DISPUTE
from filing.lines import SURE, Field, Kind, Reading
from filing.prefill import prefill
from filing.questions import Answer, Question
from odr.db.filings import editable_draft
from odr.db.uow import Database
from odr.domain.accounts import Actor
from odr.errors import BadInput, NotFound
from odr.ports.clock import Clock
from odr.ports.objects import ObjectStore
from odr.ports.reader import PaperReader

_QUESTIONS = {
    question.id: question
    for section in (DISPUTE, PLAINTIFF, DEFENDANT, CLAIM)
    for question in section.questions
}
_ROWS = {Answer.LONG_TEXT: 7, Answer.ADDRESS: 2}


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field as it was read; `question` is what it answers, `crop` whether a part of the photo exists;
    `rows` how many lines the field needs.
    """

    name: str
    question: Question
    value: str
    confidence: float
    crop: bool
    rows: int

    @property
    def sure(self) -> bool:
        return self.confidence >= SURE


@dataclass(frozen=True, slots=True)
class ReadingView:
    case_id: UUID
    number: int
    fields: tuple[FieldView, ...]
    warnings: tuple[str, ...]
    confirmed: bool


class ReadingService:
    def __init__(self, db: Database, clock: Clock, objects: ObjectStore, reader: PaperReader) -> None:
        self._db = db
        self._clock = clock
        self._objects = objects
        self._reader = reader

    async def photograph(self, actor: Actor, case_id: UUID, photo: bytes) -> int:
        """Read a complaint into the draft; the number of the reading, from 1. BadInput for a bad photo."""
        async with self._db.read() as tx:
            await editable_draft(tx, actor, case_id)
        try:
            reading = await self._reader.read(photo, Kind.COMPLAINT.value)
        except FilingError as error:
            raise BadInput(getattr(error, "message", error.public), field="photo") from error
        if not _shown(reading):
            raise BadInput("We found no complaint on this picture.", field="photo")
        key, now = await self._objects.put(photo), self._clock.now()
        async with self._db.begin() as tx:
            row = await editable_draft(tx, actor, case_id, lock=True)
            row.readings = [*row.readings, _stored(key, reading)]
            row.answers = drafting.dump(drafting.merge(drafting.load(row.answers), reading))
            row.saved_at = now
            number = len(row.readings)
            tx.audit.add(actor, "draft.read", "draft", case_id, at=now, case_id=case_id, photo_sha256=key)
        return number

    async def show(self, actor: Actor, case_id: UUID, number: int) -> ReadingView:
        async with self._db.read() as tx:
            kept = _pick((await editable_draft(tx, actor, case_id)).readings, number)
        reading = _reading(kept)
        return ReadingView(case_id, number, _shown(reading), reading.warnings, bool(kept["confirmed"]))

    async def crop(self, actor: Actor, case_id: UUID, number: int, name: str) -> bytes:
        """The part of the photo that a field was read from, as PNG."""
        async with self._db.read() as tx:
            kept = _pick((await editable_draft(tx, actor, case_id)).readings, number)
        seen = _reading(kept).fields.get(name)
        if seen is None or seen.box is None:
            raise NotFound
        return await self._reader.crop(await self._objects.get(kept["object_key"]), seen.box, seen.page)

    async def confirm(self, actor: Actor, case_id: UUID, number: int, left: Mapping[str, str]) -> None:
        """Take the fields as they were left; a corrected one counts as typed, an emptied one is open."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            row = await editable_draft(tx, actor, case_id, lock=True)
            kept = _pick(row.readings, number)
            reading = _reading(kept)
            confirmed = {name: value.strip() for name, value in left.items() if value.strip()}
            fields = {name: seen for name, seen in reading.fields.items() if name in confirmed}
            draft = drafting.load(row.answers)
            row.answers = drafting.dump(drafting.merge(draft, Reading(reading.kind, fields), confirmed))
            row.readings = [
                {**one, "confirmed": True} if place == number else one
                for place, one in enumerate(row.readings, start=1)
            ]
            row.saved_at = now
            tx.audit.add(
                actor, "draft.confirm_reading", "draft", case_id, at=now, case_id=case_id, reading=number
            )


def _pick(readings: list[Any], number: int) -> dict[str, Any]:
    if not 1 <= number <= len(readings):
        raise NotFound
    found: dict[str, Any] = readings[number - 1]
    return found


def _stored(key: str, reading: Reading) -> dict[str, Any]:
    fields = {
        name: {
            "value": str(seen.value),
            "confidence": seen.confidence,
            "box": [list(point) for point in seen.box] if seen.box else None,
            "page": seen.page,
        }
        for name, seen in reading.fields.items()
    }
    return {
        "object_key": key,
        "kind": reading.kind.value,
        "fields": fields,
        "warnings": list(reading.warnings),
        "confirmed": False,
    }


def _reading(kept: Mapping[str, Any]) -> Reading:
    fields = {name: _field(seen) for name, seen in kept["fields"].items()}
    return Reading(Kind(kept["kind"]), fields, tuple(kept["warnings"]))


def _field(seen: Mapping[str, Any]) -> Field:
    box = seen["box"]
    points = tuple((float(x), float(y)) for x, y in box) if box else None
    return Field(seen["value"], seen["confidence"], points, seen["page"])  # type: ignore[arg-type]  # four points


def _shown(reading: Reading) -> tuple[FieldView, ...]:
    """The fields that answer a question, in the order of the questions."""
    found = []
    for name, seen in reading.fields.items():
        for question_id, _ in prefill(reading.kind, name, str(seen.value)):
            if question_id in _QUESTIONS:
                question = _QUESTIONS[question_id]
                lines = _ROWS.get(question.kind, 1)
                value = _printed(question_id, str(seen.value))
                found.append(FieldView(name, question, value, seen.confidence, seen.box is not None, lines))
    order = list(_QUESTIONS)
    return tuple(sorted(found, key=lambda field: order.index(field.question.id)))


def _printed(question_id: str, value: str) -> str:
    """A cause by its printed name, anything else as it was read."""
    return CAUSES[value].chinese[0] if question_id == "cause" and value in CAUSES else value
