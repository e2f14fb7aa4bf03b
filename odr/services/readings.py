"""A photographed paper: kept, read, confirmed field by field; it pre-fills the draft.

Rule 1: what the person typed is never overwritten by what a machine read.
Rule 2: where a paper says two things, the person chooses; the trail keeps which, not what.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from filing import draft as drafting
from filing.causes import CAUSES
from filing.checklist import materials
from filing.errors import FilingError
from filing.forms import sections
from filing.lines import SURE, Box, Field, Kind, Reading
from filing.prefill import Side, prefill
from filing.quality import worst
from filing.questions import Answer, Question
from odr.db.filings import editable_draft
from odr.db.uow import Database
from odr.domain import readings as kept_readings
from odr.domain.accounts import Actor
from odr.errors import BadInput, NotFound
from odr.ports.clock import Clock
from odr.ports.objects import ObjectStore
from odr.ports.reader import PaperReader

AUTO: Final = "auto"
_SIDED: Final = frozenset({Kind.LICENCE, Kind.ID_FRONT})  # papers that say nothing about whose they are
_LONG: Final = frozenset({"claims", "facts", "powers", "scope"})
_ROWS: Final = {Answer.LONG_TEXT: 7, Answer.ADDRESS: 2}
# what is read but asked by no question
LABELS: Final = {  # messages
    "date": "Date of the paper",
    "court": "Court",
    "firm": "Law firm",
    "powers": "Powers, one by one",
    "power": "Kind of authority",
    "principal_phone": "Phone of the principal",
    "principal_address": "Address of the principal",
    "principal": "Principal",
    "principal_id": "ID number of the principal",
    "agent": "Agent",
    "type": "Kind of company",
    "capital": "Registered capital",
    "established": "Day of establishment",
    "name": "Name",
    "credit_code": "Unified social credit code",
    "legal_rep": "Name of the legal representative",
    "address": "Address",
    "lender": "Lender",
    "lender_id": "ID number of the lender",
    "borrower": "Borrower",
    "amount": "Amount",
    "due": "Due on",
    "payee": "Paid to",
    "datetime": "Paid at",
    "serial": "Serial number of the payment",
    "peer": "Chat with",
    "sex": "Sex",
    "nation": "Ethnicity",
    "birth": "Date of birth",
    "id_number": "ID number",
    "authority": "Issued by",
    "valid_from": "Valid from",
    "valid_to": "Valid until",
}


@dataclass(frozen=True, slots=True)
class Rival:
    """What another place of the paper says; `number` from 1, `crop`: whether that place can be shown."""

    number: int
    value: str
    crop: bool


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field as it was read; `answers`: whether it fills in a question; `rows`: lines that it needs."""

    name: str
    label: str
    answers: bool
    value: str
    confidence: float
    crop: bool
    rows: int
    rivals: tuple[Rival, ...]

    @property
    def sure(self) -> bool:
        return self.confidence >= SURE


@dataclass(frozen=True, slots=True)
class ReadingView:
    case_id: UUID
    number: int
    kind: str
    fields: tuple[FieldView, ...]
    warnings: tuple[str, ...]
    confirmed: bool


