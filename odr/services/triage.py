"""The first look at a dispute, for somebody without a name: nothing is kept here."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from filing.amounts import read
from filing.draft import valid
from filing.fees import Court
from filing.jurisdiction import FilingPoint
from filing.questions import Answers, Question
from filing.recommend import Dispute
from filing.triage import Triage, questions, triage
from odr.errors import BadInput, NotFound
from odr.ports.clock import Clock

_CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class TriagePage:
    """One question; `previous` is None on the first page, `number` counts from 1."""

    question: Question
    value: str
    number: int
    count: int
    previous: str | None


@dataclass(frozen=True, slots=True)
class TriageResult:
    """What the page shows, and the answers it rests on, each with its question."""

    triage: Triage
    amount_fen: int | None
    answered: tuple[tuple[Question, str], ...]


class TriageService:
    """`court` decides which local rules of the fee schedule apply; `points` are the court's doors."""

    def __init__(
        self, clock: Clock, court: Court = Court.NATIONAL, points: tuple[FilingPoint, ...] = ()
    ) -> None:
        self._clock = clock
        self._court = court
        self._points = points

    def page(self, answers: Answers, question_id: str = "") -> TriagePage:
        """The page of this question, or the first one; NotFound for a question that is not asked."""
        asked = questions(answers)
        ids = [question.id for question in asked]
        if question_id and question_id not in ids:
            raise NotFound
        place = ids.index(question_id) if question_id else 0
        found = asked[place]
        previous = ids[place - 1] if place else None
        return TriagePage(found, answers.get(found.id, ""), place + 1, len(asked), previous)

    def answer(self, answers: Answers, question_id: str, value: str) -> tuple[dict[str, str], str | None]:
        """The answers with this one, and the next question (None: the result). BadInput if it cannot be one.

        An empty answer is taken back, where the question may be left out.
        """
        page = self.page(answers, question_id)
        given = {name: kept for name, kept in answers.items() if name != question_id}
        if value and not valid(page.question, value):
            raise BadInput(_wrong(page.question), field="value")
        if value:
            given[question_id] = value
        elif page.question.required:
            raise BadInput("Please choose or enter an answer.", field="value")
        ids = [question.id for question in questions(given)]
        place = ids.index(question_id) + 1
        return given, ids[place] if place < len(ids) else None

    def kept(self, answers: Answers) -> dict[str, str]:
        """Of what a browser brought back, only what answers a question of ours."""
        kept = {str(name): str(value) for name, value in answers.items()}
        return {q.id: kept[q.id] for q in questions(kept) if q.id in kept and valid(q, kept[q.id])}

    def result(self, answers: Answers) -> TriageResult:
        """Cost, time, risk and way for these answers; NotFound before it is known what the dispute is."""
        if not answers.get("cause"):
            raise NotFound
        amount_fen = read(answers.get("amount", ""))
        today = self._clock.now().astimezone(_CHINA).date()
        dispute = Dispute(answers["cause"], amount_fen, answers, self._court)
        answered = tuple((q, answers[q.id]) for q in questions(answers) if q.id in answers)
        return TriageResult(triage(dispute, today, self._points), amount_fen, answered)


def _wrong(question: Question) -> str:
    if question.choices:
        return "Please choose one of the answers."
    if question.kind == "money":
        return "Please enter an amount in yuan, for example 50000 or 50000.50."
    return "Please enter a date, for example 2026-01-30."
