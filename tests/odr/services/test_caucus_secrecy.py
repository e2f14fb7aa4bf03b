"""Nothing of a caucus reaches anybody outside it, whatever people, networks and machines do.

Real storage, services, chat, evidence, minutes and news; media is the route matrix that the rooms were given.
"""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odr.db.uow import Database
from odr.domain.accounts import Actor
from odr.domain.evidence import Spot, Stroke
from odr.domain.sittings import APART, Place
from odr.errors import OdrError, Unavailable
from odr.ports.media import SeatEnding, SeatJoined, SeatLeft
from tests.support.careless import careless
from tests.support.clock import FixedClock
from tests.support.logbook import Logbook
from tests.support.sittings import House, open_house

ALLOWED = {
    Place.CAUCUS_A: {"wang", "mo"},
    Place.CAUCUS_B: {"yang", "mo"},
    Place.PRIVATE_A: {"wang"},
    Place.PRIVATE_B: {"yang"},
}
PEOPLE = ("mo", "wang", "yang")
ACTS = (
    *(f"{act} {who}" for act in ("come", "drop", "say", "show", "mark", "release") for who in PEOPLE),
    *(f"{act} {who}" for act in ("admit", "dismiss") for who in ("wang", "yang")),
    *(f"{act} {who}" for act in ("accept", "refuse") for who in ("wang", "yang")),
    *("caucus A", "caucus A", "caucus B", "caucus B", "ask A", "ask B", "withdraw", "joint", "back"),
    *("minutes", "media fails", "crash in a move"),
    "restart",
    "wait",
)


class PluggedOut(Exception):
    """The process died between two acts."""


