"""Signalling for rooms that are elsewhere: each page's connection goes on to the server of its room.

Rule 1: a page knows one address and one connection; when its room moves it is told so, and offered anew.
Rule 2: a server that ends is no farewell: its rooms move.
Rule 3: versions of offers grow over moves, so that an answer meant for a lost server is nobody's.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any, Final
from uuid import UUID

import socketio

from odr.adapters.media.ear import Ear
from odr.adapters.media.server import Server
from odr.logs import log
from odr.ports.clock import Clock
from odr.ports.media import SeatEnding, SeatLeft, SeatMoved
from odr.tasks import spawn
from rtc.core.events import Ending
from rtc.errors import TicketRefused
from rtc.net.engine import Voice
from rtc.net.gateway import NAMESPACE
from rtc.tickets import TicketOffice

PASSED_ON: Final = ("slots", "speaker", "muted", "pictures")
TICKET_TTL: Final = timedelta(seconds=60)
CONNECT_S: Final = 5
GRACE_S: Final = 8.0  # within which a server that hung up is known to be lost
_log = log(__name__)

# How a page's end is told to the engine: one that broke the protocol is heard to break it there.
_FAREWELLS: Final[Mapping[Ending, tuple[str, Mapping[str, object]]]] = {
    Ending.GONE: ("leave", {}),
    Ending.REFUSED: ("answer", {}),
}
_Words = tuple[str, Mapping[str, object]]


@dataclass(slots=True, eq=False)
class Seated:
    """A page's connection. `base`: the newest version before this server.

    `relay`: None while the room is between two servers; `arrived`: this server has it; `known`: one had;
    `farewell`: the page is gone, and the server has not said yet that it knows.
    """

    number: int
    room: str
    seat: str
    role: str
    voice: Voice
    base: int = 0
    newest: int = 0
    known: bool = False
    heard: asyncio.Queue[_Words | None] = field(default_factory=asyncio.Queue)
    relay: asyncio.Task[None] | None = None
    arrived: bool = False
    farewell: Ending | None = None


class Front:
    """What the gateway talks to in place of an engine. `home`: the server of an open room, or None."""

    def __init__(
        self, clock: Clock, ear: Ear, ticket_key: bytes, home: Callable[[str], Server | None]
    ) -> None:
        self._clock = clock
        self._ear = ear
        self._office = TicketOffice(ticket_key, clock.now)
        self._home = home
        self._numbers = count(1)
        self._seated: dict[int, Seated] = {}

    def ticket(self, room: str, seat: str, role: str, ttl: timedelta, server: Server) -> str:
        return self._office.issue(room, seat, role, ttl, server.name)

    # -- what pages say

    def join(self, ticket_text: str, voice: Voice) -> int:
        """A place at the seat; raises TicketRefused, also when the room has moved since."""
        ticket = self._office.take(ticket_text)
        server = self._home(ticket.room)
        if server is None or server.name != ticket.server:
            raise TicketRefused("the room is not there")
        seated = Seated(next(self._numbers), ticket.room, ticket.seat, ticket.role, voice)
        self._seated[seated.number] = seated
        self._lead(seated, server)
        return seated.number

    def answer(self, number: int, version: int, text: str) -> None:
        seated = self._seated.get(number)
        if seated is not None and version > seated.base:
            seated.heard.put_nowait(("answer", {"version": version - seated.base, "sdp": text}))

    def restart(self, number: int) -> None:
        seated = self._seated.get(number)
        if seated is not None:
            seated.heard.put_nowait(("restart", {}))

    def leave(self, number: int, ending: Ending) -> None:
        seated = self._seated.get(number)
        if seated is None:
            return
        if not seated.arrived:
            self._end(seated, ending)
            return
        seated.farewell = ending
        seated.voice.hang_up(ending)
        seated.heard.put_nowait(_FAREWELLS[ending])

    # -- what happens to rooms

    def uproot(self, room: str) -> None:
        """The server of the room is lost: its pages let go, and wait."""
        for seated in self._of(room):
            if seated.farewell is not None:
                self._end(seated, seated.farewell)
                continue
            if seated.relay is not None:
                seated.relay.cancel()
            seated.relay, seated.arrived = None, False
            seated.base = seated.newest
            seated.heard = asyncio.Queue()
            tell = seated.voice.say
            tell("moved", {})
            if seated.known:
                self._ear.put(SeatMoved(UUID(room), UUID(seated.seat), self._clock.now()))

    def settle(self, room: str, server: Server) -> None:
        """The room is whole again, there: its pages are led to it."""
        for seated in self._of(room):
            if seated.relay is None:
                self._lead(seated, server)

    def end(self, room: str, ending: Ending, seat: str | None = None) -> None:
        """For those whom no server can tell."""
        for seated in self._of(room):
            if not seated.arrived and seat in (None, seated.seat):
                self._end(seated, ending)

    def end_all(self, ending: Ending, room: str | None = None) -> None:
        """Without their servers, of one room or of all."""
        for seated in list(self._seated.values()):
            if room in (None, seated.room):
                self._end(seated, ending)

    def _of(self, room: str) -> list[Seated]:
        return [seated for seated in self._seated.values() if seated.room == room]

    def _end(self, seated: Seated, ending: Ending) -> None:
        if self._seated.pop(seated.number, None) is None:
            return
        if seated.relay is not None:
            seated.relay.cancel()
        seated.voice.hang_up(ending)
        if seated.known:
            left = SeatLeft(UUID(seated.room), UUID(seated.seat), SeatEnding(ending.value), self._clock.now())
            self._ear.put(left)

    # -- the connection that a page has to its server

    def _lead(self, seated: Seated, server: Server) -> None:
        seated.relay = spawn(self._relay(seated, server, seated.heard), name="media relay")

    async def _relay(self, seated: Seated, server: Server, heard: asyncio.Queue[_Words | None]) -> None:
        client = socketio.AsyncClient(
            reconnection=False,
            handle_sigint=False,  # the library would take Ctrl-C for itself, and stop the loop at once
            http_session=server.session,
        )
        for event, hear in self._hearers(seated, heard):
            client.on(event, hear, namespace=NAMESPACE)
        ticket = self.ticket(seated.room, seated.seat, seated.role, TICKET_TTL, server)
        try:
            await client.connect(
                server.url,
                auth={"ticket": ticket},
                namespaces=[NAMESPACE],
                transports=["websocket"],
                wait_timeout=CONNECT_S,
            )
            seated.arrived = seated.known = True
            while (words := await heard.get()) is not None:
                await client.emit(*words, namespace=NAMESPACE)
        except socketio.exceptions.SocketIOError as error:
            _log.warning("media relay broke", server=server.label, error=type(error).__name__)
        finally:
            with suppress(socketio.exceptions.SocketIOError):
                await client.disconnect()
        if seated.number in self._seated:
            await asyncio.sleep(GRACE_S)  # if the server is lost, this relay is cancelled meanwhile
            seated.relay = None
            self._end(seated, seated.farewell or Ending.STOPPED)

    def _hearers(
        self, seated: Seated, heard: asyncio.Queue[_Words | None]
    ) -> Iterator[tuple[str, Callable[..., None]]]:
        def tell(event: str, message: dict[str, Any]) -> None:
            if seated.heard is heard:  # else the server was given up, and speaks late
                seated.voice.say(event, message)

        def offer(message: dict[str, Any]) -> None:
            if seated.heard is not heard:
                return
            seated.newest = seated.base + message["version"]
            tell("offer", {**message, "version": seated.newest})

        def bye(message: dict[str, Any]) -> None:
            ending = Ending(message["reason"])
            if (
                seated.heard is heard
                and ending is not Ending.STOPPED
                and self._seated.pop(seated.number, None) is not None
            ):
                seated.voice.hang_up(ending)

        def disconnected(*_: object) -> None:
            heard.put_nowait(None)

        yield "offer", offer
        yield "bye", bye
        yield "disconnect", disconnected
        for event in PASSED_ON:
            yield event, partial(tell, event)
