"""Nothing of a caucus crosses in the application itself: pages, pushes, media and storage over real sockets.

Rule 1: who may receive what is worked out here, from places that a model keeps apart from the application.
Rule 2: each picture carries in itself who sent it and in which phase, so that no slow decoder excuses a leak:
        a picture that was taken after a move had ended may be seen by those who were together then alone.
"""

import asyncio
import json
import shutil
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Final

import av
import numpy as np
import pytest
import socketio
from aiohttp.test_utils import TestServer
from yarl import URL

from odr.app import make_app
from odr.db.uow import Database
from odr.demo.client import Refused
from odr.demo.medium import CONNECT_S, MediaBot
from odr.demo.people import Person
from odr.demo.seats import Seat
from odr.domain.sittings import Place
from odr.settings import Settings
from odr.web.middlewares import SESSION_COOKIE
from odr.web.push import NAMESPACE
from odr.wiring import build
from tests.support.caucus import MAY_READ, NAMES, PARTY, Model
from tests.support.clock import FixedClock
from tests.support.filings import citizen
from tests.support.seeding import MEDIATOR_PHONE, Now
from tests.support.server import free_port
from tests.support.sittings import open_house

Pixels = np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]

COLOURS: Final = {"wang": (220, 30, 30), "yang": (30, 220, 30), "mo": (30, 30, 220)}
ACTS: Final = (
    *("caucus A", "caucus A", "caucus B", "caucus B", "joint", "joint"),
    *(f"{act} {who}" for act in ("drop", "unplug") for who in NAMES),
)
STEPS: Final = 7
WAIT_S: Final = 20.0  # for what must come, on a loaded machine
STILL_S: Final = 0.4  # twenty sound frames of a leak
BITS: Final = 8


def stamped(colour: tuple[int, int, int], phase: int, number: int) -> Pixels:
    """A picture of the sender's colour with the phase in black and white blocks above it."""
    frame = np.full((96, 128, 3), colour, dtype=np.uint8)
    for bit in range(BITS):
        frame[:32, 16 * bit : 16 * bit + 16] = 255 if phase >> bit & 1 else 0
    frame[80 + number % 16, :8] = 128  # never twice the same
    return frame


def read_stamp(frame: av.VideoFrame) -> tuple[str, int]:
    """Who sent the picture, and in which phase."""
    seen = frame.to_ndarray(format="rgb24")
    middle = seen[44:76, 32:112].reshape(-1, 3).mean(axis=0)
    bits = [seen[8:24, 16 * bit + 4 : 16 * bit + 12].mean() > 128 for bit in range(BITS)]
    return NAMES[int(np.argmax(middle))], sum(bool(one) << bit for bit, one in enumerate(bits))


class Listener:
    """A page's push socket, and every event that came over it."""

    def __init__(self, person: Person) -> None:
        self.heard: list[str] = []
        self.on = False
        self._person = person
        self._came = asyncio.Condition()

    async def connect(self) -> None:
        origin = self._person.browser.origin
        cookie = self._person.browser.session.cookie_jar.filter_cookies(URL(origin))[SESSION_COOKIE]
        self._client = socketio.AsyncClient(reconnection=False)
        self._client.on("*", self._take, namespace=NAMESPACE)
        await self._client.connect(
            origin,
            headers={"Cookie": f"{SESSION_COOKIE}={cookie.value}"},
            namespaces=[NAMESPACE],
            transports=["websocket"],
            wait_timeout=CONNECT_S,
        )
        self.on = True

    async def disconnect(self) -> None:
        self.on = False
        await self._client.disconnect()

    async def until_heard(self, text: str) -> None:
        async with asyncio.timeout(WAIT_S), self._came:
            await self._came.wait_for(lambda: any(text in one for one in self.heard))

    async def _take(self, event: str, *payload: object) -> None:
        async with self._came:
            self.heard.append(json.dumps([event, *payload], ensure_ascii=False))
            self._came.notify_all()


class Court:
    """The application on fixed ports, so that it comes back where it was."""

    def __init__(self, data: Path) -> None:
        self.data, self.port = data, free_port()
        self._media_port = free_port(socket.SOCK_DGRAM)
        self.origin = f"http://127.0.0.1:{self.port}"

    async def open(self) -> None:
        settings = {"data_dir": self.data, "port": self.port, "media_port": self._media_port, "lan": False}
        self._server = TestServer(make_app(build(Settings.model_validate(settings))), port=self.port)
        await self._server.start_server(shutdown_timeout=0.5)  # sockets stay open: people do not know

    async def close(self) -> None:
        await self._server.close()