class Night:
    """One sitting, and what was said in it."""

    def __init__(self, house: House, log: Logbook) -> None:
        self.house, self.log = house, log
        self.said: dict[str, frozenset[str]] = {}  # secret → who may ever receive it
        self.person: dict[str, Actor] = {"mo": house.mo, "wang": house.wang, "yang": house.yang}
        self.exhibit: dict[str, UUID] = {}
        self.marked: dict[int, Place | None] = {}  # spot → where it was marked
        self.looked_until = 0  # the newest news that was looked at
        self.accepted: set[str] = set()  # who may be in a caucus
        self.declined: dict[str, str] = {}  # reason → who gave it to the mediator

    async def act(self, what: str) -> None:
        """One act; a refusal is an answer like any other."""
        name, _, whom = what.partition(" ")
        act: Callable[[str], Awaitable[None]] = getattr(self, f"_{name}")
        try:
            await act(whom)
        except OdrError:
            pass
        except PluggedOut:
            await self._restart("")
        await self.look()

    async def places(self) -> dict[str, Place | None]:
        """Where everybody is; None: not in the room."""
        view = await self.house.rooms.show(self.house.mo, self.house.sitting)
        names = {person.account_id: name for name, person in self.person.items()}
        return {names[seat.id]: seat.place if seat.present else None for seat in view.seats}

    async def audience(self, who: str) -> frozenset[str]:
        """Who is together with the person: worked out apart from the table."""
        places = await self.places()
        here = places[who]
        if here in (None, Place.LOBBY, Place.MOVING):
            return frozenset()
        return frozenset(name for name, place in places.items() if place is here)

    # -- acts

    async def _come(self, who: str) -> None:
        await self.house.rooms.ticket(self.person[who], self.house.sitting)
        await self.house.rooms.heard(
            SeatJoined(self.house.sitting, self._id(who), "role", self.house.clock.now())
        )

    async def _drop(self, who: str) -> None:
        ending = SeatEnding.LOST
        await self.house.rooms.heard(
            SeatLeft(self.house.sitting, self._id(who), ending, self.house.clock.now())
        )

    async def _say(self, who: str) -> None:
        secret = f"秘密{len(self.said)}号"
        self.said[secret] = await self.audience(who)
        await self.house.chat.say(self.person[who], self.house.sitting, secret)

    async def _show(self, who: str) -> None:
        await self.house.exhibits.present(
            self.person[who], self.house.sitting, self.exhibit.get(who, self.exhibit["wang"]), 1
        )

    async def _mark(self, who: str) -> None:
        spot = len(self.marked)
        self.marked[spot] = (await self.places())[who]
        shown = (await self.house.exhibits.show(self.person[who], self.house.sitting)).showing
        if shown:
            stroke = Stroke(1, [Spot(spot, 0), Spot(spot, 9)])
            await self.house.exhibits.draw(self.person[who], self.house.sitting, shown.item_id, stroke)

    async def _release(self, who: str) -> None:
        """The person lets all read the first of their lines that they see."""
        view = await self.house.rooms.show(self.person[who], self.house.sitting)
        line = next((one for one in view.chat if one.mine and not one.released), None)
        if line:
            await self.house.chat.release(self.person[who], self.house.sitting, line.id)
            self.said[line.text] = frozenset(PEOPLE)

    async def _admit(self, who: str) -> None:
        await self.house.rooms.admit(self.house.mo, self.house.sitting, self._id(who))

    async def _dismiss(self, who: str) -> None:
        await self.house.rooms.dismiss(self.house.mo, self.house.sitting, self._id(who))

    async def _caucus(self, side: str) -> None:
        await self._ask(side)
        await self._accept("wang" if side == "A" else "yang")

    async def _ask(self, side: str) -> None:
        await self.house.rooms.ask_apart(self.house.mo, self.house.sitting, side)

    async def _accept(self, who: str) -> None:
        await self.house.rooms.accept(self.person[who], self.house.sitting)
        self.accepted.add(who)

    async def _refuse(self, who: str) -> None:
        self.declined[f"秘密{len(self.said)}因"] = who
        await self.house.rooms.decline(self.person[who], self.house.sitting, [*self.declined][-1])

    async def _withdraw(self, _: str) -> None:
        await self.house.rooms.withdraw(self.house.mo, self.house.sitting)

    async def _back(self, _: str) -> None:
        await self.house.rooms.back(self.house.mo, self.house.sitting)

    async def _joint(self, _: str) -> None:
        await self.house.rooms.joint(self.house.mo, self.house.sitting)

    async def _minutes(self, _: str) -> None:
        secret = f"秘密{len(self.said)}号"
        self.said[secret] = await self.audience("mo")
        await self.house.minutes.write(self.house.mo, self.house.sitting, "", secret)
        assert (await self.places())["mo"] is Place.JOINT

    async def _media(self, _: str) -> None:
        self.house.media.fail_next = Unavailable()
        await self._caucus("A")

    async def _crash(self, _: str) -> None:
        self.house.media.fail_next = PluggedOut()
        await self._caucus("B")

    async def _wait(self, _: str) -> None:
        """Long enough for a sitting to pause whose host is away, and for a countdown to end."""
        self.house.clock.advance(seconds=31)
        await self.house.rooms.turn(self.house.clock.now())

    async def _restart(self, _: str) -> None:
        self.house.media.rooms.pop(self.house.sitting, None)
        self.house.media.fail_next = None
        await self.house.rooms.recover()

    # -- what everybody may know

    async def look(self) -> None:
        places = await self.places()
        assert Place.MOVING not in places.values()
        assert all(who in ALLOWED.get(place or Place.LOBBY, PEOPLE) for who, place in places.items())
        self.accepted &= {who for who, place in places.items() if place in APART}
        assert self.accepted == {who for who, place in places.items() if place in APART} - {"mo"}
        await self._media_follows(places)
        for who, person in self.person.items():
            await self._reads_only_what_is_here(who, person, places[who])
        await self._news_went_to_the_audience()
        told = " ".join(str(record) for record in self.log.records)
        assert not [secret for secret in [*self.said, *self.declined] if secret in told], "the log knows"

    async def _media_follows(self, places: dict[str, Place | None]) -> None:
        room = self.house.media.rooms.get(self.house.sitting)
        names = {self._id(who): who for who in self.person}
        for matrix in room.matrices if room else []:
            heard = {names[r]: {names[s] for s in senders} for r, senders in matrix.items()}
            for who, voices in heard.items():
                # in no matrix that was ever in force does a side hear a caucus of the other
                assert all(who in heard[one] for one in voices)
                for one in voices:
                    assert heard[one] - {who} == voices - {one}, "two places at once"
        for receiver, audible in (room.routes if room else {}).items():
            for sender in audible:
                assert places[names[receiver]] is places[names[sender]] not in (None, Place.LOBBY)

    async def _reads_only_what_is_here(self, who: str, person: Actor, place: Place | None) -> None:
        view = await self.house.rooms.show(person, self.house.sitting)
        assert all(line.key == place and who in self.said[line.text] for line in view.chat)
        assert not view.minutes or place is Place.JOINT
        told = [self.declined[seat.because] for seat in view.seats if seat.because]
        assert who == "mo" or set(told) <= {who}
        shown = (await self.house.exhibits.show(person, self.house.sitting)).showing
        for owner, item in self.exhibit.items():
            foreign = who not in (owner, "mo")
            assert all(self.marked[one.points[0][0]] is place for one in (shown.marks if shown else ()))
            assert not (foreign and shown and shown.item_id == item), "an undisclosed piece crossed"

    async def _news_went_to_the_audience(self) -> None:
        names = {person.account_id: who for who, person in self.person.items()}
        async with self.house.db.read() as tx:
            found = await tx.pushes.after(self.looked_until, 10_000)
        for news in found:
            if news.payload.get("what") in ("chat", "minutes"):
                assert names[news.account_id] in self.said[news.payload["line"]["text"]]
        self.looked_until = max((news.id for news in found), default=self.looked_until)

    def _id(self, who: str) -> UUID:
        account_id = self.person[who].account_id
        assert account_id
        return account_id


