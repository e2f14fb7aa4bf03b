"""`python -m filing face`: whether two photos show the same person, as one JSON object a pair."""

import csv
import json
from functools import cache
from pathlib import Path

import click

from filing.errors import FilingError
from filing.face_engines import default_engine
from filing.faces import Comparison, Seen, compare_seen, look


@click.command()
@click.argument("photos", nargs=-1, type=click.Path(path_type=Path))
@click.option("--pairs", type=click.Path(path_type=Path), help="CSV file without header: two paths a row.")
def face(photos: tuple[Path, ...], pairs: Path | None) -> None:
    """Compare the faces on two photos; an ID card photo may lie any way up."""
    if len(photos) != (0 if pairs else 2):
        raise click.UsageError("Give two photos, or --pairs FILE.csv.")
    asked = _rows(pairs) if pairs else [(photos[0], photos[1])]
    lines = [_line(a, b) for a, b in asked]
    if any("error" in line for line in lines):
        raise SystemExit(1)


def _line(a: Path, b: Path) -> dict[str, object]:
    """Print one pair as soon as it is known. A pair that cannot be compared keeps its line."""
    try:
        line = _printed(compare_seen(_one_face(a), _one_face(b), model=default_engine().model))
    except FilingError as error:
        line = {"error": str(error)}
        click.echo(f"error: {error}", err=True)
    click.echo(json.dumps(line, ensure_ascii=False))
    return line


def _rows(pairs: Path) -> list[tuple[Path, Path]]:
    """Relative paths are looked for beside the CSV file when they are not found from here."""
    try:
        with pairs.open(newline="", encoding="utf-8-sig") as lines:
            rows = [row for row in csv.reader(lines) if row]
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{pairs}: cannot be read") from error
    if any(len(row) != 2 for row in rows):
        raise click.ClickException(f"{pairs}: each row must hold two paths")
    return [(_beside(pairs, row[0]), _beside(pairs, row[1])) for row in rows]


def _beside(pairs: Path, path: str) -> Path:
    plain = Path(path.strip())
    return plain if plain.exists() else pairs.parent / plain


@cache
def _seen(path: Path) -> Seen:
    return look(path.read_bytes())


class _Unusable(FilingError):
    """A photo that cannot be compared; the message names the file and the reason."""


def _one_face(path: Path) -> Seen:
    """The photo as seen; several faces are left to the comparison to explain, none at all ends here."""
    try:
        seen = _seen(path)
    except OSError as error:
        raise _Unusable(f"{path}: {error.strerror}") from error
    except FilingError as error:
        raise _Unusable(f"{path}: {error.public}") from error
    if seen.faces == 0 and seen.trouble:
        raise _Unusable(f"{path}: {seen.trouble.public}")
    return seen


def _printed(comparison: Comparison) -> dict[str, object]:
    """`reason` is there only when there was nothing to compare."""
    far = comparison.distance
    printed: dict[str, object] = {
        "same": comparison.same,
        "distance": None if far is None else round(far, 4),
        "threshold": comparison.threshold,
        "faces": list(comparison.faces),
    }
    return printed | ({"reason": comparison.reason} if comparison.reason else {})
