"""The sentences that tables and guards of the domain hold out to people."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from odr.domain.clocks import RULES
from odr.languages import catalogue

DOMAIN = Path(__file__).resolve().parents[3] / "odr" / "domain"
# The tables of a case; papers, keys and the log bring their words in their own catalogues.
ROOM = (
    "agreements",
    "calendars",
    "cascades",
    "clocks",
    "confirmation",
    "deadlines",
    "delivery",
    "drafts",
    "evidence",
    "identity",
    "litigation",
    "mediation",
    "mediators",
    "payments",
    "permissions",
    "screening",
    "sittings",
)
SPEAKERS = {"Reason", "Note", "Why", "Fit", "BadInput", "NotAllowed", "Conflict", "TooMany", "NotPermitted"}


def _said(path: Path) -> Iterator[str]:
    """The first argument of every Reason, Note and error where it is a plain text; and every `public`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(text)), *_]):
                if name in SPEAKERS:
                    yield text
            case ast.Assign(targets=[ast.Name(id="public")], value=ast.Constant(value=str(text))):
                yield text


def _untranslated(texts: Iterator[str]) -> set[str]:
    chinese = catalogue("zh_CN")
    return {text for text in texts if chinese.gettext(text) == text}


@pytest.mark.parametrize("module", [name for name in ROOM if (DOMAIN / f"{name}.py").exists()])
def test_every_sentence_of_a_guard_has_its_chinese(module: str) -> None:
    assert not _untranslated(_said(DOMAIN / f"{module}.py"))


def test_every_clock_says_in_chinese_what_starts_it_and_what_its_end_means() -> None:
    words = (text for rule in RULES.values() for clock in rule for text in (clock.start, clock.effect))
    assert not _untranslated(words)
