"""The original of a piece of evidence (核对原件): asked for by the side that doubts the copy, and compared.

Rule 1: a request may be taken back; what was compared stands, and may be asked for once more.
Rule 2: who leads the sitting compares: before both sides by camera, or afterwards at the counter or by post.
Rule 3: a comparison with another result than the last says why; both stand beside each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from odr.domain.minutes import TALKS
from odr.domain.sittings import Kind
from odr.domain.steps import PARTIES, Machine, Reason, Role, Step
from odr.errors import BadInput

LONGEST_NOTE: Final = 300
BOTH: Final = frozenset({"A", "B"})
# In whose dossiers it stands: what is asked in a mediation is no judge's business (JS 107).
AUDIENCES: Final[Mapping[Kind, str]] = MappingProxyType({Kind.MEDIATION: TALKS, Kind.CONFIRMATION: "case"})


class State(StrEnum):
    ASKED = "asked"
    TAKEN_BACK = "taken_back"
    COMPARED = "compared"


class Action(StrEnum):
    ASK = "ask"
    TAKE_BACK = "take_back"
    COMPARE = "compare"


class Way(StrEnum):
    CAMERA = "camera"  # shown in the room while both sides look
    COUNTER = "counter"
    POST = "post"


class Result(StrEnum):
    AGREES = "agrees"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What who leads found. `note`: what differs; `present`: who was there, where the room cannot tell."""

    way: Way
    result: Result
    note: str = ""
    present: str = ""


def compared(way: str, result: str, note: str, present: str) -> Comparison:
    """A comparison from a form; BadInput by field."""
    if way not in set(Way):
        raise BadInput("Please choose how the original was compared.", field="way")
    if result not in set(Result):
        raise BadInput("Please choose whether original and copy agree.", field="result")
    if result == Result.DIFFERS and not note.strip():
        raise BadInput("Please write what differs.", field="note")
    if way != Way.CAMERA and not present.strip():
        raise BadInput("Please write who was present.", field="present")
    if max(len(note), len(present)) > LONGEST_NOTE:
        raise BadInput("Please write it shorter.", field="note")
    return Comparison(Way(way), Result(result), note.strip(), present.strip())


@dataclass(frozen=True, slots=True)
class OriginalFacts:
    """`acts`: for which side; `asker`: the side that asked; `owner`: whose piece it is.

    `apart`: who acts is in a place apart; `watching`: the sides in the joint room; `found`: what is written
    down now; `last`: what was found before.
    """

    acts: str = ""
    asker: str = ""
    owner: str = ""
    apart: bool = False
    watching: frozenset[str] = frozenset()
    found: Comparison | None = None
    last: Result | None = None


def _asks(facts: OriginalFacts) -> Reason | None:
    if facts.acts not in BOTH - {facts.owner}:
        return Reason("The original is asked for by the other side.", "OLR 13")
    return None


def _takes_back(facts: OriginalFacts) -> Reason | None:
    if facts.acts != facts.asker:
        return Reason("Only the side that asked for the original takes that back.", "OLR 13")
    return _together(facts)


def _together(facts: OriginalFacts) -> Reason | None:
    if facts.apart:
        return Reason("This is written down when all are together, or outside the sitting.", "OMR 29")
    return None


def _compares(facts: OriginalFacts) -> Reason | None:
    if why := _together(facts):
        return why
    if facts.found is None:
        return Reason("Please choose whether original and copy agree.")
    if facts.found.way is Way.CAMERA and not facts.watching >= BOTH:
        return Reason("By camera an original is compared while both sides are in the joint room.", "OLR 13")
    if facts.last not in (None, facts.found.result) and not facts.found.note:
        return Reason("Another result was written down before. Please write what has changed.")
    return None


_SIDES: Final = PARTIES | {Role.AGENT}
_HOSTS: Final = frozenset({Role.MEDIATOR, Role.CONFIRMING_JUDGE})
_S, _A = State, Action

MACHINE: Final[Machine[OriginalFacts]] = Machine(
    "original",
    (
        Step(None, _A.ASK, _SIDES, _S.ASKED, _asks),
        Step(_S.TAKEN_BACK, _A.ASK, _SIDES, _S.ASKED, _asks),
        Step(_S.COMPARED, _A.ASK, _SIDES, _S.ASKED, _asks),
        Step(_S.ASKED, _A.TAKE_BACK, _SIDES, _S.TAKEN_BACK, _takes_back),
        Step(_S.ASKED, _A.COMPARE, _HOSTS, _S.COMPARED, _compares),
        Step(_S.COMPARED, _A.COMPARE, _HOSTS, _S.COMPARED, _compares),
    ),
    final=frozenset(),  # a side may ask anew as long as the sittings of its kind go on
)
