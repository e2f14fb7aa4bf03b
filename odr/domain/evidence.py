"""One piece of evidence, and each side's opinion of it (质证).

Rule 1: truth, legality and relevance are answered one by one; a denial says why (JS 104).
Rule 2: what was shown in a caucus stays undisclosed until its owner releases it by name.
Rule 3: in mediation nothing is adopted or rejected; that is the court's alone (OMR 18, JS 107).
Rule 4: the court reads what was filed with it; what a side brought to a talk it reads once that is disclosed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from odr.domain.steps import PARTIES, Machine, Reason, Role, Step, Told
from odr.errors import BadInput

LONGEST_REASON: Final = 500  # characters, of an opinion: it stands on the record
# Papers of the filing that hold identity numbers: for the court, never shown to the other side.
PRIVATE: Final = frozenset({"id_card", "authority", "agent_papers"})


@dataclass(frozen=True, slots=True)
class Piece:
    """`material`: of which paper of the filing it is, "" for none; `in_room`: it was brought to a sitting."""

    side: str
    material: str = ""
    in_room: bool = False
    disclosed: bool = False


def open_to_court(piece: Piece) -> bool:
    """Whether the staff of the case may open it: a filing, a power or a proof of guardianship, or disclosed.

    The other side's answer goes to the mediation; what it keeps to itself there is not the court's.
    """
    filed = not piece.in_room and (piece.side == "A" or bool(piece.material))
    return filed or piece.disclosed


class Quality(StrEnum):
    """The three questions on every piece (三性)."""

    TRUTH = "truth"
    LEGALITY = "legality"
    RELEVANCE = "relevance"


class Answer(StrEnum):
    ADMIT = "admit"
    DENY = "deny"
    ASK_ORIGINAL = "ask_original"  # only of truth (OLR 13)


@dataclass(frozen=True, slots=True)
class Opinion:
    """One side's answers on one piece; `reason` is needed where something is denied or doubted."""

    side: str
    truth: Answer
    legality: Answer
    relevance: Answer
    reason: str = ""

    @property
    def answers(self) -> tuple[tuple[Quality, Answer], ...]:
        return (
            (Quality.TRUTH, self.truth),
            (Quality.LEGALITY, self.legality),
            (Quality.RELEVANCE, self.relevance),
        )

    @property
    def undisputed(self) -> bool:
        return all(answer is Answer.ADMIT for _, answer in self.answers)


def answered(side: str, truth: str, legality: str, relevance: str, reason: str) -> Opinion:
    """An opinion from a form; BadInput where an answer is missing."""
    try:
        return Opinion(side, Answer(truth), Answer(legality), Answer(relevance), reason)
    except ValueError:
        raise BadInput("Please answer all three questions.", field="truth") from None


def checked(opinion: Opinion) -> Opinion:
    """The opinion itself, or BadInput in the person's words."""
    for quality, answer in opinion.answers:
        if answer is Answer.ASK_ORIGINAL and quality is not Quality.TRUTH:
            raise BadInput("The original can be asked for only where the truth is doubted.", article="OLR 13")
    if len(opinion.reason) > LONGEST_REASON:
        raise BadInput("Please write it shorter.", field="reason")
    if not opinion.undisputed and not opinion.reason.strip():
        raise BadInput("Please say in a few words why.", field="reason", article="OLR 13")
    return opinion


def undisputed(opinions: Iterable[Opinion], sides: frozenset[str] = frozenset("AB")) -> bool:
    """Whether every side has answered and admits all three: it may be recorded as undisputed (EV 57)."""
    found = list(opinions)
    return {one.side for one in found} >= sides and all(one.undisputed for one in found)


# How long the host may leave for opinions outside the room.
OPINION_TIMES: Final[Mapping[str, timedelta]] = MappingProxyType(
    {"10m": timedelta(minutes=10), "1d": timedelta(days=1), "3d": timedelta(days=3)}
)
UNIT: Final = 10_000  # a page is so many units wide and high: the same spot on a phone and a desk
MOST_POINTS: Final = 200  # of a stroke
MOST_MARKS: Final = 200  # on a piece in one place


