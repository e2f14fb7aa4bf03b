"""The hearing (询问) of a confirmation as its rows tell it, and the minutes they become.

Rule 1: who was heard together is what the room saw, never a statement of the one who led it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from odr.db.agreements import Signatory
from odr.db.cases import Case
from odr.db.confirmation import Confirmation
from odr.db.minutes import MinutesLine
from odr.db.sittings import TOGETHER, Sitting
from odr.db.uow import Tx
from odr.domain.accounts import Actor
from odr.domain.guests import WRITTEN
from odr.domain.papers import PaperOrder, chinese_moment
from odr.domain.permissions import Part, part
from odr.domain.sittings import MACHINE, Kind, SeatRole, State
from odr.domain.steps import Role
from odr.errors import NotFound, NotPermitted

BOTH = frozenset({"A", "B"})
IN_THE_ROOM = "在线询问（本平台）"


@dataclass(frozen=True, slots=True)
class Hearing:
    """A hearing that is not over; `together`: both sides and the judge shared its room already."""

    sitting_id: UUID
    starts_at: datetime
    state: str
    together: bool
    lines: int


@dataclass(frozen=True, slots=True)
class Told:
    """What the paper says of a hearing besides its case: when, where, who was there, what was said."""

    at: datetime
    place: str
    attendees: Sequence[str]
    entries: Sequence[dict[str, str]]


async def judged(tx: Tx, actor: Actor, case_id: UUID) -> tuple[Case, Confirmation, Part]:
    """The application, locked, for the judge who holds it."""
    case = await tx.cases.lock(case_id)
    if case is None:
        raise NotFound
    who = part(actor, await tx.cases.belonging(case_id))
    if who.role is not Role.CONFIRMING_JUDGE:
        raise NotPermitted
    return case, await tx.confirmations.lock(case_id), who


async def parties(tx: Tx, case: Case) -> list[Signatory]:
    return [one for one in await tx.agreements.signatories(case) if one.side]


async def sittings(tx: Tx, case_id: UUID) -> list[Sitting]:
    """The hearings of a case, over or not, the earliest first."""
    return [row for row in await tx.sittings.of_case(case_id) if row.kind == Kind.CONFIRMATION.value]


async def fixed(tx: Tx, case_id: UUID) -> Hearing | None:
    """The hearing that is to come or under way."""
    for row in await sittings(tx, case_id):
        state = await tx.states.get(MACHINE.name, row.id) or State.CREATED.value
        if state != State.CLOSED.value:
            together = bool(await _together(tx, row.id))
            return Hearing(row.id, row.starts_at, state, together, len(await tx.minutes.lines(row.id)))
    return None


async def take_down(tx: Tx, case: Case, row: Confirmation, now: datetime) -> int:
    """Make papers of what was written in the room and is on none yet; how many.

    A hearing counts for both sides if the minutes go on after host and sides had come together.
    """
    since, papers = row.heard_at, 0
    for sitting in await sittings(tx, case.id):
        lines = [one for one in await tx.minutes.lines(sitting.id) if since is None or one.at > since]
        if not lines:
            continue
        together = await _together(tx, sitting.id)
        if together and lines[-1].at > min(together.values()):
            row.heard = sorted(BOTH)
        told = await _told(tx, case, sitting, lines)
        row.entries, row.heard_at = [*row.entries, *told.entries], lines[-1].at
        tx.order_paper(await minutes(tx, case, row, told), case.id, now)
        papers += 1
    return papers


async def minutes(tx: Tx, case: Case, row: Confirmation, told: Told) -> PaperOrder:
    """The minutes of inquiry (询问笔录)."""
    names = "、".join(one.party_name for one in await parties(tx, case))
    judge = await tx.accounts.get(case.confirming_judge_id) if case.confirming_judge_id else None
    content: dict[str, object] = {
        "case_title": f"{names}申请司法确认调解协议",
        "held_at": chinese_moment(told.at),
        "place": told.place,
        "judge": judge.display_name if judge else "",
        "attendees": list(told.attendees),
        "entries": list(told.entries),
        "signers": [],
        **({"number": row.number} if row.number else {}),
    }
    return PaperOrder("inquiry_minutes", content)


async def _together(tx: Tx, sitting_id: UUID) -> dict[UUID, datetime]:
    """Who shared the joint place with the host and the other side, and since when."""
    found = [one for one in await tx.sittings.attendance(sitting_id) if one.event == TOGETHER]
    return {one.account_id: one.at for one in reversed(found)}


async def _told(tx: Tx, case: Case, sitting: Sitting, lines: Sequence[MinutesLine]) -> Told:
    capacities = {one.account_id: one.capacity for one in await parties(tx, case)}
    seen = {one.account_id for one in await tx.sittings.attendance(sitting.id)}
    attendees = [
        f"{WRITTEN.get(SeatRole(seat.role)) or capacities.get(key, '委托代理人')}{seat.name}"
        for key, seat in (await tx.sittings.seats(sitting.id)).items()
        if key in seen and key != sitting.host_id
    ]
    entries = [{"at": chinese_moment(one.at), "speaker": one.speaker, "text": one.text} for one in lines]
    return Told(sitting.started_at or lines[0].at, IN_THE_ROOM, attendees, entries)
