"""Offers in a mediation (协商): who may make, answer and see them, and a sum in parts.

Rule 1: an accepted offer becomes material for the agreement's draft, never a signed agreement (OMR 19).
Rule 2: the place of an offer decides who sees it, by the one table of `sittings`; no judge is in it (JS 107).
Rule 3: a mediator's proposal to both is answered under seal: it comes out, once both have answered, whether
        both said yes, and not what either said.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from hashlib import sha256
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final

from odr.domain import mediation
from odr.domain.agreements import Default, Instalment, Payment, Terms
from odr.domain.canonical import canonical
from odr.domain.deadlines import CHINA
from odr.domain.sittings import CAUCUS, Channel, Place, SeatRole, readers, seat_role
from odr.domain.steps import PARTIES, Machine, Reason, Role, Step
from odr.errors import BadInput

MOST_PARTS: Final = 60
MOST_FEN: Final = 10**12  # ten thousand million yuan: more is a slip of the finger
MOST_TEXT: Final = 1000  # characters, of everything that is not money
MOST_A_DAY: Final = 20  # offers of one side; each one sends the other a message
_FAR: Final = timedelta(days=3660)  # a day of payment further away is a slip of the finger
_LAST_YEAR: Final = 9000  # payments after a later day would leave the calendar
_WHEN: Final = "Please choose a day from today on, at most ten years ahead."  # messages

# While the mediation stands here, offers are made and answered.
TALKS: Final = frozenset(
    {
        mediation.State.ACCEPTED,
        mediation.State.SCHEDULED,
        mediation.State.IN_SESSION,
        mediation.State.DRAFTING,
    }
)


class Every(StrEnum):
    """The interval of instalments."""

    WEEK = "week"
    FORTNIGHT = "fortnight"
    MONTH = "month"
    QUARTER = "quarter"


class Validity(StrEnum):
    """How long an offer can be accepted (CC 481)."""

    HOUR = "hour"
    TODAY = "today"
    THREE_DAYS = "three_days"
    WEEK = "week"
    FORTNIGHT = "fortnight"


_DAYS: Final = MappingProxyType(
    {Validity.TODAY: 0, Validity.THREE_DAYS: 3, Validity.WEEK: 7, Validity.FORTNIGHT: 15}
)
_STEP_DAYS: Final = MappingProxyType({Every.WEEK: 7, Every.FORTNIGHT: 14})
_STEP_MONTHS: Final = MappingProxyType({Every.MONTH: 1, Every.QUARTER: 3})


@dataclass(frozen=True, slots=True)
class Plan:
    """How a sum is paid: `number` parts, the first on `first`; `down_fen` is a first part of its own size."""

    amount_fen: int
    number: int
    first: date
    every: Every = Every.MONTH
    down_fen: int = 0


@dataclass(frozen=True, slots=True)
class Offered:
    """What is offered. `payer` is "A" or "B"; no amount where only something else is offered.

    `settles`: with this the whole dispute is settled.
    """

    payer: str = "B"
    amount_fen: int = 0
    instalments: tuple[Instalment, ...] = ()
    default: Default = field(default_factory=Default)
    other: tuple[str, ...] = ()
    settles: bool = True

    @property
    def payee(self) -> str:
        return "A" if self.payer == "B" else "B"


def instalments(plan: Plan) -> tuple[Instalment, ...]:
    """The parts of a sum: equal ones in whole yuan, the last takes the rest; they add up to the fen.

    BadInput, with the field of the form, for what cannot be split so.
    """
    if not 1 <= plan.number <= MOST_PARTS:
        raise BadInput("Please choose between 1 and 60 payments.", field="number")
    if plan.first.year > _LAST_YEAR:
        raise BadInput(_WHEN, field="first")
    if plan.number == 1:
        return (Instalment(plan.amount_fen, plan.first),)
    rest, number = plan.amount_fen - plan.down_fen, plan.number - (1 if plan.down_fen else 0)
    each = rest // number
    each = each // 100 * 100 or each  # less than a yuan each: to the fen
    if plan.down_fen < 0 or each <= 0:
        raise BadInput("The first payment leaves too little for the others.", field="down")
    parts = [plan.down_fen] if plan.down_fen else []
    parts += [each] * (number - 1)
    parts.append(plan.amount_fen - sum(parts))
    return tuple(Instalment(part, _later(plan, turn)) for turn, part in enumerate(parts))


def _later(plan: Plan, turns: int) -> date:
    """The day of a part: the first's day of the month, or that month's last where it has no such day."""
    if days := _STEP_DAYS.get(plan.every):
        return plan.first + timedelta(days=days * turns)
    months = plan.first.month - 1 + _STEP_MONTHS[plan.every] * turns
    year, month = plan.first.year + months // 12, months % 12 + 1
    after = date(year + month // 12, month % 12 + 1, 1)
    return min(date(year, month, 1) + timedelta(days=plan.first.day - 1), after - timedelta(days=1))


def examine(offered: Offered, today: date) -> None:
    """BadInput, with the field of the form, for an offer that says nothing or nothing that can be done."""
    text = "".join((*offered.other, offered.default.penalty))
    if offered.payer not in ("A", "B"):
        raise BadInput("Please say who pays.", field="payer")
    if not offered.amount_fen and not offered.other:
        raise BadInput("Please name an amount, or write what else you offer.", field="amount")
    if not 0 <= offered.amount_fen <= MOST_FEN:
        raise BadInput("Please check the amount: it is too large.", field="amount")
    if sum(part.amount_fen for part in offered.instalments) != offered.amount_fen:
        raise BadInput("The instalments do not add up to the whole amount.", field="amount")
    if len(text) > MOST_TEXT:
        raise BadInput("Please write it shorter.", field="other")
    days = [part.due for part in offered.instalments if part.due]
    if len(days) < len(offered.instalments):
        raise BadInput("Please say on which day the first payment is made.", field="first")
    if any(not today <= day <= today + _FAR for day in days):
        raise BadInput(_WHEN, field="first")
    if any(later <= earlier for earlier, later in pairwise(days)):
        raise BadInput("The days of the payments are not in order.", field="first")


def valid_until(validity: Validity, now: datetime) -> datetime:
    """The last moment of acceptance: an hour from now, or the last second of a day in China."""
    if validity is Validity.HOUR:
        return now + timedelta(hours=1)
    day = now.astimezone(CHINA).date() + timedelta(days=_DAYS[validity])
    return datetime.combine(day, time(23, 59, 59), CHINA).astimezone(UTC)


def to_record(offered: Offered) -> dict[str, Any]:
    """An offer as JSON: days as YYYY-MM-DD, money in fen."""
    parts = [
        {"amount_fen": one.amount_fen, "due": one.due.isoformat() if one.due else ""}
        for one in offered.instalments
    ]
    return {**asdict(offered), "instalments": parts, "other": list(offered.other)}


def from_record(record: Mapping[str, Any]) -> Offered:
    """What `to_record` wrote."""
    return Offered(
        payer=record["payer"],
        amount_fen=record["amount_fen"],
        instalments=tuple(
            Instalment(one["amount_fen"], date.fromisoformat(one["due"])) for one in record["instalments"]
        ),
        default=Default(**record["default"]),
        other=tuple(record["other"]),
        settles=record["settles"],
    )


def commitment(record: Mapping[str, Any], salt: bytes) -> str:
    """What the log may hold of an offer: a salted hash, from which no amount can be guessed."""
    return sha256(salt + canonical(record)).hexdigest()


SETTLED: Final = "双方就本案纠纷一次性了结，再无其他争议"


def drafted(terms: Terms, offered: Offered) -> Terms:
    """The draft with what was accepted in it; an account that was named for the payee before is kept.

    What becomes of each claim, and how is paid, is left for the mediator to ask: the lint names both.
    """
    names = {"A": terms.applicant, "B": terms.respondent}
    payments: tuple[Payment, ...] = ()
    if offered.amount_fen:
        payer, payee = names[offered.payer], names[offered.payee]
        before = next((one for one in terms.payments if one.payee == payee), None)
        account, cash = (before.account, before.in_cash) if before else (None, False)
        payments = (Payment(payer, payee, offered.amount_fen, offered.instalments, account, in_cash=cash),)
    said = (*offered.other, *((SETTLED,) if offered.settles else ()))
    other = (*terms.other, *(line for line in said if line not in terms.other))
    return replace(terms, payments=payments, default=offered.default, other=other)


def place_for(to: str) -> Place:
    """Where an offer is kept: for both sides, or a mediator's for one of them alone."""
    return CAUCUS.get(to, Place.JOINT)


