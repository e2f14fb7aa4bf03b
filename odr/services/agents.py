"""Acting for a party: who files for whom, the power of attorney as read, the powers that count.

Rule 1: nobody gets a power by claiming it: it was read on the paper too, or a judge has looked at the paper.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from filing import draft as drafting
from filing.checklist import Item, checklist
from filing.errors import FilingError
from filing.form_parties import AGENT_KINDS
from filing.lines import Kind, Reading
from filing.materials import AGENT_PAPERS, GUARDIANSHIP
from filing.sentences import Sentence
from odr.db.agents import Agent
from odr.db.authorities import (
    AgentView,
    agent_view,
    authority_of,
    seen_agents,
    stored,
    take,
    value_of,
)
from odr.db.drafts import Draft
from odr.db.filings import editable_draft, is_verified, side_of
from odr.db.uow import Database, Tx
from odr.domain.accounts import Actor
from odr.domain.agents import MATERIAL, Acts, powers_of
from odr.domain.permissions import part, signed_in
from odr.domain.prefills import ACTS, acting
from odr.domain.steps import Role
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted
from odr.ports.clock import Clock
from odr.ports.objects import ObjectStore
from odr.ports.reader import PaperReader

_OF_A_GUARDIAN = frozenset({"id_card", GUARDIANSHIP.id})
_CHECKERS = frozenset({Role.FILING_JUDGE, Role.MEDIATOR, Role.CONFIRMING_JUDGE})


@dataclass(frozen=True, slots=True)
class AuthorityView:
    """For whom the person files; `agent` is None for all but an agent.

    `ward`: the plaintiff as named so far, where a guardian files; `guarded`: the guardian has said what he is
    to the plaintiff, and why he acts; `papers`: what proves it.
    """

    case_id: UUID
    acts: Acts
    name: str
    verified: bool
    agent: AgentView | None
    needed: Sentence | None
    ward: str
    guarded: bool
    papers: tuple[Item, ...]


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
            acts = ACTS[await side_of(tx, row, account_id)]
            here = {item.material for item in await tx.evidence.of_side(case_id, "A")}
        view = agent_view(agent, name, answers.get("plaintiff", "")) if agent else None
        papers = AGENT_PAPERS.get(agent.kind) if agent else None
        guarded = all(answers.get(one) for one in ("ward_ground", "guardian_relation"))
        needed = papers.name if papers else None
        shown = tuple(one for one in checklist(answers, here) if one.material.id in _OF_A_GUARDIAN)
        return AuthorityView(
            case_id, acts, name, verified, view, needed, answers.get("plaintiff", ""), guarded, shown
        )

    async def choose(self, actor: Actor, case_id: UUID, acts: Acts) -> None:
        """Say for whom one files: as the party, as its guardian, or as its agent."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            row = await editable_draft(tx, actor, case_id, lock=True)
            before = ACTS[await side_of(tx, row, account_id)]
            if before is acts:
                return
            if Acts.AGENT in (before, acts):
                await self._change_part(tx, account_id, case_id, for_another=acts is Acts.AGENT)
            row.answers = drafting.dump(acting(drafting.load(row.answers), acts))
            row.saved_at = now
            tx.audit.add(actor, "draft.act_for", "draft", case_id, at=now, case_id=case_id, acts=acts.value)

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
            take(agent, key, reading)
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
            agent.kind, agent.claimed = kind, stored(powers_of(powers))
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
            rows = [row for row in await tx.agents.of_case(case_id) if who.side in ("", row.side)]
            return await seen_agents(tx, actor, rows)

    async def check(self, actor: Actor, case_id: UUID, agent_id: UUID, powers: Collection[str]) -> None:
        """The judge or mediator of the case has looked at the paper: these powers count, and no others."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            await tx.cases.lock(case_id)
            if part(actor, await tx.cases.belonging(case_id)).role not in _CHECKERS:
                raise NotPermitted
            agent = await authority_of(tx, case_id, agent_id)
            agent.checked = stored(powers_of(powers))
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
    return "lawyer" if "律师" in value_of(agent, "firm") else ""
