"""Who is together with whom in a sitting, by the rules as they are written and not as they are programmed.

The helper of wang is where wang is, but in a caucus only if wang wants that, and after him; the interpreter
is where the mediator is.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import pytest

from odr.domain.sittings import Place

NAMES: Final = ("wang", "yang", "mo")  # side A, side B, the mediator
WITNESS, OBSERVER, HELPER, INTERPRETER = "zhang", "sun", "liu", "zhou"
GUESTS: Final = (WITNESS, OBSERVER, HELPER, INTERPRETER)
INSIDE: Final = frozenset({*NAMES, HELPER, INTERPRETER})  # who reads and writes in the joint room
MAY_READ: Final[Mapping[Place, frozenset[str]]] = {
    Place.JOINT: INSIDE,
    Place.CAUCUS_A: frozenset({"wang", "mo", HELPER, INTERPRETER}),
    Place.CAUCUS_B: frozenset({"yang", "mo", INTERPRETER}),
    Place.PRIVATE_A: frozenset({"wang", HELPER}),
    Place.PRIVATE_B: frozenset({"yang"}),
}
CAUCUS: Final = {"A": Place.CAUCUS_A, "B": Place.CAUCUS_B}
PRIVATE: Final = {"wang": Place.PRIVATE_A, HELPER: Place.PRIVATE_A, "yang": Place.PRIVATE_B}
PARTY: Final = {"A": "wang", "B": "yang"}
SIDES: Final = {"wang": "A", HELPER: "A", "yang": "B"}
Pairs = frozenset[tuple[str, str]]  # receiver, sender


def among(people: Collection[str]) -> Pairs:
    """Every way between these; an observer sends nothing."""
    return frozenset((r, s) for r in people for s in people if s not in (r, OBSERVER))


class Model:
    """`places`: None for whoever is not in the room. Acts return whether the application must grant them."""

    def __init__(self, guests: Sequence[str] = ()) -> None:
        """Just begun: a witness waits, the others are in."""
        self.names = (*NAMES, *guests)
        self.places: dict[str, Place | None] = dict.fromkeys(self.names, Place.JOINT)
        self.stage = Place.JOINT
        self.admitted = set(self.names)
        if WITNESS in guests:
            self.places[WITNESS] = Place.LOBBY
            self.admitted.discard(WITNESS)
        self.paused = False  # the mediator was away too long
        self.asked: set[str] = set()  # into a caucus, and have not answered
        self.along = False  # wang wants the helper in a caucus too
        self.returning = False  # the countdown of a caucus runs

    def audience(self, who: str) -> frozenset[str]:
        """Who reads what the person writes, the person included; witness and observer write nothing."""
        return self.together(who) & INSIDE if who in INSIDE else frozenset()

    def together(self, who: str) -> frozenset[str]:
        """Who is in one place with the person, the person included; nobody in the lobby."""
        here = self.places[who]
        if here in (None, Place.LOBBY):
            return frozenset()
        return frozenset(name for name, place in self.places.items() if place is here)

    def pairs(self) -> Pairs:
        """Receiver and sender of every way that is open; an observer sends nothing."""
        senders = [who for who in self.names if who != OBSERVER]
        return frozenset((r, s) for s in senders for r in self.together(s) if r != s)

    def _may_be_asked(self, who: str) -> bool:
        return self.places.get(who) is not None and who in self.admitted

    def ask(self, side: str) -> bool:
        """False: there is nobody of this side to be asked."""
        party, caucus = PARTY[side], CAUCUS[side]
        if self.paused or not (self.stage is caucus or self._may_be_asked(party)):
            return False
        own = [party, HELPER] if side == "A" and self.along else [party]
        self.asked = {who for who in own if self._may_be_asked(who) and self.places[who] is not caucus}
        if not self._may_be_asked(party):
            self.asked = set()
        self.returning = False
        there = any(place is caucus for who, place in self.places.items() if who != "mo")
        if there and self.places["mo"] not in (None, caucus):
            self._part(side, "mo")
        return True

    def accept(self, who: str) -> bool:
        if who not in self.asked or self.places["mo"] is None:
            return False
        if who == HELPER and self.places["wang"] is not Place.CAUCUS_A:
            return False
        self._part(SIDES[who], who, "mo")
        return True

    def refuse(self, who: str) -> bool:
        granted = who in self.asked
        self._unask(who)
        return granted

    def take_along(self, *, wanted: bool) -> None:
        self.along = wanted
        if wanted:
            return
        self._unask(HELPER)
        if self.places[HELPER] is Place.CAUCUS_A:
            self.places[HELPER] = Place.LOBBY

    def _part(self, side: str, *joining: str) -> None:
        caucus, before = CAUCUS[side], dict(self.places)
        self.stage, self.returning = caucus, False
        for who, place in before.items():
            if who not in joining and place in (None, Place.LOBBY):
                continue
            into = who in joining or place is caucus or who in ("mo", INTERPRETER)
            self.places[who] = caucus if into and who in MAY_READ[caucus] else PRIVATE.get(who, Place.LOBBY)
            if self.places[who] not in PRIVATE.values():
                self._unask(who)
        self.admitted.discard(WITNESS)  # is called anew

    def joint(self) -> bool:
        """Out of a caucus after a countdown."""
        if self.paused:
            return False
        if self.stage is not Place.JOINT:
            self.returning, self.asked = True, set()
            return True
        return self.back()

    def back(self) -> bool:
        if self.paused:
            return False
        self.stage, self.asked, self.returning = Place.JOINT, set(), False
        known = {who for who in self.admitted | {"mo"} if self.places[who] is not None}
        self.places |= dict.fromkeys(known, Place.JOINT)
        return True

    def admit(self, who: str) -> bool:
        if self.paused or self.stage is not Place.JOINT or self.places[who] is None:
            return False
        self.places[who] = Place.JOINT
        self.admitted.add(who)
        self._unask(who)
        return True

    def dismiss(self, who: str) -> bool:
        if self.paused or self.places[who] is None:
            return False
        self.places[who] = Place.LOBBY
        self.admitted.discard(who)
        self._unask(who)
        return True

    def _unask(self, who: str) -> None:
        self.asked.discard(who)

    def come(self, who: str) -> None:
        self._unask(who)
        if self.paused and who == "mo":
            self.places[who], self.paused = Place.LOBBY, False
            self.back()
            return
        back = not self.paused and self.stage is Place.JOINT and who in self.admitted
        self.places[who] = Place.JOINT if back else Place.LOBBY

    def late(self) -> None:
        """Half a minute passes: a countdown is over; without the mediator everybody waits in the lobby."""
        if self.places["mo"] is not None:
            self.returning = self.returning and not self.back()
            return
        self.paused, self.stage, self.asked, self.returning = True, Place.JOINT, set(), False
        self.places = {who: place and Place.LOBBY for who, place in self.places.items()}

    def go(self, who: str) -> None:
        self._unask(who)
        self.places[who] = None


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("caucus")
    group.addoption("--walk", type=int, help="the seed of the one walk through caucuses to play (again)")
    group.addoption("--walks", type=int, default=10_000, help="how many walks the soak test plays (10000)")
    group.addoption("--from-walk", type=int, default=1200, help="the seed of its first walk (1200)")
    group.addoption("--nights", type=int, default=10_000, help="how many nights in storage alone (10000)")
