"""What was said and shown in one sitting, gathered from its rows."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

from odr.db.evidence import EvidenceItem
from odr.db.exhibits import GivenOpinion, OpinionCall
from odr.db.originals import OriginalComparison
from odr.db.sittings import Meeting, SittingSeat
from odr.db.uow import Tx
from odr.domain.guests import WRITTEN
from odr.domain.originals import MACHINE, State
from odr.domain.records import Compared, Examined, Held, Spoken
from odr.domain.sittings import Kind, SeatRole, speaks_for

_PARTIES: Final = frozenset({SeatRole.PARTY_A, SeatRole.PARTY_B})


async def held(tx: Tx, meeting: Meeting, closed_at: datetime) -> Held:
    """The sitting as it is written down; those count as attending whom the room heard."""
    items = await tx.evidence.of_case(meeting.sitting.case_id)
    lines = await tx.minutes.lines(meeting.sitting.id)
    spoken = tuple(Spoken(line.at, line.speaker, line.text) for line in lines)
    return await _held(tx, meeting, spoken, items, closed_at)


async def examined_later(
    tx: Tx, meeting: Meeting, items: Iterable[EvidenceItem], closed_at: datetime
) -> Held:
    """The sitting with these pieces alone, whose time for opinions went on after its end."""
    return await _held(tx, meeting, (), items, closed_at)


async def _held(
    tx: Tx, meeting: Meeting, spoken: tuple[Spoken, ...], items: Iterable[EvidenceItem], closed_at: datetime
) -> Held:
    sitting, items = meeting.sitting, list(items)
    case = await tx.cases.get(sitting.case_id)
    came = {row.account_id for row in await tx.sittings.attendance(sitting.id)}
    said = await tx.exhibits.opinions((i.id for i in items), sitting.kind)
    given = [row for row in said if row.sitting_id == sitting.id]
    calls = {call.item_id: call for call in await tx.exhibits.calls_of(sitting.id)}
    requests = {row.item_id: row for row in await tx.originals.requests((i.id for i in items), sitting.kind)}
    found = [
        row
        for row in await tx.originals.comparisons(one.id for one in requests.values())
        if row.sitting_id == sitting.id
    ]
    examined = []
    for item in items:
        one = _examined(meeting, item, given, calls.get(item.id))
        if request := requests.get(item.id):
            spared = await tx.states.get(MACHINE.name, request.id) == State.TAKEN_BACK
            compared = tuple(_compared(row) for row in found if row.request_id == request.id)
            one = replace(one, compared=compared, spared=spared)
        examined.append(one)
    return Held(
        Kind(sitting.kind),
        (case.number if case else "") or str(sitting.case_id),
        sitting.started_at or sitting.starts_at,
        closed_at,
        meeting.seats[sitting.host_id].name,
        tuple(_attending(row) for key, row in meeting.seats.items() if key in came),
        spoken,
        tuple(one for one in examined if one.opinions or one.silent or one.compared),
    )


def _attending(row: SittingSeat) -> str:
    """The person, a guest with their part, and who was named beside them."""
    part, beside = WRITTEN.get(SeatRole(row.role), ""), "、".join(one["name"] for one in row.beside)
    told = "；".join(word for word in (part, f"陪同：{beside}" if beside else "") if word)
    return f"{row.name}（{told}）" if told else row.name


def _compared(row: OriginalComparison) -> Compared:
    return Compared(row.at, row.recorder, row.comparison())


def _examined(
    meeting: Meeting, item: EvidenceItem, given: list[GivenOpinion], call: OpinionCall | None
) -> Examined:
    opinions = tuple(
        (meeting.seats[row.account_id].name, row.opinion()) for row in given if row.item_id == item.id
    )
    owners = [row.name for row in meeting.seats.values() if speaks_for(SeatRole(row.role)) == item.side]
    title = item.title or item.file_name or "未命名"
    owner = owners[0] if owners else item.side
    told = {row.side for row in given if row.item_id == item.id} | {item.side}
    over = call is not None and call.settled_at is not None
    parties = (row for row in meeting.seats.values() if SeatRole(row.role) in _PARTIES)
    silent = [row.name for row in parties if over and speaks_for(SeatRole(row.role)) not in told]
    label = f"{item.side}-{item.number}"
    return Examined(label, title, owner, item.purpose, item.sha256, opinions, tuple(silent))
