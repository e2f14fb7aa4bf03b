"""`python -m tools.migration`: writes the first migration anew from the tables as they are declared.

Only before the first release; afterwards each change is a migration of its own (`-m MESSAGE` adds one).
"""

import argparse
import asyncio
import tempfile
from pathlib import Path

from sqlalchemy import Connection

from odr.db.base import make_engine
from odr.db.migrate import revise, upgrade

_VERSIONS = Path(__file__).resolve().parent.parent / "odr" / "db" / "migrations" / "versions"


async def _write(message: str, *, anew: bool) -> None:
    if anew:
        for old in _VERSIONS.glob("*.py"):
            old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite+aiosqlite:///{folder}/empty.sqlite")
        if not anew:
            await upgrade(engine)
        async with engine.connect() as connection:

            def write(inner: Connection) -> None:
                revise(inner, message, "0001" if anew else None)

            await connection.run_sync(write)
        await engine.dispose()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-m", "--message", help="add a migration instead of writing the first anew")
    message = parser.parse_args().message
    asyncio.run(_write(message or "the first tables", anew=message is None))