class ReadingService:
    def __init__(self, db: Database, clock: Clock, objects: ObjectStore, reader: PaperReader) -> None:
        self._db = db
        self._clock = clock
        self._objects = objects
        self._reader = reader

    async def photograph(
        self,
        actor: Actor,
        case_id: UUID,
        photo: bytes,
        *,
        kind: str = Kind.COMPLAINT,
        side: str = Side.PLAINTIFF,
    ) -> int:
        """Read a paper into the draft; the number of the reading, from 1. BadInput for a bad photo.

        `kind` is a filing.lines.Kind or "auto"; `side` says whose card or licence it is.
        """
        async with self._db.read() as tx:
            await editable_draft(tx, actor, case_id)
        reading = await self._read(photo, kind)
        return await self._enter(actor, case_id, await self._objects.put(photo), reading, side)

    async def read_paper(self, actor: Actor, case_id: UUID, item_id: UUID, *, side: str = "") -> int:
        """Read a file of the filer's own evidence into the draft; the number of the reading."""
        async with self._db.read() as tx:
            answers = drafting.load((await editable_draft(tx, actor, case_id)).answers).answers
            item = await tx.evidence.get(item_id)
            if item.case_id != case_id or item.side != "A":
                raise NotFound
            key, material = item.object_key, item.material
        known = (one.kind for one in materials(answers) if one.id == material and one.kind)
        reading = await self._read(await self._objects.get(key), next(known, AUTO))
        return await self._enter(actor, case_id, key, reading, side)

    async def show(self, actor: Actor, case_id: UUID, number: int) -> ReadingView:
        async with self._db.read() as tx:
            row = await editable_draft(tx, actor, case_id)
        kept, answers = _pick(row.readings, number), drafting.load(row.answers).answers
        reading = kept_readings.load(kept)
        shown = _shown(reading, kept_readings.side_of(kept), answers)
        return ReadingView(
            case_id, number, reading.kind.value, shown, reading.warnings, bool(kept["confirmed"])
        )

    async def crop(self, actor: Actor, case_id: UUID, number: int, name: str, rival: int = 0) -> bytes:
        """The part of the photo that a field, or its rival, was read from, as PNG."""
        return await self._reader.crop(*await self._seen(actor, case_id, number, name, rival))

    async def whole(self, actor: Actor, case_id: UUID, number: int, name: str, rival: int = 0) -> bytes:
        """The whole photo with a frame round that part, as JPEG."""
        return await self._reader.marked(*await self._seen(actor, case_id, number, name, rival))

    async def confirm(
        self,
        actor: Actor,
        case_id: UUID,
        number: int,
        left: Mapping[str, str],
        picked: Mapping[str, str] | None = None,
    ) -> None:
        """Take the fields as they were left; a corrected one counts as typed, an emptied one is open.

        `picked` holds, for each field on which the paper disagrees with itself, the value chosen; "" for what
        was typed instead. BadInput where nothing was chosen.
        """
        now = self._clock.now()
        async with self._db.begin() as tx:
            row = await editable_draft(tx, actor, case_id, lock=True)
            kept = _pick(row.readings, number)
            reading, side = kept_readings.load(kept), kept_readings.side_of(kept)
            chosen = _chosen(reading, left, picked or {})
            values = {name: value for name in reading.fields if (value := chosen.get(name, "").strip())}
            _check(reading, values)
            row.answers = drafting.dump(_confirmed(drafting.load(row.answers), reading, values, side))
            row.readings = [
                {**one, "confirmed": True} if place == number else one
                for place, one in enumerate(row.readings, start=1)
            ]
            row.saved_at = now
            trail: dict[str, Any] = _trail(reading, values)
            tx.audit.add(
                actor,
                "draft.confirm_reading",
                "draft",
                case_id,
                at=now,
                case_id=case_id,
                reading=number,
                **trail,
            )

    async def _read(self, photo: bytes, kind: str) -> Reading:
        wanted = kind if kind in list(Kind) else AUTO
        try:
            reading = await self._reader.read(photo, wanted)
        except FilingError as error:
            raise BadInput(getattr(error, "message", error.public), field="photo") from error
        if not reading.fields and (fault := worst(reading.warnings)):
            raise BadInput(fault, field="photo")
        if not reading.fields and wanted == Kind.COMPLAINT:
            raise BadInput("We found no complaint on this picture.", field="photo")
        if not reading.fields:
            raise BadInput("We found nothing to fill in on this paper. Is it another one?", field="photo")
        return reading

    async def _enter(self, actor: Actor, case_id: UUID, key: str, reading: Reading, side: str) -> int:
        now = self._clock.now()
        whose = Side(side) if reading.kind in _SIDED and side in list(Side) else Side.PLAINTIFF
        async with self._db.begin() as tx:
            row = await editable_draft(tx, actor, case_id, lock=True)
            row.readings = [*row.readings, kept_readings.dump(key, reading, whose)]
            row.answers = drafting.dump(drafting.merge(drafting.load(row.answers), reading, side=whose))
            row.saved_at = now
            number = len(row.readings)
            tx.audit.add(
                actor,
                "draft.read",
                "draft",
                case_id,
                at=now,
                case_id=case_id,
                photo_sha256=key,
                paper=reading.kind.value,
            )
        return number

    async def _seen(
        self, actor: Actor, case_id: UUID, number: int, name: str, rival: int
    ) -> tuple[bytes, Box, int]:
        """The photo, and where the field or its rival (from 1) stands on it; NotFound where nowhere."""
        async with self._db.read() as tx:
            kept = _pick((await editable_draft(tx, actor, case_id)).readings, number)
        seen = kept["fields"].get(name)
        box = kept_readings.seen_at(seen, rival)
        if box is None:
            raise NotFound
        return await self._objects.get(kept["object_key"]), box, seen["page"]


