"""The end of the guided filing: the notice read, the truth declared, the filing submitted, the receipt.

Rule 1: what was submitted is one canonical record; its SHA-256 stands on the receipt and in the log.
Rule 2: the day of the first submission is written once and never moves (SX 10).
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from filing import draft as drafting
from filing.amounts import read
from filing.causes import CAUSES
from filing.checklist import lacking
from filing.complaint import complaint
from filing.form_parties import COMPANY, WARD
from filing.lines import SURE
from filing.notices import Notice, NoticeId, current
from filing.questions import Answers
from odr.db.authorities import represented
from odr.db.cases import Case
from odr.db.drafts import Draft
from odr.db.evidence import EvidenceItem
from odr.db.filings import age_on, editable_draft, handed_in, is_verified, known_draft
from odr.db.uow import Database, Tx
from odr.domain.accounts import Actor
from odr.domain.agents import Filer, Ward, standing
from odr.domain.calendars import CHINA_CALENDAR
from odr.domain.canonical import Json, canonical
from odr.domain.deadlines import clocks, reckoned
from odr.domain.dossier import Receipt
from odr.domain.drafts import FILERS, MACHINE, Action, FilingFacts, State
from odr.domain.papers import PaperOrder, chinese_date, chinese_moment
from odr.domain.permissions import part, signed_in
from odr.domain.steps import Reason, Role, Subject, advance
from odr.errors import BadInput, Conflict, NotFound
from odr.languages import translate
from odr.ports.clock import Clock

_CHINA: Final = ZoneInfo("Asia/Shanghai")
_REGISTER: Final = "收"  # the kind of number that a reception gets; docketing gives another


@dataclass(frozen=True, slots=True)
class NoticeView:
    notice: Notice
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class SubmitView:
    """What stands between the person and the court; `ready` when nothing does. `helper` is beside him."""

    declaration: Notice
    verified: bool
    notice_read_at: datetime | None
    missing: int
    files: int
    urgent: bool
    standing: Reason | None
    helper: str

    @property
    def ready(self) -> bool:
        """Whether nothing stands in the way; an urgent filing may prove the identity afterwards."""
        may_file = self.standing is None and (self.verified or self.urgent)
        return may_file and self.notice_read_at is not None and not self.missing


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """`document_id` is None while the paper is being typeset; `proof` ties the reception to the log.

    `complete_by`: the last day to complete an urgent filing; None once it is complete.
    """

    number: str
    received_at: datetime
    decide_by: date | None
    complete_by: date | None
    submission_sha256: str
    document_id: UUID | None
    proof: Receipt


class SubmissionService:
    """`court_code` stands in filing numbers; `prove` gives the log's receipt of an audit entry."""

    def __init__(
        self, db: Database, clock: Clock, prove: Callable[[UUID], Awaitable[Receipt]], court_code: str
    ) -> None:
        self._db = db
        self._clock = clock
        self._prove = prove
        self._court_code = court_code

    async def notice(self, actor: Actor, case_id: UUID) -> NoticeView:
        """The notice in force, and when this person read it."""
        newest = current(NoticeId.FILING)
        async with self._db.read() as tx:
            row = await editable_draft(tx, actor, case_id)
            return NoticeView(newest, row.notice_read_at if row.notice_version == newest.version else None)

    async def read_notice(self, actor: Actor, case_id: UUID, version: str) -> None:
        """Record that it was read to its end; Conflict if meanwhile another version is in force."""
        newest, now = current(NoticeId.FILING), self._clock.now()
        if version != newest.version:
            raise Conflict("The notice has a new version. Please read it again.")
        async with self._db.begin() as tx:
            row = await editable_draft(tx, actor, case_id, lock=True)
            row.notice_version, row.notice_read_at = version, now
            tx.audit.add(
                actor,
                "draft.read_notice",
                "draft",
                case_id,
                at=now,
                case_id=case_id,
                version=version,
                sha256=newest.sha256(),
            )

    async def show(self, actor: Actor, case_id: UUID) -> SubmitView:
        async with self._db.read() as tx:
            row = await editable_draft(tx, actor, case_id)
            facts = await _facts(tx, row, actor, self._clock.now(), urgent=row.urgent)
            files = await tx.evidence.of_side(case_id, "A")
            return SubmitView(
                current(NoticeId.DECLARATION),
                facts.verified,
                row.notice_read_at if facts.notice_read else None,
                facts.missing,
                len(files),
                row.urgent,
                facts.standing,
                (await known_draft(tx, row, signed_in(actor))).answers.get("helper_name", ""),
            )

    async def submit(self, actor: Actor, case_id: UUID, *, declared: bool) -> None:
        """Submit: number, hash, clocks, receipt and the judge's assignment, in one transaction."""
        if not declared:
            raise BadInput("Please sign the declaration of truth first.", field="declared", article="S-064")
        now = self._clock.now()
        async with self._db.begin() as tx:
            case = await tx.cases.lock(case_id)
            row = await editable_draft(tx, actor, case_id, lock=True)
            if case is None:
                raise NotFound
            who = part(actor, await tx.cases.belonging(case_id))
            row.declared_at = now
            state = await tx.states.lock(MACHINE.name, case_id)
            whole = await _facts(tx, row, actor, now, urgent=False)
            urgent = row.urgent and not (whole.verified and not whole.missing)
            facts = await _facts(tx, row, actor, now, urgent=True) if urgent else whole
            action = Action.SUBMIT_URGENT if urgent else Action.SUBMIT
            change = advance(MACHINE, Subject(case_id, case_id, state, facts), action, who.role, now=now)
            draft = await known_draft(tx, row, signed_in(actor))
            files = await tx.evidence.of_side(case_id, "A")
            case.number = case.number or await self._number(tx, now)
            case.cause, case.amount_fen = (
                draft.answers.get("cause", ""),
                read(draft.answers.get("amount", "")),
            )
            case.first_submitted_at = case.first_submitted_at or now
            row.answers = drafting.dump(draft)
            row.submission = _record(case.number, draft.answers, files, row, now, urgent=urgent)
            row.submission_sha256 = sha256(canonical(row.submission)).hexdigest()
            name = await self._name_parties(tx, actor, case_id, draft.answers, verified=facts.verified)
            entry = tx.audit.add(
                actor,
                "filing.receive",
                "filing",
                case_id,
                at=now,
                case_id=case_id,
                role=who.role.value,
                submission_sha256=row.submission_sha256,
                files=len(files),
                assisted=bool(draft.answers.get("helper_name")),
            )
            row.received_audit_id = entry.id
            await self._tell_represented(tx, actor, case, draft.answers)
            first_at, digest = case.first_submitted_at, row.submission_sha256
            declarant = _declarant(name, draft.answers)
            received = Received(
                case.number, name, declarant, digest, entry.id, first_at, now, urgent, facts.verified
            )
            row.urgent = False  # what follows is asked in full
            await tx.record(actor, change, papers=_papers(received, draft.answers, files))
            if change.target == State.SUBMITTED:
                tx.outbox.add("review.assign", at=now, case_id=str(case_id))
            mine = str(signed_in(actor))
            tx.outbox.add("identity.keep_for_case", at=now, case_id=str(case_id), account_id=mine)

    async def receipt(self, actor: Actor, case_id: UUID) -> ReceiptView:
        """What proves that the court has it; NotFound before the submission."""
        async with self._db.read() as tx:
            if part(actor, await tx.cases.belonging(case_id)).role not in FILERS:
                raise NotFound
            row, case = await tx.drafts.get(case_id), await tx.cases.get(case_id)
            audit_id, digest = row.received_audit_id, row.submission_sha256
            if case is None or audit_id is None or case.first_submitted_at is None:
                raise NotFound
            number, received_at = str(row.submission["number"]), case.first_submitted_at
            paper = await tx.documents.newest(case_id, "receipt")
            document_id = paper.id if paper else None
            decide_by = await tx.clocks.due(case_id, ("R-05", "R-08"))
            complete_by = await tx.clocks.due(case_id, ("completion",))
        proof = await self._prove(audit_id)
        return ReceiptView(number, received_at, decide_by, complete_by, digest, document_id, proof)

    async def record(self, actor: Actor, case_id: UUID) -> bytes:
        """Exactly the bytes whose SHA-256 the receipt states; NotFound before the submission."""
        async with self._db.read() as tx:
            if part(actor, await tx.cases.belonging(case_id)).role not in FILERS:
                raise NotFound
            row = await tx.drafts.get(case_id)
            if not row.submission:
                raise NotFound
            return canonical(row.submission)

    async def _number(self, tx: Tx, now: datetime) -> str:
        year = now.astimezone(_CHINA).year
        order = await tx.cases.next_number(_REGISTER, year)
        return f"({year}){self._court_code}{_REGISTER}{order:05}号"

    async def _tell_represented(self, tx: Tx, actor: Actor, case: Case, answers: Answers) -> None:
        """Let the party for whom an agent files know, and find the case under its own number."""
        agent = await tx.agents.acting(case.id, signed_in(actor))
        if agent is None or agent.principal_phone:
            return
        party = represented(answers)
        agent.principal_phone, agent.principal_id = party.phone, party.id_number
        if party.phone and party.phone != (await tx.accounts.get(signed_in(actor))).phone:
            now, values = self._clock.now(), {"number": case.number or ""}
            tx.outbox.add(
                "sms.send", at=now, to=party.phone, template="filed_for_you", values=values, path="/me"
            )

    async def _name_parties(
        self, tx: Tx, actor: Actor, case_id: UUID, answers: Answers, *, verified: bool
    ) -> str:
        """The participant's name, as verified; the name that stands on the papers, as filed."""
        account_id, plaintiff = signed_in(actor), answers.get("plaintiff", "")
        participant = await tx.cases.participant(case_id, account_id)
        card = await tx.identities.get(account_id) if verified else None
        if participant is not None and card is not None:
            participant.name = card.name
            kind, agent = answers.get("plaintiff_kind"), participant.role == Role.AGENT
            participant.party = plaintiff if agent or kind in (COMPANY, WARD) else ""
            participant.guardian = kind == WARD and not agent
        return plaintiff or (card.name if card else "")


