"""The oral complaint: told by voice or to our staff, written down, read back, confirmed (R-19)."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from filing import draft as drafting
from filing.causes import CAUSES
from odr.db.filings import editable_draft, known_draft
from odr.db.statements import Statement
from odr.db.uow import Database, Tx
from odr.domain.accounts import Actor
from odr.domain.papers import PaperOrder, chinese_moment
from odr.domain.permissions import part, require, signed_in
from odr.domain.statements import LONGEST_TEXT, MACHINE, RECORDERS, Action, State, Way, sound_type
from odr.domain.steps import Role, Subject, advance
from odr.errors import BadInput, NotFound
from odr.ports.clock import Clock
from odr.ports.objects import ObjectStore

_WAYS = {Way.VOICE: "语音留言", Way.PHONE: "电话陈述", Way.COUNTER: "当面陈述"}


@dataclass(frozen=True, slots=True)
class StatementView:
    """`state` is "" before anything was told; `phone` is whom our staff call."""

    case_id: UUID
    state: str
    way: str
    has_voice: bool
    claims: str
    facts: str
    recorder: str
    note: str
    asked_at: datetime | None
    phone: str


@dataclass(frozen=True, slots=True)
class Voice:
    body: bytes
    content_type: str


class StatementService:
    def __init__(self, db: Database, clock: Clock, objects: ObjectStore) -> None:
        self._db = db
        self._clock = clock
        self._objects = objects

    async def show(self, actor: Actor, case_id: UUID) -> StatementView:
        """The person's own statement."""
        async with self._db.read() as tx:
            await editable_draft(tx, actor, case_id)
            return await _view(tx, case_id)

    async def ask(self, actor: Actor, case_id: UUID, way: str, voice: bytes = b"") -> None:
        """Hand in a recording, or ask to be called or heard at the counter; the newest counts."""
        if way not in list(Way) or (way == Way.VOICE and not voice):
            raise BadInput("Please record something first, or choose another way.", field="voice")
        kind = sound_type(voice) if way == Way.VOICE else ""
        key = await self._objects.put(voice) if kind else ""
        async with self._db.begin() as tx:
            await editable_draft(tx, actor, case_id, lock=True)
            row = await tx.statements.find(case_id)
            if row is None:
                row = tx.statements.add(Statement(case_id=case_id, account_id=signed_in(actor)))
            row.way, row.voice_key, row.voice_type = way, key, kind
            row.voice_sha256 = sha256(voice).hexdigest() if kind else ""
            row.asked_at, row.note, row.confirmed_at = self._clock.now(), "", None
            await self._move(tx, actor, case_id, Action.ASK)

    async def answer(self, actor: Actor, case_id: UUID, *, right: bool, note: str = "") -> None:
        """After it was read back: it becomes claims and facts, or the person says what is wrong."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            draft, row = await editable_draft(tx, actor, case_id, lock=True), await _row(tx, case_id)
            if not right and not note.strip():
                raise BadInput("Please say what is wrong.", field="note")
            if not right:
                row.note = note.strip()[:LONGEST_TEXT]
                return await self._move(tx, actor, case_id, Action.OBJECT)
            row.confirmed_at, row.note = now, ""
            told = drafting.load(draft.answers).typed("claims", row.claims).typed("facts", row.facts)
            draft.answers, draft.saved_at = drafting.dump(told), now
            answers = (await known_draft(tx, draft, signed_in(actor))).answers
            paper = PaperOrder("oral_statement", _paper(row, answers, now), "A")
            await self._move(tx, actor, case_id, Action.CONFIRM, paper)
        return None

    async def queue(self, actor: Actor) -> list[StatementView]:
        """Those that wait to be written down."""
        require(actor, *RECORDERS)
        async with self._db.read() as tx:
            return [await _view(tx, row.case_id) for row in await tx.statements.waiting(State.ASKED)]

    async def desk(self, actor: Actor, case_id: UUID) -> StatementView:
        require(actor, *RECORDERS)
        async with self._db.read() as tx:
            await _row(tx, case_id)
            return await _view(tx, case_id)

    async def write(self, actor: Actor, case_id: UUID, claims: str, facts: str) -> None:
        """Write down what was told, in the person's own words."""
        role = require(actor, *RECORDERS)
        if not claims.strip() or not facts.strip():
            raise BadInput("Please write down both what is asked for and what happened.", field="claims")
        if max(len(claims), len(facts)) > LONGEST_TEXT:
            raise BadInput("Please write it shorter.", field="claims")
        async with self._db.begin() as tx:
            row = await _row(tx, case_id)
            account = await tx.accounts.get(signed_in(actor))
            row.claims, row.facts = claims.strip(), facts.strip()
            row.recorder, row.written_at = account.display_name, self._clock.now()
            await self._move(tx, actor, case_id, Action.WRITE, role=role)

    async def voice(self, actor: Actor, case_id: UUID) -> Voice:
        """The recording, for the person and for who writes it down; each listening is recorded."""
        async with self._db.begin() as tx:
            if not actor.staff_roles.intersection(RECORDERS):
                await editable_draft(tx, actor, case_id)
            row = await _row(tx, case_id)
            if not row.voice_key:
                raise NotFound
            key, kind = row.voice_key, row.voice_type
            now = self._clock.now()
            tx.audit.add(actor, "statement.hear", "statement", case_id, at=now, case_id=case_id)
        return Voice(await self._objects.get(key), kind)

    async def _move(
        self,
        tx: Tx,
        actor: Actor,
        case_id: UUID,
        action: Action,
        *papers: PaperOrder,
        role: Role | None = None,
    ) -> None:
        state = await tx.states.lock(MACHINE.name, case_id)
        by = role or part(actor, await tx.cases.belonging(case_id)).role
        subject = Subject(case_id, case_id, state, None)
        await tx.record(actor, advance(MACHINE, subject, action, by, now=self._clock.now()), papers=papers)


async def _row(tx: Tx, case_id: UUID) -> Statement:
    row = await tx.statements.find(case_id)
    if row is None:
        raise NotFound
    return row


async def _view(tx: Tx, case_id: UUID) -> StatementView:
    row = await tx.statements.find(case_id)
    if row is None:
        return StatementView(case_id, "", "", False, "", "", "", "", None, "")
    state = await tx.states.get(MACHINE.name, case_id) or ""
    phone = (await tx.accounts.get(row.account_id)).phone
    has_voice = bool(row.voice_key)
    return StatementView(
        case_id, state, row.way, has_voice, row.claims, row.facts, row.recorder, row.note, row.asked_at, phone
    )


def _paper(row: Statement, answers: dict[str, str], now: datetime) -> dict[str, object]:
    cause = CAUSES.get(answers.get("cause", ""))
    voice = {"voice_sha256": row.voice_sha256} if row.voice_sha256 else {}
    return voice | {
        "party": answers.get("plaintiff", "") or "（姓名待核验）",
        "cause": cause.chinese[0] if cause else "其他民事纠纷",
        "how": _WAYS[Way(row.way)],
        "told_at": chinese_moment(row.asked_at),
        "recorder": row.recorder or "立案工作人员",
        "written_at": chinese_moment(row.written_at or now),
        "confirmed_at": chinese_moment(now),
        "claims": row.claims.splitlines(),
        "facts": row.facts.splitlines(),
    }
