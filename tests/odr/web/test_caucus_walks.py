"""Nothing of a caucus crosses, however people come, go, are moved and talk, two at the same moment too.

The whole application on real sockets, and a process that ends or dies (`tests/support/night.py`).
What pictures show is judged in `test_caucus_sockets`; here it is whom the media server connects.

Rule 1: a walk is made of its seed alone, and begins with everybody together. Walks that follow each other
        share an evening: what was told in one stays secret in the next. `pytest --walk SEED` plays an evening
        again up to that walk, and a failure prints it.
"""

import gc
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time
from traceback import format_exception
from typing import Final

import pytest

from tests.support.caucus import GUESTS
from tests.support.court import Court, convene
from tests.support.logbook import Logbook
from tests.support.night import Night
from tests.support.walks import planned

WALKS: Final = 24
EVENING: Final = 12  # walks, in one sitting and one database


@dataclass(frozen=True, slots=True)
class Ground:
    """Where evenings are spent: a folder, an SQLite file with every table, and what is logged."""

    folder: Path
    template: Path
    log: Logbook

    def court(self, name: str) -> Court:
        (self.folder / name).mkdir()
        shutil.copyfile(self.template, self.folder / name / "odr.sqlite")
        return Court(self.folder / name)


class Astray(Exception):
    """A walk that failed, and the first of its evening."""

    def __init__(self, seed: int, first: int) -> None:
        super().__init__(f"--walk {seed} (of the evening from {first}): {planned(seed)}")
        self.seed = seed


async def spend_evening(ground: Ground, seeds: Sequence[int]) -> int:
    """Walk these seeds in one court; the number of commits while somebody was recorded. Raises Astray."""
    court = ground.court(f"court{seeds[0]}")
    await court.open()
    seed = seeds[0]
    try:
        evening = await convene(court.platform.db, court.platform.clock.now(), GUESTS)
        night = Night(court, evening, ground.log)
        await night.open()
        for seed in seeds:
            await night.walk(seed)
        await night.close()
    except Exception as failure:
        raise Astray(seed, seeds[0]) from failure
    finally:
        await court.close()
        shutil.rmtree(court.data)
    return night.taped + court.witness.taped


@dataclass(slots=True)
class Tally:
    """`taped`: commits while somebody was recorded; `failed`: seeds."""

    walks: int = 0
    steps: int = 0
    taped: int = 0
    failed: list[int] = field(default_factory=list)

    def add(self, seeds: Sequence[int]) -> None:
        self.walks += len(seeds)
        self.steps += sum(len(planned(seed)) for seed in seeds)


async def walk_on(ground: Ground, first: int, last: int, tell: Callable[[str], None]) -> Tally:
    """Every evening from that of the first walk to the last walk; a failure ends its evening, and is told."""
    tally, start, began_s = Tally(), first - first % EVENING, process_time()
    while start <= last:
        seeds = range(start, min(start - start % EVENING + EVENING, last + 1))
        try:
            tally.taped += await spend_evening(ground, seeds)
        except Astray as failure:
            seeds = range(start, failure.seed + 1)
            tally.failed.append(failure.seed)
            tell("".join(format_exception(failure)))
            ground.log.lines.clear()
        tally.add(seeds)
        tell(f"walked to {seeds[-1]}: {tally}, {process_time() - began_s:.0f} s of CPU")
        start = seeds[-1] + 1
    return tally


@pytest.fixture
def ground(tmp_path: Path, sqlite_template: Path, logbook: Logbook) -> Ground:
    return Ground(tmp_path, sqlite_template, logbook)


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Say it on the terminal at once: hours lie between the beginning and the end."""

    def say(words: str) -> None:
        with capsys.disabled():
            print(words, flush=True)  # noqa: T201

    return say


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody here sends media, and nobody is lost for it."""
    monkeypatch.setenv("RTC_SILENCE_S", "36000")


@pytest.mark.timeout(3600)
async def test_nothing_of_a_caucus_crosses_on_walks_by_chance(
    request: pytest.FixtureRequest, ground: Ground
) -> None:
    seed, told = request.config.getoption("walk"), list[str]()
    first, last = (0, WALKS - 1) if seed is None else (seed, seed)
    tally = await walk_on(ground, first, last, told.append)
    assert not tally.failed, "\n".join(told)
    assert tally.taped or seed is not None, "a recording that never ran holds nothing of anything"


@pytest.mark.soak
@pytest.mark.timeout(500_000)
async def test_nothing_of_a_caucus_crosses_on_ten_thousand_walks(
    request: pytest.FixtureRequest, ground: Ground, tell: Callable[[str], None]
) -> None:
    """Others than those above; `--from-walk` and `--walks` say which."""
    first = request.config.getoption("from_walk")
    last = first + request.config.getoption("walks") - 1
    gc.collect()
    gc.freeze()  # the modules, which stay
    tally = await walk_on(ground, first, last, tell)
    assert not tally.failed, tally
