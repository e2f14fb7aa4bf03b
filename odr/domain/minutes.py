"""The minutes (笔录) of a mediation after its sitting: checked, corrected, settled, signed (OMR 22).

Rule 1: who says nothing in time has said nothing: that is written down as silence, never as a signature.
Rule 2: a correction changes the text only if the one who led the sitting accepts it; others stay attached.
Rule 3: a fact is undisputed only while each side has said so; one side is not enough (TY 22).
Rule 4: what was said is for both sides and the mediator; a court reads the undisputed facts alone
        (OMR 18, JS 107).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

from odr.domain.papers import PaperOrder
from odr.domain.steps import Machine, Reason, Role, Step

LONGEST_TEXT: Final = 2000  # characters of a line, a correction, or a fact
TALKS: Final = "talks"  # the audience of what was said: both sides and the mediator, nobody of a court
BOTH: Final = frozenset("AB")


class State(StrEnum):
    CHECKING = "checking"  # the parties read, correct, or say that it is right
    ANSWERING = "answering"  # the time is over; a correction still waits for its answer
    SETTLED = "settled"  # no answer came in time: the text stands as written, the corrections are attached
    SIGNING = "signing"
    UNSIGNED = "unsigned"  # the time to sign is over; a signature still counts, silence does not
    SIGNED = "signed"  # by everybody who has not declined


class Action(StrEnum):
    SHOW = "show"
    FINISH = "finish"  # everybody has said that it is right
    LAPSE = "lapse"
    LAPSE_ANSWERS = "lapse_answers"
    OFFER = "offer"
    LAPSE_SIGNATURES = "lapse_signatures"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class MinutesFacts:
    """`unheard`: people who are to check and have not said it is right; `open`: unanswered corrections."""

    unheard: int = 0
    open: int = 0


def _all_right(facts: MinutesFacts) -> Reason | None:
    if facts.unheard or facts.open:
        return Reason("Not everybody has said yet that the minutes are right.", "OMR 22")
    return None


def _answered(facts: MinutesFacts) -> Reason | None:
    if facts.open:
        return Reason("Every correction gets an answer before the minutes are signed.", "MSF 150")
    return None


_CLOCK: Final = frozenset({Role.CLOCK})
_S, _A = State, Action

MACHINE: Final[Machine[MinutesFacts]] = Machine(
    "minutes",
    (
        Step(None, _A.SHOW, _CLOCK, _S.CHECKING, starts=("minutes",), notices=("minutes_to_check",)),
        Step(_S.CHECKING, _A.FINISH, _CLOCK, _S.ANSWERING, _all_right, stops=("minutes",)),
        Step(_S.CHECKING, _A.LAPSE, _CLOCK, _S.ANSWERING, starts=("minutes_answer",)),
        Step(_S.ANSWERING, _A.LAPSE_ANSWERS, _CLOCK, _S.SETTLED),
        Step(
            _S.ANSWERING,
            _A.OFFER,
            _CLOCK,
            _S.SIGNING,
            _answered,
            starts=("minutes_sign",),
            stops=("minutes_answer",),
            documents=("minutes",),
            notices=("minutes_to_sign",),
        ),
        Step(
            _S.SETTLED,
            _A.OFFER,
            _CLOCK,
            _S.SIGNING,
            starts=("minutes_sign",),
            documents=("minutes",),
            notices=("minutes_to_sign",),
        ),
        Step(_S.SIGNING, _A.LAPSE_SIGNATURES, _CLOCK, _S.UNSIGNED, notices=("minutes_unsigned",)),
        *(
            Step(state, _A.COMPLETE, _CLOCK, _S.SIGNED, stops=("minutes_sign",), notices=("minutes_signed",))
            for state in (_S.SIGNING, _S.UNSIGNED)
        ),
    ),
    final=frozenset({_S.SIGNED}),
)
FOR_SIGNING: Final = frozenset({State.SIGNING, State.UNSIGNED})


class Verdict(StrEnum):
    """What became of a correction."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNANSWERED = "unanswered"  # attached like a refused one


