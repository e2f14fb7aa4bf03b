"""The draft of a filing: who said what, what is still missing, what comes next.

Rule 1: what a person typed is never overwritten by what a machine read.
Rule 2: every source keeps its own value; where two disagree both are shown, none is dropped.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from filing.amounts import read
from filing.dates import parse_day
from filing.forms import pages, questions
from filing.identifiers import id_number, is_credit_code
from filing.lines import SURE, Kind, Reading
from filing.prefill import Side, prefill
from filing.questions import Answer, Answers, Question
from filing.sentences import Sentence, say

# S-068: enough to receive an urgent filing, so that the right to sue is kept (DJ 2, R-04).
MINIMUM = frozenset({"plaintiff", "plaintiff_phone", "defendant", "claims"})


class Source(StrEnum):
    """Where an answer comes from; a later one yields to an earlier one."""

    TYPED = "typed"
    CARD = "card"  # ID card, licence
    COMPLAINT = "complaint"
    AUTHORITY = "authority"  # power of attorney
    IOU = "iou"
    TRANSFER = "transfer"
    CHAT = "chat"


SOURCE_OF: dict[Kind, Source] = {
    Kind.ID_FRONT: Source.CARD,
    Kind.ID_BACK: Source.CARD,
    Kind.LICENCE: Source.CARD,
    Kind.COMPLAINT: Source.COMPLAINT,
    Kind.POA: Source.AUTHORITY,
    Kind.IOU: Source.IOU,
    Kind.TRANSFER: Source.TRANSFER,
    Kind.CHAT: Source.CHAT,
}


@dataclass(frozen=True, slots=True)
class Given:
    """A value from one source. `confirmed`: the person looked at it and said yes."""

    value: str
    source: Source
    confidence: float = 1.0
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Sources that differ about one question. `settled`: the person has said which is right.

    To confirm that a paper was read well says nothing about another paper.
    """

    question: str
    given: tuple[Given, ...]
    settled: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """For each question what each source gave, at most one value a source."""

    given: Mapping[str, tuple[Given, ...]] = field(default_factory=dict)

    def chosen(self, question_id: str) -> Given | None:
        """What counts: typed, else confirmed, else the source that ranks first; None if there is none."""
        return min(self.given.get(question_id, ()), key=_rank, default=None)

    @property
    def answers(self) -> dict[str, str]:
        """The answers as they count now."""
        return {q: best.value for q in self.given if (best := self.chosen(q)) is not None}

    def typed(self, question_id: str, value: str) -> "Draft":
        """The draft after a person typed an answer; an empty one takes the typed answer back."""
        if not value.strip():
            return self._without(question_id, Source.TYPED)
        return self.put(question_id, Given(value.strip(), Source.TYPED, confirmed=True))

    def put(self, question_id: str, given: Given) -> "Draft":
        """The draft with this value as what its source says."""
        others = self._without(question_id, given.source)
        return Draft({**others.given, question_id: (*others.given.get(question_id, ()), given)})

    def withdrawn(self, question_id: str, source: Source) -> "Draft":
        """The draft without what a source said: the person struck it out."""
        return self._without(question_id, source)

    def _without(self, question_id: str, source: Source) -> "Draft":
        kept = tuple(g for g in self.given.get(question_id, ()) if g.source is not source)
        others = {q: given for q, given in self.given.items() if q != question_id}
        return Draft({**others, question_id: kept} if kept else others)


def _rank(given: Given) -> tuple[bool, bool, int]:
    return (given.source is not Source.TYPED, not given.confirmed, list(Source).index(given.source))


def merge(
    draft: Draft, reading: Reading, confirmed: Mapping[str, str] | None = None, side: Side = Side.PLAINTIFF
) -> Draft:
    """The draft with what was read on a paper.

    `confirmed` holds the fields of the reading that the person has looked at, with the value he left in them;
    a corrected value counts as typed. `side` says whose card or licence it is.
    """
    for name, seen in reading.fields.items():
        read_value, left = str(seen.value), (confirmed or {}).get(name)
        for question_id, value in prefill(reading.kind, name, read_value, side):
            given = Given(value, SOURCE_OF[reading.kind], seen.confidence, confirmed=left == read_value)
            draft = draft.put(question_id, given)
        if left is not None and left != read_value:
            for question_id, value in prefill(reading.kind, name, left, side):
                draft = draft.typed(question_id, value)
    return draft


def disagreements(draft: Draft) -> tuple[Disagreement, ...]:
    """The questions on which sources differ, spaces and case aside."""
    return tuple(
        Disagreement(question_id, given, any(g.source is Source.TYPED for g in given))
        for question_id, given in draft.given.items()
        if len({_same(g.value) for g in given}) > 1
    )