def opinion_time(name: str) -> timedelta:
    if name not in OPINION_TIMES:
        raise BadInput("Please choose how much time there is.", field="time")
    return OPINION_TIMES[name]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a page, in units from its left and its top."""

    x: int
    y: int

    def __post_init__(self) -> None:
        if not (0 <= self.x <= UNIT and 0 <= self.y <= UNIT):
            raise BadInput


@dataclass(frozen=True, slots=True)
class View:
    """The part of a page that is shown: percent of the width of the screen, and the spot in its middle."""

    zoom: int = 100
    x: int = UNIT // 2
    y: int = 0

    def __post_init__(self) -> None:
        Spot(self.x, self.y)
        if not 100 <= self.zoom <= 400:
            raise BadInput


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line drawn on a page."""

    page: int
    spots: Sequence[Spot]

    def __post_init__(self) -> None:
        if not 2 <= len(self.spots) <= MOST_POINTS:
            raise BadInput


class State(StrEnum):
    UPLOADED = "uploaded"
    SCANNED = "scanned"
    UNUSABLE = "unusable"
    RECEIPTED = "receipted"
    DISCLOSED = "disclosed"
    UNDER_EXAM = "under_exam"
    EXAMINED = "examined"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    UPLOAD = "upload"
    CLEAR_SCAN = "clear_scan"
    FAIL_SCAN = "fail_scan"
    RECEIPT = "receipt"
    DISCLOSE = "disclose"
    EXAMINE = "examine"
    GIVE_OPINION = "give_opinion"
    CLOSE_EXAM = "close_exam"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class EvidenceFacts:
    """`owner` and `acts` are sides; `answered` the sides with an opinion; `asked`: the original is wanted
    and not compared (`odr.domain.originals`).
    """

    owner: str = ""
    acts: str = ""
    late: bool = False
    late_reason: str = ""
    answered: frozenset[str] = frozenset()
    asked: bool = False


def _in_time(facts: EvidenceFacts) -> Reason | None:
    if facts.late and not facts.late_reason.strip():
        return Reason("The time for evidence is over; please say why it comes late.", "JS 101")
    return None


def _owner(facts: EvidenceFacts) -> Reason | None:
    if facts.acts != facts.owner:
        return Reason("Only the side that brought this evidence may do this.", "OMR 18")
    return None


def _other_answered(facts: EvidenceFacts) -> Reason | None:
    if not facts.answered - {facts.owner}:
        return Reason("The other side has not given an opinion yet.", "JS 103")
    return Reason("The original has been asked for and not compared yet.", "OLR 13") if facts.asked else None


_PARTY: Final = PARTIES | {Role.AGENT}
_CLOCK: Final = frozenset({Role.CLOCK})
_HOST: Final = frozenset({Role.MEDIATOR, Role.CONFIRMING_JUDGE, Role.TRIAL_JUDGE})
_S, _A = State, Action

# Who is told of a disclosure, or asked for an opinion, depends on whose the piece is: services tell that.
MACHINE: Final[Machine[EvidenceFacts]] = Machine(
    "evidence",
    (
        Step(None, _A.UPLOAD, _PARTY, _S.UPLOADED, _in_time),
        Step(_S.UPLOADED, _A.CLEAR_SCAN, _CLOCK, _S.SCANNED),
        Step(_S.UPLOADED, _A.FAIL_SCAN, _CLOCK, _S.UNUSABLE, notices=("evidence_unusable",)),
        Step(_S.SCANNED, _A.RECEIPT, _CLOCK, _S.RECEIPTED),
        Step(_S.RECEIPTED, _A.DISCLOSE, _PARTY, _S.DISCLOSED, _owner),
        Step(_S.DISCLOSED, _A.EXAMINE, _HOST, _S.UNDER_EXAM),
        Step(_S.UNDER_EXAM, _A.GIVE_OPINION, _PARTY, _S.UNDER_EXAM),
        Step(_S.UNDER_EXAM, _A.CLOSE_EXAM, _HOST, _S.EXAMINED, _other_answered),
        *(
            Step(state, _A.WITHDRAW, _PARTY, _S.WITHDRAWN, _owner)
            for state in (_S.UPLOADED, _S.SCANNED, _S.RECEIPTED, _S.DISCLOSED)
        ),
    ),
    final=frozenset({_S.EXAMINED, _S.UNUSABLE, _S.WITHDRAWN}),
    told=Told.CASE,
)
