"""Acting for a party: who files for whom, the power of attorney as read, the powers that count.

Rule 1: nobody gets a power by claiming it: it was read on the paper too, or a judge has looked at the paper.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from filing import draft as drafting
from filing.errors import FilingError
from filing.form_parties import AGENT_KINDS
from filing.lines import SURE, Kind, Reading
from filing.materials import AGENT_PAPERS
from filing.powers import Power, full_power_only, named_powers
from filing.questions import YES
from filing.sentences import Sentence
from odr.db.agents import Agent
from odr.db.drafts import Draft
from odr.db.filings import editable_draft, is_agent, is_verified
from odr.db.uow import Database, Tx
from odr.domain.accounts import Actor
from odr.domain.agents import Authority, powers_of, same_name
from odr.domain.permissions import part, signed_in
from odr.domain.steps import Role
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted
from odr.ports.clock import Clock
from odr.ports.objects import ObjectStore
from odr.ports.reader import PaperReader

MATERIAL = "authority"
_CHECKERS = frozenset({Role.FILING_JUDGE, Role.MEDIATOR, Role.CONFIRMING_JUDGE})


@dataclass(frozen=True, slots=True)
class PowerView:
    """One of the six: found on the paper, claimed by the agent, and whether it counts."""

    power: str
    read: bool
    claimed: bool
    counts: bool


@dataclass(frozen=True, slots=True)
class AgentView:
    """An agent as his side and the court see him. `text` is what stands on the paper about the powers."""

    id: UUID
    side: str
    name: str
    kind: str
    principal: str
    agent_read: str
    text: str
    powers: tuple[PowerView, ...]
    full_power: bool
    paper: bool
    was_read: bool
    another: bool  # the paper names somebody else
    sure: bool  # that name was read with certainty
    checked_at: datetime | None


@dataclass(frozen=True, slots=True)
class AuthorityView:
    """For whom the person files; `agent` is None where he files for himself."""

    case_id: UUID
    name: str
    verified: bool
    agent: AgentView | None
    needed: Sentence | None

    @property
    def for_another(self) -> bool:
        return self.agent is not None


class AgentService:
    def __init__(self, db: Database, clock: Clock, objects: ObjectStore, reader: PaperReader) -> None:
        self._db = db
        self._clock = clock
        self._objects = objects
        self._reader = reader

    async def authority(self, actor: Actor, case_id: UUID) -> AuthorityView:
        """For whom the person files this draft, and on which paper."""
        account_id = signed_in(actor)
        async with self._db.read() as tx:
            row = await editable_draft(tx, actor, case_id)
            agent = await tx.agents.acting(case_id, account_id)
            card = await tx.identities.get(account_id)
            verified = await is_verified(tx, account_id)
            name = card.name if card and verified else ""
            answers = drafting.load(row.answers).answers
        view = _view(agent, name, answers.get("plaintiff", "")) if agent else None
        papers = AGENT_PAPERS.get(agent.kind) if agent else None
        return AuthorityView(case_id, name, verified, view, papers.name if papers else None)

    async def choose(self, actor: Actor, case_id: UUID, *, for_another: bool) -> None:
        """Say for whom one files: as the party, or as the agent of a party."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            row = await editable_draft(tx, actor, case_id, lock=True)
            if await is_agent(tx, case_id, account_id) is for_another:
                return
            await self._change_part(tx, account_id, case_id, for_another=for_another)
            draft = drafting.load(row.answers)
            row.answers = drafting.dump(draft.typed("has_agent", YES if for_another else ""))
            row.saved_at = now
            tx.audit.add(
                actor, "draft.act_for", "draft", case_id, at=now, case_id=case_id, for_another=for_another
            )

    async def read_paper(self, actor: Actor, case_id: UUID) -> None:
        """Read the newest power of attorney of the filing into the draft; BadInput for a bad picture."""
        async with self._db.read() as tx:
            await editable_draft(tx, actor, case_id)
            await _acting(tx, actor, case_id)
            papers = [one for one in await tx.evidence.of_side(case_id, "A") if one.material == MATERIAL]
        if not papers:
            raise NotFound
        key = papers[-1].object_key
        reading = await self._read(key)
        now = self._clock.now()
        async with self._db.begin() as tx:
            row = await editable_draft(tx, actor, case_id, lock=True)
            agent = await _acting(tx, actor, case_id)
            _take(agent, key, reading)
            _fill_in(row, agent, reading)
            row.saved_at = now
            tx.audit.add(actor, "agent.read", "agent", agent.id, at=now, case_id=case_id, read=agent.read)

    async def claim(self, actor: Actor, case_id: UUID, kind: str, powers: Collection[str]) -> None:
        """What the agent is to the party, and the powers that the paper names in his view."""
        if kind not in {choice.value for choice in AGENT_KINDS}:
            raise BadInput("Please say what you are to the party.", field="kind")
        now = self._clock.now()
        async with self._db.begin() as tx:
            row = await editable_draft(tx, actor, case_id, lock=True)
            agent = await _acting(tx, actor, case_id)
            agent.kind, agent.claimed = kind, _stored(powers_of(powers))
            draft = drafting.load(row.answers).typed("agent_kind", kind)
            row.answers = drafting.dump(_with_powers(draft, agent))
            row.saved_at = now
            tx.audit.add(
                actor, "agent.claim", "agent", agent.id, at=now, case_id=case_id, claimed=agent.claimed
            )

    async def of_case(self, actor: Actor, case_id: UUID) -> list[AgentView]:
        """The agents of the case, for the court and for their own side."""
        async with self._db.read() as tx:
            who = part(actor, await tx.cases.belonging(case_id))
            rows = await tx.agents.of_case(case_id)
            seats = {row.account_id: row for row in await tx.cases.participants(case_id)}
            mine = [(row, seats.get(row.account_id or row.id)) for row in rows if who.side in ("", row.side)]
            return [_view(row, seat.name if seat else "", seat.party if seat else "") for row, seat in mine]

    async def check(self, actor: Actor, case_id: UUID, agent_id: UUID, powers: Collection[str]) -> None:
        """The judge or mediator of the case has looked at the paper: these powers count, and no others."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            await tx.cases.lock(case_id)
            if part(actor, await tx.cases.belonging(case_id)).role not in _CHECKERS:
                raise NotPermitted
            agent = await tx.agents.get(agent_id)
            if agent.case_id != case_id:
                raise NotFound
            agent.checked = _stored(powers_of(powers))
            agent.checked_by, agent.checked_at = signed_in(actor), now
            tx.audit.add(
                actor, "agent.check", "agent", agent_id, at=now, case_id=case_id, checked=agent.checked
            )

    async def _read(self, key: str) -> Reading:
        try:
            return await self._reader.read(await self._objects.get(key), Kind.POA.value)
        except FilingError as error:
            raise BadInput(getattr(error, "message", error.public), field="files") from error

    async def _change_part(self, tx: Tx, account_id: UUID, case_id: UUID, *, for_another: bool) -> None:
        participant = await tx.cases.participant(case_id, account_id)
        if participant is None:
            raise NotFound
        participant.role = (Role.AGENT if for_another else Role.APPLICANT).value
        now = self._clock.now()
        if for_another:
            tx.agents.add(Agent(case_id=case_id, side="A", account_id=account_id, created_at=now))
        else:
            (await _row(tx, account_id, case_id)).ended_at = now


async def _row(tx: Tx, account_id: UUID, case_id: UUID) -> Agent:
    row = await tx.agents.acting(case_id, account_id)
    if row is None:
        raise NotAllowed("You act for yourself in this case.")
    return row


async def _acting(tx: Tx, actor: Actor, case_id: UUID) -> Agent:
    return await _row(tx, signed_in(actor), case_id)


def _take(agent: Agent, key: str, reading: Reading) -> None:
    """Put a new paper in place: what was claimed or checked on an older one no longer counts."""
    fields = {
        name: {"value": str(field.value), "confidence": field.confidence}
        for name, field in reading.fields.items()
    }
    agent.paper_key, agent.reading = key, {"fields": fields, "warnings": list(reading.warnings)}
    named = named_powers(_text(agent))
    agent.read = _stored(named)
    agent.claimed, agent.checked, agent.checked_at, agent.checked_by = agent.read, None, None, None


def _fill_in(row: Draft, agent: Agent, reading: Reading) -> None:
    """The draft with what the paper says of the party; the agent's own name comes from his card."""
    fields = {name: field for name, field in reading.fields.items() if name != "agent"}
    draft = drafting.merge(drafting.load(row.answers), Reading(Kind.POA, fields))
    if kind := _kind(agent):
        agent.kind = agent.kind or kind
        draft = draft.typed("agent_kind", agent.kind)
    row.answers = drafting.dump(_with_powers(draft, agent))


