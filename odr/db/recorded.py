"""The recording that is in force in a room: ordered, begun, ceased and ended, wherever its people move.

Rule 1: each beginning and each ceasing is marked, written into the minutes and into the log.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from odr.db.audit import Discreet
from odr.db.minutes import MinutesLine
from odr.db.recordings import Recording, RecordingMark
from odr.db.sittings import Meeting
from odr.db.uow import Tx
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.recordings import (
    BEGINS,
    CEASES,
    GOES_ON,
    MACHINE,
    MARK,
    RULES,
    Action,
    Answer,
    RecordingFacts,
    delete_at,
)
from odr.domain.sittings import Kind, Place, State
from odr.domain.steps import Role, Subject, advance


async def order(tx: Tx, actor: Actor, meeting: Meeting, role: Role, now: datetime) -> UUID:
    """Have the joint talk recorded from when everybody has agreed on; the id."""
    sitting = meeting.sitting
    row = Recording(
        id=uuid4(),
        sitting_id=sitting.id,
        case_id=sitting.case_id,
        kind=sitting.kind,
        ordered_by=sitting.host_id,
        ordered_at=now,
    )
    facts = RecordingFacts(
        Kind(sitting.kind),
        live=meeting.state is State.LIVE,
        running=sitting.recording_id is not None,
        joint=Place(sitting.stage) is Place.JOINT,
    )
    change = advance(MACHINE, Subject(row.id, row.case_id, None, facts), Action.ORDER, role, now=now)
    tx.recordings.add(row)
    await tx.flush()
    await tx.record(actor, change, within=_within(meeting))
    sitting.recording_id, sitting.recording_rests, sitting.recorded_before = row.id, False, False
    for seat in meeting.seats.values():
        seat.recording_answer = Answer.OPEN.value
    meeting.seats[sitting.host_id].recording_answer = Answer.AGREED.value
    return row.id


async def end(tx: Tx, actor: Actor, meeting: Meeting, *, action: Action, role: Role, now: datetime) -> None:
    """End the recording in force, if there is one."""
    sitting, recording_id = meeting.sitting, meeting.sitting.recording_id
    if recording_id is None:
        return
    row = await tx.recordings.lock(recording_id)
    state = await tx.states.lock(MACHINE.name, row.id)
    subject = Subject(row.id, row.case_id, state, RecordingFacts(Kind(row.kind)))
    await tx.record(actor, advance(MACHINE, subject, action, role, now=now), within=_within(meeting))
    _cease(tx, meeting, row.id, action.value, now)
    sitting.recording_id, sitting.recording_rests = None, False
    row.ended_at, row.ending = now, action.value
    row.delete_at = delete_at(Kind(row.kind), now)
    (await tx.recordings.work(row.id)).look_at = now


def mark(tx: Tx, meeting: Meeting, now: datetime) -> None:
    """Write down that recording began or ceased, if it did; asked at every change of a room."""
    sitting, hold = meeting.sitting, meeting.recording_hold
    if sitting.recording_id is None or sitting.recording_on is (hold is None):
        return
    if hold is not None:
        _cease(tx, meeting, sitting.recording_id, hold.value, now)
        return
    text = GOES_ON if sitting.recorded_before else BEGINS
    sitting.recording_on = sitting.recorded_before = True
    tx.recordings.add(RecordingMark(recording_id=sitting.recording_id, at=now, on=True, why=""))
    _minute(tx, meeting, text, now)
    audit(tx, PLATFORM, "on", meeting, now)


def _cease(tx: Tx, meeting: Meeting, recording_id: UUID, why: str, now: datetime) -> None:
    if not meeting.sitting.recording_on:
        return
    meeting.sitting.recording_on = False
    tx.recordings.add(RecordingMark(recording_id=recording_id, at=now, on=False, why=why))
    _minute(tx, meeting, CEASES[why], now)
    audit(tx, PLATFORM, "off", meeting, now, why=why)


def _minute(tx: Tx, meeting: Meeting, text: str, now: datetime) -> None:
    """Beginning, end and gaps stand in writing (LL 3, 4)."""
    tx.minutes.append(
        MinutesLine(
            id=uuid4(),
            sitting_id=meeting.sitting.id,
            at=now,
            speaker=MARK,
            text=text,
            key=Place.JOINT.value,
            written_by=meeting.sitting.host_id,
        )
    )


def audit(tx: Tx, actor: Actor, action: str, meeting: Meeting, now: datetime, **details: Any) -> None:
    """An entry about the recording in force, for the dossiers of those who may know of it."""
    sitting = meeting.sitting
    tx.audit.add(
        actor,
        f"recording.{action}",
        MACHINE.name,
        sitting.recording_id or sitting.id,
        at=now,
        case_id=sitting.case_id,
        audience=RULES[Kind(sitting.kind)].audience,
        **details,
    )


def _within(meeting: Meeting) -> Discreet:
    """A mediation's recording is no news for anybody outside it."""
    return Discreet(frozenset(meeting.seats), RULES[Kind(meeting.sitting.kind)].audience)
