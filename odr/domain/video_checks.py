"""A check by video: a member of staff sees the person and the card, live, and nothing is recorded.

Rule 1: one at a time for a person, held by the member of staff who opened it until it has ended.
Rule 2: what was seen is decided by `odr.domain.identity`, of equal rank with camera and counter; here is only
        whether the two may see each other, and whether they have.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from odr.domain.calendars import Calendar
from odr.domain.deadlines import CHINA
from odr.domain.identity import CHECKERS, StaffWay
from odr.domain.steps import Machine, Reason, Role, Step, Told

KEPT_FOR: Final = timedelta(minutes=5)  # without the member of staff; then the person's place in line is free


class State(StrEnum):
    OPEN = "open"
    ENDED = "ended"


class Action(StrEnum):
    OPEN = "open"
    DECIDE = "decide"
    END = "end"  # without a result: nobody came, the line was too bad, another day suits better
    LAPSE = "lapse"  # the member of staff did not come back


class Part(StrEnum):
    """In what part somebody is in the check."""

    PERSON = "person"
    STAFF = "staff"


class Prompt(StrEnum):
    """What the member of staff asks for in writing, so that nobody has to hear well."""

    CARD = "card"
    CLOSER = "closer"
    LIGHT = "light"
    SOUND = "sound"
    WAIT = "wait"


class Standing(StrEnum):
    """How it is with one of the two, for the other."""

    EXPECTED = "expected"  # told, and not here yet
    JOINING = "joining"
    HERE = "here"
    LOST = "lost"  # the line broke
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """`waiting`: the person's check is open; `own`: it is the member of staff's own; `met`: both were
    connected at one time.
    """

    waiting: bool = False
    way: str = ""
    own: bool = False
    met: bool = False


@dataclass(frozen=True, slots=True)
class Presence:
    """`came`: took a ticket; `lost`: the last line broke and was not closed."""

    came: bool = False
    present: bool = False
    connected: bool = False
    lost: bool = False


def _may_open(facts: VideoFacts) -> Reason | None:
    if facts.own:
        return Reason("Nobody checks himself.")
    if not facts.waiting:
        return Reason("This person does not wait for a check any more.")
    if facts.way != StaffWay.VIDEO:
        return Reason("This person asked to be seen at the counter, not by video.")
    return None


def _met(facts: VideoFacts) -> Reason | None:
    if facts.met:
        return None
    return Reason("You and the person have not seen each other in this video check yet.")


_STAFF: Final = frozenset(CHECKERS)
_CLOCK: Final = frozenset({Role.CLOCK})
_S, _A = State, Action
_CALLED: Final = ("video_check_open",)
_AGAIN: Final = ("video_check_ended",)

# Its subject is the person's account, so that there is one at a time.
MACHINE: Final[Machine[VideoFacts]] = Machine(
    "video_check",
    (
        Step(None, _A.OPEN, _STAFF, _S.OPEN, _may_open, notices=_CALLED),
        Step(_S.ENDED, _A.OPEN, _STAFF, _S.OPEN, _may_open, notices=_CALLED),
        Step(_S.OPEN, _A.DECIDE, _STAFF, _S.ENDED, _met),
        Step(_S.OPEN, _A.END, _STAFF, _S.ENDED, notices=_AGAIN),
        Step(_S.OPEN, _A.LAPSE, _CLOCK, _S.ENDED, notices=_AGAIN),
    ),
    told=Told.PERSON,
)


def routes(person_id: UUID, staff_id: UUID) -> Mapping[UUID, frozenset[UUID]]:
    """The media matrix: who receives (key) whom (values). The two, each other, and nobody else."""
    return {person_id: frozenset({staff_id}), staff_id: frozenset({person_id})}


def lapsed(staff_away_since: datetime | None, now: datetime) -> bool:
    """Whether a member of staff who is away (None: is there) has given the check up."""
    return staff_away_since is not None and now - staff_away_since >= KEPT_FOR


def standing(presence: Presence) -> Standing:
    if presence.present:
        return Standing.HERE if presence.connected else Standing.JOINING
    if not presence.came:
        return Standing.EXPECTED
    return Standing.LOST if presence.lost else Standing.LEFT


@dataclass(frozen=True, slots=True)
class Hours:
    """When staff sees people by video, on working days: spans of the day in Chinese time, in order."""

    spans: tuple[tuple[time, time], ...]

    @property
    def text(self) -> str:
        """As it is read: 9:00–12:00，13:30–17:00."""
        return "，".join(f"{begins:%-H:%M}–{ends:%-H:%M}" for begins, ends in self.spans)

    def opens(self, now: datetime, calendar: Calendar) -> datetime:
        """`now` itself within the hours, else when they next begin."""
        days, here = calendar.as_provisional(), now.astimezone(CHINA)
        if not days.is_rest_day(here.date()):
            for begins, ends in self.spans:
                if here.time() < ends:
                    return max(now, datetime.combine(here.date(), begins, CHINA))
        day = days.next_working_day(here.date() + timedelta(days=1))
        return datetime.combine(day, self.spans[0][0], CHINA)
