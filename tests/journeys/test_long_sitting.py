"""Ten minutes in four real browsers, three Chromium and a Firefox: is a picture stuck, does anything grow?

Every half minute the room is divided otherwise. Once a phone's address changes, once the plug of the court is
pulled. What took how long, and what grew, is printed:

    make soak TESTS=tests/journeys/test_long_sitting.py
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import cycle
from statistics import median
from time import monotonic
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from _pytest._io import TerminalWriter
from playwright.async_api import Page, expect

from bench.media import megabytes
from tests.support.camera import Camera
from tests.support.firefox import Firefox
from tests.support.firefox_room import FirefoxScreen, enter_in_firefox
from tests.support.rooms import Screen, act, come_together, enter_room, hears_nothing, sees_and_hears
from tests.support.seeding import ready_sitting
from tests.support.server import Server, start
from tests.support.signing_in import sign_in
from tests.support.visitors import Visitors
from tests.support.wire import Wire

SITS_S: Final = 600.0
TURN_S: Final = 30.0
ADDRESS_AT, PLUG_AT = 0.35, 0.65  # of the time
SETTLED_S: Final = 60.0  # pages and pools have what they need
GROWTH: Final = 1.25
SMALL: Final = (320, 240)  # px: four browsers and a court share this machine
PATIENCE_S: Final = 60.0
# Pictures decoded, by the section that carries them, of those that somebody is shown in.
PICTURES: Final = """async () => {
    const found = {};
    for (const each of window.connections) {
        if (each.connectionState === "closed") continue;
        (await each.getStats()).forEach((s) => {
            if (s.type !== "inbound-rtp" || s.kind !== "video") return;
            found[s.mid ?? s.trackIdentifier] = s.framesDecoded ?? 0;
        });
    }
    return found;
}"""
OPEN: Final = "async () => window.connections.filter((one) => one.connectionState !== 'closed').length"


@dataclass(slots=True)
class Diary:
    """What happened when, and how long people waited for it."""

    writer: TerminalWriter
    begun: float = field(default_factory=monotonic)
    waits: dict[str, list[float]] = field(default_factory=dict)

    @property
    def passed(self) -> float:
        return monotonic() - self.begun

    async def time(self, what: str, deed: Awaitable[object]) -> None:
        before = monotonic()
        last = await deed
        self.waits.setdefault(what, []).append(monotonic() - before)
        self.tell(f"{what}: {self.waits[what][-1]:.1f} s" + (f", the last {last}" if last else ""))

    def tell(self, text: str) -> None:
        self.writer.line(f"{self.passed:6.1f} s  {text}", flush=True)

    def summary(self) -> str:
        return "\n".join(
            f"{what}: {len(waits)} times, median {median(waits):.1f} s, longest {max(waits):.1f} s"
            for what, waits in self.waits.items()
        )


@dataclass(frozen=True, slots=True)
class Room:
    """The mediator, a phone whose address changes, Firefox, and an agent of Firefox's side."""

    mediator: Page
    wang: Page
    yang: FirefoxScreen
    zhao: Page

    def talks(self, division: str) -> Sequence[tuple[Sequence[Screen], int]]:
        """Who sits with whom, and how many pictures each of them is shown there."""
        m, w, y, z = self.mediator, self.wang, self.yang, self.zhao
        divisions: dict[str, Sequence[tuple[Sequence[Screen], int]]] = {
            "joint": [((m, w, y, z), 3)],
            "A": [((m, w), 1), ((y, z), 1)],
            "B": [((m, y, z), 2), ((w,), 0)],
        }
        return divisions[division]


async def moves(page: Screen, pictures: int) -> None:
    """So many pictures move, each of them, and sound arrives; or nothing does."""
    if not pictures:
        await hears_nothing(page)
        return
    await sees_and_hears(page, more=3)
    before = await page.evaluate(PICTURES)
    async with asyncio.timeout(PATIENCE_S):
        while sum(_moved(before, now := await page.evaluate(PICTURES))) < pictures:
            before = {mid: min(frames, now.get(mid, 0)) for mid, frames in before.items()}
            await page.wait_for_timeout(200)


def _moved(before: Mapping[str, int], now: Mapping[str, int]) -> list[bool]:
    return [frames >= before.get(mid, 0) + 3 for mid, frames in now.items()]


async def everybody(room: Room, division: str) -> str:
    """All of them at once; who was the last."""
    came: list[str] = []

    async def one(page: Screen, pictures: int) -> None:
        await moves(page, pictures)
        came.append(next(each.name for each in fields(Room) if getattr(room, each.name) is page))

    await asyncio.gather(*(one(page, count) for people, count in room.talks(division) for page in people))
    return came[-1]


async def divide(room: Room, division: str) -> None:
    """The mediator asks a side apart, which says yes; or all come together."""
    if division == "joint":
        await come_together(room.mediator)
        return
    await act(room.mediator, f"caucus-{division}").click()
    if division == "A":
        await act(room.wang, "accept").click()
    else:
        await act(room.zhao, "accept").click()
        await room.yang.driver.wait("return document.querySelector('[data-asked]').hidden === false;")
        await room.yang.driver.click("[data-do=accept]")