class Word(StrEnum):
    """What a person has said of the minutes."""

    NOTHING_YET = "nothing_yet"
    RIGHT = "right"
    RIGHT_BEFORE = "right_before"  # of the text as it was before the mediator took a correction over
    CORRECTS = "corrects"
    SILENT = "silent"  # the time is over and nothing came


class Mark(StrEnum):
    SAME = "same"
    OUT = "out"
    IN = "in"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a text compared with another."""

    mark: Mark
    text: str


_WORDS: Final = re.compile(  # a number is one word, in figures or in characters, as is any other character
    r"\d+(?:[.,]\d+)*|[〇零一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟]+|[A-Za-z]+|\s+|.",
    re.DOTALL,
)


def differences(old: str, new: str) -> tuple[Piece, ...]:
    """What of `old` stays, goes, and comes, in reading order; numbers change as wholes."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    found: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece(Mark.SAME, "".join(before[a:b])))
            continue
        parts = (Piece(Mark.OUT, "".join(before[a:b])), Piece(Mark.IN, "".join(after[c:d])))
        found.extend(part for part in parts if part.text)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the minutes as it is printed; `at` in words."""

    at: str
    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody wants otherwise. `old` is "" where something is to be added."""

    by: str
    old: str
    new: str
    verdict: Verdict
    reason: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """Who was to check the minutes and what they said; `at` in words, "" if nothing came."""

    name: str
    word: Word
    at: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """The minutes as they are settled."""

    lines: tuple[Line, ...]
    undisputed: tuple[str, ...]
    checked: tuple[Checked, ...] = ()
    corrections: tuple[Correction, ...] = ()


def undisputed(answers: Mapping[str, bool]) -> bool:
    """Whether a fact is: `answers` by side; a side that has not answered has not agreed."""
    return all(answers.get(side, False) for side in BOTH)


def standing(*, right: bool, corrected: bool, over: bool, changed: bool = False) -> Word:
    """What a person has said: the last of a correction and "it is right" counts; `changed` after that."""
    if right:
        return Word.RIGHT_BEFORE if changed else Word.RIGHT
    if corrected:
        return Word.CORRECTS
    return Word.SILENT if over else Word.NOTHING_YET


_SAID: Final[Mapping[Word, str]] = {
    Word.RIGHT: "于%s核对，确认记录无误。",
    Word.RIGHT_BEFORE: "于%s核对，确认当时的记录无误；此后记录按采纳的更正意见作了改动。",
    Word.CORRECTS: "于%s提出更正意见。",
    Word.SILENT: "在核对期限内未作表示（不视为签名或者同意）。",
    Word.NOTHING_YET: "在核对期限内未作表示（不视为签名或者同意）。",
}
_VERDICTS: Final[Mapping[Verdict, str]] = {
    Verdict.REFUSED: "未采纳",
    Verdict.UNANSWERED: "主持人未答复",
    Verdict.OPEN: "主持人未答复",
}


def printed(text: Text) -> dict[str, object]:
    """The parts of the paper that the text fills: entries, undisputed, checks, corrections."""
    return {
        "entries": [{"at": one.at, "speaker": one.speaker, "text": one.text} for one in text.lines],
        "undisputed": list(text.undisputed),
        "checks": list(_checks(text.checked)),
        "corrections": [_attached(one) for one in text.corrections if one.verdict in _VERDICTS],
    }


def extract(frame: Mapping[str, object], facts: Iterable[str], signed: Iterable[str]) -> PaperOrder | None:
    """What a court may read of the minutes: the facts that both sides signed as undisputed; None without any.

    `frame`: the paper's other fields; `signed`: who signed the minutes and when, in words.
    """
    listed = list(facts)
    if not listed:
        return None
    return PaperOrder("undisputed_facts", {**frame, "facts": listed, "signed": list(signed)}, "case")


def _checks(checked: Iterable[Checked]) -> Iterator[str]:
    for one in checked:
        said = _SAID[one.word]
        yield f"{one.name}{said % one.at if '%s' in said else said}"


def _attached(one: Correction) -> dict[str, str]:
    return {
        "by": one.by,
        "old": one.old or "（增加）",
        "new": one.new or "（删去）",
        "reason": one.reason or "未说明",
        "answer": f"{_VERDICTS[one.verdict]}{'：' + one.answer if one.answer else ''}",
    }
