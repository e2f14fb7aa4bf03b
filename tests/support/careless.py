"""Databases that do not wait for the disk: a test that loses its disk loses its database too."""

import asyncio
import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import event

from odr.db.uow import Database

_ASK_AGAIN_S = 0.001


def careless(db: Database) -> Database:
    """The same database; on SQLite its commits no longer wait for the disk (4 ms each, measured)."""
    if db.engine.dialect.name == "sqlite":
        event.listen(db.engine.sync_engine, "connect", partial(_say, "PRAGMA synchronous=OFF"))
    return db


def threadless(db: Database) -> Database:
    """Careless, on SQLite; and each statement is done in the event loop, which turns before it.

    A third of the time of many small transactions goes into waking the driver's threads (measured).
    """
    event.listen(careless(db).engine.sync_engine, "connect", _do_in_loop)
    return db


def _say(words: str, connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(words)
    cursor.close()


def _do_in_loop(connection: Any, record: object) -> None:
    _say("PRAGMA busy_timeout=0", connection, record)  # to wait would hold the loop, and who holds the lock
    connection.driver_connection._execute = _in_loop


async def _in_loop(deed: Callable[..., Any], *args: Any, **more: Any) -> Any:
    while True:
        await asyncio.sleep(0)
        try:
            return deed(*args, **more)
        except sqlite3.OperationalError as failure:
            if failure.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            await asyncio.sleep(_ASK_AGAIN_S)
