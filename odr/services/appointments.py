"""Appointing an agent in a case that is under way, taking the authority up, and its end.

Rule 1: the party in person appoints, with the paper; the agent comes from the named telephone, verified, and
        under the name that the party and the paper gave.
Rule 2: an authority ends at once, in the rows first and in the rooms after them; everybody concerned is told.
"""

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from filing import draft as drafting
from filing.errors import FilingError
from filing.form_parties import AGENT_KINDS, COMPANY, WARD
from filing.lines import Kind, Reading
from filing.uploads import Examined
from odr.db.agents import Agent
from odr.db.authorities import (
    AgentView,
    authority_of,
    end_authority,
    keep_paper,
    party_of,
    represented,
    seen_agents,
    stored,
    sure_value,
)
from odr.db.cases import Case
from odr.db.convening import seat_newcomer
from odr.db.evidence import evidence_item
from odr.db.filings import is_verified
from odr.db.sittings import Meeting
from odr.db.uow import Database, Tx
from odr.domain.accounts import Actor, normal_phone
from odr.domain.agents import (
    Claimant,
    Comer,
    Naming,
    is_represented,
    may_name,
    may_take_up,
    powers_of,
)
from odr.domain.drafts import MACHINE, State
from odr.domain.permissions import Part, part, signed_in
from odr.domain.steps import PARTIES, Reason, Role
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted
from odr.ports.clock import Clock
from odr.ports.media import MediaRooms, RoomNotOpen, StaleRoutes
from odr.ports.objects import ObjectStore
from odr.ports.reader import PaperReader

