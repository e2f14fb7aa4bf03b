"""One byte form for each record that is hashed or signed.

Rule 1: equal records give equal bytes: keys sorted, no spaces, UTF-8, no floating point (RFC 8785 in spirit).
Rule 2: bytes that are not in this form are refused, so a record has one form and one hash.
"""

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from odr.errors import BadInput

Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"


def canonical(record: Json) -> bytes:
    """The canonical JSON of `record`; BadInput when it holds a float, bytes or a key that is not text."""
    _refuse_floats(record)
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def parse_canonical(raw: bytes) -> Json:
    """The record whose canonical form is exactly `raw`; BadInput for any other spelling of it."""
    try:
        record: Json = json.loads(raw)
        same = canonical(record) == raw
    except (ValueError, RecursionError) as error:
        raise BadInput("This record is damaged.") from error
    if not same:
        raise BadInput("This record is damaged.")
    return record


def _refuse_floats(value: object) -> None:
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise BadInput("This record is damaged.")
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)
    elif not isinstance(value, str | int | None):
        raise BadInput("This record is damaged.")
