"""A sitting, and the one table that says who hears, sees and reads what in its room.

Rule 1: everybody is in exactly one place; what is said in a place stays there, on every channel.
Rule 2: a move is two acts: the old place is left in one epoch, the new one entered in the next. In between a
        person is nowhere; a stale epoch is refused.
Rule 3: who joins, comes back or is lost stands in the lobby, never straight in a caucus.
Rule 4: minutes and recording know the joint place only.
Rule 5: nobody enters a caucus who did not accept it (`into_caucus`); who says no stays with their own side.
Rule 6: a helper is asked and comes along only if the side wants it, and never before those who speak for it.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from odr.domain.steps import PARTIES, Machine, Reason, Role, Step, Told
from odr.errors import Conflict, NotAllowed


class SeatRole(StrEnum):
    """In what part a person sits in the room; A is the side that began the case."""

    PARTY_A = "party_a"
    AGENT_A = "agent_a"
    HELPER_A = "helper_a"  # 协助人, marked, cannot sign
    PARTY_B = "party_b"
    AGENT_B = "agent_b"
    HELPER_B = "helper_b"
    MEDIATOR = "mediator"
    CONFIRMING_JUDGE = "confirming_judge"
    WITNESS = "witness"  # in the joint place only while testifying (OLR 26)
    INTERPRETER = "interpreter"
    OBSERVER = "observer"
    SUPPORT = "support"  # health of the room, never its content


class Place(StrEnum):
    """Where a person is; the value is also the keyspace of what is stored there."""

    LOBBY = "lobby"
    JOINT = "joint"
    CAUCUS_A = "caucus:a"
    CAUCUS_B = "caucus:b"
    PRIVATE_A = "private:a"  # a side among itself
    PRIVATE_B = "private:b"
    MOVING = "moving"  # between two places: hears and is heard by nobody


CAUCUS: Final[Mapping[str, Place]] = MappingProxyType({"A": Place.CAUCUS_A, "B": Place.CAUCUS_B})
APART: Final = frozenset(CAUCUS.values())
PRIVATE: Final = frozenset({Place.PRIVATE_A, Place.PRIVATE_B})


class Asked(StrEnum):
    """Whether a person was asked into a caucus, and what they said; who accepts is led there at once."""

    NO = ""
    OPEN = "open"
    DECLINED = "declined"


class Channel(StrEnum):
    MEDIA = "media"
    SCREEN = "screen"  # a shared one: it goes where the camera goes
    CHAT = "chat"
    EVIDENCE = "evidence"
    MINUTES = "minutes"
    PUSH = "push"
    OFFERS = "offers"  # concessions: no judge, also none who leads a hearing, ever reads them (JS 107)
    RECORDING = "recording"  # its audience is who may be recorded


_R, _P, _C = SeatRole, Place, Channel
SIDES: Final[Mapping[str, frozenset[SeatRole]]] = MappingProxyType(
    {
        "A": frozenset({_R.PARTY_A, _R.AGENT_A, _R.HELPER_A}),
        "B": frozenset({_R.PARTY_B, _R.AGENT_B, _R.HELPER_B}),
    }
)
_NEUTRAL: Final = frozenset({_R.MEDIATOR, _R.INTERPRETER})
_BOTH: Final = SIDES["A"] | SIDES["B"]
_INSIDE: Final = _BOTH | _NEUTRAL | {_R.CONFIRMING_JUDGE}

MAY_ENTER: Final[Mapping[Place, frozenset[SeatRole]]] = MappingProxyType(
    {
        _P.LOBBY: frozenset(SeatRole),
        _P.MOVING: frozenset(SeatRole),
        _P.JOINT: _INSIDE | {_R.WITNESS, _R.OBSERVER},
        _P.CAUCUS_A: SIDES["A"] | _NEUTRAL,
        _P.CAUCUS_B: SIDES["B"] | _NEUTRAL,
        _P.PRIVATE_A: SIDES["A"],
        _P.PRIVATE_B: SIDES["B"],
    }
)

_SPOKEN: Final = {place: MAY_ENTER[place] for place in (_P.CAUCUS_A, _P.CAUCUS_B, _P.PRIVATE_A, _P.PRIVATE_B)}
# Channel → place → the roles that may receive there; a place that is not named carries nothing.
REACHES: Final[Mapping[Channel, Mapping[Place, frozenset[SeatRole]]]] = MappingProxyType(
    {
        _C.MEDIA: {_P.JOINT: MAY_ENTER[_P.JOINT], **_SPOKEN},
        _C.SCREEN: {_P.JOINT: MAY_ENTER[_P.JOINT], **_SPOKEN},
        _C.CHAT: {_P.JOINT: _INSIDE, **_SPOKEN},
        _C.EVIDENCE: {_P.JOINT: _INSIDE | {_R.WITNESS}, **_SPOKEN},
        _C.PUSH: {_P.JOINT: MAY_ENTER[_P.JOINT], **_SPOKEN},
        _C.OFFERS: {
            _P.JOINT: _BOTH | _NEUTRAL,
            _P.CAUCUS_A: SIDES["A"] | {_R.MEDIATOR},
            _P.CAUCUS_B: SIDES["B"] | {_R.MEDIATOR},
        },
        _C.MINUTES: {_P.JOINT: _INSIDE},
        _C.RECORDING: {_P.JOINT: MAY_ENTER[_P.JOINT]},
    }
)
_HELPERS: Final = frozenset({_R.HELPER_A, _R.HELPER_B})
SPEAK_FOR: Final[Mapping[str, frozenset[SeatRole]]] = MappingProxyType(
    {side: roles - _HELPERS for side, roles in SIDES.items()}
)
LISTENERS: Final = frozenset({_R.OBSERVER})  # who hears and sees, and is neither heard nor seen
GUESTS: Final = frozenset(
    {_R.WITNESS, _R.INTERPRETER, _R.OBSERVER, *_HELPERS}
)  # of one sitting, without part in the case
# Channel → who may send on it where they receive it: a helper shows and judges no evidence.
MAY_SEND: Final[Mapping[Channel, frozenset[SeatRole]]] = MappingProxyType(
    {
        _C.MEDIA: frozenset(SeatRole) - LISTENERS - {_R.SUPPORT},
        _C.CHAT: _INSIDE,  # a helper's line is marked as theirs
        **dict.fromkeys((_C.EVIDENCE, _C.SCREEN), _INSIDE - _HELPERS - {_R.INTERPRETER}),
    }
)


@dataclass(frozen=True, slots=True)
class Seat:
    """A person in the room; `id` is the account, so that nobody has two seats."""

    id: UUID
    role: SeatRole
    place: Place = Place.LOBBY


@dataclass(frozen=True, slots=True)
class Room:
    """Who is where. `epoch` grows with every change of places; `targets` are of the move under way."""

    seats: Mapping[UUID, Seat] = field(default_factory=dict)
    epoch: int = 0
    targets: Mapping[UUID, Place] = field(default_factory=dict)


def audience(channel: Channel, place: Place, seats: Iterable[Seat]) -> frozenset[Seat]:
    """Who of `seats` receives now what is sent on `channel` in `place`: those who are there and may."""
    roles = REACHES[channel].get(place, frozenset())
    return frozenset(seat for seat in seats if seat.place is place and seat.role in roles)


def readers(channel: Channel, place: Place) -> frozenset[SeatRole]:
    """The roles that may read later what was stored under the key of `place`."""
    return REACHES[channel].get(place, frozenset())


def routes(room: Room, state: "State") -> dict[UUID, frozenset[UUID]]:
    """The media matrix: who receives (key) whom (values). Nobody hears anybody unless the sitting is live."""
    if state is not State.LIVE:
        return dict.fromkeys(room.seats, frozenset())
    return {
        seat.id: frozenset(
            other.id
            for other in room.seats.values()
            if other.id != seat.id
            and other.role in MAY_SEND[Channel.MEDIA]
            and seat in audience(Channel.MEDIA, other.place, room.seats.values())
            and other in audience(Channel.MEDIA, seat.place, room.seats.values())
        )
        for seat in room.seats.values()
    }


def join(room: Room, seat_id: UUID, role: SeatRole) -> Room:
    """The person comes in, or comes back: to the lobby, and out of any move under way."""
    return _placed(room, {**room.seats, seat_id: Seat(seat_id, role)}, _without(room.targets, seat_id))


def leave(room: Room, seat_id: UUID) -> Room:
    """The person is gone or lost; what was held for them is given up."""
    seats = {key: seat for key, seat in room.seats.items() if key != seat_id}
    return _placed(room, seats, _without(room.targets, seat_id))


def begin_move(room: Room, targets: Mapping[UUID, Place], *, epoch: int) -> Room:
    """First act: those named leave their places. Conflict if stale or one runs; NotAllowed by role."""
    _fresh(room, epoch)
    if room.targets:
        raise Conflict("Another move is still under way. Please wait a moment.")
    for seat_id, place in targets.items():
        seat = room.seats.get(seat_id)
        if seat is None:
            raise NotAllowed("This person is not in the room.")
        if place is Place.MOVING or seat.role not in MAY_ENTER[place]:
            raise NotAllowed("This person may not enter that room.", article="OMR 29")
    changed = {key: place for key, place in targets.items() if room.seats[key].place is not place}
    moving = {key: replace(room.seats[key], place=Place.MOVING) for key in changed}
    return _placed(room, {**room.seats, **moving}, changed)


def complete_move(room: Room, *, epoch: int) -> Room:
    """Second act, once the old routes are gone: those who are still there enter their new places."""
    _fresh(room, epoch)
    arrived = {key: replace(room.seats[key], place=place) for key, place in room.targets.items()}
    return _placed(room, {**room.seats, **arrived}, {})


def renewed(room: Room) -> Room:
    """The same places in a new epoch: something else changed of which media is to be told."""
    return _placed(room, room.seats, room.targets)


def abandon_move(room: Room) -> Room:
    """Everybody who was between two places stands in the lobby again: after a crash, or when media failed."""
    back = {
        key: replace(seat, place=Place.LOBBY)
        for key, seat in room.seats.items()
        if seat.place is Place.MOVING
    }
    return _placed(room, {**room.seats, **back}, {})


def in_lobby(room: Room) -> Room:
    """Everybody stands in the lobby, and no move is under way."""
    waiting = {key: replace(seat, place=Place.LOBBY) for key, seat in room.seats.items()}
    return _placed(room, waiting, {})


def to_ask(
    seats: Iterable[Seat], admitted: Collection[UUID], side: str, along: Collection[UUID] = ()
) -> frozenset[UUID]:
    """Whom the host asks into a caucus with `side`: its people who were admitted and are not in it yet.

    `along`: the helpers whom the side wants there; nobody asks them alone.
    """
    own = [seat for seat in seats if side_of(seat.role) == side and seat.id in admitted]
    if not any(speaks_for(seat.role) for seat in own):
        return frozenset()
    return frozenset(
        seat.id
        for seat in own
        if seat.place is not CAUCUS[side] and (speaks_for(seat.role) or seat.id in along)
    )


def may_accept(seats: Iterable[Seat], seat: Seat) -> bool:
    """Whether the person may go into the caucus now: a helper follows those who speak for the side."""
    side = side_of(seat.role)
    there = (one for one in seats if one.place is CAUCUS[side])
    return bool(speaks_for(seat.role)) or any(speaks_for(one.role) for one in there)


def into_caucus(seats: Iterable[Seat], side: str, joining: Collection[UUID]) -> dict[UUID, Place]:
    """Where everybody goes for a caucus with `side`.

    `joining`, who accepted and the host, go into it, also from the lobby; who is in it stays, and the neutral
    go along. Of the rest each side is among itself; who belongs to none waits in the lobby.
    """
    caucus = CAUCUS[side]
    present = [seat for seat in seats if seat.place is not Place.LOBBY or seat.id in joining]

    def place(seat: Seat) -> Place:
        may_join = seat.id in joining or seat.place is caucus or not side_of(seat.role)
        return _first_open(seat.role, *((caucus,) if may_join else ()), Place.PRIVATE_A, Place.PRIVATE_B)

    return {seat.id: place(seat) for seat in present}


def into_joint(seats: Iterable[Seat]) -> dict[UUID, Place]:
    """Everybody who may sit together does; a witness who is not there already waits until called."""
    waiting = {SeatRole.WITNESS, SeatRole.SUPPORT}

    def place(seat: Seat) -> Place:
        return Place.LOBBY if seat.role in waiting and seat.place is not Place.JOINT else Place.JOINT

    return {seat.id: place(seat) for seat in seats}


def stays_admitted(role: SeatRole) -> bool:
    """Whether a caucus sends the person out for its time only; a witness, there or not, is called anew."""
    return role is not SeatRole.WITNESS


def speaks_for(role: SeatRole) -> str:
    """ "A" or "B" for a party and its agents, "" for everybody else, a helper too."""
    return next((side for side, roles in SPEAK_FOR.items() if role in roles), "")


def side_of(role: SeatRole) -> str:
    """ "A", "B", or "" for the neutral."""
    return next((side for side, roles in SIDES.items() if role in roles), "")


def _first_open(role: SeatRole, *places: Place) -> Place:
    return next((place for place in places if role in MAY_ENTER[place]), Place.LOBBY)


def _fresh(room: Room, epoch: int) -> None:
    if epoch != room.epoch:
        raise Conflict


def _placed(room: Room, seats: Mapping[UUID, Seat], targets: Mapping[UUID, Place]) -> Room:
    return Room(MappingProxyType(dict(seats)), room.epoch + 1, MappingProxyType(dict(targets)))


def _without(targets: Mapping[UUID, Place], seat_id: UUID) -> dict[UUID, Place]:
    return {key: place for key, place in targets.items() if key != seat_id}


class Standing(StrEnum):
    """How it is with a person of the sitting, for everybody who waits for them."""

    NOT_SIGNED_IN = "not_signed_in"
    CHECKING = "checking"  # tries the device or reads the rules
    JOINING = "joining"
    IN_LOBBY = "in_lobby"
    IN_ROOM = "in_room"
    IN_CAUCUS = "in_caucus"
    POOR = "poor"
    DISCONNECTED = "disconnected"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Presence:
    """`began`: something was done at the door just now; `came`: into the lobby, once; `lost`: the line broke
    just now; `silent`: nothing comes over it, for a few seconds now.
    """

    place: Place = Place.LOBBY
    began: bool = False
    came: bool = False
    present: bool = False
    connected: bool = False
    lost: bool = False
    poor: bool = False
    silent: bool = False


# The first that holds.
_STANDINGS: Final[tuple[tuple[Standing, Callable[[Presence], bool]], ...]] = (
    (Standing.DISCONNECTED, lambda one: not one.present and one.came and one.lost),
    (Standing.LEFT, lambda one: not one.present and one.came),
    (Standing.CHECKING, lambda one: not one.present and one.began),
    (Standing.NOT_SIGNED_IN, lambda one: not one.present),
    (Standing.DISCONNECTED, lambda one: one.connected and one.silent),
    (Standing.JOINING, lambda one: not one.connected or one.place is Place.MOVING),
    (Standing.POOR, lambda one: one.poor),
    (Standing.IN_LOBBY, lambda one: one.place is Place.LOBBY),
    (Standing.IN_ROOM, lambda one: one.place is Place.JOINT),
    (Standing.IN_CAUCUS, lambda _: True),
)


def standing(presence: Presence) -> Standing:
    return next(found for found, holds in _STANDINGS if holds(presence))


class Kind(StrEnum):
    """What people meet for; the room is the same."""

    MEDIATION = "mediation"
    CONFIRMATION = "confirmation"  # the judge hears both sides on their joint application


HOSTS: Final[Mapping[Kind, SeatRole]] = MappingProxyType(
    {Kind.MEDIATION: SeatRole.MEDIATOR, Kind.CONFIRMATION: SeatRole.CONFIRMING_JUDGE}
)
_SEAT_ROLES: Final[Mapping[tuple[Role, str], SeatRole]] = MappingProxyType(
    {
        (Role.APPLICANT, "A"): SeatRole.PARTY_A,
        (Role.RESPONDENT, "B"): SeatRole.PARTY_B,
        (Role.AGENT, "A"): SeatRole.AGENT_A,
        (Role.AGENT, "B"): SeatRole.AGENT_B,
    }
)
VERIFIED_FOR: Final = timedelta(minutes=15)
PAUSE_AFTER: Final = timedelta(seconds=30)  # without the host
KEPT_FOR: Final = timedelta(minutes=15)  # a paused room, for the host to come back
LOBBY_BEFORE: Final = timedelta(hours=1)  # the platform opens the lobby by itself
RETURN_AFTER: Final = timedelta(seconds=30)  # from a caucus to all together, once the host has said so
MOST_REASON: Final = 200  # characters, of a person who does not want to talk apart


def seat_role(role: Role, side: str) -> SeatRole | None:
    """Where a participant of the case sits; None: not in this room."""
    return _SEAT_ROLES.get((role, side))


def newly_verified(
    signed_in_at: datetime | None, verified_at: datetime | None, last_seen: datetime | None, now: datetime
) -> datetime | None:
    """When the person at the door was verified, or None if it is too long ago (OMR 17).

    A code entered within 15 minutes counts, and so does the last time for whoever was in the room until
    a quarter of an hour ago.
    """
    if signed_in_at is not None and now - signed_in_at <= VERIFIED_FOR:
        return signed_in_at
    seen = last_seen or verified_at
    return verified_at if verified_at and seen and now - seen <= VERIFIED_FOR else None


class State(StrEnum):
    CREATED = "created"
    LOBBY_OPEN = "lobby_open"
    LIVE = "live"
    PAUSED = "paused"  # by the host, or because the host was lost for 30 s
    SUSPENDED = "suspended"  # a technical fault: a reason for absence (OLR 25)
    CLOSED = "closed"


class Action(StrEnum):
    CREATE = "create"
    OPEN_LOBBY = "open_lobby"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    SUSPEND = "suspend"
    RESCHEDULE = "reschedule"
    CLOSE = "close"
    ADJOURN = "adjourn"  # the host did not come back: to be scheduled anew


@dataclass(frozen=True, slots=True)
class SittingFacts:
    """`present` holds the sides whose party or agent is in; `unverified` counts those not verified again."""

    present: frozenset[str] = frozenset()
    separate_times_agreed: bool = False  # one side at a time, all agree (OMR 16)
    unverified: int = 0
    rights_read: bool = False


def not_ready(facts: SittingFacts) -> Reason | None:
    """Why the sitting cannot begin or go on yet."""
    if not facts.present >= {"A", "B"} and not (facts.present and facts.separate_times_agreed):
        return Reason("Both sides must be there, unless all agreed to separate times.", "OMR 16")
    if facts.unverified:
        return Reason("Everybody proves their identity again before the sitting begins.", "OMR 17")
    return None if facts.rights_read else Reason("Rights and duties must be told first.", "OMR 17")


def due(
    state: State, away_since: datetime | None, paused_at: datetime | None, now: datetime
) -> Action | None:
    """What the platform does about a host who is away (None: is there), or is back; None: nothing yet."""
    if state is State.LIVE and away_since is not None and now - away_since >= PAUSE_AFTER:
        return Action.PAUSE
    if state is State.PAUSED and away_since is None:
        return Action.RESUME
    if state is State.PAUSED and paused_at is not None and now - paused_at >= KEPT_FOR:
        return Action.ADJOURN
    return None


def returns(state: State, return_at: datetime | None, away_since: datetime | None, now: datetime) -> bool:
    """Whether the countdown of a caucus is over; without the host nobody is brought together."""
    return state is State.LIVE and away_since is None and return_at is not None and now >= return_at


_HOST: Final = frozenset({Role.MEDIATOR, Role.CONFIRMING_JUDGE})
_CLOCK: Final = frozenset({Role.CLOCK})
_ANYBODY: Final = _HOST | PARTIES | _CLOCK | {Role.AGENT, Role.SUPPORT}
_S, _A = State, Action

MACHINE: Final[Machine[SittingFacts]] = Machine(
    "sitting",
    (
        Step(None, _A.CREATE, _HOST, _S.CREATED),
        Step(_S.CREATED, _A.OPEN_LOBBY, _HOST | _CLOCK, _S.LOBBY_OPEN, notices=("lobby_open",)),
        Step(_S.LOBBY_OPEN, _A.START, _HOST, _S.LIVE, not_ready),
        Step(_S.LIVE, _A.PAUSE, _HOST | _CLOCK, _S.PAUSED),
        Step(_S.PAUSED, _A.RESUME, _HOST, _S.LIVE, not_ready),
        Step(_S.PAUSED, _A.RESUME, _CLOCK, _S.LIVE),  # the host is back
        Step(_S.PAUSED, _A.ADJOURN, _CLOCK, _S.CLOSED, notices=("sitting_adjourned",)),
        *(Step(state, _A.SUSPEND, _ANYBODY, _S.SUSPENDED) for state in (_S.LOBBY_OPEN, _S.LIVE, _S.PAUSED)),
        Step(_S.SUSPENDED, _A.RESUME, _HOST, _S.LIVE, not_ready),
        # another one takes its place: whoever calls it tells of the new time, in one message
        Step(_S.CREATED, _A.RESCHEDULE, _HOST, _S.CLOSED),
        Step(_S.CREATED, _A.CLOSE, _HOST | _CLOCK, _S.CLOSED, notices=("sitting_cancelled",)),
        *(
            Step(state, _A.CLOSE, _HOST | _CLOCK, _S.CLOSED)
            for state in (_S.LOBBY_OPEN, _S.LIVE, _S.PAUSED, _S.SUSPENDED)
        ),
    ),
    final=frozenset({_S.CLOSED}),
    told=Told.CASE,
)
