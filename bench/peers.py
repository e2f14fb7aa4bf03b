"""The servers that are measured, ours alone and Janus, each with a way to fill a room."""

import asyncio
import contextlib
import secrets
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import aiohttp
import socketio

from bench.bots import Bot
from bench.descriptions import Section, describe, remote_of, sections_of
from rtc.core.packets import OPUS, VP8
from rtc.tickets import TicketOffice

HTTP, MEDIA, JANUS = 8101, 9000, 8188
START_S = 15
_LIBRARIES = "/usr/lib/x86_64-linux-gnu/janus"


@dataclass(frozen=True, slots=True)
class Member:
    """A bot of a room, and whether it sends; with Janus a person is two.

    `heard`: SSRC to the number of the person it is from, for all that the bot is sent; it grows as people
    come. `repairs`: the SSRC of repairs to that of the stream they repair. `layers`: it may send two.
    """

    bot: Bot
    sends: bool
    person: int = 0
    layers: bool = False
    red: bool = False
    heard: dict[int, int] = field(default_factory=dict)
    repairs: dict[int, int] = field(default_factory=dict)

    def learn(self, section: Section, person: int) -> None:
        self.heard[section.ssrc] = person
        if section.repair_ssrc:
            self.repairs[section.repair_ssrc] = section.ssrc


Make = Callable[[int], Bot]


class Server(Protocol):
    pid: int

    async def fill(self, room: int, people: int, make: Make | None = None) -> list[Member]:
        """A room of so many; `make`: the bot of each person, which may sit elsewhere."""

    async def empty(self, room: int) -> None: ...


class Ours:
    """`python -m rtc`, with its control, its tickets and its signalling."""

    def __init__(self, pid: int, host: str, key: bytes, session: aiohttp.ClientSession) -> None:
        self.pid = pid
        self._host, self._session = host, session
        self._office = TicketOffice(key, lambda: datetime.now(UTC))  # noqa: TID251  the server's own clock
        self._clients: dict[int, dict[int, socketio.AsyncClient]] = {}

    async def fill(self, room: int, people: int, make: Make | None = None) -> list[Member]:
        seats = [f"seat{n}" for n in range(people)]
        await self._order(room, "open", {})
        routes = {seat: [other for other in seats if other != seat] for seat in seats}
        await self._order(room, "routes", {"epoch": 1, "routes": routes})
        return [await self.enter(room, n, make(n) if make else None) for n in range(people)]

    async def _order(self, room: int, order: str, body: Mapping[str, object]) -> None:
        async with self._session.post(f"/control/{room}/{order}", json=body) as response:
            response.raise_for_status()

    async def enter(self, room: int, person: int, bot: Bot | None = None) -> Member:
        """In, connected, and with every offer answered so far; later ones are answered as they come."""
        bot = bot or Bot(self._host)
        client, lines = socketio.AsyncClient(reconnection=False), dict[str, Section]()
        member = Member(bot, sends=True, person=person, layers=bot.layers, red=True)
        offered: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        async def answer(message: Mapping[str, Any]) -> None:
            sections = sections_of(message["sdp"])
            lines.update({section.mid: section for section in sections})
            place(message)
            text = describe(bot, sections, "active", {"0", "1"}, layers=bot.layers)
            await client.emit("answer", {"version": message["version"], "sdp": text}, namespace="/rtc")
            if not offered.done():
                offered.set_result(message["sdp"])

        def place(message: Mapping[str, Any]) -> None:
            for mid, seat in message["slots"].items():
                member.learn(lines[mid], int(seat.removeprefix("seat")))

        client.on("offer", answer, namespace="/rtc")
        client.on("slots", place, namespace="/rtc")
        ticket = self._office.issue(str(room), f"seat{person}", "party", timedelta(seconds=60))
        url = f"http://127.0.0.1:{HTTP}"
        await client.connect(
            url, auth={"ticket": ticket}, namespaces=["/rtc"], transports=["websocket"], wait_timeout=15
        )
        self._clients.setdefault(room, {})[person] = client
        await bot.connect(remote_of(await offered))
        return member

    async def leave(self, room: int, person: int) -> None:
        await self._clients[room].pop(person).disconnect()

    async def empty(self, room: int) -> None:
        for client in self._clients.pop(room, {}).values():
            await client.disconnect()
        await self._order(room, "close", {})

    async def close(self) -> None:
        for clients in self._clients.values():
            for client in clients.values():
                await client.disconnect()


