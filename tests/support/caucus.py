"""Who is together with whom in a sitting, by the rules as they are written and not as they are programmed."""

from collections.abc import Mapping
from typing import Final

import pytest

from odr.domain.sittings import Place

NAMES: Final = ("wang", "yang", "mo")  # side A, side B, the mediator
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
Pairs = frozenset[tuple[str, str]]  # receiver, sender


class Model:
    """`places`: None for whoever is not in the room. Acts return whether the application must grant them."""

    def __init__(self) -> None:
        self.places: dict[str, Place | None] = dict.fromkeys(NAMES, Place.JOINT)
        self.stage = Place.JOINT
        self.admitted = set(NAMES)
        self.paused = False  # the mediator was away too long

    def audience(self, who: str) -> frozenset[str]:
        """Who is together with the person, the person included; nobody in the lobby."""
        here = self.places[who]
        if here in (None, Place.LOBBY):
            return frozenset()
        return frozenset(name for name, place in self.places.items() if place is here)

    def pairs(self) -> Pairs:
        """Receiver and sender of every way that is open."""
        return frozenset((r, s) for s in NAMES for r in self.audience(s) if r != s)

    def caucus(self, side: str) -> bool:
        """False: nobody of this side is in the room."""
        if self.paused or self.places["wang" if side == "A" else "yang"] in (None, Place.LOBBY):
            return False
        self.stage = CAUCUS[side]["mo"]
        for who, place in self.places.items():
            if place not in (None, Place.LOBBY) or (place is Place.LOBBY and who == "mo"):
                self.places[who] = CAUCUS[side][who]
        return True

    def joint(self) -> bool:
        if self.paused:
            return False
        self.stage = Place.JOINT
        known = {who for who in self.admitted | {"mo"} if self.places[who] is not None}
        self.places |= dict.fromkeys(known, Place.JOINT)
        return True

    def admit(self, who: str) -> bool:
        if self.paused or self.stage is not Place.JOINT or self.places[who] is None:
            return False
        self.places[who] = Place.JOINT
        self.admitted.add(who)
        return True

    def dismiss(self, who: str) -> bool:
        if self.paused or self.places[who] is None:
            return False
        self.places[who] = Place.LOBBY
        self.admitted.discard(who)
        return True

    def come(self, who: str) -> None:
        if self.paused and who == "mo":
            self.places[who], self.paused = Place.LOBBY, False
            self.joint()
            return
        back = not self.paused and self.stage is Place.JOINT and who in self.admitted
        self.places[who] = Place.JOINT if back else Place.LOBBY

    def late(self) -> None:
        """Half a minute passes: without the mediator everybody waits in the lobby."""
        if self.places["mo"] is not None:
            return
        self.paused, self.stage = True, Place.JOINT
        self.places = {who: place and Place.LOBBY for who, place in self.places.items()}

    def go(self, who: str) -> None:
        self.places[who] = None


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("caucus")
    group.addoption("--walk", type=int, help="the seed of the one walk through caucuses to play (again)")
    group.addoption("--walks", type=int, default=1000, help="how many walks the soak test plays (1000)")
    group.addoption("--nights", type=int, default=10_000, help="how many nights in storage alone (10000)")
