"""A court in this process, on real sockets, that comes back on the same ports; its people have no browser."""

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from socket import SOCK_DGRAM
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID, uuid4

import aiohttp
import socketio
from aiohttp.test_utils import TestServer

from odr.adapters.media.local import LocalMediaRooms
from odr.app import make_app
from odr.db.convening import Call
from odr.db.convening import convene as call_people
from odr.db.evidence import EvidenceItem
from odr.db.guests import Guest as GuestRow
from odr.db.uow import Database, Tx
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.sittings import Kind, Place, SeatRole
from odr.domain.steps import Role
from odr.ports.clock import Clock
from odr.ports.media import Matrix, RoomObserver, StaleRoutes
from odr.services.rooms import RoomService
from odr.services.rooms.absences import Absences
from odr.settings import Settings
from odr.web.middlewares import SESSION_COOKIE
from odr.web.push import NAMESPACE as PUSH
from odr.wiring import Platform, build
from rtc.net.gateway import NAMESPACE as RTC
from tests.support.careless import Plug, threadless
from tests.support.caucus import HELPER, INTERPRETER, NAMES, OBSERVER, WITNESS
from tests.support.filings import citizen
from tests.support.seeding import MEDIATOR_PHONE
from tests.support.server import free_port

ANSWER: Final = (
    "a=ice-ufrag:Xy+/\r\na=fingerprint:sha-256 0A:1B\r\na=setup:active\r\n"  # and then never a packet
)
UNHURRIED_S: Final = 36_000.0  # what no walk lasts: limits of patience are tried elsewhere
PATIENT: Final = MappingProxyType({"transports": ["websocket"], "wait_timeout": UNHURRIED_S})
BETWEEN: Final = (Place.LOBBY, Place.MOVING)
_GUEST_ROLES: Final = {
    WITNESS: SeatRole.WITNESS,
    OBSERVER: SeatRole.OBSERVER,
    HELPER: SeatRole.HELPER_A,
    INTERPRETER: SeatRole.INTERPRETER,
}
PAGES: Final = 9999  # of each piece of evidence: a page's number says which showing it was


class NoReader:
    """In the place of the processes that know faces: nobody shows a card in a room."""

    async def start(self) -> None: ...

    async def close(self) -> None: ...


class Witness:
    """Media rooms that remember every matrix that came into force, by room, and whom it recorded."""

    def __init__(self, inner: LocalMediaRooms, data: Path) -> None:
        """`data` holds the database that is committed to."""
        self._inner = inner
        self._rows = sqlite3.connect(data / "odr.sqlite")
        self.tapes: dict[UUID, Collection[UUID]] = {}
        self.matrices: dict[UUID, list[Mapping[UUID, Collection[UUID]]]] = {}
        self.crossed: list[str] = []
        self.taped = 0  # commits while somebody was recorded

    def retire(self) -> None:
        self._rows.close()

    async def start(self, server: socketio.AsyncServer, observer: RoomObserver) -> None:
        """A process that gets little of the machine answers late, and is not lost for it."""
        server.eio.ping_interval = server.eio.ping_timeout = UNHURRIED_S
        await self._inner.start(server, observer)

    def places(self, sitting_id: UUID) -> dict[UUID, Place | None]:
        """Where everybody with a seat is, as was committed; None: not in the room."""
        ask = "SELECT account_id, place, present FROM sitting_seats WHERE sitting_id = ?"
        found = self._rows.execute(ask, (sitting_id.hex,)).fetchall()
        return {UUID(account): Place(place) if present else None for account, place, present in found}

    def compare(self) -> None:
        """What was committed just now, with what media lets through: nobody hears into another place.

        And nobody is recorded where not all are together.
        """
        for room_id, matrices in self.matrices.items():
            ask = "SELECT account_id, place FROM sitting_seats WHERE sitting_id = ? AND present"
            found = self._rows.execute(ask, (room_id.hex,))
            places = {UUID(account): place for account, place in found if place not in BETWEEN}
            tape = self.tapes.get(room_id, ())
            self.taped += bool(tape)
            if {places.get(one, Place.JOINT) for one in tape} - {Place.JOINT}:
                self.crossed.append(f"{places} are committed while media records {tape}")
            for receiver, senders in matrices[-1].items():
                apart = [one for one in senders if places.get(one) != places.get(receiver)]
                if receiver in places and any(one in places for one in apart):
                    self.crossed.append(f"{places} are committed while media has {matrices[-1]}")

    async def set_routes(self, room_id: UUID, matrix: Matrix) -> None:
        with suppress(StaleRoutes):
            await self._inner.set_routes(room_id, matrix)
            self.matrices.setdefault(room_id, []).append(matrix.routes)
            self.tapes[room_id] = matrix.tape.seats if matrix.tape else ()
            return
        raise StaleRoutes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class Forgiving(Absences):
    """Whoever comes back after a while that only the machine took was not away."""

    told = datetime.min.replace(tzinfo=UTC)  # what time it is to these rooms

    async def look(self, sitting_id: UUID, now: datetime) -> None:
        await super().look(sitting_id, min(now, self.told))