def _start(core: int, command: list[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    pinned = ["taskset", "-c", str(core), *command]
    silent = subprocess.DEVNULL
    return subprocess.Popen(pinned, env=environment or None, stdout=silent, stderr=silent)


@asynccontextmanager
async def ours(host: str, core: int, plane: str) -> AsyncIterator[Ours]:
    key, control = secrets.token_bytes(32), secrets.token_hex(32)
    environment = {
        "RTC_ADDRESSES": host,
        "RTC_UDP_PORT": str(MEDIA),
        "RTC_HTTP_PORT": str(HTTP),
        "RTC_TICKET_KEY": key.hex(),
        "RTC_CONTROL_KEY": control,
        "RTC_PLANE": plane,
    }
    program = _start(core, [sys.executable, "-m", "rtc"], environment)
    bearer = {"Authorization": f"Bearer {control}"}
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{HTTP}", headers=bearer) as session:
            await _answering(HTTP)
            reader = asyncio.get_running_loop().create_task(_listen(session))
            server = Ours(program.pid, host, key, session)
            yield server
            reader.cancel()
            await server.close()
    finally:
        program.terminate()
        program.wait()


async def _listen(session: aiohttp.ClientSession) -> None:
    """The events of all rooms, read as their owner reads them."""
    async with session.get("/control/events", timeout=aiohttp.ClientTimeout(total=None)) as response:
        async for _ in response.content:
            pass


async def _answering(port: int) -> None:
    async with asyncio.timeout(START_S):
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(0.05)


class Janus:
    """Janus's VideoRoom: a connection to publish and one to subscribe a person, as its own page."""

    def __init__(self, pid: int, host: str, session: aiohttp.ClientSession) -> None:
        self.pid = pid
        self._host, self._session = host, session
        self._talks: dict[int, JanusTalk] = {}  # a room ends with the session that made it

    async def fill(self, room: int, people: int, make: Make | None = None) -> list[Member]:
        url = f"ws://127.0.0.1:{JANUS}"
        talk = JanusTalk(await self._session.ws_connect(url, protocols=["janus-protocol"]))
        self._talks[room] = talk
        await talk.start()
        return await talk.fill(room, people, make or (lambda _: Bot(self._host)))

    async def empty(self, room: int) -> None:
        await self._talks.pop(room).end()


class JanusTalk:
    """One session of signalling, which fills one room."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._session = 0

    async def start(self) -> None:
        self._session = (await self._ask({"janus": "create"}))["data"]["id"]

    async def end(self) -> None:
        await self._socket.close()

    async def fill(self, room: int, people: int, make: Make) -> list[Member]:
        owner = await self._attach()
        wish = {"room": room, "publishers": people, "bitrate": 0, "audiocodec": "opus", "videocodec": "vp8"}
        wish |= {"opus_fec": True}
        await self._tell(owner, {"request": "create", "transport_wide_cc_ext": True, **wish})
        senders = [Member(make(person), sends=True, person=person) for person in range(people)]
        feeds = [await self._publish(room, sender.bot) for sender in senders]
        listeners = [Member(make(person), sends=False, person=person) for person in range(people)]
        for listener in listeners:
            await self._subscribe(room, feeds, listener)
        return [*senders, *listeners]

    async def _publish(self, room: int, bot: Bot) -> int:
        handle = await self._attach()
        joined = await self._tell(handle, {"request": "join", "ptype": "publisher", "room": room})
        sections = [Section("audio", "0", str(OPUS)), Section("video", "1", str(VP8))]
        offer = {"type": "offer", "sdp": describe(bot, sections, "active", {"0", "1"})}
        answer = await self._tell(handle, {"request": "publish"}, offer)
        await bot.connect(remote_of(answer["jsep"]["sdp"]))
        await self._up(handle)
        feed: int = joined["plugindata"]["data"]["id"]
        return feed

    async def _subscribe(self, room: int, feeds: Sequence[int], listener: Member) -> None:
        bot, handle = listener.bot, await self._attach()
        others = [{"feed": feed} for person, feed in enumerate(feeds) if person != listener.person]
        wish = {"room": room, "ptype": "subscriber", "streams": others}
        attached = await self._tell(handle, {"request": "join", **wish})
        offer, streams = attached["jsep"]["sdp"], attached["plugindata"]["data"]["streams"]
        sections = sections_of(offer)
        of = {stream["mid"]: feeds.index(stream["feed_id"]) for stream in streams}
        for section in sections:
            listener.learn(section, of[section.mid])
        answer = {"type": "answer", "sdp": describe(bot, sections, "active", set())}
        await self._tell(handle, {"request": "start"}, answer)
        await bot.connect(remote_of(offer))

    async def _up(self, handle: int) -> None:
        """Until Janus, too, has ended the handshake: before that the publisher is no feed."""
        while True:
            event: dict[str, Any] = await self._socket.receive_json(timeout=START_S)
            if event["janus"] == "webrtcup" and event["sender"] == handle:
                return

    async def _attach(self) -> int:
        answer = await self._ask({"janus": "attach", "plugin": "janus.plugin.videoroom"})
        handle: int = answer["data"]["id"]
        return handle

    async def _tell(self, handle: int, body: Mapping[str, object], jsep: object = None) -> dict[str, Any]:
        message = {"janus": "message", "handle_id": handle, "body": body}
        return await self._ask({**message, "jsep": jsep} if jsep else message)

    async def _ask(self, message: Mapping[str, object]) -> dict[str, Any]:
        """The answer to one request; raises RuntimeError when it is refused."""
        mark = secrets.token_hex(6)
        head = {"session_id": self._session} if self._session else {}
        await self._socket.send_json({**message, **head, "transaction": mark})
        while True:
            answer: dict[str, Any] = await self._socket.receive_json(timeout=START_S)
            if answer.get("transaction") != mark or answer["janus"] == "ack":
                continue
            refused = answer.get("error") or answer.get("plugindata", {}).get("data", {}).get("error")
            if refused:
                raise RuntimeError(f"Janus refused: {refused}")
            return answer


_SETTINGS = {
    "janus.jcfg": """
general: {{ configs_folder = "{folder}"  plugins_folder = "{libraries}/plugins"
  transports_folder = "{libraries}/transports"  events_folder = "{libraries}/events"
  loggers_folder = "{libraries}/loggers"  interface = "{host}"  debug_level = 2 }}
media: {{ ipv6 = false }}
nat: {{ ice_lite = true  full_trickle = false  ice_enforce_list = "{host}" }}
plugins: {{ disable = "{disabled}" }}
transports: {{ disable = "{others}" }}
""",
    "janus.transport.websockets.jcfg": """
general: {{ json = "compact"  ws = true  ws_port = {port}  ws_interface = "lo"  wss = false }}
admin: {{ admin_ws = false }}
""",
    "janus.plugin.videoroom.jcfg": "general: {{ }}\n",
}
_UNUSED = "audiobridge duktape echotest lua nosip recordplay sip streaming textroom videocall voicemail"
_OTHER_WAYS = "http mqtt nanomsg pfunix rabbitmq"


def _configure(folder: Path, host: str) -> None:
    for name, text in _SETTINGS.items():
        filled = text.format(
            folder=folder,
            host=host,
            port=JANUS,
            libraries=_LIBRARIES,
            disabled=_names(_UNUSED),
            others=_names(_OTHER_WAYS),
        )
        (folder / name).write_text(filled, encoding="utf-8")


def _names(plugins: str) -> str:
    return ",".join(f"libjanus_{name}.so" for name in plugins.split())


@asynccontextmanager
async def janus(host: str, core: int) -> AsyncIterator[Janus]:
    with tempfile.TemporaryDirectory() as folder:
        _configure(Path(folder), host)
        program = _start(core, ["janus", "-F", folder], {})
        try:
            await _answering(JANUS)
            async with aiohttp.ClientSession() as session:
                yield Janus(program.pid, host, session)
        finally:
            program.terminate()
            program.wait()