def _pick(readings: list[Any], number: int) -> dict[str, Any]:
    if not 1 <= number <= len(readings):
        raise NotFound
    found: dict[str, Any] = readings[number - 1]
    return found


def _chosen(reading: Reading, left: Mapping[str, str], picked: Mapping[str, str]) -> dict[str, str]:
    """What stands in each field after the person chose between the places that differ."""
    if name := kept_readings.undecided(reading.fields, picked):
        raise BadInput(kept_readings.TWO_THINGS, field=name)
    return {name: picked.get(name) or left.get(name, "") for name in reading.fields}


def _check(reading: Reading, values: Mapping[str, str]) -> None:
    """BadInput at the first value that cannot be right."""
    for name, value in values.items():
        if why := kept_readings.fault(name, value, read_as=str(reading.fields[name].value)):
            raise BadInput(why, field=name)


def _confirmed(
    draft: drafting.Draft, reading: Reading, values: Mapping[str, str], side: Side
) -> drafting.Draft:
    """The draft with the fields that were left, and without what this paper said in those struck out."""
    fields = {name: seen for name, seen in reading.fields.items() if name in values}
    for name, seen in reading.fields.items():
        if name not in values:
            for question_id, _ in prefill(reading.kind, name, str(seen.value), side):
                draft = draft.withdrawn(question_id, drafting.SOURCE_OF[reading.kind])
    return drafting.merge(draft, Reading(reading.kind, fields), values, side)


def _trail(reading: Reading, values: Mapping[str, str]) -> dict[str, list[str]]:
    """Which fields were corrected or struck out, and for which of two places the person decided."""
    corrected = [name for name, seen in reading.fields.items() if values.get(name, "") != str(seen.value)]
    return {"corrected": corrected, "chosen": kept_readings.choices(reading.fields, values)}


def _shown(reading: Reading, side: Side, answers: Mapping[str, str]) -> tuple[FieldView, ...]:
    """The fields that answer a question in the order of the questions, then the others as they were read."""
    asked = {one.id: one for section in sections(answers) for one in section.questions}
    order = list(asked)
    found: list[tuple[int, FieldView]] = []
    for name, seen in reading.fields.items():
        pairs = prefill(reading.kind, name, str(seen.value), side)
        question = asked.get(pairs[-1][0]) if pairs else None
        place = order.index(question.id) if question else len(order)
        found.append((place, _field_view(name, seen, question)))
    return tuple(view for _, view in sorted(found, key=lambda one: one[0]))


def _field_view(name: str, seen: Field, question: Question | None) -> FieldView:
    rows = _ROWS.get(question.kind, 1) if question else 4 if name in _LONG else 1
    rivals = tuple(
        Rival(number, str(rival.value), rival.box is not None)
        for number, rival in enumerate(seen.rivals, start=1)
    )
    value = str(seen.value)
    return FieldView(
        name,
        question.text.text if question else LABELS.get(name, name),
        question is not None,
        CAUSES[value].chinese[0] if name == "cause" and value in CAUSES else value,
        seen.confidence,
        seen.box is not None,
        rows,
        rivals,
    )
