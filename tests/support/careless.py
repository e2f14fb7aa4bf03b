"""Databases that do not wait for the disk: a test that loses its disk loses its database too."""

import asyncio
import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any

import aiosqlite
from sqlalchemy import event

from odr.db.uow import Database

_ASK_AGAIN_S = 0.001


def careless(db: Database) -> Database:
    """The same database; on SQLite its commits no longer wait for the disk (4 ms each, measured)."""
    if db.engine.dialect.name == "sqlite":
        event.listen(db.engine.sync_engine, "connect", partial(_say, "PRAGMA synchronous=OFF"))
    return db


def threadless(db: Database, plug: "Plug | None" = None) -> Database:
    """Careless, on SQLite; and each statement is done in the event loop, which turns before it.

    A third of the time of many small transactions goes into waking the driver's threads (measured).
    `plug`: by which the process that uses this database dies.
    """
    event.listen(careless(db).engine.sync_engine, "connect", partial(_do_in_loop, plug or Plug()))
    return db


class Plug:
    """The life of a process as its storage sees it: once pulled, no statement of it is done any more.

    What was not committed is lost with the process, and its locks are free, as the system sees to it.
    """

    def __init__(self) -> None:
        self.pulled = False
        self.goes: Callable[[], None] = lambda: None  # called at the moment of death
        self._left: int | None = None
        self._open: list[tuple[aiosqlite.Connection, sqlite3.Connection]] = []

    def pull_after(self, statements: int) -> None:
        """Die when so many more were done, in the midst of whatever is under way then."""
        self._left = statements

    def pull(self) -> None:
        if self.pulled:
            return
        self.pulled = True
        for thread, connection in self._open:
            connection.close()
            thread.stop()
        self.goes()

    def plugged_in(self, connection: aiosqlite.Connection) -> None:
        self._open.append((connection, connection._conn))

    def statement(self) -> None:
        """One is about to be done; raises PluggedOut."""
        if self._left is not None:
            self._left -= 1
            if self._left < 0:
                self.pull()
        if self.pulled:
            raise PluggedOut


class PluggedOut(sqlite3.OperationalError):
    """The process is dead: whoever sees this belongs to it. It may come as any failure of storage comes."""

    def __init__(self) -> None:
        super().__init__("disk I/O error")


def _say(words: str, connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(words)
    cursor.close()


def _do_in_loop(plug: Plug, connection: Any, record: object) -> None:
    _say("PRAGMA busy_timeout=0", connection, record)  # to wait would hold the loop, and who holds the lock
    plug.plugged_in(connection.driver_connection)
    connection.driver_connection._execute = partial(_in_loop, plug)


async def _in_loop(plug: Plug, deed: Callable[..., Any], *args: Any, **more: Any) -> Any:
    while True:
        await asyncio.sleep(0)
        if plug.pulled and deed.__name__ in ("rollback", "close"):
            return None  # was done when it died
        plug.statement()
        try:
            return deed(*args, **more)
        except sqlite3.OperationalError as failure:
            if failure.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            await asyncio.sleep(_ASK_AGAIN_S)
