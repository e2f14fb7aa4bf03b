"""`python -m odr`: every command of the platform. Each imports what it needs when it runs."""

import asyncio
from pathlib import Path

import click
from pydantic import ValidationError

from odr.settings import Settings


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Online dispute resolution for courts and mediation centres."""


@main.command()
@click.option("--port", type=int, help="HTTP port on this machine (ODR_PORT).")
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Data directory.")
def serve(port: int | None, data: Path | None) -> None:
    """Serve the platform; embedded by default: one process, SQLite, files on disk."""
    from odr.demo.court import serve_court  # noqa: PLC0415  start-up time of the other commands

    asyncio.run(serve_court(_settings(port, data)))


@main.command()
def worker() -> None:
    """Deliver the outbox in a process of its own (ODR_WORKER=separate)."""
    from odr.worker import run  # noqa: PLC0415

    asyncio.run(run(_settings(None, None)))


@main.command()
def migrate() -> None:
    """Bring the database to the tables of this version."""
    from odr.worker import migrate as run  # noqa: PLC0415

    asyncio.run(run(_settings(None, None)))


def _settings(port: int | None, data: Path | None) -> Settings:
    given = {name: value for name, value in (("port", port), ("data_dir", data)) if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]  # validated by the model
    except ValidationError as error:
        lines = [f"ODR_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
        raise click.ClickException("\n".join(lines)) from None


if __name__ == "__main__":
    main()