@pytest.fixture(scope="module")
def court(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    path = tmp_path_factory.mktemp("secrecy") / "court.sqlite"
    shutil.copyfile(sqlite_template, path)
    return path


async def one_night(path: Path, acts: list[str], log: Logbook) -> None:
    """A sitting of its own in a fresh copy of the tables."""
    db = careless(Database(f"sqlite+aiosqlite:///{path}"))
    try:
        house = await open_house(db, FixedClock())
        night = Night(house, log)
        for owner in ("wang", "yang"):
            night.exhibit[owner] = await house.add_exhibit(night.person[owner], disclosed=False)
        await house.gather()
        for what in acts:
            await night.act(what)
    finally:
        await db.close()


def nights(path: Path, acts: list[str], log: Logbook, folder: Path) -> None:
    copy = folder / "night.sqlite"
    for left in folder.glob("night.sqlite*"):
        left.unlink()
    shutil.copyfile(path, copy)
    asyncio.run(one_night(copy, acts, log))


SEQUENCES = st.lists(st.sampled_from(ACTS), min_size=4, max_size=14)
QUIET = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow)


@given(acts=SEQUENCES)
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=QUIET)
@pytest.mark.timeout(300)
def test_nothing_of_a_caucus_crosses(court: Path, logbook: Logbook, tmp_path: Path, acts: list[str]) -> None:
    nights(court, acts, logbook, tmp_path)


@pytest.mark.soak
@pytest.mark.timeout(50_000)
def test_nothing_of_a_caucus_crosses_in_ten_thousand_nights(
    request: pytest.FixtureRequest, court: Path, logbook: Logbook, tmp_path: Path
) -> None:
    """`--nights` plays fewer, or more; each run takes others."""

    def one(acts: list[str]) -> None:
        nights(court, acts, logbook, tmp_path)

    count: int = request.config.getoption("nights")
    long = st.lists(st.sampled_from(ACTS), min_size=10, max_size=30)
    settings(max_examples=count, deadline=None, suppress_health_check=QUIET)(given(acts=long)(one))()
