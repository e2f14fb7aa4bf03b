"""Those beside a person at their device (陪同人): named to everybody, without account or seat.

Rule 1: a companion does not speak as party: what is said, written or signed at a seat is its person's.
Rule 2: several people in one court room before one camera are companions of whoever signed in there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from odr.errors import BadInput

MOST: Final = 6
_MOST_NAME: Final = 40  # characters


class Relation(StrEnum):
    FAMILY = "family"
    HELPER = "helper"  # 协助人 of an elderly or disabled person
    COLLEAGUE = "colleague"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Companion:
    name: str
    relation: Relation


def companions(names: Sequence[str], relations: Sequence[str]) -> tuple[Companion, ...]:
    """As entered, line by line; lines without a name fall away. BadInput for what cannot be."""
    found = [
        Companion(name.strip(), _relation(relation))
        for name, relation in zip(names, relations, strict=False)
        if name.strip()
    ]
    if len(found) > MOST:
        raise BadInput("At most six people can be named beside you.", field="beside")
    if any(len(one.name) > _MOST_NAME for one in found):
        raise BadInput("Please give the name alone.", field="beside")
    return tuple(found)


def _relation(relation: str) -> Relation:
    if relation not in set(Relation):
        raise BadInput("Please choose what this person is to you.", field="beside")
    return Relation(relation)
