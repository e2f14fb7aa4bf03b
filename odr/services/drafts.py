"""The guided filing: begun, answered question by question, looked over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from filing import draft as drafting
from filing.causes import CAUSES
from filing.checklist import Item, checklist
from filing.conditions import Gate, four_conditions
from filing.draft import Disagreement, Draft, Given, Missing, Source
from filing.forms import pages
from filing.jurisdiction import FilingPoint, competence
from filing.materials import GUARDIANSHIP
from filing.questions import NO, YES, Answer, Question, Section
from filing.recommend import Way
from filing.sentences import Sentence
from odr.db.agents import Agent
from odr.db.drafts import Draft as DraftRow
from odr.db.filings import (
    editable_draft,
    handed_in,
    is_agent,
    is_verified,
    known_draft,
    side_of,
    verified_card,
)
from odr.db.uow import Database, Tx
from odr.domain import identity, readings, statements
from odr.domain.accounts import Actor
from odr.domain.agents import MATERIAL, Acts
from odr.domain.drafts import MACHINE, Action, FilingFacts
from odr.domain.permissions import signed_in
from odr.domain.prefills import ACTS, CARD_ANSWERS, acting, network_unproved
from odr.domain.steps import Role, Subject, advance
from odr.errors import BadInput, NotAllowed, NotFound
from odr.ports.clock import Clock

LONGEST_ANSWER = 5000  # characters; a complaint's facts seldom fill two pages


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One page. `given` holds what each source said; `suggested` is offered, but counts only once saved.

    `places`: where a source says it, as the number of a reading and its field; 0 is the person's own card.
    """

    case_id: UUID
    section: Section
    question: Question
    value: str
    suggested: str
    given: tuple[Given, ...]
    places: Mapping[Source, tuple[int, str]]
    differs: bool
    number: int
    count: int
    previous: str | None
    saved_at: datetime | None
    unproved: bool  # the network identity was chosen here, but not used yet


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section of the task list. `entry` is the question to go on with."""

    section: Section
    answered: int
    needed: int
    entry: str
    rows: tuple[tuple[Question, Given | None], ...]


@dataclass(frozen=True, slots=True)
class DraftView:
    """The whole draft: the task list and the page that shows all answers."""

    case_id: UUID
    cause: Sentence | None
    sections: tuple[SectionView, ...]
    missing: tuple[Missing, ...]
    papers: tuple[Item, ...]
    evidence: int
    disagreements: tuple[Disagreement, ...]
    to_check: tuple[str, ...]
    answered: int
    needed: int
    identity: str | None
    readings: int
    urgent: bool
    conditions: tuple[Gate, ...]
    points: tuple[FilingPoint, ...]
    notice_read_at: datetime | None
    saved_at: datetime | None
    acts: Acts
    authorised: bool  # the paper of the agent, or the proof of the guardian, is there
    received_at: datetime | None  # of an urgent filing that is to be completed
    complete_by: date | None
    spoken: str  # state of the oral complaint, "" if nothing was told

    @property
    def papers_missing(self) -> tuple[Item, ...]:
        return tuple(item for item in self.papers if item.material.required and not item.here)

    @property
    def complete(self) -> bool:
        return not self.missing and not self.papers_missing


class DraftService:
    """`points` are the doors of this court."""

    def __init__(self, db: Database, clock: Clock, points: tuple[FilingPoint, ...] = ()) -> None:
        self._db = db
        self._clock = clock
        self._points = points

    async def start(
        self, actor: Actor, triage: Mapping[str, str], way: str = "", *, acts: Acts = Acts.SELF
    ) -> UUID:
        """Open a case with a draft; what the triage asked and the filing asks too is answered already.

        `acts`: an agent's power of attorney or a guardian's proof follows.
        """
        owner, now = signed_in(actor), self._clock.now()
        asked = {question.id for _, question in pages(triage)}
        draft = Draft()
        for question_id, value in triage.items():
            draft = draft.typed(question_id, value) if question_id in asked else draft
        role = Role.AGENT if acts is Acts.AGENT else Role.APPLICANT
        draft = acting(draft, acts)
        async with self._db.begin() as tx:
            case = tx.cases.open(owner, now, role=role)
            await tx.flush()
            if acts is Acts.AGENT:
                tx.agents.add(Agent(case_id=case.id, side="A", account_id=owner, created_at=now))
            tx.drafts.add(
                case.id,
                now,
                answers=drafting.dump(draft),
                triage=dict(triage),
                chosen_way=way if way in list(Way) else "",
            )
            subject = Subject(case.id, case.id, None, FilingFacts())
            await tx.record(actor, advance(MACHINE, subject, Action.START, role, now=now))
        return case.id

    async def question(self, actor: Actor, case_id: UUID, question_id: str) -> QuestionView:
        """One page; NotFound for a question that these answers do not lead to."""
        async with self._db.read() as tx:
            row = await editable_draft(tx, actor, case_id)
            draft = await known_draft(tx, row, signed_in(actor))
            phone = (await tx.accounts.get(signed_in(actor))).phone
            mine = "agent_phone" if await is_agent(tx, case_id, signed_in(actor)) else "plaintiff_phone"
            saved_at, way = row.saved_at, row.chosen_way
            places = await _places(tx, row, signed_in(actor), question_id)
            unproved = await _unproved(tx, row, signed_in(actor))
        asked = list(pages(draft.answers))
        ids = [question.id for _, question in asked]
        if question_id not in ids:
            raise NotFound
        place = ids.index(question_id)
        section, question = asked[place]
        return QuestionView(
            case_id,
            section,
            question,
            draft.answers.get(question_id, ""),
            _suggested(question_id, phone=phone if question_id in (mine, "service_phone") else "", way=way),
            tuple(draft.given.get(question_id, ())),
            places,
            any(one.question == question_id and not one.settled for one in drafting.disagreements(draft)),
            place + 1,
            len(asked),
            ids[place - 1] if place else None,
            saved_at,
            unproved and question_id == "plaintiff_paper",
        )

    async def save(
        self, actor: Actor, case_id: UUID, question_id: str, value: str, picked: str = ""
    ) -> datetime:
        """Keep what the person wrote, right or not yet right; when it was saved.

        `picked` is the source (filing.draft.Source) whose value the person took instead of writing one.
        """
        if len(value) > LONGEST_ANSWER:
            raise BadInput("This answer is too long. Please shorten it.", field="value")
        now = self._clock.now()
        async with self._db.begin() as tx:
            row = await editable_draft(tx, actor, case_id, lock=True)
            known = await known_draft(tx, row, signed_in(actor))
            if question_id not in {question.id for _, question in pages(known.answers)}:
                raise NotFound
            given = known.given.get(question_id, ())
            if picked:
                value = next((one.value for one in given if one.source == picked), value)
            row.answers = drafting.dump(drafting.load(row.answers).typed(question_id, value))
            row.saved_at = now
            tx.audit.add(
                actor,
                "draft.answer",
                "draft",
                case_id,
                at=now,
                case_id=case_id,
                question=question_id,
                sources=sorted(one.source for one in given if one.source is not Source.TYPED),
                taken_from=next((one.source.value for one in given if one.value == value), "typed"),
            )
        return now

    async def following(self, actor: Actor, case_id: UUID, question_id: str) -> str | None:
        """The question after this one, as the answers stand; None at the end."""
        async with self._db.read() as tx:
            draft = await known_draft(tx, await editable_draft(tx, actor, case_id), signed_in(actor))
        found = drafting.next_question(draft.answers, question_id)
        return found.id if found else None

    async def set_urgent(self, actor: Actor, case_id: UUID, *, urgent: bool) -> None:
        """Choose the express way, which asks only for what keeps the right to sue (S-068), or leave it."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            row = await editable_draft(tx, actor, case_id, lock=True)
            if row.submission:
                raise NotAllowed("The court has received this filing already; please complete it.")
            row.urgent = urgent
            tx.audit.add(actor, "draft.urgent", "draft", case_id, at=now, case_id=case_id, urgent=urgent)

    async def overview(self, actor: Actor, case_id: UUID) -> DraftView:
        async with self._db.read() as tx:
            row = await editable_draft(tx, actor, case_id)
            draft = await known_draft(tx, row, signed_in(actor))
            state = await tx.states.get(identity.MACHINE.name, signed_in(actor))
            uploaded, case = await tx.evidence.of_side(case_id, "A"), await tx.cases.get(case_id)
            papers = await handed_in(tx, case_id, signed_in(actor))
            answers = draft.answers
            acts = ACTS[await side_of(tx, row, signed_in(actor))]
            progress = drafting.progress(answers)
            cause = CAUSES.get(answers.get("cause", ""))
            return DraftView(
                case_id,
                cause.name if cause else None,
                _sections(draft),
                drafting.missing(answers, urgent=row.urgent),
                () if row.urgent else checklist(answers, papers),
                len(uploaded),
                tuple(one for one in drafting.disagreements(draft) if not one.settled),
                drafting.to_check(draft),
                progress.answered,
                progress.needed,
                state,
                len(row.readings),
                row.urgent,
                four_conditions(answers, self._points),
                competence(self._points, answers).points,
                row.notice_read_at,
                row.saved_at,
                acts,
                {Acts.AGENT: MATERIAL, Acts.GUARDIAN: GUARDIANSHIP.id}.get(acts) in papers,
                case.first_submitted_at if case else None,
                await tx.clocks.due(case_id, ("completion",)),
                await tx.states.get(statements.MACHINE.name, case_id) or "",
            )


