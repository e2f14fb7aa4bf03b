"""Fixtures that every test may ask for; `tests/support` holds what they are made of."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from odr.db.uow import Database
from tests.support import postgres
from tests.support.careless import careless
from tests.support.clock import FixedClock
from tests.support.databases import Databases, SqliteFiles
from tests.support.logbook import Logbook, open_logbook

# A busy machine is no reason to fail: speed is shown by bench/, never by a test.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

pytest_plugins = (
    "tests.support.caucus",
    "tests.support.journeys",
    "tests.support.reruns",
    "tests.support.spread",
)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def rng() -> random.Random:
    """Chance that falls the same way in every run."""
    return random.Random(20260302)


@pytest.fixture(autouse=True)
def logbook() -> Iterator[Logbook]:
    """Every log record of the test; one with an ID or mobile number in it fails the test."""
    with open_logbook() as book:
        yield book
    told = book.personal()
    assert not told, f"personal data in a log record: {told[0]}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Postgres]:
    with postgres.running() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with every table, to be copied: making the tables anew takes longer than most tests."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite"

    async def make() -> None:
        db = Database(f"sqlite+aiosqlite:///{path}")
        await db.create_all()
        await db.close()

    asyncio.run(make())
    return path


KINDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


def _databases(request: pytest.FixtureRequest) -> Databases:
    if request.param == "sqlite":
        return SqliteFiles(request.getfixturevalue("sqlite_template"))
    server: postgres.Postgres = request.getfixturevalue("postgres_server")
    return server


@pytest.fixture(scope="module", params=KINDS)
def databases(request: pytest.FixtureRequest) -> Databases:
    """Each kind of database in turn, for a set-up that is made once a file and copied for its tests."""
    return _databases(request)


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database with every table; the test runs once a kind of database."""
    with _databases(request).fresh(tmp_path) as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    db = careless(Database(database_url))
    yield db
    await db.close()
