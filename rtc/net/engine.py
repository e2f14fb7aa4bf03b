"""The media engine: rooms, transports and the one port, joined on a running event loop.

Rule 1: whoever owns the rooms says who hears whom; the engine obeys, and tells an observer what happened.
Rule 2: a seat that is taken back is silent before `revoke` returns.
"""

import asyncio
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random, SystemRandom
from typing import Protocol

from rtc.core.commands import (
    Command,
    Negotiate,
    Send,
    SendRtcp,
    SendRtp,
    TellMuted,
    TellPictures,
    TellSlots,
    TellSpeaker,
)
from rtc.core.events import Ending, Observer, SeatConnected, SeatJoined, SeatLeft
from rtc.core.packets import Kind
from rtc.core.room import Room
from rtc.core.signalling import Negotiation
from rtc.core.turns import Turns
from rtc.errors import TicketRefused, UnknownRoom
from rtc.net import ice, sdp
from rtc.net.archive import Archive
from rtc.net.dtls import Certificate
from rtc.net.port import UdpPort, own_addresses
from rtc.net.transport import MAX_PATHS, Transport, Wishes
from rtc.net.turn import TurnServers
from rtc.plane import DataPlane, Path, SrtpKeys
from rtc.plane.choice import choose
from rtc.recording.recorder import Recorder, ssrc_of
from rtc.settings import MediaSettings
from rtc.tickets import Ticket, TicketOffice

TICK_S = 0.02
ARRIVALS_TICKS, SPEAKERS_TICKS, SECOND_TICKS = 5, 10, 50


class Voice(Protocol):
    """How the engine speaks to one peer; must return at once."""

    def say(self, event: str, payload: Mapping[str, object]) -> None: ...

    def hang_up(self, ending: Ending) -> None: ...


@dataclass(slots=True)
class Seated:
    """One connection: its place in a room, its transport, its signalling."""

    number: int
    room: Room
    seat: str
    voice: Voice
    transport: Transport
    negotiation: Negotiation


