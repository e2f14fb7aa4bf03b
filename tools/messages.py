"""Every sentence that a user can meet, from templates, Python and scripts, against its Chinese.

Rule 1: a sentence without Chinese, a translation of a sentence that is gone, a fuzzy one, and a sentence that
two files translate differently are faults.
Rule 2: in Python a sentence is what a speaker is given (`_`, `say`, `Reason`, an error of odr), the `public`
of an error, and any other text that reads like one; a table of labels says so itself: `# messages`.
Rule 3: the command line speaks English.
Rule 4: in a script no sentence stands inside a template string, where the extractor does not see it.
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
_TABLE_MARK: Final = "# messages"
_COMMAND: Final = re.compile(r"__main__|_command\.py$")
_READS_LIKE_ONE: Final = re.compile(r"[A-Z].* .*[.?!]")
_PART, _BRACE, _SAID = re.compile(r"\$\{"), re.compile(r"[{}]"), re.compile(r"(?<![\w$.])_\(")  # of a script
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


def unseen(path: Path) -> Iterator[str]:
    """The places of a script where `_()` stands inside a template string."""
    source = path.read_text(encoding="utf-8")
    for opened in _PART.finditer(source):  # nothing but a template string has such a part
        part = source[opened.end() : _closed(source, opened.end())]
        if said := _SAID.search(part):
            place = _place(path, source.count("\n", 0, opened.end() + said.start()) + 1)
            yield f"{place}: inside a template string no sentence is found: give it a name before"


def _closed(source: str, start: int) -> int:
    """Where the brace that was opened before `start` closes; the end of the script if it never does."""
    depth = 1
    for brace in _BRACE.finditer(source, start):
        depth += 1 if brace[0] == "{" else -1
        if not depth:
            return brace.start()
    return len(source)


def of_template(path: Path) -> Iterator[Message]:
    """The ids of a template: `_()`, `{% trans %}`."""
    with path.open("rb") as file:
        options = {"trimmed": "true", "extensions": "jinja2.ext.do", "silent": "false"}
        for line, _function, messages, _comments in babel_extract(
            file, ("_", "gettext", "ngettext"), (), options
        ):
            yield Message(_first(messages), _place(path, line))


def of_module(path: Path, speakers: frozenset[str]) -> Iterator[Message]:
    """The ids of a Python file."""
    source = path.read_text()
    lines, tree = source.splitlines(), ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and _name(node.func) in speakers:
            yield from _texts(path, _alternatives(node.args[0]))
        elif (
            isinstance(node, ast.Assign | ast.AnnAssign)
            and node.value
            and (_assigned(node) == "public" or _TABLE_MARK in lines[node.lineno - 1])
        ):
            yield from _texts(path, _values(node.value))
    yield from (text for text in _constants(path, tree) if _READS_LIKE_ONE.fullmatch(text.id))


def collect() -> dict[str, Message]:
    """Every message of the repository by its id."""
    modules = [path for package in _PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    modules = [path for path in modules if not _COMMAND.search(path.name)]
    errors = _error_names(ROOT / "odr/errors.py")
    found: dict[str, Message] = {}
    streams = [
        of_module(path, _SPEAKERS | (errors if path.is_relative_to(ROOT / "odr") else frozenset()))
        for path in modules
    ]
    streams += [of_template(path) for path in sorted((ROOT / "templates").rglob("*.html"))]
    streams += [of_script(path) for path in sorted((ROOT / "static/js").rglob("*.js"))]
    for stream in streams:
        for message in stream:
            found.setdefault(message.id, message)
    return found


def faults() -> list[str]:
    """What is wrong with the Chinese, a line each; empty if every sentence has its translation."""
    used, quoted = collect(), _quoted()
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
            lines += _entry_faults(key, text, place, fuzzy=entry.fuzzy, used=key in used or key in quoted)
            if key in chinese and chinese[key][0] != text:
                lines.append(f"{place}: translated otherwise at {chinese[key][1]}: {key}")
            chinese.setdefault(key, (text, place))
    lines += [line for path in sorted((ROOT / "static/js").rglob("*.js")) for line in unseen(path)]
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


def _quoted() -> frozenset[str]:
    """Every text of the Python files: a sentence that stands in none of them is no longer used."""
    modules = [path for package in _PACKAGES for path in (ROOT / package).rglob("*.py")]
    return frozenset(text.id for path in modules for text in _constants(path, ast.parse(path.read_text())))


def _error_names(path: Path) -> frozenset[str]:
    """The classes of the error family: their first argument is a sentence for the user."""
    return frozenset(node.name for node in ast.parse(path.read_text()).body if isinstance(node, ast.ClassDef))


def _texts(path: Path, parts: Iterable[ast.expr]) -> Iterator[Message]:
    for part in parts:
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value.strip():
            yield Message(part.value, _place(path, part.lineno))


def _constants(path: Path, tree: ast.Module) -> Iterator[Message]:
    """Every text of a file that is neither a docstring nor a part of an f-string."""
    silent: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            silent.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            silent |= {id(part) for part in node.values}
        elif isinstance(node, ast.Constant) and id(node) not in silent:
            yield from _texts(path, [node])


def _alternatives(node: ast.expr) -> Iterator[ast.expr]:
    """The node, or both arms of `a if x else b`."""
    if isinstance(node, ast.IfExp):
        yield from _alternatives(node.body)
        yield from _alternatives(node.orelse)
    else:
        yield node


def _values(node: ast.expr) -> Iterator[ast.expr]:
    """The texts of a table: values of a dict, items of a tuple, phrases given to a record, at any depth."""
    if isinstance(node, ast.Dict):
        parts: list[ast.expr] = node.values
    elif isinstance(node, ast.Tuple | ast.List | ast.Set):
        parts = node.elts
    elif isinstance(node, ast.Call):
        given = (*node.args, *(keyword.value for keyword in node.keywords))
        parts = [part for part in given if _is_phrase(part)]
    else:
        yield from _alternatives(node)
        return
    for part in parts:
        yield from _values(part)


def _is_phrase(node: ast.expr) -> bool:
    """Words in lower case, which neither a name nor an article is."""
    return isinstance(node, ast.Constant) and bool(re.match(r"[a-z]+ [a-z]", str(node.value)))


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