async def _facts(tx: Tx, row: Draft, actor: Actor, now: datetime, *, urgent: bool) -> FilingFacts:
    """The facts that the guard of submitting asks for; `urgent`: what an urgent filing needs."""
    account_id = signed_in(actor)
    draft = await known_draft(tx, row, account_id)
    uploaded = await handed_in(tx, row.case_id, account_id)
    papers = () if urgent else lacking(draft.answers, uploaded)
    return FilingFacts(
        verified=await is_verified(tx, account_id),
        standing=standing(await _filer(tx, row.case_id, account_id, draft.answers, uploaded, now=now)),
        missing=len(drafting.missing(draft.answers, urgent=urgent)) + len(papers),
        notice_read=row.notice_version == current(NoticeId.FILING).version and row.notice_read_at is not None,
        declared=row.declared_at is not None,
    )


async def _filer(
    tx: Tx, case_id: UUID, account_id: UUID, answers: Answers, uploaded: Collection[str], *, now: datetime
) -> Filer:
    """Who submits, and for whom, as card, answers and the power of attorney say."""
    card = await tx.identities.get(account_id) if await is_verified(tx, account_id) else None
    agent = await tx.agents.acting(case_id, account_id)
    seen = agent.reading.get("fields", {}) if agent else {}
    return Filer(
        (await tx.cases.belonging(case_id)).participants[account_id].role,
        card.name if card else "",
        card.id_number if card else "",
        answers.get("plaintiff", ""),
        answers.get("plaintiff_id", ""),
        answers.get("plaintiff_legal_rep", ""),
        answers.get("defendant", ""),
        company=answers.get("plaintiff_kind") == COMPANY,
        age=age_on(answers, now),
        ward=_ward(answers),
        authority="authority" in uploaded,
        agent_read=_surely(seen, "agent"),
        principal_read=_surely(seen, "principal"),
    )


