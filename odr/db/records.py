"""What was said and shown in one sitting, gathered from its rows."""

from datetime import datetime

from odr.db.evidence import EvidenceItem
from odr.db.exhibits import GivenOpinion
from odr.db.sittings import Meeting
from odr.db.uow import Tx
from odr.domain.records import Examined, Held, Spoken
from odr.domain.sittings import Kind, SeatRole, side_of


async def held(tx: Tx, meeting: Meeting, closed_at: datetime) -> Held:
    """The sitting as it is written down; those count as attending whom the room heard."""
    sitting = meeting.sitting
    case = await tx.cases.get(sitting.case_id)
    came = {row.account_id for row in await tx.sittings.attendance(sitting.id)}
    items = await tx.evidence.of_case(sitting.case_id)
    given = [row for row in await tx.exhibits.opinions(i.id for i in items) if row.sitting_id == sitting.id]
    lines = await tx.minutes.lines(sitting.id)
    return Held(
        Kind(sitting.kind),
        (case.number if case else "") or str(sitting.case_id),
        sitting.started_at or sitting.starts_at,
        closed_at,
        meeting.seats[sitting.host_id].name,
        tuple(row.name for key, row in meeting.seats.items() if key in came),
        tuple(Spoken(line.at, line.speaker, line.text) for line in lines),
        tuple(_examined(meeting, item, given) for item in items if any(g.item_id == item.id for g in given)),
    )


def _examined(meeting: Meeting, item: EvidenceItem, given: list[GivenOpinion]) -> Examined:
    opinions = tuple(
        (meeting.seats[row.account_id].name, row.opinion()) for row in given if row.item_id == item.id
    )
    owners = [row.name for row in meeting.seats.values() if side_of(SeatRole(row.role)) == item.side]
    title = item.title or item.file_name or "未命名"
    owner = owners[0] if owners else item.side
    return Examined(f"{item.side}-{item.number}", title, owner, item.purpose, item.sha256, opinions)
