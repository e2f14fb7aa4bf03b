"""Who is together with whom in a sitting, by the rules as they are written and not as they are programmed."""

from collections.abc import Mapping, Sequence
from typing import Final

import pytest

from odr.domain.sittings import Place

NAMES: Final = ("wang", "yang", "mo")  # side A, side B, the mediator
WITNESS, OBSERVER = "zhang", "sun"
GUESTS: Final = (WITNESS, OBSERVER)
MAY_READ: Final[Mapping[Place, frozenset[str]]] = {
    Place.JOINT: frozenset(NAMES),
    Place.CAUCUS_A: frozenset({"wang", "mo"}),
    Place.CAUCUS_B: frozenset({"yang", "mo"}),
    Place.PRIVATE_A: frozenset({"wang"}),
    Place.PRIVATE_B: frozenset({"yang"}),
}
CAUCUS: Final = {
    "A": {"wang": Place.CAUCUS_A, "mo": Place.CAUCUS_A, "yang": Place.PRIVATE_B},
    "B": {"yang": Place.CAUCUS_B, "mo": Place.CAUCUS_B, "wang": Place.PRIVATE_A},
}
PARTY: Final = {"A": "wang", "B": "yang"}
Pairs = frozenset[tuple[str, str]]  # receiver, sender


class Model:
    """`places`: None for whoever is not in the room. Acts return whether the application must grant them."""

    def __init__(self, guests: Sequence[str] = ()) -> None:
        """Just begun: a witness waits, an observer is in."""
        self.names = (*NAMES, *guests)
        self.places: dict[str, Place | None] = dict.fromkeys(self.names, Place.JOINT)
        self.stage = Place.JOINT
        self.admitted = set(self.names)
        if WITNESS in guests:
            self.places[WITNESS] = Place.LOBBY
            self.admitted.discard(WITNESS)
        self.paused = False  # the mediator was away too long
        self.asked: str | None = None  # into a caucus, and has not answered
        self.returning = False  # the countdown of a caucus runs

    def audience(self, who: str) -> frozenset[str]:
        """Who reads what the person writes, the person included; of guests nobody reads or writes."""
        return self.together(who) & frozenset(NAMES) if who in NAMES else frozenset()

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

    def ask(self, side: str) -> bool:
        """False: there is nobody of this side to be asked."""
        who = PARTY[side]
        inside = self.stage is CAUCUS[side]["mo"]
        if self.paused or not (inside or (self.places[who] is not None and who in self.admitted)):
            return False
        here = self.places[who] is CAUCUS[side][who]
        self.asked = who if self.places[who] is not None and who in self.admitted and not here else None
        self.returning = False
        if here and self.places["mo"] is not None:
            self._part(side, "mo")
        return True

    def accept(self, who: str) -> bool:
        if self.asked != who or self.places["mo"] is None:
            return False
        self._part("A" if who == "wang" else "B", who, "mo")
        return True

    def refuse(self, who: str) -> bool:
        granted, self.asked = self.asked == who, None if self.asked == who else self.asked
        return granted

    def _part(self, side: str, *joining: str) -> None:
        self.stage, self.returning = CAUCUS[side]["mo"], False
        for who, place in self.places.items():
            if who in joining or place not in (None, Place.LOBBY):
                self.places[who] = CAUCUS[side].get(who, Place.LOBBY)
        self.admitted.discard(WITNESS)  # is called anew
        self.asked = None if self.asked in joining else self.asked

    def joint(self) -> bool:
        """Out of a caucus after a countdown."""
        if self.paused:
            return False
        if self.stage is not Place.JOINT:
            self.returning, self.asked = True, None
            return True
        return self.back()

    def back(self) -> bool:
        if self.paused:
            return False
        self.stage, self.asked, self.returning = Place.JOINT, None, False
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
        self.asked = None if self.asked == who else self.asked

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
        self.paused, self.stage, self.asked, self.returning = True, Place.JOINT, None, False
        self.places = {who: place and Place.LOBBY for who, place in self.places.items()}

    def go(self, who: str) -> None:
        self._unask(who)
        self.places[who] = None


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("caucus")
    group.addoption("--walk", type=int, help="the seed of the one walk through caucuses to play (again)")
    group.addoption("--walks", type=int, default=1000, help="how many walks the soak test plays (1000)")
    group.addoption("--nights", type=int, default=10_000, help="how many nights in storage alone (10000)")