LONGEST_NAME, LONGEST_REASON = 60, 500
_REFUSERS = frozenset({Role.FILING_JUDGE, Role.MEDIATOR, Role.CONFIRMING_JUDGE})
_OVER = frozenset({State.REFUSED, State.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a party says of the agent whom it appoints; `signs`: an agreement in the party's place."""

    name: str
    phone: str
    kind: str
    powers: Collection[str]
    signs: bool = False


@dataclass(frozen=True, slots=True)
class SideView:
    """Who acts for a side, as it sees it. `why_not`: why nobody can be appointed now; `wanted`: as filed."""

    case_id: UUID
    number: str
    party: str
    agents: tuple[AgentView, ...]
    ended: tuple[AgentView, ...]
    in_person: bool
    why_not: Reason | None
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class FiledView:
    """A filing that an agent made for this person. `party` is told once the person is verified as it."""

    case_id: UUID
    number: str
    agent: str
    party: str
    mine: bool


@dataclass(frozen=True, slots=True)
class OfferView:
    """An authority that waits for the answer of whoever was named."""

    id: UUID
    case_id: UUID
    number: str
    party: str
    agent: AgentView
    verified: bool
    why_not: Reason | None


class AppointmentService:
    def __init__(
        self, db: Database, clock: Clock, objects: ObjectStore, reader: PaperReader, rooms: MediaRooms
    ) -> None:
        self._db = db
        self._clock = clock
        self._objects = objects
        self._reader = reader
        self._rooms = rooms

    async def show(self, actor: Actor, case_id: UUID) -> SideView:
        """The agents of the actor's own side; NotFound for everybody who has none."""
        async with self._db.read() as tx:
            who = _sided(part(actor, await tx.cases.belonging(case_id)))
            case = await tx.cases.known(case_id)
            agents = [row for row in await tx.agents.of_case(case_id) if row.side == who.side]
            ended = [row for row in await tx.agents.ended(case_id) if row.side == who.side and row.paper_key]
            naming = await _naming(tx, actor, case)
            return SideView(
                case_id,
                case.number or "",
                naming.party,
                tuple(await seen_agents(tx, actor, agents)),
                tuple(await seen_agents(tx, actor, ended)),
                who.role in PARTIES,
                may_name(naming),
                await _as_filed(tx, case_id) if who.side == "A" and not agents else Wanted("", "", "", ()),
            )

    async def appoint(self, actor: Actor, case_id: UUID, wanted: Wanted, paper: tuple[str, bytes]) -> None:
        """Name an agent, with the photographed power of attorney; he is asked by a short message."""
        wanted = _checked(wanted)
        async with self._db.read() as tx:
            _sided(part(actor, await tx.cases.belonging(case_id)))
            _allow(may_name(await _naming(tx, actor, await tx.cases.known(case_id), wanted)))
        found, reading = await self._looked_at(paper[1])
        async with self._db.read() as tx:  # before anything of the paper is kept
            _allow(may_name(await _naming(tx, actor, await tx.cases.known(case_id), wanted, reading)))
        keys = await self._objects.put(paper[1]), await self._objects.put(found.shown)
        now, account_id = self._clock.now(), signed_in(actor)
        async with self._db.begin() as tx:
            case = await tx.cases.held(case_id)
            who = _sided(part(actor, await tx.cases.belonging(case_id)))
            _allow(may_name(await _naming(tx, actor, case, wanted, reading)))
            row = Agent(case_id=case_id, side=who.side, kind=wanted.kind, created_at=now)
            row.name, row.phone, row.signs, row.named_by = wanted.name, wanted.phone, wanted.signs, account_id
            item = evidence_item(found, paper[0], paper[1], keys)
            item.uploaded_at, item.uploaded_by = now, account_id
            await keep_paper(tx, row, item, reading)
            row.claimed = stored(powers_of(wanted.powers))
            tx.audit.add(
                actor, "agent.appoint", "agent", row.id, at=now, case_id=case_id, claimed=row.claimed
            )
            told = {"number": case.number or ""}
            tx.outbox.add("sms.send", at=now, to=row.phone, template="agent_asked", values=told, path="/me")

    async def waiting(self, actor: Actor) -> list[OfferView]:
        """The authorities that were given to whoever has this telephone, and wait for an answer."""
        async with self._db.read() as tx:
            phone = (await tx.accounts.get(signed_in(actor))).phone
            return [await _offer(tx, actor, row) for row in await tx.agents.expected(phone)]

    async def offer(self, actor: Actor, agent_id: UUID) -> OfferView:
        """One of them; NotFound for every other telephone."""
        async with self._db.read() as tx:
            return await _offer(tx, actor, await _offered(tx, actor, agent_id))

    async def take_up(self, actor: Actor, agent_id: UUID) -> UUID:
        """Act for the party from now on; the case."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            row = await _offered(tx, actor, agent_id)
            case = await tx.cases.held(row.case_id)
            _allow(may_take_up(await _comer(tx, actor, case, row)))
            party, card = await party_of(tx, case.id, row.side), await tx.identities.get(account_id)
            seat = await tx.cases.enter(case.id, account_id, Role.AGENT, row.side, card.name if card else "")
            seat.party, row.account_id = party, account_id
            await tx.flush()
            await seat_newcomer(tx, case.id, account_id)
            tx.audit.add(actor, "agent.take_up", "agent", row.id, at=now, case_id=case.id)
            subject = str(case.id)
            tx.outbox.add("notice.send", at=now, name="agent_acts", subject_id=subject, case_id=subject)
            tx.outbox.add("identity.keep_for_case", at=now, case_id=str(case.id), account_id=str(account_id))
            await _tell(tx, case.id, now)
        return case.id

    async def decline(self, actor: Actor, agent_id: UUID) -> None:
        """Say no; the party is told."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            row = await _offered(tx, actor, agent_id)
            case = await tx.cases.held(row.case_id)
            await end_authority(tx, actor, row, now)
            values, by = {"number": case.number or ""}, str(row.named_by)
            tx.outbox.add(
                "notice.send", at=now, name="agent_declined", values=values, subject_id=by, case_id=""
            )

    async def filed_for_me(self, actor: Actor) -> list[FiledView]:
        """What agents filed for whoever has this telephone or verified identity, and is not in the case.

        To somebody who is not verified yet the filing says its number and who filed, no more.
        """
        async with self._db.read() as tx:
            claimant = await _claimant(tx, actor)
            rows = await tx.agents.filed_for(claimant.phone, claimant.id_number)
            found = [await _filed(tx, actor, row, claimant) for row in rows]
        return [one for one in found if one is not None]

    async def join(self, actor: Actor, case_id: UUID) -> None:
        """Take part in the case that an agent filed in one's name; the agent goes on beside the party."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            case, claimant = await tx.cases.held(case_id), await _claimant(tx, actor)
            agents = [row for row in await tx.agents.of_case(case_id) if row.side == "A"]
            views = [await _filed(tx, actor, row, claimant) for row in agents]
            if not any(view and view.mine for view in views):
                raise NotFound
            answers = drafting.load((await tx.drafts.get(case_id)).answers).answers
            seat = await tx.cases.enter(case_id, account_id, Role.APPLICANT, "A", claimant.name)
            kind = answers.get("plaintiff_kind")
            seat.party = answers.get("plaintiff", "") if kind in (COMPANY, WARD) else ""
            seat.guardian = kind == WARD
            for row in agents:
                row.signs = False  # whoever is there signs, unless the party leaves it to the agent
            await tx.flush()
            await seat_newcomer(tx, case_id, account_id)
            tx.audit.add(actor, "case.join", "case", case_id, at=now, case_id=case_id)
            subject = str(case.id)
            tx.outbox.add("notice.send", at=now, name="party_joined", subject_id=subject, case_id=subject)
            tx.outbox.add("identity.keep_for_case", at=now, case_id=subject, account_id=str(account_id))
            await _tell(tx, case_id, now)

    async def leave_signing(self, actor: Actor, case_id: UUID, agent_id: UUID, *, signs: bool) -> None:
        """Whether an agreement is signed by the agent, in the party's place, or by the party."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            await tx.cases.held(case_id)
            who = _sided(part(actor, await tx.cases.belonging(case_id)))
            agent = await authority_of(tx, case_id, agent_id)
            if agent.side != who.side:
                raise NotFound
            if who.role not in PARTIES:
                raise NotPermitted
            agent.signs = signs
            tx.audit.add(actor, "agent.signs", "agent", agent_id, at=now, case_id=case_id, signs=signs)

    async def end(self, actor: Actor, case_id: UUID, agent_id: UUID) -> None:
        """End an authority: by the party, or by the agent himself, who lays it down."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            await tx.cases.held(case_id)
            who = _sided(part(actor, await tx.cases.belonging(case_id)))
            agent = await authority_of(tx, case_id, agent_id)
            if agent.side != who.side:
                raise NotFound
            if who.role not in PARTIES and agent.account_id != actor.account_id:
                raise NotPermitted
            await _not_the_last(tx, agent)
            meetings = await end_authority(tx, actor, agent, now)
        await self._put_out(agent, meetings)

    async def refuse(self, actor: Actor, case_id: UUID, agent_id: UUID, reason: str) -> None:
        """The court looked at the paper and does not accept it; the side reads why."""
        if not reason.strip() or len(reason) > LONGEST_REASON:
            raise BadInput("Please write in a few words why the paper is not accepted.", field="reason")
        now = self._clock.now()
        async with self._db.begin() as tx:
            await tx.cases.held(case_id)
            if part(actor, await tx.cases.belonging(case_id)).role not in _REFUSERS:
                raise NotPermitted
            agent = await authority_of(tx, case_id, agent_id)
            await _not_the_last(tx, agent)
            meetings = await end_authority(tx, actor, agent, now, reason.strip())
        await self._put_out(agent, meetings)

    async def _looked_at(self, body: bytes) -> tuple[Examined, Reading]:
        """What the file is and what the paper says; BadInput in the reader's words."""
        try:
            return await self._reader.examine(body), await self._reader.read(body, Kind.POA.value)
        except FilingError as error:
            raise BadInput(getattr(error, "message", error.public), field="files") from error

    async def _put_out(self, agent: Agent, meetings: Iterable[Meeting]) -> None:
        """Have media let go of the person in these rooms; a room that is not open holds nobody."""
        if agent.account_id is None:
            return
        for meeting in meetings:
            sitting = meeting.sitting.id
            with suppress(StaleRoutes, RoomNotOpen):  # newer routes know the rows of now
                await self._rooms.set_routes(sitting, meeting.matrix)
            with suppress(RoomNotOpen):
                await self._rooms.revoke(sitting, agent.account_id)


def _sided(who: Part) -> Part:
    if not who.side:
        raise NotFound
    return who


def _allow(why: Reason | None) -> None:
    if why:
        raise NotAllowed(why.text, article=why.article)


def _checked(wanted: Wanted) -> Wanted:
    """The wish with its name trimmed and its telephone as E.164; BadInput says which field is wrong."""
    name = wanted.name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise BadInput("Please write the name of the agent as on the ID card.", field="name")
    if wanted.kind not in {choice.value for choice in AGENT_KINDS}:
        raise BadInput("Please say what the agent is to you.", field="kind")
    return Wanted(name, normal_phone(wanted.phone), wanted.kind, wanted.powers, wanted.signs)


async def _naming(
    tx: Tx, actor: Actor, case: Case, wanted: Wanted | None = None, paper: Reading | None = None
) -> Naming:
    account = await tx.accounts.get(signed_in(actor))
    who = _sided(part(actor, await tx.cases.belonging(case.id)))
    seat = await tx.cases.participant(case.id, account.id)
    over = await tx.states.get(MACHINE.name, case.id) in _OVER
    return Naming(
        who.role,
        await party_of(tx, case.id, who.side),
        wanted.name if wanted else "",
        wanted.phone if wanted else "",
        account.phone,
        await is_verified(tx, account.id),
        case.first_submitted_at is not None and not over,
        sum(row.side == who.side for row in await tx.agents.of_case(case.id)),
        sure_value(paper, "principal") if paper else "",
        sure_value(paper, "agent") if paper else "",
        guardian=seat.name if seat and seat.guardian else "",
    )


async def _as_filed(tx: Tx, case_id: UUID) -> Wanted:
    """The agent whom the filing names, as a proposal."""
    answers = drafting.load((await tx.drafts.get(case_id)).answers).answers
    return Wanted(answers.get("agent", ""), answers.get("agent_phone", ""), answers.get("agent_kind", ""), ())


async def _offered(tx: Tx, actor: Actor, agent_id: UUID) -> Agent:
    """An open offer to this person's telephone; NotFound otherwise."""
    row = await tx.agents.get(agent_id)
    phone = (await tx.accounts.get(signed_in(actor))).phone
    if row.phone != phone or row.account_id is not None or row.ended_at is not None:
        raise NotFound
    return row


async def _offer(tx: Tx, actor: Actor, row: Agent) -> OfferView:
    case = await tx.cases.known(row.case_id)
    (view,) = await seen_agents(tx, actor, [row])
    comer = await _comer(tx, actor, case, row)
    party = await party_of(tx, case.id, row.side)
    return OfferView(row.id, case.id, case.number or "", party, view, comer.verified, may_take_up(comer))


async def _claimant(tx: Tx, actor: Actor) -> Claimant:
    account_id = signed_in(actor)
    phone = (await tx.accounts.get(account_id)).phone
    card = await tx.identities.get(account_id) if await is_verified(tx, account_id) else None
    return Claimant(phone, card.name or "", card.id_number or "") if card else Claimant(phone)


async def _filed(tx: Tx, actor: Actor, row: Agent, claimant: Claimant) -> FiledView | None:
    """The filing of this agent as the claimant may know it; None if he may not, or is in it already."""
    case = await tx.cases.known(row.case_id)
    people = await tx.cases.people(case.id)
    if case.first_submitted_at is None or signed_in(actor) in people or not row.principal_phone:
        return None
    answers = drafting.load((await tx.drafts.get(case.id)).answers).answers
    mine = is_represented(represented(answers), claimant)
    if not mine and (claimant.name or claimant.phone != row.principal_phone):
        return None
    seat = await tx.cases.participant(case.id, row.account_id) if row.account_id else None
    party = answers.get("plaintiff", "") if mine else ""
    return FiledView(case.id, case.number or "", seat.name if seat else "", party, mine)


async def _comer(tx: Tx, actor: Actor, case: Case, row: Agent) -> Comer:
    account_id = signed_in(actor)
    seat = await tx.cases.participant(case.id, account_id)
    card = await tx.identities.get(account_id)
    staff = account_id in {case.judge_id, case.mediator_id, case.confirming_judge_id}
    verified = await is_verified(tx, account_id)
    return Comer(verified, card.name if card and verified else "", row.name, seat is not None, staff)


async def _not_the_last(tx: Tx, agent: Agent) -> None:
    """Somebody must act for a side: who is alone there cannot be taken away, only his filing refused."""
    here = {row.account_id for row in await tx.cases.participants(agent.case_id) if row.side == agent.side}
    if agent.account_id is not None and here <= {agent.account_id}:
        raise NotAllowed("Nobody else acts for this side. Let the party join the case first.")


async def _tell(tx: Tx, case_id: UUID, now: datetime) -> None:
    for account_id in await tx.cases.people(case_id):
        tx.pushes.add(account_id, "changed", {"case": str(case_id), "machine": "agent"}, now)