class Night:
    """One sitting on a walk by chance."""

    def __init__(self, court: Court, sitting: str) -> None:
        self.court, self.model = court, Model()
        phones = {"wang": citizen("wang").phone, "yang": citizen("yang").phone, "mo": MEDIATOR_PHONE}
        self.people = {who: Person(court.origin, who, phones[who]) for who in NAMES}
        self.seats = {who: Seat(self.people[who], sitting, n) for n, who in enumerate(NAMES)}
        self.listeners = {who: Listener(self.people[who]) for who in NAMES}
        self.said: dict[str, tuple[frozenset[str], frozenset[str]]] = {}  # text → told at once, may read
        self.phase = 0
        self.open_in: dict[int, frozenset[tuple[str, str]]] = {0: frozenset()}  # the ways of each phase
        self.seen: Counter[tuple[str, str, int]] = Counter()
        self.leaks: list[str] = []

    # -- coming and going

    async def gather(self) -> None:
        for who in NAMES:
            self._new_bot(who)
            await self.seats[who].sit_down()
            await self.listeners[who].connect()
        self._next_phase(self.model.pairs())
        await self.seats["mo"].tell("host/start")
        await self._settle()

    async def end(self) -> None:
        await asyncio.gather(*(self.seats[who].bot.leave() for who in NAMES if self.model.places[who]))
        await asyncio.gather(*(one.disconnect() for one in self.listeners.values() if one.on))
        await asyncio.gather(*(one.close() for one in self.people.values()))

    def _new_bot(self, who: str) -> None:
        """In the place of the seat's own: one whose pictures say whose they are."""
        seat = self.seats[who]

        async def ticket() -> str:
            return str((await seat.tell("ticket"))["ticket"])

        seat.bot = MediaBot(
            self.court.origin,
            ticket,
            picture=lambda number: stamped(COLOURS[who], self.phase, number),
            rate_hz=5,
            look=partial(self._look, who),
        )

    def _look(self, receiver: str, frame: av.VideoFrame) -> None:
        sender, phase = read_stamp(frame)
        self.seen[receiver, sender, phase] += 1
        if (receiver, sender) not in self.open_in.get(phase, frozenset()):
            self.leaks.append(f"{receiver} saw {sender} in phase {phase}")

    def _next_phase(self, ways: frozenset[tuple[str, str]]) -> None:
        self.open_in[self.phase + 1] = ways
        self.phase += 1

    def _open_already(self) -> None:
        """While an act is under way, ways of before may be open still, and those of after already."""
        self.open_in[self.phase] |= self.model.pairs()

    # -- acts

    async def step(self, what: str) -> None:
        """One act, then talk in the places it led to, then a look at who got what."""
        name, _, whom = what.partition(" ")
        act: Callable[[str], Any] = getattr(self, f"_{name}")
        self._next_phase(self.model.pairs())
        await act(whom)
        await self._settle()

    async def _caucus(self, side: str) -> None:
        """Ask, and whoever is asked accepts."""
        granted, who = self.model.ask(side), PARTY[side]
        self._open_already()
        await self._asked(granted, "mo", "host/caucus", side=side)
        granted = self.model.accept(who)
        self._open_already()
        await self._asked(granted, who, "apart", accepts=True)

    async def _joint(self, _: str) -> None:
        """Without waiting for the countdown."""
        self.model.back()
        self._open_already()
        await self.seats["mo"].tell("host/joint")
        await self.seats["mo"].tell("host/back")

    async def _drop(self, who: str) -> None:
        """Out of the room, or in again."""
        if self.model.places[who] is None:
            await self._return(who)
        else:
            await self.seats[who].bot.leave()
            self.model.go(who)

    async def _return(self, who: str) -> None:
        self._new_bot(who)
        self.model.come(who)
        self._open_already()
        await self.seats[who].bot.join()

    async def _unplug(self, who: str) -> None:
        """The page's push socket goes, or comes again."""
        listener = self.listeners[who]
        await (listener.disconnect() if listener.on else listener.connect())

    async def _restart(self, _: str) -> None:
        """The whole process goes and comes back; everybody has to come in anew."""
        await self.court.close()
        await asyncio.gather(*(self.seats[who].bot.leave() for who in NAMES if self.model.places[who]))
        await asyncio.gather(*(one.disconnect() for one in self.listeners.values() if one.on))
        await self.court.open()
        self.model.places = dict.fromkeys(NAMES)
        await asyncio.gather(*(one.connect() for one in self.listeners.values()))
        for who in NAMES:
            await self._return(who)

    async def say(self, who: str) -> None:
        text, place = f"密语{len(self.said):03}止", self.model.places[who]
        told = self.model.audience(who)
        self.said[text] = told, MAY_READ[place] if place and told else frozenset()
        await self._asked(bool(told), who, "chat", text=text)
        await self._told(text)

    async def note(self) -> None:
        """A line of the minutes: refused, and known to nobody, unless the host sits in the joint room."""
        text, joint = f"密语{len(self.said):03}止", self.model.places["mo"] is Place.JOINT
        told = self.model.audience("mo") if joint else frozenset()
        self.said[text] = told, frozenset(NAMES) if joint else frozenset()
        await self._asked(joint, "mo", "minutes", speaker="", text=text)
        await self._told(text)

    async def _asked(self, granted: bool, who: str, what: str, **values: object) -> None:
        if granted:
            await self.seats[who].tell(what, **values)
            return
        with pytest.raises(Refused, match=r"^409"):
            await self.seats[who].tell(what, **values)

    async def _told(self, text: str) -> None:
        told, _ = self.said[text]
        await asyncio.gather(
            *(self.listeners[who].until_heard(text) for who in told if self.listeners[who].on)
        )

    # -- what everybody got

    async def _settle(self) -> None:
        """Wait until the application is where the model is; from then on pictures are of a new phase."""
        ids = {seat.id: who for who, seat in self.seats.items()}

        def agrees(told: dict[str, Any]) -> bool:
            places = {ids[one["id"]]: one["place"] if one["present"] else None for one in told["seats"]}
            return places == self.model.places

        await self.seats["mo"].until_state(agrees, f"{self.model.places}")
        self._next_phase(self.model.pairs())

    async def look(self) -> None:
        """Those who are together receive; nobody else does; and no text is where it should not be."""
        await asyncio.gather(*(self._receives(*pair) for pair in self.model.pairs()))
        await self._stands_still()
        assert self.leaks == []
        for who in NAMES:
            self._heard_only_what_was_told(who)
            await self._reads_only_what_may_be_read(who)

    async def _receives(self, receiver: str, sender: str) -> None:
        bot, voice, phase = self.seats[receiver].bot, self.seats[sender].id, self.phase
        heard = bot.voices[voice]
        async with asyncio.timeout(WAIT_S):
            await bot.until(
                lambda: self.seen[receiver, sender, phase] >= 3 and bot.voices[voice] >= heard + 5
            )

    async def _stands_still(self) -> None:
        """Sound says not when it was made: what was under way may arrive, then nothing comes any more."""
        present = [who for who in NAMES if self.model.places[who]]
        shut = [(r, s) for r in present for s in NAMES if r != s and (r, s) not in self.model.pairs()]
        for _ in range(4):
            if not any(await asyncio.gather(*(self._crosses(*pair) for pair in shut))):
                return
        raise AssertionError(f"sound or pictures cross in {self.model.places}")

    async def _crosses(self, receiver: str, sender: str) -> bool:
        """Whether anything of the sender reaches the receiver within a while."""
        bot, seat = self.seats[receiver].bot, self.seats[sender].id
        before = bot.frames[seat], bot.voices[seat]
        try:
            async with asyncio.timeout(STILL_S):
                await bot.until(lambda: (bot.frames[seat], bot.voices[seat]) != before)
        except TimeoutError:
            return False
        return True

    def _heard_only_what_was_told(self, who: str) -> None:
        heard = "\n".join(self.listeners[who].heard)
        crossed = [text for text, (told, _) in self.said.items() if text in heard and who not in told]
        assert crossed == [], f"{who} was sent what was said elsewhere"

    async def _reads_only_what_may_be_read(self, who: str) -> None:
        view = json.dumps(await self.seats[who].state(), ensure_ascii=False)
        crossed = [text for text, (_, may_read) in self.said.items() if text in view and who not in may_read]
        assert crossed == [], f"{who} reads what was said elsewhere"


@pytest.fixture
async def court(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Court]:
    shutil.copyfile(sqlite_template, tmp_path / "odr.sqlite")
    court = Court(tmp_path)
    await court.open()
    yield court
    await court.close()


async def scheduled(court: Court) -> str:
    """A sitting of wang and yang before the mediator, in half an hour."""
    db = Database(f"sqlite+aiosqlite:///{court.data / 'odr.sqlite'}")
    try:
        return str((await open_house(db, FixedClock(Now().now()))).sitting)
    finally:
        await db.close()


@pytest.mark.parametrize("seed", [1, 3])
async def test_nothing_of_a_caucus_crosses_any_socket(court: Court, seed: int) -> None:
    rng = Random(seed)
    night = Night(court, await scheduled(court))
    await night.gather()
    acts = [f"caucus {rng.choice('AB')}", *rng.choices(ACTS, k=STEPS - 1)]
    acts.insert(rng.randrange(2, STEPS), "restart")
    for what in acts:
        await night.step(what)
        await night.say(rng.choice(NAMES))
        await night.say(rng.choice(NAMES))
        await night.note()
        await night.look()
    await night.end()
