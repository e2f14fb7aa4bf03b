"""An agent's authority as its rows tell it: the paper and what was read on it, who sees what, its end.

Rule 1: an authority ends in one transaction: paper, part in the case, and every seat in its rooms.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from filing.form_parties import COMPANY, WARD
from filing.lines import SURE, Reading
from filing.powers import Power, full_power_only, named_powers
from filing.questions import Answers
from odr.db.agents import Agent
from odr.db.convening import unseat
from odr.db.evidence import EvidenceItem
from odr.db.sittings import Meeting
from odr.db.uow import Tx
from odr.domain.accounts import Actor, normal_phone
from odr.domain.agents import MATERIAL, Represented, same_name
from odr.domain.mediation import MACHINE, State
from odr.errors import BadInput, NotFound

TITLE: Final = "授权委托书"


@dataclass(frozen=True, slots=True)
class PowerView:
    """One of the six: found on the paper, claimed by whoever hands it in, and whether it counts."""

    power: str
    read: bool
    claimed: bool
    counts: bool


@dataclass(frozen=True, slots=True)
class AgentView:
    """An agent as his side and the court see him. `text` is what stands on the paper about the powers.

    `paper_id`: the paper among the papers of the side; None where it is not there any more.
    """

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
    paper_id: UUID | None
    came: bool  # the agent has taken the authority up
    signs: bool
    mine: bool
    ended_at: datetime | None
    end_reason: str


def take(agent: Agent, key: str, reading: Reading) -> None:
    """Put a new paper in place: what was claimed or checked on an older one no longer counts."""
    fields = {
        name: {"value": str(field.value), "confidence": field.confidence}
        for name, field in reading.fields.items()
    }
    agent.paper_key, agent.reading = key, {"fields": fields, "warnings": list(reading.warnings)}
    agent.read = stored(named_powers(text_of(agent)))
    agent.claimed, agent.checked, agent.checked_at, agent.checked_by = agent.read, None, None, None


async def keep_paper(tx: Tx, agent: Agent, item: EvidenceItem, reading: Reading) -> None:
    """Put the photographed power of attorney among the papers of the side, and what it says in place."""
    item.case_id, item.side, item.material, item.title = agent.case_id, agent.side, MATERIAL, TITLE
    item.number = await tx.evidence.next_number(agent.case_id, agent.side)
    tx.agents.add(agent)
    take(agent, item.object_key, reading)
    tx.evidence.add(item)
    await tx.flush()


def text_of(agent: Agent) -> str:
    """What the paper says about the powers."""
    return f"{value_of(agent, 'power')}。{value_of(agent, 'powers')}"


def value_of(agent: Agent, name: str) -> str:
    return str(agent.reading.get("fields", {}).get(name, {}).get("value", ""))


def sure_value(reading: Reading, name: str) -> str:
    """What the paper says, if it was read with certainty; else nothing."""
    field = reading.fields.get(name)
    return str(field.value) if field and field.confidence >= SURE else ""


def stored(powers: Collection[Power]) -> list[str]:
    return [power.value for power in Power if power in powers]


def agent_view(
    agent: Agent, name: str, principal: str, *, paper_id: UUID | None = None, actor: Actor | None = None
) -> AgentView:
    """`name`: the verified one, as far as there is one; `principal`: the party as the case names it."""
    authority = agent.authority
    agent_read = value_of(agent, "agent")
    return AgentView(
        agent.id,
        agent.side,
        name or agent.name,
        agent.kind,
        value_of(agent, "principal") or principal,
        agent_read,
        value_of(agent, "powers") or value_of(agent, "power"),
        tuple(
            PowerView(
                power.value, power in authority.read, power in authority.claimed, power in authority.powers
            )
            for power in Power
        ),
        full_power_only(text_of(agent)),
        bool(agent.paper_key),
        bool(agent.reading),
        bool(agent_read and name and not same_name(agent_read, name)),
        agent.reading.get("fields", {}).get("agent", {}).get("confidence", 0) >= SURE,
        agent.checked_at,
        paper_id,
        agent.account_id is not None,
        agent.signs,
        bool(actor and actor.account_id and actor.account_id == agent.account_id),
        agent.ended_at,
        agent.end_reason,
    )


async def seen_agents(tx: Tx, actor: Actor, rows: Collection[Agent]) -> list[AgentView]:
    """These agents of one case, each with his verified name, his party and his paper."""
    views = []
    for row in rows:
        here = await tx.evidence.of_side(row.case_id, row.side)
        paper = next((one.id for one in here if one.object_key == row.paper_key), None)
        seat = await tx.cases.ever(row.case_id, row.account_id) if row.account_id else None
        principal = seat.party if seat else await party_of(tx, row.case_id, row.side)
        views.append(agent_view(row, seat.name if seat else "", principal, paper_id=paper, actor=actor))
    return views


async def party_of(tx: Tx, case_id: UUID, side: str) -> str:
    """The party of a side as papers name it; "" where nobody of the side is there."""
    here = [row for row in await tx.cases.participants(case_id) if row.side == side]
    return here[-1].party_name if here else ""


# The questions that name, and number, the person who acts for such a plaintiff by law.
_IN_PERSON = {COMPANY: ("plaintiff_legal_rep", ""), WARD: ("guardian", "guardian_id")}


def represented(answers: Answers) -> Represented:
    """The party for whom an agent files, as the filing names it."""
    who, number = _IN_PERSON.get(answers.get("plaintiff_kind", ""), ("plaintiff", "plaintiff_id"))
    try:
        phone = normal_phone(answers.get("plaintiff_phone", ""))
    except BadInput:
        phone = ""
    return Represented(
        answers.get(who, ""),
        answers.get(number, "").upper(),
        phone,
    )


async def authority_of(tx: Tx, case_id: UUID, agent_id: UUID) -> Agent:
    """An authority of this case that has not ended; NotFound otherwise."""
    agent = await tx.agents.get(agent_id)
    if agent.case_id != case_id or agent.ended_at is not None:
        raise NotFound
    return agent


async def end_authority(tx: Tx, actor: Actor, agent: Agent, now: datetime, reason: str = "") -> list[Meeting]:
    """End it at once; the rooms in which media must follow. Everybody whom the law names is told (MSF 63)."""
    agent.ended_at, agent.ended_by, agent.end_reason = now, actor.account_id, reason
    tx.audit.add(actor, "agent.end", "agent", agent.id, at=now, case_id=agent.case_id, refused=bool(reason))
    case_id = str(agent.case_id)
    if agent.account_id is not None or reason:
        tx.outbox.add("notice.send", at=now, name="authority_ended", subject_id=case_id, case_id=case_id)
    if agent.account_id is None:
        return []
    await _close_case(tx, agent.case_id, agent.account_id, now)
    if await tx.states.get(MACHINE.name, agent.case_id) == State.SIGNING:
        tx.outbox.add("agreement.take_back", at=now, case_id=case_id)
    for account_id in {*await tx.cases.people(agent.case_id), agent.account_id}:
        tx.pushes.add(account_id, "changed", {"case": case_id, "machine": "agent"}, now)
    return await unseat(tx, agent.case_id, agent.account_id, now)


async def _close_case(tx: Tx, case_id: UUID, account_id: UUID, now: datetime) -> None:
    """The person has no part in the case any more, and is told so as somebody outside it."""
    seat = await tx.cases.participant(case_id, account_id)
    if seat is not None:
        seat.ended_at = now
    await tx.flush()
    case = await tx.cases.get(case_id)
    values, subject = {"number": (case.number if case else None) or ""}, str(account_id)
    tx.outbox.add("notice.send", at=now, name="authority_over", values=values, subject_id=subject, case_id="")
