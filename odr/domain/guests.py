"""Guests of a sitting (受邀人员): witness, interpreter, observer; who asks, who agrees, who has a seat.

Rule 1: a guest has a seat in one sitting, and no part in the case: its pages are closed to them.
Rule 2: nobody observes whom a side has not agreed to; a side may take its yes back at any time.
Rule 3: a witness is identified as a party is, waits apart, and hears nothing before being called (OLR 26).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from odr.domain.sittings import SeatRole
from odr.domain.steps import PARTIES, Machine, Reason, Role, Step, Told

MOST: Final = 8  # guests of one sitting who are asked or have said yes
BOTH: Final = frozenset({"A", "B"})


class Kind(StrEnum):
    WITNESS = "witness"  # 证人
    INTERPRETER = "interpreter"  # 翻译
    OBSERVER = "observer"  # 旁听


SEATS: Final[Mapping[Kind, SeatRole]] = MappingProxyType(
    {
        Kind.WITNESS: SeatRole.WITNESS,
        Kind.INTERPRETER: SeatRole.INTERPRETER,
        Kind.OBSERVER: SeatRole.OBSERVER,
    }
)
_SIDES: Final = PARTIES | {Role.AGENT}
INVITERS: Final[Mapping[Kind, frozenset[Role]]] = MappingProxyType(
    {
        Kind.WITNESS: _SIDES | {Role.MEDIATOR},
        Kind.INTERPRETER: frozenset({Role.MEDIATOR}),  # hears both talks apart: of no side's choosing
        Kind.OBSERVER: _SIDES | {Role.MEDIATOR},
    }
)
# In what part somebody of the sitting asks; who is not named asks nobody.
_ASKS_AS: Final[Mapping[SeatRole, Role]] = MappingProxyType(
    {
        SeatRole.MEDIATOR: Role.MEDIATOR,
        SeatRole.PARTY_A: Role.APPLICANT,
        SeatRole.PARTY_B: Role.RESPONDENT,
        SeatRole.AGENT_A: Role.AGENT,
        SeatRole.AGENT_B: Role.AGENT,
    }
)


class State(StrEnum):
    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    INVITE = "invite"
    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class GuestFacts:
    """`asks`: in what part somebody invites; `own`: this invitation is theirs to take back.

    `others`: guests that the sitting has already; `seated`: who answers has another seat there.
    """

    kind: Kind
    asks: Role | None = None
    own: bool = False
    open: bool = True
    others: int = 0
    verified: bool = False
    seated: bool = False


def asks_as(role: SeatRole) -> Role | None:
    """In what part a person of the sitting may ask guests; None: not at all."""
    return _ASKS_AS.get(role)


def may_ask(role: SeatRole) -> tuple[Kind, ...]:
    """The kinds of guest that this person may ask."""
    return tuple(kind for kind in Kind if asks_as(role) in INVITERS[kind])


def has_seat(kind: Kind, state: State, agreed: Collection[str]) -> bool:
    """Whether a seat is theirs; `agreed`: the sides that said yes to an observer."""
    return state is State.ACCEPTED and (kind is not Kind.OBSERVER or set(agreed) >= BOTH)


def _may_invite(facts: GuestFacts) -> Reason | None:
    if not facts.open:
        return Reason("This sitting has ended.")
    if facts.asks not in INVITERS[facts.kind]:
        return Reason("Only the mediator asks an interpreter.")
    return Reason("A sitting has at most eight guests.") if facts.others >= MOST else None


def _may_accept(facts: GuestFacts) -> Reason | None:
    if not facts.open:
        return Reason("This sitting has ended.")
    if facts.seated:
        return Reason("You take part in this sitting already.")
    if facts.kind is Kind.WITNESS and not facts.verified:
        return Reason("A witness first proves who they are.", "OLR 26")
    return None


def _may_withdraw(facts: GuestFacts) -> Reason | None:
    return None if facts.own else Reason("Who asked this person takes it back, or the mediator.")


_ASKERS: Final = _SIDES | {Role.MEDIATOR}
_GUEST: Final = frozenset({Role.GUEST})
_S, _A = State, Action

MACHINE: Final[Machine[GuestFacts]] = Machine(
    "guest",
    (
        Step(None, _A.INVITE, _ASKERS, _S.INVITED, _may_invite),
        Step(_S.INVITED, _A.ACCEPT, _GUEST, _S.ACCEPTED, _may_accept),
        Step(_S.INVITED, _A.DECLINE, _GUEST, _S.DECLINED),
        Step(_S.INVITED, _A.WITHDRAW, _ASKERS, _S.WITHDRAWN, _may_withdraw),
        Step(_S.ACCEPTED, _A.WITHDRAW, _ASKERS, _S.WITHDRAWN, _may_withdraw),
        Step(_S.ACCEPTED, _A.DECLINE, _GUEST, _S.DECLINED),
    ),
    final=frozenset({_S.DECLINED, _S.WITHDRAWN}),
    told=Told.CASE,
)
