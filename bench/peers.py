"""The servers that are measured, ours alone and Janus, each with a way to fill a room."""

import asyncio
import contextlib
import re
import secrets
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import aiohttp
import socketio

from bench.bots import Bot, Remote
from rtc.core.packets import AUDIO_LEVEL, MID, OPUS, TRANSPORT_SEQUENCE, VP8
from rtc.net.sdp import LEVEL_URI, MID_URI, TRANSPORT_URI
from rtc.tickets import TicketOffice

HTTP, MEDIA, JANUS = 8101, 9000, 8188
START_S = 15
_LIBRARIES = "/usr/lib/x86_64-linux-gnu/janus"


@dataclass(frozen=True, slots=True)
class Member:
    """A bot of a room, and whether it sends; with Janus a person is two."""

    bot: Bot
    sends: bool


class Server(Protocol):
    pid: int

    async def fill(self, room: int, people: int) -> list[Member]: ...


def remote_of(description: str) -> Remote:
    """The transport that a description states, by its first section."""

    def first(pattern: str) -> str:
        found = re.search(pattern, description, re.M)
        if found is None:
            raise ValueError(f"no {pattern} in the description")
        return found[1]

    host, port = first(r"^a=candidate:\S+ 1 (?i:udp) \d+ (\S+ \d+) typ host").split()
    return Remote(first(r"^a=ice-ufrag:(\S+)"), first(r"^a=ice-pwd:(\S+)"), (host, int(port)))


def _sections(description: str) -> list[tuple[str, str, str]]:
    """Kind, mid and first payload type of each section."""
    return re.findall(
        r"^m=(audio|video) \d+ \S+ (\d+).*?^a=mid:(\S+)", description.replace("\r", ""), re.M | re.S
    )


def _own_lines(kind: str, payload_type: str, bot: Bot) -> list[str]:
    ssrc = bot.voice if kind == "audio" else bot.picture
    return [
        "a=sendonly",
        f"a=extmap:{MID} {MID_URI}",
        f"a=extmap:{TRANSPORT_SEQUENCE} {TRANSPORT_URI}",
        f"a=rtcp-fb:{payload_type} transport-cc",
        *([f"a=extmap:{AUDIO_LEVEL} {LEVEL_URI}"] if kind == "audio" else []),
        f"a=ssrc:{ssrc} cname:bot",
    ]


def _codec_lines(kind: str, payload_type: str) -> list[str]:
    if kind == "audio":
        return [f"a=rtpmap:{payload_type} opus/48000/2"]
    feedback = ("nack", "nack pli", "ccm fir")
    return [f"a=rtpmap:{payload_type} VP8/90000", *(f"a=rtcp-fb:{payload_type} {f}" for f in feedback)]


def describe(bot: Bot, sections: list[tuple[str, str, str]], setup: str, sends: set[str]) -> str:
    """A description with these sections; those whose mid is in `sends` carry the bot's own streams."""
    lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0"]
    lines.append("a=group:BUNDLE " + " ".join(mid for _, _, mid in sections))
    for kind, payload_type, mid in sections:
        lines += [f"m={kind} 9 UDP/TLS/RTP/SAVPF {payload_type}", f"a=mid:{mid}", *bot.transport_lines(setup)]
        lines += _codec_lines(kind, payload_type)
        lines += _own_lines(kind, payload_type, bot) if mid in sends else ["a=recvonly"]
    return "\r\n".join(lines) + "\r\n"


