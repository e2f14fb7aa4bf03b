"""The room as one person may see it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from odr.db.chat import ChatLine, number_in
from odr.db.minutes import MinutesLine
from odr.db.recordings import Recording
from odr.db.sittings import Meeting
from odr.domain.lines import Grade
from odr.domain.recordings import HEARD, RULES, Answer, unanswered
from odr.domain.sittings import (
    APART,
    KEPT_FOR,
    MAY_SEND,
    Asked,
    Channel,
    Kind,
    Place,
    SeatRole,
    Standing,
    State,
    not_ready,
    side_of,
    standing,
)


@dataclass(frozen=True, slots=True)
class SeatView:
    """A person as everybody in the room may know of them; `device` and `line` are for the host alone."""

    id: UUID
    name: str
    in_place_of: str  # of a ward or a company; "" who sits for themselves
    role: SeatRole
    side: str
    present: bool
    connected: bool
    place: Place
    admitted: bool
    device: Mapping[str, Any]
    beside: tuple[Mapping[str, Any], ...]
    line: str
    standing: Standing
    asked: Asked  # to talk apart; like `because` for the person and the host alone
    because: str
    hand_at: datetime | None  # asks to speak; for those in the same place, and the host
    shares: bool  # their screen; for those in the same place
    muted: bool  # by whoever leads; for those in the same place, and the host


@dataclass(frozen=True, slots=True)
class LineView:
    """`role`: in what part its author sits: a helper's word is not the party's."""

    id: UUID
    key: str
    name: str
    role: SeatRole
    mine: bool
    text: str
    at: datetime
    number: int  # in the place where it is read; a later line has a higher one
    released: bool  # was written apart; its author let all read it


@dataclass(frozen=True, slots=True)
class MinutesView:
    id: UUID
    speaker: str
    text: str
    at: datetime
    number: int


@dataclass(frozen=True, slots=True)
class RecordingView:
    """The recording in force. `why`: nothing is recorded just now, and why; `asks`: this person is to answer.

    `consent`: a no ends it; else the court records by law, and the answer says that it was read.
    `waits_for`: names, for the host alone.
    """

    on: bool
    why: str
    consent: bool
    asks: bool
    agreed: bool
    waits_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoomView:
    """The room as one person may see it: nothing in it is of a place where they are not."""

    id: UUID
    kind: Kind
    state: State
    stage: Place
    epoch: int
    started_at: datetime | None
    me: SeatView
    hosts: bool
    seats: tuple[SeatView, ...]
    hearers: tuple[str, ...]
    readers: tuple[str, ...]  # of what this person writes here; who hears does not always read
    may_share: bool  # one's own screen, by the part one has
    chat: tuple[LineView, ...]
    minutes: tuple[MinutesView, ...]
    starts_at: datetime
    starts_in_s: float  # seconds, since clocks of phones go wrong; below 0: since then
    ready: bool  # the host may begin
    waits_for: tuple[str, ...]  # the parties without whom it cannot
    host: str
    host_away: bool
    apart_since: datetime | None  # the talk apart that is under way
    returns_in_s: float | None  # a talk apart ends then
    kept_until: datetime | None  # a paused room; closed and still set: adjourned
    recording: RecordingView | None
    recording_ended: str  # how the last one ended that is no longer in force


def room_view(
    meeting: Meeting,
    account_id: UUID,
    lines: Iterable[ChatLine],
    minutes: Iterable[MinutesLine],
    *,
    grades: Mapping[UUID, str],
    last: Recording | None,
    now: datetime,
) -> RoomView:
    """`grades`: how well each seat's line carries, for the host and the person; that nothing comes, for all.

    `last`: recording.
    """
    sitting, mine = meeting.sitting, meeting.seats[account_id]
    hosts = sitting.host_id == account_id
    hearers = meeting.receivers(Channel.MEDIA, Place(mine.place))
    readers = meeting.receivers(Channel.CHAT, Place(mine.place))
    seats = {
        key: _seat(
            meeting,
            key,
            grades,
            told=hosts or key == account_id,
            near=key in hearers and account_id in hearers,
            mine=key == account_id,
            now=now,
        )
        for key in meeting.seats
    }
    return RoomView(
        sitting.id,
        Kind(sitting.kind),
        meeting.state,
        Place(sitting.stage),
        sitting.epoch,
        sitting.started_at,
        seats[account_id],
        hosts,
        tuple(seats.values()),
        tuple(seats[key].name for key in seats if key in hearers and account_id in hearers),
        tuple(seats[key].name for key in seats if key in readers and account_id in readers),
        SeatRole(mine.role) in MAY_SEND[Channel.SCREEN],
        tuple(
            LineView(
                one.id,
                mine.place,
                one.name,
                SeatRole(meeting.seats[one.account_id].role),
                one.account_id == account_id,
                one.text,
                one.at,
                number_in(one, Place(mine.place)),
                one.released_at is not None,
            )
            for one in lines
        ),
        tuple(MinutesView(one.id, one.speaker, one.text, one.at, one.number) for one in minutes),
        sitting.starts_at,
        (sitting.starts_at - now).total_seconds(),
        not_ready(meeting.facts) is None,
        meeting.waits_for,
        meeting.seats[sitting.host_id].name,
        meeting.host_away_since is not None or grades.get(sitting.host_id) == Grade.SILENT,
        sitting.apart_since if Place(sitting.stage) in APART else None,
        max(0.0, (sitting.return_at - now).total_seconds()) if sitting.return_at else None,
        sitting.paused_at + KEPT_FOR if sitting.paused_at else None,
        _recording(meeting, account_id, hosts=hosts),
        last.ending if last and sitting.recording_id is None else "",
    )


def _recording(meeting: Meeting, account_id: UUID, *, hosts: bool) -> RecordingView | None:
    order, hold, mine = meeting.order, meeting.recording_hold, meeting.seats[account_id]
    if order is None:
        return None
    answer = order.answers[account_id]
    return RecordingView(
        hold is None,
        hold.value if hold else "",
        RULES[order.kind].asks,
        answer is Answer.OPEN and SeatRole(mine.role) in HEARD,
        answer is Answer.AGREED,
        tuple(meeting.seats[key].name for key in unanswered(order, meeting.room)) if hosts else (),
    )


def _seat(
    meeting: Meeting,
    account_id: UUID,
    grades: Mapping[UUID, str],
    *,
    told: bool,
    near: bool,
    mine: bool,
    now: datetime,
) -> SeatView:
    """`told`: the person and the host know more of them; `near`: they are in the same place."""
    row = meeting.seats[account_id]
    role, grade = SeatRole(row.role), grades.get(account_id, "")
    if not told and grade != Grade.SILENT:
        grade = ""
    return SeatView(
        account_id,
        row.name,
        row.in_place_of,
        role,
        side_of(role),
        row.present,
        row.connected,
        Place(row.place),
        row.admitted,
        row.device if told else {},
        tuple(row.beside),
        grade,
        standing(meeting.presence(account_id, now, grade)),
        Asked(row.asked) if told else Asked.NO,
        row.because if told else "",
        row.hand_at if told or near else None,
        account_id in meeting.screens and (near or mine),
        account_id in meeting.muted and (told or near),
    )