async def _places(tx: Tx, row: DraftRow, account_id: UUID, question_id: str) -> dict[Source, tuple[int, str]]:
    """Where each source of an answer can be looked at."""
    found = readings.places(row.readings, question_id)
    field = CARD_ANSWERS.get(question_id)
    if field and Source.CARD not in found and await is_verified(tx, account_id):
        card = await tx.identities.get(account_id)
        seen = (card.front_reading or {}).get("fields", {}).get(field) if card else None
        if seen and seen["box"]:
            found[Source.CARD] = (0, field)
    return found


async def _unproved(tx: Tx, row: DraftRow, account_id: UUID) -> bool:
    side = await side_of(tx, row, account_id)
    return network_unproved(drafting.load(row.answers), await verified_card(tx, account_id), side)


def _suggested(question_id: str, *, phone: str, way: str) -> str:
    """What is offered, and counts only once it is saved: the own number, the way chosen before."""
    if question_id == "pre_mediation" and way:
        return YES if way == Way.MEDIATE else NO
    return phone


def _sections(draft: Draft) -> tuple[SectionView, ...]:
    answers = draft.answers
    counts = {name: (done, needed) for name, done, needed in drafting.progress(answers).sections}
    lacking = [lack.question.id for lack in drafting.missing(answers)]
    found: dict[str, tuple[Section, list[Question]]] = {}
    for section, question in pages(answers):
        found.setdefault(section.id, (section, []))[1].append(question)
    return tuple(
        SectionView(
            section,
            *counts[section.id],
            next((q.id for q in asked if q.id in lacking), asked[0].id),
            tuple((q, draft.chosen(q.id)) for q in asked),
        )
        for section, asked in found.values()
    )


def problem(question: Question, value: str) -> str:
    """Why `value` is no answer yet (a message id), or nothing."""
    if not value.strip():
        return "This is still needed." if question.required else ""
    if drafting.valid(question, value):
        return ""
    return _PROBLEMS.get(question.kind, "Please choose one of the answers.")


UNPROVED = (  # message
    "The network identity has not been used here by the plaintiff. Please use it first, "
    "on the page “Prove who you are”, or choose another paper."
)
_PROBLEMS = {  # messages
    Answer.MONEY: "Please enter an amount in yuan, for example 50000 or 50000.50.",
    Answer.DATE: "Please enter a date, for example 2026-01-30.",
    Answer.ID_NUMBER: "This number cannot be right. Please compare it with the card.",
    Answer.CREDIT_CODE: "This code cannot be right. Please compare it with the licence.",
}
