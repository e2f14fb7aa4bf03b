"""`python -m filing read PHOTO…`: what papers say, one JSON object a line."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from filing.errors import FilingError, Unreadable
from filing.lines import Kind

if TYPE_CHECKING:
    from filing.reading import PaperReader


@click.command()
@click.argument("photos", nargs=-1, required=True, metavar="PHOTO…")
@click.option("--kind", type=click.Choice(["auto", *Kind]), default="auto", show_default=True)
def read(photos: tuple[str, ...], kind: str) -> None:
    """Read each PHOTO; one that cannot be read is reported in its place and makes the exit status 1."""
    # loading the engine takes seconds, which the other commands need not pay
    from filing.reading import PaperReader  # noqa: PLC0415

    reader = PaperReader()
    failed = False
    for photo in photos:
        printed = _read(reader, photo, kind)
        failed = failed or "error" in printed
        click.echo(json.dumps(printed, ensure_ascii=False))
    sys.exit(1 if failed else 0)


def _read(reader: "PaperReader", photo: str, kind: str) -> dict[str, object]:
    try:
        return {"file": photo} | reader.read(Path(photo).read_bytes(), kind).as_json()
    except Unreadable as error:
        return {"file": photo, "error": error.message}
    except FilingError as error:
        return {"file": photo, "error": error.public}
    except OSError as error:
        return {"file": photo, "error": error.strerror or "The file cannot be opened."}
