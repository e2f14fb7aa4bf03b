"""What was read on a paper, as it is kept with a draft, and which part of which paper answers a question."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final

from filing.amounts import read
from filing.dates import parse_day
from filing.draft import SOURCE_OF, Source
from filing.idcard import LONG_TERM, PERIOD_AND_AGE, sides_agree
from filing.identifiers import id_number, is_credit_code
from filing.lines import Box, Field, Kind, Reading
from filing.prefill import Side, prefill

TWO_THINGS: Final = "The paper says two things here. Please choose which is right."
_BAD_NUMBER: Final = "This number cannot be right. Please compare it with the card."
_BAD_CODE: Final = "This code cannot be right. Please compare it with the licence."
_BAD_DAY: Final = "Please enter a date, for example 2026-01-30."
_BAD_AMOUNT: Final = "Please enter an amount in yuan, for example 50000 or 50000.50."


def dump(object_key: str, reading: Reading, side: Side) -> dict[str, Any]:
    """As plain JSON values. `object_key`: the photo, `side`: whose card or licence it is."""
    return {
        "object_key": object_key,
        "kind": reading.kind.value,
        "side": side.value,
        "fields": {name: dump_field(seen) for name, seen in reading.fields.items()},
        "warnings": list(reading.warnings),
        "confirmed": False,
    }


def load(kept: Mapping[str, Any]) -> Reading:
    """The reading that `dump` wrote."""
    fields = {name: load_field(seen) for name, seen in kept["fields"].items()}
    return Reading(Kind(kept["kind"]), fields, tuple(kept["warnings"]))


def side_of(kept: Mapping[str, Any]) -> Side:
    return Side(kept.get("side", Side.PLAINTIFF))


def places(readings: Sequence[Mapping[str, Any]], question_id: str) -> dict[Source, tuple[int, str]]:
    """Where each source says its answer to a question: the number of the reading, from 1, and the field."""
    found: dict[Source, tuple[int, str]] = {}
    for number, kept in enumerate(readings, start=1):
        reading = load(kept)
        for name, seen in reading.fields.items():
            answers = prefill(reading.kind, name, str(seen.value), side_of(kept))
            if seen.box is not None and answers and answers[-1][0] == question_id:
                found[SOURCE_OF[reading.kind]] = (number, name)
    return found


def dump_field(seen: Field) -> dict[str, Any]:
    """One field as plain JSON values."""
    return {
        "value": str(seen.value),
        "confidence": seen.confidence,
        "box": [list(point) for point in seen.box] if seen.box else None,
        "page": seen.page,
        "rivals": [dump_field(rival) for rival in seen.rivals],
    }


def load_field(seen: Mapping[str, Any]) -> Field:
    """The field that `dump_field` wrote."""
    rivals = tuple(load_field(rival) for rival in seen.get("rivals", ()))
    return Field(seen["value"], seen["confidence"], _box(seen), seen.get("page", 0), rivals)


def seen_at(kept: Mapping[str, Any] | None, rival: int) -> Box | None:
    """Where a dumped field, or its rival (from 1), stands; None where nowhere."""
    seen = load_field(kept) if kept else None
    said = (seen, *seen.rivals) if seen else ()
    return said[rival].box if 0 <= rival < len(said) else None


def choices(fields: Mapping[str, Field], values: Mapping[str, str]) -> list[str]:
    """For the trail: which of two places of a paper the person believed, field by field; never the value."""
    chosen = []
    for name, seen in fields.items():
        said = [str(seen.value), *(str(rival.value) for rival in seen.rivals)]
        if seen.rivals:
            place = f"place {said.index(values[name]) + 1}" if values.get(name) in said else "typed"
            chosen.append(f"{name}: {place}")
    return chosen


def undecided(fields: Mapping[str, Field], picked: Collection[str]) -> str:
    """The first field on which the paper says two things and nobody has chosen, or ""."""
    return next((name for name, seen in fields.items() if seen.rivals and name not in picked), "")


def fault(name: str, value: str, *, read_as: str) -> str:
    """Why this value of a field cannot be right (a message id), or "".

    An identifier is checked whoever wrote it (GB 11643, GB 32100); a day or an amount only where the person
    changed what was `read_as`: a paper may say "end of May".
    """
    if name in _IDENTIFIERS:
        fits, why = _IDENTIFIERS[name]
        return "" if fits("".join(value.split()).upper()) else why
    if name in _WRITTEN and value != read_as:
        fits, why = _WRITTEN[name]
        return "" if fits(value) else why
    return ""


def _is_day(value: str) -> bool:
    day = value.replace("T", " ").split(" ", maxsplit=1)[0]
    return value == LONG_TERM or parse_day(day) is not None


_Check = tuple[Callable[[str], bool], str]
_IDENTIFIERS: Final[Mapping[str, _Check]] = {
    **dict.fromkeys(
        ("id_number", "plaintiff_id", "defendant_id", "principal_id", "lender_id"),
        (lambda value: id_number(value) is not None, _BAD_NUMBER),
    ),
    "credit_code": (is_credit_code, _BAD_CODE),
}
_WRITTEN: Final[Mapping[str, _Check]] = {
    **dict.fromkeys(
        ("birth", "valid_from", "valid_to", "established", "date", "due", "datetime"), (_is_day, _BAD_DAY)
    ),
    "amount": (lambda value: read(value) is not None, _BAD_AMOUNT),
}


def between_sides(card: Mapping[str, str]) -> tuple[str, ...]:
    """What front and back of an identity card say that cannot both be right (message ids)."""
    try:
        birth, begins = date.fromisoformat(card["birth"]), date.fromisoformat(card["valid_from"])
        ends = None if card["valid_to"] == LONG_TERM else date.fromisoformat(card["valid_to"])
    except ValueError:
        return ()  # what cannot be a day is told on its own
    return () if sides_agree(birth, begins, ends) else (PERIOD_AND_AGE,)


def _box(seen: Mapping[str, Any]) -> Box | None:
    if not seen["box"]:
        return None
    first, second, third, fourth = ((float(x), float(y)) for x, y in seen["box"])
    return first, second, third, fourth
