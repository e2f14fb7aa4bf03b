"""Guests of a sitting (受邀人员): witness, interpreter, observer, helper; who asks, who has a seat.

Rule 1: a guest has a seat in one sitting, and no part in the case: its pages are closed to them.
Rule 2: nobody observes whom a side has not agreed to; a side may take its yes back at any time.
Rule 3: a witness is identified as a party is, waits apart, and hears nothing before being called (OLR 26).
Rule 4: a helper sits with the side that asked them, in talks apart only while it wants that; it alone acts.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from odr.domain import sittings
from odr.domain.sittings import SeatRole
from odr.domain.steps import PARTIES, Machine, Reason, Role, Step, Told

MOST: Final = 8  # guests of one sitting who are asked or have said yes
BOTH: Final = frozenset({"A", "B"})


class Kind(StrEnum):
    WITNESS = "witness"  # 证人
    INTERPRETER = "interpreter"  # 翻译
    OBSERVER = "observer"  # 旁听
    HELPER = "helper"  # 协助人 of one side, elsewhere than the party


_SEATS: Final[Mapping[tuple[Kind, str], SeatRole]] = MappingProxyType(
    {
        (Kind.HELPER, "A"): SeatRole.HELPER_A,
        (Kind.HELPER, "B"): SeatRole.HELPER_B,
        **{
            (kind, side): role
            for kind, role in (
                (Kind.WITNESS, SeatRole.WITNESS),
                (Kind.INTERPRETER, SeatRole.INTERPRETER),
                (Kind.OBSERVER, SeatRole.OBSERVER),
            )
            for side in ("A", "B", "")
        },
    }
)
_SIDES: Final = PARTIES | {Role.AGENT}
# Who asks whom to what. To the judge's hearing on a confirmation come both sides and whoever helps them to
# understand and to be understood (JS 356); nobody is asked to look on.
INVITERS: Final[Mapping[sittings.Kind, Mapping[Kind, frozenset[Role]]]] = MappingProxyType(
    {
        sittings.Kind.MEDIATION: {
            Kind.WITNESS: _SIDES | {Role.MEDIATOR},
            Kind.INTERPRETER: frozenset({Role.MEDIATOR}),  # hears both talks apart: of no side's choosing
            Kind.OBSERVER: _SIDES | {Role.MEDIATOR},
            Kind.HELPER: _SIDES,
        },
        sittings.Kind.CONFIRMATION: {
            Kind.INTERPRETER: frozenset({Role.CONFIRMING_JUDGE}),
            Kind.HELPER: _SIDES,
        },
    }
)
_NOT_ASKED: Final[Mapping[Kind, Reason]] = MappingProxyType(
    {
        Kind.WITNESS: Reason("The judge hears the parties alone; no witness is asked.", "JS 356"),
        Kind.INTERPRETER: Reason("Only the one who leads the sitting asks an interpreter."),
        Kind.OBSERVER: Reason("The judge's hearing is not open to others; nobody observes it.", "JS 356"),
        Kind.HELPER: Reason("A helper is asked by the side that wants to be helped."),
    }
)
# In what part a guest attended, on paper.
WRITTEN: Final[Mapping[SeatRole, str]] = MappingProxyType(
    {
        SeatRole.WITNESS: "证人",
        SeatRole.INTERPRETER: "翻译人员",
        SeatRole.OBSERVER: "旁听人员",
        SeatRole.HELPER_A: "申请人方协助人",
        SeatRole.HELPER_B: "被申请人方协助人",
    }
)
# In what part somebody of the sitting asks; who is not named asks nobody.
_ASKS_AS: Final[Mapping[SeatRole, Role]] = MappingProxyType(
    {
        SeatRole.MEDIATOR: Role.MEDIATOR,
        SeatRole.CONFIRMING_JUDGE: Role.CONFIRMING_JUDGE,
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


OPEN: Final = frozenset({State.INVITED, State.ACCEPTED})  # asked, and not away


class Action(StrEnum):
    INVITE = "invite"
    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class GuestFacts:
    """`asks`: in what part somebody invites to a `sitting`; `own`: this invitation is theirs to take back.

    `others`: guests that the sitting has already; `seated`: who answers has another seat there.
    """

    kind: Kind
    asks: Role | None = None
    sitting: sittings.Kind = sittings.Kind.MEDIATION
    own: bool = False
    open: bool = True
    others: int = 0
    verified: bool = False
    seated: bool = False


def asks_as(role: SeatRole) -> Role | None:
    """In what part a person of the sitting may ask guests; None: not at all."""
    return _ASKS_AS.get(role)


def may_ask(role: SeatRole, sitting: sittings.Kind) -> tuple[Kind, ...]:
    """The kinds of guest that this person may ask to such a sitting."""
    return tuple(kind for kind in Kind if asks_as(role) in INVITERS[sitting].get(kind, ()))


def seat_of(kind: Kind, side: str) -> SeatRole:
    """Where a guest sits; `side` is that of whoever asked."""
    return _SEATS[kind, side]


def may_answer_for(kind: Kind, asked_by: str, side: str) -> bool:
    """Whether `side` says yes or no of this guest: to any observer, and of its own helper in talks apart."""
    return bool(side) and (kind is Kind.OBSERVER or (kind is Kind.HELPER and side == asked_by))


def has_seat(kind: Kind, state: State, agreed: Collection[str]) -> bool:
    """Whether a seat is theirs; `agreed`: the sides that said yes to an observer."""
    return state is State.ACCEPTED and (kind is not Kind.OBSERVER or set(agreed) >= BOTH)


def _may_invite(facts: GuestFacts) -> Reason | None:
    if not facts.open:
        return Reason("This sitting has ended.")
    if facts.asks not in INVITERS[facts.sitting].get(facts.kind, ()):
        return _NOT_ASKED[facts.kind]
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
    return None if facts.own else Reason("Who asked this person takes it back, or who leads the sitting.")


_ASKERS: Final = _SIDES | {Role.MEDIATOR, Role.CONFIRMING_JUDGE}
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
