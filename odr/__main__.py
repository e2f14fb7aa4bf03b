"""`python -m odr`: every command of the platform. Each imports what it needs when it runs."""

import asyncio
import errno
import json
import sys
from pathlib import Path

import click
from pydantic import ValidationError

from odr.domain.permissions import STAFF
from odr.domain.steps import Role
from odr.errors import BadInput
from odr.logs import configure
from odr.settings import Settings

_ROLES = sorted(role.value for role in STAFF)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Online dispute resolution for courts and mediation centres."""
    configure()


@main.command()
@click.option("--port", type=int, help="HTTP port on this machine (ODR_PORT).")
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Data directory.")
def serve(port: int | None, data: Path | None) -> None:
    """Serve the platform; embedded by default: one process, SQLite, files on disk."""
    from odr.demo.court import serve_court  # noqa: PLC0415  start-up time of the other commands

    try:
        asyncio.run(serve_court(_settings(port, data)))
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise click.ClickException(
            "A port is in use already, perhaps by a court that runs on this machine. End it, or choose other "
            f"ports by ODR_PORT and ODR_HTTPS_PORT. ({error})"
        ) from None


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


@main.command()
@click.argument("phone")
@click.argument("name")
@click.option("--role", "roles", required=True, multiple=True, type=click.Choice(_ROLES))
def appoint(phone: str, name: str, roles: tuple[str, ...]) -> None:
    """Give PHONE, the account of NAME, a role at the court; a deputy head, for example."""
    from odr.worker import appoint as run  # noqa: PLC0415

    try:
        asyncio.run(run(_settings(None, None), phone, name, [Role(one) for one in roles]))
    except BadInput as error:
        raise click.UsageError(error.message % error.values) from None


@main.command()
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder.")
def demo(out: Path) -> None:
    """Play two cases from a photo to a confirmed agreement; exit status 0 only if every step held."""
    from odr.demo.line import play  # noqa: PLC0415  start-up time of the other commands

    sys.exit(0 if play(out) else 1)


@main.command()
@click.argument("dossier", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--trust", "keys", required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
def verify(dossier: Path, keys: Path) -> None:
    """Check DOSSIER, or one signed paper (PDF), offline with the keys you trust.

    Exit status: 0 it holds, 1 it does not, 2 it cannot be checked.
    """
    from odr.domain.trust import parse_trust  # noqa: PLC0415  start-up time of the other commands
    from odr.services.verification import verify_dossier, verify_paper  # noqa: PLC0415

    try:
        raw, trust = dossier.read_bytes(), parse_trust(keys.read_bytes())
    except (OSError, BadInput) as error:
        raise click.UsageError(str(error)) from None
    faulty = False
    check = verify_paper if raw.startswith(b"%PDF-") else verify_dossier
    for finding in check(raw, trust):
        click.echo(str(finding))
        faulty = faulty or finding.place is not None
    sys.exit(1 if faulty else 0)


@main.command()
@click.argument("rule")
@click.option("--from", "start", required=True, help="When it starts: 2026-01-30T10:00:00+08:00.")
def clock(rule: str, start: str) -> None:
    """Compute the clocks of RULE (R-05, M-10, C-12 …): one JSON line each, the main statutory one first."""
    from odr.domain.deadlines import report, start_of  # noqa: PLC0415

    try:
        lines, refusals = report(rule, start_of(start))
    except BadInput as error:
        raise click.UsageError(error.message % error.values) from None
    for line in lines:
        click.echo(json.dumps(line, ensure_ascii=False))
    if refusals:
        raise click.UsageError("\n".join(refusals))


def _settings(port: int | None, data: Path | None) -> Settings:
    given = {name: value for name, value in (("port", port), ("data_dir", data)) if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]  # validated by the model
    except ValidationError as error:
        lines = [f"ODR_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
        raise click.ClickException("\n".join(lines)) from None


if __name__ == "__main__":
    main()