def _with_powers(draft: drafting.Draft, agent: Agent) -> drafting.Draft:
    """The answer about the powers follows from the paper."""
    return draft.typed("agent_powers", "special" if agent.authority.powers else "general")


def _kind(agent: Agent) -> str:
    """A firm on the paper means a lawyer."""
    return "lawyer" if "律师" in _value(agent, "firm") else ""


def _text(agent: Agent) -> str:
    return f"{_value(agent, 'power')}。{_value(agent, 'powers')}"


def _value(agent: Agent, name: str) -> str:
    return str(agent.reading.get("fields", {}).get(name, {}).get("value", ""))


def _stored(powers: Collection[Power]) -> list[str]:
    return [power.value for power in Power if power in powers]


def _view(agent: Agent, name: str, principal: str) -> AgentView:
    authority: Authority = agent.authority
    read = agent.reading.get("fields", {})
    agent_read = _value(agent, "agent")
    return AgentView(
        agent.id,
        agent.side,
        name or agent.name,
        agent.kind,
        _value(agent, "principal") or principal,
        agent_read,
        _value(agent, "powers") or _value(agent, "power"),
        tuple(
            PowerView(
                power.value, power in authority.read, power in authority.claimed, power in authority.powers
            )
            for power in Power
        ),
        full_power_only(_text(agent)),
        bool(agent.paper_key),
        bool(agent.reading),
        bool(agent_read and name and not same_name(agent_read, name)),
        read.get("agent", {}).get("confidence", 0) >= SURE,
        agent.checked_at,
    )
