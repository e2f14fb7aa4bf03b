"""Three questions after a sitting, and what a mediator may learn of the answers.

Rule 1: nobody has to answer, nor any single question; an answer never reaches the mediator as one person's.
Rule 2: a mediator sees averages over whole groups of N answers, in the order they came: with the next single
        answer nothing changes, so that no difference of two averages is one person's answer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

N: Final = 5  # the fewest answers that are shown together
LEAST, MOST = 1, 5
QUESTIONS: Final = {  # messages
    "understood": "Did you understand what happened and what was asked of you?",
    "fair": "Did the mediator treat you fairly and let you say what mattered?",
    "easy": "How easy was it to take part by video?",
}


@dataclass(frozen=True, slots=True)
class Answers:
    """Of one person for one sitting: 1 (not at all) to 5 (very); None: passed over."""

    understood: int | None = None
    fair: int | None = None
    easy: int | None = None

    @property
    def empty(self) -> bool:
        return all(value is None for value in self.values())

    def values(self) -> tuple[int | None, ...]:
        return (self.understood, self.fair, self.easy)


@dataclass(frozen=True, slots=True)
class Average:
    """Of one question: how many answered it, and the mean to one decimal; None if nobody did."""

    question: str
    count: int
    mean: float | None


def averages(answers: Iterable[Answers]) -> tuple[Average, ...]:
    columns = list(zip(*(one.values() for one in answers), strict=True)) or [() for _ in QUESTIONS]
    return tuple(_average(name, column) for name, column in zip(QUESTIONS, columns, strict=True))


def shown_to_mediator(answers: Sequence[Answers]) -> tuple[Average, ...]:
    """What the mediator sees of his answers, oldest first: the groups of N that are full; () below N."""
    whole = len(answers) // N * N
    return averages(answers[:whole]) if whole else ()


def _average(name: str, column: Iterable[int | None]) -> Average:
    given = [value for value in column if value is not None]
    return Average(name, len(given), round(sum(given) / len(given), 1) if given else None)
