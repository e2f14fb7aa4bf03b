"""The recording (录音录像) of a sitting: who orders it, who is asked, when it runs, who sees it.

Rule 1: it runs only while all are together; of a talk apart no packet is recorded, and after one it rests
        until whoever leads says so.
Rule 2: in mediation it needs the yes of everybody who is heard; a no, or a yes taken back, ends it (OMR 22).
Rule 3: a hearing is recorded as the court's own record; those heard are told, not asked (LL 1, 18).
Rule 4: what was said in mediation reaches no judge, the recording least of all (OMR 18, JS 107).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from odr.domain.minutes import TALKS
from odr.domain.permissions import Permission
from odr.domain.sittings import MAY_SEND, REACHES, Channel, Kind, Place, Room, SeatRole
from odr.domain.steps import PARTIES, Machine, Reason, Role, Step

GRACE: Final = timedelta(seconds=60)  # after the end: whatever has not said that it is closed was cut off
LEAD: Final = timedelta(seconds=3)  # from the order that begins a part to its first packet
REOPENED_AFTER: Final = timedelta(hours=1)  # looking on is one opening; later it is another
MARK: Final = "记录"  # who speaks in the minutes' lines about the recording


@dataclass(frozen=True, slots=True)
class Rule:
    """`asks`: everybody who is heard must say yes; `kept_for` None: as long as the file of the court.

    `sees` opens the player, `takes` the file; `audience`: in whose dossiers its entries of the log stand.
    """

    asks: bool
    kept_for: timedelta | None
    sees: Permission
    takes: Permission
    audience: str


RULES: Final[Mapping[Kind, Rule]] = MappingProxyType(
    {
        # kept no longer than somebody may complain of the mediator or correct the minutes (PIPL 19)
        Kind.MEDIATION: Rule(
            True, timedelta(days=90), Permission.SEE_TALKS_RECORDED, Permission.TAKE_TALKS_RECORDED, TALKS
        ),
        # filed with the case, and deleted by nobody (LL 5, 15)
        Kind.CONFIRMATION: Rule(
            False, None, Permission.SEE_HEARING_RECORDED, Permission.TAKE_HEARING_RECORDED, "case"
        ),
    }
)
# Who is heard and seen in the joint place, and so asked or told; an observer is neither.
HEARD: Final = MAY_SEND[Channel.MEDIA] & REACHES[Channel.RECORDING][Place.JOINT]


class Answer(StrEnum):
    OPEN = ""
    AGREED = "agreed"
    REFUSED = "refused"


class Hold(StrEnum):
    """Why nothing is recorded though it was ordered."""

    PAUSED = "paused"
    APART = "apart"
    RESTS = "rests"  # after a talk apart, until whoever leads goes on
    UNANSWERED = "unanswered"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Order:
    """A recording in force; `rests`: there was a talk apart since it last ran."""

    kind: Kind
    rests: bool
    answers: Mapping[UUID, Answer]


def hold(order: Order, room: Room, *, live: bool, stage: Place) -> Hold | None:
    """Why nothing is recorded now; None while it is."""
    heard = _heard(room)
    unanswered = RULES[order.kind].asks and any(order.answers.get(one) != Answer.AGREED for one in heard)
    reasons = (
        (Hold.PAUSED, not live),
        (Hold.APART, stage is not Place.JOINT),
        (Hold.RESTS, order.rests),
        (Hold.NOBODY, not heard),
        (Hold.UNANSWERED, unanswered),
    )
    return next((why for why, holds in reasons if holds), None)


def recorded(order: Order, room: Room, *, live: bool, stage: Place) -> frozenset[UUID]:
    """Whose sound and picture go into the recording now."""
    return frozenset() if hold(order, room, live=live, stage=stage) else _heard(room)


def unanswered(order: Order, room: Room) -> frozenset[UUID]:
    """Whom the recording waits for: in the joint place, or at the door to it."""
    if not RULES[order.kind].asks:
        return frozenset()
    here = {key for key, seat in room.seats.items() if seat.role in HEARD}
    return frozenset(key for key in here if order.answers.get(key, Answer.OPEN) is Answer.OPEN)


def _heard(room: Room) -> frozenset[UUID]:
    return frozenset(
        key for key, seat in room.seats.items() if seat.place is Place.JOINT and seat.role in HEARD
    )


def delete_at(kind: Kind, ended_at: datetime) -> datetime | None:
    kept_for = RULES[kind].kept_for
    return ended_at + kept_for if kept_for else None


def second_of(spans: Sequence[Mapping[str, Any]], at: datetime) -> int | None:
    """Where in the film a moment is, in whole seconds; what was said in a gap is nowhere.

    `spans`: in order, the parts that were recorded: `at` (ISO), `ms` in the film, `length_ms`. The line that
    says that a part begins is a little older than its first packet: it stands at the beginning of that part.
    """
    for span in spans:
        passed = at - datetime.fromisoformat(span["at"])
        if -LEAD <= passed <= timedelta(milliseconds=span["length_ms"]):
            return int(span["ms"] + max(passed, timedelta()) / timedelta(milliseconds=1)) // 1000
    return None


class State(StrEnum):
    ORDERED = "ordered"
    ENDED = "ended"  # files are being closed and sealed
    KEPT = "kept"  # each track is sealed, its hash in the log
    COMPOSED = "composed"  # one file by speaker
    TRACKS_ONLY = "tracks_only"  # they could not be composed
    EMPTY = "empty"  # nothing was recorded
    DELETED = "deleted"


class Action(StrEnum):
    ORDER = "order"
    STOP = "stop"
    REFUSE = "refuse"  # somebody says no, or takes the yes back
    CLOSE = "close"  # the sitting is over
    FAIL = "fail"  # the disk is full or fails
    KEEP = "keep"
    COMPOSE = "compose"
    GIVE_UP = "give_up"
    DISCARD = "discard"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class RecordingFacts:
    kind: Kind
    live: bool = True
    running: bool = False  # one is in force already
    joint: bool = True


def _may_order(facts: RecordingFacts) -> Reason | None:
    if not facts.live:
        return Reason("The sitting has not begun yet.")
    if facts.running:
        return Reason("A recording is on already.")
    return None if facts.joint else Reason("A talk apart is never recorded. Please bring all together first.")


def _may_refuse(facts: RecordingFacts) -> Reason | None:
    if RULES[facts.kind].asks:
        return None
    return Reason("The court records its hearings by law. Your objection can be written down.", "LL 1, 18")


_HOSTS: Final = frozenset({Role.MEDIATOR, Role.CONFIRMING_JUDGE})
_CLOCK: Final = frozenset({Role.CLOCK})
_S, _A = State, Action

MACHINE: Final[Machine[RecordingFacts]] = Machine(
    "recording",
    (
        Step(None, _A.ORDER, _HOSTS, _S.ORDERED, _may_order),
        Step(_S.ORDERED, _A.STOP, _HOSTS, _S.ENDED),
        Step(_S.ORDERED, _A.REFUSE, PARTIES | {Role.AGENT, Role.GUEST}, _S.ENDED, _may_refuse),
        Step(_S.ORDERED, _A.CLOSE, _CLOCK, _S.ENDED),
        Step(_S.ORDERED, _A.FAIL, _CLOCK, _S.ENDED),
        Step(_S.ENDED, _A.KEEP, _CLOCK, _S.KEPT),
        Step(_S.ENDED, _A.DISCARD, _CLOCK, _S.EMPTY),
        Step(_S.KEPT, _A.COMPOSE, _CLOCK, _S.COMPOSED),
        Step(_S.KEPT, _A.GIVE_UP, _CLOCK, _S.TRACKS_ONLY),
        Step(_S.COMPOSED, _A.DELETE, _CLOCK, _S.DELETED),
        Step(_S.TRACKS_ONLY, _A.DELETE, _CLOCK, _S.DELETED),
    ),
    final=frozenset({_S.EMPTY, _S.DELETED}),
)
# As whom somebody refuses; whoever is not named cannot.
_REFUSES: Final[Mapping[SeatRole, Role]] = MappingProxyType(
    {
        SeatRole.PARTY_A: Role.APPLICANT,
        SeatRole.PARTY_B: Role.RESPONDENT,
        SeatRole.AGENT_A: Role.AGENT,
        SeatRole.AGENT_B: Role.AGENT,
        SeatRole.HELPER_A: Role.GUEST,
        SeatRole.HELPER_B: Role.GUEST,
        SeatRole.WITNESS: Role.GUEST,
        SeatRole.INTERPRETER: Role.GUEST,
    }
)


def refuses_as(role: SeatRole) -> Role | None:
    return _REFUSES.get(role)


# What the minutes say of it.
BEGINS: Final = "录音录像开始。"
GOES_ON: Final = "录音录像继续。"
CEASES: Final[Mapping[str, str]] = MappingProxyType(
    {
        Hold.PAUSED: "录音录像中断：会议暂停。",
        Hold.APART: "录音录像中断：调解员与一方单独谈话，单独谈话不录制。",
        Hold.RESTS: "录音录像中断。",
        Hold.NOBODY: "录音录像中断：会场内无人。",
        Hold.UNANSWERED: "录音录像中断：等待新到人员表示是否同意录制。",
        Action.STOP: "录音录像结束：主持人停止录制。",
        Action.REFUSE: "录音录像结束：有人不同意录制。",
        Action.CLOSE: "录音录像结束：会议结束。",
        Action.FAIL: "录音录像结束：存储空间不足或者存储故障，无法继续录制。",
    }
)
