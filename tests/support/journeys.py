"""Fixtures of the journeys: a served court, people in browsers. A test that takes `visitors` is a journey."""

import os
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final
from uuid import uuid4

import pytest
from playwright.async_api import async_playwright, expect

from tests.support import firefox as gecko
from tests.support.camera import FRAMES_PER_S, PORTRAIT, Camera
from tests.support.server import Server, serving
from tests.support.visitors import PATIENCE_MS, Visitors
from tools.packages import browser

FAILURES: Final = Path(__file__).resolve().parents[2] / "var" / "test-failures"
JOURNEY_S: Final = 300
_failed = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if {"visitors", "firefox"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.journey)
            if not item.get_closest_marker("timeout"):
                item.add_marker(pytest.mark.timeout(JOURNEY_S))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[_failed] = item.stash.get(_failed, False) or report.failed
    return report


class Courts:
    """The served court of a file, made when it is first asked for, and again after `end`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._open = ExitStack()
        self._running: Server | None = None

    def running(self) -> Server:
        if self._running is None:
            self._running = self._open.enter_context(serving(self._root / uuid4().hex[:8]))
        return self._running

    def end(self) -> None:
        self._running = None
        self._open.close()

    def keep_log(self, folder: Path) -> None:
        """What the court wrote, beside the pictures of its pages."""
        if self._running is not None:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "server.log").write_text(self._running.log, encoding="utf-8")


@pytest.fixture(scope="module")
def courts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Courts]:
    made = Courts(tmp_path_factory.mktemp("court"))
    yield made
    made.end()


@pytest.fixture
def server(courts: Courts, request: pytest.FixtureRequest) -> Iterator[Server]:
    """The real program with an empty court, shared by the tests of one file.

    A test that failed leaves half a story behind: played again, it gets another court.
    """
    if request.node.stash.get(_failed, False):
        request.node.stash[_failed] = False
        courts.end()
    yield courts.running()
    if request.node.stash.get(_failed, False):
        courts.keep_log(FAILURES / request.node.name)


@pytest.fixture
async def visitors(request: pytest.FixtureRequest) -> AsyncIterator[Visitors]:
    """`await visitors.open("wang", phone=True, camera=...)` is a page of a person in a browser of his own.

    Addresses are relative to the `server` of the test, where it has one.
    """
    chromium = _needed(browser(), "Chromium")
    origin = request.getfixturevalue("server").url if "server" in request.fixturenames else ""
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        people = Visitors(playwright, chromium, FAILURES, origin)
        try:
            yield people
            faults = people.faults()
            if faults or request.node.stash.get(_failed, False):
                await people.photograph(request.node.name)
        finally:
            await people.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def make_camera(tmp_path: Path) -> Iterator[Callable[..., Camera]]:
    """`make_camera("wang")` is a camera whose picture the test decides; see `tests.support.camera`."""
    made: list[Camera] = []

    def make(name: str, size: tuple[int, int] = PORTRAIT, frames_per_s: int = FRAMES_PER_S) -> Camera:
        made.append(Camera(tmp_path / f"{name}.y4m", size, frames_per_s))
        return made[-1]

    yield make
    for camera in made:
        camera.close()


@pytest.fixture
async def firefox() -> AsyncIterator[gecko.Firefox]:
    """A page in Firefox, on a desktop, with a fake camera."""
    _needed(gecko.program(), "Firefox")
    async with gecko.firefox() as driven:
        yield driven
        faults = await driven.faults()
    assert not faults, "\n".join(faults)


def _needed(program: str | None, name: str) -> str:
    """Without the program: skipped on a desk, failed where everything has to be there (CI)."""
    if program is None and os.environ.get("CI"):
        pytest.fail(f"{name} is not installed")
    if program is None:
        pytest.skip(f"{name} is not installed")
    return program