async def pull_the_plug(server: Server) -> None:
    """The court's process dies and is started again at the same addresses."""
    server.kill()
    port = urlsplit(server.url).port
    again = await asyncio.to_thread(
        start, server.data, port=port, settings={"ODR_MEDIA_PORT": str(server.media_port)}
    )
    server.process = again.process


@dataclass(frozen=True, slots=True)
class Weight:
    """What the court's process and the pages hold."""

    court_mb: float
    nodes: Mapping[str, float]
    listeners: Mapping[str, float]
    heap_mb: Mapping[str, float]

    def __str__(self) -> str:
        pages = ", ".join(
            f"{name} {self.nodes[name]:.0f} nodes, {self.listeners[name]:.0f} listeners, {heap:.1f} MB"
            for name, heap in self.heap_mb.items()
        )
        return f"court {self.court_mb:.1f} MB; {pages}"


async def weigh(server: Server, room: Room) -> Weight:
    pages = {"mediator": room.mediator, "wang": room.wang, "zhao": room.zhao}
    found = {name: await _metrics(page) for name, page in pages.items()}
    return Weight(
        megabytes(server.process.pid),
        {name: one["Nodes"] for name, one in found.items()},
        {name: one["JSEventListeners"] for name, one in found.items()},
        {name: one["JSHeapUsedSize"] / 2**20 for name, one in found.items()},
    )


async def _metrics(page: Page) -> dict[str, float]:
    session = await page.context.new_cdp_session(page)
    await session.send("HeapProfiler.collectGarbage")
    await session.send("Performance.enable")
    told: dict[str, Any] = await session.send("Performance.getMetrics")
    await session.detach()
    return {one["name"]: one["value"] for one in told["metrics"]}


async def come_in(
    server: Server, visitors: Visitors, firefox: Firefox, wire: Wire, make_camera: Callable[..., Camera]
) -> Room:
    ready = await ready_sitting(server, agents=[("zhao", "B")])
    here = f"/sittings/{ready.sitting}"
    cameras = {name: make_camera(name, SMALL) for name in ("mediator", "wang", "zhao")}
    mediator = await visitors.open("mediator", phone=False, camera=cameras["mediator"])
    wang = await visitors.open("wang", wire=wire, camera=cameras["wang"])
    zhao = await visitors.open("zhao", camera=cameras["zhao"])
    for name, page in (("mediator", mediator), ("wang", wang), ("zhao", zhao)):
        await sign_in(page, ready.phones[name], here)
    yang = await enter_in_firefox(firefox, server, ready, "yang", mediator)
    await asyncio.gather(*(enter_room(page, here) for page in (mediator, wang, zhao)))
    await expect(mediator.locator("[data-lobby-people] li")).to_have_count(3)
    await act(mediator, "start").click()
    return Room(mediator, wang, yang, zhao)


@pytest.mark.soak
@pytest.mark.timeout(3 * SITS_S)
async def test_ten_minutes_of_four(
    server: Server,
    visitors: Visitors,
    firefox: Firefox,
    make_camera: Callable[..., Camera],
    pytestconfig: pytest.Config,
) -> None:
    visitors.forgive += [
        r"ERR_CONNECTION_REFUSED",
        r"ERR_CONNECTION_RESET",
        r"ERR_EMPTY_RESPONSE",
        r"ERR_SOCKET_NOT_CONNECTED",
        r"WebSocket",
    ]
    firefox.forgive += ["establish a connection to the server", "ICE failed", "NetworkError"]
    wire = await Wire.to(server)
    room = await come_in(server, visitors, firefox, wire, make_camera)
    diary = Diary(pytestconfig.get_terminal_writer())
    await diary.time("all see and hear one another", everybody(room, "joint"))
    settled: Weight | None = None
    after_plug: Weight | None = None
    moved = plugged = False
    for division in cycle(("A", "joint", "B", "joint")):
        if diary.passed > SITS_S:
            break
        turn_ends = monotonic() + TURN_S
        await divide(room, division)
        await diary.time(f"divided, {division}", everybody(room, division))
        if division == "joint" and not moved and diary.passed > ADDRESS_AT * SITS_S:
            moved = True
            wire.move()
            await diary.time("another address", everybody(room, "joint"))
        if division == "joint" and not plugged and diary.passed > PLUG_AT * SITS_S:
            plugged = True
            await diary.time("the court starts again", pull_the_plug(server))
            await diary.time("all are back after it", everybody(room, "joint"))
            after_plug = await weigh(server, room)
        await room.mediator.wait_for_timeout(max(0.0, turn_ends - monotonic()) * 1000)
        weight = await weigh(server, room)
        diary.tell(str(weight))
        settled = settled or (weight if diary.passed > SETTLED_S else None)
    assert moved
    assert settled
    assert after_plug
    last = await weigh(server, room)
    diary.tell(f"in all\n{diary.summary()}\nafter a minute: {settled}\nat the end: {last}")
    for name in last.nodes:
        assert last.nodes[name] <= GROWTH * settled.nodes[name], f"{name}'s page grows"
        assert last.listeners[name] <= GROWTH * settled.listeners[name], f"{name}'s page grows"
    assert last.court_mb <= GROWTH * after_plug.court_mb, "the court grows"
    for screen in (room.mediator, room.wang, room.yang, room.zhao):
        assert await screen.evaluate(OPEN) == 1, "a connection was left open"