class Unhurried(RoomService):
    """A slow machine makes nobody late: time comes to these rooms when a walk says so."""

    def __init__(self, db: Database, clock: Clock, media: Any) -> None:
        super().__init__(db, clock, media)
        self._absences = self._forgiving = Forgiving(db, self._moves)

    async def turn(self, now: datetime) -> None:
        return None

    async def later(self, now: datetime) -> None:
        """What time does to the rooms, were it `now`."""
        self._forgiving.told = now
        await super().turn(now)


@dataclass(frozen=True, slots=True)
class Evening:
    """A sitting of wang and yang before mo, each with a session; `items`: the sealed evidence of a side.

    `invited`: the invitation of wang's helper, if there is one.
    """

    sitting: UUID
    accounts: Mapping[str, UUID]
    tokens: Mapping[str, str]
    items: Mapping[str, UUID]
    invited: UUID


class Court:
    """`data` holds a database with every table."""

    def __init__(self, data: Path) -> None:
        self.data, self.port = data, free_port()
        self._media_port = free_port(SOCK_DGRAM)
        self.origin = f"http://127.0.0.1:{self.port}"
        self.platform: Platform

    async def open(self) -> None:
        settings = {"data_dir": self.data, "port": self.port, "media_port": self._media_port, "lan": False}
        built = build(Settings.model_validate(settings | {"worker": "separate"}))
        await built.reader.close()
        assert isinstance(built.media, LocalMediaRooms)
        self.media, self.witness = built.media, Witness(built.media, self.data)
        self.rooms, self.plug = Unhurried(built.db, built.clock, self.witness), Plug()
        self.platform = replace(built, reader=NoReader(), rooms=self.rooms, media=self.witness)  # type: ignore[arg-type]
        threadless(built.db, self.plug).listeners.append(self.witness.compare)
        self._server = TestServer(make_app(self.platform), port=self.port)
        await self._server.start_server(shutdown_timeout=0.2)  # sockets stay open: people do not know
        self.plug.goes = self._cut_lines

    async def close(self) -> None:
        await self._server.close()
        self.witness.retire()

    async def crash(self) -> None:
        """Die at once, if that has not come yet: nothing is said to anybody, and nothing more is kept.

        What then becomes of its tasks in this process reaches neither lines nor storage: to them it is as if
        the storage failed, and what the log says of that holds nothing that was to be kept.
        """
        self.plug.pull()
        with suppress(Exception):
            await self._server.close()
        self.witness.retire()

    def _cut_lines(self) -> None:
        """As the system does for a process that is dead."""
        runner = self._server.runner
        assert runner is not None
        for site in runner.sites:
            if site._server is not None:
                site._server.close()
        for connection in runner.server.connections if runner.server else ():
            if connection.transport is not None:
                connection.transport.abort()

    async def quiet(self) -> None:
        """Until all that media saw of people has been kept, and has had its consequences."""
        await self.media._ear._events.join()


async def convene(db: Database, now: datetime, guests: Sequence[str] = ()) -> Evening:
    """A case of its own, with its sitting in half an hour; `guests` have their seats in it."""
    async with db.begin() as tx:
        accounts = {who: await _account(tx, who, now) for who in (*NAMES, *guests)}
        tokens = {who: uuid4().hex for who in accounts}
        for who, token in tokens.items():
            digest = sha256(token.encode()).digest()
            tx.accounts.add_session(digest, accounts[who], now, now + timedelta(hours=12))
        case = tx.cases.open(accounts["wang"], now, cause="loan", amount_fen=5_000_000)
        await tx.flush()
        case.mediator_id = accounts["mo"]
        tx.cases.join(case.id, accounts["yang"], Role.RESPONDENT, "B", "杨")
        await tx.flush()
        pieces = zip("AB", ("wang", "yang"), strict=True)
        items = {who: _evidence(tx, case.id, side, accounts[who], now) for side, who in pieces}
        mo = Actor(accounts["mo"], frozenset({Role.MEDIATOR}))
        call = Call(mo, Role.MEDIATOR, Kind.MEDIATION, now + timedelta(minutes=30), now)
        sitting = await call_people(tx, case.id, call)
        for who in guests:
            tx.sittings.add_seat(sitting, accounts[who], _GUEST_ROLES[who], who)
        invited = uuid4()
        if HELPER in guests:
            tx.guests.add(_invitation(invited, sitting, accounts, now))
        tx.audit.add(PLATFORM, "case.open", "case", case.id, at=now)
    return Evening(sitting, accounts, tokens, items, invited)


def _invitation(invited: UUID, sitting: UUID, accounts: Mapping[str, UUID], now: datetime) -> GuestRow:
    return GuestRow(
        id=invited,
        sitting_id=sitting,
        kind="helper",
        name=HELPER,
        phone=citizen(HELPER).phone,
        token_hash=invited.bytes,
        invited_by=accounts["wang"],
        side="A",
        created_at=now,
        account_id=accounts[HELPER],
    )


