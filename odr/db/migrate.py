"""Bringing a database to the tables that this version expects."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

_HERE = Path(__file__).resolve().parent / "migrations"


async def upgrade(engine: AsyncEngine) -> None:
    """Run every migration that the database has not seen."""
    async with engine.connect() as connection:
        await connection.run_sync(_upgrade)
        await connection.commit()


async def current(engine: AsyncEngine) -> bool:
    """Whether the database stands at the newest migration."""
    async with engine.connect() as connection:
        return await connection.run_sync(_current)


def revise(connection: Connection, message: str, revision: str | None = None) -> None:
    """Write the migration from the database as it is to the tables as they are declared."""
    command.revision(_config(connection), message=message, autogenerate=True, rev_id=revision)


def _upgrade(connection: Connection) -> None:
    command.upgrade(_config(connection), "head")


def _current(connection: Connection) -> bool:
    heads = set(ScriptDirectory.from_config(_config(connection)).get_heads())
    return set(MigrationContext.configure(connection).get_current_heads()) == heads


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config
