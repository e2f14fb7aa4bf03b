"""The oral complaint (口头起诉): told, written down by the court, read back, confirmed (MSF 123, JS 265).

Rule 1: what staff wrote down counts only once the person has heard or read it and said that it is right.
"""

from enum import StrEnum
from typing import Final

from odr.domain.drafts import FILERS
from odr.domain.steps import Machine, Role, Step, Told
from odr.errors import BadInput

LONGEST_VOICE: Final = 20 * 2**20  # bytes: well over an hour as phones record speech
LONGEST_TEXT: Final = 5000  # characters, as a typed answer


class State(StrEnum):
    ASKED = "asked"
    WRITTEN = "written"
    CONFIRMED = "confirmed"


class Action(StrEnum):
    ASK = "ask"
    WRITE = "write"
    OBJECT = "object"
    CONFIRM = "confirm"


class Way(StrEnum):
    """How the person tells it: into this device, on the telephone, or at the counter."""

    VOICE = "voice"
    PHONE = "phone"
    COUNTER = "counter"


RECORDERS: Final = (Role.COORDINATOR, Role.FILING_JUDGE)
_S, _A, _STAFF = State, Action, frozenset(RECORDERS)

MACHINE: Final[Machine[None]] = Machine(
    "statement",
    (
        Step(None, _A.ASK, FILERS, _S.ASKED),
        Step(_S.ASKED, _A.ASK, FILERS, _S.ASKED),
        Step(_S.WRITTEN, _A.ASK, FILERS, _S.ASKED),
        Step(_S.CONFIRMED, _A.ASK, FILERS, _S.ASKED),
        Step(_S.ASKED, _A.WRITE, _STAFF, _S.WRITTEN, notices=("statement_written",)),
        Step(_S.WRITTEN, _A.OBJECT, FILERS, _S.ASKED),
        Step(_S.WRITTEN, _A.CONFIRM, FILERS, _S.CONFIRMED, documents=("oral_statement",)),
    ),
    told=Told.CASE,
)

# How recordings of browsers and phones begin: (bytes, at, content type).
_SOUNDS: Final = (
    (b"\x1aE\xdf\xa3", 0, "audio/webm"),
    (b"OggS", 0, "audio/ogg"),
    (b"ftyp", 4, "audio/mp4"),
    (b"RIFF", 0, "audio/wav"),
    (b"ID3", 0, "audio/mpeg"),
    (b"\xff\xfb", 0, "audio/mpeg"),
    (b"\xff\xf1", 0, "audio/aac"),
    (b"#!AMR", 0, "audio/amr"),
)


def sound_type(body: bytes) -> str:
    """The content type of a recording, by its first bytes; BadInput if it is none that we can play."""
    if len(body) > LONGEST_VOICE:
        raise BadInput(
            "This recording is too long. Please send several, or let our staff call you.", field="voice"
        )
    found = next((kind for mark, at, kind in _SOUNDS if body[at : at + len(mark)] == mark), None)
    if found is None:
        raise BadInput("This is not a sound recording that we can play.", field="voice")
    return found
