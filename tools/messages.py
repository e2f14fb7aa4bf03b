"""Every sentence that a user can meet, from templates, Python and scripts, against its Chinese.

Rule 1: a sentence without Chinese, a translation of a sentence that is gone, a fuzzy one, and a sentence that
two files translate differently are faults.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click
from babel.messages.extract import extract_javascript
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

ROOT: Final = Path(__file__).resolve().parent.parent
LOCALE: Final = "zh_CN"
_PACKAGES: Final = ("odr", "filing")  # rtc speaks to programs, not to people
# Calls whose first argument is a sentence, wherever they stand.
_SPEAKERS: Final = frozenset({"_", "gettext", "gettext_noop", "say", "Reason", "Sentence"})
# Tables of sentences that are values, not calls: a marker comment names them where they stand.
_TABLE_MARK: Final = "# messages"
_PLACE: Final = re.compile(r"%\((\w+)\)[sd]")


@dataclass(frozen=True, slots=True, order=True)
class Message:
    """A message id and the first place where it stands, as file:line."""

    id: str
    place: str


def of_script(path: Path) -> Iterator[Message]:
    """The ids that a script passes to `_()`."""
    with path.open("rb") as file:
        for line, _function, messages, _comments in extract_javascript(file, {"_": None}, (), {"jsx": False}):
            yield Message(_first(messages), _place(path, line))


def of_template(path: Path) -> Iterator[Message]:
    """The ids of a template: `_()`, `{% trans %}`."""
    with path.open("rb") as file:
        options = {"trimmed": "true", "extensions": "jinja2.ext.do", "silent": "false"}
        for line, _function, messages, _comments in babel_extract(
            file, ("_", "gettext", "ngettext"), (), options
        ):
            yield Message(_first(messages), _place(path, line))


def of_module(path: Path, speakers: frozenset[str]) -> Iterator[Message]:
    """The ids of a Python file: calls of `speakers`, `public = "…"` of errors, and marked tables."""
    source = path.read_text()
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args and _name(node.func) in speakers:
            found: Iterable[ast.expr] = _alternatives(node.args[0])
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            if _assigned(node) == "public":
                found = _alternatives(node.value)
            elif _TABLE_MARK in lines[node.lineno - 1]:
                found = _values(node.value)
            else:
                continue
        else:
            continue
        for part in found:
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value.strip():
                yield Message(part.value, _place(path, part.lineno))


def collect() -> dict[str, Message]:
    """Every message of the repository by its id."""
    modules = [path for package in _PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    speakers = _SPEAKERS | _error_names(modules)
    found: dict[str, Message] = {}
    streams = [of_module(path, speakers) for path in modules]
    streams += [of_template(path) for path in sorted((ROOT / "templates").rglob("*.html"))]
    streams += [of_script(path) for path in sorted((ROOT / "static/js").rglob("*.js"))]
    for stream in streams:
        for message in stream:
            found.setdefault(message.id, message)
    return found


def faults() -> list[str]:
    """What is wrong with the Chinese, a line each; empty if every sentence has its translation."""
    used = collect()
    lines: list[str] = []
    chinese: dict[str, tuple[str, str]] = {}
    for path in sorted((ROOT / "locales" / LOCALE).glob("*.po")):
        with path.open("rb") as file:
            catalog = read_po(file, locale=LOCALE)
        for entry in catalog:
            if not entry.id:
                continue
            key = entry.id if isinstance(entry.id, str) else entry.id[0]
            text = entry.string if isinstance(entry.string, str) else "".join(entry.string or ())
            place = _place(path, entry.lineno or 0)
            lines += _entry_faults(key, text, place, fuzzy=entry.fuzzy, used=key in used)
            if key in chinese and chinese[key][0] != text:
                lines.append(f"{place}: translated otherwise at {chinese[key][1]}: {key}")
            chinese.setdefault(key, (text, place))
    missing = [message for message in used.values() if message.id not in chinese]
    return lines + [f"{message.place}: no Chinese: {message.id}" for message in sorted(missing)]


def _entry_faults(key: str, text: str, place: str, *, fuzzy: bool, used: bool) -> Iterator[str]:
    if fuzzy:
        yield f"{place}: fuzzy: {key}"
    if not text:
        yield f"{place}: empty: {key}"
    if not used:
        yield f"{place}: no longer used: {key}"
    if text and set(_PLACE.findall(text)) - set(_PLACE.findall(key)):
        yield f"{place}: a place that the sentence does not have: {key}"


def _error_names(modules: Iterable[Path]) -> frozenset[str]:
    """The classes of the error families: their first argument is a sentence for the user."""
    bodies = (ast.parse(path.read_text()).body for path in modules if path.name == "errors.py")
    return frozenset(node.name for body in bodies for node in body if isinstance(node, ast.ClassDef))


def _alternatives(node: ast.expr) -> Iterator[ast.expr]:
    """The node, or both arms of `a if x else b`."""
    if isinstance(node, ast.IfExp):
        yield from _alternatives(node.body)
        yield from _alternatives(node.orelse)
    else:
        yield node


def _values(node: ast.expr) -> Iterator[ast.expr]:
    """The strings of a table: every value of a dict, every item of a tuple, at any depth."""
    if isinstance(node, ast.Dict):
        for value in node.values:
            yield from _values(value)
    elif isinstance(node, ast.Tuple | ast.List | ast.Set):
        for item in node.elts:
            yield from _values(item)
    else:
        yield node


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _assigned(node: ast.Assign | ast.AnnAssign) -> str:
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    return target.id if isinstance(target, ast.Name) else ""


def _first(messages: object) -> str:
    return str(messages[0] if isinstance(messages, tuple | list) else messages)


def _place(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


@click.command()
@click.option("--missing", is_flag=True, help="Print what lacks Chinese as .po entries to fill in.")
def main(missing: bool) -> None:
    """Check that every sentence has its Chinese."""
    found = faults()
    if missing:
        for line in found:
            if ": no Chinese: " in line:
                place, _, text = line.partition(": no Chinese: ")
                click.echo(f'#: {place}\nmsgid "{text.replace(chr(34), chr(92) + chr(34))}"\nmsgstr ""\n')
        return
    click.echo("\n".join(found) or f"{len(collect())} messages, each with its Chinese")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
