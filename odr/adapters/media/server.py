"""One media server as its owner has it: orders go there, events and signs of life come back.

Rule 1: a server from which nothing comes for a while is lost, whatever it still does. It is not asked again
        before it has begun anew, under another name.
"""

import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import Any, Final

import aiohttp

from odr.logs import log
from odr.settings import ROOT
from odr.tasks import spawn
from rtc.core import events
from rtc.errors import RtcError, StaleEpoch, UnknownRoom

START_S: Final = 60.0  # importing the codecs on a slow, busy core
BEAT_S: Final = 0.5
MISSED: Final = 5  # beats without a word from a server that sends one each half second
ORDER_S: Final = 5.0
STOP_S: Final = 3.0
_log = log(__name__)

Place = Callable[[], AbstractAsyncContextManager[str]]


class ServerLost(RtcError):
    """Nothing more comes from there, or it does not obey."""


class Server:
    """`label` is its name in the log; `place` gives its address, and starts it if it is ours to start."""

    def __init__(self, label: str, place: Place, control_key: str) -> None:
        self.label = label
        self.place = place
        self.name = ""  # of this life; "" while it is dead
        self.url = ""
        self.session: aiohttp.ClientSession | None = None
        self._control_key = control_key

    @property
    def alive(self) -> bool:
        return bool(self.name)

    async def live(
        self, url: str, began: Callable[[], None], heard: Callable[[events.RoomEvent], None]
    ) -> None:
        """One life, from the first word to the last; always ends with ServerLost."""
        self.url = url
        bearer = {"Authorization": f"Bearer {self._control_key}"}
        patience = aiohttp.ClientTimeout(total=None, sock_connect=ORDER_S)
        try:
            async with aiohttp.ClientSession(url, headers=bearer, timeout=patience) as self.session:
                async with asyncio.timeout(START_S):
                    response = await self.session.get("/control/events", raise_for_status=True)
                with _pulse(response.close) as felt:
                    async for line in response.content:
                        felt()
                        self._take(json.loads(line), began, heard)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise ServerLost(type(error).__name__) from error
        finally:
            self.name, self.session = "", None
        raise ServerLost("it said good-bye")

    def _take(
        self, said: Mapping[str, Any], began: Callable[[], None], heard: Callable[[events.RoomEvent], None]
    ) -> None:
        if said["event"] == "Ready":
            self.name = said["name"]
            facts = {name: said[name] for name in ("process", "plane", "udp")}
            _log.info("media server lives", server=self.label, **facts)
            began()
        elif said["event"] != "Alive":
            heard(_event(said))

    async def order(self, room: str, order: str, body: Mapping[str, object]) -> None:
        """Raises ServerLost, UnknownRoom, StaleEpoch."""
        if self.session is None:
            raise ServerLost("dead")
        limit = aiohttp.ClientTimeout(total=ORDER_S)
        try:
            async with self.session.post(f"/control/{room}/{order}", json=body, timeout=limit) as response:
                if response.status in _REFUSALS:
                    raise _REFUSALS[response.status](room)
                response.raise_for_status()
        except (aiohttp.ClientError, OSError, RuntimeError) as error:  # RuntimeError: the session was closed
            raise ServerLost(type(error).__name__) from error


_REFUSALS: Final[Mapping[int, type[RtcError]]] = {404: UnknownRoom, 409: StaleEpoch}
_EVENTS: Final[Mapping[str, Callable[..., events.RoomEvent]]] = {
    "SeatJoined": events.SeatJoined,
    "SeatConnected": events.SeatConnected,
    "SeatLeft": lambda room, seat, ending: events.SeatLeft(room, seat, events.Ending(ending)),
    "SeatHealth": events.SeatHealth,
    "RecordingEnded": events.RecordingEnded,
}


def _event(said: Mapping[str, Any]) -> events.RoomEvent:
    return _EVENTS[said["event"]](**{name: value for name, value in said.items() if name != "event"})


@contextmanager
def _pulse(cut: Callable[[], None]) -> Iterator[Callable[[], None]]:
    """`cut` is called when what is yielded was not called for a while.

    The while is counted in turns of our own loop: as long as that stood still, nobody else was silent.
    """
    left = MISSED

    def felt() -> None:
        nonlocal left
        left = MISSED

    async def beat() -> None:
        nonlocal left
        while left > 0:
            await asyncio.sleep(BEAT_S)
            left -= 1
        cut()

    beating = spawn(beat(), name="pulse of a media server")
    try:
        yield felt
    finally:
        beating.cancel()


def elsewhere(url: str) -> Place:
    """A server that somebody else starts, as on another machine."""

    @asynccontextmanager
    async def place() -> AsyncIterator[str]:
        yield url

    return place


def own_process(surroundings: Mapping[str, str]) -> Place:
    """`python -m rtc` as a process of ours; it ends with us, also when we are killed."""

    @asynccontextmanager
    async def place() -> AsyncIterator[str]:
        with socket.create_server(("127.0.0.1", 0)) as door:
            url = f"http://127.0.0.1:{door.getsockname()[1]}"
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "rtc", "--owned", str(door.fileno())),
                cwd=ROOT,
                env=dict(surroundings),
                stdin=asyncio.subprocess.PIPE,  # its end is the sign
                pass_fds=(door.fileno(),),
                start_new_session=True,  # Ctrl-C is for us alone: we end it once its rooms are told
            )
        try:
            yield url
        except asyncio.CancelledError:
            if process.returncode is None:
                process.terminate()
            raise
        finally:
            await _end(process)

    return place


async def _end(process: asyncio.subprocess.Process) -> None:
    """It is dead, or was asked to end, or hangs."""
    try:
        async with asyncio.timeout(STOP_S):
            await process.wait()
    except TimeoutError:
        _log.warning("media server does not end", process=process.pid)
    finally:  # also when we are told to stop meanwhile
        if process.returncode is None:
            process.kill()
        await process.wait()