def _ward(answers: Answers) -> Ward | None:
    if answers.get("plaintiff_kind") != WARD:
        return None
    return Ward(answers.get("guardian", ""), answers.get("ward_ground", ""), answers.get("guardian_id", ""))


def _surely(seen: Mapping[str, Any], name: str) -> str:
    """What was read with certainty in this field of the paper; else nothing."""
    found = seen.get(name)
    return str(found["value"]) if found and found["confidence"] >= SURE else ""


def _record(
    number: str,
    answers: Answers,
    files: Sequence[EvidenceItem],
    row: Draft,
    now: datetime,
    *,
    urgent: bool,
) -> dict[str, Json]:
    """What was submitted, as it is hashed; what completes an urgent filing holds that filing's own record."""
    declaration = current(NoticeId.DECLARATION)
    listed: list[Json] = [
        {
            "number": item.number,
            "title": item.title,
            "purpose": item.purpose,
            "pages": item.pages,
            "sha256": item.sha256,
        }
        for item in files
    ]
    earlier: dict[str, Json] = {"completes": row.submission} if row.submission else {}
    return earlier | {
        "number": number,
        "case": str(row.case_id),
        "submitted_at": now.isoformat(),
        "answers": dict(answers),
        "files": listed,
        "urgent": urgent,
        "notice": row.notice_version,
        "declaration": {"version": declaration.version, "sha256": declaration.sha256()},
    }