class Ours:
    """`python -m rtc`, with its control, its tickets and its signalling."""

    def __init__(self, pid: int, host: str, key: bytes, session: aiohttp.ClientSession) -> None:
        self.pid = pid
        self._host, self._session = host, session
        self._office = TicketOffice(key, lambda: datetime.now(UTC))  # noqa: TID251  the server's own clock
        self._clients: list[socketio.AsyncClient] = []

    async def fill(self, room: int, people: int) -> list[Member]:
        seats = [f"seat{n}" for n in range(people)]
        await self._order(room, "open", {})
        routes = {seat: [other for other in seats if other != seat] for seat in seats}
        await self._order(room, "routes", {"epoch": 1, "routes": routes})
        return [Member(await self._enter(room, seat), sends=True) for seat in seats]

    async def _order(self, room: int, order: str, body: Mapping[str, object]) -> None:
        async with self._session.post(f"/control/{room}/{order}", json=body) as response:
            response.raise_for_status()

    async def _enter(self, room: int, seat: str) -> Bot:
        """In, connected, and with every offer answered so far; later ones are answered as they come."""
        bot, client = Bot(self._host), socketio.AsyncClient(reconnection=False)
        offered: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        async def answer(message: Mapping[str, Any]) -> None:
            text = describe(bot, _sections(message["sdp"]), "active", {"0", "1"})
            await client.emit("answer", {"version": message["version"], "sdp": text}, namespace="/rtc")
            if not offered.done():
                offered.set_result(message["sdp"])

        client.on("offer", answer, namespace="/rtc")
        ticket = self._office.issue(str(room), seat, "party", timedelta(seconds=60))
        url = f"http://127.0.0.1:{HTTP}"
        await client.connect(
            url, auth={"ticket": ticket}, namespaces=["/rtc"], transports=["websocket"], wait_timeout=15
        )
        self._clients.append(client)
        await bot.connect(remote_of(await offered))
        return bot

    async def close(self) -> None:
        for client in self._clients:
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
        self._talks: list[JanusTalk] = []  # a room ends with the session that made it

    async def fill(self, room: int, people: int) -> list[Member]:
        url = f"ws://127.0.0.1:{JANUS}"
        talk = JanusTalk(self._host, await self._session.ws_connect(url, protocols=["janus-protocol"]))
        self._talks.append(talk)
        await talk.start()
        return await talk.fill(room, people)


class JanusTalk:
    """One session of signalling, which fills one room."""

    def __init__(self, host: str, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._host, self._socket = host, socket
        self._session = 0

    async def start(self) -> None:
        self._session = (await self._ask({"janus": "create"}))["data"]["id"]

    async def fill(self, room: int, people: int) -> list[Member]:
        owner = await self._attach()
        wish = {"room": room, "publishers": people, "bitrate": 0, "audiocodec": "opus", "videocodec": "vp8"}
        await self._tell(owner, {"request": "create", "transport_wide_cc_ext": True, **wish})
        senders = [await self._publish(room) for _ in range(people)]
        feeds = [feed for feed, _ in senders]
        listeners = [await self._subscribe(room, [f for f in feeds if f != feed]) for feed in feeds]
        return [
            *(Member(bot, sends=True) for _, bot in senders),
            *(Member(b, sends=False) for b in listeners),
        ]

    async def _publish(self, room: int) -> tuple[int, Bot]:
        bot, handle = Bot(self._host), await self._attach()
        joined = await self._tell(handle, {"request": "join", "ptype": "publisher", "room": room})
        sections = [("audio", str(OPUS), "0"), ("video", str(VP8), "1")]
        offer = {"type": "offer", "sdp": describe(bot, sections, "active", {"0", "1"})}
        answer = await self._tell(handle, {"request": "publish"}, offer)
        await bot.connect(remote_of(answer["jsep"]["sdp"]))
        return joined["plugindata"]["data"]["id"], bot

    async def _subscribe(self, room: int, feeds: list[int]) -> Bot:
        bot, handle = Bot(self._host), await self._attach()
        wish = {"room": room, "ptype": "subscriber", "streams": [{"feed": feed} for feed in feeds]}
        offer = (await self._tell(handle, {"request": "join", **wish}))["jsep"]["sdp"]
        answer = {"type": "answer", "sdp": describe(bot, _sections(offer), "active", set())}
        await self._tell(handle, {"request": "start"}, answer)
        await bot.connect(remote_of(offer))
        return bot

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