async def _account(tx: Tx, who: str, now: datetime) -> UUID:
    phone = MEDIATOR_PHONE if who == "mo" else citizen(who).phone
    account = await tx.accounts.by_phone(phone)
    if account is None:
        account = tx.accounts.add(phone, now, who)
        await tx.flush()
        if who == "mo":
            tx.accounts.give_role(account.id, Role.MEDIATOR)
    return account.id


def _evidence(tx: Tx, case_id: UUID, side: str, owner: UUID, now: datetime) -> UUID:
    row = EvidenceItem(
        id=uuid4(),
        case_id=case_id,
        side=side,
        number=1,
        title="借条",
        object_key="key",
        shown_key="key",
        content_type="image/jpeg",
        shown_type="image/jpeg",
        sha256="0" * 64,
        size_bytes=1,
        pages=PAGES,
        uploaded_at=now,
        uploaded_by=owner,
        disclosed=False,
    )
    return tx.evidence.add(row).id


@dataclass(eq=False)
class Guest:
    """A person's page: what it asks, the news it hears (`heard`), and its place at the media server."""

    origin: str
    sitting: UUID
    token: str
    heard: list[str] = field(default_factory=list)
    slots: frozenset[str] = frozenset()
    told_slots: list[frozenset[str]] = field(default_factory=list)  # whom it was connected with, since asked
    farewell: str = ""  # why the media server ended the connection
    _page: socketio.AsyncClient | None = None
    _chair: socketio.AsyncClient | None = None

    async def open(self) -> None:
        cookie = {"Cookie": f"{SESSION_COOKIE}={self.token}", "Origin": self.origin}
        patience = aiohttp.ClientTimeout(total=UNHURRIED_S)
        self.session = aiohttp.ClientSession(
            headers=cookie | {"Accept": "application/json"}, timeout=patience
        )
        await self.ask("POST", "rules", form={"rights": "on", "no_recording": "on"})
        await self.plug()

    async def close(self) -> None:
        await self.unplug()
        await self.go()
        await self.session.close()

    async def ask(
        self, method: str, what: str, form: object = None, **values: object
    ) -> tuple[int, dict[str, Any]]:
        """The status and the answer; a page is no answer."""
        url = f"{self.origin}/sittings/{self.sitting}/{what}"
        sent: dict[str, Any] = {"data": form} if form else {"json": values} if method == "POST" else {}
        async with self.session.request(method, url, allow_redirects=False, **sent) as answer:
            kind = answer.content_type
            told: dict[str, Any] = await answer.json() if kind == "application/json" else {}
            return answer.status, told

    # -- the page's socket

    @property
    def sits(self) -> bool:
        return self._chair is not None

    @property
    def listens(self) -> bool:
        return self._page is not None

    async def plug(self) -> None:
        self._page = socketio.AsyncClient(reconnection=False)
        self._page.on("*", self._hear, namespace=PUSH)
        headers = {"Cookie": f"{SESSION_COOKIE}={self.token}"}
        await self._page.connect(self.origin, headers=headers, namespaces=[PUSH], **PATIENT)

    async def unplug(self) -> None:
        page, self._page = self._page, None
        if page is not None:
            await page.disconnect()

    async def _hear(self, event: str, *payload: object) -> None:
        self.heard.append(json.dumps([event, *payload], ensure_ascii=False))

    # -- the chair

    @property
    def line(self) -> str:
        """How the connections stand."""
        sockets = {"page": self._page, "chair": self._chair}
        return ", ".join(f"{name} {one.eio.state}" for name, one in sockets.items() if one is not None)

    async def sit(self) -> None:
        """Take the seat; whoever held it with the same right is replaced."""
        former = self._chair
        status, told = await self.ask("POST", "ticket")
        assert status == 200, told
        chair = socketio.AsyncClient(reconnection=False)

        async def told_whom(message: Mapping[str, Any]) -> None:
            if chair is self._chair:
                self.slots = frozenset(message["slots"].values())
                self.told_slots.append(self.slots)

        async def offered(message: Mapping[str, Any]) -> None:
            await told_whom(message)
            await chair.emit("answer", {"version": message["version"], "sdp": ANSWER}, namespace=RTC)

        async def dismissed(message: Mapping[str, Any]) -> None:
            self.farewell = message["reason"]

        chair.on("bye", dismissed, namespace=RTC)
        chair.on("offer", offered, namespace=RTC)
        chair.on("slots", told_whom, namespace=RTC)
        self._chair, self.slots = chair, frozenset()
        auth = {"ticket": told["ticket"]}
        await chair.connect(self.origin, auth=auth, namespaces=[RTC], **PATIENT)
        if former is not None:
            await former.disconnect()

    async def go(self, *, politely: bool = True) -> None:
        """Leave; impolitely: the line is cut, and nobody says goodbye."""
        chair, self._chair, self.slots = self._chair, None, frozenset()
        if chair is None:
            return
        if not politely and chair.eio.ws is not None and not chair.eio.ws.closed:
            chair.eio.ws._response.connection.transport.abort()  # no goodbye
        await chair.disconnect()