@dataclass(frozen=True, slots=True)
class Received:
    """A submission as its receipt tells it: `first_at` is the day that counts, `now` that of what came now.

    `act` is the entry of the log that proves the reception.
    """

    number: str
    name: str
    declarant: str  # the party, with its guardian where one acts
    digest: str
    act: UUID
    first_at: datetime
    now: datetime
    urgent: bool
    verified: bool


def _papers(received: Received, answers: Answers, files: Sequence[EvidenceItem]) -> tuple[PaperOrder, ...]:
    cause = CAUSES.get(answers.get("cause", ""))
    printed = cause.chinese[0] if cause else "其他民事纠纷"
    receipt = {
        "number": received.number,
        "party": received.name,
        "received_at": chinese_moment(received.first_at),
        "cause": printed,
        "submission_sha256": received.digest,
        "materials": [
            {"name": item.title or item.file_name, "pages": str(item.pages), "sha256": item.sha256}
            for item in files
        ],
        **_what_follows(received, answers),
    }
    declared = {
        "number": received.number,
        "cause": printed,
        "declarant": received.declarant,
        "declared_at": chinese_moment(received.now),
        "promises": list(current(NoticeId.DECLARATION).words["zh"].paragraphs),
    }
    return (
        PaperOrder("receipt", receipt, "A", proves=received.act),
        PaperOrder("truth_declaration", declared, "A"),
        PaperOrder("complaint", _complaint(answers), "A"),
    )


def _declarant(name: str, answers: Answers) -> str:
    guarded = answers.get("plaintiff_kind") == WARD
    return f"{name}（法定代理人：{answers.get('guardian', '')}）" if guarded else name


def _what_follows(received: Received, answers: Answers) -> dict[str, Json]:
    """On the receipt: the day until which the court decides, or what an urgent filing still lacks."""
    found = reckoned(clocks("completion" if received.urgent else "R-05")[0], received.now, CHINA_CALENDAR)
    last_day = _day(found.last_day) if found else ""
    if received.urgent:
        pending = [] if received.verified else ["身份核验"]
        lacks = [lack.question.text.say(translate) for lack in drafting.missing(answers)]
        return {"complete_by": last_day, "pending": [*pending, *lacks]}
    completed = {} if received.first_at == received.now else {"completed_at": chinese_moment(received.now)}
    return {"decide_by": last_day, **completed}


def _complaint(answers: Answers) -> dict[str, Json]:
    paper = complaint(answers, translate)
    return {
        "plaintiff": paper.plaintiff,
        "cause": paper.cause,
        "parties": list(paper.parties),
        "claims": list(paper.claims),
        "elements": [{"question": asked, "answer": said} for asked, said in paper.elements],
        "facts": list(paper.facts),
        "evidence": list(paper.evidence),
    }


def _day(day: date) -> str:
    return chinese_date(datetime(day.year, day.month, day.day, tzinfo=_CHINA))