def to_check(draft: Draft) -> tuple[str, ...]:
    """The questions whose answer a machine read without being sure, and nobody has confirmed."""
    chosen = ((q, draft.chosen(q)) for q in draft.given)
    return tuple(q for q, best in chosen if best and not best.confirmed and best.confidence < SURE)


def _same(value: str) -> str:
    return "".join(value.split()).casefold()


@dataclass(frozen=True, slots=True)
class Missing:
    """A question that must still be answered, or answered otherwise, and why."""

    question: Question
    reason: Sentence


_NEEDED = say("This is still needed.")
_REASONS: dict[Answer, Sentence] = {
    Answer.MONEY: say("Please enter an amount in yuan, for example 50000 or 50000.50."),
    Answer.DATE: say("Please enter a date, for example 2026-01-30."),
    Answer.ID_NUMBER: say("This number cannot be right. Please compare it with the card."),
    Answer.CREDIT_CODE: say("This code cannot be right. Please compare it with the licence."),
    Answer.CHOICE: say("Please choose one of the answers."),
    Answer.YES_NO: say("Please choose one of the answers."),
}


_CHECKS: dict[Answer, Callable[[str], bool]] = {
    Answer.MONEY: lambda value: read(value) is not None,
    Answer.DATE: lambda value: parse_day(value) is not None,
    Answer.ID_NUMBER: lambda value: id_number(value.upper()) is not None,
    Answer.CREDIT_CODE: lambda value: is_credit_code(value.upper()),
}


def missing(answers: Answers, *, urgent: bool = False) -> tuple[Missing, ...]:
    """What R-02 and R-03 still need before submission; `urgent`: only what an urgent filing needs (S-068)."""
    found: list[Missing] = []
    for question in questions(answers):
        if urgent and question.id not in MINIMUM:
            continue
        if not question.answered(answers):
            if question.required:
                found.append(Missing(question, _NEEDED))
        elif not valid(question, answers[question.id]):
            found.append(Missing(question, _REASONS[question.kind]))
    return tuple(found)


def valid(question: Question, value: str) -> bool:
    """Can this be an answer to the question? Phone numbers are checked where messages are sent."""
    if question.choices:
        return value in {choice.value for choice in question.choices}
    return _CHECKS.get(question.kind, bool)(value.strip())


def next_question(answers: Answers, after: str | None = None) -> Question | None:
    """The page that follows `after`, or the first one still needed; None at the end."""
    asked = questions(answers)
    if after is None:
        return next((lack.question for lack in missing(answers)), None)
    ids = [question.id for question in asked]
    place = ids.index(after) + 1 if after in ids else 0
    return asked[place] if place < len(asked) else None


def previous_question(answers: Answers, before: str) -> Question | None:
    """The page before this one; None at the beginning."""
    asked = questions(answers)
    ids = [question.id for question in asked]
    place = ids.index(before) if before in ids else 0
    return asked[place - 1] if place else None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a draft is, over what must be answered; `sections` holds (id, answered, needed) each."""

    answered: int
    needed: int
    sections: tuple[tuple[str, int, int], ...]


def progress(answers: Answers) -> Progress:
    """How many of the needed answers are there, section by section."""
    counts: dict[str, tuple[int, int]] = {}
    for section, question in pages(answers):
        done, needed = counts.get(section.id, (0, 0))
        if question.required:
            done, needed = done + question.answered(answers), needed + 1
        counts[section.id] = (done, needed)
    rows = tuple((section, done, needed) for section, (done, needed) in counts.items())
    return Progress(_total(row[1] for row in rows), _total(row[2] for row in rows), rows)


def _total(numbers: Iterable[int]) -> int:
    return sum(numbers)


def dump(draft: Draft) -> dict[str, list[dict[str, str | float | bool]]]:
    """The draft as plain JSON values."""
    return {
        question: [
            {"value": g.value, "source": g.source.value, "confidence": g.confidence, "confirmed": g.confirmed}
            for g in given
        ]
        for question, given in draft.given.items()
    }


def load(stored: Mapping[str, Iterable[Mapping[str, object]]]) -> Draft:
    """The draft that `dump` wrote."""
    return Draft({question: tuple(_given(row) for row in rows) for question, rows in stored.items()})


def _given(row: Mapping[str, object]) -> Given:
    return Given(
        str(row["value"]), Source(str(row["source"])), float(str(row["confidence"])), bool(row["confirmed"])
    )
