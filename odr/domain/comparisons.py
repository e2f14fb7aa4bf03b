"""The comparison of two private limits (保密比对): do they meet, yes or no, and no number to anybody.

The payer's browser and the payee's agree on a key that the server never has (ECDH) and turn each limit into
a set of marks under it (HMAC); the sets share a mark exactly if the limits meet (Lin and Tzeng 2005, "An
Efficient Solution to the Millionaires' Problem"; Kamara et al. 2014, "Scaling Private Set Intersection").

Rule 1: both sides consent to each comparison, and a case has few of them: each tells one bit of the other.
Rule 2: the server looks whether two sets meet and forgets both in the same transaction.
"""

import base64
import binascii
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey

from odr.domain.steps import PARTIES, Machine, Reason, Role, Step
from odr.errors import BadInput

MOST_TRIES: Final = 3  # a case; each tells either side one bit about the other's limit
MOST_ASKED: Final = 5  # a side, in a day
MARKS: Final = 40  # of each set: one for every bit of an amount in fen, filled up by chance
LASTS: Final = timedelta(days=7)
_MARK: Final = re.compile("[0-9a-f]{64}")


def public_key(text: str) -> str:
    """A P-256 point as a browser exports it (raw, base64); BadInput for anything that is none."""
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), base64.b64decode(text, validate=True))
    except (ValueError, binascii.Error) as error:
        raise BadInput("This device could not prepare the comparison. Please try again.") from error
    return text


def marks(text: str) -> tuple[str, ...]:
    """A limit as a browser sends it: `MARKS` different HMACs in hexadecimal, sorted; or BadInput."""
    found = text.split()
    right = len(set(found)) == len(found) == MARKS and all(_MARK.fullmatch(one) for one in found)
    if not right or found != sorted(found):
        raise BadInput("This device could not prepare the comparison. Please try again.")
    return tuple(found)


def meet(sets: Mapping[str, Collection[str]]) -> bool:
    """Whether what the payer would pay at most reaches what the payee would take at least."""
    first, second = (set(one) for one in sets.values())
    return not first.isdisjoint(second)


class State(StrEnum):
    ASKED = "asked"
    AGREED = "agreed"
    COMPARED = "compared"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


class Action(StrEnum):
    ASK = "ask"
    AGREE = "agree"
    REFUSE = "refuse"
    ENTER = "enter"
    COMPARE = "compare"
    CANCEL = "cancel"
    LAPSE = "lapse"


@dataclass(frozen=True, slots=True)
class ComparisonFacts:
    """`side` acts; `entered` sides have put in their limit; `mine`: the account that agreed is the same."""

    talking: bool = True
    side: str = ""
    asked_by: str = ""
    entered: frozenset[str] = frozenset()
    tries: int = 0
    asked_today: int = 0
    another: bool = False  # one is under way
    mine: bool = True
    lacks: Reason | None = None


def _may_ask(facts: ComparisonFacts) -> Reason | None:
    if facts.tries >= MOST_TRIES:
        return Reason("All comparisons of this case are used up, so that nobody can feel out a limit.")
    if facts.another:
        return Reason("A comparison is under way already.")
    if facts.asked_today >= MOST_ASKED:
        return Reason("This is enough for one day. Please talk to the mediator.")
    return _talking(facts)


def _talking(facts: ComparisonFacts) -> Reason | None:
    if not facts.talking:
        return Reason("Limits are compared while the mediation is under way.", "OMR 21, 25")
    return facts.lacks


def _the_other(facts: ComparisonFacts) -> Reason | None:
    if facts.side == facts.asked_by:
        return Reason("The other side is to answer.")
    return _talking(facts)


def _may_enter(facts: ComparisonFacts) -> Reason | None:
    if facts.side in facts.entered:
        return Reason("Your limit is in already; it cannot be read or changed.")
    if not facts.mine:
        return Reason("Whoever agreed to the comparison enters the limit, on the same device.")
    return _talking(facts)


def _first(facts: ComparisonFacts) -> Reason | None:
    return _may_enter(facts) or (Reason("The other limit is in already.") if facts.entered else None)


def _second(facts: ComparisonFacts) -> Reason | None:
    return _may_enter(facts) or (None if facts.entered else Reason("The other limit is not in yet."))


_PARTY: Final = PARTIES | {Role.AGENT}
_S, _A = State, Action

MACHINE: Final[Machine[ComparisonFacts]] = Machine(
    "comparison",
    (
        Step(None, _A.ASK, _PARTY, _S.ASKED, _may_ask),
        Step(_S.ASKED, _A.AGREE, _PARTY, _S.AGREED, _the_other),
        Step(_S.ASKED, _A.REFUSE, _PARTY, _S.REFUSED, _the_other),
        Step(_S.AGREED, _A.ENTER, _PARTY, _S.AGREED, _first),
        Step(_S.AGREED, _A.COMPARE, _PARTY, _S.COMPARED, _second),
        *(Step(state, _A.CANCEL, _PARTY, _S.CANCELLED) for state in (_S.ASKED, _S.AGREED)),
        *(Step(state, _A.LAPSE, frozenset({Role.CLOCK}), _S.LAPSED) for state in (_S.ASKED, _S.AGREED)),
    ),
    final=frozenset(State) - {_S.ASKED, _S.AGREED},
)
