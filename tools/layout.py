"""`python -m tools.layout`: the rules of the tree that no other linter sees.

Rule 1: no file of ours is over 500 lines, and none has a name that says nothing.
Rule 2: a module of the grid is named for a subject, or is known machinery of its column.
Rule 3: nothing tracked names a package index or a path of one machine.
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[1]
LONGEST_LINES = 500
OURS = frozenset({".py", ".js", ".mjs", ".css", ".html", ".typ", ".c", ".sh"})
NOTHING_SAID = frozenset(
    {"utils", "util", "helpers", "common", "manager", "managers", "base", "data", "info", "misc"}
)
WRITTEN_BY_TOOLS = ("odr/db/migrations/versions/",)
NAMED_SO_ANYWAY = frozenset({"odr/db/base.py"})  # SQLAlchemy's declarative base, as everybody calls it

SUBJECTS = """
    statements samples
    accounts agents identity triage cases drafts review own_filings payments screening mediators mediation
    sittings evidence agreements clauses confirmation litigation delivery documents messages dossier ledger
    statistics readings staff_checks submission invitations mandates minutes rooms chat exhibits terms records
    hearings appointments video_checks offers comparisons lines line_tests support grievances surveys versions
    guests companions recordings originals screens mutes
"""
# Machinery that a column keeps beside its subjects.
MACHINERY = {
    "odr/domain": """
        calendars canonical cascades citizens clarity clocks deadlines differences grounds next_steps notes
        papers permissions devices prefills sealing signatures signed_pdfs steps stepup timestamps trust
        verifier
    """,
    "odr/services": "clocks health notices pushes sandbox signing verification",
    "odr/db": """
        audit authorities base clocks convening filings identified mediated migrate minuted outbox pushes
        recorded sandbox sealed signatures states tables uow vault
    """,
    "odr/web": """
        addresses assets certificates formats forms health home keys middlewares pages preferences push render
        routes sandbox staff styleguide underway verification verify words
    """,
}

_INDEX = re.compile(
    r"https?://[^\s\"']*(?:pypi|pythonhosted|npmjs|npmmirror|registry\.|/simple\b)[^\s\"']*", re.I
)
_MACHINE = re.compile(r"(?<![\w.$}/-])/(?:home|Users|root|work)/[\w.-]+")
_TEXT = OURS | {".txt", ".md", ".toml", ".json", ".yml", ".yaml", ".cfg", ".ini", ".po", ".mako", ""}


def main() -> int:
    found = sorted(fault for check in CHECKS for fault in check(tracked()))
    print("\n".join(found) or "the tree is in order")
    return 1 if found else 0


def tracked() -> list[PurePosixPath]:
    """Every file git knows or would add, as it lies in the checkout."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = filter(None, listing.stdout.decode().split("\0"))
    return [PurePosixPath(name) for name in names if (ROOT / name).is_file()]


def too_long(files: list[PurePosixPath]) -> Iterator[str]:
    for file in files:
        ours = file.suffix in OURS and not str(file).startswith(WRITTEN_BY_TOOLS)
        lines = _text(file).count("\n") if ours else 0
        if lines > LONGEST_LINES:
            yield f"{file}: {lines} lines, {LONGEST_LINES} are allowed"


def says_nothing(files: list[PurePosixPath]) -> Iterator[str]:
    for file in files:
        named = (
            file.suffix in OURS and file.suffix not in (".css", ".html") and str(file) not in NAMED_SO_ANYWAY
        )
        if named and file.stem in NOTHING_SAID:
            yield f"{file}: the name does not say what is inside"


def off_the_grid(files: list[PurePosixPath]) -> Iterator[str]:
    for file in files:
        column = str(file.parent)
        if column not in MACHINERY or file.suffix != ".py" or file.stem.startswith("__"):
            continue
        if file.stem not in f"{SUBJECTS} {MACHINERY[column]}".split():
            yield f"{file}: neither a subject nor machinery of {column} (tools/layout.py lists both)"


def names_a_place(files: list[PurePosixPath]) -> Iterator[str]:
    for file in files:
        if file.suffix not in _TEXT or str(file) in ("tools/layout.py", "tests/tools/test_layout.py"):
            continue
        for number, line in enumerate(_text(file).splitlines(), 1):
            if found := _INDEX.search(line) or _MACHINE.search(line):
                yield f"{file}:{number}: names a place: {found[0]}"


def lock_is_loose(files: list[PurePosixPath]) -> Iterator[str]:
    for file in files:
        if file.name != "package-lock.json":
            continue
        for name, package in json.loads(_text(file))["packages"].items():
            if "resolved" in package:
                yield f"{file}: {name} says where it came from (npm needs omit-lockfile-registry-resolved)"
            if name and "integrity" not in package:
                yield f"{file}: {name} has no integrity hash"


CHECKS: tuple[Callable[[list[PurePosixPath]], Iterator[str]], ...] = (
    too_long,
    says_nothing,
    off_the_grid,
    names_a_place,
    lock_is_loose,
)


def _text(file: PurePosixPath) -> str:
    return (ROOT / file).read_text(encoding="utf-8", errors="replace")


if __name__ == "__main__":
    sys.exit(main())