def asked(place: Place, by: str) -> frozenset[str]:
    """The sides whose yes an offer needs; `by` is the side that made it, "" for the mediator."""
    sides = frozenset(side for side, caucus in CAUCUS.items() if place in (caucus, Place.JOINT))
    return sides - {by}


def may_see(role: Role, side: str, place: Place) -> bool:
    """Whether a person of the case, by role and side, may know of an offer that is kept there."""
    seat = SeatRole.MEDIATOR if role is Role.MEDIATOR else seat_role(role, side)
    return seat is not None and seat in readers(Channel.OFFERS, place)


def audience(sides: frozenset[str]) -> str:
    """In whose dossiers an act stands: talks are a side's own, and no judge's."""
    return "talks" if len(sides) > 1 else f"talks:{min(sides, default='')}"


class State(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    WELCOMED = "welcomed"  # the one side that was asked could live with it; the other was not asked
    DECLINED = "declined"
    COUNTERED = "countered"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class Action(StrEnum):
    MAKE = "make"
    PROPOSE = "propose"
    ANSWER = "answer"  # the first of two, kept under seal
    ACCEPT = "accept"
    WELCOME = "welcome"
    DECLINE = "decline"
    COUNTER = "counter"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"


@dataclass(frozen=True, slots=True)
class OfferFacts:
    """What the guards ask for. `by` made it, `side` acts ("" for the mediator); `missing` has not answered.

    `lacks`: the power that an agent does not hold; None for the party in person.
    """

    talking: bool = True
    by: str = ""
    side: str = ""
    missing: frozenset[str] = frozenset()
    refused: bool = False  # by the side that answered before
    alone: bool = False  # a mediator's, to one side
    over: bool = False  # the time to accept has passed
    lacks: Reason | None = None


def _talking(facts: OfferFacts) -> Reason | None:
    return (
        None if facts.talking else Reason("Offers are made while the mediation is under way.", "OMR 21, 25")
    )


def _may_make(facts: OfferFacts) -> Reason | None:
    return _talking(facts) or facts.lacks


def _asked(facts: OfferFacts) -> Reason | None:
    if facts.side not in facts.missing:
        return Reason("This was not put to you, or you have answered it already.")
    return _talking(facts)


def _in_time(facts: OfferFacts) -> Reason | None:
    if why := _asked(facts):
        return why
    if facts.over:
        return Reason("The time to accept this offer has passed.", "CC 481")
    return facts.lacks


def _first_of_two(facts: OfferFacts) -> Reason | None:
    return _in_time(facts) or (None if len(facts.missing) > 1 else Reason("This is the last answer."))


def _by_all(facts: OfferFacts) -> Reason | None:
    if why := _in_time(facts):
        return why
    if facts.alone or facts.refused or len(facts.missing) > 1:
        return Reason("The other side has not said yes.")
    return None


def _alone(facts: OfferFacts) -> Reason | None:
    return _in_time(facts) or (None if facts.alone else Reason("The other side has not said yes."))


def _of_the_other(facts: OfferFacts) -> Reason | None:
    if not facts.by:
        return Reason("Say no to the mediator's proposal, and make an offer of your own.")
    return _in_time(facts)


def _own(facts: OfferFacts) -> Reason | None:
    return None if facts.by == facts.side else Reason("Only who made an offer can take it back.", "CC 476")


_PARTY: Final = PARTIES | {Role.AGENT}
_MEDIATOR: Final = frozenset({Role.MEDIATOR})
_S, _A = State, Action

MACHINE: Final[Machine[OfferFacts]] = Machine(
    "offer",
    (
        Step(None, _A.MAKE, _PARTY, _S.OPEN, _may_make),
        Step(None, _A.PROPOSE, _MEDIATOR, _S.OPEN, _talking),
        Step(_S.OPEN, _A.ANSWER, _PARTY, _S.OPEN, _first_of_two),
        Step(_S.OPEN, _A.ACCEPT, _PARTY, _S.ACCEPTED, _by_all),
        Step(_S.OPEN, _A.WELCOME, _PARTY, _S.WELCOMED, _alone),
        Step(_S.OPEN, _A.DECLINE, _PARTY, _S.DECLINED, _asked),
        Step(_S.OPEN, _A.COUNTER, _PARTY, _S.COUNTERED, _of_the_other),
        Step(_S.OPEN, _A.WITHDRAW, _PARTY | _MEDIATOR, _S.WITHDRAWN, _own),
        Step(_S.OPEN, _A.LAPSE, frozenset({Role.CLOCK}), _S.LAPSED),
    ),
    final=frozenset(State) - {_S.OPEN},
)