class Engine:
    def __init__(
        self,
        settings: MediaSettings,
        observer: Observer,
        clock: Callable[[], datetime],
        ticket_key: bytes,
        rng: Random | None = None,
    ) -> None:
        """`clock` gives aware UTC; `ticket_key` is shared with whoever issues tickets."""
        self.name = secrets.token_hex(4)  # of this start: a ticket for the one before is worth nothing
        self._settings = settings
        self._observer = observer
        self._office = TicketOffice(ticket_key, clock)
        self._clock = clock
        secret = settings.turn_secret.get_secret_value().encode() if settings.turn_secret else b""
        self._turn = TurnServers(settings.turn_urls, secret)
        self._rng = rng or SystemRandom()
        self._certificate = Certificate()
        self._plane: DataPlane = choose(settings.plane)
        self._rooms: dict[str, Room] = {}
        self._seated: dict[int, Seated] = {}
        self._by_ufrag: dict[str, Seated] = {}
        self._by_path: dict[Path, Seated] = {}
        self._recorders: dict[str, Recorder] = {}
        self._archive = Archive(settings.recordings, clock, observer)
        self._numbers = iter(range(1, 1 << 62))
        self._turns = Turns()
        self._timer: asyncio.TimerHandle | None = None

    # -- life

    async def start(self) -> None:
        """Bind the port and begin; raises NoAddress."""
        loop = asyncio.get_running_loop()
        self._now = loop.time
        self._port = UdpPort(self._settings.addresses or own_addresses(), self._settings.udp_port)
        self._ours = sdp.OurSide(secrets.randbits(40), self._certificate.fingerprint, self._port.endpoints)
        if not self._plane.start(self._port.sockets, self._port.sorter(self)):
            self._port.start(self)
        self._timer = loop.call_later(TICK_S, self._tick)

    async def stop(self) -> None:
        for seated in list(self._seated.values()):
            self._end(seated, Ending.STOPPED)
        for room_id in list(self._recorders):
            self.end_record(room_id)
        await self._archive.closed()
        self._rooms.clear()
        if self._timer is not None:
            self._timer.cancel()
        self._plane.stop()
        self._port.close()

    @property
    def endpoints(self) -> tuple[tuple[str, int], ...]:
        return tuple((endpoint.host, endpoint.port) for endpoint in self._port.endpoints)

    @property
    def plane(self) -> str:
        """The name of the data plane that runs."""
        return self._plane.name

    @property
    def dropped(self) -> int:
        """Datagrams that were nobody's, and packets that were forged or broken."""
        return self._port.dropped + self._plane.refused

    # -- orders of the owner of the rooms

    def open_room(self, room_id: str) -> None:
        """Have the room; nobody in it hears anybody until routes are set."""
        self._rooms.setdefault(room_id, Room(room_id, self._rng, self._plane.parts))

    def close_room(self, room_id: str) -> None:
        self.end_record(room_id)
        room = self._rooms.pop(room_id, None)
        if room is not None:
            for seated in [s for s in self._seated.values() if s.room is room]:
                self._end(seated, Ending.CLOSED)

    def close_rooms(self) -> None:
        """All of them, as when their owner is gone."""
        for room_id in list(self._rooms):
            self.close_room(room_id)

    def ticket(self, room_id: str, seat: str, role: str, ttl: timedelta) -> str:
        self._room(room_id)
        return self._office.issue(room_id, seat, role, ttl)

    def set_routes(
        self,
        room_id: str,
        epoch: int,
        routes: Mapping[str, Collection[str]],
        *,
        recorded: Collection[str] = (),
        recording: str | None = None,
        screens: Collection[str] = (),
        muted: Collection[str] = (),
    ) -> None:
        """Receiver to senders. When this returns, nothing more goes where `routes` does not allow.

        `screens`: who shares theirs. `muted`: whose sound reaches nobody. `recorded`: whom a recorder hears.
        `recording`: the room has exactly this one, "" none, written into this server's folder; None leaves
        it. Raises StaleEpoch, UnknownRoom.
        """
        self._do(self._room(room_id).set_routes(epoch, routes, recorded, screens, muted))
        if recording is not None:
            self._keep_record(room_id, recording)
        if room_id in self._recorders:
            self._recorders[room_id].heard(recorded, set(screens) & set(recorded))

    def _keep_record(self, room_id: str, recording: str) -> None:
        if self._archive.recording(room_id) == recording:
            return
        self.end_record(room_id)
        recorder = self._archive.begin(room_id, recording, self._now) if recording else None
        if recorder is not None:
            self.record(room_id, recorder)

    def record(self, room_id: str, recorder: Recorder) -> None:
        """From now on it is given what the seats send that the matrix names; raises UnknownRoom."""
        number = next(self._numbers)
        tap = self._room(room_id).record(number)

        def take(octets: bytes, control: bool) -> None:
            who = tap.who(ssrc_of(octets, control=control))
            if who is not None:
                recorder.take(who, octets, control=control)

        self._recorders[room_id] = recorder
        self._plane.overhear(number, take)

    def end_record(self, room_id: str) -> Recorder | None:
        """The room's recorder hears nothing more, as when the room is closed; who made it stops it."""
        room = self._rooms.get(room_id)
        if room is not None and room.tap is not None:
            self._plane.close(room.tap.number)
            room.end_record()
        recorder = self._recorders.pop(room_id, None)
        self._archive.end(room_id)
        return recorder

    def withhold(self, room_id: str, seat: str, kinds: frozenset[Kind]) -> None:
        """Exactly these kinds reach the seat from nobody from now on; an empty set lifts it."""
        self._do(self._room(room_id).withhold(seat, kinds))

    def revoke(self, room_id: str, seat: str) -> None:
        """End the seat's connection, if there is one."""
        room = self._room(room_id)
        for seated in self._of_seat(room, seat):
            self._end(seated, Ending.REVOKED)

    def _room(self, room_id: str) -> Room:
        room = self._rooms.get(room_id)
        if room is None:
            raise UnknownRoom(room_id)
        return room

    def _of_seat(self, room: Room, seat: str) -> list[Seated]:
        return [s for s in self._seated.values() if s.room is room and s.seat == seat]

    # -- signalling

    def join(self, ticket_text: str, voice: Voice) -> int:
        """Take a seat with a ticket; whoever held it is told that it was replaced. Raises TicketRefused."""
        ticket = self._office.take(ticket_text)
        if ticket.server not in ("", self.name):
            raise TicketRefused("for another server")
        room = self._rooms.get(ticket.room)
        if room is None:
            raise TicketRefused("room is not open")
        for former in self._of_seat(room, ticket.seat):
            self._end(former, Ending.REPLACED)
        seated = self._seat(room, ticket, voice)
        self._observer.tell(SeatJoined(room.id, ticket.seat, ticket.role))
        self._do(room.join(seated.number, ticket.seat, self._now()))
        return seated.number

    def _seat(self, room: Room, ticket: Ticket, voice: Voice) -> Seated:
        number = next(self._numbers)
        wishes = Wishes(
            ready=lambda keys: self._connected(number, keys),
            aimed=lambda path: self._plane.aim(number, path),
            moved=lambda: room.moved(number, self._now()),
            ended=lambda farewell: self.leave(number, Ending.GONE if farewell else Ending.REFUSED),
        )
        transport = Transport(self._port, self._certificate, wishes, self._now())
        seated = Seated(number, room, ticket.seat, voice, transport, Negotiation())
        self._seated[number] = seated
        self._by_ufrag[transport.credentials.ufrag] = seated
        return seated

    def answer(self, number: int, version: int, text: str) -> None:
        """The peer's answer to an offer; raises AnswerRefused."""
        seated = self._seated.get(number)
        if seated is None:
            return
        answer = sdp.parse_answer(text)
        again = seated.negotiation.answered(version)
        self._do(seated.room.settle(number, answer))
        seated.transport.settle(answer)
        if again and number in self._seated:
            self._offer(seated)

    def restart(self, number: int) -> None:
        """New credentials and a new offer, at the wish of a peer whose network changed."""
        seated = self._seated.get(number)
        if seated is None:
            return
        self._by_ufrag.pop(seated.transport.credentials.ufrag, None)
        seated.transport.credentials = ice.new_credentials()
        self._by_ufrag[seated.transport.credentials.ufrag] = seated
        self._offer(seated)

    def leave(self, number: int, ending: Ending) -> None:
        seated = self._seated.get(number)
        if seated is not None:
            self._end(seated, ending)

    def _offer(self, seated: Seated) -> None:
        version = seated.negotiation.wish()
        if version is None:
            return
        lines = seated.room.offer(seated.number)
        text = sdp.offer(self._ours, seated.transport.credentials, version, lines)
        slots = seated.room.slots(seated.room.legs[seated.number])
        relays = self._turn.ice_servers(str(seated.number), self._clock())
        seated.voice.say("offer", {"version": version, "sdp": text, "slots": slots, "relays": relays})

    def _connected(self, number: int, keys: SrtpKeys) -> None:
        seated = self._seated[number]
        self._plane.open(number, keys, seated.room, seated.transport.send)
        after_s = self._now() - seated.room.legs[number].joined_at
        seated.room.connected(number)
        self._observer.tell(SeatConnected(seated.room.id, seated.seat, int(after_s * 1000)))

    def _end(self, seated: Seated, ending: Ending) -> None:
        del self._seated[seated.number]
        self._plane.close(seated.number)
        seated.transport.close()
        self._by_ufrag.pop(seated.transport.credentials.ufrag, None)
        for path in seated.transport.paths:
            if self._by_path.get(path) is seated:
                self._dismiss(path)
        self._do(seated.room.leave(seated.number))
        seated.voice.hang_up(ending)
        self._observer.tell(SeatLeft(seated.room.id, seated.seat, ending))

    # -- datagrams

    def on_stun(self, data: bytes, path: Path) -> None:
        ufrag = ice.addressee(data)
        seated = self._by_ufrag.get(ufrag) if ufrag else None
        if seated is None:
            self._port.dropped += 1
        elif self._overhear(seated).on_stun(data, path, self._now()):
            self._by_path[path] = seated
            self._plane.admit(path, seated.number)
            while len(seated.transport.paths) > MAX_PATHS:
                self._dismiss(seated.transport.paths.pop(0))

    def _overhear(self, seated: Seated) -> Transport:
        """Its transport, knowing also of what the plane read by itself."""
        transport = seated.transport
        transport.heard_at = max(transport.heard_at, self._plane.heard_at(seated.number))
        return transport

    def _dismiss(self, path: Path) -> None:
        self._by_path.pop(path, None)
        self._plane.dismiss(path)

    def on_dtls(self, data: bytes, path: Path) -> None:
        seated = self._by_path.get(path)
        if seated is None:
            self._port.dropped += 1
        else:
            seated.transport.hear(path, self._now())
            seated.transport.on_dtls(data)

    def on_srtp(self, data: bytes, path: Path) -> None:
        seated = self._by_path.get(path)
        if seated is None:
            self._port.dropped += 1
        else:
            now = self._now()
            seated.transport.hear(path, now)
            self._plane.receive(seated.number, data, now)

    # -- time

    def _tick(self) -> None:
        now, sends = self._now(), list[Send]()
        rooms = self._turns.next(list(self._rooms.values()))
        self._timer = asyncio.get_running_loop().call_later(TICK_S / self._turns.parts, self._tick)
        for turn, room in rooms:
            sends += room.wishes(now)
            if turn % ARRIVALS_TICKS == 0:
                sends += room.arrivals()
            if turn % SPEAKERS_TICKS == 1:
                self._do(room.speakers(now))
                self._do(room.layers(now))
                self._attend_recorder(room, now)
            if turn % SECOND_TICKS == 2:
                self._report(room, now)
        self._plane.send(sends)
        if self._turns.begins and self._turns.ticks % SECOND_TICKS == 0:
            self._end_the_lost(now)

    def _attend_recorder(self, room: Room, now: float) -> None:
        recorder, tap = self._recorders.get(room.id), room.tap
        if recorder is None or tap is None:
            return
        if tap.speaks(now):
            recorder.speaker(tap.speaker)
        for who in recorder.wishes:
            tap.want_picture(who)
        if self._archive.failed(room.id):
            self.end_record(room.id)

    def _report(self, room: Room, now: float) -> None:
        self._plane.send(room.reports(now))
        self._do(room.budgets(now))
        self._plane.send(room.probes(now))
        for health in room.health(lambda number: now - self._overhear(self._seated[number]).heard_at):
            self._observer.tell(health)

    def _end_the_lost(self, now: float) -> None:
        for seated in list(self._seated.values()):
            if now - self._overhear(seated).heard_at > self._settings.silence_s:
                self._end(seated, Ending.LOST)

    # -- commands of the room

    def _do(self, commands: Iterable[Command]) -> None:
        for command in commands:
            seated = self._seated.get(command.leg)
            if seated is None:
                continue
            match command:
                case SendRtp() | SendRtcp():
                    self._plane.send((command,))
                case Negotiate():
                    self._offer(seated)
                case TellSlots(slots=slots):
                    seated.voice.say("slots", {"slots": slots})
                case TellSpeaker(seat=seat):
                    seated.voice.say("speaker", {"seat": seat})
                case TellMuted(muted=muted):
                    seated.voice.say("muted", {"muted": muted})
                case TellPictures(qualities=qualities):
                    seated.voice.say("pictures", {"qualities": qualities})
